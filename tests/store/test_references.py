"""What an element refers to is there, in sight, and of the same aim or unit."""

from typing import Any

import pytest
from msgspec.structs import replace

import pdsa
from api.store import elements, parts, points, units
from api.store.engine import connect
from api.store.kind import Kind, Place
from api.store.kinds import AIM, CHANGE_IDEA, CYCLE, GRANT, MEASURE, PHASE, POINT, PROBLEM, UNIT
from pdsa import Circle, InvalidValue, NotVisible, Role, UnknownElement
from tests.builders import (
    FRAME_USE,
    ROOM_12,
    TEAM,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    a_prediction,
    a_problem,
    a_theory,
    an_aim,
    an_idea,
)
from tests.store.world import ADMIN, DISTRICT, EAST, OTHER, SAMPLES, WEST, by

NEW = {sample.kind: sample for sample in SAMPLES}
NOWHERE, WESTERN = "nothing", a_measure().id + OTHER


def cycle_with(*, collects: Any = FRAME_USE, expects: Any = FRAME_USE) -> pdsa.Cycle:
    plan = a_plan(
        questions=(
            pdsa.Question(
                id=pdsa.QuestionId("q"),
                text="Which?",
                predictions=(
                    a_prediction("p1"),
                    a_prediction(
                        "p2", expectation=pdsa.ExpectRange(measure_id=expects, low=1, high=2)
                    ),
                ),
            ),
        ),
        data=(pdsa.DataCollection(measure_id=collects),),
    )
    return a_cycle("new", plan=plan)


WRONG: dict[str, tuple[Kind[Any], Any, str, str]] = {
    "a unit under nothing": (UNIT, replace(NEW[UNIT].new, parent_id=NOWHERE), "parent_id", NOWHERE),
    "a grant for nobody": (GRANT, replace(NEW[GRANT].new, person_id=NOWHERE), "person_id", NOWHERE),
    "an aim with no such problem": (
        AIM,
        an_aim(id="new", problem_id=NOWHERE),
        "problem_id",
        NOWHERE,
    ),
    "an aim with the problem of a team elsewhere": (
        AIM,
        an_aim(id="new", problem_id=a_problem().id + OTHER),
        "problem_id",
        a_problem().id + OTHER,
    ),
    "an aim measured by nothing": (
        AIM,
        an_aim(id="new", measured_by=NOWHERE),
        "measured_by",
        NOWHERE,
    ),
    "an aim measured by another aim's measure": (
        AIM,
        an_aim(id="new", measured_by=FRAME_USE),
        "measured_by",
        FRAME_USE,
    ),
    "an idea of no aim": (CHANGE_IDEA, an_idea("new", aim_id=NOWHERE), "aim_id", NOWHERE),
    "an idea adapted from nothing": (
        CHANGE_IDEA,
        an_idea("new", adapted_from=NOWHERE),
        "adapted_from",
        NOWHERE,
    ),
    "a measure of no aim": (MEASURE, a_measure(id="new", aim_id=NOWHERE), "aim_id", NOWHERE),
    "a measure of no driver": (
        MEASURE,
        a_measure(id="new", driver_id=NOWHERE),
        "driver_id",
        NOWHERE,
    ),
    "a cycle of no aim": (CYCLE, a_cycle("new", aim_id=NOWHERE), "aim_id", NOWHERE),
    "a cycle on no idea": (
        CYCLE,
        a_cycle("new", change_idea_id=NOWHERE),
        "change_idea_id",
        NOWHERE,
    ),
    "a cycle on another aim's idea": (
        CYCLE,
        a_cycle("new", change_idea_id=an_idea().id + OTHER),
        "change_idea_id",
        an_idea().id + OTHER,
    ),
    "a cycle that follows nothing": (CYCLE, a_cycle("new", follows=NOWHERE), "follows", NOWHERE),
    "a cycle that collects another aim's measure": (
        CYCLE,
        cycle_with(collects=WESTERN),
        "plan/data/0/measure_id",
        WESTERN,
    ),
    "a prediction on no measure": (
        CYCLE,
        cycle_with(expects=NOWHERE),
        "plan/questions/0/predictions/1/expectation/measure_id",
        NOWHERE,
    ),
    "a point of a room that is not there": (
        POINT,
        a_point("new", classroom_id=NOWHERE),
        "classroom_id",
        NOWHERE,
    ),
    "a point of another team's room": (
        POINT,
        a_point("new", classroom_id=ROOM_12 + OTHER),
        "classroom_id",
        ROOM_12 + OTHER,
    ),
    "a point of no cycle": (POINT, a_point("new", cycle_id=NOWHERE), "cycle_id", NOWHERE),
    "a point of another aim's cycle": (
        POINT,
        a_point("new", cycle_id="cycle-1" + OTHER),
        "cycle_id",
        "cycle-1" + OTHER,
    ),
    "a phase of a room that is not there": (
        PHASE,
        replace(NEW[PHASE].new, classroom_id=NOWHERE),
        "classroom_id",
        NOWHERE,
    ),
    "a phase of another team's room": (
        PHASE,
        replace(NEW[PHASE].new, classroom_id=ROOM_12 + OTHER),
        "classroom_id",
        ROOM_12 + OTHER,
    ),
}


@pytest.mark.parametrize("case", WRONG)
async def test_a_wrong_reference_is_refused_with_its_field(district_url: str, case: str) -> None:
    kind, element, field, id = WRONG[case]
    async with connect(district_url) as database:
        with pytest.raises(UnknownElement) as caught:
            await database.write(NEW[kind].add, ADMIN, element)

        assert (caught.value.field, caught.value.id) == (field, id)
        with pytest.raises(NotVisible):
            await database.read(elements.get, ADMIN, kind, "new")


@pytest.mark.parametrize("case", [case for case in WRONG if "of no aim" not in case])
async def test_an_edit_to_a_wrong_reference_is_refused_alike(district_url: str, case: str) -> None:
    kind, element, field, id = WRONG[case]
    async with connect(district_url) as database:
        right = await database.write(NEW[kind].add, ADMIN, NEW[kind].new)

        with pytest.raises(UnknownElement) as caught:
            await database.write(NEW[kind].change, ADMIN, 1, lambda each: element)

        assert (caught.value.field, caught.value.id) == (field, id)
        assert await database.read(elements.get, ADMIN, kind, "new") == right


@pytest.mark.parametrize("kind", [AIM, PROBLEM, NEW[GRANT].kind], ids=lambda kind: kind.name)
async def test_nothing_lives_in_a_unit_that_is_not_there(
    district_url: str, kind: Kind[Any]
) -> None:
    element = replace(NEW[kind].new, unit_id=NOWHERE)
    async with connect(district_url) as database:
        with pytest.raises(UnknownElement) as caught:
            await database.write(elements.add, ADMIN, kind, element, Place(NOWHERE, None))

        assert (caught.value.kind, caught.value.field) == ("unit", "unit_id")


async def test_what_is_out_of_sight_reads_as_if_it_were_not_there(district_url: str) -> None:
    member = by(Role.member, TEAM)
    async with connect(district_url) as database:
        for part, add, kind in (
            (an_idea("new", adapted_from=an_idea().id + OTHER), parts.add, CHANGE_IDEA),
            (an_idea("new", adapted_from=NOWHERE), parts.add, CHANGE_IDEA),
        ):
            with pytest.raises(UnknownElement) as caught:
                await database.write(add, member, kind, part)
            assert str(caught.value) == f"no change idea {part.adapted_from!r}"


async def test_an_edit_does_not_fail_over_a_reference_that_it_leaves_alone(
    district_url: str,
) -> None:
    member, east = by(Role.member, TEAM), by(Role.administrator, EAST)
    far = a_problem(id="far", unit_id=DISTRICT)
    async with connect(district_url) as database:
        await database.write(elements.add, ADMIN, PROBLEM, far, Place(DISTRICT, None))
        edits = (
            (AIM, an_aim().id, {"problem_id": "far"}),
            (CHANGE_IDEA, an_idea().id, {"adapted_from": an_idea().id + OTHER}),
            (MEASURE, FRAME_USE, {"driver_id": "driver-language"}),
        )
        for kind, id, given in edits:
            await database.write(
                elements.change, ADMIN, kind, id, 1, lambda each, g=given: replace(each, **g)
            )
        await database.write(drop_the_driver)

        for kind, id, given in edits:
            title = {"name": "Again"} if kind is MEASURE else {"title": "Again"}
            edited = await database.write(
                elements.change, member, kind, id, 2, lambda each, t=title: replace(each, **t)
            )
            assert {name: getattr(edited, name) for name in given} == given
        school = await database.write(
            units.change, east, EAST, 1, lambda unit: replace(unit, name="East")
        )
        assert (school.name, school.parent_id) == ("East", DISTRICT)


def drop_the_driver(conn: Any) -> None:
    from api.store import theories

    theories.put(conn, ADMIN, a_theory(drivers=(), links=()), 1)


async def test_a_cycle_follows_an_ended_one(district_url: str) -> None:
    async with connect(district_url) as database:
        await database.write(parts.add, ADMIN, CYCLE, a_cycle("running"))

        with pytest.raises(InvalidValue, match="ended"):
            await database.write(parts.add, ADMIN, CYCLE, a_cycle("new", follows="running"))


async def test_an_idea_is_not_adapted_from_itself_round_a_corner(district_url: str) -> None:
    own = an_idea().id
    async with connect(district_url) as database:
        await database.write(
            parts.add,
            ADMIN,
            CHANGE_IDEA,
            an_idea("b", adapted_from=own, aim_id=an_aim().id + OTHER),
        )
        await database.write(parts.add, ADMIN, CHANGE_IDEA, an_idea("c", adapted_from="b"))

        with pytest.raises(Circle) as caught:
            await database.write(
                elements.change,
                by(Role.member, TEAM),
                CHANGE_IDEA,
                own,
                1,
                lambda idea: replace(idea, adapted_from="c"),
            )

        assert caught.value.path == (own, "c", own)  # "b" is another team's


async def test_of_many_points_one_wrong_one_refuses_all_and_is_named(district_url: str) -> None:
    many = [a_point(f"new-{n}", value=50.0, classroom_id=ROOM_12) for n in range(5)]
    async with connect(district_url) as database:
        before = await database.read(lambda conn: count(conn))

        for wrong, error, field in (
            (replace(many[3], classroom_id=WEST), UnknownElement, "points/3/classroom_id"),
            (replace(many[3], value=101.0), InvalidValue, "points/3/value"),
        ):
            given = [*many[:3], wrong, many[4]]
            with pytest.raises(error) as caught:
                await database.write(points.add_points, ADMIN, FRAME_USE, given)
            assert caught.value.field == field

        assert await database.read(lambda conn: count(conn)) == before


def count(conn: Any) -> int:
    number: int = conn.exec_driver_sql("SELECT count(*) FROM points").scalar()
    return number
