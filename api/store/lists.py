"""The lists: which filters each kind has, as conditions on its rows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By, audience_of, can, check, in_sight, of_own_team, under
from api.store.activity import Activity, shared
from api.store.elements import find, get, page
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
Found = ColumnElement[bool] | None


def _is(column: ColumnElement[Any], value: object | None) -> Found:
    return None if value is None else column == value


def _contains(text: str | None, *columns: ColumnElement[str]) -> Found:
    if text is None:
        return None
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _in_unit(column: ColumnElement[str], unit: str | None) -> Found:
    return None if unit is None else under(unit, column)


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
        _in_unit(c.id, unit),
        _is(c.parent_id, parent),
        _is(c.kind, kind),
        _contains(text, c.name),
        after=after,
        limit=limit,
    )


def people(
    conn: Connection, by: By, *, text: str | None, after: Key, limit: int
) -> tuple[list[Person], list[Any] | None]:
    """People with a text in name or e-mail address; for whoever administers the whole server."""
    check(conn, by, Action.administer, None, kind=PERSON.name, id="")
    c = t.people.c
    return page(conn, by, PERSON, _contains(text, c.name, c.email), after=after, limit=limit)


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
        _is(c.person_id, person),
        _in_unit(c.unit_id, unit),
        after=after,
        limit=limit,
    )


def calendars(
    conn: Connection, by: By, *, unit: str | None, after: Key, limit: int
) -> tuple[list[SchoolCalendar], list[Any] | None]:
    """School calendars in a unit or below."""
    c = t.calendars.c
    return page(conn, by, CALENDAR, _in_unit(c.unit_id, unit), after=after, limit=limit)


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
        _in_unit(c.unit_id, unit),
        _contains(text, c.title, c.statement),
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
        _in_unit(c.unit_id, unit),
        _contains(text, c.title, c.what, c.indicator),
        None if due_from is None else c.deadline >= due_from,
        None if due_to is None else c.deadline <= due_to,
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
        _in_unit(t.aims.c.unit_id, unit),
        _is(c.aim_id, aim),
        _contains(text, c.title, c.description),
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
        _in_unit(t.aims.c.unit_id, unit),
        _is(c.aim_id, aim),
        _is(c.kind, kind),
        _contains(text, c.name, c.definition),
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
        _in_unit(t.aims.c.unit_id, unit),
        _is(c.aim_id, aim),
        _is(c.change_idea_id, change_idea),
        _is(c.stage, stage),
        _is(c.status, status),
        None if started_from is None else c.started_on >= started_from,
        None if started_to is None else c.started_on <= started_to,
        _contains(text, c.title),
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
    conditions = (
        in_sight(by, c.unit_id),
        None if own is None else or_(c.kind.not_in([kind.name for kind in TEAM_HISTORY]), own),
        None if may(by.principal, Action.administer, (), on=by.on) else c.kind != PERSON.name,
        _in_unit(c.unit_id, unit),
        _is(c.aim_id, aim),
        _is(c.element_id, element),
        _is(c.person_id, person),
        None if not after else c.id < after[0],
    )
    wanted = [each for each in conditions if each is not None]
    rows = conn.execute(select(*c).where(*wanted).order_by(c.id.desc()).limit(limit + 1)).all()
    entries = [Activity(*row) for row in rows[:limit]]
    found = [
        entry
        if entry.kind != CYCLE.name or audience_of(conn, by, entry.unit_id or "") is Audience.team
        else shared(entry)
        for entry in entries
    ]
    note_views(conn, by, [(entry.unit_id, entry.aim_id) for entry in found])
    return found, ([found[-1].id] if len(rows) > limit else None)


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
