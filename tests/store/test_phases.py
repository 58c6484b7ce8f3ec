"""Phases of a measure: made by a person's act, one at a time, and never in each other's way."""

import asyncio
from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from api.store import elements, inquiries, lists, parts, phases, points, units
from api.store.engine import Database, connect
from api.store.kinds import CALENDAR, CYCLE, MEASURE, PHASE
from pdsa import InvalidValue, NotAllowed, NotVisible, Phase, PhaseKind, Role
from tests.builders import (
    AIM,
    FRAME_USE,
    ROOM_12,
    ROOM_14,
    TEAM,
    a_calendar,
    a_cycle,
    a_phase,
    a_point,
    an_inquiry,
    completed,
    exit_tickets,
)
from tests.store.world import ADMIN, DISTRICT, IN_AIM, OTHER, WEST, a_unit, by, renamed

BASELINE = a_phase()
FEBRUARY, MARCH = date(2018, 2, 9), date(2018, 3, 2)


def rebase(id: str = "rebase", on: date = MARCH, **changes: Any) -> Phase:
    return a_phase(id, kind=PhaseKind.rebase, on=on, **changes)


async def of_measure(database: Database) -> list[Phase]:
    return (await database.read(phases.chart_matter, ADMIN, FRAME_USE)).phases


async def test_the_phases_of_a_measure_stand_in_the_order_of_their_days(district_url: str) -> None:
    new = [rebase("c", MARCH), rebase("b", FEBRUARY), rebase("a", MARCH, classroom_id=ROOM_12)]
    async with connect(district_url) as database:
        for phase in new:
            await database.write(phases.add_phase, ADMIN, phase)

        assert await of_measure(database) == [BASELINE, new[1], new[2], new[0]]
        first, key = await database.read(phases.page_of, ADMIN, FRAME_USE, (), 3)
        rest, end = await database.read(phases.page_of, ADMIN, FRAME_USE, key or (), 3)
        assert [*first, *rest] == await of_measure(database)
        assert (len(first), end) == (3, None)


@pytest.mark.parametrize(
    ("phase", "field"),
    [
        (a_phase("new", on=FEBRUARY), "kind"),
        (rebase("new", BASELINE.on), "on"),
        (rebase("new", date(2018, 1, 19)), "on"),
    ],
)
async def test_a_phase_in_the_way_of_another_is_refused_and_nothing_is_stored(
    district_url: str, phase: Phase, field: str
) -> None:
    async with connect(district_url) as database:
        with pytest.raises(InvalidValue) as caught:
            await database.write(phases.add_phase, ADMIN, phase)

        assert caught.value.field == field
        assert await of_measure(database) == [BASELINE]


async def test_a_phase_that_was_taken_back_is_in_nobodys_way(district_url: str) -> None:
    async with connect(district_url) as database:
        await database.write(elements.remove, ADMIN, PHASE, BASELINE.id, 1)

        await database.write(phases.add_phase, ADMIN, a_phase("new", on=FEBRUARY))

        assert [phase.id for phase in await of_measure(database)] == ["new"]


async def test_of_many_who_freeze_at_once_one_does(district_url: str) -> None:
    many = [a_phase(f"new-{n}", on=date_of(n), classroom_id=ROOM_14) for n in range(20)]
    async with connect(district_url) as database:
        outcomes = await asyncio.gather(
            *(database.write(phases.add_phase, ADMIN, phase) for phase in many),
            return_exceptions=True,
        )

        (made,) = [each for each in outcomes if isinstance(each, Phase)]
        assert {type(each) for each in outcomes if each is not made} == {InvalidValue}
        assert await of_measure(database) == sorted([BASELINE, made], key=lambda each: each.on)


def date_of(n: int) -> date:
    return date(2018, 2, n + 1)


async def test_two_freezes_at_once_are_judged_one_after_the_other(
    postgres_district_url: str,
) -> None:
    made, may_end = asyncio.Event(), asyncio.Event()
    first, second = (a_phase(room, classroom_id=ROOM_12) for room in ("first", "second"))

    def freeze_and_wait(conn: Connection) -> None:
        phases.add_phase(conn, ADMIN, first)
        made.set()
        await_only(may_end.wait())

    async with connect(postgres_district_url) as database:
        one = asyncio.create_task(database.write(freeze_and_wait))
        await made.wait()

        other = asyncio.create_task(database.write(phases.add_phase, ADMIN, second))
        await asyncio.wait({other}, timeout=0.2)
        may_end.set()
        await one

        with pytest.raises(InvalidValue, match="frozen"):
            await other


async def test_a_better_reason_is_not_refused_over_what_is_stored(district_url: str) -> None:
    twice = a_phase("twice", on=MARCH)  # as a rule before this one might have let through
    async with connect(district_url) as database:
        await database.write(
            lambda conn: elements.store(conn, ADMIN, PHASE, [twice], IN_AIM, verb="add")
        )

        changed = await database.write(
            elements.change, ADMIN, PHASE, "twice", 1, lambda each: replace(each, reason="Better.")
        )

        assert (changed.reason, changed.version) == ("Better.", 2)
        with pytest.raises(InvalidValue):
            await database.write(
                elements.change, ADMIN, PHASE, "twice", 2, lambda each: replace(each, on=FEBRUARY)
            )


async def test_a_phase_is_made_by_who_logs_in_the_team(district_url: str) -> None:
    async with connect(district_url) as database:
        for who, error in (
            (by(Role.viewer, TEAM), NotAllowed),
            (by(Role.leader, DISTRICT), NotAllowed),
            (by(Role.administrator, WEST), NotVisible),
        ):
            with pytest.raises(error):
                await database.write(phases.add_phase, who, rebase())
        await database.write(phases.add_phase, by(Role.member, TEAM), rebase())

        assert await of_measure(database) == [BASELINE, rebase()]
        with pytest.raises(NotVisible, match=FRAME_USE):
            await database.read(phases.chart_matter, by(Role.administrator, WEST), FRAME_USE)


async def test_the_history_of_a_phase_says_who_made_it_why_and_who_took_it_back(
    district_url: str,
) -> None:
    ask: dict[str, Any] = {"unit": None, "aim": AIM, "element": "rebase", "person": None}
    ana, ben = by(Role.member, TEAM, person="ana"), by(Role.coach, TEAM, person="ben")
    async with connect(district_url) as database:
        await database.write(phases.add_phase, ana, rebase(made_by="ana"))
        await database.write(elements.remove, ben, PHASE, "rebase", 1)

        found, _ = await database.read(lists.activity, ADMIN, **ask, after=(), limit=10)

        assert [(e.person_id, e.verb, e.kind) for e in found] == [
            ("ben", "remove", "phase"),
            ("ana", "add", "phase"),
        ]
        assert msgspec.json.decode(found[0].before, type=Phase) == rebase(made_by="ana")


async def test_an_imported_phase_keeps_who_made_it_although_nobody_here_has_that_id(
    database_url: str,
) -> None:
    async with connect(database_url) as database:
        elsewhere = a_phase(made_by="person-elsewhere")

        await database.write(inquiries.add_inquiry, ADMIN, an_inquiry(phases=(elsewhere,)), None)

        assert await of_measure(database) == [elsewhere]


async def test_an_export_holds_the_room_that_only_a_phase_names(district_url: str) -> None:
    below = rebase(classroom_id="room-below")
    async with connect(district_url) as database:
        await database.write(units.add, ADMIN, a_unit("floor", "floor", TEAM))
        await database.write(units.add, ADMIN, a_unit("room-below", "classroom", "floor"))
        await database.write(phases.add_phase, ADMIN, below)

        found = await database.snapshot(inquiries.get_inquiry, ADMIN, AIM)

        assert found.phases == (BASELINE, below)
        assert {"floor", "room-below"} <= {room.id for room in found.classrooms}


async def test_what_a_chart_is_made_of_is_read_in_one_go(district_url: str) -> None:
    missing = a_point("missing", date(2018, 5, 4), classroom_id="room-16")
    async with connect(district_url) as database:
        for room in ("room-16", "room-18", "room-20"):
            unit = replace(a_unit(room, "classroom", TEAM), name=f"The {room}")
            await database.write(units.add, ADMIN, unit)
        await database.write(points.add_point, ADMIN, missing)
        await database.write(phases.add_phase, ADMIN, rebase(classroom_id="room-18"))
        await database.write(parts.add, ADMIN, CYCLE, a_cycle("another"))

        found = await database.snapshot(phases.chart_matter, by(Role.viewer, TEAM), FRAME_USE)

        assert found.measure == an_inquiry().measures[0]
        assert list(found.given.points) == [
            *sorted(exit_tickets(), key=lambda point: (point.on, point.id)),
            missing,
        ]
        assert found.phases == [BASELINE, rebase(classroom_id="room-18")]
        assert found.calendar == a_calendar()
        assert [cycle.id for cycle in found.cycles] == ["another", completed().id]
        assert found.names == {
            ROOM_12: "Room 12",
            ROOM_14: "Room 14",
            "room-16": "The room-16",
            "room-18": "The room-18",
        }


async def test_a_chart_without_a_calendar_and_without_points_is_made_of_little(
    district_url: str,
) -> None:
    western = renamed(an_inquiry())
    alone = replace(western.measures[0], id="alone")
    async with connect(district_url) as database:
        await database.write(elements.remove, ADMIN, CALENDAR, a_calendar().id + OTHER, 1)
        await database.write(parts.add, ADMIN, MEASURE, alone)

        found = await database.snapshot(phases.chart_matter, ADMIN, "alone")

        assert (found.calendar, [*found.given.points], found.phases, found.names) == (
            None,
            [],
            [],
            {},
        )
        assert [cycle.id for cycle in found.cycles] == ["cycle-1" + OTHER]
