"""Cycles of the sample inquiry, and what a review says about them."""

from datetime import date
from typing import Any

from msgspec.structs import replace

import pdsa
from pdsa import Cycle, Decision, Outcome
from tests.builders import (
    DECIDED,
    PLANNED,
    STUDIED,
    a_cycle,
    a_plan,
    a_study,
    an_act,
    an_inquiry,
    in_do,
    in_study,
)

STOPPED = in_do().stop(on=STUDIED, reason="The teacher of Room 14 is on leave.")
NEVER_BEGUN = a_cycle(plan=a_plan(questions=(), data=(), objective="")).stop(
    on=PLANNED, reason="The school had no paper."
)


def found(
    *cycles: Cycle, code: str = "", on: date = DECIDED, **changes: Any
) -> tuple[pdsa.Finding, ...]:
    """The findings about cycles of the sample inquiry, by how their codes begin."""
    wanted = [code] if code else ["PLN", "DOX", "STU", "ACT"]
    return pdsa.findings(an_inquiry(cycles=cycles, **changes), on=on, select=wanted)


def codes(*cycles: Cycle, code: str = "", **more: Any) -> set[str]:
    return {each.code for each in found(*cycles, code=code, **more)}


def decided(decision: Decision, cycle: Cycle | None = None, **act: Any) -> Cycle:
    """A completed cycle whose predictions held."""
    results = tuple(replace(each, outcome=Outcome.held) for each in a_study().results)
    studied = replace(in_study(cycle), study=a_study(results=results))
    return studied.record_act(an_act(decision=decision, **act), on=DECIDED)


def a_row(*plans: dict[str, Any], decision: Decision = Decision.expand) -> tuple[Cycle, ...]:
    """Completed cycles of one idea, one after another."""
    cycles: list[Cycle] = []
    for n, changes in enumerate(plans, start=1):
        before = cycles[-1].id if cycles else None
        plan = a_plan(data=(), **changes)
        cycles.append(decided(decision, a_cycle(f"cycle-{n}", follows=before, plan=plan)))
    return tuple(cycles)


def question(*predictions: pdsa.Prediction) -> pdsa.Question:
    return pdsa.Question(id=pdsa.QuestionId("q"), text="Will they?", predictions=predictions)
