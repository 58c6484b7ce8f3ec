"""What of a measure's points whoever asks is given: everything outward passes here."""

import hashlib
from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import Connection, bindparam, insert, select

from api.store import tables as t
from api.store.access import By, audience_of
from api.store.elements import Kind
from api.store.errors import Unrecorded
from api.store.kinds import PHASE, POINT, PUBLICATION
from api.store.locks import lock
from pdsa.measure import DataPoint, Measure
from pdsa.phase import Phase
from pdsa.privacy import Release, Told, release
from pdsa.units import Audience

E = TypeVar("E")

_POINTS, _PHASES = (
    select(*kind.table.c)
    .where(kind.table.c.measure_id == bindparam("id"))
    .order_by(kind.table.c.on, kind.table.c.id)
    for kind in (POINT, PHASE)
)
_PUBLICATIONS = select(*t.publications.c).where(t.publications.c.measure_id == bindparam("id"))
_TOLD = select(t.releases.c.told).where(
    t.releases.c.measure_id == bindparam("id"), t.releases.c.audience == bindparam("to")
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
    told = conn.execute(_TOLD, {"id": measure.id, "to": to}).scalars()
    found = release(
        measure,
        points_of(conn, measure.id),
        to,
        publications=publications,
        told=told,
        policy=by.policy,
    )
    if found.told:
        if not by.recording:
            raise Unrecorded
        _keep(conn, measure, to, found.told)
    return found


def points_of(conn: Connection, measure_id: str) -> list[DataPoint]:
    """A measure's points as they are stored, whoever asks."""
    return [POINT.made(row) for row in conn.execute(_POINTS, {"id": measure_id})]


def phases_of(conn: Connection, by: By, measure_id: str, unit_id: str) -> list[Phase]:
    """A measure's phases by date; those of a classroom are its team's alone."""
    found = [PHASE.made(row) for row in conn.execute(_PHASES, {"id": measure_id})]
    return of_team(conn, by, PHASE, found, unit_id)


def of_team(conn: Connection, by: By, kind: Kind[E], found: list[E], unit_id: str) -> list[E]:
    """Those that whoever asks may see, of elements of one team."""
    if not any(map(kind.team_only, found)) or audience_of(conn, by, unit_id) is Audience.team:
        return found
    return [each for each in found if not kind.team_only(each)]


def _keep(conn: Connection, measure: Measure, to: Audience, told: Iterable[Told]) -> None:
    rows = []
    for each in told:
        text = "|".join(
            (str(each.on), each.student_group or "", each.classroom_id or "", *sorted(each.of))
        )
        digest = hashlib.sha256(text.encode()).hexdigest()
        rows.append({"measure_id": measure.id, "audience": to, "digest": digest, "told": each})
    conn.execute(insert(t.releases), rows)
