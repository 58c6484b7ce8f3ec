"""The kinds of element: which struct lies in which table, where it lives, what it may refer to."""

from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select, true

from api.store import administrators, security_events
from api.store import tables as t
from api.store.access import By, path, steps
from api.store.elements import Kind, Place, find, refer
from api.store.locks import lock
from api.store.theory_rows import latest
from pdsa.aim import Aim
from pdsa.calendar import SchoolCalendar
from pdsa.change_idea import ChangeIdea
from pdsa.cycle import Cycle
from pdsa.errors import Circle, NotAllowed, NotVisible, UnknownElement
from pdsa.ids import ChangeIdeaId
from pdsa.level import Level, may_say
from pdsa.measure import DataPoint, Measure, check_point
from pdsa.phase import Phase, check_phase
from pdsa.privacy import Publication, without_observed
from pdsa.problem import Problem
from pdsa.ramp import check_follows
from pdsa.silence import Silence
from pdsa.units import Action, Grant, Person, Unit, may_give

E = TypeVar("E", bound=Struct)


def _given(field: str, new: E, old: E | None) -> str | None:
    """What an element refers to, unless it did so before: a rename must not fail over a reference."""
    id: str | None = getattr(new, field)
    return None if old is not None and getattr(old, field) == id else id


def _unit_refers(conn: Connection, by: By, unit: Unit, old: Unit | None) -> None:
    if parent_id := _given("parent_id", unit, old):
        refer(conn, by, UNIT, parent_id, "parent_id")
        above = path(conn, parent_id)
        if unit.id in above:
            raise Circle("the unit tree", [*above[above.index(unit.id) :], unit.id])


def _notice_unit(conn: Connection, by: By, old: Unit | None, new: Unit | None) -> None:
    if old is None or new is None or (old.kind, old.parent_id) == (new.kind, new.parent_id):
        return
    security_events.note(
        conn,
        by,
        "unit.changed",
        unit_id=new.id,
        kind_before=old.kind,
        kind_after=new.kind,
        parent_before=old.parent_id,
        parent_after=new.parent_id,
    )


def _grant_refers(conn: Connection, by: By, grant: Grant, old: Grant | None) -> None:
    where = () if grant.unit_id is None else steps(conn, grant.unit_id)
    if not may_give(by.principal, grant.role, where, on=by.on, to=grant.person_id):
        raise NotAllowed("give yourself a role", grant.unit_id or "")
    try:
        find(conn, PERSON, grant.person_id)  # who gives roles in a unit may not see people
    except NotVisible as error:
        raise UnknownElement("person", grant.person_id, field="person_id") from error
    if unit_id := _given("unit_id", grant, old):
        refer(conn, by, UNIT, unit_id, "unit_id")


def _notice_person(conn: Connection, by: By, old: Person | None, new: Person | None) -> None:
    person = new or old
    if person is None:
        return
    verb = "removed" if new is None else "changed" if old is not None else "added"
    changed = [
        name
        for name in ("name", "email", "service")
        if old is not None and new is not None and getattr(old, name) != getattr(new, name)
    ]
    fields = " ".join(changed) or None
    security_events.note(conn, by, f"person.{verb}", person_id=person.id, fields=fields)


def _notice_grant(conn: Connection, by: By, old: Grant | None, new: Grant | None) -> None:
    grant = new or old
    if grant is None:
        return
    if old is not None and old.administers_all and old.on(by.on):
        begins = new is not None and new.starts_on != old.starts_on
        administrators.keep_one(conn, by, "starts_on" if begins else "ends_on", old.id)
    over = new is None or (new.ends_on is not None and new.ends_on < by.on)
    verb = "given" if old is None else "ended" if over else "changed"
    security_events.note(
        conn,
        by,
        f"role.{verb}",
        person_id=grant.person_id,
        grant_id=grant.id,
        role=grant.role,
        unit_id=grant.unit_id,
        starts_on=str(grant.starts_on) if grant.starts_on else None,
        ends_on=str(grant.ends_on) if grant.ends_on else None,
    )


def _lives_in_unit(
    conn: Connection,
    by: By,
    new: Aim | Problem | SchoolCalendar,
    old: Aim | Problem | SchoolCalendar | None,
) -> None:
    if unit_id := _given("unit_id", new, old):
        refer(conn, by, UNIT, unit_id, "unit_id")


def _aim_refers(conn: Connection, by: By, aim: Aim, old: Aim | None) -> None:
    _lives_in_unit(conn, by, aim, old)
    if problem_id := _given("problem_id", aim, old):
        _, place = refer(conn, by, PROBLEM, problem_id, "problem_id")
        _within(place.unit_id, path(conn, aim.unit_id), "problem", problem_id, "problem_id")
    if measure_id := _given("measured_by", aim, old):
        measure, _ = refer(conn, by, MEASURE, measure_id, "measured_by")
        _same_aim(measure.aim_id, aim.id, "measure", measure_id, "measured_by")


def _idea_refers(conn: Connection, by: By, idea: ChangeIdea, old: ChangeIdea | None) -> None:
    if at := _given("adapted_from", idea, old):
        lock(conn, "lineage")  # two edits at once could make a circle
        walked, given = [idea.id], at
        while at is not None:
            if at in walked:  # what lies between may be out of sight
                raise Circle("the lineage", [*dict.fromkeys((idea.id, given)), idea.id])
            walked.append(ChangeIdeaId(at))
            source, _ = (
                find(conn, CHANGE_IDEA, at)
                if len(walked) > 2
                else refer(conn, by, CHANGE_IDEA, at, "adapted_from")
            )
            at = source.adapted_from


def _measure_refers(conn: Connection, by: By, measure: Measure, old: Measure | None) -> None:
    if driver_id := _given("driver_id", measure, old):
        theory = latest(conn, measure.aim_id)
        if theory is None or driver_id not in [driver.id for driver in theory.drivers]:
            raise UnknownElement("driver", driver_id, field="driver_id", within="the theory")


def point_refers(
    conn: Connection,
    by: By,
    point: DataPoint,
    measure: Measure,
    place: Place,
    known: set[tuple[str | None, str | None]],
) -> None:
    """Raise unless the point fits its measure and refers to classroom and cycle of the same aim.

    ``known`` keeps the pairs of classroom and cycle that were found right already.
    """
    check_point(measure, point)
    pair = (point.classroom_id, point.cycle_id)
    if pair in known:
        return
    if point.classroom_id is not None:
        above = path(conn, point.classroom_id)
        _within(place.unit_id, above, "classroom", point.classroom_id, "classroom_id")
    if point.cycle_id is not None:
        cycle, _ = refer(conn, by, CYCLE, point.cycle_id, "cycle_id")
        _same_aim(cycle.aim_id, measure.aim_id, "cycle", point.cycle_id, "cycle_id")
    known.add(pair)


def _point_refers(conn: Connection, by: By, point: DataPoint, old: DataPoint | None) -> None:
    measure, place = refer(conn, by, MEASURE, point.measure_id, "measure_id")
    known: set[tuple[str | None, str | None]] = set()
    if old is not None:
        known.add((old.classroom_id, old.cycle_id))
    point_refers(conn, by, point, measure, place, known)


_PHASES = select(*t.phases.c).where(t.phases.c.measure_id == bindparam("measure"))


def _phase_refers(conn: Connection, by: By, phase: Phase, old: Phase | None) -> None:
    _, place = refer(conn, by, MEASURE, phase.measure_id, "measure_id")
    if classroom_id := _given("classroom_id", phase, old):
        above = path(conn, classroom_id)
        _within(place.unit_id, above, "classroom", classroom_id, "classroom_id")
    act = (phase.kind, phase.on, phase.classroom_id)
    if old is None or act != (old.kind, old.on, old.classroom_id):
        lock(conn, f"phases of {phase.measure_id}")  # two acts at once could both find room
        rows = conn.execute(_PHASES, {"measure": phase.measure_id})
        check_phase(phase, (PHASE.made(row) for row in rows))


def _publication_refers(
    conn: Connection, by: By, publication: Publication, old: Publication | None
) -> None:
    refer(conn, by, MEASURE, publication.measure_id, "measure_id")


def _cycle_refers(conn: Connection, by: By, cycle: Cycle, old: Cycle | None) -> None:
    idea, _ = refer(conn, by, CHANGE_IDEA, cycle.change_idea_id, "change_idea_id")
    _same_aim(idea.aim_id, cycle.aim_id, "change idea", idea.id, "change_idea_id")
    for field, measure_id in cycle.measure_ids():
        measure, _ = refer(conn, by, MEASURE, measure_id, field)
        _same_aim(measure.aim_id, cycle.aim_id, "measure", measure_id, field)
    if follows := _given("follows", cycle, old):
        before, _ = refer(conn, by, CYCLE, follows, "follows")
        check_follows(cycle, before)


def _same_aim(aim_id: str, wanted: str, kind: str, id: str, field: str) -> None:
    if aim_id != wanted:
        raise UnknownElement(kind, id, field=field, within=f"aim {wanted}")


def _within(unit_id: str | None, where: tuple[str, ...], kind: str, id: str, field: str) -> None:
    if unit_id not in where:
        raise UnknownElement(kind, id, field=field, within="this unit")


UNIT = Kind(
    "unit",
    Unit,
    t.units,
    unit=t.units.c.id,
    references=_unit_refers,
    writes=Action.administer,
    notices=_notice_unit,
)
PERSON = Kind(
    "person",
    Person,
    t.people,
    reads=Action.administer,
    writes=Action.administer,
    notices=_notice_person,
)
GRANT = Kind(
    "grant",
    Grant,
    t.grants,
    unit=t.grants.c.unit_id,
    references=_grant_refers,
    writes=Action.administer,
    permits=lambda who, grant, where, on: may_give(who, grant.role, where, on=on),
    notices=_notice_grant,
)
CALENDAR = Kind(
    "calendar",
    SchoolCalendar,
    t.calendars,
    unit=t.calendars.c.unit_id,
    references=_lives_in_unit,
    writes=Action.administer,
)
PROBLEM = Kind("problem", Problem, t.problems, unit=t.problems.c.unit_id, references=_lives_in_unit)
AIM = Kind("aim", Aim, t.aims, unit=t.aims.c.unit_id, aim=t.aims.c.id, references=_aim_refers)
CHANGE_IDEA = Kind(
    "change idea",
    ChangeIdea,
    t.change_ideas,
    home=t.change_ideas.join(t.aims, t.change_ideas.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_idea_refers,
)
MEASURE = Kind(
    "measure",
    Measure,
    t.measures,
    home=t.measures.join(t.aims, t.measures.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_measure_refers,
)
CYCLE = Kind(
    "cycle",
    Cycle,
    t.cycles,
    home=t.cycles.join(t.aims, t.cycles.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_cycle_refers,
    shared=without_observed,
)
POINT = Kind(
    "data point",
    DataPoint,
    t.points,
    home=t.points.join(t.measures, t.points.c.measure_id == t.measures.c.id).join(
        t.aims, t.measures.c.aim_id == t.aims.c.id
    ),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_point_refers,
    team_only=lambda _: True,
    team_rows=true(),
    order=(t.points.c.on, t.points.c.id),
)
PHASE = Kind(
    "phase",
    Phase,
    t.phases,
    home=t.phases.join(t.measures, t.phases.c.measure_id == t.measures.c.id).join(
        t.aims, t.measures.c.aim_id == t.aims.c.id
    ),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_phase_refers,
    team_only=lambda phase: phase.classroom_id is not None,
    team_rows=t.phases.c.classroom_id.is_not(None),
    order=(t.phases.c.on, t.phases.c.id),
)
PUBLICATION = Kind(
    "publication",
    Publication,
    t.publications,
    home=t.publications.join(t.measures, t.publications.c.measure_id == t.measures.c.id).join(
        t.aims, t.measures.c.aim_id == t.aims.c.id
    ),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_publication_refers,
    writes=Action.publish,
)
SILENCE = Kind(
    "silence",
    Silence,
    t.silences,
    home=t.silences.join(t.aims, t.silences.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    team_only=lambda _: True,
    team_rows=true(),
)
LEVEL = Kind(
    "level",
    Level,
    t.levels,
    home=t.levels.join(t.aims, t.levels.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    writes=Action.administer,
    permits=lambda who, level, where, on: (
        level.said_by == who.person_id and may_say(who, level.voice, where, on=on)
    ),
    order=(t.levels.c.on, t.levels.c.id),
)

KINDS = (
    UNIT,
    PERSON,
    GRANT,
    CALENDAR,
    PROBLEM,
    AIM,
    CHANGE_IDEA,
    MEASURE,
    CYCLE,
    POINT,
    PHASE,
    PUBLICATION,
    SILENCE,
    LEVEL,
)
#: Kinds of which some elements are their team's alone; so is what the history says of them.
TEAM_ONLY = tuple(kind for kind in KINDS if kind.team_rows is not None)


def place_of(aim: Aim) -> Place:
    """Where the parts of an aim live."""
    return Place(aim.unit_id, aim.id)
