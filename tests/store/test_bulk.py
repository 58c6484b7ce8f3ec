"""Rows written by the thousand are the rows that the usual way writes."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from api.district import district
from api.district.load import load
from api.store import bulk, elements, inquiries, units
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import connect
from api.store.kind import Place
from api.store.kinds import CALENDAR
from api.store.summaries.look import look
from api.store.summaries.verify import aims_after, verify
from pdsa.units import Audience, StageWords
from tests.databases import Databases
from tests.store.world import ADMIN, DISTRICT, a_unit

MADE = district(scale=0.001)
#: In spring: cycles run, and deadlines have passed.
LATE = By(OPERATOR, datetime(2026, 3, 20, 12, tzinfo=UTC))
#: What both ways write; the history is another one, and people are written in one way only.
TABLES = (
    t.units,
    t.unit_closure,
    t.calendars,
    t.problems,
    t.aims,
    t.theories,
    t.change_ideas,
    t.measures,
    t.cycles,
    t.points,
    t.levels,
    t.measure_summaries,
    t.aim_summaries,
    t.aim_statuses,
    t.aim_groups,
    t.aim_months,
    t.idea_summaries,
    t.releases,
)


def _as_stored(conn: Connection) -> dict[str, list[Any]]:
    """Every row as the driver gives it, on SQLite with the type of each value."""
    found = {}
    for table in TABLES:
        names = [f'"{column.name}"' for column in table.c]
        if conn.dialect.name == "sqlite":
            names += [f"typeof({name})" for name in names]
        rows = conn.exec_driver_sql(f'SELECT {", ".join(names)} FROM "{table.name}"')
        found[table.name] = sorted(map(tuple, rows), key=repr)
    return found


def _one_by_one(conn: Connection) -> None:
    for unit in MADE.units():
        units.add(conn, LATE, unit)
    elements.add(conn, LATE, CALENDAR, MADE.calendar, Place(MADE.id, None))
    for number, inquiry in enumerate(MADE.inquiries()):
        without = replace(inquiry, calendar=None)
        inquiries.add_inquiry(conn, LATE, without, MADE.school_of(number))
        for to in (Audience.school, Audience.above, Audience.team):
            look(conn, LATE, inquiry.aim.id, to)


async def test_rows_by_the_thousand_are_those_of_the_usual_way(
    database_url: str, maker: Databases, request: pytest.FixtureRequest
) -> None:
    other_url = maker.make(database_url.partition(":")[0])
    async with connect(database_url) as database, connect(other_url) as other:
        await load(database, MADE, LATE)
        await other.write(_one_by_one)

        at_once = await database.read(_as_stored)
        usual = await other.read(_as_stored)
    maker.drop(other_url)

    assert all(usual.values())
    for table, rows in usual.items():
        assert at_once[table] == rows, table


async def test_a_district_has_the_summaries_that_its_records_give(database_url: str) -> None:
    s = t.aim_summaries.c
    wait = select(s.aim_id).where(s.reviewed_on.is_(None))

    async with connect(database_url) as database:
        await load(database, MADE, LATE)
        aims = await database.read(aims_after, "", 100)
        waiting = await database.read(lambda conn: conn.execute(wait).all())

        assert len(aims) == MADE.teams
        assert waiting == []
        assert await database.snapshot(verify, LATE, aims) == []


async def test_what_refers_to_nothing_or_is_there_already_is_refused(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(units.add, ADMIN, a_unit(DISTRICT, "district", None))

        for table, row in (
            (t.units, (DISTRICT, "district", "Again", None, StageWords.pdsa, 1)),
            (t.points, msgspec.structs.astuple(MADE.team(1).points[0])),
        ):
            with pytest.raises(IntegrityError):
                await database.write(bulk.write, table, [row])


async def test_rows_come_and_go_with_their_unit_of_work(database_url: str) -> None:
    def then_fails(conn: Connection) -> None:
        bulk.write_structs(conn, t.units, [a_unit(DISTRICT, "district", None)])
        raise LookupError("a sample of a failure")

    async with connect(database_url) as database:
        with pytest.raises(LookupError):
            await database.write(then_fails)

        found = await database.read(lambda conn: conn.execute(t.units.select()).all())

    assert found == []
