"""Cycles that name a measure of another aim: nothing lets one be written, a database may hold one."""

import pytest

import pdsa
from pdsa import Decision, Outcome
from pdsa.review import cycle_findings
from tests.builders import (
    DECIDED,
    RISE,
    STUDIED,
    TO_HALF,
    a_cycle,
    a_plan,
    a_prediction,
    a_study,
    an_act,
    an_inquiry,
    in_do,
    in_study,
    words,
)
from tests.domain.cycles import codes, decided, found, question

ELSEWHERE = pdsa.MeasureId("measure-of-another-aim")
COLLECTED = (pdsa.DataCollection(measure_id=ELSEWHERE),)
RISES = pdsa.ExpectDirection(measure_id=ELSEWHERE, change=pdsa.Change.increase)


def test_a_measure_of_another_aim_has_no_name_in_a_finding() -> None:
    collects = in_study(a_cycle(plan=a_plan(data=COLLECTED)))
    plan = a_plan(questions=(question(a_prediction(expectation=RISES)),), data=())
    predicts = in_do(a_cycle(plan=plan)).record_study(a_study(results=()), on=STUDIED)

    (planned,) = found(collects, code="DOX102", points=())
    (predicted,) = found(predicts, code="STU103")

    assert "planned to collect a measure that is not in this record, and" in planned.message
    assert "predicts a measure that is not in this record, which" in predicted.message


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("data", [(), COLLECTED], ids=["collected no", "collected"])
@pytest.mark.parametrize("expectation", [RISES, words()], ids=["predicted", "predicted no"])
def test_a_cycle_that_names_a_measure_of_another_aim_is_reviewed_like_any_other(
    decision: Decision, data: tuple[pdsa.DataCollection, ...], expectation: pdsa.Expectation
) -> None:
    predictions = (
        a_prediction(expectation=expectation),
        a_prediction(TO_HALF, expectation=words()),
    )
    cycle = decided(decision, a_cycle(plan=a_plan(questions=(question(*predictions),), data=data)))
    inquiry = an_inquiry(cycles=(cycle,))

    alone = cycle_findings(inquiry, cycle.id, on=DECIDED)

    together = pdsa.findings(inquiry, on=DECIDED)
    assert alone == tuple(each for each in together if each.id == cycle.id)


def test_which_way_is_better_for_a_measure_of_another_aim_is_not_known() -> None:
    plan = a_plan(questions=(question(a_prediction(expectation=RISES)),), data=())
    result = pdsa.PredictionResult(prediction_id=RISE, outcome=Outcome.did_not_hold)
    studied = in_do(a_cycle(plan=plan)).record_study(a_study(results=(result,)), on=STUDIED)
    adopted = studied.record_act(an_act(decision=Decision.adopt), on=DECIDED)

    assert codes(adopted, code="ACT102") == set()
