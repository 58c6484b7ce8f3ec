"""What steps back do to how far an aim has got: which day a result and a decision are of."""

import pytest
from msgspec.structs import replace

import pdsa
from pdsa import Decision, Outcome, Stage
from tests.builders import STARTED, a_plan, a_study, an_act
from tests.domain.ladder import FIRST, MORE, NEXT, SUCCESS, WEEK, a_test, shown, the_work

BACK, AGAIN = STARTED + 8 * WEEK, STARTED + 12 * WEEK
BETWEEN = STARTED + 6 * WEEK  # after the first Study and decision, before the step back
TYPO = "A name was misspelled."


def results(cycle: pdsa.Cycle, outcome: Outcome) -> pdsa.Study:
    return a_study(
        results=tuple(
            pdsa.PredictionResult(prediction_id=each.id, outcome=outcome)
            for each in cycle.plan.predictions()
        )
    )


def reopened(cycle: pdsa.Cycle, to: Stage) -> pdsa.Cycle:
    return cycle.step_back(to=to, on=BACK, reason=TYPO)


def on_days(*cycles: pdsa.Cycle) -> tuple[float, float]:
    """The level between the first decision and the step back, and the level today."""
    inquiry = the_work((MORE, 32, 31), *cycles)
    return shown(inquiry, on=BETWEEN).level, shown(inquiry).level


def test_a_result_counts_from_the_day_of_the_study_that_it_was_written_in() -> None:
    back = reopened(FIRST, Stage.do)
    again = back.record_study(results(back, Outcome.held), on=AGAIN)

    assert on_days(again) == (2.5, 3.0)
    assert (
        "succeeded by 6 April 2018"
        in shown(the_work((MORE, 32, 31), again)).steps[5].evidence[0].says
    )


def test_a_result_that_is_settled_after_a_step_back_to_study_counts_from_then() -> None:
    back = reopened(FIRST, Stage.study)
    for result in results(back, Outcome.held).results:
        back = back.settle(result, on=AGAIN)

    assert on_days(back) == (2.5, 3.0)


def test_a_cycle_does_not_begin_after_a_success_that_was_written_later() -> None:
    back = reopened(FIRST, Stage.do)
    again = back.record_study(results(back, Outcome.held), on=AGAIN)

    assert on_days(again, NEXT) == (2.5, 3.0)
    assert on_days(SUCCESS, NEXT) == (3.5, 3.5)


def test_a_study_that_is_rewritten_to_tell_the_contrary_lowers_the_level() -> None:
    held = a_test(outcome=Outcome.held, decision=Decision.adopt)
    back = reopened(held, Stage.do)
    again = back.record_study(results(back, Outcome.did_not_hold), on=AGAIN)

    assert on_days(held) == (3.0, 3.0)
    assert on_days(again) == (2.5, 2.5)


def test_a_decision_that_is_reopened_counts_from_the_day_it_is_made_again() -> None:
    adopted = a_test(plan=a_plan(questions=()), decision=Decision.adopt)
    back = reopened(adopted, Stage.study)
    again = back.record_act(an_act(decision=Decision.adopt), on=AGAIN)

    assert on_days(adopted) == (3.0, 3.0)
    assert on_days(back) == (2.5, 2.5)
    assert on_days(again) == (2.5, 3.0)


@pytest.mark.parametrize("to", [Stage.plan, Stage.do])
def test_a_step_back_leaves_the_results_that_nobody_has_rewritten_since(to: Stage) -> None:
    assert on_days(reopened(SUCCESS, to)) == (3.0, 3.0)


@pytest.mark.parametrize("to", [Stage.plan, Stage.do, Stage.study])
def test_a_step_back_in_a_cycle_without_earlier_moves_dates_no_result_earlier(
    to: Stage,
) -> None:
    imported = replace(SUCCESS, moves=())
    branched, _ = imported.branch(
        pdsa.CycleId("cycle-2"),
        title="Room 14",
        on=BACK,
        reason="Another way.",
        new_id=iter("abc").__next__,
    )
    early = STARTED + 3 * WEEK

    for cycle in (imported, branched, reopened(imported, to), reopened(branched, to)):
        inquiry = the_work((MORE, 32, 31), cycle)
        assert shown(inquiry, on=early).level == 2.5
        assert shown(inquiry).level == 3.0
