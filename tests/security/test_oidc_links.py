"""Accounts of the district as they are linked by whoever is signed in, and unlinked."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from api.store import accounts, identities, links, sessions
from api.store.errors import NotAdmitted
from api.store.links import Purpose
from api.store.principals import digest
from pdsa import Role
from tests.api.client import refused
from tests.security.district import PUBLIC, Browser, District, asked, serving
from tests.security.hostile import ISSUER, hostile, table
from tests.security.house import EMAIL, OTHER_PASSWORD, PASSWORD, house

UNLINK = "/account/identities/unlink"


async def ana_with_a_password(district: District) -> str:
    ana = await district.person("Ana")
    await district.account(ana, EMAIL)
    return ana


async def unlink(browser: Browser, subject: str, **form: str) -> Any:
    """Press the button beside an account on the account page."""
    page = await browser.get("/account")
    csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    data = {"csrf": csrf, "issuer": ISSUER, "subject": subject} | form
    return await browser.post(UNLINK, data=data, headers={"Origin": PUBLIC})


# -- linking ---------------------------------------------------------------------------------


async def test_to_link_an_account_takes_the_present_password(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, table(more="")) as district:
        provider = hostile(district)
        ana = await ana_with_a_password(district)
        browser = await district.signed_in(ana)

        wrong = [
            await browser.link("hostile"),
            await browser.link("hostile", current=OTHER_PASSWORD),
        ]
        right = await browser.link("hostile", current=PASSWORD)
        done = await provider.come_back(browser, asked(right))

        for answer in wrong:
            assert answer.status_code == 422
            assert 'href="#link-hostile"' in answer.text
            assert 'id="link-hostile" name="current" aria-invalid="true"' in answer.text
        assert done.status_code == 303
        assert [each.subject for each in await district.identities(ana)] == ["4711"]


async def test_whoever_guesses_the_present_password_to_link_an_account_has_to_wait(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table(more="")) as district:
        hostile(district)
        browser = await district.signed_in(await ana_with_a_password(district))

        for _ in range(10):
            answer = await browser.link("hostile", current="a guess")
            assert answer.status_code == 422
        late = await browser.link("hostile", current=PASSWORD)

        assert late.status_code == 429
        assert "Too many tries" in late.text


async def test_whose_account_was_linked_is_told_by_mail(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, table(more='label = "Our district"')) as district:
        provider = hostile(district)
        ana = await ana_with_a_password(district)
        browser = await district.signed_in(ana)

        for _ in range(2):
            begun = await browser.link("hostile", current=PASSWORD)
            await provider.come_back(browser, asked(begun))
        letters = await district.settled()

        assert [letter.to for letter in letters] == [EMAIL], "once: the second time it was linked"
        assert "Our district" in letters[0].text
        assert f"{PUBLIC}/account" in letters[0].text
        assert f"{PUBLIC}/forgot" in letters[0].text
        assert "4711" not in letters[0].text


async def test_whoever_has_no_password_is_asked_for_none_and_is_told_by_the_address_that_is_known(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table(more="")) as district:
        provider = hostile(district)
        for name, email in (("Ana", EMAIL), ("Ben", "")):
            browser = await district.signed_in(await district.person(name, email))
            provider.claims["sub"] = name

            assert 'type="password"' not in (await browser.get("/account")).text
            done = await provider.come_back(browser, asked(await browser.link("hostile")))

            assert done.status_code == 303
        assert [letter.to for letter in await district.settled()] == [EMAIL]


# -- unlinking -------------------------------------------------------------------------------


async def test_an_account_is_unlinked_on_the_page_and_lets_nobody_in_any_more(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, table(more="")) as district:
        provider = hostile(district)
        ana = await ana_with_a_password(district)
        await district.link(ana, ISSUER, "4711")
        by_provider, by_password = await district.browser(), await district.signed_in(ana)
        await provider.sign_in(by_provider)
        assert await by_provider.who() == "Ana"

        done = await unlink(by_password, "4711")

        assert (done.status_code, done.headers["Location"]) == (303, "/account?done=identity")
        assert "is unlinked" in (await by_password.get("/account?done=identity")).text
        assert (await by_provider.who(), await by_password.who()) == ("", "Ana")
        assert (await provider.sign_in(by_provider)).status_code == 403
        assert await district.refusals() == ["unknown"]
        assert "identity.unlinked" in [event for event, _ in await district.events()]


async def test_the_last_way_in_stays(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, table(more="")) as district:
        ana = await district.person("Ana")
        for subject in ("4711", "4712"):
            await district.link(ana, ISSUER, subject)
        browser = await district.signed_in(ana)

        answers = [await unlink(browser, subject) for subject in ("4711", "4712")]

        assert [each.status_code for each in answers] == [303, 422]
        assert "this is the only one" in answers[1].text
        assert 'href="#identity"' in answers[1].text
        assert 'id="identity"' in answers[1].text
        assert [each.subject for each in await district.identities(ana)] == ["4712"]


async def test_one_unlinks_ones_own_accounts_by_a_form_of_this_site(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table(more="")) as district:
        ana, ben = await ana_with_a_password(district), await district.person("Ben")
        await district.link(ana, ISSUER, "ana")
        await district.link(ben, ISSUER, "ben")
        browser = await district.signed_in(ana)

        answers = [
            await unlink(browser, "ben"),
            await unlink(browser, "nobody"),
            await unlink(browser, "ana", csrf="wrong"),
        ]

        assert [each.status_code for each in answers] == [404, 404, 403]
        assert len(await district.identities(ana)) == len(await district.identities(ben)) == 1


async def test_what_a_provider_calls_somebody_is_text_on_the_page(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table(more="")) as district:
        ana = await ana_with_a_password(district)
        subject = '"><script>alert(1)</script>'
        await district.link(ana, ISSUER, subject)
        browser = await district.signed_in(ana)

        page = await browser.get("/account")

        assert "<script" not in page.text
        assert (await unlink(browser, subject)).status_code == 303


# -- a forgotten password, and the administrator -----------------------------------------------


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_new_password_unlinks_every_account_and_a_first_one_does_not(
    database_url: str, purpose: Purpose
) -> None:
    async with house(database_url) as here:
        ana = await here.person()
        await here.database.write(identities.link, here.by, ana, ISSUER, "4711")
        secret = await here.database.write(links.make, here.by, ana, purpose)
        browser = await here.browser()

        shown = await browser.get(f"/link/{secret}")
        await browser.submit(f"/link/{secret}", password=OTHER_PASSWORD)

        left = await here.database.read(identities.find, ISSUER, "4711")
        assert left == (None if purpose is Purpose.reset else ana)
        assert ("unlinks accounts" in shown.text) == (purpose is Purpose.reset)
        assert ("identity.unlinked" in await here.events()) == (purpose is Purpose.reset)


async def test_an_account_that_is_linked_while_the_password_is_reset_is_unlinked(
    postgres_url: str,
) -> None:
    async with house(postgres_url) as here:
        ana = await here.person()
        by = here.by
        begin = partial(sessions.begin, address="", browser="", signed_in_by="password")
        session = await here.database.write(begin, by, ana)
        secret = await here.database.write(links.make, by, ana, Purpose.reset)
        begun, may_end = asyncio.Event(), asyncio.Event()

        def link(conn: Connection) -> None:
            assert sessions.use_of(conn, digest(session), by.at, hold=True)
            begun.set()
            await_only(may_end.wait())
            identities.link(conn, by, ana, ISSUER, "4711")

        linking = asyncio.create_task(here.database.write(link))
        await begun.wait()
        resetting = asyncio.create_task(
            here.database.write(accounts.set_password, by, secret, "hash", None)
        )
        await asyncio.sleep(0.1)
        may_end.set()
        await asyncio.gather(linking, resetting)

        assert await here.database.read(identities.find, ISSUER, "4711") is None


async def test_an_account_that_was_unlinked_meanwhile_lets_nobody_in(database_url: str) -> None:
    async with house(database_url) as here:
        with pytest.raises(NotAdmitted):
            await here.database.write(identities.used, here.by, ISSUER, "4711")


async def test_an_administrator_unlinks_every_account_of_a_person(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, table(more="")) as district:
        provider = hostile(district)
        chief, ana = await district.person("Chief"), await ana_with_a_password(district)
        await district.give_role(chief, Role.administrator)
        for subject in ("4711", "4712"):
            await district.link(ana, ISSUER, subject)
        by_provider, by_password = await district.browser(), await district.signed_in(ana)
        await provider.sign_in(by_provider)
        administrator = await district.signed_in(chief)
        path = f"/api/v1/people/{ana}/account"

        before = (await administrator.get(path)).json()
        answer = await administrator.change(f"{path}/unlink")

        assert before["identities"] == 2
        assert (answer.status_code, answer.json()["identities"]) == (200, 0)
        assert (await by_provider.who(), await by_password.who()) == ("", "Ana")
        assert await district.identities(ana) == []
        assert (await provider.sign_in(by_provider)).status_code == 403


async def test_an_administrator_unlinks_whoever_has_no_account_yet(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table(more="")) as district:
        chief, ana = await district.person("Chief"), await district.person("Ana")
        await district.give_role(chief, Role.administrator)
        await district.link(ana, ISSUER, "4711")
        administrator = await district.signed_in(chief)

        answer = await administrator.change(f"/api/v1/people/{ana}/account/unlink")

        assert (answer.status_code, answer.json()["identities"]) == (200, 0)
        assert await district.identities(ana) == []


async def test_who_does_not_administer_the_server_unlinks_nobody_else(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, table(more="")) as district:
        chief, ana = await district.person("Chief"), await district.person("Ana")
        await district.give_role(chief, Role.administrator)
        await district.link(chief, ISSUER, "4711")
        administrator, teacher = await district.signed_in(chief), await district.signed_in(ana)
        path = f"/api/v1/people/{chief}/account/unlink"

        refused(await teacher.change(path), 404)
        refused(await teacher.change("/api/v1/people/nobody/account/unlink"), 404)
        refused(await administrator.change("/api/v1/people/nobody/account/unlink"), 404)
        refused(await administrator.change(path), 422, pointer="/person_id")

        assert len(await district.identities(chief)) == 1
