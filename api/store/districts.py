"""Many inquiries at once, from whoever runs the server: units, their places, records, history.

Nothing is checked but what the database checks itself: give only what ``pdsa.loads`` would take. One
entry of the history stands for each element, and one for all points of a measure, since a million and a half
entries would say no more than that they came. Rows are made without a database, wherever there is a
core to spare, and written later.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Table, bindparam, select
from sqlalchemy.exc import IntegrityError

from api.store import bulk
from api.store import tables as t
from api.store.access import By, steps
from api.store.errors import AlreadyExists
from api.store.kinds import (
    AIM,
    CALENDAR,
    CHANGE_IDEA,
    CYCLE,
    LEVEL,
    MEASURE,
    PHASE,
    POINT,
    PROBLEM,
    SILENCE,
    UNIT,
)
from api.store.summaries.bulk import summary_rows
from api.store.tables.base import metadata
from pdsa.calendar import SchoolCalendar
from pdsa.interchange import Inquiry
from pdsa.units import Step, Unit

#: Gives the id and the moment of the history's entry about an element.
Dated = Callable[[Any], tuple[str, datetime]]
#: Rows as the driver takes them by the name of their table, referents first.
Rows = dict[str, list[bulk.Row]]

_UNIT = select(t.units.c.name).where(t.units.c.id == bindparam("id"))
#: Every part of an inquiry with a table of its own and a history, in the order of their references.
_PARTS = (
    (CHANGE_IDEA, "change_ideas"),
    (MEASURE, "measures"),
    (CYCLE, "cycles"),
    (POINT, "points"),
    (PHASE, "phases"),
    (SILENCE, "silences"),
    (LEVEL, "levels"),
)


class Placed(Struct, frozen=True):
    """An inquiry, the units above its team (root first), and when its parts were written.

    The calendar of the inquiry is the one in force there.
    """

    inquiry: Inquiry
    above: tuple[Step, ...]
    dated: Dated

    @property
    def team(self) -> Unit:
        """The inquiry's team in its place."""
        return replace(self.inquiry.team, parent_id=self.above[-1].id)


class ImportedPoints(Struct, frozen=True):
    """What the history says of the points of a measure that came at once."""

    measure_id: str
    points: int


def name_of(conn: Connection, unit_id: str) -> str | None:
    """The name of a unit, or ``None`` where there is none."""
    return conn.execute(_UNIT, {"id": unit_id}).scalar()


def add_units(
    conn: Connection,
    by: By,
    units: Sequence[Unit],
    calendars: Sequence[SchoolCalendar],
    dated: Dated,
) -> None:
    """Store whole trees of units, parents first, and their calendars. Raises ``AlreadyExists``."""
    try:
        bulk.write_structs(conn, t.units, units)
        bulk.write(conn, t.unit_closure, _closure(units, {None: ()}))
        bulk.write_structs(conn, t.calendars, calendars)
    except IntegrityError as error:
        raise AlreadyExists(UNIT.name, units[0].id) from error
    entries = [_entry(by, UNIT.name, each, each.id, each.id, None, dated) for each in units]
    entries += [
        _entry(by, CALENDAR.name, each, each.id, each.unit_id, None, dated) for each in calendars
    ]
    bulk.write(conn, t.activity, entries)


def places(conn: Connection, unit_ids: Iterable[str]) -> dict[str, tuple[Step, ...]]:
    """The units from the root down to and including each of some units."""
    return {unit_id: steps(conn, unit_id) for unit_id in unit_ids}


def inquiry_rows(dialect: str, by: By, found: Sequence[Placed]) -> Rows:
    """The rows of whole inquiries, of their history and their summaries, as of the moment of ``by``.

    The summaries are those of the three audiences, all of which have looked at them on that day.
    """
    every = [placed.inquiry for placed in found]
    units = [unit for placed in found for unit in (placed.team, *placed.inquiry.classrooms)]
    paths: dict[str | None, tuple[str, ...]] = {
        placed.above[-1].id: tuple(step.id for step in placed.above) for placed in found
    }
    rows: dict[Table, list[bulk.Row]] = {
        t.units: _rows(units),
        t.unit_closure: _closure(units, paths),
        t.problems: _rows(each.problem for each in every if each.problem is not None),
        t.aims: _rows(each.aim for each in every),
        t.theories: _rows(version for each in every for version in each.theory),
    }
    for kind, part in _PARTS:
        rows[kind.table] = _rows(element for each in every for element in getattr(each, part))
    rows[t.activity] = [row for placed in found for row in _history(by, placed)]
    for placed in found:
        inquiry, team = placed.inquiry, placed.team
        where = (*placed.above, Step(team.id, team.kind))
        for table, row in summary_rows(inquiry, by, where, inquiry.calendar):
            rows.setdefault(table, []).append(row)
    return {table.name: bulk.ready(dialect, table, own) for table, own in rows.items() if own}


def add_rows(conn: Connection, rows: Rows) -> None:
    """Write the rows of inquiries whose teams are new; their calendars must be above them already.

    Raises ``AlreadyExists``.
    """
    try:
        for name, own in rows.items():
            bulk.write_ready(conn, metadata.tables[name], own)
    except IntegrityError as error:
        raise AlreadyExists(UNIT.name, str(rows[t.units.name][0][0])) from error


def refresh_statistics(conn: Connection) -> None:
    """Let the database look at what has come, so that it plans for as much."""
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("PRAGMA analysis_limit=1000")
    conn.exec_driver_sql("ANALYZE")


def _rows(found: Iterable[Struct]) -> list[bulk.Row]:
    return [msgspec.structs.astuple(each) for each in found]


def _closure(units: Sequence[Unit], paths: dict[str | None, tuple[str, ...]]) -> list[bulk.Row]:
    """The rows of units below those whose ``paths`` are known."""
    rows: list[bulk.Row] = []
    for unit in units:
        paths[unit.id] = way = (*paths[unit.parent_id], unit.id)
        rows += [(above, unit.id, len(way) - 1 - i) for i, above in enumerate(way)]
    return rows


def _history(by: By, placed: Placed) -> Iterator[bulk.Row]:
    inquiry, dated = placed.inquiry, placed.dated
    team_id, aim_id = inquiry.team.id, inquiry.aim.id
    for unit in (placed.team, *inquiry.classrooms):
        yield _entry(by, UNIT.name, unit, unit.id, unit.id, None, dated)
    if inquiry.problem is not None:
        yield _entry(by, PROBLEM.name, inquiry.problem, inquiry.problem.id, team_id, None, dated)
    yield _entry(by, AIM.name, inquiry.aim, aim_id, team_id, aim_id, dated)
    for version in inquiry.theory:
        yield _entry(by, "theory", version, aim_id, team_id, aim_id, dated)
    for kind, part in _PARTS:
        if kind is not POINT:
            for element in getattr(inquiry, part):
                yield _entry(by, kind.name, element, element.id, team_id, aim_id, dated)
    counts: dict[str, int] = {}
    for point in inquiry.points:
        counts[point.measure_id] = counts.get(point.measure_id, 0) + 1
    for measure_id, count in counts.items():
        came = ImportedPoints(measure_id, count)
        yield _entry(by, POINT.name, came, measure_id, team_id, aim_id, dated)


def _entry(
    by: By,
    kind: str,
    element: Any,
    element_id: str,
    unit_id: str,
    aim_id: str | None,
    dated: Dated,
) -> bulk.Row:
    """A row as ``activity.entry`` makes it for an element that is new."""
    id, at = dated(element)
    version = getattr(element, "version", 1)
    after = msgspec.json.encode(element)
    who = by.principal.person_id
    return (id, at, who, "import", kind, element_id, unit_id, aim_id, version, after, b"null")
