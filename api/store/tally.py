"""A tally: the grid of one measure in one cycle, and what a team writes into it, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, bindparam, select

from api.ids import new_id
from api.store import elements
from api.store import tables as t
from api.store.access import By, require_team
from api.store.elements import opened
from api.store.inquiries import calendar_of
from api.store.kinds import CYCLE, MEASURE, POINT
from api.store.points import add_points
from api.store.prepared import Prepared
from api.store.units import classrooms_of
from pdsa.cycle import Cycle
from pdsa.errors import UnknownElement
from pdsa.ids import PointId, UnitId
from pdsa.measure import DataPoint
from pdsa.tally import Entry, Filled, Filling, TallyGrid, fill, grid

_POINTS = Prepared(
    select(*t.points.c)
    .where(t.points.c.measure_id == bindparam("measure"))
    .order_by(t.points.c.on, t.points.c.id)
)


def grids_of(
    conn: Connection, by: By, cycle_id: str, *, days: Sequence[date] = ()
) -> list[TallyGrid]:
    """The grids of the measures that a cycle collects, for its team; run it as a snapshot.

    Raises ``NotVisible``, ``NotAllowed`` for others than the team, and ``InvalidValue``.
    """
    cycle, _ = opened(conn, by, CYCLE, cycle_id)
    measures = dict.fromkeys(each.measure_id for each in cycle.plan.data)
    return [grid_of(conn, by, cycle, id, days=days) for id in measures]


def grid_of(
    conn: Connection, by: By, cycle: Cycle, measure_id: str, *, days: Sequence[date] = ()
) -> TallyGrid:
    """The grid of one measure in a cycle. Raises as ``grids_of``, and ``UnknownElement``."""
    measure, place = opened(conn, by, MEASURE, measure_id)
    if measure.aim_id != cycle.aim_id:
        raise UnknownElement("measure", measure_id, field="measure_id", within="the cycle's aim")
    require_team(conn, by, place.home, "see what is counted in single classrooms")
    points = [DataPoint(*row) for row in _POINTS.rows(conn, {"measure": measure_id})]
    return grid(
        measure,
        cycle,
        points,
        classrooms=classrooms_of(conn, place.home),
        calendar=calendar_of(conn, place.home),
        days=days,
        today=by.on,
    )


def write_tally(
    conn: Connection,
    by: By,
    cycle_id: str,
    measure_id: str,
    entries: Mapping[tuple[date, UnitId | None], Entry],
) -> tuple[list[Filled], TallyGrid]:
    """What became of each entry, and the grid after it; what is refused keeps nobody else's out.

    Raises as ``grid_of``, and ``NotAllowed`` for whoever may not log.
    """
    cycle, _ = opened(conn, by, CYCLE, cycle_id)
    days = sorted({day for day, _ in entries})
    before = grid_of(conn, by, cycle, measure_id, days=days)
    found = fill(before, entries)
    added = []
    for each in found:
        point = each.point(before, id=PointId(new_id()))
        stands = each.stands
        if each.filling is Filling.add and point is not None:
            added.append(point)
        elif each.filling is Filling.change and point is not None and stands is not None:
            elements.change(conn, by, POINT, stands.id, stands.version, _becoming(point))
        elif each.filling is Filling.remove and stands is not None:
            elements.remove(conn, by, POINT, stands.id, stands.version)
    if added:
        add_points(conn, by, measure_id, added)
    return found, grid_of(conn, by, cycle, measure_id, days=days)


def _becoming(point: DataPoint) -> Callable[[DataPoint], DataPoint]:
    return lambda _: point
