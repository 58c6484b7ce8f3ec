"""The pages for signing in, for links, and for one's own account: forms that need no script."""

import re
from html.parser import HTMLParser

import pytest
from litestar import _parsers

from tests.security.house import (
    ELSEWHERE,
    EMAIL,
    OTHER_PASSWORD,
    PASSWORD,
    SCHOOL,
    START,
    Browser,
    House,
    header,
    house,
)


class Form(HTMLParser):
    """The fields of a page, the labels that name them, and what it loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str | None]] = {}
        self.labels: set[str | None] = set()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.unnamed: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "label":
            self.labels.add(given.get("for"))
        if tag in ("input", "select") and given.get("type") != "hidden":
            self.fields[str(given.get("id"))] = given
        if any(name.startswith("on") or name == "style" for name in given):
            self.unnamed.append(tag)


async def a_link(here: House, browser: Browser) -> str:
    await browser.post("password-resets", json={"email": EMAIL})
    await here.settled()
    return here.post.link()


async def test_every_field_has_a_label_and_every_page_one_heading(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in()
        nobody = await here.browser()
        pages = {
            "/sign-in": await nobody.get("/sign-in"),
            "/forgot": await nobody.get("/forgot"),
            "/link": await nobody.get(await a_link(here, nobody)),
            "/account": await browser.get("/account"),
        }

        for path, response in pages.items():
            found = Form(response.text)
            assert response.status_code == 200, path
            assert set(found.fields) <= found.labels, path
            assert found.tags.count("h1") == found.tags.count("main") == 1, path
            assert not {"script", "style", "iframe", "img"} & set(found.tags), path
            assert not found.unnamed, path
            assert len(set(found.ids)) == len(found.ids), path
            assert '<html lang="en">' in response.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/sign-in", {"email": "username", "password": "current-password"}),
        ("/forgot", {"email": "username"}),
        ("/link", {"email": "username", "password": "new-password"}),
        ("/account", {"current": "current-password", "password": "new-password"}),
    ],
)
async def test_a_password_manager_knows_the_fields(
    sqlite_url: str, path: str, fields: dict[str, str]
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in()
        if path != "/account":
            browser = await here.browser()
        path = await a_link(here, browser) if path == "/link" else path

        found = Form((await browser.get(path)).text).fields

        for name, word in fields.items():
            assert found[name]["autocomplete"] == word


async def test_pages_with_forms_are_not_kept_and_send_to_this_site_alone(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in()
        nobody = await here.browser()

        for response in (
            await nobody.get("/sign-in"),
            await nobody.get("/forgot"),
            await browser.get("/account"),
            await nobody.get("/link/wrong"),
            await nobody.post("/sign-in"),
        ):
            policy = response.headers["Content-Security-Policy"]
            assert "form-action 'self'" in policy
            assert "default-src 'none'" in policy
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers.get_list("Referrer-Policy") == ["strict-origin"]


async def test_one_signs_in_and_out_without_a_script(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()

        done = await browser.submit("/sign-in", email=EMAIL, password=PASSWORD)
        account = await browser.get("/account")
        out = await browser.submit("/account", "/sign-out")
        after = await browser.get("/account")

        assert (done.status_code, done.headers["location"]) == (303, "/home")
        assert "Ana Ruiz" in account.text
        assert '<a href="/account">Account</a>' in account.text
        assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
        assert (after.status_code, after.headers["location"]) == (303, "/sign-in?then=/account")


async def test_what_is_wrong_is_said_at_the_top_and_the_address_is_kept(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser()

        answers = [
            await browser.submit("/sign-in", email=email, password="a wrong password")
            for email in (EMAIL, "nobody@example.org")
        ]

        one, other = (
            re.sub('csrf" value="[^"]+', "", each.text.replace(EMAIL, "nobody@example.org"))
            for each in answers
        )
        assert one == other
        assert [each.status_code for each in answers] == [422, 422]
        assert 'role="alert"' in one
        assert 'value="nobody@example.org"' in one
        assert "a wrong password" not in one


async def test_who_guesses_is_told_how_long_to_wait(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser(ELSEWHERE)
        for _ in range(6):
            response = await browser.submit("/sign-in", email=EMAIL, password="a guess")

        assert response.status_code == 429
        assert int(response.headers["Retry-After"]) > 0
        assert "Try again in" in response.text


@pytest.mark.parametrize(
    ("then", "goes_to"),
    [
        ("/reference", "/reference"),
        ("/account?done=password", "/account?done=password"),
        ("//evil.example", "/home"),
        ("/\\evil.example", "/home"),
        ("https://evil.example", "/home"),
        ("javascript:alert(1)", "/home"),
        ("/a\r\nSet-Cookie: x=y", "/home"),
        ("/\t/evil.example", "/home"),
        ("", "/home"),
    ],
)
async def test_one_goes_on_to_this_site_alone(sqlite_url: str, then: str, goes_to: str) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser()

        done = await browser.submit("/sign-in", email=EMAIL, password=PASSWORD, then=then)
        again = await browser.get("/sign-in", params={"then": then})

        assert done.headers["location"] == goes_to
        assert (again.status_code, again.headers["location"]) == (303, goes_to)


async def test_what_somebody_typed_is_text_and_never_markup(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.person(name="<b>Ana</b>")
        browser = await here.browser(name="<script>alert(1)</script>")
        evil = '"><script>alert(1)</script>'

        wrong = await browser.submit("/sign-in", email=evil, password="x")
        await browser.submit("/sign-in", email=EMAIL, password=PASSWORD)
        account = await browser.get("/account")

        assert "<script" not in wrong.text
        assert "<script" not in account.text
        assert "<b>" not in account.text


async def test_asking_for_a_new_password_shows_the_same_for_every_address(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser()

        known = await browser.submit("/forgot", email=EMAIL)
        unknown = await browser.submit("/forgot", email="nobody@example.org")
        await here.settled()

        assert known.text == unknown.text
        assert len(here.post.letters) == 1


async def test_sessions_are_ended_on_the_page(database_url: str) -> None:
    async with house(database_url) as here:
        at_home = await here.signed_in()
        at_school = await here.browser(SCHOOL, "Chrome")
        await at_school.sign_in()
        other = (await at_home.get("me/sessions")).json()["items"][0]["id"]

        done = await at_home.submit("/account", f"/account/sessions/{other}/end")

        assert done.status_code == 303
        assert (await at_school.get("/account")).status_code == 303
        await at_school.sign_in()
        await at_home.submit("/account", "/account/sessions/end-others")
        assert (await at_school.get("/account")).status_code == 303
        assert (await at_home.get("/account")).status_code == 200


async def test_the_password_is_changed_on_the_page(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        page, action = "/account", "/account/password"

        wrong = await browser.submit(page, action, current="wrong", password=OTHER_PASSWORD)
        common = await browser.submit(page, action, current=PASSWORD, password="password1")
        done = await browser.submit(page, action, current=PASSWORD, password=OTHER_PASSWORD)

        assert (wrong.status_code, common.status_code, done.status_code) == (422, 422, 303)
        assert 'href="#current"' in wrong.text
        assert 'href="#password"' in common.text
        said = (await browser.get(done.headers["location"])).text
        assert "The new password is in force" in said
        assert (await browser.sign_in(EMAIL, OTHER_PASSWORD)).status_code == 200


async def test_a_token_is_made_shown_once_and_ended_on_the_page(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        tool = await here.browser()

        made = await browser.submit(
            "/account", "/account/tokens", name="Export", access="read", unit_id="team", days="7"
        )
        (token,) = re.findall(r"pdsa_[\w-]+", made.text)
        listed = (await browser.get("me/tokens")).json()["items"][0]

        assert listed["scopes"] == [{"access": "read", "unit_id": "team"}]
        assert listed["expires_at"] == START.replace(day=17).isoformat().replace("+00:00", "Z")
        assert (await tool.get("units/team", headers=header(token))).status_code == 200
        assert token not in (await browser.get("/account")).text
        await browser.submit("/account", f"/account/tokens/{listed['id']}/revoke")
        assert (await tool.get("units/team", headers=header(token))).status_code == 401


@pytest.mark.parametrize(
    "field",
    [{"name": " "}, {"access": "everything"}, {"days": "-1"}, {"days": "0"}, {"days": "91"},
     {"days": "9" * 400}, {"days": "³"}, {"unit_id": "other-team"}, {"unit_id": "\0"}],
)  # fmt: skip
async def test_a_token_that_cannot_be_is_refused_on_the_page(
    sqlite_url: str, field: dict[str, str]
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in()
        given = {"name": "Export", "access": "read", "unit_id": "", "days": "7"} | field

        response = await browser.submit("/account", "/account/tokens", **given)

        assert response.status_code == 422
        assert 'role="alert"' in response.text
        assert not await here.rows("tokens") or len(await here.rows("tokens")) == 1


async def test_a_form_from_elsewhere_changes_nothing(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in()
        evil = {"Origin": "https://evil.example"}
        given = {"csrf": browser.csrf, "current": PASSWORD, "password": OTHER_PASSWORD}

        for headers, data in ((evil, given), ({}, given | {"csrf": "wrong"}), ({}, {})):
            for path in ("/account/password", "/sign-out", "/account/tokens"):
                response = await browser.post(path, data=data, headers=headers)
                assert response.status_code == 403
                assert "Nothing was changed" in response.text

        assert (await browser.get("/account")).status_code == 200


async def test_no_password_stays_in_memory_after_its_form_was_read(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser()
        kept = _parsers.parse_url_encoded_form_data.cache_info().currsize

        done = await browser.submit("/sign-in", email=EMAIL, password=PASSWORD)

        assert done.status_code == 303
        assert _parsers.parse_url_encoded_form_data.cache_info().currsize == kept
