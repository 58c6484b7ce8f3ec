"""A whole inquiry in and out of the store, in one transaction."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, or_, select

from api.store import activity, released, theory_rows, units
from api.store import tables as t
from api.store.access import By, audience_of, can, check, path, steps
from api.store.elements import find, get, refer, refuse_taken, store
from api.store.errors import AlreadyExists
from api.store.kind import E, Kind, Place
from api.store.kinds import (
    AIM,
    CALENDAR,
    CHANGE_IDEA,
    COMMENT,
    CYCLE,
    LEVEL,
    MEASURE,
    PERSON,
    PHASE,
    POINT,
    PROBLEM,
    REQUEST,
    SILENCE,
    UNIT,
)
from api.store.prepared import Prepared
from pdsa.calendar import SchoolCalendar
from pdsa.change_idea import ChangeIdea
from pdsa.errors import InvalidValue, NotAllowed, NotVisible, UnknownElement
from pdsa.feedback import check_way, may_see_request, require_bringing
from pdsa.ids import PersonId
from pdsa.interchange import Inquiry
from pdsa.level import SPEAKS
from pdsa.measure import DataPoint
from pdsa.privacy import Release
from pdsa.units import CLASSROOM, Action, Audience, Unit, may

# The classrooms of a team, and the units between the team and any classroom that has points, a
# phase or a comment.
_UNDER = t.unit_closure.alias("under")
_CLASSROOMS = (
    select(*t.units.c)
    .select_from(t.units.join(_UNDER, _UNDER.c.descendant_id == t.units.c.id))
    .where(
        _UNDER.c.ancestor_id == bindparam("team"),
        _UNDER.c.depth > 0,
        or_(
            (_UNDER.c.depth == 1) & (t.units.c.kind == CLASSROOM),
            *(
                t.units.c.id.in_(
                    select(t.unit_closure.c.ancestor_id)
                    .join(table, table.c.classroom_id == t.unit_closure.c.descendant_id)
                    .join(t.measures, t.measures.c.id == table.c.measure_id)
                    .where(t.measures.c.aim_id == bindparam("aim"))
                )
                for table in (t.points, t.phases, t.comments)
            ),
        ),
    )
    .order_by(_UNDER.c.depth, t.units.c.id)
)
_CALENDAR = Prepared(
    select(*t.calendars.c)
    .select_from(
        t.calendars.join(t.unit_closure, t.unit_closure.c.ancestor_id == t.calendars.c.unit_id)
    )
    .where(t.unit_closure.c.descendant_id == bindparam("unit"))
    .order_by(t.unit_closure.c.depth, t.calendars.c.first_day.desc(), t.calendars.c.id.desc())
    .limit(1)
)


def add_inquiry(conn: Connection, by: By, inquiry: Inquiry, parent_id: str | None) -> Inquiry:
    """Store every element of a document that ``pdsa.loads`` has read, or none.

    Units, a calendar and a problem that are here already are taken as they are; everything else
    must be new. ``parent_id`` is the unit under which a new team is put.
    Raises ``AlreadyExists``, ``NotVisible``, ``NotAllowed``, and ``UnknownElement`` for a parent or
    a problem out of sight.
    """
    team_id, aim_id = inquiry.team.id, inquiry.aim.id
    known = bool(path(conn, team_id)) and can(conn, by, Action.see, team_id)
    if known:
        check(conn, by, Action.log, team_id, kind="unit", id=team_id)
    else:  # is not there, or reads like it. Whoever sets a team up may set it up with its record
        units.add(conn, by, msgspec.structs.replace(inquiry.team, parent_id=parent_id))
    for room in inquiry.classrooms:
        above = path(conn, room.id)
        if not above:
            units.add(conn, by, room)
        elif team_id not in above:
            raise AlreadyExists("unit", room.id)
    shared = Place(team_id, None)
    if inquiry.calendar is not None and _is_new(conn, CALENDAR, inquiry.calendar.id):
        if known:
            check(conn, by, CALENDAR.writes, team_id, kind="unit", id=team_id)
        _import(conn, by, CALENDAR, [inquiry.calendar], shared)
    if inquiry.problem is not None and _is_new(conn, PROBLEM, inquiry.problem.id):
        _import(conn, by, PROBLEM, [inquiry.problem], shared)
    if inquiry.aim.problem_id is not None:
        _, place = refer(conn, by, PROBLEM, inquiry.aim.problem_id, "aim/problem_id")
        if place.unit_id not in path(conn, team_id):
            raise UnknownElement("problem", inquiry.aim.problem_id, field="aim/problem_id")
    place = Place(team_id, aim_id)
    _import(conn, by, AIM, [inquiry.aim], place)
    theory_rows.write(conn, list(inquiry.theory))
    activity.append(
        conn,
        *(
            activity.entry(
                by,
                "import",
                "theory",
                aim_id,
                version=version.version,
                unit_id=team_id,
                aim_id=aim_id,
                old=before,
                new=version,
            )
            for before, version in zip((None, *inquiry.theory), inquiry.theory, strict=False)
        ),
    )
    _import(conn, by, CHANGE_IDEA, inquiry.change_ideas, place)
    _import(conn, by, MEASURE, inquiry.measures, place)
    _import(conn, by, CYCLE, inquiry.cycles, place)
    _import(conn, by, POINT, inquiry.points, place)
    inquiry = _signed(conn, by, inquiry)
    _import(conn, by, PHASE, inquiry.phases, place)
    _import(conn, by, SILENCE, inquiry.silences, place)
    _import(conn, by, LEVEL, inquiry.levels, place)
    _import(conn, by, REQUEST, inquiry.requests, place)
    _import(conn, by, COMMENT, inquiry.comments, place)
    return inquiry


def _signed(conn: Connection, by: By, inquiry: Inquiry) -> Inquiry:
    """The inquiry with nobody of this server as the author of what somebody else brings along.

    A document may name who did a thing where it was done. Whoever administers the whole server
    moves records with their authors; of others' documents an author who is a person here stays only
    if they bring it themselves, levels come only in voices that they may speak with, and requests
    only unit by unit up the tree, with turns of a level here only where they may take them.
    Raises ``NotAllowed`` and ``InvalidValue``.
    """
    if may(by.principal, Action.administer, (), on=by.on):
        return inquiry
    for level in inquiry.levels:
        action = SPEAKS[level.voice]
        if not can(conn, by, action, inquiry.team.id):
            raise NotAllowed(
                f"bring along levels in the voice of the {level.voice}", inquiry.team.id
            )

    where = steps(conn, inquiry.team.id)
    for i, request in enumerate(inquiry.requests):
        require_bringing(by.principal, request, where, on=by.on)
        try:
            check_way(request, where)
        except InvalidValue as error:
            raise InvalidValue(f"requests/{i}/{error.field}", error.value, error.rule) from None

    def author(person_id: PersonId | None) -> PersonId | None:
        foreign = person_id is not None and person_id != by.principal.person_id
        return None if foreign and not _is_new(conn, PERSON, person_id or "") else person_id

    replace = msgspec.structs.replace
    return replace(
        inquiry,
        phases=tuple(replace(each, made_by=author(each.made_by)) for each in inquiry.phases),
        silences=tuple(replace(each, made_by=author(each.made_by)) for each in inquiry.silences),
        levels=tuple(replace(each, said_by=author(each.said_by)) for each in inquiry.levels),
        requests=tuple(
            replace(each, turns=tuple(replace(turn, by=author(turn.by)) for turn in each.turns))
            for each in inquiry.requests
        ),
        comments=tuple(replace(each, said_by=author(each.said_by)) for each in inquiry.comments),
    )


def _import(conn: Connection, by: By, kind: Kind[E], found: Sequence[E], place: Place) -> None:
    refuse_taken(conn, kind, found)
    store(conn, by, kind, found, place, verb="import")


def get_inquiry(conn: Connection, by: By, aim_id: str) -> Inquiry:
    """The document of one aim as ``by`` is given it; run it as a snapshot. Raises ``NotVisible``.

    Who is not of the team is given it as ``for_others`` says, with released figures in place of its
    points, by classroom only where that is published with its counts: series are made of what a
    document holds. Requests are for whom they have got to. The calendar in force and the problem are
    written as the team's own, wherever above it they live. An idea adapted from another aim's names
    that one in ``origin`` if ``by`` sees it: a document holds one aim.
    """
    aim = get(conn, by, AIM, aim_id)
    team, _ = find(conn, UNIT, aim.unit_id)
    calendar = calendar_of(conn, team.id)
    problem = find(conn, PROBLEM, aim.problem_id)[0] if aim.problem_id else None
    ideas = _of_aim(conn, CHANGE_IDEA, aim_id)
    own = {idea.id for idea in ideas}
    rooms = conn.execute(_CLASSROOMS, {"team": team.id, "aim": aim_id})
    of_team = audience_of(conn, by, team.id) is Audience.team
    where = steps(conn, team.id)
    inquiry = Inquiry(
        team=msgspec.structs.replace(team, parent_id=None),
        classrooms=tuple(Unit(*row) for row in rooms),
        calendar=calendar and msgspec.structs.replace(calendar, unit_id=team.id),
        problem=problem and msgspec.structs.replace(problem, unit_id=team.id),
        aim=aim,
        theory=tuple(theory_rows.versions(conn, aim_id)),
        change_ideas=tuple(_with_origin(conn, by, idea, own) for idea in ideas),
        measures=_of_aim(conn, MEASURE, aim_id),
        points=_of_aim(conn, POINT, aim_id) if of_team else (),
        phases=_of_aim(conn, PHASE, aim_id),
        cycles=_of_aim(conn, CYCLE, aim_id),
        silences=_of_aim(conn, SILENCE, aim_id),
        levels=_of_aim(conn, LEVEL, aim_id),
        requests=tuple(
            each
            for each in _of_aim(conn, REQUEST, aim_id)
            if may_see_request(by.principal, each, where, on=by.on)
        ),
        comments=_of_aim(conn, COMMENT, aim_id),
    )
    if of_team:
        return inquiry
    given = [released.given(conn, by, measure, team.id) for measure in inquiry.measures]
    return for_others(inquiry, given)


def for_others(inquiry: Inquiry, given: Iterable[Release]) -> Inquiry:
    """An inquiry as somebody is given it who is not of its team, to whom this was released.

    Results of predictions come without their numbers. Silences, phases of a classroom and comments
    that are not shared are the team's own; the levels that were given are for whoever sees the aim.
    """
    points = tuple(point for each in given for point in each.of())
    return msgspec.structs.replace(
        inquiry,
        classrooms=_with_points(inquiry.classrooms, points),
        points=points,
        phases=_not_team_only(PHASE, inquiry.phases),
        cycles=tuple(map(CYCLE.shared, inquiry.cycles)) if CYCLE.shared else inquiry.cycles,
        silences=_not_team_only(SILENCE, inquiry.silences),
        comments=_not_team_only(COMMENT, inquiry.comments),
    )


def _not_team_only(kind: Kind[E], found: tuple[E, ...]) -> tuple[E, ...]:
    return tuple(each for each in found if not kind.team_only(each))


def _with_points(rooms: tuple[Unit, ...], points: Sequence[DataPoint]) -> tuple[Unit, ...]:
    """The classrooms that points are of, with the units between them and the team."""
    kept = {point.classroom_id for point in points}
    for room in reversed(rooms):  # parents stand before their children
        if room.id in kept:
            kept.add(room.parent_id)
    return tuple(room for room in rooms if room.id in kept)


def calendar_of(conn: Connection, unit_id: str) -> SchoolCalendar | None:
    """The calendar in force for a unit: the latest one of the nearest unit that has one."""
    row = _CALENDAR.first(conn, {"unit": unit_id})
    return None if row is None else SchoolCalendar(*row)


def _of_aim(conn: Connection, kind: Kind[E], aim_id: str) -> tuple[E, ...]:
    return tuple(kind.made(row[:-2]) for row in _under_aim(kind).rows(conn, {"aim": aim_id}))


@cache
def _under_aim(kind: Kind[Any]) -> Prepared:
    """The statement for the elements of an aim, prepared: a document asks nine of them."""
    return Prepared(kind.select.where(kind.aim == bindparam("aim")).order_by(*kind.order))


def _with_origin(conn: Connection, by: By, idea: ChangeIdea, own: set[Any]) -> ChangeIdea:
    """The idea with words for the one of another aim that it was adapted from, if ``by`` sees it."""
    if idea.adapted_from is None or idea.adapted_from in own:
        return idea
    source, place = find(conn, CHANGE_IDEA, idea.adapted_from)
    title = source.title if can(conn, by, Action.see, place.home) else ""
    return msgspec.structs.replace(idea, adapted_from=None, origin=idea.origin or title)


def _is_new(conn: Connection, kind: Kind[Any], id: str) -> bool:
    try:
        find(conn, kind, id)
    except NotVisible:
        return True
    return False
