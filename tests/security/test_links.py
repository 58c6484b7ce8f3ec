"""Links that work once: looking consumes nothing, of two uses one counts, and each runs out."""

import asyncio
import re

import pytest

from api.store import links, tokens
from api.store.errors import LinkOver
from api.store.links import Purpose
from pdsa import Role
from tests.api.client import refused
from tests.security.house import (
    EMAIL,
    OTHER_PASSWORD,
    PASSWORD,
    SCHOOL,
    Browser,
    House,
    header,
    house,
)


async def asked(here: House, browser: Browser, email: str = EMAIL) -> str:
    """Ask for a new password; the path of the link in the mail."""
    response = await browser.post("password-resets", json={"email": email})
    assert response.status_code == 202
    await here.settled()
    return here.post.link()


async def test_a_link_lets_its_owner_choose_a_password_and_in(database_url: str) -> None:
    async with house(database_url) as here:
        person_id = await here.person()
        browser = await here.browser()
        path = await asked(here, browser)

        done = await browser.submit(path, password=OTHER_PASSWORD)

        assert (done.status_code, done.headers["location"]) == (303, "/home")
        me = (await browser.get("me")).json()
        assert (me["person_id"], me["signed_in_by"]) == (person_id, "link")
        assert (await (await here.browser()).sign_in(EMAIL, PASSWORD)).status_code == 401
        assert (await (await here.browser()).sign_in(EMAIL, OTHER_PASSWORD)).status_code == 200


async def test_a_mail_scanner_that_looks_at_the_link_consumes_nothing(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()
        path = await asked(here, browser)
        before = await here.rows("links")

        for _ in range(5):
            scanner = await here.browser("192.0.2.200", "Scanner")
            assert (await scanner.get(path)).status_code == 200
            await scanner.request("HEAD", path)

        assert await here.rows("links") == before
        assert (await browser.submit(path, password=OTHER_PASSWORD)).status_code == 303


async def test_of_two_that_use_a_link_at_once_one_is_let_in(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        browsers = [await here.browser(), await here.browser(SCHOOL), await here.browser()]
        path = await asked(here, browsers[0])

        forms = [await each.filled(path, password=OTHER_PASSWORD) for each in browsers]

        answers = await asyncio.gather(
            *(
                each.post(where, data=data)
                for each, (where, data) in zip(browsers, forms, strict=True)
            )
        )

        assert sorted(each.status_code for each in answers) == [303, 410, 410]
        assert len(await here.rows("sessions")) == 1


async def test_a_used_link_works_no_more(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()
        path = await asked(here, browser)
        shown = await browser.get(path)
        await browser.submit(path, password=OTHER_PASSWORD)

        again = await (await here.browser()).get(path)

        assert shown.status_code == 200
        assert again.status_code == 410
        assert "does not work any more" in again.text


@pytest.mark.parametrize(
    ("purpose", "hours"),
    [(Purpose.reset, 1), (Purpose.invitation, 168), (Purpose.first_administrator, 24)],
)
async def test_a_link_runs_out(database_url: str, purpose: Purpose, hours: int) -> None:
    async with house(database_url) as here:
        person_id = await here.person()
        secret = await here.database.write(links.make, here.by, person_id, purpose)

        here.clock.forward(hours=hours, seconds=-1)
        assert (await here.database.read(links.look, here.by, secret)).person_id == person_id
        here.clock.forward(seconds=1)
        with pytest.raises(LinkOver):
            await here.database.read(links.look, here.by, secret)
        with pytest.raises(LinkOver):
            await here.database.write(links.consume, here.by, secret)


async def test_a_newer_link_ends_the_one_before_it(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()
        first = await asked(here, browser)
        second = await asked(here, browser)

        assert (await browser.get(first)).status_code == 410
        assert (await browser.get(second)).status_code == 200


async def test_the_use_of_a_link_ends_every_session_and_every_other_link(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        thief = await here.signed_in()
        person_id = (await thief.get("me")).json()["person_id"]
        invitation = await here.database.write(links.make, here.by, person_id, Purpose.invitation)
        owner = await here.browser(SCHOOL)

        await owner.submit(await asked(here, owner), password=OTHER_PASSWORD)

        refused(await thief.get("me"), 401)
        assert (await owner.get("me")).status_code == 200
        assert (await thief.get(f"/link/{invitation}")).status_code == 410


async def test_a_changed_password_ends_the_links_that_are_on_their_way(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        path = await asked(here, browser)
        await browser.put("me/password", json={"current": PASSWORD, "password": OTHER_PASSWORD})

        assert (await browser.get(path)).status_code == 410


async def test_a_password_that_is_refused_does_not_use_the_link_up(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()
        path = await asked(here, browser)

        for bad in ("short", "password1", "ana-ruiz-2031", "x" * 257):
            response = await browser.submit(path, password=bad)
            assert response.status_code == 422
            assert 'aria-invalid="true"' in response.text

        assert (await browser.submit(path, password=OTHER_PASSWORD)).status_code == 303


async def test_asking_is_answered_alike_for_every_address(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()
        answers = []
        for email in (EMAIL, "nobody@example.org", "no address"):
            hashes, response = (
                here.passwords.verified,
                await browser.post("password-resets", json={"email": email}),
            )
            del response.headers["x-request-id"]  # of each request its own
            answers.append((response.status_code, response.content, dict(response.headers)))
            assert here.passwords.verified == hashes
            assert not here.post.letters or email != EMAIL, "mail goes after the answer"
            await here.settled()

        assert answers[0] == answers[1] == answers[2]
        assert [each.to for each in here.post.letters] == [EMAIL]


async def test_the_mail_goes_to_the_address_that_is_kept_and_to_no_look_alike(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        await here.person("mike@example.org")
        browser = await here.browser()
        for email in (
            "m\u0131ke@example.org",
            "MIKE@EXAMPLE.ORG",
            "mike@example.org\nBcc: x@y.example",
        ):
            await browser.post("password-resets", json={"email": email})
            await here.settled()

        assert [each.to for each in here.post.letters] == ["mike@example.org"]


async def test_nobody_fills_anothers_letterbox(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        for n in range(10):
            browser = await here.browser(f"192.0.2.{n}")
            response = await browser.post("password-resets", json={"email": EMAIL})
            assert response.status_code == 202
        await here.settled()

        assert len(here.post.letters) == 3


async def test_a_link_begins_with_the_public_url_and_never_with_a_header(sqlite_url: str) -> None:
    async with house(sqlite_url, public_url="https://pdsa.example.org/") as here:
        await here.person()
        browser = await here.browser()

        await browser.post(
            "password-resets", json={"email": EMAIL}, headers={"Host": "evil.example", "Origin": ""}
        )
        await here.settled()

        assert "\nhttps://pdsa.example.org/link/" in here.post.letters[0].text
        assert "evil" not in here.post.letters[0].text


async def test_the_page_of_a_link_tells_its_path_to_nobody(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser()

        response = await browser.get(await asked(here, browser))

        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers.get_list("Referrer-Policy") == ["strict-origin"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_a_link_itself_is_stored_nowhere(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        path = await asked(here, await here.browser())

        stored = str([await here.rows(name) for name in ("links", "security_events", "activity")])

        assert path.removeprefix("/link/") not in stored


async def test_the_first_administrator_chooses_an_address_too(database_url: str) -> None:
    async with house(database_url) as here:
        person_id = here.admin.person_id
        secret = await here.database.write(
            links.make, here.by, person_id, Purpose.first_administrator
        )
        browser = await here.browser()

        nothing = await browser.submit(f"/link/{secret}", password=PASSWORD, email="no address")
        done = await browser.submit(f"/link/{secret}", password=PASSWORD, email="Chief@Example.org")

        assert (nothing.status_code, done.status_code) == (422, 303)
        assert (await browser.get("me")).json()["person_id"] == person_id
        again = await here.browser()
        assert (await again.sign_in("chief@example.org")).status_code == 200


async def test_an_address_that_is_taken_is_not_taken_again(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person(role=Role.viewer)
        secret = await here.database.write(
            links.make, here.by, here.admin.person_id, Purpose.first_administrator
        )
        browser = await here.browser()

        response = await browser.submit(f"/link/{secret}", password=OTHER_PASSWORD, email=EMAIL)

        assert response.status_code == 422
        assert (await browser.get(f"/link/{secret}")).status_code == 200, "it still works"


async def test_a_failure_in_the_server_tells_its_log_no_link_and_no_address(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()
        path = await asked(here, browser)
        shown = await browser.get(path)
        token = re.findall(r'name="csrf" value="([^"]+)"', shown.text)[0]
        await here.database.write(lambda conn: conn.exec_driver_sql("DROP TABLE devices"))

        for where, given in (
            (path, {"password": OTHER_PASSWORD}),
            ("/sign-in", {"email": EMAIL, "password": PASSWORD}),
        ):
            response = await browser.post(where, data=given | {"csrf": token})
            assert response.status_code in (500, 503)

        said = "\n".join(
            each.getMessage() + str(each.exc_info)
            for each in caplog.records
            if not each.name.startswith("httpx")
        )
        assert "failed" in said
        for secret in (path.removeprefix("/link/"), OTHER_PASSWORD, PASSWORD, EMAIL):
            assert secret not in said


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_new_password_ends_the_tokens_and_a_first_one_does_not(
    database_url: str, purpose: Purpose
) -> None:
    async with house(database_url) as here:
        person_id = await here.person()
        tool = await here.browser()
        token = await here.database.write(tokens.new_token, here.by, person_id, "Export")
        secret = await here.database.write(links.make, here.by, person_id, purpose)

        done = await (await here.browser()).submit(f"/link/{secret}", password=OTHER_PASSWORD)

        assert done.status_code == 303
        wanted = 401 if purpose is Purpose.reset else 200
        assert (await tool.get("me", headers=header(token))).status_code == wanted
