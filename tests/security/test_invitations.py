"""Invitations: a role by e-mail address, from whoever may give it, without saying who is here."""

import asyncio
from typing import Any

import pytest

from pdsa import NotAllowed, Role
from tests.api.client import refused
from tests.security.house import EMAIL, PASSWORD, Browser, House, house

NEW = "ben@example.org"


def an_invitation(**changes: Any) -> dict[str, Any]:
    return {"name": "Ben Ito", "email": NEW, "role": "member", "unit_id": "team"} | changes


async def facilitator(here: House) -> Browser:
    return await here.signed_in(Role.facilitator)


async def test_who_is_invited_chooses_a_password_and_works_with_the_team(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        response = await (await facilitator(here)).post("invitations", json=an_invitation())
        await here.settled()
        (letter,) = here.post.letters
        ben = await here.browser()
        done = await ben.submit(here.post.link(), password=PASSWORD)

        assert response.status_code == 202
        assert letter.to == NEW
        assert done.status_code == 303
        me = (await ben.get("me")).json()
        assert me["name"] == "Ben Ito"
        assert [(each["role"], each["unit_id"]) for each in me["grants"]] == [("member", "team")]
        assert (await ben.get("units/team")).status_code == 200


async def test_the_answer_does_not_tell_who_has_an_account(database_url: str) -> None:
    async with house(database_url) as here:
        inviting = await facilitator(here)
        await here.person(NEW, role=None)

        known = await inviting.post("invitations", json=an_invitation())
        new = await inviting.post("invitations", json=an_invitation(email="cleo@example.org"))
        await here.settled()

        assert (known.status_code, known.json() | {"email": ""}) == (
            new.status_code,
            new.json() | {"email": ""},
        )
        assert set(known.headers) == set(new.headers)
        to = {letter.to: letter for letter in here.post.letters}
        assert "/link/" not in to[NEW].text
        assert "/sign-in" in to[NEW].text
        assert "/link/" in to["cleo@example.org"].text


async def test_who_has_an_account_gets_the_role_at_once(database_url: str) -> None:
    async with house(database_url) as here:
        inviting = await facilitator(here)
        ben = await here.signed_in(None, email=NEW)
        refused(await ben.get("units/team"), 404)

        await inviting.post("invitations", json=an_invitation(email=" BEN@example.org"))

        assert (await ben.get("units/team")).status_code == 200


async def test_one_gives_the_roles_that_one_may_give_where_one_may(database_url: str) -> None:
    async with house(database_url) as here:
        inviting = await facilitator(here)
        before = {name: await here.rows(name) for name in ("people", "accounts", "grants", "links")}

        refused(
            await inviting.post("invitations", json=an_invitation(role="facilitator")),
            403,
            NotAllowed,
        )
        refused(await inviting.post("invitations", json=an_invitation(unit_id="other-team")), 404)
        refused(await inviting.post("invitations", json=an_invitation(unit_id="nothing")), 404)
        refused(await inviting.post("invitations", json=an_invitation(unit_id=None)), 403)
        member = await here.signed_in(Role.member, email="mia@example.org")
        refused(await member.post("invitations", json=an_invitation()), 403)
        await here.settled()

        assert not here.post.letters
        assert await here.rows("links") == before["links"]
        assert NEW not in str([await here.rows(name) for name in ("people", "accounts")])


@pytest.mark.parametrize("email", ["ben", "ben@", "@example.org", "a b@example.org", "a@b@c"])
async def test_an_address_is_one(sqlite_url: str, email: str) -> None:
    async with house(sqlite_url) as here:
        inviting = await facilitator(here)

        refused(
            await inviting.post("invitations", json=an_invitation(email=email)),
            422,
            pointer="/email",
        )


async def test_a_second_invitation_replaces_the_link_and_doubles_nothing(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        inviting = await facilitator(here)
        await inviting.post("invitations", json=an_invitation())
        await here.settled()
        first = here.post.link()
        here.clock.forward(hours=2)
        await inviting.post("invitations", json=an_invitation(name="Somebody else"))
        await here.settled()
        second = here.post.link()

        ben = await here.browser()
        assert (await ben.get(first)).status_code == 410
        assert (await ben.submit(second, password=PASSWORD)).status_code == 303
        me = (await ben.get("me")).json()
        assert me["name"] == "Ben Ito"
        assert len(me["grants"]) == 1


async def test_two_invitations_at_once_make_one_person(database_url: str) -> None:
    async with house(database_url) as here:
        inviting = await facilitator(here)

        answers = await asyncio.gather(
            *(inviting.post("invitations", json=an_invitation()) for _ in range(6))
        )

        assert {each.status_code for each in answers} == {202}
        assert [row.email for row in await here.rows("accounts")].count(NEW) == 1
        assert [row.email for row in await here.rows("people")].count(NEW) == 1


async def test_a_person_who_is_known_by_this_address_is_invited_as_that_person(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        known = await here.admin.make("people", name="Ben Ito", email="Ben@Example.org")
        await (await facilitator(here)).post("invitations", json=an_invitation())
        await here.settled()
        ben = await here.browser()
        await ben.submit(here.post.link(), password=PASSWORD)

        assert (await ben.get("me")).json()["person_id"] == known["id"]


async def test_where_several_people_have_an_address_none_of_them_gets_the_role(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        inviting = await facilitator(here)
        alike = [
            (await here.admin.make("people", name=name, email=NEW))["id"] for name in ("B", "Ben")
        ]

        for _ in range(2):
            await inviting.post("invitations", json=an_invitation())
            await here.settled()
        ben = await here.browser()
        await ben.submit(here.post.link(), password=PASSWORD)

        me = (await ben.get("me")).json()
        assert me["person_id"] not in alike
        assert [each["role"] for each in me["grants"]] == ["member"]
        assert not {row.person_id for row in await here.rows("grants")} & set(alike)
        assert [row.email for row in await here.rows("people")].count(NEW) == 3


async def test_a_repeated_request_invites_once(database_url: str) -> None:
    async with house(database_url) as here:
        inviting = await facilitator(here)
        for _ in range(3):
            headers = {"Idempotency-Key": "tap-tap"}
            response = await inviting.post("invitations", json=an_invitation(), headers=headers)
            assert response.status_code == 202
        await here.settled()

        assert len(here.post.letters) == 1


async def test_an_invitation_to_a_disabled_account_mails_nothing_and_says_the_same(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        chief = await here.signed_in(Role.administrator, None)
        ben = await here.person(NEW, role=None)
        await chief.post(f"people/{ben}/account/disable")

        response = await chief.post("invitations", json=an_invitation())
        await here.settled()

        assert response.status_code == 202
        assert not here.post.letters


async def test_the_role_holds_on_its_days(database_url: str) -> None:
    async with house(database_url) as here:
        inviting = await facilitator(here)
        ben = await here.signed_in(None, email=NEW)

        await inviting.post(
            "invitations", json=an_invitation(starts_on="2031-01-12", ends_on="2031-01-12")
        )

        refused(await ben.get("units/team"), 404)
        here.clock.forward(days=2)
        assert (await ben.sign_in(NEW)).status_code == 200
        assert (await ben.get("units/team")).status_code == 200
        wrong = an_invitation(starts_on="2031-01-12", ends_on="2031-01-11", email=EMAIL)
        assert (await inviting.sign_in()).status_code == 200
        refused(await inviting.post("invitations", json=wrong), 422, pointer="/ends_on")


async def test_nobody_invites_themselves(database_url: str) -> None:
    async with house(database_url) as here:
        inviting = await facilitator(here)
        before = await here.rows("grants")

        response = await inviting.post("invitations", json=an_invitation(email=EMAIL, role="coach"))

        refused(response, 403, NotAllowed)
        assert await here.rows("grants") == before
