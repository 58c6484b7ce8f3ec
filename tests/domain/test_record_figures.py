"""What a record looks up of its data points is what the series of its measures say."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import pdsa
from pdsa.review import Record
from tests.builders import FRAME_USE, ROOM_12, ROOM_14, STARTED, a_measure, a_point, an_inquiry

LAST = STARTED + timedelta(days=5)
OTHER = pdsa.MeasureId("measure-other")

figures = st.one_of(
    st.just({}),  # missing
    st.just({"numerator": 0, "denominator": 0}),
    st.integers(0, 9).map(lambda n: {"numerator": n, "denominator": 9}),
    st.integers(0, 100).map(lambda n: {"value": float(n)}),
)
points = st.lists(
    st.tuples(
        st.integers(0, 7).map(lambda n: STARTED + timedelta(days=n)),
        st.sampled_from([ROOM_12, ROOM_14, None]),
        st.sampled_from([None, None, None, "ALL", "EL"]),
        st.sampled_from([FRAME_USE, FRAME_USE, OTHER]),
        st.sampled_from(["cycle-1", "cycle-2", None]),
        figures,
    ),
    max_size=14,
)


def some(rows: list[tuple[Any, ...]]) -> tuple[pdsa.DataPoint, ...]:
    return tuple(
        a_point(
            f"point-{n}",
            on,
            measure_id=measure,
            classroom_id=room,
            student_group=group,
            cycle_id=cycle,
            **figure,
        )
        for n, (on, room, group, measure, cycle, figure) in enumerate(rows)
    )


def even(rooms: int, days: int) -> tuple[pdsa.DataPoint, ...]:
    """Every room is counted on every day, as nearly always."""
    return tuple(
        a_point(
            f"point-{day}-{room}",
            STARTED + timedelta(days=day),
            classroom_id=f"room-{room}",
            numerator=(day + room) % 9,
            denominator=9,
        )
        for day in range(days)
        for room in range(rooms)
    )


def check(given: tuple[pdsa.DataPoint, ...]) -> None:
    measures = (a_measure(), a_measure(id=OTHER))
    record = Record(an_inquiry(points=given, measures=measures), LAST)

    for measure in measures:
        own = [p for p in given if p.measure_id == measure.id and p.on <= LAST]
        (whole,) = pdsa.series(measure, own)
        known = tuple(each for each in whole.points if each.value is not None)
        assert list(record.points_of(measure.id)) == own
        assert record.figures(measure.id) == whole.points
        assert record.known(measure.id) == known
        assert record.ends(measure.id) == ((known[0], known[-1]) if known else None)
        assert record.is_collected(measure.id) is bool(known)
        assert list(dict.fromkeys(record.days_of(measure.id))) == sorted(
            {p.on for p in own if not p.missing}
        )
        first, last = date(2018, 1, 14), date(2018, 1, 16)
        start, stop = record.dates(measure.id).between(first, last)
        assert known[start:stop] == tuple(each for each in known if first <= each.on <= last)
    for cycle in ("cycle-1", "cycle-2"):
        there = [p for p in given if p.cycle_id == cycle and p.on <= LAST]
        assert sorted(p.id for p in record.points_in(cycle)) == sorted(p.id for p in there)
        assert record.recorded(cycle) == {
            p.measure_id: any(not q.missing for q in there if q.measure_id == p.measure_id)
            for p in there
        }


@given(points)
def test_whatever_the_points_the_figures_are_those_of_the_series(
    rows: list[tuple[Any, ...]],
) -> None:
    check(some(rows))


@given(st.integers(0, 4), st.integers(0, 8))
def test_and_where_every_room_is_counted_each_day(rooms: int, days: int) -> None:
    check(even(rooms, days))
