"""Summaries stay right when many write points at once, and whatever lies together on a day."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select
from sqlalchemy.util import await_only

import pdsa
from api.store import inquiries, points
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import Database, connect
from api.store.kinds import MEASURE
from api.store.parts import add
from api.store.summaries.kept import AUDIENCES
from api.store.summaries.look import look
from api.store.summaries.verify import Difference, verify
from pdsa.interchange import loads
from pdsa.reference import model

BY = By(OPERATOR, datetime(2026, 3, 20, 12, tzinfo=UTC))
INQUIRY = loads(model())
AIM_ID, SHOWN = INQUIRY.aim.id, INQUIRY.aim.measured_by
FIRST = date(2026, 4, 1)


async def differences(database: Database) -> list[Difference]:
    return await database.snapshot(verify, BY, [AIM_ID])


def a_point(number: int, measure: Any, on: date, **figures: Any) -> pdsa.DataPoint:
    return pdsa.DataPoint(pdsa.PointId(f"point-{number}"), measure, on, **figures)


async def with_other_measures(database: Database) -> list[Any]:
    """The inquiry, and the ids of its measures: that of its indicator and two others."""
    await database.write(inquiries.add_inquiry, BY, INQUIRY, None)
    shown = next(each for each in INQUIRY.measures if each.id == SHOWN)
    for name in ("attendance", "exit-tickets"):
        await database.write(add, BY, MEASURE, replace(shown, id=pdsa.MeasureId(name)))
    return [SHOWN, "attendance", "exit-tickets"]


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "nothing kept before"])
async def test_many_write_points_of_the_measures_of_an_aim_at_once(
    database_url: str, kept: bool
) -> None:
    async with connect(database_url) as database:
        measures = await with_other_measures(database)
        for table in (t.aim_summaries, t.measure_summaries, t.aim_statuses, t.aim_months):
            if not kept:
                await database.write(lambda conn, table=table: conn.execute(table.delete()))
        made = [
            a_point(i, measures[i % 3], FIRST + timedelta(i // 9), numerator=i % 20, denominator=25)
            for i in range(45)
        ]
        writes = [database.write(points.add_point, BY, each) for each in made[:30]]
        writes += [
            database.write(
                points.add_points, BY, measure, [p for p in made[30:] if p.measure_id == measure]
            )
            for measure in measures
        ]

        await asyncio.gather(*writes)

        assert await differences(database) == []


async def test_a_day_of_values_counts_groups_and_classrooms_is_summed_up_as_it_is_charted(
    database_url: str,
) -> None:
    async with connect(database_url) as database:
        _, _, measure = await with_other_measures(database)
        room = INQUIRY.classrooms[0].id
        day: list[dict[str, Any]] = [
            {"value": 40.1},
            {"value": 40.2},
            {"value": 40.2, "note": "counted twice"},
            {"numerator": None, "denominator": None},
            {"numerator": 3, "denominator": 9, "student_group": "ell"},
            {"numerator": 0, "denominator": 0},
            {"numerator": 5, "denominator": 20},
            {"numerator": 6, "denominator": 20},
            {"value": 33.3, "classroom_id": room},
            {"numerator": 7, "denominator": 11, "classroom_id": room},
            {"numerator": 8, "denominator": 11, "classroom_id": room},
        ]

        for number, figures in enumerate(day):
            point = a_point(number, measure, FIRST, **figures)
            await database.write(points.add_point, BY, point)

            assert await differences(database) == []


async def test_who_looks_waits_for_nobody_who_is_at_it(postgres_url: str) -> None:
    async with connect(postgres_url) as database, connect(postgres_url) as other:
        await database.write(inquiries.add_inquiry, BY, INQUIRY, None)
        at_it, over = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def holding(conn: Connection) -> None:
            conn.execute(select(t.aim_summaries.c.aim_id).with_for_update()).all()
            loop.call_soon(at_it.set)
            await_only(over.wait())

        held = asyncio.create_task(other.write(holding))
        await at_it.wait()
        looked = [await database.write(look, BY, AIM_ID, to) for to in AUDIENCES]
        over.set()
        await held

        assert looked == [False, False, False]
        assert all([await database.write(look, BY, AIM_ID, to) for to in AUDIENCES])
        assert await differences(database) == []
