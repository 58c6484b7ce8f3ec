"""Accounts as an administrator looks after them: kept out, let in again."""

import pytest

from api.security.addresses import canonical
from api.security.errors import WrongPassword
from api.store import tokens
from pdsa import InvalidValue, Role
from tests.api.client import at, refused
from tests.security.house import EMAIL, PASSWORD, Browser, House, header, house, wide


async def chief(here: House) -> Browser:
    return await here.signed_in(Role.administrator, None, email="chief@example.org", name="Chief")


async def test_a_disabled_account_is_out_at_once_and_signs_in_no_more(database_url: str) -> None:
    async with house(database_url) as here:
        administrator = await chief(here)
        teacher = await here.signed_in()
        person_id = (await teacher.get("me")).json()["person_id"]

        response = await administrator.post(f"people/{person_id}/account/disable")

        assert response.json()["disabled_at"] is not None
        refused(await teacher.get("me"), 401)
        refused(await teacher.sign_in(), 401, WrongPassword)
        await teacher.post("password-resets", json={"email": EMAIL})
        await here.settled()
        assert not here.post.letters
        assert "account.disabled" in await here.events()


async def test_an_enabled_account_signs_in_anew_and_what_was_ended_stays_ended(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        administrator = await chief(here)
        teacher = await here.signed_in()
        person_id = (await teacher.get("me")).json()["person_id"]
        await administrator.post(f"people/{person_id}/account/disable")

        response = await administrator.post(f"people/{person_id}/account/enable")

        assert response.json()["disabled_at"] is None
        refused(await teacher.get("me"), 401)
        assert (await teacher.sign_in()).status_code == 200


async def test_a_link_that_is_on_its_way_ends_with_the_account(database_url: str) -> None:
    async with house(database_url) as here:
        administrator = await chief(here)
        teacher = await here.signed_in()
        person_id = (await teacher.get("me")).json()["person_id"]
        await teacher.post("password-resets", json={"email": EMAIL})
        await here.settled()
        await administrator.post(f"people/{person_id}/account/disable")
        await administrator.post(f"people/{person_id}/account/enable")

        assert (await teacher.get(here.post.link())).status_code == 410


async def test_nobody_disables_their_own_account(database_url: str) -> None:
    async with house(database_url) as here:
        administrator = await chief(here)
        own = (await administrator.get("me")).json()["person_id"]

        refused(
            await administrator.post(f"people/{own}/account/disable"),
            422,
            pointer="/person_id",
        )


async def test_who_does_not_administer_the_server_knows_of_no_account(database_url: str) -> None:
    async with house(database_url) as here:
        teacher = await here.signed_in(Role.facilitator)
        person_id = await here.person("ben@example.org")

        for id in (person_id, "nothing"):
            refused(await teacher.get(f"people/{id}/account"), 404)
            for verb in ("disable", "enable", "unlink"):
                response = await teacher.post(f"people/{id}/account/{verb}")
                refused(response, 404)


async def test_an_account_is_shown_without_its_password(database_url: str) -> None:
    async with house(database_url) as here:
        person_id = await here.person()

        shown = (await here.admin.get(f"people/{person_id}/account")).json()

        assert (shown["email"], shown["has_password"]) == (EMAIL, True)
        assert "password_hash" not in shown
        assert PASSWORD not in str(shown)


async def test_who_has_no_account_yet_is_kept_out_as_well(database_url: str) -> None:
    async with house(database_url) as here:
        administrator = await chief(here)
        made = await here.admin.make("people", name="Ben Ito", email="ben@example.org")
        token = await here.database.write(tokens.new_token, here.by, made["id"], "Export")

        response = await administrator.post(f"people/{made['id']}/account/disable")

        assert response.status_code == 200, response.text
        assert response.json()["email"] is None
        assert response.json()["disabled_at"] is not None
        refused(await (await here.browser()).get("me", headers=header(token)), 401)
        refused(await administrator.post("people/nothing/account/disable"), 404)
        invitation = {"name": "Ben", "email": "ben@example.org", "role": "viewer"}
        assert (await administrator.post("invitations", json=invitation)).status_code == 202
        await here.settled()
        assert not here.post.letters, "an invitation lets nobody in who is kept out"


async def test_who_is_a_service_is_said_once(database_url: str) -> None:
    async with house(database_url) as here:
        person_id = await here.person()

        response = await here.admin.patch(
            f"people/{person_id}", json={"service": True}, headers=at(1)
        )

        refused(response, 400, pointer="/service")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ana.Ruiz@Example.ORG", "ana.ruiz@example.org"),
        ("  ana@example.org ", "ana@example.org"),
        (wide("ana@") + "example.org", "ana@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("straße@example.org", "strasse@example.org"),
        ("o'neil+tag@sub.example-school.org", "o'neil+tag@sub.example-school.org"),
        ("ana@localhost", "ana@localhost"),
    ],
)
def test_an_address_has_one_form(given: str, kept: str) -> None:
    assert canonical(given) == canonical(canonical(given)) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "ana",
        "@b.c",
        "a@",
        "a@b@c.d",
        "a b@c.d",
        "a@-b.c",
        "a@b..c",
        "a\n@b.c",
        "a" * 65 + "@b.c",
        "a@" + "b." * 130 + "c",
        "a@b.c\r\nBcc: d@e.f",
        "<a@b.c>",
        '"a"@b.c',
        "a\u202e@b.c",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(InvalidValue, match="e-mail address"):
        canonical(given)
