"""Roll-ups of a portfolio: by unit, by unit and month, by change idea, and by student group."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, and_, bindparam, func, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By
from api.store.given import escaped, says
from api.store.portfolio.scope import (
    IN_FORCE,
    SHAPES,
    A,
    G,
    S,
    Shape,
    U,
    X,
    cutoffs,
    look_first,
    rests,
    scope,
)
from api.store.prepared import Prepared
from api.store.requests import open_requests
from pdsa.equity import GroupFact, GroupTally, group_name, group_tally
from pdsa.ids import Month
from pdsa.monitoring.rollup import (
    AimFact,
    IdeaFact,
    IdeaOutcome,
    Spread,
    UnitRollUp,
    between_units,
    idea_outcomes,
    roll_up,
)

#: The units below the one that is asked about, and what is under each of these.
_BELOW, _WITHIN = t.unit_closure.alias("below"), t.unit_closure.alias("within")


class UnitOfRollUp(Struct, frozen=True, kw_only=True):
    """One unit of a roll-up."""

    unit_id: str
    name: str
    kind: str
    together: UnitRollUp


class PortfolioRollUp(Struct, frozen=True, kw_only=True):
    """A unit's aims together, those of each unit below it, and how far these units lie apart.

    Statuses are those of the day ``on``; cycles that run or have stalled, and open requests, those of
    today. Of ``waiting`` aims there is news that was not looked at yet; new ones are not counted.
    """

    on: date
    waiting: int
    together: UnitRollUp
    units: tuple[UnitOfRollUp, ...]
    between: Spread | None


class UnitMonth(Struct, frozen=True, gc=False):
    """What was done in a unit in one month (2018-01)."""

    unit_id: str
    month: Month
    points: int
    started: int
    completed: int
    adopted: int


class GroupOfAims(Struct, frozen=True, kw_only=True):
    """A student group in the aims of a unit: what became of its gaps, counted and in words."""

    name: str
    tally: GroupTally
    said: str


class UnitOfEquity(Struct, frozen=True, kw_only=True):
    """One unit below the one that is asked about, with the student groups of its aims."""

    unit_id: str
    name: str
    kind: str
    groups: tuple[GroupOfAims, ...]


class PortfolioEquity(Struct, frozen=True, kw_only=True):
    """The student groups of a unit's aims together, and of the aims of each unit below it.

    ``waiting`` aims were changed and are counted as they were before, until the server has looked
    at them.
    """

    together: tuple[GroupOfAims, ...]
    units: tuple[UnitOfEquity, ...]
    waiting: int


def by_unit(conn: Connection, by: By, unit_id: str, kind: str | None, on: date) -> PortfolioRollUp:
    """A unit's aims on a day, by the units right below it or by all of a kind below it.

    Raises ``NotVisible``.
    """
    seen = scope(conn, by, unit_id)
    waiting = look_first(conn, by, seen)
    rows = _facts(seen.shape).rows(conn, {**seen.values, "on": on})
    cutoff = cutoffs(conn, on, {row[-1] for row in rows})
    requests = open_requests(conn, by, unit=unit_id)
    facts = {
        id: AimFact(status, share, running, rests(waits, calendar, cutoff), requests.get(id, 0))
        for id, status, share, running, waits, calendar in rows
    }
    within = {"unit": unit_id, "kind": kind}
    units = _UNITS[kind is None].rows(conn, within)
    own: dict[str, list[AimFact]] = {row[0]: [] for row in units}
    for unit, aim in _AIMS[kind is None].rows(conn, within):
        if aim in facts:
            own[unit].append(facts[aim])
    made = tuple(
        UnitOfRollUp(unit_id=id, name=name, kind=of_kind, together=roll_up(own[id]))
        for id, name, of_kind in units
    )
    return PortfolioRollUp(
        on=on,
        waiting=waiting,
        together=roll_up(facts.values()),
        units=made,
        between=between_units(each.together for each in made),
    )


def by_month(
    conn: Connection,
    by: By,
    unit_id: str,
    kind: str | None,
    first: str | None,
    last: str | None,
) -> list[UnitMonth]:
    """What was done in the units below a unit, month by month. Raises ``NotVisible``."""
    seen = scope(conn, by, unit_id)
    asked = {"kind": kind, "first": first, "last": last}
    shape = tuple(name for name, value in asked.items() if value is not None)
    rows = _months(seen.shape, shape).rows(conn, {**seen.values, **asked})
    return [UnitMonth(*row[:2], *map(int, row[2:])) for row in rows]


def by_idea(conn: Connection, by: By, unit_id: str, text: str | None) -> tuple[IdeaOutcome, ...]:
    """Which change ideas held up where, among the aims of a unit. Raises ``NotVisible``."""
    seen = scope(conn, by, unit_id)
    given = {} if text is None else {"text_in": escaped(text)}
    rows = _ideas(seen.shape, text is not None).rows(conn, {**seen.values, **given})
    return idea_outcomes(
        IdeaFact(**dict(zip(IdeaFact.__struct_fields__, row, strict=True))) for row in rows
    )


def by_group(conn: Connection, by: By, unit_id: str, kind: str | None) -> PortfolioEquity:
    """What became of the gaps of student groups in a unit's aims, and in those of the units below.

    Of each aim it counts what whoever asks is given of it. Raises as ``page`` of the portfolio does.
    """
    seen = scope(conn, by, unit_id)
    waiting = look_first(conn, by, seen)
    facts: dict[str, list[GroupFact]] = {}
    for aim, *fact in _group_facts(seen.shape).rows(conn, seen.values):
        facts.setdefault(aim, []).append(GroupFact(*fact))
    within = {"unit": unit_id, "kind": kind}
    units = _UNITS[kind is None].rows(conn, within)
    own: dict[str, list[list[GroupFact]]] = {row[0]: [] for row in units}
    for unit, aim in _AIMS[kind is None].rows(conn, within):
        if aim in facts:
            own[unit].append(facts[aim])
    return PortfolioEquity(
        together=_groups(facts.values()),
        units=tuple(
            UnitOfEquity(unit_id=id, name=name, kind=of_kind, groups=_groups(own[id]))
            for id, name, of_kind in units
        ),
        waiting=waiting,
    )


def _groups(aims: Iterable[Iterable[GroupFact]]) -> tuple[GroupOfAims, ...]:
    return tuple(
        GroupOfAims(name=group_name(each.group), tally=each, said=each.sentence())
        for each in group_tally(aims)
    )


# -- the statements, each made once for each shape of a question ---------------------------------


@lru_cache(maxsize=SHAPES)
def _facts(shape: Shape) -> Prepared:
    given = select(A.id, X.status, S.share, S.running, S.waits_since, S.calendar_id)
    return Prepared(given.select_from(shape.statuses()).where(*shape.where, IN_FORCE))


@lru_cache(maxsize=SHAPES)
def _group_facts(shape: Shape) -> Prepared:
    given = select(G.aim_id, G.group, G.figures, G.gap_change)
    return Prepared(given.select_from(shape.with_groups(shape.aims)).where(*shape.where))


@lru_cache(maxsize=SHAPES)
def _months(shape: Shape, asked: tuple[str, ...]) -> Prepared:
    m = t.aim_months.c
    first = [m.month >= bindparam("first")] if "first" in asked else []
    last = [m.month <= bindparam("last")] if "last" in asked else []
    counts = (func.sum(m[name]) for name in ("points", "started", "completed", "adopted"))
    return Prepared(
        _aims_within(right_below="kind" not in asked)
        .with_only_columns(_WITHIN.c.ancestor_id, m.month, *counts)
        .join(t.aim_months, m.aim_id == A.id)
        .where(*first, *last, *shape.in_sight)
        .group_by(_WITHIN.c.ancestor_id, m.month)
        .order_by(_WITHIN.c.ancestor_id, m.month)
    )


@lru_cache(maxsize=SHAPES)
def _ideas(shape: Shape, with_text: bool) -> Prepared:
    c, k = t.change_ideas.c, t.idea_summaries.c
    counts = (k.cycles, k.running, k.adopted, k.adapted, k.abandoned, k.stopped)
    return Prepared(
        select(c.id, c.title, c.adapted_from, A.unit_id, *counts)
        .select_from(
            shape.aims.join(t.change_ideas, c.aim_id == A.id).join(
                t.idea_summaries, k.change_idea_id == c.id
            )
        )
        .where(*shape.where, *([says("text", c.title)] if with_text else []))
    )


def _below(*, right_below: bool) -> Select[Any]:
    """The units right below a unit, or all of a kind below it, in order."""
    return (
        select(U.id, U.name, U.kind)
        .select_from(_BELOW.join(t.units, U.id == _BELOW.c.descendant_id))
        .where(_which(right_below))
        .order_by(U.name, U.id)
    )


def _aims_within(*, right_below: bool) -> Select[Any]:
    """Each of these units with each aim in it or under it."""
    return (
        select(_WITHIN.c.ancestor_id, A.id)
        .select_from(
            _BELOW.join(t.units, U.id == _BELOW.c.descendant_id)
            .join(_WITHIN, _WITHIN.c.ancestor_id == U.id)
            .join(t.aims, A.unit_id == _WITHIN.c.descendant_id)
        )
        .where(_which(right_below))
    )


def _which(right_below: bool) -> ColumnElement[bool]:
    found = _BELOW.c.ancestor_id == bindparam("unit")
    if right_below:
        return and_(found, _BELOW.c.depth == 1)
    return and_(found, _BELOW.c.depth > 0, U.kind == bindparam("kind"))


_UNITS = {each: Prepared(_below(right_below=each)) for each in (True, False)}
_AIMS = {each: Prepared(_aims_within(right_below=each)) for each in (True, False)}
