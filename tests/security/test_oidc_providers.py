"""Sign-in with real providers, each a process of its own: a certified one, and a mock."""

from pathlib import Path

import pytest

from api.security import csrf
from tests.security.district import PUBLIC, SESSION, SIGN_IN, District, asked, serving
from tests.security.providers import certified_provider, mock_provider

SECRET = "s3cret +/%:~&="
CALLBACK = f"{PUBLIC}/sign-in/district/callback"


def table(issuer: str, **more: object) -> str:
    given = {"issuer": issuer, "client_id": "pdsa tracker", "client_secret": SECRET} | more
    lines = [f"{name} = {_toml(value)}" for name, value in given.items()]
    return "\n".join(["[district]", *lines])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value!r}" if isinstance(value, list) else f'"{value}"'


def certified(alg: str = "RS256", auth_method: str = "client_secret_basic"):  # type: ignore[no-untyped-def]
    return certified_provider(
        client_id="pdsa tracker",
        client_secret=SECRET,
        redirect_uri=CALLBACK,
        back_to=f"{PUBLIC}/sign-in",
        alg=alg,
        auth_method=auth_method,
    )


async def invited(district: District, name: str = "Ana") -> tuple[str, str]:
    person = await district.person(name)
    return person, await district.invitation(person)


@pytest.mark.parametrize(
    ("alg", "auth_method"),
    [("RS256", "client_secret_basic"), ("ES256", "client_secret_post")],
)
async def test_an_invited_person_links_an_account_and_signs_in_with_it_from_then_on(
    database_url: str, tmp_path: Path, alg: str, auth_method: str
) -> None:
    with certified(alg, auth_method) as issuer:
        async with serving(database_url, tmp_path, table(issuer)) as district:
            person, invitation = await invited(district)
            first = await district.browser()
            begun = await first.begin("district", invitation=invitation, then="/reference")

            answer = await first.go_on(begun, "teacher-1")

            assert (answer.status_code, answer.headers["Location"]) == (303, "/reference")
            assert await first.who() == "Ana"
            second = await district.browser()
            await second.sign_in("district", "teacher-1")
            assert await second.who() == "Ana"
            (identity,) = await district.identities(person)
            assert (identity.issuer, identity.subject) == (issuer, "teacher-1")


async def test_a_session_and_what_led_to_it_are_cookies_of_this_host_alone(
    sqlite_url: str, tmp_path: Path
) -> None:
    with certified() as issuer:
        async with serving(sqlite_url, tmp_path, table(issuer)) as district:
            _, invitation = await invited(district)
            browser = await district.browser()

            begun = await browser.begin("district", invitation=invitation)
            ended = await browser.go_on(begun, "teacher-1")

    (cookie,) = begun.headers.get_list("set-cookie")
    assert cookie.startswith(f"{SIGN_IN}=")
    for attribute in ("HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=600"):
        assert attribute in cookie
    session, spent = ended.headers.get_list("set-cookie")
    assert session.startswith(f"{SESSION}=")
    assert "HttpOnly" in session
    assert spent.startswith(f'{SIGN_IN}=""')
    assert "Max-Age=0" in spent


async def test_nobody_is_signed_in_who_was_not_linked(sqlite_url: str, tmp_path: Path) -> None:
    with certified() as issuer:
        async with serving(sqlite_url, tmp_path, table(issuer)) as district:
            browser = await district.browser()

            answer = await browser.sign_in("district", "teacher-1")

            assert answer.status_code == 403
            assert "invitation" in answer.text
            assert not browser.is_signed_in
            assert await district.people() == []
            assert await district.refusals() == ["unknown"]


async def test_an_account_of_the_same_address_is_not_taken_over(
    sqlite_url: str, tmp_path: Path
) -> None:
    with certified() as issuer:
        providers = table(issuer, just_in_time=True)
        async with serving(sqlite_url, tmp_path, providers) as district:
            held = await district.person("Ana", "ana@district.example")
            browser = await district.browser()

            answer = await browser.sign_in("district", "ana@district.example")

            assert answer.status_code == 303
            assert await browser.who() == "Teacher ana"
            assert await district.identities(held) == []


async def test_who_belongs_to_the_district_becomes_a_person_without_a_role_where_that_is_wanted(
    database_url: str, tmp_path: Path
) -> None:
    with certified() as issuer:
        providers = table(issuer, just_in_time=True, allowed_domains=["district.example"])
        async with serving(database_url, tmp_path, providers) as district:
            browser = await district.browser()

            await browser.sign_in("district", "ana@district.example")
            me = (await browser.get("/api/v1/me")).json()
            stranger = await (await district.browser()).sign_in("district", "ana@other.example")
            unsure = await (await district.browser()).sign_in(
                "district", "unverified@district.example"
            )

            assert (me["name"], me["grants"]) == ("Teacher ana", [])
            assert (stranger.status_code, unsure.status_code) == (403, 403)
            assert await district.people() == [("Teacher ana", "ana@district.example")]
            assert await district.refusals() == ["domain", "domain"]


async def test_a_signed_in_person_links_another_account(sqlite_url: str, tmp_path: Path) -> None:
    with certified() as issuer:
        async with serving(sqlite_url, tmp_path, table(issuer)) as district:
            person = await district.person("Ana")
            browser = await district.signed_in(person)
            before = browser.cookies.get(SESSION)

            begun = await browser.link("district", then="/reference")
            answer = await browser.go_on(begun, "teacher-1")

            assert (answer.status_code, answer.headers["Location"]) == (303, "/reference")
            assert browser.cookies.get(SESSION) == before
            assert [each.subject for each in await district.identities(person)] == ["teacher-1"]


async def test_a_sign_in_that_is_cancelled_there_says_so_here(
    sqlite_url: str, tmp_path: Path
) -> None:
    with certified() as issuer:
        async with serving(sqlite_url, tmp_path, table(issuer)) as district:
            browser = await district.browser()
            there = await browser.begin("district")
            while there.next_request is not None:
                there = await browser.send(there.next_request)

            answer = await browser.get(there.url.join(f"{there.url.path}/abort"))
            while answer.next_request is not None:
                answer = await browser.send(answer.next_request)

            assert answer.status_code == 403
            assert "cancelled" in answer.text
            assert await district.refusals() == ["access_denied"]


async def test_signing_out_there_comes_back_here(sqlite_url: str, tmp_path: Path) -> None:
    with certified() as issuer:
        async with serving(sqlite_url, tmp_path, table(issuer)) as district:
            _, invitation = await invited(district)
            browser = await district.browser()
            begun = await browser.begin("district", invitation=invitation)
            await browser.go_on(begun, "teacher-1")

            proof = csrf.token_of(browser.cookies[SESSION])
            left = await browser.post("/sign-out", data={"csrf": proof}, headers={"Origin": PUBLIC})
            assert not browser.is_signed_in
            page = await browser.get(left.headers["Location"])
            xsrf = page.text.partition('name="xsrf" value="')[2].partition('"')[0]
            done = await browser.post(
                f"{issuer}/session/end/confirm", data={"xsrf": xsrf, "logout": "yes"}
            )

            assert left.headers["Location"].startswith(f"{issuer}/session/end?")
            assert done.headers["Location"] == f"{PUBLIC}/sign-in"
            assert await district.app.state.oidc.sign_out_url("password", PUBLIC) is None


async def test_a_wrong_client_secret_is_the_servers_fault_not_the_persons(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with certified() as issuer:
        wrong = table(issuer, client_secret="another")
        async with serving(sqlite_url, tmp_path, wrong) as district:
            answer = await (await district.browser()).sign_in("district", "teacher-1")

    assert answer.status_code == 503
    assert "invalid_client" in caplog.text
    assert "another" not in caplog.text


async def test_the_mock_provider_signs_people_in_as_well(database_url: str, tmp_path: Path) -> None:
    ana = {
        "sub": "4711",
        "name": "Ana of the district",
        "email": "ana@district.example",
        "email_verified": True,
    }
    with mock_provider(ana) as issuer:
        # Like other servers, the mock does not decode what Basic authentication encodes.
        providers = table(issuer, just_in_time=True, client_id="pdsa", client_secret="plain")
        async with serving(database_url, tmp_path, providers) as district:
            browser = await district.browser()

            begun = await browser.begin("district")
            answer = await browser.go_on(begun, "4711")

            assert asked(begun)["code_challenge_method"] == "S256"
            assert answer.status_code == 303
            assert browser.is_signed_in
