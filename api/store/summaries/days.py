"""The figures of a measure by day, from what is kept and from the points of the days that changed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, case, cast, func, select

from api.store import tables as t
from api.store.prepared import Prepared
from api.store.types import Double
from pdsa.ids import MeasureId
from pdsa.measure import DataPoint, Measure, by_date, figure, of_everybody
from pdsa.monitoring import Day

_P = t.points.c
#: A point before and after a change.
Change = tuple[DataPoint | None, DataPoint | None]

#: Points of a measure, added up where a figure is of their sum: counts of whole classrooms with each
#: other, and of the team. Values stay one by one.
_ADDED_UP = (
    select(
        func.min(_P.id),
        _P.on,
        cast(func.sum(_P.numerator), BigInteger),
        cast(func.sum(_P.denominator), BigInteger),
        func.max(_P.value, type_=Double()),
        func.max(_P.classroom_id),
        _P.student_group,
    )
    .where(_P.measure_id == bindparam("measure"))
    .group_by(
        _P.on,
        _P.student_group,
        _P.classroom_id.is_(None),
        _P.denominator > 0,
        case((_P.value.is_not(None), _P.id)),
    )
)
_POINTS_ON = _ADDED_UP.where(_P.on.in_(bindparam("days", expanding=True)))
_POINTS_BETWEEN = Prepared(_ADDED_UP.where(_P.on >= bindparam("first"), _P.on <= bindparam("last")))


def days_of(
    conn: Connection,
    measure: Measure,
    days: set[date],
    before: Sequence[Day],
    changes: Sequence[Change],
) -> dict[date, float | None]:
    """The figures of some days: of those without a figure so far from the new points alone."""
    known = {each[0] for each in before}
    known.update(old.on for old, _ in changes if old is not None)
    fresh = [new for _, new in changes if new is not None and new.on not in known]
    wanted = sorted(days & known)
    points = [*fresh, *_points_on(conn, measure.id, wanted, before)]
    points.sort(key=lambda each: (each.on, each.id))
    return figures_by_day(measure, points)


def _points_on(
    conn: Connection, measure_id: str, wanted: Sequence[date], before: Sequence[Day]
) -> Iterator[DataPoint]:
    """The points of some days added up; of all from the first to the last unless that is far."""
    if not wanted:
        return
    rows: Iterable[Sequence[Any]]
    asked = set(wanted)
    between = sum(wanted[0] <= on <= wanted[-1] for on, _ in before)
    if between <= 2 * len(wanted):
        values = {"measure": measure_id, "first": wanted[0], "last": wanted[-1]}
        rows = _POINTS_BETWEEN.rows(conn, values)
    else:
        parts = (wanted[start : start + 500] for start in range(0, len(wanted), 500))
        rows = (
            row
            for days in parts
            for row in conn.execute(_POINTS_ON, {"measure": measure_id, "days": days})
        )
    for id, on, *figures in rows:
        if on in asked:
            yield DataPoint(id, MeasureId(measure_id), on, *figures)


def figures_by_day(measure: Measure, points: Iterable[DataPoint]) -> dict[date, float | None]:
    """The figure of each day for the whole team, as ``pdsa.series`` has it."""
    return {
        on: figure(measure, on, same).value for on, same in by_date(of_everybody(points)).items()
    }


def with_days(
    before: Sequence[Day], found: dict[date, float | None], days: set[date]
) -> tuple[Day, ...]:
    """The figures there were, with those of some days as they are now."""
    kept = [each for each in before if each[0] not in days]
    if not kept or (found and min(found) > kept[-1][0]):
        return (*kept, *sorted(found.items()))
    return tuple(sorted([*kept, *found.items()]))


def first_of(days: Sequence[Day]) -> date | None:
    """The first day that has a figure."""
    return next((on for on, value in days if value is not None), None)
