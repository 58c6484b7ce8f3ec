"""The parts of an inquiry as kinds of element."""

from sqlalchemy import Connection, bindparam, select, true

from api.store import tables as t
from api.store.access import By, path
from api.store.elements import find, refer
from api.store.kind import Kind, Place
from api.store.kinds.common import (
    all_looked_at_anew,
    given,
    keeps,
    looked_at_anew,
    same_aim,
    within,
)
from api.store.kinds.units import UNIT
from api.store.locks import lock
from api.store.summaries import kept
from api.store.theory_rows import latest
from pdsa.aim import Aim
from pdsa.calendar import SchoolCalendar
from pdsa.change_idea import ChangeIdea
from pdsa.cycle import Cycle
from pdsa.errors import Circle, UnknownElement
from pdsa.ids import ChangeIdeaId
from pdsa.measure import DataPoint, Measure, check_point
from pdsa.phase import Phase, check_phase
from pdsa.privacy import Publication, without_observed
from pdsa.problem import Problem
from pdsa.ramp import check_follows
from pdsa.units import Action


def _lives_in_unit(
    conn: Connection,
    by: By,
    new: Aim | Problem | SchoolCalendar,
    old: Aim | Problem | SchoolCalendar | None,
) -> None:
    if unit_id := given("unit_id", new, old):
        refer(conn, by, UNIT, unit_id, "unit_id")


def _aim_refers(conn: Connection, by: By, aim: Aim, old: Aim | None) -> None:
    _lives_in_unit(conn, by, aim, old)
    if problem_id := given("problem_id", aim, old):
        _, place = refer(conn, by, PROBLEM, problem_id, "problem_id")
        within(place.unit_id, path(conn, aim.unit_id), "problem", problem_id, "problem_id")
    if measure_id := given("measured_by", aim, old):
        measure, _ = refer(conn, by, MEASURE, measure_id, "measured_by")
        same_aim(measure.aim_id, aim.id, "measure", measure_id, "measured_by")


def _idea_refers(conn: Connection, by: By, idea: ChangeIdea, old: ChangeIdea | None) -> None:
    if at := given("adapted_from", idea, old):
        lock(conn, "lineage")  # two edits at once could make a circle
        walked, origin = [idea.id], at
        while at is not None:
            if at in walked:  # what lies between may be out of sight
                raise Circle("the lineage", [*dict.fromkeys((idea.id, origin)), idea.id])
            walked.append(ChangeIdeaId(at))
            source, _ = (
                find(conn, CHANGE_IDEA, at)
                if len(walked) > 2
                else refer(conn, by, CHANGE_IDEA, at, "adapted_from")
            )
            at = source.adapted_from


def _measure_refers(conn: Connection, by: By, measure: Measure, old: Measure | None) -> None:
    if driver_id := given("driver_id", measure, old):
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
        within(place.unit_id, above, "classroom", point.classroom_id, "classroom_id")
    if point.cycle_id is not None:
        cycle, _ = refer(conn, by, CYCLE, point.cycle_id, "cycle_id")
        same_aim(cycle.aim_id, measure.aim_id, "cycle", point.cycle_id, "cycle_id")
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
    if classroom_id := given("classroom_id", phase, old):
        above = path(conn, classroom_id)
        within(place.unit_id, above, "classroom", classroom_id, "classroom_id")
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
    same_aim(idea.aim_id, cycle.aim_id, "change idea", idea.id, "change_idea_id")
    for field, measure_id in cycle.measure_ids():
        measure, _ = refer(conn, by, MEASURE, measure_id, field)
        same_aim(measure.aim_id, cycle.aim_id, "measure", measure_id, field)
    if follows := given("follows", cycle, old):
        before, _ = refer(conn, by, CYCLE, follows, "follows")
        check_follows(cycle, before)


CALENDAR = Kind(
    "calendar",
    SchoolCalendar,
    t.calendars,
    unit=t.calendars.c.unit_id,
    references=_lives_in_unit,
    writes=Action.administer,
    keeps=all_looked_at_anew,
)
PROBLEM = Kind("problem", Problem, t.problems, unit=t.problems.c.unit_id, references=_lives_in_unit)
AIM = Kind(
    "aim",
    Aim,
    t.aims,
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_aim_refers,
    keeps=keeps(kept.aims_written),
)
CHANGE_IDEA = Kind(
    "change idea",
    ChangeIdea,
    t.change_ideas,
    home=t.change_ideas.join(t.aims, t.change_ideas.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_idea_refers,
    keeps=looked_at_anew,
)
MEASURE = Kind(
    "measure",
    Measure,
    t.measures,
    home=t.measures.join(t.aims, t.measures.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_measure_refers,
    keeps=keeps(kept.measures_written),
)
CYCLE = Kind(
    "cycle",
    Cycle,
    t.cycles,
    home=t.cycles.join(t.aims, t.cycles.c.aim_id == t.aims.c.id),
    unit=t.aims.c.unit_id,
    aim=t.aims.c.id,
    references=_cycle_refers,
    keeps=keeps(kept.cycles_written),
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
    keeps=keeps(kept.points_written),
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
    keeps=looked_at_anew,
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
    keeps=looked_at_anew,
    writes=Action.publish,
)
