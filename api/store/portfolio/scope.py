"""Which aims a portfolio is of, and which of their summaries whoever asks is given."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, FromClause, and_, bindparam, case, literal, not_, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By, steps_for
from api.store.errors import Unrecorded
from api.store.given import among, under_any, with_classrooms
from api.store.prepared import Prepared
from api.store.summaries.look import look
from pdsa.calendar import SchoolCalendar
from pdsa.errors import NotVisible, PdsaError
from pdsa.measure import Measure
from pdsa.monitoring.glance import stalled_before
from pdsa.units import (
    ROLES,
    SCHOOL,
    Action,
    Audience,
    Reach,
    Step,
    require,
    sight,
    team_sight,
)

A, S, X, U, G = t.aims.c, t.aim_summaries.c, t.aim_statuses.c, t.units.c, t.aim_groups.c
#: The units of the scope: the one that is asked about and all that is under it.
UNDER = t.unit_closure.alias("scope")

#: At most so many aims are looked at anew before a portfolio is shown; where more wait, the server
#: looks at them by and by.
AT_ONCE = 8
#: Of how many waiting aims it is found out whether they are in the scope.
WAITING = 500
#: How many statements of each kind are kept; those of all shapes that are asked for are fewer.
SHAPES = 256

_log = logging.getLogger("api")


class Shape(Struct, frozen=True):
    """What the statements of a portfolio differ by, whoever asks; all else in them are values.

    ``whole`` says whether everything in the scope is in sight; ``own`` to which units whoever asks is
    team: ``None`` to every one, else whether to ``some`` (their ids are given). ``schools`` are the
    places of which it is a school's official: for each, whether that is all of the scope, and whether
    schools in it are taken off.
    """

    whole: bool
    own: bool | None
    schools: tuple[tuple[bool, bool], ...]

    @property
    def aims(self) -> FromClause:
        """The aims in the scope, in sight or not."""
        return UNDER.join(t.aims, A.unit_id == UNDER.c.descendant_id)

    @property
    def where(self) -> tuple[ColumnElement[bool], ...]:
        """Which of them are asked for and in sight: the scope comes first."""
        return (UNDER.c.ancestor_id == bindparam("unit"), *self.in_sight)

    @property
    def in_sight(self) -> tuple[ColumnElement[bool], ...]:
        """Which aims of the scope whoever asks may see."""
        if self.whole:
            return ()
        return (or_(under_any(A.unit_id, "trees"), among(A.unit_id, "alone")),)

    @property
    def audience(self) -> ColumnElement[str]:
        """For each aim as whom its summary is given: it agrees with ``pdsa.units.audience``."""
        to = {each: literal(each, S.audience.type) for each in Audience}
        if self.own is None:
            return to[Audience.team]
        whens = [(among(A.unit_id, "own"), to[Audience.team])] if self.own else []
        for n, (all_of_it, excepted) in enumerate(self.schools):
            within = A.unit_id.is_not(None) if all_of_it else under_any(A.unit_id, f"school_{n}")
            off = [not_(under_any(A.unit_id, f"off_{n}"))] if excepted else []
            whens.append((and_(within, *off), to[Audience.school]))
        return case(*whens, else_=to[Audience.above]) if whens else to[Audience.above]

    def statuses(self, *, summaries: bool = True) -> FromClause:
        """The aims with their statuses, and with their summaries."""
        found = self.aims.join(t.aim_statuses, and_(X.aim_id == A.id, X.audience == self.audience))
        return self.with_summaries(found) if summaries else found

    def with_summaries(self, found: FromClause) -> FromClause:
        """Something made of the aims with the summary of each that is given."""
        return found.join(t.aim_summaries, and_(S.aim_id == A.id, S.audience == self.audience))

    def with_groups(self, found: FromClause) -> FromClause:
        """Something made of the aims with the progress of their student groups that is given."""
        return found.join(t.aim_groups, and_(G.aim_id == A.id, G.audience == self.audience))


class Scope(Struct, frozen=True):
    """The aims of a portfolio for whoever asks: the shape of its statements, and what is given to them."""

    shape: Shape
    values: dict[str, Any]


#: The status of the day that is given as ``on``.
IN_FORCE = and_(X.from_on <= bindparam("on"), X.until_on > bindparam("on"))
_THEIRS = Prepared(select(U.id).where(with_classrooms("units")))
_SCHOOLS_BELOW = Prepared(
    select(U.id)
    .select_from(t.units.join(t.unit_closure, t.unit_closure.c.descendant_id == U.id))
    .where(
        t.unit_closure.c.ancestor_id == bindparam("unit"),
        t.unit_closure.c.depth > 0,
        U.kind == SCHOOL,
    )
)


def scope(conn: Connection, by: By, unit_id: str) -> Scope:
    """The portfolio of a unit. Raises ``NotVisible``."""
    way = steps_for(conn, by, unit_id)
    if not way:  # a role without a unit reaches what is not there, too
        raise NotVisible("unit", unit_id)
    require(by.principal, Action.see, way, on=by.on, kind="unit", id=unit_id)
    values: dict[str, Any] = {"unit": unit_id}
    seen, own = sight(by.principal, on=by.on), team_sight(by.principal, on=by.on)
    # A token that is confined to units reaches this one, and so all that is under it.
    whole = seen.trees is None or not {step.id for step in way}.isdisjoint(seen.trees)
    if not whole:
        values |= {"trees": seen.trees, "alone": _theirs(conn, seen.alone)}
    if own.trees is None:
        return Scope(Shape(whole, None, ()), values)
    values["own"] = _theirs(conn, own.alone)
    schools = tuple(_in_schools(conn, by, way, values))
    return Scope(Shape(whole, bool(values["own"]), schools), values)


def _theirs(conn: Connection, units: Sequence[str]) -> list[str]:
    """These units and their classrooms."""
    return [id for (id,) in _THEIRS.rows(conn, {"units": units})] if units else []


def _in_schools(
    conn: Connection, by: By, way: Sequence[Step], values: dict[str, Any]
) -> Iterator[tuple[bool, bool]]:
    """The ``schools`` of a shape; what is given to them is put to the values."""
    above = {step.id for step in way}
    at = 0
    for grant in by.principal.grants:
        rights = ROLES[grant.role]
        if (
            grant.unit_id is None
            or not rights.official
            or rights.reach is not Reach.subtree
            or not grant.on(by.on)
            or not any(step.kind == SCHOOL for step in steps_for(conn, by, grant.unit_id))
        ):
            continue
        below = [id for (id,) in _SCHOOLS_BELOW.rows(conn, {"unit": grant.unit_id})]
        all_of_it = grant.unit_id in above and above.isdisjoint(below)
        values |= {f"school_{at}": [grant.unit_id], f"off_{at}": below}
        at += 1
        yield all_of_it, bool(below)


_WAITING = Prepared(select(S.aim_id).where(S.reviewed_on.is_(None)).limit(WAITING))


@lru_cache(maxsize=SHAPES)
def _waiting(shape: Shape, among_few: bool) -> Prepared:
    found = (
        select(S.aim_id, S.audience)
        .select_from(shape.with_summaries(shape.aims))
        .where(S.reviewed_on.is_(None), *shape.where)
        .order_by(S.aim_id)
        .limit(WAITING)
    )
    return Prepared(found.where(among(A.id, "aims")) if among_few else found)


def look_first(conn: Connection, by: By, seen: Scope) -> int:
    """Look at what waits to be looked at, where that is little; how many aims wait still.

    One that cannot be looked at waits, and keeps nobody from the others; the log tells of it.
    Raises ``Unrecorded`` where there is something to look at and the unit of work only reads.
    """
    ids = [id for (id,) in _WAITING.rows(conn, {})]
    if not ids:
        return 0
    few = len(ids) < WAITING
    found = _waiting(seen.shape, few).rows(conn, {**seen.values, "aims": ids})
    if not found or len(found) > AT_ONCE:
        return len(found)
    if not by.recording:
        raise Unrecorded
    return sum(not _looked(conn, by, aim_id, to) for aim_id, to in found)


def _looked(conn: Connection, by: By, aim_id: str, to: Audience) -> bool:
    try:
        return look(conn, by, aim_id, to)
    except (SQLAlchemyError, PdsaError):
        raise  # nothing else can be read then, either
    except Exception:
        _log.exception("aim %s cannot be looked at; portfolios tell of it as before", aim_id)
        return False


_CALENDARS = Prepared(select(*t.calendars.c).where(among(t.calendars.c.id, "calendars")))


def calendars(conn: Connection, ids: Iterable[str | None]) -> dict[str | None, SchoolCalendar]:
    """Calendars by their ids."""
    wanted = {id for id in ids if id is not None}
    rows = _CALENDARS.rows(conn, {"calendars": wanted}) if wanted else []
    return {row[0]: SchoolCalendar(*row) for row in rows}


_MEASURES = Prepared(select(*t.measures.c).where(among(t.measures.c.id, "measures")))


def measures_of(conn: Connection, ids: Iterable[str | None]) -> dict[str | None, Measure]:
    """Measures by their ids."""
    wanted = {id for id in ids if id is not None}
    rows = _MEASURES.rows(conn, {"measures": wanted}) if wanted else []
    return {row[0]: Measure(*row) for row in rows}


def cutoffs(conn: Connection, on: date, ids: Iterable[str | None]) -> dict[Any, date]:
    """By calendar, the last day since which a cycle that waits has stalled."""
    return {id: stalled_before(each, on) for id, each in calendars(conn, ids).items()}


def rests(waits_since: date | None, calendar_id: str | None, cutoffs: dict[Any, date]) -> bool:
    """Whether a cycle has stalled."""
    cutoff = cutoffs.get(calendar_id)
    return waits_since is not None and cutoff is not None and waits_since <= cutoff
