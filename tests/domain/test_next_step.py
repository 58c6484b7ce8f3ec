from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from pdsa import Act, Cycle, Decision, Do, Outcome, PredictionResult, Question, QuestionId, Study
from pdsa.next_step import StepKind, next_step
from tests.builders import (
    DECIDED,
    RISE,
    STUDIED,
    TO_HALF,
    a_cycle,
    a_plan,
    an_act,
    in_do,
    in_study,
)

LAST = date(2018, 3, 9)


def step(cycle: Cycle, *cycles: Cycle, on: date = DECIDED) -> tuple[StepKind, str] | None:
    found = next_step(cycle, cycles, on=on)
    return None if found is None else (found.kind, found.field)


def studied(*told: str, learned: str = "") -> Cycle:
    results = tuple(PredictionResult(prediction_id=id, outcome=Outcome.held) for id in told)
    return in_do().record_study(Study(results=results, learned=learned), on=STUDIED)


def test_a_plan_asks_first_then_predicts_then_says_what_it_counts() -> None:
    asked = Question(id=QuestionId("q"), text="Will they use the frame?")
    whole = a_plan()

    empty = a_cycle(plan=a_plan(questions=(), data=()))
    open_ = a_cycle(plan=a_plan(questions=(*whole.questions, asked), data=()))
    uncounted = a_cycle(plan=replace(whole, data=()))

    assert step(empty) == (StepKind.ask, "plan/questions")
    assert step(open_) == (StepKind.predict, "plan/questions/q")
    assert step(uncounted) == (StepKind.plan_data, "plan/data")
    assert step(a_cycle(plan=whole)) == (StepKind.start, "do")


def test_a_prediction_that_is_missing_is_asked_for_with_its_question() -> None:
    asked = Question(id=QuestionId("q"), text="Will they use the frame?")

    found = next_step(a_cycle(plan=a_plan(questions=(asked,))), on=DECIDED)

    assert found is not None
    assert "Will they use the frame?" in found.said


def test_do_counts_until_its_last_day_then_tells_what_happened_then_studies() -> None:
    cycle = in_do(a_cycle(plan=a_plan(first_day=date(2018, 1, 12), last_day=LAST)))
    after = LAST + timedelta(days=1)
    told = cycle.record_do(Do(what_happened="18 Fridays."))

    assert step(cycle, on=LAST) == (StepKind.count_, "tally")
    assert step(cycle, on=after) == (StepKind.tell, "do/what_happened")
    assert step(told, on=after) == (StepKind.study, "study")


def test_a_test_without_a_last_day_goes_on_counting() -> None:
    cycle = in_do(a_cycle(plan=a_plan(first_day=None, last_day=None)))

    assert step(cycle, on=date(2030, 1, 1)) == (StepKind.count_, "tally")


def test_study_compares_each_prediction_then_learns_then_decides() -> None:
    assert step(studied(RISE)) == (StepKind.compare, f"study/results/{TO_HALF}")
    assert step(studied(RISE, TO_HALF)) == (StepKind.learn, "study/learned")
    assert step(studied(RISE, TO_HALF, learned="More use it.")) == (
        StepKind.decide,
        "act/decision",
    )


def test_act_asks_for_the_decision() -> None:
    cycle = in_study().record_act(Act(reason="We talk on Friday."), on=DECIDED)

    assert step(cycle) == (StepKind.decide, "act/decision")


@pytest.mark.parametrize(
    ("act", "asked"),
    [
        ({"decision": Decision.adapt}, True),
        ({"decision": Decision.expand}, True),
        ({"decision": Decision.adopt, "next_plan": ""}, False),
        ({"decision": Decision.adopt, "next_plan": "Keep looking at it in May."}, True),
        ({"decision": Decision.abandon, "next_plan": "Try talk moves."}, False),
        ({"decision": Decision.adapt, "no_next_reason": "The year is over."}, False),
    ],
)
def test_a_decision_that_leads_on_asks_for_the_next_cycle(
    act: dict[str, object], asked: bool
) -> None:
    cycle = in_study().record_act(an_act(**act), on=DECIDED)

    assert (step(cycle) == (StepKind.plan_next, "act/next")) is asked


def test_a_cycle_that_is_followed_or_stopped_has_no_next_step() -> None:
    cycle = in_study().record_act(an_act(decision=Decision.adapt), on=DECIDED)

    assert step(cycle, cycle, a_cycle("next", follows=cycle.id)) is None
    assert step(in_do().stop(on=DECIDED, reason="The teacher left.")) is None


def test_what_the_plan_wanted_before_today_is_overdue() -> None:
    found = next_step(a_cycle(plan=a_plan(first_day=date(2018, 1, 12))), on=DECIDED)

    assert found is not None
    assert found.due == date(2018, 1, 12)
    assert found.overdue(date(2018, 1, 13))
    assert not found.overdue(date(2018, 1, 12))
