"""What of a measure's points whoever asks is given: everything outward passes here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from api.store import tables as t
from api.store.access import By, audience_of
from api.store.errors import Unrecorded
from api.store.kind import Kind
from api.store.kinds import PHASE, POINT, PUBLICATION
from api.store.locks import lock
from api.store.prepared import Prepared
from pdsa.measure import DataPoint, Measure
from pdsa.phase import Phase
from pdsa.privacy import Release, Told, release
from pdsa.units import CLASSROOM, Audience

E = TypeVar("E")

_POINTS, _PHASES = (
    Prepared(
        select(*kind.table.c)
        .where(kind.table.c.measure_id == bindparam("id"))
        .order_by(kind.table.c.on, kind.table.c.id)
    )
    for kind in (POINT, PHASE)
)
_PUBLICATIONS = select(*t.publications.c).where(t.publications.c.measure_id == bindparam("id"))
_TOLD = select(t.releases.c.told).where(t.releases.c.measure_id == bindparam("id"))
# Of each unit of a point, and of the aim's, the topmost classroom that it is in, whosever it is:
# what lies under a classroom is a part of it.
_ROOMS = (
    select(t.unit_closure.c.descendant_id, t.units.c.id)
    .select_from(t.unit_closure.join(t.units, t.units.c.id == t.unit_closure.c.ancestor_id))
    .where(
        or_(
            t.unit_closure.c.descendant_id == bindparam("team"),
            t.unit_closure.c.descendant_id.in_(
                select(t.points.c.classroom_id).where(t.points.c.measure_id == bindparam("id"))
            ),
        ),
        t.units.c.kind == CLASSROOM,
    )
    .order_by(t.unit_closure.c.depth)
)


def given(conn: Connection, by: By, measure: Measure, unit_id: str) -> Release:
    """What ``by`` is given of a measure's points; ``unit_id`` is the team's.

    Raises ``Unrecorded`` where its audience is to be told something new and the unit of work only
    reads.
    """
    to = audience_of(conn, by, unit_id)
    if to is Audience.team:
        return release(measure, points_of(conn, measure.id), to)
    if by.recording:
        lock(conn, f"told of {measure.id}")  # two answers at once could give away a third
    publications = (
        PUBLICATION.made(row) for row in conn.execute(_PUBLICATIONS, {"id": measure.id})
    )
    found = release(
        measure,
        _by_classroom(conn, measure, unit_id),
        to,
        publications=publications,
        told=conn.execute(_TOLD, {"id": measure.id}).scalars(),
        policy=by.policy,
    )
    if found.told:
        if not by.recording:
            raise Unrecorded
        _keep(conn, measure, found.told)
    return found


def _by_classroom(conn: Connection, measure: Measure, unit_id: str) -> list[DataPoint]:
    """A measure's points, each with the classroom as whose figure it counts."""
    rows = conn.execute(_ROOMS, {"id": measure.id, "team": unit_id})
    return by_classroom(points_of(conn, measure.id), unit_id, dict(tuple(row) for row in rows))


def by_classroom(
    points: Iterable[DataPoint], unit_id: str, rooms: Mapping[Any, Any]
) -> list[DataPoint]:
    """The points of a unit's aim, each with the classroom as whose figure it counts.

    ``rooms`` has the topmost classroom of each unit that is in one.
    """
    own = {unit_id: None, **rooms}
    own[None] = own[unit_id]  # an aim within a classroom is about that one
    return [
        point
        if (room := own.get(point.classroom_id, point.classroom_id)) == point.classroom_id
        else replace(point, classroom_id=room)
        for point in points
    ]


def points_of(conn: Connection, measure_id: str) -> list[DataPoint]:
    """A measure's points as they are stored, whoever asks."""
    return [POINT.made(row) for row in _POINTS.rows(conn, {"id": measure_id})]


def phases_of(conn: Connection, by: By, measure_id: str, unit_id: str) -> list[Phase]:
    """A measure's phases by date; those of a classroom are its team's alone."""
    found = [PHASE.made(row) for row in _PHASES.rows(conn, {"id": measure_id})]
    return of_team(conn, by, PHASE, found, unit_id)


def of_team(conn: Connection, by: By, kind: Kind[E], found: list[E], unit_id: str) -> list[E]:
    """Those that whoever asks may see, of elements of one team."""
    if not any(map(kind.team_only, found)) or audience_of(conn, by, unit_id) is Audience.team:
        return found
    return [each for each in found if not kind.team_only(each)]


def _keep(conn: Connection, measure: Measure, told: Sequence[Told]) -> None:
    c = t.releases.c
    days = [each.on for each in told]
    conn.execute(delete(t.releases).where(c.measure_id == measure.id, c.on.in_(days)))
    rows = [{"measure_id": measure.id, "on": each.on, "told": each} for each in told]
    conn.execute(insert(t.releases), rows)
