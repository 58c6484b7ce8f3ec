"""A person confirms the result of a prediction, one at a time, while the cycle is in Study."""

import pytest
from msgspec.structs import replace

from pdsa import (
    Cycle,
    IllegalMove,
    InvalidValue,
    Outcome,
    PredictionId,
    PredictionResult,
    Stage,
    Study,
    UnknownElement,
)
from tests.builders import (
    DECIDED,
    RISE,
    STARTED,
    STUDIED,
    TO_HALF,
    a_cycle,
    a_study,
    completed,
    in_do,
    in_study,
)

HELD = Outcome.held


def result(prediction_id: PredictionId = TO_HALF, outcome: Outcome = HELD) -> PredictionResult:
    return PredictionResult(prediction_id=prediction_id, outcome=outcome, observed=60)


def test_settling_a_prediction_leaves_every_other_result_as_it_was() -> None:
    cycle = in_study()

    settled = cycle.settle(result(), on=STUDIED)

    dated = replace(result(), on=STUDIED)
    assert settled.study == a_study(results=(a_study().results[0], dated))
    assert replace(settled, study=cycle.study) == cycle


def test_settling_a_prediction_without_a_result_adds_one() -> None:
    cycle = in_do().record_study(Study(learned="Much."), on=STUDIED)

    settled = cycle.settle(result(RISE), on=STUDIED).settle(result(TO_HALF), on=DECIDED)

    first, second = replace(result(RISE), on=STUDIED), replace(result(TO_HALF), on=DECIDED)
    assert settled.study == Study(learned="Much.", results=(first, second))
    assert settled.settle(result(RISE), on=DECIDED) == settled  # it said so already


def test_a_study_that_is_rewritten_keeps_the_day_of_each_result_that_changed() -> None:
    one, other = a_study().results
    changed = replace(other, note="Counted again.")

    again = in_study().record_study(a_study(results=(one, changed)), on=DECIDED)

    assert again.study == a_study(results=(one, replace(changed, on=DECIDED)))


@pytest.mark.parametrize("cycle", [a_cycle(), in_do(), completed()])
def test_a_result_is_settled_in_study_alone(cycle: Cycle) -> None:
    with pytest.raises(IllegalMove) as raised:
        cycle.settle(result(), on=DECIDED)

    assert (raised.value.stage, raised.value.move) == (cycle.stage, "study")
    assert raised.value.legal == cycle.legal()


def test_a_study_that_was_left_by_a_step_back_settles_nothing() -> None:
    back = in_study().step_back(to=Stage.do, on=STUDIED, reason="Room 14 was away.")

    with pytest.raises(IllegalMove, match="while the cycle is in Study"):
        back.settle(result(), on=STUDIED)


def test_only_a_prediction_of_the_cycle_is_settled_and_not_before_its_study() -> None:
    with pytest.raises(UnknownElement, match="no prediction 'p-9'"):
        in_study().settle(result(PredictionId("p-9")), on=STUDIED)
    with pytest.raises(InvalidValue, match="not before"):
        in_study().settle(result(), on=STARTED)
