"""Whether a test showed improvement, as its team wrote."""

from pdsa.cycle import Cycle, Status
from pdsa.measure import Direction, MeasureKind
from pdsa.prediction import (
    Change,
    ExpectCategory,
    ExpectDirection,
    ExpectText,
    Outcome,
    Prediction,
)
from pdsa.review.record import Record, adopted
from pdsa.stages import Decision

_BETTER = {Direction.increase: Change.increase, Direction.decrease: Change.decrease}
_HELD, _FAILED = Outcome.held, Outcome.did_not_hold
_COMPLETED, _ABANDON = Status.completed, Decision.abandon


def foretells_improvement(record: Record, prediction: Prediction) -> bool:
    """Whether a prediction, as it was locked, is one of improvement.

    That nothing changes, that a measure moves against its direction, and whatever is expected of a
    balancing measure is not. A value, a range and a prediction in words are taken for one.
    """
    expected = prediction.expectation
    if isinstance(expected, ExpectCategory | ExpectText):
        return True
    measure = record.measures.get(expected.measure_id)
    if measure is None or measure.kind is MeasureKind.balancing:
        return False
    return (
        not isinstance(expected, ExpectDirection) or expected.change is _BETTER[measure.direction]
    )


def hopes(record: Record, prediction: Prediction) -> bool:
    """Whether what a prediction foretells, as it was locked, would speak for the change.

    Improvement does, and so does a balancing measure that does not get worse; that another measure
    stays as it is does not. A value, a range and a prediction in words are taken for hopes; which
    way is better for a measure that is not in the record is not known.
    """
    expected = prediction.expectation
    if not isinstance(expected, ExpectDirection):
        return True
    measure = record.measures.get(expected.measure_id)
    if measure is None:
        return False
    if measure.kind is MeasureKind.balancing and expected.change is Change.no_change:
        return True
    return expected.change is _BETTER[measure.direction]


def showed_improvement(record: Record, cycle: Cycle) -> bool | None:
    """Whether a test showed improvement; ``None`` where its record does not tell.

    Only completed cycles tell, by their predictions of improvement: it did where one held and none
    failed to, and did not where none held and one failed to. Where some held and some did not, and
    where a change was abandoned although all held, nothing is said. Without any such result an
    adopted or expanded change did, and an abandoned one did not.
    """
    if cycle.status is not _COMPLETED or cycle.act is None:
        return None
    held = failed = False
    if cycle.study is not None and cycle.study.results:
        results = {each.prediction_id: each.outcome for each in cycle.study.results}
        outcomes = {
            results.get(each.id)
            for each in record.predictions(cycle)
            if foretells_improvement(record, each)
        }
        held, failed = _HELD in outcomes, _FAILED in outcomes
    abandoned = cycle.act.decision is _ABANDON
    if held or failed:
        return None if held and (failed or abandoned) else held
    if abandoned:
        return False
    return True if adopted(cycle) else None
