"""Access that ends while a request is under way: its head came before, its body comes after."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, select

from api.problems import Unauthenticated
from api.store import accounts, elements, inquiries, sessions, tables, tokens, units
from api.store.kind import Place
from api.store.kinds import GRANT
from pdsa import (
    Grant,
    GrantId,
    NotAllowed,
    NotVisible,
    PdsaError,
    PersonId,
    Role,
    Unit,
    UnitId,
)
from tests.api.client import Client, operator, refused, serving
from tests.api.sample import AIM as AIM_ID
from tests.api.sample import MEASURE, TEAM, inquiry, sample, with_sample
from tests.security.house import EMAIL, OTHER_PASSWORD, PASSWORD, START, Browser, House, house

JSON = {"Content-Type": "application/json"}
AIM = {"unit_id": TEAM, "title": "More questions"}
TOKEN = {
    "name": "Export",
    "scopes": [{"access": "read"}],
    "expires_at": (START + timedelta(days=30)).isoformat(),
}


class SlowBody:
    """A body whose end is sent when it is told to be."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content[:1]
        self.begun.set()
        await self.may_end.wait()
        yield self._content[1:]


async def slowly(
    sender: Client | Browser,
    method: str,
    path: str,
    content: bytes,
    meanwhile: Callable[[], Awaitable[Any]],
    headers: dict[str, str] = JSON,
) -> Any:
    """The answer to a request during whose body something happens."""
    body = SlowBody(content)
    asking = asyncio.create_task(sender.request(method, path, content=body, headers=headers))
    await body.begun.wait()
    await meanwhile()
    body.may_end.set()
    return await asking


async def end_roles(client: Client, person_id: str, unit_id: str | None = None) -> None:
    c = tables.grants.c
    ended = delete(tables.grants).where(c.person_id == person_id, c.unit_id == (unit_id or TEAM))
    await client.database.write(lambda conn: conn.execute(ended))


async def test_a_role_that_ends_while_the_body_comes_is_over(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        ana = await client.somebody(Role.member, TEAM)
        ben = await client.somebody(Role.member, TEAM)
        viewer = Grant(GrantId("viewer"), PersonId(ben.person_id), Role.viewer, UnitId(TEAM))
        requests: list[tuple[str, str, bytes, dict[str, str]]] = [
            ("POST", "aims", json.dumps(AIM).encode(), JSON),
            ("POST", "aims", json.dumps(AIM).encode(), JSON | {"Idempotency-Key": "once"}),
            ("PATCH", "aims/aim-discourse", b'{"title": "x"}', JSON | {"If-Match": "*"}),
            ("POST", "inquiries", sample(), JSON),
        ]
        before = await client.record()
        for n, (method, path, content, headers) in enumerate(requests):
            for who, left in ((ana, NotVisible), (ben, NotAllowed)):
                role = Grant(
                    GrantId(f"role-{n}-{who.person_id}"),
                    PersonId(who.person_id),
                    Role.member,
                    UnitId(TEAM),
                )
                await client.database.write(give, role)

                async def lose(who: Client = who) -> None:
                    await end_roles(client, who.person_id)
                    if who is ben:
                        await client.database.write(give, viewer)

                response = await slowly(who, method, path, content, lose, headers)

                if path == "inquiries" and left is NotVisible:
                    refused(response, 403, NotAllowed)  # as if the team were to be set up
                else:
                    refused(response, 404 if left is NotVisible else 403, left)
        after = await client.record()

        for name in before:
            if name not in ("grants", "activity", "security_events"):
                assert after[name] == before[name], name
        assert {row[4] for row in after["activity"][len(before["activity"]) :]} <= {"grant"}


def give(conn: Any, grant: Grant) -> None:
    elements.add(conn, operator(), GRANT, grant, Place(grant.unit_id, None))


async def test_a_token_that_is_revoked_while_the_body_comes_is_over(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        for headers in (JSON, JSON | {"Idempotency-Key": "once"}):
            ana = await client.somebody(Role.member, TEAM)
            before = await client.record()

            def revoke(person_id: str = ana.person_id) -> Awaitable[Any]:
                return client.database.write(tokens.revoke_tokens, operator(), person_id)

            content = json.dumps(AIM).encode()
            response = await slowly(ana, "POST", "aims", content, revoke, headers)

            refused(response, 401, Unauthenticated)
            after = await client.record()
            assert {name for name in after if after[name] != before[name]} == {"tokens"}


class Meanwhile:
    """A database before each of whose writes something else happens first."""

    def __init__(self, client: Client, happens: Callable[[], Awaitable[Any]]) -> None:
        self._behind, self._happens = client.database, happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    async def write(self, work: Any, /, *args: Any, **kwargs: Any) -> Any:
        if work is not tokens.used:  # noted beside the request, whenever it comes to that
            await self._happens()
        return await self._behind.write(work, *args, **kwargs)


@pytest.mark.parametrize(
    ("path", "noted"),
    [(f"measures/{MEASURE}/series", "releases"), (f"aims/{AIM_ID}/inquiry", "views")],
)
async def test_access_that_ends_before_a_look_is_noted_is_over(
    database_url: str, path: str, noted: str
) -> None:
    async with serving(database_url) as client:

        def found(conn: Any) -> None:
            units.add(conn, operator(), Unit(UnitId("school"), "school", "The school"))
            inquiries.add_inquiry(conn, operator(), inquiry(), "school")

        await client.database.write(found)
        database, before = client.database, await client.record()
        ends: list[tuple[Callable[[Client], Awaitable[Any]], int, type[PdsaError]]] = [
            (lambda who: end_roles(client, who.person_id, "school"), 404, NotVisible),
            (
                lambda who: database.write(tokens.revoke_tokens, operator(), who.person_id),
                401,
                Unauthenticated,
            ),
        ]
        for end, status, error in ends:
            leader = await client.somebody(Role.leader, "school")

            async def happens(who: Client = leader, end: Any = end) -> None:
                client.app.state.database = database
                await end(who)

            client.app.state.database = Meanwhile(client, happens)
            refused(await leader.get(path), status, error)

        after = await client.record()
        assert {name: after[name] for name in ("views", "releases")} == {
            name: before[name] for name in ("views", "releases")
        }
        leader = await client.somebody(Role.leader, "school")
        assert (await leader.get(path)).status_code == 200
        assert len((await client.record())[noted]) > len(before[noted])


Work = Callable[..., Any]
ENDS: dict[str, Work] = {"ended": sessions.end_all, "disabled": accounts.disable}


@pytest.mark.parametrize("how", ENDS)
async def test_a_session_that_ends_while_the_body_comes_makes_nothing(
    database_url: str, how: str
) -> None:
    body = json.dumps({"current": PASSWORD, "password": OTHER_PASSWORD}).encode()
    async with house(database_url) as here:
        person_id = await here.person()
        for method, path, content in (
            ("POST", "me/tokens", json.dumps(TOKEN).encode()),
            ("PUT", "me/password", body),
            ("POST", "aims", json.dumps(AIM | {"unit_id": "team"}).encode()),
        ):
            browser = await a_browser(here)
            before = await kept(here)

            response = await slowly(browser, method, path, content, ending(here, how, person_id))

            refused(response, 401, Unauthenticated)
            assert await kept(here) == before
            await here.database.write(accounts.enable, here.by, person_id)


async def test_a_form_of_a_session_that_ends_meanwhile_does_nothing(database_url: str) -> None:
    async with house(database_url) as here:
        person_id = await here.person()
        for path, fields in (
            ("/account/tokens", {"name": "Export", "access": "read", "days": "30"}),
            ("/account/password", {"current": PASSWORD, "password": OTHER_PASSWORD}),
            ("/account/sessions/end-others", {}),
            ("/sign-out", {}),
        ):
            browser = await a_browser(here)
            before = await kept(here)
            content = urlencode({"csrf": browser.csrf, **fields}).encode()
            form = {"Content-Type": "application/x-www-form-urlencoded"}

            end = ending(here, "ended", person_id)
            response = await slowly(browser, "POST", path, content, end, form)

            assert (response.status_code, response.headers["location"]) == (
                303,
                "/sign-in?then=/account",
            )
            assert await kept(here) == before


async def a_browser(here: House) -> Browser:
    browser = await here.browser()
    assert (await browser.sign_in(EMAIL)).status_code == 200
    return browser


def ending(here: House, how: str, person_id: str) -> Callable[[], Awaitable[Any]]:
    return lambda: here.database.write(ENDS[how], here.by, person_id)


async def kept(here: House) -> tuple[Any, ...]:
    """What a request in a session could have made or changed."""
    hashes = select(tables.accounts.c.password_hash)
    return (
        await here.rows("tokens"),
        await here.rows("aims"),
        await here.database.read(lambda conn: list(conn.execute(hashes))),
    )
