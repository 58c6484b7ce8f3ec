"""The cycles of a synthetic team, made by the moves that a team makes.

How many are complete, predict or follow one another is after the rates that McNicholas et al. (2019)
found in 421 cycles: of those with a documented Plan 71% document all four stages, of these 12.2%
predict and 54.5% are part of a series. Most cycles have not ended, or lack a stage.
"""

from collections.abc import Sequence
from datetime import date
from random import Random

from msgspec import Struct

from api.district.figures import Course, Family
from api.district.roster import Roster
from api.district.words import BARRIERS, HAPPENED, INTENDED, LEARNED, REASONS, STOPPED
from pdsa.change_idea import ChangeIdea
from pdsa.cycle import Cycle, Purpose
from pdsa.ids import AimId, CycleId, MeasureId, PredictionId, QuestionId
from pdsa.prediction import (
    Change,
    ExpectDirection,
    ExpectRange,
    ExpectText,
    Outcome,
    Prediction,
    PredictionResult,
    Question,
)
from pdsa.scale import SCALES
from pdsa.stages import (
    Act,
    AsPlanned,
    DataCollection,
    Decision,
    Do,
    Plan,
    Stage,
    Study,
    Task,
)

_DECISIONS = (Decision.adapt, Decision.adopt, Decision.abandon, Decision.expand)
_SIZES = ((1, "student"), (1, "classroom"), (3, "classrooms"), (5, "classrooms"))


class Window(Struct, frozen=True, kw_only=True):
    """The days of one cycle: written, carried out, compared, decided."""

    planned: date
    started: date
    studied: date
    acted: date


def windows(team: Roster) -> tuple[Window, ...]:
    """The days of each cycle, one after another over the days of the team."""
    days, count = team.days, team.cycles
    last = len(days) - 1
    found = []
    for i in range(count):
        first, end = i * last // count, (i + 1) * last // count
        length = end - first
        found.append(
            Window(
                planned=days[first],
                started=days[first + length // 6],
                studied=days[first + length * 2 // 3],
                acted=days[first + length * 5 // 6],
            )
        )
    return tuple(found)


def cycles(
    rng: Random,
    team: Roster,
    ideas: Sequence[ChangeIdea],
    tested: Sequence[int],
    measures: Family,
    course: Course,
) -> tuple[Cycle, ...]:
    """The cycles in order; ``tested`` says which idea each one tests."""
    made: list[Cycle] = []
    step = 0
    for number, (window, which) in enumerate(zip(windows(team), tested, strict=True)):
        before = made[-1] if made and made[-1].change_idea_id == ideas[which].id else None
        step = min(step + (rng.random() < 0.45), 3) if before else rng.choice((0, 0, 1))
        cycle = Cycle(
            id=CycleId(team.ids("cycle", number)),
            aim_id=AimId(team.ids("aim")),
            change_idea_id=ideas[which].id,
            title=f"{ideas[which].title}: test {number + 1}",
            purpose=Purpose.learning if rng.random() < 0.2 else Purpose.improvement,
            planned_on=window.planned,
            follows=before.id if before and rng.random() < 0.7 else None,
            plan=_plan(rng, team, number, step, measures.process, course, window),
        )
        made.append(_carried_out(rng, team, cycle, window, last=number == team.cycles - 1))
    return tuple(made)


def _plan(
    rng: Random,
    team: Roster,
    number: int,
    step: int,
    measure: MeasureId | None,
    course: Course,
    window: Window,
) -> Plan:
    if rng.random() < 0.2:
        return Plan()  # a title, and nothing written
    size, of = _SIZES[step]
    questions: tuple[Question, ...] = ()
    if rng.random() < 0.4:
        predictions: tuple[Prediction, ...] = ()
        if rng.random() < 0.305:  # 12.2% of all
            predictions = (_prediction(rng, team, number, measure, course, window),)
        questions = (
            Question(
                id=QuestionId(team.ids("question", number)),
                text="How many students will take it up?",
                predictions=predictions,
            ),
        )
    return Plan(
        objective=f"See whether it helps {team.population}.",
        questions=questions,
        tasks=(Task(what="Teach the routine and tally", who="each teacher", when="twice a week"),),
        data=(DataCollection(measure_id=measure, who="each teacher"),)
        if measure and rng.random() < 0.7
        else (),
        scale=SCALES[step] if rng.random() < 0.6 else None,
        size=size if rng.random() < 0.5 else None,
        size_of=of,
        first_day=window.started,
        last_day=window.acted,
    )


def _prediction(
    rng: Random,
    team: Roster,
    number: int,
    measure: MeasureId | None,
    course: Course,
    window: Window,
) -> Prediction:
    expectation: ExpectText | ExpectRange | ExpectDirection = ExpectText(
        text="Most students will take it up."
    )
    if measure is not None and rng.random() < 0.7:
        low = round(100 * min(0.8, max(0.0, course.level + rng.gauss(0.05, 0.1))))
        expectation = ExpectRange(measure_id=measure, low=float(low), high=float(low + 20))
        if rng.random() < 0.5:
            expectation = ExpectDirection(measure_id=measure, change=Change.increase)
    return Prediction(
        id=PredictionId(team.ids("prediction", number)),
        expectation=expectation,
        confidence=rng.randrange(40, 95, 5) if rng.random() < 0.7 else None,
        reason="They know the routine from another lesson." if rng.random() < 0.6 else "",
        made_on=window.planned,
    )


def _carried_out(rng: Random, team: Roster, cycle: Cycle, at: Window, *, last: bool) -> Cycle:
    """The cycle as far as the team has got with it."""
    end = rng.random()
    goes_on = last and not team.stopped
    if end < (0.5 if goes_on else 0.1):
        return cycle
    cycle = cycle.start_do(on=at.started)
    whole = rng.random() < 0.71
    gap = None if whole else rng.choice((Stage.do, Stage.study, Stage.act))
    if gap is not Stage.do:
        cycle = cycle.record_do(
            Do(
                as_planned=rng.choice((AsPlanned.yes, AsPlanned.yes, AsPlanned.partly)),
                what_happened=rng.choice(HAPPENED),
                unexpected=rng.choice(BARRIERS),
            )
        )
    if gap is Stage.act and rng.random() < 0.4:
        return cycle.stop(on=at.studied, reason=rng.choice(STOPPED))
    if end < (0.8 if goes_on else 0.25):
        return cycle
    if rng.random() < 0.03:
        cycle = cycle.step_back(to=Stage.plan, on=at.started, reason="The tally was not planned.")
        cycle = cycle.start_do(on=at.started)
    cycle = cycle.record_study(_study(rng, cycle, blank=gap is Stage.study), on=at.studied)
    if gap is Stage.act:
        return cycle.stop(on=at.acted, reason=rng.choice(STOPPED))
    if end < (0.9 if goes_on else 0.32):
        return cycle
    decision = rng.choices(_DECISIONS, (50, 25, 13, 12))[0]
    return cycle.record_act(
        Act(
            decision=decision,
            reason=REASONS[decision],
            conditions="Classrooms that meet daily." if rng.random() < 0.3 else "",
            next_plan="Try it again with a shorter start."
            if decision is Decision.adapt and rng.random() < 0.7
            else "",
        ),
        on=at.acted,
    )


def _study(rng: Random, cycle: Cycle, *, blank: bool) -> Study:
    if blank:
        return Study()
    results = tuple(
        PredictionResult(
            prediction_id=each.id,
            outcome=rng.choice((Outcome.held, Outcome.did_not_hold, Outcome.cannot_tell)),
        )
        for each in cycle.plan.predictions()
        if rng.random() < 0.8
    )
    return Study(results=results, learned=rng.choice(INTENDED if rng.random() < 0.2 else LEARNED))
