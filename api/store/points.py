"""Data points of a measure: many at once, and what is computed from them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, select

from api.store import released
from api.store import tables as t
from api.store.access import By, audience_of
from api.store.elements import opened, page, store
from api.store.given import at_least, at_most, equal
from api.store.kind import Place
from api.store.kinds import MEASURE, POINT, point_refers
from api.store.prepared import Prepared
from pdsa.errors import InvalidValue, NotVisible, UnknownElement
from pdsa.measure import DataPoint, Measure, Series, SplitBy
from pdsa.privacy import Release, released_series
from pdsa.units import Action, Audience, Step, require

T = TypeVar("T")
U = TypeVar("U")

#: A measure and where it lives, a row for each unit from the root down.
_WITH_STEPS = Prepared(
    select(*t.measures.c, t.aims.c.unit_id, t.aims.c.id, t.units.c.id, t.units.c.kind)
    .select_from(
        t.measures.join(t.aims, t.aims.c.id == t.measures.c.aim_id)
        .join(t.unit_closure, t.unit_closure.c.descendant_id == t.aims.c.unit_id)
        .join(t.units, t.units.c.id == t.unit_closure.c.ancestor_id)
    )
    .where(t.measures.c.id == bindparam("measure"))
    .order_by(t.unit_closure.c.depth.desc())
)


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
    """A measure in which ``by`` may log, and its place, in one question."""
    rows = _WITH_STEPS.rows(conn, {"measure": measure_id})
    if not rows:
        raise NotVisible(MEASURE.name, measure_id)
    measure, place = MEASURE.made(rows[0][:-4]), Place(*rows[0][-4:-2])
    where = tuple(Step(*row[-2:]) for row in rows)
    require(by.principal, Action.log, where, on=by.on, kind=MEASURE.name, id=measure_id)
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
        equal(c.measure_id, measure_id),
        at_least(c.on, first),
        at_most(c.on, last),
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
    measure, given = given_of(conn, by, measure_id)
    return measure, released_series(measure, given, by=split)


def given_of(conn: Connection, by: By, measure_id: str) -> tuple[Measure, Release]:
    """A measure and what ``by`` is given of its points."""
    measure, place = opened(conn, by, MEASURE, measure_id)
    return measure, released.given(conn, by, measure, place.home)
