"""Fidelity: a team's own profile as it stands, and above it what was told of each closed quarter."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, case, func, insert, or_, select

from api.store import tables as t
from api.store.access import By, path
from api.store.elements import get
from api.store.errors import Unrecorded
from api.store.kinds import CYCLE, UNIT
from api.store.locks import lock
from api.store.reviews import aims_of_team
from pdsa.cycle import Cycle, Status
from pdsa.errors import NotAllowed
from pdsa.privacy.shares import AT_LEAST_TEAMS, Counted, Leaf, Quarter, released
from pdsa.review.fidelity import Data, Profile, cycles_profile
from pdsa.review.fidelity.above import WITHIN, GroupProfile, group_profile, quarters
from pdsa.units import CLASSROOM

#: So many aims are read and counted at a time: of a district, never everything at once.
CHUNK = 500

_FIGURE = or_(t.points.c.value.is_not(None), t.points.c.denominator > 0)
_UNITS = (
    select(t.units.c.id, t.units.c.kind, t.units.c.parent_id)
    .join(t.unit_closure, t.unit_closure.c.descendant_id == t.units.c.id)
    .where(t.unit_closure.c.ancestor_id == bindparam("root"))
)
_AIMS = (
    select(t.aims.c.id, t.aims.c.unit_id)
    .join(t.unit_closure, t.unit_closure.c.descendant_id == t.aims.c.unit_id)
    .where(t.unit_closure.c.ancestor_id == bindparam("root"))
    .order_by(t.aims.c.unit_id, t.aims.c.id)
)
_SOME_TEAMS = (
    select(t.aims.c.unit_id)
    .join(t.unit_closure, t.unit_closure.c.descendant_id == t.aims.c.unit_id)
    .where(t.unit_closure.c.ancestor_id == bindparam("root"))
    .distinct()
    .limit(AT_LEAST_TEAMS)
)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CYCLES = select(*t.cycles.c).where(t.cycles.c.aim_id.in_(_IDS)).order_by(t.cycles.c.id)
_ENDED = _CYCLES.where(t.cycles.c.status != Status.running)
_RECORDED = (
    select(t.points.c.cycle_id, t.points.c.measure_id)
    .join(t.cycles, t.cycles.c.id == t.points.c.cycle_id)
    .where(t.cycles.c.aim_id.in_(_IDS), _FIGURE)
    .distinct()
)
_DATES = (
    select(t.points.c.measure_id, t.points.c.on, func.max(case((_FIGURE, 1), else_=0)))
    .where(t.points.c.measure_id.in_(_IDS))
    .group_by(t.points.c.measure_id, t.points.c.on)
)
_told = t.fidelity_told.c
_LAST = select(func.max(_told.quarter)).where(_told.unit_id == bindparam("unit"))
_TOLD = (
    select(_told.told)
    .where(_told.unit_id == bindparam("unit"), _told.quarter <= bindparam("last"))
    .order_by(_told.quarter)
)


def team_profile(conn: Connection, by: By, team_id: str) -> Profile | None:
    """The profile of all aims of a unit with its evidence; ``None`` for whoever is not of the team.

    Raises ``NotVisible``.
    """
    try:
        aims = aims_of_team(conn, by, team_id)
    except NotAllowed:
        return None
    cycles = [CYCLE.made(row) for row in conn.execute(_CYCLES, {"ids": aims})]
    return cycles_profile(cycles, _data(conn, aims, cycles))


def unit_profile(conn: Connection, by: By, unit_id: str) -> GroupProfile:
    """What is told of the fidelity of a unit's teams, to everybody who may see the unit.

    Raises ``NotVisible``, and ``Unrecorded`` where a quarter is to be told for the first time and
    the unit of work only reads.
    """
    get(conn, by, UNIT, unit_id)
    last = Quarter.settled(by.on)
    _tell(conn, by, path(conn, unit_id)[0], last)
    told = conn.execute(_TOLD, {"unit": unit_id, "last": last.first_day}).scalars()
    return group_profile(unit_id, told, through=last)


def _tell(conn: Connection, by: By, root: str, last: Quarter) -> None:
    """Write what is told of the whole tree for each quarter up to ``last`` that was not told yet.

    From then on those quarters stand, whatever is logged or corrected later: two answers about one
    quarter could differ by a single cycle. Of fewer than three teams nothing is told, nor kept.
    """
    if _told_through(conn, root, last):
        return
    if len(conn.execute(_SOME_TEAMS, {"root": root}).all()) < AT_LEAST_TEAMS:
        return
    if not by.recording:
        raise Unrecorded
    lock(conn, "fidelity")  # trees may be joined meanwhile, and one quarter told of both
    if _told_through(conn, root, last):
        return
    through = conn.execute(_LAST, {"unit": root}).scalar()
    units = {row.id: row for row in conn.execute(_UNITS, {"root": root})}
    parents: dict[str, str | None] = {
        id: None if id == root else unit.parent_id for id, unit in units.items()
    }
    known = _known(conn, root)
    found: dict[date, list[Leaf]] = {last.first_day: []}
    for team in _teams(conn, root, units):
        for quarter, leaves in quarters(team.id, team.cycles, team.data, through=last).items():
            day = quarter.first_day
            if (through is None or day > through) and (team.id, day) not in known:
                found.setdefault(day, []).extend(leaves)
    for day, leaves in found.items():
        told: dict[str, dict[str, Counted]] = {leaf.unit_id: {} for leaf in leaves}
        told[root] = {}
        for item, by_unit in released(parents, leaves, WITHIN).items():
            for unit_id, counted in by_unit.items():
                told.setdefault(unit_id, {})[item] = counted
        rows = [
            {"unit_id": unit_id, "quarter": day, "told": each}
            for unit_id, each in told.items()
            if (unit_id, day) not in known
        ]
        if rows:
            conn.execute(insert(t.fidelity_told), rows)


def _told_through(conn: Connection, root: str, last: Quarter) -> bool:
    through = conn.execute(_LAST, {"unit": root}).scalar()
    return through is not None and through >= last.first_day


def _known(conn: Connection, root: str) -> set[tuple[str, date]]:
    """Each unit of the tree with the quarters in which it was counted, wherever it was then."""
    rows = conn.execute(
        select(_told.unit_id, _told.quarter)
        .join(t.unit_closure, t.unit_closure.c.descendant_id == _told.unit_id)
        .where(t.unit_closure.c.ancestor_id == root)
    )
    return {(row.unit_id, row.quarter) for row in rows}


class _Team(NamedTuple):
    id: str
    cycles: Sequence[Cycle]
    data: Data


def _teams(conn: Connection, root: str, units: Mapping[str, Any]) -> Iterator[_Team]:
    """Each team under a root with its ended cycles; a classroom's aims are its team's."""
    aims: dict[str, list[str]] = {}
    for aim_id, unit_id in conn.execute(_AIMS, {"root": root}):
        aims.setdefault(_team_of(unit_id, units), []).append(aim_id)
    teams = list(aims)
    while teams:
        chunk: dict[str, str] = {}
        while teams and len(chunk) < CHUNK:
            team = teams.pop()
            chunk.update(dict.fromkeys(aims[team], team))
        cycles = [CYCLE.made(row) for row in conn.execute(_ENDED, {"ids": list(chunk)})]
        data = _data(conn, list(chunk), cycles)
        of: dict[str, list[Cycle]] = {}
        for cycle in cycles:
            of.setdefault(chunk[cycle.aim_id], []).append(cycle)
        for team, found in of.items():
            yield _Team(team, found, data)


def _team_of(unit_id: str, units: Mapping[str, Any]) -> str:
    """The unit whose record it is; nested classrooms count for one team, too."""
    unit = units[unit_id]
    while unit.kind == CLASSROOM and unit.parent_id in units:
        unit = units[unit.parent_id]
    return str(unit.id)


def _data(conn: Connection, aims: Sequence[str], cycles: Sequence[Cycle]) -> Data:
    """What the items ask of points: two queries for all of the cycles."""
    recorded: dict[str, list[str]] = {}
    for cycle_id, measure_id in conn.execute(_RECORDED, {"ids": list(aims)}):
        recorded.setdefault(cycle_id, []).append(measure_id)
    measures: set[str] = {id for cycle in cycles for _, id in cycle.plan.measure_ids()}
    measures |= {id for found in recorded.values() for id in found}
    dates: dict[str, dict[date, bool]] = {}
    wanted = sorted(measures)
    for start in range(0, len(wanted), 2 * CHUNK):
        for id, on, known in conn.execute(_DATES, {"ids": wanted[start : start + 2 * CHUNK]}):
            dates.setdefault(id, {})[on] = bool(known)
    return Data(lambda id: dates.get(id, {}), lambda id: recorded.get(id, ()))
