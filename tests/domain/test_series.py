from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import DataPoint, MeasureUnit, SplitBy, series
from tests.builders import (
    FRAME_USE,
    ROOM_12,
    ROOM_14,
    STARTED,
    a_measure,
    a_point,
    exit_tickets,
)

LATER = STARTED + timedelta(weeks=1)


@st.composite
def tallies(draw: st.DrawFn) -> list[DataPoint]:
    """Counts by classroom and group on few days, some of them 0 of 0."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 3),
                st.sampled_from([ROOM_12, ROOM_14]),
                st.sampled_from([None, "ALL", "EL", "SWD"]),
                st.integers(0, 40),
                st.integers(0, 40),
            ),
            max_size=25,
        )
    )
    return [
        a_point(
            f"p{i}",
            STARTED + timedelta(day),
            classroom_id=room,
            student_group=group,
            numerator=min(counts),
            denominator=max(counts),
        )
        for i, (day, room, group, *counts) in enumerate(rows)
    ]


def by_hand(points: list[DataPoint]) -> dict[date, Fraction | None]:
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for point in points:
        sums[point.on][0] += point.numerator or 0
        sums[point.on][1] += point.denominator or 0
    return {day: Fraction(100 * num, den) if den else None for day, (num, den) in sums.items()}


@given(tallies())
def test_counts_of_classrooms_are_pooled_by_date(points: list[DataPoint]) -> None:
    everybody = [p for p in points if p.student_group in (None, "ALL")]

    (whole,) = series(a_measure(), reversed(points))

    assert [point.on for point in whole.points] == sorted({p.on for p in everybody})
    assert {p.on: p.value for p in whole.points} == {
        day: None if share is None else float(share) for day, share in by_hand(everybody).items()
    }
    assert whole.left_out == ()


@given(tallies(), st.sampled_from(SplitBy))
def test_parts_pool_what_belongs_to_them(points: list[DataPoint], by: SplitBy) -> None:
    mine: dict[str, list[DataPoint]] = defaultdict(list)
    for point in points:
        everybody = point.student_group in (None, "ALL")
        if by is SplitBy.classroom and everybody:
            mine[point.classroom_id or ""].append(point)
        if by is SplitBy.student_group and not everybody:
            mine[point.student_group or ""].append(point)

    parts = series(a_measure(), points, by=by)

    assert [part.part for part in parts] == sorted(mine)
    for part in parts:
        shares = by_hand(mine[part.part])
        assert part.values() == [
            None if shares[day] is None else float(shares[day] or 0) for day in sorted(shares)
        ]


def test_a_class_of_32_weighs_more_than_one_of_28() -> None:
    points = exit_tickets([(28, 0)])

    (whole,) = series(a_measure(), points)

    assert whole.points[0].value == pytest.approx(100 * 28 / 60)
    assert (whole.points[0].numerator, whole.points[0].denominator) == (28, 60)


def test_a_date_without_a_figure_stays_missing() -> None:
    points = [
        a_point("p1", numerator=10, denominator=28),
        a_point("p2", LATER, note="assembly"),
        a_point("p3", LATER, numerator=0, denominator=0),
        a_point("p4", LATER + timedelta(7), numerator=0, denominator=28),
    ]

    (whole,) = series(a_measure(), points)

    assert whole.values() == [pytest.approx(100 * 10 / 28), None, 0]


def test_a_missing_classroom_leaves_the_figure_of_the_other() -> None:
    points = [
        a_point("p1", classroom_id=ROOM_12, numerator=14, denominator=28),
        a_point("p2", classroom_id=ROOM_14),
    ]

    (whole,) = series(a_measure(), points)
    parts = series(a_measure(), points, by=SplitBy.classroom)

    assert whole.values() == [50]
    assert [part.values() for part in parts] == [[50], [None]]


def test_no_points_are_an_empty_whole_and_no_parts() -> None:
    (whole,) = series(a_measure(), [])

    assert (whole.measure_id, whole.part, whole.points) == (FRAME_USE, "", ())
    assert series(a_measure(), [], by=SplitBy.classroom) == ()


def test_students_are_not_counted_twice_where_the_team_and_its_classrooms_report() -> None:
    points = [
        a_point("team", numerator=30, denominator=60),
        a_point("room-12", classroom_id=ROOM_12, numerator=7, denominator=28),
        a_point("room-14", classroom_id=ROOM_14, numerator=8, denominator=32),
        a_point("team-later", LATER, numerator=33, denominator=60),
    ]

    (whole,) = series(a_measure(), points)

    assert whole.values() == [25, 55]
    assert whole.left_out == ("team",)


def test_bare_percentages_cannot_be_added_to_counts() -> None:
    points = [
        a_point("bare", classroom_id=ROOM_14, value=90),
        a_point("counts", classroom_id=ROOM_12, numerator=7, denominator=28),
        a_point("b1", LATER, classroom_id=ROOM_12, value=40),
        a_point("b2", LATER, classroom_id=ROOM_14, value=60),
    ]

    (whole,) = series(a_measure(), points)

    assert whole.values() == [25, 50]
    assert whole.left_out == ("bare",)


def test_a_student_group_is_a_part_of_all_students_and_not_added_to_them() -> None:
    points = [
        a_point("all", student_group="ALL", numerator=14, denominator=28),
        a_point("el", student_group="EL", numerator=2, denominator=8),
    ]

    (whole,) = series(a_measure(), points)
    (learners,) = series(a_measure(), points, by=SplitBy.student_group)

    assert (whole.values(), learners.part, learners.values()) == ([50], "EL", [25])


@pytest.mark.parametrize(
    ("unit", "value"),
    [(MeasureUnit.count_, 9), (MeasureUnit.mean, 4.5), (MeasureUnit.rubric_level, 4.5)],
)
def test_counts_are_added_and_other_values_averaged(unit: MeasureUnit, value: float) -> None:
    points = [
        a_point("p1", classroom_id=ROOM_12, value=3),
        a_point("p2", classroom_id=ROOM_14, value=6),
    ]

    (whole,) = series(a_measure(unit=unit), points)

    assert whole.values() == [value]


def test_a_rate_is_per_its_base() -> None:
    points = [a_point("p1", numerator=7, denominator=200)]

    (whole,) = series(a_measure(unit=MeasureUnit.rate, per=1000), points)

    assert whole.values() == [35]


def test_counts_beyond_a_float_are_pooled_exactly() -> None:
    points = [a_point(f"p{n}", numerator=10**400, denominator=4 * 10**400) for n in range(3)]

    (whole,) = series(a_measure(), points)

    assert whole.values() == [25]


@given(st.permutations(exit_tickets()))
def test_the_order_in_which_points_were_logged_does_not_matter(points: list[DataPoint]) -> None:
    assert series(a_measure(), points) == series(a_measure(), exit_tickets())
