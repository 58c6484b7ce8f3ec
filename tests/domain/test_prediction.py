import math
from collections.abc import Callable
from datetime import date

import pytest

from pdsa import (
    Amendment,
    Change,
    ExpectCategory,
    ExpectDirection,
    ExpectRange,
    ExpectValue,
    InvalidValue,
    MeasureId,
    Outcome,
    PredictionResult,
)
from tests.builders import FRAME_USE, RISE, a_prediction, words

LATER = date(2018, 2, 2)


@pytest.mark.parametrize("confidence", [-1, 101, 10**30, math.nan])
def test_confidence_is_a_percentage(confidence: int) -> None:
    with pytest.raises(InvalidValue, match="confidence"):
        a_prediction(confidence=confidence)
    with pytest.raises(InvalidValue, match="confidence"):
        Amendment(on=LATER, reason="A first look.", confidence=confidence)


@pytest.mark.parametrize("confidence", [None, 0, 100])
def test_a_team_may_be_sure_or_not_or_say_nothing(confidence: int | None) -> None:
    assert a_prediction(confidence=confidence).confidence == confidence


@pytest.mark.parametrize(
    "build",
    [
        lambda: ExpectValue(measure_id=FRAME_USE, value=math.nan),
        lambda: ExpectValue(measure_id=FRAME_USE, value=math.inf),
        lambda: ExpectValue(measure_id=FRAME_USE, value=50, tolerance=-1),
        lambda: ExpectValue(measure_id=FRAME_USE, value=50, tolerance=math.nan),
        lambda: ExpectRange(measure_id=FRAME_USE, low=60, high=50),
        lambda: ExpectRange(measure_id=FRAME_USE, low=math.nan, high=50),
        lambda: ExpectRange(measure_id=FRAME_USE, low=50, high=math.inf),
        lambda: PredictionResult(prediction_id=RISE, outcome=Outcome.held, observed=math.nan),
    ],
)
def test_what_is_expected_or_observed_is_a_finite_number(build: Callable[[], object]) -> None:
    with pytest.raises(InvalidValue):
        build()


def test_a_range_may_be_one_value() -> None:
    assert ExpectRange(measure_id=FRAME_USE, low=50, high=50).low == 50


def test_a_prediction_names_its_measures_and_those_of_its_amendments() -> None:
    talk = MeasureId("measure-talk")
    later = Amendment(
        on=LATER,
        reason="Frames are said aloud too.",
        expectation=ExpectDirection(measure_id=talk, change=Change.no_change),
    )

    prediction = a_prediction(locked_on=LATER, amendments=(later,))

    assert prediction.measure_ids() == (FRAME_USE, talk)
    assert a_prediction(expectation=words()).measure_ids() == ()
    assert a_prediction(expectation=ExpectCategory(category="most")).measure_ids() == ()


def test_a_prediction_that_is_not_locked_has_no_amendments() -> None:
    with pytest.raises(InvalidValue, match="none before Do starts"):
        a_prediction(amendments=(Amendment(on=LATER, reason="Too early."),))
