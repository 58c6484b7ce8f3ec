"""Requests: raised by a team, answered or passed up above it, and how long they have waited."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, false, func, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By, check, steps
from api.store.elements import PAGES, change, find, opened, page, refer, store
from api.store.given import Given, among, conditions, equal, in_unit
from api.store.inquiries import calendar_of
from api.store.kinds import AIM, CALENDAR, REQUEST, place_of
from api.store.prepared import Prepared
from api.store.request_rows import requests_seen
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
    waiting_since,
)
from pdsa.ids import UnitId
from pdsa.units import Action

_r = t.requests.c
_STATES = {Party.level: RequestState.waiting, Party.team: RequestState.answered}
#: Apart from the state that is asked for: what waits for a party and is in another state is nothing.
_WAITS = _r.state == bindparam("waits_for", type_=_r.state.type)


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
        in_unit(t.aims.c.unit_id, unit),
        equal(_r.at, at),
        equal(_r.aim_id, aim),
        equal(_r.cycle_id, cycle),
        equal(_r.kind, kind),
        equal(_r.state, state),
        None if waits_for is None else Given(_WAITS, {"waits_for": _STATES[waits_for]}),
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
    where, values = conditions(
        requests_seen(by),
        in_unit(t.aims.c.unit_id, unit),
        None if aims is None else Given(_AMONG_AIMS, {"aims": aims}),
    )
    return dict(_counted(where).rows(conn, values))


_AMONG_AIMS = among(_r.aim_id, "aims")


@lru_cache(maxsize=PAGES)
def _counted(where: tuple[ColumnElement[bool], ...]) -> Prepared:
    return Prepared(
        select(_r.aim_id, func.count())
        .select_from(REQUEST.home)
        .where(_OPEN, *where)
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
_CALENDARS = select(t.aims.c.id, _IN_FORCE).where(
    t.aims.c.id.in_(bindparam("aims", expanding=True))
)


def _calendars_of(conn: Connection, aims: Iterable[str]) -> dict[str, SchoolCalendar]:
    """The calendar in force for each of these aims that has one."""
    in_force = {
        aim: id for aim, id in conn.execute(_CALENDARS, {"aims": [*aims]}) if id is not None
    }
    rows = conn.execute(_ALL.where(_c.id.in_({*in_force.values()})))
    calendars = {calendar.id: calendar for calendar in map(CALENDAR.made, rows)}
    return {aim: calendars[id] for aim, id in in_force.items()}


def _waiting(conn: Connection, by: By, more_than: int) -> Given:
    """The condition that an open request has waited for more than so many instructional days.

    Since when that is depends on the calendar in force; calendars that agree are asked for together.
    """
    since: dict[date, list[str]] = {}
    for calendar in map(CALENDAR.made, conn.execute(_ALL)):
        day = waiting_since(calendar, more_than=more_than, on=by.on)
        if day is not None:
            since.setdefault(day, []).append(calendar.id)
    any_weekday = waiting_since(None, more_than=more_than, on=by.on)
    values: dict[str, Any] = {"since": any_weekday}
    for at, (day, ids) in enumerate(since.items()):
        values |= {f"since_{at}": day, f"calendars_{at}": ids}
    return Given(_waited(len(since), any_weekday is not None), values)


@lru_cache(maxsize=PAGES)
def _waited(days: int, any_weekday: bool) -> ColumnElement[bool]:
    found = [and_(among(_IN_FORCE, f"calendars_{at}"), _since(f"since_{at}")) for at in range(days)]
    if any_weekday:
        found.append(and_(_IN_FORCE.is_(None), _since("since")))
    return and_(_OPEN, or_(false(), *found))


def _since(name: str) -> ColumnElement[bool]:
    return _r.since <= bindparam(name, type_=_r.since.type)
