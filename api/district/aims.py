"""The aim of a synthetic team, and what stands around it: problem, drivers, ideas, levels."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from api.district.figures import Course, Family
from api.district.roster import Roster
from api.district.words import EQUITY, STOPPED_AIM
from pdsa.aim import Aim, Milestone
from pdsa.change_idea import ChangeConcept, ChangeIdea
from pdsa.ids import AimId, ChangeIdeaId, DriverId, LevelId, MeasureId, ProblemId
from pdsa.level import Level, Voice
from pdsa.problem import Evidence, EvidenceSource, Problem
from pdsa.theory import Driver, Link, Strength, Theory

_CONCEPTS = tuple(ChangeConcept)
_SOURCES = tuple(EvidenceSource)


def an_aim(
    rng: Random, team: Roster, course: Course, measures: Family, problem: Problem | None
) -> Aim:
    """The aim, as far as the team has got with it: some lack a number, a day or a measure.

    Deadlines lie within the school year, at its end, and one and two years later.
    """
    focus, starts_on = team.focus, team.days[0]
    baseline = None if rng.random() < 0.15 else float(round(100 * course.level + rng.gauss(0, 3)))
    baseline = baseline and min(95.0, max(1.0, baseline))
    target = None
    if rng.random() < 0.94:
        target = float(min(95, round(100 * course.level) + rng.choice((8, 10, 15, 20, 25))))
        if baseline is not None and target <= baseline:
            target = baseline + 5
    deadline = rng.choices((None, *team.deadlines), (4, 8, 10, 45, 18, 15))[0]
    return Aim(
        id=AimId(team.ids("aim")),
        unit_id=team.team.id,
        title=f"{focus.title}, {team.label}",
        population=team.population,
        place=team.school,
        subject=team.subject.code,
        grades=(team.grade,),
        what=focus.what,
        indicator=focus.indicator if rng.random() < 0.9 else "",
        baseline=baseline,
        target=target,
        starts_on=starts_on,
        deadline=deadline,
        equity=rng.choice(EQUITY) if rng.random() < 0.35 else "",
        rationale="The tallies of last year and student work." if rng.random() < 0.4 else "",
        statement=f"We want our {focus.indicator} to be many more." if rng.random() < 0.3 else "",
        milestones=_milestones(rng, starts_on, deadline, baseline, target),
        measured_by=_measured_by(rng, measures),
        problem_id=problem.id if problem else None,
        stopped_on=team.days[-1] if team.stopped else None,
        stopped_because=rng.choice(STOPPED_AIM) if team.stopped else "",
    )


def _milestones(
    rng: Random,
    starts_on: date,
    deadline: date | None,
    baseline: float | None,
    target: float | None,
) -> tuple[Milestone, ...]:
    if deadline is None or baseline is None or target is None or rng.random() > 0.25:
        return ()
    days, count = (deadline - starts_on).days, rng.choice((1, 2, 3))
    return tuple(
        Milestone(
            on=starts_on + timedelta(days=days * i // (count + 1)),
            value=float(round(baseline + (target - baseline) * i / (count + 1))),
        )
        for i in range(1, count + 1)
    )


def _measured_by(rng: Random, measures: Family) -> MeasureId | None:
    """The outcome measures the aim in most; some say so of no measure."""
    if measures.outcome is None:
        return measures.measures[0].id if measures.measures and rng.random() < 0.5 else None
    return measures.outcome if rng.random() < 0.8 else None


def a_problem(rng: Random, team: Roster) -> Problem | None:
    """What the team saw first; half of the teams wrote it down."""
    if rng.random() < 0.5:
        return None
    sources = rng.sample(_SOURCES, rng.choice((1, 2, 2, 3)))
    return Problem(
        id=ProblemId(team.ids("problem")),
        unit_id=team.team.id,
        title=f"Few students {team.focus.what}",
        statement="We see it in student work and hear it in lessons.",
        evidence=tuple(
            Evidence(source=each, summary="What a sample of it showed.", on=team.days[0])
            for each in sources
        ),
    )


def drivers(team: Roster) -> tuple[Driver, ...]:
    return tuple(
        Driver(id=DriverId(team.ids("driver", i)), text=text)
        for i, text in enumerate(team.focus.drivers)
    )


def ideas(rng: Random, team: Roster, count: int) -> tuple[ChangeIdea, ...]:
    """So many change ideas; those after the first few are adapted from an earlier one."""
    known = team.focus.ideas
    return tuple(
        ChangeIdea(
            id=ChangeIdeaId(team.ids("idea", i)),
            aim_id=AimId(team.ids("aim")),
            title=known[i % len(known)][0]
            + (f", form {i // len(known) + 1}" if i >= len(known) else ""),
            description="As a routine of five minutes.",
            concept=rng.choice(_CONCEPTS) if rng.random() < 0.5 else None,
            math_activity=known[i % len(known)][1],
            adapted_from=ChangeIdeaId(team.ids("idea", i - len(known)))
            if i >= len(known)
            else None,
        )
        for i in range(count)
    )


def theory(
    rng: Random, team: Roster, known: Sequence[Driver], found: Sequence[ChangeIdea]
) -> tuple[Theory, ...]:
    """The driver diagram: two drivers, each idea linked to one of them."""
    aim = AimId(team.ids("aim"))
    links = [Link(source=each.id, target=aim) for each in known]
    links += [
        Link(source=idea.id, target=rng.choice(known).id, strength=rng.choice(tuple(Strength)))
        for idea in found
    ]
    return (Theory(aim_id=aim, on=team.days[0], drivers=tuple(known), links=tuple(links)),)


def levels(rng: Random, team: Roster) -> tuple[Level, ...]:
    """How far the aim has got, as some teams and coaches said at mid-year."""
    said = []
    for i, voice in enumerate(Voice):
        if rng.random() < 0.15:
            said.append(
                Level(
                    id=LevelId(team.ids("level", i)),
                    aim_id=AimId(team.ids("aim")),
                    voice=voice,
                    on=team.days[len(team.days) // 2 + i],
                    level=rng.choice((1.5, 2.0, 2.5, 2.5, 3.0)),
                )
            )
    return tuple(said)
