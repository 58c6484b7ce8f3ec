"""Summaries are kept in the transaction that writes, and say what the record says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

import pdsa
from api.store import elements, inquiries, points
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import Database, connect
from api.store.kind import Place
from api.store.kinds import AIM, CYCLE, MEASURE, POINT
from api.store.summaries import verify as verifying
from api.store.summaries.look import look
from pdsa.interchange import loads
from pdsa.monitoring import AimStatus
from pdsa.reference import model
from pdsa.review import cycle_findings
from pdsa.units import Audience
from tests.store.world import renamed

BY = By(OPERATOR, datetime(2026, 3, 20, 12, tzinfo=UTC))
INQUIRY = loads(model())
AIM_ID, SHOWN = INQUIRY.aim.id, INQUIRY.aim.measured_by
EVERYBODY = (Audience.team, Audience.school, Audience.above)


async def with_model(database: Database) -> None:
    await database.write(inquiries.add_inquiry, BY, INQUIRY, None)


async def differences(database: Database) -> list[verifying.Difference]:
    return await database.snapshot(verifying.verify, BY, [AIM_ID])


async def team_row(database: Database) -> Any:
    s = t.aim_summaries.c
    wanted = select(t.aim_summaries).where(s.aim_id == AIM_ID, s.audience == Audience.team)
    return await database.read(lambda conn: conn.execute(wanted).one())


def collecting_elsewhere(conn: Connection) -> None:
    """The first cycle collects what another aim measures: no unit of work would write that."""
    cycle, other = INQUIRY.cycles[0], renamed(INQUIRY).cycles[0]
    plan = replace(cycle.plan, data=other.plan.data)
    conn.execute(t.cycles.update().where(t.cycles.c.id == cycle.id).values(plan=plan))
    conn.execute(t.points.update().where(t.points.c.cycle_id == cycle.id).values(cycle_id=None))


def a_tally(number: int, on: date, **changes: Any) -> pdsa.DataPoint:
    room = INQUIRY.classrooms[0].id
    point = pdsa.DataPoint(pdsa.PointId(f"tally-{number}"), SHOWN, on, 20, 25, classroom_id=room)
    return replace(point, **changes)


async def test_an_imported_inquiry_is_summed_up_as_its_record_says(database_url: str) -> None:
    async with connect(database_url) as database:
        await with_model(database)

        row = await team_row(database)

        assert await differences(database) == []
        assert (row.measure_id, row.of_aim) == (SHOWN, True)
        assert row.latest == pytest.approx(37.333, abs=0.001)
        assert row.statuses[-1].status is AimStatus.overdue
        assert row.reviewed_on is None


async def test_each_way_to_write_keeps_the_summaries(database_url: str) -> None:
    async with connect(database_url) as database:
        await with_model(database)
        last = max(point.on for point in INQUIRY.points)
        tallies = [a_tally(i, last + timedelta(days=7 * i)) for i in range(1, 8)]
        cycle = INQUIRY.cycles[0]

        async def write(work: Any, *args: Any) -> None:
            await database.write(work, BY, *args)
            assert await differences(database) == []

        await write(points.add_point, tallies[0])
        await write(points.add_points, SHOWN, tallies[1:])
        held = await team_row(database)
        await write(elements.change, POINT, tallies[0].id, 1, lambda p: replace(p, numerator=2))
        await write(
            elements.change, POINT, tallies[1].id, 1, lambda p: replace(p, on=last + timedelta(1))
        )
        await write(elements.remove, POINT, tallies[2].id, 1)
        await write(elements.change, AIM, AIM_ID, None, lambda aim: replace(aim, target=90))
        await write(elements.change, AIM, AIM_ID, None, lambda aim: replace(aim, measured_by=None))
        await write(elements.change, MEASURE, SHOWN, None, lambda m: replace(m, name="Renamed"))
        new = replace(cycle, id=pdsa.CycleId("cycle-new"), follows=None, moves=())
        await write(elements.add, CYCLE, new, Place(INQUIRY.team.id, AIM_ID))
        assert held.statuses[-1].status is AimStatus.held


async def test_each_audience_is_given_what_the_record_gives_it(database_url: str) -> None:
    async with connect(database_url) as database:
        await with_model(database)

        for to in EVERYBODY:
            await database.write(look, BY, AIM_ID, to)
        found = await differences(database)
        waiting = await database.read(
            lambda conn: conn.execute(
                select(t.aim_summaries.c.audience).where(t.aim_summaries.c.reviewed_on.is_(None))
            ).all()
        )

        assert found == []
        assert waiting == []


async def test_an_aim_whose_cycle_names_a_measure_of_another_aim_is_looked_at_and_compared(
    database_url: str,
) -> None:
    async with connect(database_url) as database:
        await with_model(database)
        await database.write(inquiries.add_inquiry, BY, renamed(INQUIRY), None)
        await database.write(collecting_elsewhere)

        looked = [await database.write(look, BY, AIM_ID, to) for to in EVERYBODY]
        reviewed = await database.snapshot(inquiries.get_inquiry, BY, AIM_ID)

        assert looked == [True, True, True]
        assert await differences(database) == []
        told = cycle_findings(reviewed, INQUIRY.cycles[0].id, on=BY.on)
        assert [each.code for each in told if "not in this record" in each.message] == ["DOX102"]


async def test_a_summary_that_is_wrong_is_found_and_made_anew(database_url: str) -> None:
    async with connect(database_url) as database:
        await with_model(database)
        wrong = t.aim_summaries.update().values(latest=99.0)
        await database.write(lambda conn: conn.execute(wrong))
        await database.write(lambda conn: conn.execute(t.aim_months.delete()))

        found = {each.what for each in await differences(database)}
        await database.write(verifying.make_all_anew, BY, [AIM_ID])

        assert found == {"latest", "months"}
        assert await differences(database) == []


async def test_a_reason_that_is_not_kept_any_more_is_no_difference_but_a_wrong_one_is(
    database_url: str,
) -> None:
    async with connect(database_url) as database:
        await with_model(database)
        kept = (await team_row(database)).statuses
        more = [replace(each, reason=each.reason or "As it was said before.") for each in kept]
        other = [replace(each, reason="Something else.") for each in kept]

        for statuses, wanted in ((more, set()), (other, {"statuses"})):
            change = t.aim_summaries.update().values(statuses=tuple(statuses))
            await database.write(lambda conn, change=change: conn.execute(change))
            assert {each.what for each in await differences(database)} == wanted
        assert more != list(kept)


async def test_what_was_written_before_there_were_summaries_is_summed_up_later(
    database_url: str,
) -> None:
    async with connect(database_url) as database:
        await with_model(database)
        for table in (t.aim_summaries, t.measure_summaries, t.aim_statuses, t.aim_months):
            await database.write(lambda conn, table=table: conn.execute(table.delete()))

        lacking = await database.read(verifying.without_summaries, 10)
        await database.write(points.add_point, BY, a_tally(1, date(2026, 4, 1)))

        assert lacking == [AIM_ID]
        assert await differences(database) == []
