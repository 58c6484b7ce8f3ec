"""Cycles and inquiries to ask about their fidelity: whole ones, and 421 as McNicholas counted them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

import pdsa
from pdsa import ChangeIdeaId, Cycle, Inquiry, MeasureId
from tests.builders import (
    FRAME_USE,
    STARTED,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    a_prediction,
    an_act,
    an_idea,
    an_inquiry,
    words,
)

DONE = "We tested the frame, and most students used it."
INTENDED = "We will look at the tickets next month."
WEEK = timedelta(weeks=1)


def ended(
    id: str = "cycle-1",
    *,
    week: int = 0,
    learned: str = DONE,
    predicts: bool = True,
    acts: bool = True,
    plan: pdsa.Plan | None = None,
    **changes: Any,
) -> Cycle:
    """A cycle that began in that week and ended four days later: fully documented, if it acts."""
    question = pdsa.Question(
        id=pdsa.QuestionId("question"),
        text="Will students use the frame?",
        predictions=(a_prediction(expectation=words()),) if predicts else (),
    )
    start = STARTED + week * WEEK
    cycle = a_cycle(id, plan=plan or a_plan(questions=(question,)), **changes).start_do(on=start)
    cycle = cycle.record_do(pdsa.Do(what_happened="Eight tickets."))
    cycle = cycle.record_study(pdsa.Study(learned=learned), on=start + timedelta(3))
    if acts:
        return cycle.record_act(an_act(), on=start + timedelta(4))
    return cycle.stop(on=start + timedelta(4), reason="The unit was over.")


def only_objective() -> pdsa.Plan:
    """A plan that names nothing to do, no question and no data."""
    return pdsa.Plan(objective="Think about tickets.")


def of(
    *cycles: Cycle, points: Sequence[pdsa.DataPoint] = (), measures: Sequence[pdsa.Measure] = ()
) -> Inquiry:
    """An inquiry with these cycles and the ideas that they test."""
    ideas = dict.fromkeys(cycle.change_idea_id for cycle in cycles)
    return an_inquiry(
        theory=(),
        phases=(),
        change_ideas=tuple(an_idea(idea) for idea in ideas),
        measures=(a_measure(), *measures),
        points=tuple(points),
        cycles=cycles,
    )


def points_of(measure_id: MeasureId, days: Sequence[date]) -> tuple[pdsa.DataPoint, ...]:
    return tuple(
        a_point(f"{measure_id}-{day}", day, measure_id=measure_id, numerator=5, denominator=20)
        for day in days
    )


def published() -> list[Inquiry]:
    """39 inquiries whose ended cycles with a Plan are 421, in every count as McNicholas's were.

    71 cycles still run or have no documented Plan, and count for nothing.
    """
    sizes = [3] * 35 + [2] * 29 + [1] * 136  # 64 series of 163 cycles, and 136 alone
    places = [(idea, at) for idea, size in enumerate(sizes) for at in range(size)]
    records: list[list[Cycle]] = [[] for _ in range(39)]
    for number, (idea, at) in enumerate(places):
        inactive = number % 60 == 7  # 5 of 299
        nth = number - number // 60 - (number % 60 > 7)
        plan = only_objective() if inactive else None
        if not inactive and idea < 64:
            data = (pdsa.DataCollection(measure_id=MeasureId(f"measure-{idea}")),)
            plan = _plan(nth % 8 == 0 and nth < 288, data=data)
        if plan is not None:
            grows = idea % 3 == 0 and idea < 57  # 19 of 64
            scale = pdsa.Scale.small if grows and at else pdsa.Scale.very_small
            plan = replace(plan, scale=scale, size=None)
        learned = INTENDED if number % 6 == 5 and number < 276 else DONE  # 46 of 299
        cycle = ended(
            f"cycle-{number}",
            week=at,
            learned=learned,
            plan=plan,
            predicts=nth % 8 == 0 and nth < 288,  # 36 of 294
            change_idea_id=ChangeIdeaId(f"idea-{idea}"),
        )
        records[idea % 39].append(cycle)
    for number in range(122):
        cycle = ended(f"stopped-{number}", acts=False, change_idea_id=ChangeIdeaId("idea-left"))
        records[number % 39].append(cycle)
    for number in range(39):
        records[number].append(a_cycle(f"running-{number}", change_idea_id=ChangeIdeaId("idea-0")))
    for number in range(32):
        records[number].append(ended(f"blank-{number}", plan=pdsa.Plan()))
    return [_inquiry(cycles) for cycles in records]


def _plan(predicts: bool, **changes: Any) -> pdsa.Plan:
    question = ended(predicts=predicts).plan.questions[0]
    question = replace(
        question, predictions=tuple(replace(p, locked_on=None) for p in question.predictions)
    )
    return a_plan(questions=(question,), **changes)


def _inquiry(cycles: Sequence[Cycle]) -> Inquiry:
    """With a measure for each of its series, three points in a row for 29 of the 64."""
    ids = dict.fromkeys(id for cycle in cycles for _, id in cycle.measure_ids())
    measures = [a_measure(id=id) for id in ids if id != FRAME_USE]
    points: list[pdsa.DataPoint] = []
    for measure in measures:
        regular = int(measure.id.removeprefix("measure-")) % 64 >= 35
        days = [STARTED, STARTED + timedelta(2), STARTED + timedelta(4)][: 3 if regular else 2]
        points += points_of(measure.id, days)
    found = of(*cycles, points=points, measures=measures)
    pdsa.interchange.check(found)
    return found
