"""The grid of a tally: its days, its classrooms, and what stands in each cell."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import (
    CycleId,
    DataPoint,
    InvalidValue,
    MeasureId,
    MeasureUnit,
    TallyGrid,
    UnitId,
    UnknownElement,
    grid,
    series,
    tally_summary,
)
from tests.builders import (
    ROOM_12,
    ROOM_14,
    STARTED,
    a_calendar,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    classrooms,
    exit_tickets,
    in_do,
)

FRIDAY, MONDAY = date(2018, 1, 12), date(2018, 1, 15)
NEXT_FRIDAY, SATURDAY = date(2018, 1, 19), date(2018, 1, 13)
CYCLE, OTHER = CycleId("cycle-1"), CycleId("cycle-0")
WEEK = in_do(a_cycle(plan=a_plan(first_day=FRIDAY, last_day=NEXT_FRIDAY)))


def a_grid(*points: DataPoint, **changes: object) -> TallyGrid:
    """The two rooms in the week from Friday to Friday."""
    given = {"cycle": WEEK, "classrooms": classrooms(), "calendar": a_calendar()} | changes
    cycle = given.pop("cycle")
    return grid(a_measure(), cycle, points, **given)  # type: ignore[arg-type]


def of(room: UnitId | None, count: int, size: int, **changes: object) -> DataPoint:
    values = {"classroom_id": room, "numerator": count, "denominator": size, "cycle_id": CYCLE}
    return a_point(**(values | {"id": f"point-{room}-{count}"} | changes))  # type: ignore[arg-type]


# -- Days ------------------------------------------------------------------------------------


def test_days_are_those_of_the_test_that_are_taught() -> None:
    found = a_grid()

    assert [day.day for day in found.days] == [12, 16, 17, 18, 19]


def test_without_a_calendar_every_weekday_is_taught() -> None:
    year_before = a_calendar(first_day=date(2016, 9, 1), last_day=date(2017, 6, 16), closures=())

    assert [day.day for day in a_grid(calendar=None).days] == [12, 15, 16, 17, 18, 19]
    assert a_grid(calendar=year_before).days == a_grid(calendar=None).days


def test_a_day_with_a_point_of_the_cycle_is_there_even_if_nobody_was_taught() -> None:
    holiday = of(ROOM_12, 10, 28, on=MONDAY)
    elsewhere = of(ROOM_12, 11, 28, on=SATURDAY, cycle_id=None)

    found = a_grid(holiday, elsewhere, days=[date(2018, 2, 2)])

    assert [day.day for day in found.days] == [12, 15, 16, 17, 18, 19, 2]


def test_a_window_with_one_end_runs_to_today_or_from_the_first_do() -> None:
    begun = in_do(a_cycle(plan=a_plan(first_day=FRIDAY)))
    ends = in_do(a_cycle(plan=a_plan(last_day=NEXT_FRIDAY)))

    assert a_grid(cycle=begun, today=NEXT_FRIDAY).days == a_grid().days
    assert a_grid(cycle=ends).days == a_grid().days
    assert a_grid(cycle=begun, today=date(2018, 1, 2)).days == (date(2018, 1, 2),)


def test_without_a_window_the_days_are_those_with_points_and_today() -> None:
    points = (
        of(ROOM_12, 10, 28),
        of(ROOM_12, 5, 28, on=date(2017, 12, 1), cycle_id=None),
        of(ROOM_12, 6, 28, on=date(2017, 11, 3), cycle_id=OTHER),
    )

    found = a_grid(*points, cycle=in_do(), today=NEXT_FRIDAY)

    assert found.days == (date(2017, 12, 1), FRIDAY, NEXT_FRIDAY)


def test_more_than_400_days_are_refused_with_what_to_do() -> None:
    long = a_plan(first_day=date(2018, 1, 1), last_day=date(2019, 7, 12))
    longest = a_plan(first_day=date(1, 1, 1), last_day=date(9999, 12, 31))

    assert len(a_grid(cycle=a_cycle(plan=long), calendar=None).days) == 400
    for cycle, days in (
        (a_cycle(plan=long), [date(2019, 7, 15)]),
        (a_cycle(plan=longest), []),
        (WEEK, map(date.fromordinal, range(1, 3_000_000))),
    ):
        with pytest.raises(InvalidValue, match=r"^days: at most 400 days .* into its plan"):
            a_grid(cycle=cycle, calendar=None, days=days)


# -- Columns ---------------------------------------------------------------------------------


def test_columns_are_the_classrooms_or_else_the_team() -> None:
    assert [column.label for column in a_grid().columns] == ["Room 12", "Room 14"]

    (whole,) = a_grid(classrooms=()).columns
    assert (whole.classroom_id, whole.label, whole.extra) == (None, "Whole team", False)


def test_figures_of_no_classroom_of_the_team_stand_beside_the_others() -> None:
    found = a_grid(of(None, 24, 60), of(UnitId("room-9"), 3, 20))

    assert [(c.label, c.extra) for c in found.columns[2:]] == [
        ("Whole team", True),
        ("room-9", True),
    ]
    assert found.cell(FRIDAY, None).text == "24/60"
    assert found.cell(FRIDAY, None).read_only == ""
    assert "by classroom of the team" in found.cell(NEXT_FRIDAY, None).read_only


# -- Cells -----------------------------------------------------------------------------------


def test_a_cell_shows_its_point_with_note_and_version() -> None:
    found = a_grid(of(ROOM_12, 10, 28, note="A trip.", version=3)).cell(FRIDAY, ROOM_12)

    assert (found.text, found.note, found.version) == ("10/28", "A trip.", "point-room-12-10:3")
    assert (found.read_only, found.size) == ("", 28)
    assert a_grid().cell(FRIDAY, ROOM_12).version == ""


def test_points_of_student_groups_and_of_other_measures_are_not_in_the_grid() -> None:
    group = of(ROOM_12, 2, 6, student_group="EL")
    other = of(ROOM_12, 3, 6, measure_id=MeasureId("measure-other"))
    everybody = of(ROOM_12, 10, 28, student_group="ALL")

    assert a_grid(group, other, everybody).points() == (everybody,)


def test_several_points_in_one_cell_are_shown_pooled_and_read_only() -> None:
    found = a_grid(of(ROOM_12, 10, 28), of(ROOM_12, 2, 4, cycle_id=None)).cell(FRIDAY, ROOM_12)

    assert found.text == "12/32"
    assert found.version == "point-room-12-10:1,point-room-12-2:1"
    assert "change each by itself" in found.read_only


def test_a_point_of_another_cycle_is_shown_read_only() -> None:
    found = a_grid(of(ROOM_12, 10, 28, cycle_id=OTHER), of(ROOM_14, 12, 32, cycle_id=None))

    assert found.cell(FRIDAY, ROOM_12).text == "10/28"
    assert "belongs to another cycle" in found.cell(FRIDAY, ROOM_12).read_only
    assert found.cell(FRIDAY, ROOM_14).read_only == ""


def test_the_size_of_a_classroom_is_the_one_last_counted() -> None:
    found = a_grid(
        of(ROOM_12, 10, 27, on=NEXT_FRIDAY),
        of(ROOM_12, 11, 28),
        a_point(on=date(2018, 1, 18), classroom_id=ROOM_14),
    )

    assert found.sizes == {ROOM_12: 27}
    assert found.cell(FRIDAY, ROOM_12).size == 28
    assert found.cell(date(2018, 1, 16), ROOM_12).size == 27
    assert found.cell(FRIDAY, ROOM_14).size is None


def test_a_cell_that_is_not_there_is_unknown() -> None:
    with pytest.raises(UnknownElement, match="no cell '2018-01-13 room-12' in the tally"):
        a_grid().cell(SATURDAY, ROOM_12)


# -- In sum ----------------------------------------------------------------------------------


def test_a_summary_counts_cells_and_pools_each_classroom() -> None:
    trip = a_point("trip", on=date(2018, 1, 16), classroom_id=ROOM_14, cycle_id=CYCLE)
    found = tally_summary(
        a_grid(of(ROOM_12, 10, 30), of(ROOM_12, 5, 10, on=NEXT_FRIDAY), of(ROOM_14, 14, 32), trip)
    )

    assert (found.cells, found.filled, found.missing) == (10, 4, 1)
    room_12, room_14 = found.columns
    assert room_12.total is not None
    assert (room_12.total.numerator, room_12.total.denominator) == (15, 40)
    assert (room_12.total.value, room_12.filled, room_12.cells) == (37.5, 2, 5)
    assert (room_14.filled, room_14.missing) == (2, 1)
    assert found.series.values() == [100 * 24 / 62, None, 50]


def test_a_classroom_without_a_figure_has_no_total() -> None:
    found = tally_summary(a_grid(a_point(classroom_id=ROOM_12, cycle_id=CYCLE)))

    assert [column.total for column in found.columns] == [None, None]


def test_percentages_that_cannot_be_added_to_counts_are_told() -> None:
    bare = a_point("bare", on=NEXT_FRIDAY, value=50, classroom_id=ROOM_12, cycle_id=CYCLE)

    room_12, _ = tally_summary(a_grid(of(ROOM_12, 10, 40), bare)).columns

    assert room_12.total is not None
    assert (room_12.total.value, room_12.left_out) == (25, 1)


def test_counts_of_a_team_add_up_over_its_days() -> None:
    visits = a_measure(unit=MeasureUnit.count_)
    points = [
        a_point(f"visit-{n}", on=FRIDAY + timedelta(n), value=n, cycle_id=CYCLE) for n in range(4)
    ]

    (whole,) = tally_summary(grid(visits, in_do(), points)).columns

    assert whole.total is not None
    assert (whole.total.value, whole.cells) == (6, 4)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 9),
            st.sampled_from([None, ROOM_12, ROOM_14]),
            st.sampled_from([None, CYCLE, OTHER]),
            st.integers(0, 30),
        ),
        max_size=20,
    )
)
def test_each_point_on_a_day_of_the_grid_stands_in_one_cell(
    drawn: list[tuple[int, UnitId | None, CycleId | None, int]],
) -> None:
    points = [
        a_point(
            f"p{i}",
            on=STARTED + timedelta(day),
            classroom_id=room,
            cycle_id=cycle,
            numerator=count,
            denominator=30,
        )
        for i, (day, room, cycle, count) in enumerate(drawn)
    ]

    found = a_grid(*points)

    expected = [point.id for point in points if point.on in found.days]
    assert sorted(p.id for p in found.points()) == sorted(expected)
    assert {p.on for p in points if p.cycle_id == CYCLE} <= set(found.days)
    assert all(len(row) == len(found.columns) for row in found.rows)
    assert tally_summary(found).series == series(a_measure(), found.points())[0]


def test_the_exit_tickets_of_sacramento_stand_in_their_rooms() -> None:
    found = a_grid(*exit_tickets(), cycle=in_do())

    assert [[cell.text for cell in row] for row in found.rows] == [
        ["10/28", "14/32"],
        ["11/28", "15/32"],
        ["13/28", "16/32"],
        ["14/28", "19/32"],
        ["16/28", "20/32"],
    ]
