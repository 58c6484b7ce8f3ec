"""Addresses that a provider vouches for, and who is meant by them; who signs in before an invitation."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from api.store import accounts, elements, invitations, tokens
from api.store.kinds import GRANT, PERSON
from pdsa import Role
from tests.security.district import Browser, District, asked, operator, serving
from tests.security.hostile import ISSUER, Hostile, table
from tests.security.house import EMAIL, PASSWORD

TRUSTED = table(more='just_in_time = true\nallowed_domains = ["district.example"]')
JLEE, JORTIZ = "jlee@district.example", "jortiz@district.example"


class Teachers(Hostile):
    """The district's provider, at which several people have accounts."""

    async def let_in(
        self, browser: Browser, subject: str, email: str = "", name: str = "J Lee", **form: str
    ) -> int:
        """Sign somebody in; the status."""
        self.claims |= {"sub": subject, "name": name, "email": email, "email_verified": bool(email)}
        return (await self.sign_in(browser, **form)).status_code


def teachers(district: District) -> Teachers:
    provider = Teachers()
    provider.attached(district)
    return provider


async def invite(district: District, email: str) -> str:
    """Invite an address to see the whole server; the invitation's secret, if there is one."""

    def work(conn: object) -> invitations.Invitation | None:
        return invitations.invite(
            conn,  # type: ignore[arg-type]
            operator(),
            name="Somebody",
            email=email,
            role=Role.viewer,
            unit_id=None,
        )

    made = await district.database.write(work)
    return made.link or "" if made is not None else ""


async def roles(browser: Browser) -> list[str]:
    return [each["role"] for each in (await browser.get("/api/v1/me")).json()["grants"]]


# -- the address -----------------------------------------------------------------------------


async def test_the_address_of_whoever_came_by_the_district_is_the_districts(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, TRUSTED) as district:
        provider, browser = teachers(district), await district.browser()

        await provider.let_in(browser, "1", JLEE)
        await provider.let_in(browser, "1", JORTIZ, "J Ortiz")
        id = (await browser.get("/api/v1/me")).json()["person_id"]

        person = await district.database.read(elements.get, operator(), PERSON, id)
        assert (person.name, person.email, person.version) == ("J Lee", JORTIZ, 2)
        assert ("person.changed", {"fields": "email"}) in await district.events()
        assert await provider.let_in(browser, "1", JORTIZ) == 303
        assert await district.database.read(elements.get, operator(), PERSON, id) == person


async def test_an_address_that_passed_to_somebody_else_brings_the_role_to_them(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, TRUSTED) as district:
        provider = teachers(district)
        first, second = await district.browser(), await district.browser()

        await provider.let_in(first, "old", JLEE.upper().replace("DISTRICT", "district"), "J Ortiz")
        await provider.let_in(second, "new", JLEE, "Jin Lee")
        await invite(district, JLEE)

        assert (await roles(first), await roles(second)) == ([], ["viewer"])
        assert sorted(await district.people()) == [("J Ortiz", ""), ("Jin Lee", JLEE)]


async def test_an_address_of_ones_own_account_is_left_alone(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, TRUSTED) as district:
        provider = teachers(district)
        ana = await district.person("Ana", EMAIL)
        await district.account(ana, EMAIL)
        ben = await district.person("Ben", JLEE)
        await district.account(ben, JLEE)
        for person, subject in ((ana, "ana"), (ben, "ben")):
            await district.link(person, ISSUER, subject)

        await provider.let_in(await district.browser(), "ana", JLEE)

        assert sorted(await district.people()) == [("Ana", EMAIL), ("Ben", JLEE)]


async def test_an_address_that_an_administrator_wrote_down_is_not_taken(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, TRUSTED) as district:
        provider, browser = teachers(district), await district.browser()
        await district.person("Jin", JLEE)

        await provider.let_in(browser, "1", JLEE, "J Lee")
        await invite(district, JLEE)

        assert await roles(browser) == []
        assert sorted(await district.people()) == [
            ("J Lee", JLEE),
            ("Jin", JLEE),
            ("Somebody", JLEE),
        ]


async def test_an_address_that_the_provider_does_not_vouch_for_changes_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    untrusted = table("untrusted", "https://other.example")
    async with serving(sqlite_url, tmp_path, TRUSTED + untrusted) as district:
        provider, browser = teachers(district), await district.browser()
        await provider.let_in(browser, "1", JLEE)
        other = Hostile("https://other.example")
        other.attached(district, "untrusted")
        other.claims |= {"email": JLEE, "email_verified": True, "name": "Mallory"}

        await other.sign_in(await district.browser(), "untrusted")

        assert sorted(await district.people()) == [("J Lee", JLEE), ("Mallory", "")]


async def test_an_address_is_kept_up_to_date_where_nobody_becomes_a_person_any_more(
    sqlite_url: str, tmp_path: Path
) -> None:
    known = TRUSTED.replace("just_in_time = true", "")
    async with serving(sqlite_url, tmp_path, known) as district:
        provider = teachers(district)
        await district.link(await district.person("Ana", JLEE), ISSUER, "1")

        known_one = await provider.let_in(await district.browser(), "1", JORTIZ)
        unknown = await provider.let_in(await district.browser(), "2", JLEE)

        assert (known_one, unknown) == (303, 403)
        assert await district.people() == [("Ana", JORTIZ)]


# -- first signed in, then invited -------------------------------------------------------------


async def test_whoever_signed_in_before_the_invitation_is_who_was_invited_from_then_on(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, TRUSTED) as district:
        provider = teachers(district)
        before, after = await district.browser(), await district.browser()
        await provider.let_in(before, "ben", JLEE, "Ben of the district")
        former = (await before.get("/api/v1/me")).json()["person_id"]
        token = await district.database.write(tokens.new_token, operator(), former, "Export")

        invitation = await invite(district, EMAIL)
        status = await provider.let_in(after, "ben", JLEE, invitation=invitation)

        assert status == 303
        me = (await after.get("/api/v1/me")).json()
        assert (me["name"], await roles(after)) == ("Somebody", ["viewer"])
        assert await before.who() == ""
        header = {"Authorization": f"Bearer {token}"}
        assert (await before.get("/api/v1/me", headers=header)).status_code == 401
        assert await district.identities(former) == []
        assert [each.subject for each in await district.identities(me["person_id"])] == ["ben"]
        told = [event for event, _ in await district.events()]
        assert told.index("identity.unlinked") < len(told) - told[::-1].index("identity.linked")
        assert sorted(await district.people()) == [("Ben of the district", ""), ("Somebody", EMAIL)]


async def test_whoever_forgot_that_an_account_was_unlinked_links_it_again(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path, TRUSTED) as district:
        provider = teachers(district)
        ana = await district.person("Ana", EMAIL)
        await district.account(ana, EMAIL)
        stranger, browser = await district.browser(), await district.signed_in(ana)
        await provider.let_in(stranger, "ana", JLEE, "Ana of the district")

        begun = await browser.link("hostile", current=PASSWORD)
        done = await provider.come_back(browser, asked(begun))

        assert done.headers["Location"] == "/account"
        assert (await stranger.who(), await browser.who()) == ("", "Ana")
        assert [each.subject for each in await district.identities(ana)] == ["ana"]
        assert sorted(await district.people()) == [("Ana", EMAIL), ("Ana of the district", "")]


async def has_a_role(district: District, person_id: str) -> None:
    await district.give_role(person_id)


async def had_a_role(district: District, person_id: str) -> None:
    grant = await district.give_role(person_id)
    await district.database.write(elements.remove, operator(), GRANT, grant, None)


async def has_a_password(district: District, person_id: str) -> None:
    await district.account(person_id, "other@example.org", PASSWORD)


async def is_kept_out(district: District, person_id: str) -> None:
    await district.database.write(accounts.disable, operator(), person_id)


@pytest.mark.parametrize("known", [has_a_role, had_a_role, has_a_password, is_kept_out])
async def test_an_account_of_somebody_who_is_known_here_is_not_taken_by_an_invitation(
    database_url: str, tmp_path: Path, known: Callable[[District, str], Awaitable[None]]
) -> None:
    async with serving(database_url, tmp_path, TRUSTED) as district:
        provider = teachers(district)
        before = await district.browser()
        await provider.let_in(before, "ben", JLEE)
        former = (await before.get("/api/v1/me")).json()["person_id"]
        await known(district, former)

        invitation = await invite(district, EMAIL)
        status = await provider.let_in(await district.browser(), "ben", JLEE, invitation=invitation)

        assert status == 403
        assert await district.refusals() == ["taken"]
        assert [each.subject for each in await district.identities(former)] == ["ben"]
