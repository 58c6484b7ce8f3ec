"""Questions, typed predictions, their amendments, and what became of them.

A prediction is made before the data and locks when Do starts. What is thought later is an
amendment: dated, with a reason, shown beside the prediction and never instead of it.
"""

import math
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import (
    Amount,
    Confidence,
    Line,
    MeasureId,
    PredictionId,
    QuestionId,
    Reason,
    Ref,
    Text,
)
from pdsa.measure import Measure
from pdsa.words import say


class Change(StrEnum):
    """Which way a measure is expected to move."""

    increase = "increase"
    decrease = "decrease"
    no_change = "no_change"


class ExpectDirection(Struct, frozen=True, kw_only=True, tag_field="kind", tag="direction"):
    """The measure moves this way."""

    measure_id: Ref[MeasureId]
    change: Change


class ExpectValue(Struct, frozen=True, kw_only=True, tag_field="kind", tag="value"):
    """The measure comes to this value, give or take the tolerance (in the measure's unit)."""

    measure_id: Ref[MeasureId]
    value: Amount
    tolerance: Amount = 0.0

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise InvalidValue("value", self.value, "a finite number")
        if not 0 <= self.tolerance < math.inf:
            raise InvalidValue("tolerance", self.tolerance, "0 or more")


class ExpectRange(Struct, frozen=True, kw_only=True, tag_field="kind", tag="range"):
    """The measure comes to lie between ``low`` and ``high``, both included."""

    measure_id: Ref[MeasureId]
    low: Amount
    high: Amount

    def __post_init__(self) -> None:
        if not -math.inf < self.low <= self.high < math.inf:
            rule = say("finite and not below low ({value})", value=f"{self.low:g}")
            raise InvalidValue("high", self.high, rule)


class ExpectCategory(Struct, frozen=True, kw_only=True, tag_field="kind", tag="category"):
    """One of several named outcomes: "most students", "level 3"."""

    category: Line


class ExpectText(Struct, frozen=True, kw_only=True, tag_field="kind", tag="text"):
    """A prediction in words alone."""

    text: Text


Expectation: TypeAlias = ExpectDirection | ExpectValue | ExpectRange | ExpectCategory | ExpectText


def expected(expectation: Expectation, measures: Mapping[str, Measure]) -> str:
    """What is expected, in words; a measure that is not among ``measures`` goes by its id."""
    match expectation:
        case ExpectText():
            return expectation.text
        case ExpectCategory():
            return expectation.category
    measure = measures.get(expectation.measure_id)
    name = measure.name if measure is not None else expectation.measure_id
    show = measure.show if measure is not None else "{:g}".format
    match expectation:
        case ExpectDirection(change=Change.increase):
            return say("{measure} rises", measure=name)
        case ExpectDirection(change=Change.decrease):
            return say("{measure} falls", measure=name)
        case ExpectDirection():
            return say("{measure} stays as it is", measure=name)
        case ExpectValue(value=value, tolerance=0):
            return say("{measure} comes to {value}", measure=name, value=show(value))
        case ExpectValue(value=value, tolerance=tolerance):
            return say(
                "{measure} comes to {value}, give or take {tolerance}",
                measure=name,
                value=show(value),
                tolerance=f"{tolerance:g}",
            )
        case ExpectRange(low=low, high=high):
            return say(
                "{measure} comes to lie between {low} and {high}",
                measure=name,
                low=show(low),
                high=show(high),
            )


class Amendment(Struct, frozen=True, kw_only=True):
    """A later change of mind about a locked prediction."""

    on: date
    reason: Reason
    expectation: Expectation | None = None
    confidence: Confidence | None = None

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)


class Prediction(Struct, frozen=True, kw_only=True):
    """What the team expects, how sure it is (0-100%) and why."""

    id: Ref[PredictionId]
    expectation: Expectation
    confidence: Confidence | None = None
    reason: Text = ""
    made_on: date | None = None
    locked_on: date | None = None
    amendments: tuple[Amendment, ...] = ()

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)
        if self.amendments and self.locked_on is None:
            raise InvalidValue("amendments", len(self.amendments), "none before Do starts")

    def measure_ids(self) -> tuple[MeasureId, ...]:
        """The measures that the expectation and its amendments speak of."""
        expectations = [self.expectation, *(a.expectation for a in self.amendments)]
        return tuple(
            each.measure_id
            for each in expectations
            if isinstance(each, ExpectDirection | ExpectValue | ExpectRange)
        )


def before_do(prediction: Prediction, started_on: date | None) -> bool:
    """Whether a prediction was made no later than the first day of Do, and locked on that day.

    What was written after a step back to Plan was written with the first Do in mind.
    """
    days = (prediction.made_on, prediction.locked_on)
    return started_on is None or all(day is None or day <= started_on for day in days)


class Question(Struct, frozen=True, kw_only=True):
    """A question that this cycle should answer, with the predictions of its answer."""

    id: Ref[QuestionId]
    text: Reason
    predictions: tuple[Prediction, ...] = ()


class Outcome(StrEnum):
    """What became of a prediction."""

    held = "held"
    did_not_hold = "did_not_hold"
    cannot_tell = "cannot_tell"


class PredictionResult(Struct, frozen=True, kw_only=True):
    """The result set against one prediction, with the data in words or as a number.

    ``on`` is the day on which it was said, where that is later than the move to Study.
    """

    prediction_id: Ref[PredictionId]
    outcome: Outcome
    observed: Amount | None = None
    note: Text = ""
    on: date | None = None

    def __post_init__(self) -> None:
        if self.observed is not None and not math.isfinite(self.observed):
            raise InvalidValue("observed", self.observed, "a finite number")


def _check_confidence(confidence: int | None) -> None:
    if confidence is not None and not 0 <= confidence <= 100:
        raise InvalidValue("confidence", confidence, "a percentage between 0 and 100")
