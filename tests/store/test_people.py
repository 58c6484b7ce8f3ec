"""People and the tokens by which they are known."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from api.store import elements, people, principals, tokens
from api.store import tables as t
from api.store.elements import Place
from api.store.engine import connect
from api.store.kinds import GRANT, PERSON
from pdsa import Grant, Role
from tests.builders import TEAM
from tests.store.world import ADMIN, AT, found_district

TEACHER, SECOND = "person-teacher", timedelta(seconds=1)


def everything(conn: Connection) -> str:
    """All that the database holds, as text."""
    rows = [row for table in t.metadata.sorted_tables for row in conn.execute(select(*table.c))]
    return "\n".join(str(tuple(row)) for row in rows)


async def test_a_token_names_its_person_with_the_roles_it_has_now(district_url: str) -> None:
    async with connect(district_url) as database:
        token = await database.write(tokens.new_token, ADMIN, TEACHER, "laptop")
        before = await database.read(tokens.principal_of, principals.digest(token), AT)

        grant = Grant("grant-1", TEACHER, Role.member, TEAM)  # type: ignore[arg-type]
        await database.write(elements.add, ADMIN, GRANT, grant, Place(TEAM, None))
        after = await database.read(tokens.principal_of, principals.digest(token), AT)

        assert before is not None
        assert after is not None
        assert (before.person_id, before.name, before.grants) == (TEACHER, "Ana Ruiz", ())
        assert after.grants == (grant,)


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

        assert await database.read(tokens.principal_of, hashed, AT) is not None
        assert await database.read(tokens.principal_of, hashed, AT + SECOND) is None
        assert await database.read(tokens.principal_of, hashed, AT + timedelta(days=9)) is None


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
            found = await database.read(tokens.principal_of, principals.digest(token), AT)
            assert found is None
        assert await database.read(tokens.principal_of, principals.digest(first[1]), AT) is not None
        assert await database.write(tokens.revoke_tokens, ADMIN, TEACHER) == 0


@pytest.mark.parametrize("token", ["", "pdsa_", "pdsa_unknown", "Zoë\0"])
async def test_what_is_no_token_is_nobody(database_url: str, token: str) -> None:
    async with connect(database_url) as database:
        await database.write(people.first_administrator, ADMIN)

        assert await database.read(tokens.principal_of, principals.digest(token), AT) is None


async def test_the_first_administrator_is_made_once(database_url: str) -> None:
    async with connect(database_url) as database:
        made = await database.write(people.first_administrator, ADMIN)

        assert made is not None
        assert await database.write(people.first_administrator, ADMIN) is None
        principal = await database.read(tokens.principal_of, principals.digest(made[1]), AT)
        assert principal is not None
        assert [(grant.role, grant.unit_id) for grant in principal.grants] == [
            (Role.administrator, None)
        ]
        assert await database.read(people.administrator, ADMIN) == made[0].id


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
        assert await database.read(people.administrator, ADMIN) is None
