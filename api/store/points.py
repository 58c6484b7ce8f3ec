"""Data points of a measure: many at once, and what is computed from them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection

from api.store import released
from api.store import tables as t
from api.store.access import By, audience_of, check
from api.store.elements import Place, find, opened, page, store
from api.store.kinds import MEASURE, POINT, point_refers
from pdsa.errors import InvalidValue, UnknownElement
from pdsa.measure import DataPoint, Measure, Series, SplitBy
from pdsa.privacy import released_series
from pdsa.units import Action, Audience

T = TypeVar("T")
U = TypeVar("U")


def add_point(conn: Connection, by: By, point: DataPoint) -> DataPoint:
    """Store one point. Raises as ``elements.add`` does, and ``InvalidValue``."""
    measure, place = _for_logging(conn, by, point.measure_id)
    point_refers(conn, by, point, measure, place, set())
    store(conn, by, POINT, [point], place, verb="add")
    return point


def add_points(
    conn: Connection, by: By, measure_id: str, points: Sequence[DataPoint]
) -> list[DataPoint]:
    """Store points of one measure, all of them or none; an error's field begins ``points/NUMBER``."""
    measure, place = _for_logging(conn, by, measure_id)
    known: set[tuple[str | None, str | None]] = set()
    numbered(lambda point: point_refers(conn, by, point, measure, place, known), points)
    store(conn, by, POINT, points, place, verb="add")
    return list(points)


def numbered(make: Callable[[T], U], each: Sequence[T]) -> list[U]:
    """``make`` of each point; its errors say which point of the request they are about."""
    made = []
    for i, one in enumerate(each):
        try:
            made.append(make(one))
        except InvalidValue as error:
            raise InvalidValue(f"points/{i}/{error.field}", error.value, error.rule) from None
        except UnknownElement as error:
            field = f"points/{i}/{error.field}"
            raise UnknownElement(error.kind, error.id, field=field, within=error.within) from None
    return made


def _for_logging(conn: Connection, by: By, measure_id: str) -> tuple[Measure, Place]:
    measure, place = find(conn, MEASURE, measure_id)
    check(conn, by, Action.log, place.unit_id, kind=MEASURE.name, id=measure_id)
    return measure, place


def points_of(
    conn: Connection,
    by: By,
    measure_id: str,
    first: date | None,
    last: date | None,
    after: Sequence[Any],
    limit: int,
) -> tuple[list[DataPoint], list[object] | None]:
    """A page of what ``by`` is given of a measure's points, by date."""
    measure, place = opened(conn, by, MEASURE, measure_id)
    if audience_of(conn, by, place.home) is not Audience.team:
        given = released.given(conn, by, measure, place.home).points
        return _page(given, first, last, after, limit)
    c = t.points.c
    return page(
        conn,
        by,
        POINT,
        c.measure_id == measure_id,
        None if first is None else c.on >= first,
        None if last is None else c.on <= last,
        after=after,
        limit=limit,
    )


def _page(
    given: Sequence[DataPoint],
    first: date | None,
    last: date | None,
    after: Sequence[Any],
    limit: int,
) -> tuple[list[DataPoint], list[object] | None]:
    """The same page of points that are at hand."""
    found = sorted(
        (
            point
            for point in given
            if (first is None or first <= point.on)
            and (last is None or point.on <= last)
            and (not after or (point.on, point.id) > tuple(after))
        ),
        key=lambda point: (point.on, point.id),
    )
    if len(found) <= limit:
        return found, None
    return found[:limit], [found[limit - 1].on, found[limit - 1].id]


def series_of(
    conn: Connection, by: By, measure_id: str, split: SplitBy | None
) -> tuple[Measure, tuple[Series, ...]]:
    """A measure and its series, one or one per part, as ``by`` is given them."""
    measure, place = opened(conn, by, MEASURE, measure_id)
    given = released.given(conn, by, measure, place.home)
    return measure, released_series(measure, given, by=split)
