"""Requests: raised by a team, answered or passed up above it, and how long they have waited."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, false, func, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By, check, steps, under
from api.store.elements import change, find, opened, page, refer, store
from api.store.given import among, under_any, with_classrooms
from api.store.inquiries import calendar_of
from api.store.kinds import AIM, CALENDAR, REQUEST, place_of
from api.store.prepared import Prepared
from api.store.request_rows import LEVEL, got_to
from pdsa.calendar import SchoolCalendar
from pdsa.errors import InvalidValue
from pdsa.feedback import (
    Age,
    Party,
    Request,
    RequestKind,
    RequestMove,
    RequestState,
    Waiting,
    age,
    level_above,
    require_turn,
    standing,
    waiting_since,
)
from pdsa.ids import UnitId
from pdsa.units import Action, team_sight

_r = t.requests.c
_STATES = {Party.level: RequestState.waiting, Party.team: RequestState.answered}


def raise_to(conn: Connection, by: By, aim_id: str, make: Callable[[UnitId], Request]) -> Request:
    """Store what ``make`` makes of the unit right above the team of an aim.

    Raises ``UnknownElement``, ``NotAllowed``, and ``InvalidValue`` where nothing is above the team.
    """
    aim, place = refer(conn, by, AIM, aim_id, "aim_id")
    check(conn, by, Action.log, place.unit_id, kind=AIM.name, id=aim_id)
    to = level_above(steps(conn, place.home))
    if to is None:
        raise InvalidValue(
            "aim_id", aim_id, "an aim of a team with a unit above it that can answer"
        )
    request = make(to)
    REQUEST.references(conn, by, request, None)
    store(conn, by, REQUEST, [request], place_of(aim), verb="add")
    return request


def take(
    conn: Connection,
    by: By,
    id: str,
    version: int | None,
    move: RequestMove,
    make: Callable[[Request, date], Request],
) -> Request:
    """Take a turn. Raises as ``change``, ``require_turn`` and ``make`` do.

    A turn never stands before the one that it follows, whatever the clock says.
    """
    _, place = find(conn, REQUEST, id)
    where = steps(conn, place.home)

    def turned(request: Request) -> Request:
        require_turn(by.principal, move, request, where, on=by.on)
        return make(request, max(by.on, request.turns[-1].on))

    return change(conn, by, REQUEST, id, version, turned, verb=move.value)


def pass_up(
    conn: Connection,
    by: By,
    id: str,
    version: int | None,
    make: Callable[[Request, date, UnitId], Request],
) -> Request:
    """Pass a request up to the unit right above the one that it is at. Raises as ``take``."""
    _, place = find(conn, REQUEST, id)
    where = steps(conn, place.home)

    def passed(request: Request, on: date) -> Request:
        return make(request, on, level_above(where, request.at) or request.at)

    return take(conn, by, id, version, RequestMove.pass_up, passed)


def age_of(conn: Connection, by: By, id: str) -> Age:
    """How long a request has waited. Raises ``NotVisible``."""
    request, place = opened(conn, by, REQUEST, id)
    return age(request, calendar_of(conn, place.home), on=by.on)


def page_of(
    conn: Connection,
    by: By,
    *,
    unit: str | None,
    at: str | None,
    aim: str | None,
    cycle: str | None,
    kind: RequestKind | None,
    state: RequestState | None,
    waits_for: Party | None,
    more_than: int | None,
    after: Sequence[Any],
    limit: int,
) -> tuple[list[Waiting], list[Any] | None]:
    """Requests with their age, the longest waiting first.

    In ``unit`` or below; at the unit ``at``; waiting for one party or in one state; open and waiting
    for more than so many instructional days.
    """
    found, key = page(
        conn,
        by,
        REQUEST,
        None if unit is None else under(unit, t.aims.c.unit_id),
        *(
            column == value
            for column, value in (
                (_r.at, at),
                (_r.aim_id, aim),
                (_r.cycle_id, cycle),
                (_r.kind, kind),
            )
            if value is not None
        ),
        None if state is None else _r.state == state,
        None if waits_for is None else _r.state == _STATES[waits_for],
        None if more_than is None else _waiting(conn, by, more_than),
        after=after,
        limit=limit,
        only_told=False,
    )
    calendars = _calendars_of(conn, {request.aim_id for request in found})
    return [
        Waiting(request=each, age=age(each, calendars.get(each.aim_id), on=by.on)) for each in found
    ], key


_OPEN = _r.state != RequestState.closed


def open_requests(
    conn: Connection, by: By, aims: Iterable[str] | None = None, *, unit: str | None = None
) -> dict[str, int]:
    """How many open requests that ``by`` sees these aims have, or all aims in a unit or below.

    One statement, of the same rows as ``requests_seen``; an aim without any is not in it.
    """
    own, given = team_sight(by.principal, on=by.on), {"aims": aims, "unit": [unit]}
    shape = (own.trees is None, own.within is not None, aims is not None, unit is not None)
    given |= {"own": own.alone, "within": own.within, "levels": standing(by.principal, on=by.on)}
    return dict(_counted(*shape).rows(conn, given))


@cache
def _counted(all_own: bool, confined: bool, of_aims: bool, in_unit: bool) -> Prepared:
    unit = t.aims.c.unit_id
    own = unit.in_(select(t.units.c.id).where(with_classrooms("own")))
    conditions = (
        None if all_own else or_(own, got_to(among(LEVEL, "levels"))),
        under_any(unit, "within") if confined else None,
        among(_r.aim_id, "aims") if of_aims else None,
        under_any(unit, "unit") if in_unit else None,
    )
    return Prepared(
        select(_r.aim_id, func.count())
        .select_from(REQUEST.home)
        .where(_OPEN, *(each for each in conditions if each is not None))
        .group_by(_r.aim_id)
    )


# -- by the calendar in force for the team ---------------------------------------------------

_c = t.calendars.c
#: The id of the calendar in force for the unit of an aim, as ``calendar_of`` finds it.
_IN_FORCE = (
    select(_c.id)
    .select_from(t.calendars.join(t.unit_closure, t.unit_closure.c.ancestor_id == _c.unit_id))
    .where(t.unit_closure.c.descendant_id == t.aims.c.unit_id)
    .order_by(t.unit_closure.c.depth, _c.first_day.desc(), _c.id.desc())
    .limit(1)
    .correlate(t.aims)
    .scalar_subquery()
)
_ALL = select(*_c)
_OF_AIMS = select(t.aims.c.id, _IN_FORCE).where(t.aims.c.id.in_(bindparam("aims", expanding=True)))


def _calendars_of(conn: Connection, aims: Iterable[str]) -> dict[str, SchoolCalendar]:
    """The calendar in force for each of these aims that has one."""
    in_force = {aim: id for aim, id in conn.execute(_OF_AIMS, {"aims": [*aims]}) if id is not None}
    rows = conn.execute(_ALL.where(_c.id.in_({*in_force.values()})))
    calendars = {calendar.id: calendar for calendar in map(CALENDAR.made, rows)}
    return {aim: calendars[id] for aim, id in in_force.items()}


def _waiting(conn: Connection, by: By, more_than: int) -> ColumnElement[bool]:
    """The condition that an open request has waited for more than so many instructional days.

    Since when that is depends on the calendar in force; calendars that agree are asked for together.
    """
    since: dict[date, list[str]] = {}
    for calendar in map(CALENDAR.made, conn.execute(_ALL)):
        day = waiting_since(calendar, more_than=more_than, on=by.on)
        if day is not None:
            since.setdefault(day, []).append(calendar.id)
    any_weekday = waiting_since(None, more_than=more_than, on=by.on)
    conditions = [and_(_IN_FORCE.in_(ids), _r.since <= day) for day, ids in since.items()]
    if any_weekday is not None:
        conditions.append(and_(_IN_FORCE.is_(None), _r.since <= any_weekday))
    return and_(_OPEN, or_(false(), *conditions))
