"""Which summary of each aim somebody is given agrees with how close they stand to its team."""

import random
from typing import Any

from sqlalchemy import Connection, select

import pdsa
from api.store import elements, units
from api.store.access import By, steps
from api.store.engine import connect
from api.store.kinds import AIM, place_of
from api.store.portfolio import page
from api.store.portfolio.filters import Filters
from api.store.portfolio.page import Sort, everything
from api.store.portfolio.scope import A, S, scope
from api.store.prepared import Prepared
from pdsa import NotVisible, Role, Unit, UnitId
from pdsa.units import Access, Action, Grant, Principal, Scope, audience, may
from tests.store.world import ADMIN

#: A district with a school in a school, a department between school and team, and classrooms.
TREE = (
    ("district", "district", None),
    ("north", "local_district", "district"),
    ("school-a", "school", "north"),
    ("department", "department", "school-a"),
    ("team-a", "team", "department"),
    ("room-a", "classroom", "team-a"),
    ("school-in-a", "school", "school-a"),
    ("team-in-a", "team", "school-in-a"),
    ("school-b", "school", "north"),
    ("team-b", "team", "school-b"),
    ("team-alone", "team", "district"),
)
UNITS = [id for id, _, _ in TREE]
STATEMENTS = (page._narrow, page._whole, page._groups)


def _found(conn: Connection) -> None:
    for id, kind, parent in TREE:
        units.add(conn, ADMIN, Unit(id, kind, f"Sample {id}", parent))  # type: ignore[arg-type]
    for id in UNITS:
        aim = pdsa.Aim(pdsa.AimId(f"aim-{id}"), UnitId(id), "A sample aim")
        elements.add(conn, ADMIN, AIM, aim, place_of(aim))


def somebody(choose: random.Random) -> By:
    """A person with one to three roles, and sometimes a token for a part of the district."""
    grants = tuple(
        Grant(
            pdsa.GrantId(f"grant-{n}"),
            pdsa.PersonId("person"),
            choose.choice([*Role]),
            choose.choice([None, *map(UnitId, UNITS)]),
        )
        for n in range(choose.randint(1, 3))
    )
    within = choose.choice([None, None, UnitId(choose.choice(UNITS))])
    scopes = None if within is None else (Scope(Access.read, within),)
    who = Principal(person_id=pdsa.PersonId("person"), name="Sample", grants=grants, scopes=scopes)
    return By(who, ADMIN.at)


def given(conn: Connection, by: By, unit_id: str) -> dict[str, str] | None:
    """The audience of each aim in a portfolio; ``None`` where there is none to see."""
    try:
        seen = scope(conn, by, unit_id)
    except NotVisible:
        return None
    found = seen.shape.with_summaries(seen.shape.aims)
    asked = select(A.unit_id, S.audience).select_from(found).where(*seen.shape.where)
    rows = Prepared(asked).rows(conn, seen.values)
    assert len(rows) == len({row[0] for row in rows})
    return {row[0]: row[1] for row in rows}


def wanted(conn: Connection, by: By, unit_id: str) -> dict[str, str] | None:
    """The same from the domain alone."""

    def sees(path: Any) -> bool:
        return may(by.principal, Action.see, path, on=by.on)

    if not sees(steps(conn, unit_id)):
        return None
    paths = {id: steps(conn, id) for id in UNITS}
    return {
        id: audience(by.principal, path, on=by.on)
        for id, path in paths.items()
        if unit_id in [step.id for step in path] and sees(path)
    }


async def test_a_portfolio_gives_of_each_aim_what_its_reader_is_to_it(database_url: str) -> None:
    choose = random.Random(20180309)
    async with connect(database_url) as database:
        await database.write(_found)

        seen = 0
        for _ in range(150):
            by, unit_id = somebody(choose), choose.choice(UNITS)
            found = await database.read(given, by, unit_id)
            expected = await database.read(wanted, by, unit_id)
            assert found == expected, (by.principal, unit_id)
            seen += found is not None
        assert seen > 40


async def test_what_differs_by_values_alone_is_asked_with_the_statements_that_are_there(
    database_url: str,
) -> None:
    def leads(school: str) -> By:
        grant = Grant(pdsa.GrantId("grant"), pdsa.PersonId("person"), Role.leader, UnitId(school))
        who = Principal(person_id=pdsa.PersonId("person"), name="", grants=(grant,))
        return By(who, ADMIN.at, recording=True)

    async def titles(school: str, text: str) -> list[str]:
        found = await database.write(
            everything, leads(school), school, Filters(text=text), Sort.aim
        )
        return [each.title for each in found]

    async with connect(database_url) as database:
        await database.write(_found)
        assert await titles("school-b", "sample") == ["A sample aim"] * 2
        made = [statement.cache_info().misses for statement in STATEMENTS]

        assert await titles("school-in-a", "other") == []
        assert await titles("school-in-a", "aim") == ["A sample aim"] * 2

        assert [statement.cache_info().misses for statement in STATEMENTS] == made
