"""A page of a portfolio: its aims at a glance, in an order, and how many have each status."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from heapq import nsmallest
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, String, bindparam, case, literal, select, type_coerce
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By
from api.store.given import among
from api.store.kinds import LEVEL
from api.store.portfolio.filters import CONDITIONS, Filters
from api.store.portfolio.scope import (
    IN_FORCE,
    SHAPES,
    A,
    G,
    S,
    Scope,
    Shape,
    U,
    X,
    calendars,
    cutoffs,
    look_first,
    measures_of,
    rests,
    scope,
)
from api.store.prepared import Prepared, Row
from api.store.requests import open_requests
from pdsa.aim import Aim
from pdsa.calendar import SchoolCalendar
from pdsa.equity import GroupFact
from pdsa.level import Level, Voice, latest
from pdsa.measure import Measure
from pdsa.monitoring import AimFigures, AimReview, AimStatus
from pdsa.monitoring.glance import Glance, glance

_M = t.measures.c
#: Figures by day are asked for only where some are of days to come.
_DAYS = case((S.latest_on > bindparam("on"), S.days), else_=literal((), S.days.type))
_FIGURES = [_DAYS if name == "days" else S[name] for name in AimFigures.__struct_fields__]
_REVIEW = [
    S[{"on": "reviewed_on", "level": "progress"}.get(name, name)]
    for name in AimReview.__struct_fields__
]
_BESIDE = (U.name, _M.name, _M.unit, S.calendar_id, S.groups)
_COLUMNS = (*t.aims.c, *_FIGURES, *_REVIEW, *_BESIDE)
_AIM = len(t.aims.c)
_MEASURE = _AIM + AimFigures.__struct_fields__.index("measure_id")
_LATEST_ON = _AIM + AimFigures.__struct_fields__.index("latest_on")
_END = _AIM + len(_FIGURES)
_REST = _END + len(_REVIEW)
_L = t.levels.c
_LEVELS = Prepared(select(*_L).where(among(_L.aim_id, "aims")).order_by(_L.on, _L.id))


class Sort(StrEnum):
    """By what a portfolio is put in order; what is not known comes last."""

    status = "status"
    deadline = "deadline"
    change = "change"
    share = "share"
    last_activity = "last_activity"
    aim = "aim"
    unit = "unit"


#: The column of each order, and the type of its values in a cursor.
SORTS: Mapping[Sort, tuple[ColumnElement[Any], Any]] = {
    Sort.status: (A.id, int),
    Sort.deadline: (A.deadline, date | None),
    Sort.change: (S.change, float | None),
    Sort.share: (S.share, float | None),
    Sort.last_activity: (S.last_activity, date | None),
    Sort.aim: (A.title, str),
    Sort.unit: (U.name, str),
}
_OF_SUMMARIES = {Sort.change, Sort.share, Sort.last_activity}
_PLACE = {str(status): place for place, status in enumerate(AimStatus)}
#: How many aims are read with one statement.
TOGETHER = 500


class PortfolioPage(Struct, frozen=True, kw_only=True):
    """A page of a portfolio: the aims of a unit and of all that is under it, on a day.

    ``counts`` say how many aims there are with each status, whatever the page and the status that
    was asked for. ``waiting`` aims were changed and are told as they were before, until the server
    has looked at them.
    """

    on: date
    items: tuple[Glance, ...]
    counts: dict[AimStatus, int]
    waiting: int
    next: str | None = None


def page(
    conn: Connection,
    by: By,
    unit_id: str,
    filters: Filters,
    sort: Sort,
    after: Sequence[Any],
    limit: int,
) -> tuple[PortfolioPage, list[Any] | None]:
    """A page of a unit's portfolio, and the key of the next one. Raises ``NotVisible``.

    Raises ``Unrecorded`` where something is to be told first and the unit of work only reads.
    """
    seen = scope(conn, by, unit_id)
    waiting = look_first(conn, by, seen)
    counts, keys = _keys(conn, by, seen, filters, sort)
    if after:
        last = _in_order(tuple(after))
        keys = [key for key in keys if _in_order(key) > last]
    found = nsmallest(limit + 1, keys, key=_in_order)
    shown = found[:limit]
    made = PortfolioPage(
        on=by.on,
        items=tuple(_glances(conn, by, seen, [id for _, id in shown])),
        counts={each: counts[each] for each in AimStatus if each in counts},
        waiting=waiting,
    )
    return made, list(shown[-1]) if len(found) > limit else None


def everything(
    conn: Connection, by: By, unit_id: str, filters: Filters, sort: Sort
) -> list[Glance]:
    """All aims of a unit's portfolio in an order. Raises as ``page`` does."""
    seen = scope(conn, by, unit_id)
    look_first(conn, by, seen)
    _, keys = _keys(conn, by, seen, filters, sort)
    return _glances(conn, by, seen, [id for _, id in sorted(keys, key=_in_order)])


def in_order(conn: Connection, by: By, unit_id: str, filters: Filters, sort: Sort) -> list[str]:
    """The ids of all aims of a unit's portfolio in an order. Raises as ``page`` does."""
    seen = scope(conn, by, unit_id)
    look_first(conn, by, seen)
    _, keys = _keys(conn, by, seen, filters, sort)
    return [id for _, id in sorted(keys, key=_in_order)]


def _keys(
    conn: Connection, by: By, seen: Scope, filters: Filters, sort: Sort
) -> tuple[Counter[str], list[tuple[Any, str]]]:
    """How many aims have each status, and of those that are wanted what puts them in order.

    One look through narrow rows; whole ones, with all their figures, are read for a page alone.
    """
    values = {**seen.values, **filters.values, "on": by.on}
    stalled = filters.stalled is not None
    rows = _narrow(
        seen.shape, sort, filters.asked, filters.of_summaries or sort in _OF_SUMMARIES, stalled
    ).rows(conn, values)
    if stalled:
        cutoff = cutoffs(conn, by.on, {row[-1] for row in rows})
        rows = [row for row in rows if rests(row[-2], row[-1], cutoff) is filters.stalled]
    counts = Counter(row[1] for row in rows)
    asked: set[str] = set(filters.status or AimStatus)
    if sort is Sort.status:
        return counts, [(_PLACE[row[1]], row[0]) for row in rows if row[1] in asked]
    return counts, [(row[2], row[0]) for row in rows if row[1] in asked]


@lru_cache(maxsize=SHAPES)
def _narrow(
    shape: Shape, sort: Sort, asked: tuple[str, ...], summaries: bool, stalled: bool
) -> Prepared:
    source = shape.statuses(summaries=summaries)
    if "text" in asked or sort is Sort.unit:
        source = source.join(t.units, U.id == A.unit_id)
    status = type_coerce(X.status, String)  # thousands of them: as words, they are there sooner
    return Prepared(
        select(A.id, status, SORTS[sort][0], *((S.waits_since, S.calendar_id) if stalled else ()))
        .select_from(source)
        .where(*shape.where, IN_FORCE, *(CONDITIONS[name] for name in asked))
    )


def _in_order(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is not known comes last."""
    value, id = key
    return (True, id) if value is None else (False, value, id)


def _glances(conn: Connection, by: By, seen: Scope, aim_ids: Sequence[str]) -> list[Glance]:
    """Aims at a glance, in the order of their ids as given."""
    found: list[Glance] = []
    for start in range(0, len(aim_ids), TOGETHER):
        found += _some_glances(conn, by, seen, aim_ids[start : start + TOGETHER])
    return found


def _some_glances(conn: Connection, by: By, seen: Scope, aim_ids: Sequence[str]) -> list[Glance]:
    given = {**seen.values, "on": by.on, "aims": aim_ids}
    rows = {row[0]: row for row in _whole(seen.shape).rows(conn, given)}
    known = calendars(conn, (row[-2] for row in rows.values()))
    words, requests = _words(conn, aim_ids), open_requests(conn, by, aim_ids)
    gaps = _gaps(conn, seen, [id for id in aim_ids if rows[id][-1]])
    early = [row[_MEASURE] for row in rows.values() if row[_LATEST_ON] and row[_LATEST_ON] > by.on]
    measures = measures_of(conn, early)
    return [
        _glance(
            by,
            rows[id],
            known,
            measures.get(rows[id][_MEASURE]),
            words.get(id, ()),
            requests.get(id, 0),
            gaps.get(id, ()),
        )
        for id in aim_ids
    ]


@lru_cache(maxsize=SHAPES)
def _whole(shape: Shape) -> Prepared:
    source = (
        shape.with_summaries(t.aims)
        .join(t.units, U.id == A.unit_id)
        .outerjoin(t.measures, _M.id == S.measure_id)
    )
    return Prepared(select(*_COLUMNS).select_from(source).where(among(A.id, "aims")))


def _glance(
    by: By,
    row: Row,
    known: Mapping[str | None, SchoolCalendar],
    shown: Measure | None,
    words: Sequence[Level],
    requests: int,
    gaps: Sequence[GroupFact],
) -> Glance:
    unit_name, measure, unit, calendar_id, groups = row[_REST:]
    said = {voice: latest(words, voice, on=by.on) for voice in Voice} if words else {}
    team, coach = said.get(Voice.team), said.get(Voice.coach)
    return glance(
        Aim(*row[:_AIM]),
        unit_name,
        AimFigures(**dict(zip(AimFigures.__struct_fields__, row[_AIM:_END], strict=True))),
        AimReview(**dict(zip(AimReview.__struct_fields__, row[_END:_REST], strict=True))),
        on=by.on,
        calendar=known.get(calendar_id),
        measure=measure or "",
        unit=unit,
        shown=shown,
        open_requests=requests,
        team_says=None if team is None else team.level,
        coach_says=None if coach is None else coach.level,
        groups=groups,
        gaps=gaps,
    )


def _gaps(conn: Connection, seen: Scope, aim_ids: Sequence[str]) -> dict[str, list[GroupFact]]:
    """What became of the gaps of some aims' student groups, by the group's code."""
    if not aim_ids:
        return {}
    rows = _groups(seen.shape).rows(conn, {**seen.values, "aims": aim_ids})
    found: dict[str, list[GroupFact]] = {}
    for aim_id, *fact in sorted(rows):
        found.setdefault(aim_id, []).append(GroupFact(*fact))
    return found


@lru_cache(maxsize=SHAPES)
def _groups(shape: Shape) -> Prepared:
    given = select(G.aim_id, G.group, G.figures, G.gap_change)
    return Prepared(given.select_from(shape.with_groups(t.aims)).where(among(A.id, "aims")))


def _words(conn: Connection, aim_ids: Sequence[str]) -> dict[str, list[Level]]:
    """What was said of the progress of some aims."""
    found: dict[str, list[Level]] = {}
    for row in _LEVELS.rows(conn, {"aims": aim_ids}):
        level = LEVEL.made(row)
        found.setdefault(level.aim_id, []).append(level)
    return found
