"""API tokens: made by a person for themselves or a service, narrowed by scopes, ended by a moment."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from api.problems import Unauthenticated
from api.security.errors import NeedsSession
from pdsa import Role
from tests.api.client import refused
from tests.security.house import EMAIL, START, Browser, House, header, house


def a_token(
    access: str = "read", unit_id: str | None = None, days: float = 30, name: str = "Export"
) -> dict[str, Any]:
    return {
        "name": name,
        "scopes": [{"access": access, "unit_id": unit_id}],
        "expires_at": (START + timedelta(days=days)).isoformat(),
    }


async def made(browser: Browser, at: str = "me/tokens", **given: Any) -> tuple[str, str]:
    """A new token's id, and the token itself."""
    response = await browser.post(at, json=a_token(**given))
    assert response.status_code == 201, response.text
    assert response.headers["Cache-Control"] == "no-store"
    return response.json()["id"], response.json()["token"]


async def in_two_teams(here: House) -> tuple[Browser, Browser]:
    """A teacher of one team who coaches the other, and their tool without any cookie."""
    teacher = await here.signed_in(Role.facilitator)
    person_id = (await teacher.get("me")).json()["person_id"]
    role = {"person_id": person_id, "role": "coach", "unit_id": "other-team"}
    assert (await here.admin.post("grants", json=role)).status_code == 201
    return teacher, await here.browser()


async def test_a_token_is_shown_once_and_kept_nowhere(database_url: str) -> None:
    async with house(database_url) as here:
        teacher = await here.signed_in()
        id, token = await made(teacher)

        (listed,) = (await teacher.get("me/tokens")).json()["items"]
        stored = str([await here.rows(n) for n in ("tokens", "idempotency", "security_events")])

        assert listed["id"] == id
        assert "token" not in listed
        assert token not in stored
        assert "token.made" in await here.events()


async def test_a_repeated_request_shows_no_token_again(database_url: str) -> None:
    async with house(database_url) as here:
        teacher = await here.signed_in()
        headers = {"Idempotency-Key": "once"}

        one = await teacher.post("me/tokens", json=a_token(), headers=headers)
        other = await teacher.post("me/tokens", json=a_token(), headers=headers)

        assert one.json()["token"] != other.json()["token"]


READ, WRITE, MAKE_UNIT = "GET", "POST aim", "POST unit"


async def can(tool: Browser, token: str, team: str) -> set[str]:
    """What a token may do in a team."""
    found = set()
    if (await tool.get(f"units/{team}", headers=header(token))).status_code == 200:
        found.add("see")
    aim = {"unit_id": team, "title": "More questions"}
    response = await tool.post("aims", json=aim, headers=header(token))
    if response.status_code == 201:
        found.add("log")
    role = {"person_id": "nobody", "role": "member", "unit_id": team}
    response = await tool.post("grants", json=role, headers=header(token))
    if response.status_code == 422 and response.json()["errors"][0]["pointer"] == "/person_id":
        found.add("invite")  # it got as far as the person, who is not there
    return found


@pytest.mark.parametrize(
    ("access", "unit_id", "here_may", "there_may"),
    [
        ("read", None, {"see"}, {"see"}),
        ("write", None, {"see", "log"}, {"see", "log"}),
        ("administer", None, {"see", "log", "invite"}, {"see", "log"}),
        ("read", "team", {"see"}, set()),
        ("write", "team", {"see", "log"}, set()),
        ("administer", "other-team", set(), {"see", "log"}),
    ],
)
async def test_a_token_may_what_its_scopes_and_its_persons_roles_both_allow(
    database_url: str, access: str, unit_id: str | None, here_may: set[str], there_may: set[str]
) -> None:
    async with house(database_url) as here:
        teacher, tool = await in_two_teams(here)
        _, token = await made(teacher, access=access, unit_id=unit_id)

        assert await can(tool, token, "team") == here_may
        assert await can(tool, token, "other-team") == there_may


async def test_a_token_sees_its_scopes_and_how_it_came(database_url: str) -> None:
    async with house(database_url) as here:
        teacher, tool = await in_two_teams(here)
        _, token = await made(teacher, access="write", unit_id="team")

        me = (await tool.get("me", headers=header(token))).json()

        assert me["signed_in_by"] == "token"
        assert me["scopes"] == [{"access": "write", "unit_id": "team"}]


async def test_a_token_makes_no_token_whatever_it_may(database_url: str) -> None:
    async with house(database_url) as here:
        teacher, tool = await in_two_teams(here)
        _, token = await made(teacher, access="administer")

        for path, body in (
            ("me/tokens", a_token()),
            ("people/x/tokens", a_token()),
            ("people/x/account/disable", None),
            ("invitations", {"name": "Eve", "email": "eve@example.org", "role": "member"}),
        ):
            rest = {"json": body} if body else {"headers": {"Content-Type": "application/json"}}
            rest["headers"] = rest.get("headers", {}) | header(token)
            refused(await tool.post(path, **rest), 403, NeedsSession)


async def test_a_token_ends_at_its_moment_and_when_it_is_revoked(database_url: str) -> None:
    async with house(database_url) as here:
        teacher = await here.signed_in()
        tool = await here.browser()
        _, one = await made(teacher, days=1)
        other_id, other = await made(teacher, days=2)
        here.clock.forward(days=1)

        refused(await tool.get("me", headers=header(one)), 401, Unauthenticated)
        assert (await tool.get("me", headers=header(other))).status_code == 200
        assert (await teacher.sign_in()).status_code == 200, "the session was idle for a day"
        assert (await teacher.delete(f"me/tokens/{other_id}")).status_code == 204
        refused(await tool.get("me", headers=header(other)), 401, Unauthenticated)
        refused(await teacher.delete(f"me/tokens/{other_id}"), 404)


@pytest.mark.parametrize("days", [-1, 0, 91, 4000])
async def test_a_token_ends_within_the_days_of_the_setting(sqlite_url: str, days: int) -> None:
    async with house(sqlite_url) as here:
        teacher = await here.signed_in()

        response = await teacher.post("me/tokens", json=a_token(days=days))

        refused(response, 422, pointer="/expires_at")


@pytest.mark.parametrize(
    ("field", "value"),
    [("expires_at", None), ("scopes", []), ("scopes", None), ("name", ""), ("scopes", [{}])],
)
async def test_a_token_has_a_name_scopes_and_an_end(
    sqlite_url: str, field: str, value: Any
) -> None:
    async with house(sqlite_url) as here:
        teacher = await here.signed_in()

        response = await teacher.post("me/tokens", json=a_token() | {field: value})

        refused(response, 400)
        assert not (await teacher.get("me/tokens")).json()["items"]


async def test_a_scope_is_in_a_unit_that_one_sees(database_url: str) -> None:
    async with house(database_url) as here:
        teacher = await here.signed_in()

        hidden = await teacher.post("me/tokens", json=a_token(unit_id="other-team"))
        missing = await teacher.post("me/tokens", json=a_token(unit_id="nothing"))

        one = refused(hidden, 422, pointer="/scopes/0/unit_id")
        other = refused(missing, 422, pointer="/scopes/0/unit_id")
        assert one["detail"].replace("other-team", "nothing") == other["detail"]


async def test_nobody_ends_or_sees_somebody_elses(database_url: str) -> None:
    async with house(database_url) as here:
        ana = await here.signed_in()
        ben = await here.signed_in(email="ben@example.org")
        id, _ = await made(ana)

        refused(await ben.delete(f"me/tokens/{id}"), 404)
        assert (await ben.get("me/tokens")).json()["items"] == []
        assert len((await ana.get("me/tokens")).json()["items"]) == 1


async def test_when_a_token_was_used_is_written_every_minute_at_most(database_url: str) -> None:
    async with house(database_url) as here:
        teacher = await here.signed_in()
        tool = await here.browser()
        _, token = await made(teacher)
        written = []
        for _ in range(7):
            await tool.get("me", headers=header(token))
            await here.settled()
            written.append((await teacher.get("me/tokens")).json()["items"][0]["used_at"])
            here.clock.forward(seconds=20)

        assert len(set(written)) == 3
        assert None not in written


# -- services --------------------------------------------------------------------------------------


async def a_service(here: House) -> str:
    body = {"name": "Sample data tool", "service": True}
    id: str = (await here.admin.make("people", **body))["id"]
    role = {"person_id": id, "role": "viewer", "unit_id": "team"}
    assert (await here.admin.post("grants", json=role)).status_code == 201
    return id


async def test_an_administrator_makes_and_ends_the_tokens_of_a_service(database_url: str) -> None:
    async with house(database_url) as here:
        chief = await here.signed_in(Role.administrator, None)
        service = await a_service(here)
        tool = await here.browser()

        id, token = await made(chief, f"people/{service}/tokens")
        listed = (await chief.get(f"people/{service}/tokens")).json()["items"]
        seen = await tool.get("units/team", headers=header(token))
        ended = await chief.delete(f"people/{service}/tokens/{id}")

        assert [each["id"] for each in listed] == [id]
        assert (seen.status_code, ended.status_code) == (200, 204)
        refused(await tool.get("units/team", headers=header(token)), 401)


async def test_nobody_makes_tokens_for_a_person(database_url: str) -> None:
    async with house(database_url) as here:
        chief = await here.signed_in(Role.administrator, None)
        person = await here.person("ben@example.org")

        response = await chief.post(f"people/{person}/tokens", json=a_token())

        refused(response, 422, pointer="/person_id")


async def test_who_does_not_administer_the_server_knows_of_no_service(database_url: str) -> None:
    async with house(database_url) as here:
        teacher = await here.signed_in(Role.facilitator)
        service = await a_service(here)

        for method in ("GET", "POST"):
            rest = {"json": a_token()} if method == "POST" else {}
            for id in (service, "nothing"):
                refused(await teacher.request(method, f"people/{id}/tokens", **rest), 404)


async def test_a_service_signs_in_by_no_password_and_no_link(database_url: str) -> None:
    async with house(database_url) as here:
        chief = await here.signed_in(Role.administrator, None)
        body = {"name": "Sample tool", "email": "tool@example.org", "service": True}
        service = (await here.admin.make("people", **body))["id"]
        invitation = {"name": "Tool", "email": "tool@example.org", "role": "viewer"}
        before = len(await here.rows("accounts"))

        assert (await chief.post("invitations", json=invitation)).status_code == 202
        await here.settled()

        accounts = {row.person_id for row in await here.rows("accounts")}
        assert service not in accounts
        assert len(accounts) == before + 1, "the invitation is another person's, who is none"


async def test_a_disabled_person_has_no_token(database_url: str) -> None:
    async with house(database_url) as here:
        chief = await here.signed_in(Role.administrator, None, email="chief@example.org")
        teacher = await here.signed_in()
        tool = await here.browser()
        _, token = await made(teacher)
        person_id = (await teacher.get("me")).json()["person_id"]

        done = await chief.post(
            f"people/{person_id}/account/disable", headers={"Content-Type": "application/json"}
        )

        assert done.status_code == 200
        refused(await tool.get("me", headers=header(token)), 401)


async def test_tokens_made_at_once_are_each_their_own(database_url: str) -> None:
    async with house(database_url) as here:
        teacher = await here.signed_in(email=EMAIL)

        tokens = await asyncio.gather(*(made(teacher, name=f"Tool {n}") for n in range(10)))

        assert len({token for _, token in tokens}) == 10
