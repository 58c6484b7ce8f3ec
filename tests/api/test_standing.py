"""Whom a process remembers: let in without a question, and out at once when access ends anywhere."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from api.problems import BadParameter, Unauthenticated
from api.security.rates import TooManyRequests
from api.store import elements, tokens
from api.store import tables as t
from api.store.kind import Place
from api.store.kinds import GRANT
from pdsa import Grant, GrantId, NotVisible, PersonId, Role, UnitId
from tests.api.client import Client, operator, refused, serving
from tests.api.sample import AIM, MEASURE, TEAM, with_sample
from tests.security.house import house

READINGS = (f"aims/{AIM}", "aims", f"measures/{MEASURE}/chart")


def revoke(person_id: str) -> Callable[[Any], Any]:
    return lambda conn: tokens.revoke_tokens(conn, operator(), person_id)


async def test_a_token_that_one_process_ends_is_over_in_the_other(database_url: str) -> None:
    async with (
        serving(database_url) as client,
        serving(database_url, token=client.token) as other,
    ):
        await with_sample(client)
        ana = await client.somebody(Role.member, TEAM)
        elsewhere = Client(other.app, other._stack, ana.token)
        for path in READINGS:
            assert (await ana.get(path)).status_code == 200
            assert (await elsewhere.get(path)).status_code == 200
        assert client.app.state.memory.standing is not None

        await other.database.write(revoke(ana.person_id))

        for who in (ana, elsewhere):
            for path in READINGS:
                refused(await who.get(path), 401, Unauthenticated)
            response = await who.post("aims", json={"unit_id": TEAM, "title": "More"})
            refused(response, 401, Unauthenticated)


@pytest.mark.parametrize("path", ["me", "aims?limit=0", "aims?what=x", "no-such-thing"])
async def test_nobody_is_answered_by_what_was_remembered_alone(
    database_url: str, path: str
) -> None:
    async with serving(database_url) as client:
        ana = await client.somebody(Role.member, None)
        wrong = await ana.get(path)
        assert wrong.status_code in (200, 400, 404)

        await client.database.write(revoke(ana.person_id))

        over = await ana.get(path)
        assert over.status_code == (404 if path == "no-such-thing" else 401)
        assert (await ana.get("aims")).status_code == 401


async def test_a_bad_body_of_somebody_whose_token_has_ended_is_not_looked_at(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        ana = await client.somebody(Role.member, None)
        refused(await ana.get("aims?what=x"), 400, BadParameter)

        await client.database.write(revoke(ana.person_id))

        refused(await ana.post("aims", json={"what": 1}), 401, Unauthenticated)


async def test_an_ended_token_is_noted_though_it_was_remembered(database_url: str) -> None:
    events = t.security_events.c.event

    async with serving(database_url, refused_per_minute=2) as client:
        ana = await client.somebody(Role.member, None)
        assert (await ana.get("aims")).status_code == 200
        await client.database.write(revoke(ana.person_id))

        for _ in range(2):
            refused(await ana.get("aims"), 401, Unauthenticated)
        refused(await ana.get("aims"), 429, TooManyRequests)

        def told(conn: Any) -> Any:
            rows = t.security_events.select().where(events == "token.refused")
            return [row.person_id for row in conn.execute(rows)]

        assert await client.database.read(told) == [ana.person_id] * 2


async def test_a_limit_is_not_told_to_whoever_has_no_access_any_more(database_url: str) -> None:
    async with serving(database_url, rate_per_minute=1) as client:
        ana = await client.somebody(Role.member, None)
        assert (await ana.get("aims")).status_code == 200
        refused(await ana.get("aims"), 429, TooManyRequests)

        await client.database.write(revoke(ana.person_id))

        refused(await ana.get("aims"), 401, Unauthenticated)


async def test_a_role_counts_from_the_moment_it_is_given_and_no_longer_than_it_is_held(
    database_url: str,
) -> None:
    async with (
        serving(database_url) as client,
        serving(database_url, token=client.token) as other,
    ):
        await with_sample(client)
        island = await client.make("units", kind="school", name="Island")
        ana = await client.somebody(Role.viewer, island["id"])
        refused(await ana.get(f"aims/{AIM}"), 404, NotVisible)

        grant = Grant(GrantId("new"), PersonId(ana.person_id), Role.member, UnitId(TEAM))
        await other.database.write(
            lambda conn: elements.add(conn, operator(), GRANT, grant, Place(TEAM, None))
        )
        assert (await ana.get(f"aims/{AIM}")).status_code == 200
        assert len((await ana.get("me")).json()["grants"]) == 2

        await other.database.write(
            lambda conn: conn.execute(delete(t.grants).where(t.grants.c.id == "new"))
        )
        refused(await ana.get(f"aims/{AIM}"), 404, NotVisible)
        assert (await ana.get("aims")).json()["items"] == []
        assert len((await ana.get("me")).json()["grants"]) == 1


async def test_a_unit_that_moves_away_is_out_of_sight_at_once(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        near = await client.make("units", kind="school", name="Near")
        far = await client.make("units", kind="school", name="Far")
        ana = await client.somebody(Role.viewer, near["id"])

        async def move(to: str) -> None:
            parent = {"parent_id": to}
            moved = await client.patch(f"units/{TEAM}", json=parent, headers={"If-Match": "*"})
            assert moved.status_code == 200, moved.text

        await move(near["id"])
        assert (await ana.get(f"aims/{AIM}")).status_code == 200
        await move(far["id"])

        refused(await ana.get(f"aims/{AIM}"), 404, NotVisible)


async def test_a_session_that_is_ended_elsewhere_is_over(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        assert (await browser.get("aims")).status_code == 200
        assert (await browser.get("aims")).status_code == 200

        await here.database.write(
            lambda conn: conn.execute(update(t.sessions).values(ended_at=here.clock()))
        )

        refused(await browser.get("aims"), 401, Unauthenticated)


async def test_a_token_runs_out_by_the_clock_though_it_is_remembered(database_url: str) -> None:
    now = [datetime.now(UTC)]
    async with serving(database_url) as client:
        client.app.state.clock = lambda: now[0]
        person = client.person_id
        _, token = await client.database.write(
            lambda conn: tokens.add(
                conn, operator(), person, "short", expires_at=now[0] + timedelta(minutes=5)
            )
        )
        ana = Client(client.app, client._stack, token)
        for _ in range(2):
            assert (await ana.get("aims")).status_code == 200

        now[0] += timedelta(minutes=5)

        refused(await ana.get("aims"), 401, Unauthenticated)


async def test_the_hash_of_a_token_in_a_cookie_is_no_session(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        person = (await browser.get("me")).json()["person_id"]
        _, token = await here.database.write(
            lambda conn: tokens.add(conn, operator(), person, "a token")
        )
        client = Client(here.app, None, token)  # type: ignore[arg-type]
        assert (await client.get("aims")).status_code == 200
        browser.cookies.set("__Host-pdsa", token, domain="pdsa.test")

        refused(await browser.get("aims"), 401, Unauthenticated)
