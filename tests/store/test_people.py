"""People and the tokens by which they are known."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select
from sqlalchemy.util import await_only

from api.store import accounts, administrators, elements, people, principals, sessions, tokens
from api.store import tables as t
from api.store.engine import connect
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from pdsa import Grant, InvalidValue, Person, Role
from tests.builders import TEAM
from tests.store.world import ADMIN, AT, EAST, found_district

TEACHER, SECOND = "person-teacher", timedelta(seconds=1)


def everything(conn: Connection) -> str:
    """All that the database holds, as text."""
    rows = [row for table in t.metadata.sorted_tables for row in conn.execute(select(*table.c))]
    return "\n".join(str(tuple(row)) for row in rows)


async def test_a_token_names_its_person_with_the_roles_it_has_now(district_url: str) -> None:
    async with connect(district_url) as database:
        token = await database.write(tokens.new_token, ADMIN, TEACHER, "laptop")
        before = await database.read(tokens.use_of, principals.digest(token), AT)

        grant = Grant("grant-1", TEACHER, Role.member, TEAM)  # type: ignore[arg-type]
        await database.write(elements.add, ADMIN, GRANT, grant, Place(TEAM, None))
        after = await database.read(tokens.use_of, principals.digest(token), AT)

        assert before is not None
        assert after is not None
        who = before.principal
        assert (who.person_id, who.name, who.grants) == (TEACHER, "Ana Ruiz", ())
        assert after.principal.grants == (grant,)


async def test_a_token_itself_is_stored_nowhere(database_url: str) -> None:
    async with connect(database_url) as database:
        first = await database.write(people.first_administrator, ADMIN)
        assert first is not None
        made = [first[1], await database.write(tokens.new_token, ADMIN, first[0].id, "second")]

        stored = await database.read(everything)

        for token in made:
            assert token.startswith("pdsa_")
            assert token not in stored
            assert token.removeprefix("pdsa_") not in stored
            assert principals.digest(token) in stored
        assert len(set(made)) == 2


async def test_a_token_ends_at_its_moment(district_url: str) -> None:
    async with connect(district_url) as database:
        token = await database.write(tokens.new_token, ADMIN, TEACHER, "visit", AT + SECOND)
        hashed = principals.digest(token)

        assert await database.read(tokens.use_of, hashed, AT) is not None
        assert await database.read(tokens.use_of, hashed, AT + SECOND) is None
        assert await database.read(tokens.use_of, hashed, AT + timedelta(days=9)) is None


async def test_the_tokens_of_a_person_end_at_once(database_url: str) -> None:
    async with connect(database_url) as database:
        first = await database.write(people.first_administrator, ADMIN)
        await database.write(found_district)
        assert first is not None
        made = [
            await database.write(tokens.new_token, ADMIN, TEACHER, f"device {n}") for n in range(3)
        ]

        assert await database.write(tokens.revoke_tokens, ADMIN, TEACHER) == 3

        for token in made:
            found = await database.read(tokens.use_of, principals.digest(token), AT)
            assert found is None
        assert await database.read(tokens.use_of, principals.digest(first[1]), AT) is not None
        assert await database.write(tokens.revoke_tokens, ADMIN, TEACHER) == 0


@pytest.mark.parametrize("token", ["", "pdsa_", "pdsa_unknown", "Zoë\0"])
async def test_what_is_no_token_is_nobody(database_url: str, token: str) -> None:
    async with connect(database_url) as database:
        await database.write(people.first_administrator, ADMIN)

        assert await database.read(tokens.use_of, principals.digest(token), AT) is None


async def test_the_first_administrator_is_made_once(database_url: str) -> None:
    async with connect(database_url) as database:
        made = await database.write(people.first_administrator, ADMIN)

        assert made is not None
        assert await database.write(people.first_administrator, ADMIN) is None
        use = await database.read(tokens.use_of, principals.digest(made[1]), AT)
        assert use is not None
        assert [(grant.role, grant.unit_id) for grant in use.principal.grants] == [
            (Role.administrator, None)
        ]
        assert await database.read(administrators.first, ADMIN) == made[0].id


async def test_two_servers_that_start_at_once_make_one_administrator(database_url: str) -> None:
    async with connect(database_url) as one, connect(database_url) as other:
        made = await asyncio.gather(
            *(each.write(people.first_administrator, ADMIN) for each in (one, other) * 5)
        )

        assert len([each for each in made if each is not None]) == 1
        found, _ = await one.read(elements.page, ADMIN, PERSON, limit=10)
        assert len(found) == 1


async def test_who_has_worked_here_needs_no_first_administrator(district_url: str) -> None:
    async with connect(district_url) as database:
        assert await database.write(people.first_administrator, ADMIN) is None
        assert await database.read(administrators.first, ADMIN) is None


def administrator(
    conn: Connection,
    id: str,
    *,
    service: bool = False,
    unit_id: str | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> None:
    person = Person(id, f"Chief {id}", service=service)  # type: ignore[arg-type]
    elements.add(conn, ADMIN, PERSON, person, Place(None, None))
    role = Role.administrator
    grant = Grant(f"of-{id}", id, role, unit_id, starts_on, ends_on)  # type: ignore[arg-type]
    elements.add(conn, ADMIN, GRANT, grant, Place(unit_id, None))


TODAY, DAY = AT.date(), timedelta(days=1)
NO_HELP: dict[str, dict[str, Any]] = {
    "begins in 2099": {"starts_on": date(2099, 1, 1)},
    "ends": {"ends_on": TODAY + DAY},
    "has ended": {"ends_on": TODAY - DAY},
    "is a service": {"service": True},
    "of one school": {"unit_id": EAST},
}
LOST: dict[str, tuple[str, Callable[[Grant], Grant]]] = {
    "ends": ("ends_on", lambda grant: replace(grant, ends_on=TODAY + DAY)),
    "begins tomorrow": ("starts_on", lambda grant: replace(grant, starts_on=TODAY + DAY)),
}


@pytest.mark.parametrize("other", NO_HELP)
async def test_the_last_administrator_stays_whoever_else_will_be_one(
    district_url: str, other: str
) -> None:
    async with connect(district_url) as database:
        await database.write(administrator, "one")
        await database.write(partial(administrator, id="other", **NO_HELP[other]))

        for field, make in LOST.values():
            with pytest.raises(InvalidValue, match="last administrator") as caught:
                await database.write(elements.change, ADMIN, GRANT, "of-one", None, make)
            assert caught.value.field == field
        with pytest.raises(InvalidValue, match="last administrator"):
            await database.write(elements.remove, ADMIN, GRANT, "of-one", None)
        with pytest.raises(InvalidValue, match="last administrator"):
            await database.write(accounts.disable, ADMIN, "one")

        assert (await database.read(elements.get, ADMIN, GRANT, "of-one")).version == 1
        assert await database.read(rows_of, "accounts") == []


async def test_a_disabled_administrator_is_none_to_stay(district_url: str) -> None:
    async with connect(district_url) as database:
        for id in ("one", "other"):
            await database.write(administrator, id)
        await database.write(accounts.disable, ADMIN, "other")

        with pytest.raises(InvalidValue, match="last administrator"):
            await database.write(elements.remove, ADMIN, GRANT, "of-one", None)
        await database.write(accounts.enable, ADMIN, "other")
        await database.write(elements.remove, ADMIN, GRANT, "of-one", None)


async def test_of_two_administrators_who_end_each_other_at_once_one_stays(
    district_url: str,
) -> None:
    async with connect(district_url) as database, connect(district_url) as again:
        for id in ("one", "other"):
            await database.write(administrator, id)

        ended = await asyncio.gather(
            database.write(elements.remove, ADMIN, GRANT, "of-one", None),
            again.write(elements.remove, ADMIN, GRANT, "of-other", None),
            return_exceptions=True,
        )

        assert sorted(str(type(each).__name__) for each in ended) == ["InvalidValue", "NoneType"]


def rows_of(conn: Connection, table: str) -> list[Any]:
    return list(conn.execute(select(t.metadata.tables[table])))


async def test_nobody_ends_access_in_the_middle_of_what_is_done_by_it(
    postgres_district_url: str,
) -> None:
    free = []

    async with connect(postgres_district_url) as database:
        await database.write(administrator, "one")
        token = await database.write(tokens.new_token, ADMIN, "one", "laptop")
        session = await database.write(
            partial(sessions.begin, address="", browser="", signed_in_by="password"), ADMIN, "one"
        )

        def not_held(conn: Connection) -> None:
            for table in (t.tokens, t.sessions, t.grants):
                found = conn.execute(select(table.c.id).with_for_update(skip_locked=True))
                free.append((table.name, found.first() is not None))

        def work(conn: Connection) -> None:
            assert tokens.use_of(conn, principals.digest(token), AT, hold=True)
            assert sessions.use_of(conn, principals.digest(session), AT, hold=True)
            await_only(database.write(not_held))

        await database.write(work)

    assert free == [("tokens", False), ("sessions", False), ("grants", False)]
