"""The lists: which filters each kind has, as conditions on its rows."""

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By, audience_of, can, check, in_sight, of_own_team
from api.store.activity import Activity, shared
from api.store.elements import PAGES, find, get, page
from api.store.given import Given, at_least, at_most, conditions, contains, equal, in_unit
from api.store.kinds import (
    AIM,
    CALENDAR,
    CHANGE_IDEA,
    CYCLE,
    GRANT,
    MEASURE,
    PERSON,
    PROBLEM,
    TEAM_HISTORY,
    UNIT,
)
from api.store.prepared import Prepared
from api.store.view_log import note_views
from pdsa.aim import Aim
from pdsa.calendar import SchoolCalendar
from pdsa.change_idea import ChangeIdea
from pdsa.cycle import Cycle, Status
from pdsa.measure import Measure, MeasureKind
from pdsa.problem import Problem
from pdsa.ramp import Ramp, ramp
from pdsa.stages import Stage
from pdsa.units import Action, Audience, Grant, Person, Unit, may

Key = Sequence[Any]


def units(
    conn: Connection,
    by: By,
    *,
    unit: str | None,
    parent: str | None,
    kind: str | None,
    text: str | None,
    after: Key,
    limit: int,
) -> tuple[list[Unit], list[Any] | None]:
    """Units below ``unit``, straight below ``parent``, of a kind, with a text in the name."""
    c = t.units.c
    return page(
        conn,
        by,
        UNIT,
        in_unit(c.id, unit),
        equal(c.parent_id, parent),
        equal(c.kind, kind),
        contains(text, c.name),
        after=after,
        limit=limit,
    )


def people(
    conn: Connection, by: By, *, text: str | None, after: Key, limit: int
) -> tuple[list[Person], list[Any] | None]:
    """People with a text in name or e-mail address; for whoever administers the whole server."""
    check(conn, by, Action.administer, None, kind=PERSON.name, id="")
    c = t.people.c
    return page(conn, by, PERSON, contains(text, c.name, c.email), after=after, limit=limit)


def grants(
    conn: Connection,
    by: By,
    *,
    person: str | None,
    unit: str | None,
    after: Key,
    limit: int,
) -> tuple[list[Grant], list[Any] | None]:
    """Roles of a person, or given in a unit or below."""
    c = t.grants.c
    return page(
        conn,
        by,
        GRANT,
        equal(c.person_id, person),
        in_unit(c.unit_id, unit),
        after=after,
        limit=limit,
    )


def calendars(
    conn: Connection, by: By, *, unit: str | None, after: Key, limit: int
) -> tuple[list[SchoolCalendar], list[Any] | None]:
    """School calendars in a unit or below."""
    c = t.calendars.c
    return page(conn, by, CALENDAR, in_unit(c.unit_id, unit), after=after, limit=limit)


def problems(
    conn: Connection,
    by: By,
    *,
    unit: str | None,
    text: str | None,
    after: Key,
    limit: int,
) -> tuple[list[Problem], list[Any] | None]:
    """Problems of practice in a unit or below."""
    c = t.problems.c
    return page(
        conn,
        by,
        PROBLEM,
        in_unit(c.unit_id, unit),
        contains(text, c.title, c.statement),
        after=after,
        limit=limit,
    )


def aims(
    conn: Connection,
    by: By,
    *,
    unit: str | None,
    text: str | None,
    due_from: date | None,
    due_to: date | None,
    after: Key,
    limit: int,
) -> tuple[list[Aim], list[Any] | None]:
    """Aims in a unit or below, with a deadline between two days, with a text."""
    c = t.aims.c
    return page(
        conn,
        by,
        AIM,
        in_unit(c.unit_id, unit),
        contains(text, c.title, c.what, c.indicator),
        at_least(c.deadline, due_from),
        at_most(c.deadline, due_to),
        after=after,
        limit=limit,
    )


def change_ideas(
    conn: Connection,
    by: By,
    *,
    unit: str | None,
    aim: str | None,
    text: str | None,
    after: Key,
    limit: int,
) -> tuple[list[ChangeIdea], list[Any] | None]:
    """Change ideas of an aim, or of all aims in a unit or below."""
    c = t.change_ideas.c
    return page(
        conn,
        by,
        CHANGE_IDEA,
        in_unit(t.aims.c.unit_id, unit),
        equal(c.aim_id, aim),
        contains(text, c.title, c.description),
        after=after,
        limit=limit,
    )


def measures(
    conn: Connection,
    by: By,
    *,
    unit: str | None,
    aim: str | None,
    kind: MeasureKind | None,
    text: str | None,
    after: Key,
    limit: int,
) -> tuple[list[Measure], list[Any] | None]:
    """Measures of an aim, or of all aims in a unit or below."""
    c = t.measures.c
    return page(
        conn,
        by,
        MEASURE,
        in_unit(t.aims.c.unit_id, unit),
        equal(c.aim_id, aim),
        equal(c.kind, kind),
        contains(text, c.name, c.definition),
        after=after,
        limit=limit,
    )


def cycles(
    conn: Connection,
    by: By,
    *,
    unit: str | None,
    aim: str | None,
    change_idea: str | None,
    stage: Stage | None,
    status: Status | None,
    started_from: date | None,
    started_to: date | None,
    text: str | None,
    after: Key,
    limit: int,
) -> tuple[list[Cycle], list[Any] | None]:
    """Cycles by unit, aim, change idea, stage, status, the day of Do, and text in the title."""
    c = t.cycles.c
    return page(
        conn,
        by,
        CYCLE,
        in_unit(t.aims.c.unit_id, unit),
        equal(c.aim_id, aim),
        equal(c.change_idea_id, change_idea),
        equal(c.stage, stage),
        equal(c.status, status),
        at_least(c.started_on, started_from),
        at_most(c.started_on, started_to),
        contains(text, c.title),
        after=after,
        limit=limit,
    )


_RAMP = select(*t.cycles.c).where(t.cycles.c.change_idea_id == bindparam("idea"))


def ramp_of(conn: Connection, by: By, change_idea_id: str) -> Ramp:
    """The ramp of a change idea."""
    idea = get(conn, by, CHANGE_IDEA, change_idea_id)
    rows = conn.execute(_RAMP, {"idea": idea.id})
    return ramp(idea.id, (Cycle(*row) for row in rows))


def lineage_of(conn: Connection, by: By, change_idea_id: str) -> list[ChangeIdea]:
    """A change idea and those it was adapted from, the oldest first, as far as ``by`` may see."""
    idea = get(conn, by, CHANGE_IDEA, change_idea_id)
    found, opened = [idea], []
    while found[-1].adapted_from is not None:
        older, place = find(conn, CHANGE_IDEA, found[-1].adapted_from)
        if place.unit_id is None or not can(conn, by, Action.see, place.unit_id):
            break
        found.append(older)
        opened.append((place.unit_id, place.aim_id))
    note_views(conn, by, opened)
    return found[::-1]


def activity(
    conn: Connection,
    by: By,
    *,
    unit: str | None,
    aim: str | None,
    element: str | None,
    person: str | None,
    after: Key,
    limit: int,
) -> tuple[list[Activity], list[Any] | None]:
    """What was done, the latest first: in a unit or below, to an aim and its parts, to an element.

    Results of predictions are told to others without their numbers (``pdsa.privacy``).
    What was done to points, phases, silences, requests and comments is told to their team alone, and
    to people to whoever administers the whole server.
    """
    c = t.activity.c
    own = of_own_team(by, c.unit_id)
    where, values = conditions(
        in_sight(by, c.unit_id),
        None if own is None else Given(_shared(own.condition), own.values),
        None if may(by.principal, Action.administer, (), on=by.on) else Given(_NOT_PEOPLE, {}),
        in_unit(c.unit_id, unit),
        equal(c.aim_id, aim),
        equal(c.element_id, element),
        equal(c.person_id, person),
    )
    values |= {"limit": limit + 1} | dict(zip(("before",), after, strict=False))
    rows = _activity(where, bool(after)).rows(conn, values)
    entries = [Activity(*row) for row in rows[:limit]]
    found = [
        entry
        if entry.kind != CYCLE.name or audience_of(conn, by, entry.unit_id or "") is Audience.team
        else shared(entry)
        for entry in entries
    ]
    note_views(conn, by, [(entry.unit_id, entry.aim_id) for entry in found])
    return found, ([found[-1].id] if len(rows) > limit else None)


_NOT_PEOPLE = t.activity.c.kind != PERSON.name


@cache
def _shared(own: ColumnElement[bool]) -> ColumnElement[bool]:
    """What was not done to what is the team's own, or in an own team."""
    return or_(and_(*(t.activity.c.kind != kind.name for kind in TEAM_HISTORY)), own)


@lru_cache(maxsize=PAGES)
def _activity(where: tuple[ColumnElement[bool], ...], going_on: bool) -> Prepared:
    c = t.activity.c
    before = [c.id < bindparam("before")] if going_on else []
    found = select(*c).where(*where, *before).order_by(c.id.desc())
    return Prepared(found.limit(bindparam("limit")))


def counts(conn: Connection) -> dict[str, int]:
    """How many rows the tables of the inquiry have."""
    tables = (
        t.units,
        t.people,
        t.aims,
        t.change_ideas,
        t.measures,
        t.points,
        t.phases,
        t.cycles,
        t.activity,
    )
    return {
        table.name.replace("_", " "): conn.execute(
            select(func.count()).select_from(table)
        ).scalar_one()
        for table in tables
    }
