"""The prediction ledger: what the figures say of each prediction, beside what the team says of it.

A proposal is shown, a person confirms it (``Cycle.settle``). It says what the figures did, never why.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from math import isclose
from statistics import median
from typing import NamedTuple

from msgspec import Struct

from pdsa.aim import show_date
from pdsa.cycle import Cycle, Status
from pdsa.ids import CycleId, QuestionId
from pdsa.measure import Measure, SeriesPoint
from pdsa.prediction import (
    Change,
    ExpectDirection,
    ExpectRange,
    ExpectValue,
    Outcome,
    Prediction,
    PredictionResult,
)
from pdsa.review.rank_sum import least, rank_sum
from pdsa.review.record import Record
from pdsa.stages import Stage
from pdsa.words import mark, say, say_n

#: How many figures from before a test stand for before it, at most and at least.
MOST_BEFORE, LEAST_BEFORE = 6, 3
#: A difference that chance gives less often than this is one that the figures tell.
CHANCE = 0.05

_HELD, _NOT, _UNKNOWN = Outcome.held, Outcome.did_not_hold, Outcome.cannot_tell
_Sayable = ExpectDirection | ExpectValue | ExpectRange


class ProposedResult(Struct, frozen=True, kw_only=True):
    """What the figures say of a prediction; ``basis`` is the sentence that it rests on.

    ``observed`` is the last figure of the test, or its median where that is what was compared.
    """

    outcome: Outcome
    observed: float | None
    basis: str


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """One prediction with the proposal and with the team's result, if there is one.

    ``agrees`` is ``None`` where there is no result yet, and where the figures or the team cannot
    tell. Amendments stand in the prediction, beside what was locked.
    """

    cycle_id: CycleId
    question_id: QuestionId
    question: str
    prediction: Prediction
    proposal: ProposedResult
    result: PredictionResult | None
    agrees: bool | None


class _Told(NamedTuple):
    """A proposal whose sentence is made when it is asked for."""

    outcome: Outcome
    observed: float | None
    basis: Callable[[], str]
    sure: bool = True


def ledger(record: Record) -> tuple[LedgerEntry, ...]:
    """Every prediction of an inquiry, cycle by cycle, question by question."""
    return tuple(entry for cycle in record.inquiry.cycles for entry in entries(record, cycle))


def entries(record: Record, cycle: Cycle) -> tuple[LedgerEntry, ...]:
    """The ledger of one cycle."""
    results = {each.prediction_id: each for each in cycle.study.results} if cycle.study else {}
    found = []
    for question in cycle.plan.questions:
        for prediction in question.predictions:
            proposed, result = proposal(record, cycle, prediction), results.get(prediction.id)
            both = (proposed.outcome, result.outcome if result else _UNKNOWN)
            found.append(
                LedgerEntry(
                    cycle_id=cycle.id,
                    question_id=question.id,
                    question=question.text,
                    prediction=prediction,
                    proposal=proposed,
                    result=result,
                    agrees=None if _UNKNOWN in both else both[0] is both[1],
                )
            )
    return tuple(found)


def proposal(record: Record, cycle: Cycle, prediction: Prediction) -> ProposedResult:
    """What the figures of the test say of a prediction, as it was locked.

    A value or range is held against the last figure of the whole team in the test
    (``Record.window``), both ends included. A direction is held against the median of the
    figures in the test, beside that of the last 6 figures before it, where there are at least 3;
    else against the last figure, beside the first of at least 2. Medians, because one odd week must
    not decide (Perla, Provost & Murray 2011, BMJ Qual Saf 20:46). Equal is no move.
    That nothing changed did not hold where the figures differ by more than chance would give (an
    exact rank-sum test at 0.05). It held where they do not and the medians also lie no further apart
    than one figure before the test usually lies from the next (the median of their moving range):
    that chance could have made a difference is no proof that there is none.

    Where figures cannot tell, the outcome is ``cannot_tell`` and ``basis`` says why: a prediction in
    words, a test that has not begun or still runs, too few figures.
    """
    told = _tell(record, cycle, prediction, record.window(cycle))
    return ProposedResult(outcome=told.outcome, observed=told.observed, basis=told.basis())


def contradicted(record: Record, cycle: Cycle) -> Iterator[tuple[int, ProposedResult]]:
    """Results without a note, by their place in the Study, that the figures say the opposite of.

    A direction contradicts nobody where chance alone could have made the difference (the rank-sum
    test), and where there are too few figures before the test to ask that.
    """
    if cycle.study is None or not cycle.study.results:
        return
    predictions = {each.id: each for each in cycle.plan.predictions()}
    window = record.window(cycle)
    for i, result in enumerate(cycle.study.results):
        if result.outcome is not _UNKNOWN and not result.note.strip():
            told = _tell(record, cycle, predictions[result.prediction_id], window)
            if told.outcome not in (_UNKNOWN, result.outcome) and told.sure:
                yield (
                    i,
                    ProposedResult(
                        outcome=told.outcome, observed=told.observed, basis=told.basis()
                    ),
                )


def _tell(
    record: Record, cycle: Cycle, prediction: Prediction, window: tuple[date, date] | None
) -> _Told:
    expected = prediction.expectation
    if not isinstance(expected, _Sayable):
        return _unknown(mark("The prediction is in words, so it is for the team to tell."))
    measure = record.measures.get(expected.measure_id)
    if measure is None:
        return _unknown(mark("Its measure is not in this record."))
    if window is None:
        return _unknown(mark("The test has not begun."))
    dates, (first, last) = record.dates(measure.id), window
    start, stop = dates.between(first, last)
    if start == stop:
        none = mark("There is no figure of “{measure}” from {first} to {last}.")
        return _unknown(none, measure=measure.name, first=first, last=last)
    if isinstance(expected, ExpectDirection):
        known = record.known(measure.id)
        before = known[max(0, start - MOST_BEFORE) : start]
        told = _direction(measure, expected.change, before, known[start:stop])
    else:
        told = _last(measure, expected, dates.figure(measure, stop - 1))
    if cycle.status is Status.running and cycle.stage in (Stage.plan, Stage.do):
        said = told.basis
        return _Told(
            _UNKNOWN,
            told.observed,
            lambda: say("The test is still going on; so far: {said}", said=said()),
        )
    return told


def _unknown(why: str, **facts: object) -> _Told:
    return _Told(_UNKNOWN, None, lambda: say(why, **facts))


def _last(measure: Measure, expected: ExpectValue | ExpectRange, last: SeriesPoint) -> _Told:
    value, on = last.value or 0.0, last.on
    if isinstance(expected, ExpectRange):
        low, high = expected.low, expected.high
    else:
        low, high = expected.value - expected.tolerance, expected.value + expected.tolerance
    on_edge = isclose(value, low, rel_tol=1e-9) or isclose(value, high, rel_tol=1e-9)
    outcome = _HELD if low <= value <= high or on_edge else _NOT

    def basis() -> str:
        show = measure.show
        predicted = show(low)
        if show(low) != show(high):
            predicted = say("{low} to {high}", low=show(low), high=show(high))
        said = mark(
            "“{measure}” was {value} on {day}, the last figure in the test; {predicted} was "
            "predicted."
        )
        if outcome is _NOT and show(value) in (show(low), show(high)):
            said = mark(
                "“{measure}” was just over {value} on {day}, the last figure in the test; "
                "{predicted} was predicted."
            )
            if value < low:
                said = mark(
                    "“{measure}” was just under {value} on {day}, the last figure in the test; "
                    "{predicted} was predicted."
                )
        return say(said, measure=measure.name, value=show(value), day=on, predicted=predicted)

    return _Told(outcome, value, basis)


def _direction(
    measure: Measure,
    change: Change,
    before: Sequence[SeriesPoint],
    figures: Sequence[SeriesPoint],
) -> _Told:
    if change is Change.no_change:
        return _no_change(measure, before, figures)
    if len(before) >= LEAST_BEFORE:
        was, now = median(_values(before)), median(_values(figures))
        words = _medians
    elif len(figures) > 1:
        was, *_, now = _values(figures)
        words = _ends
    else:
        few = mark(
            "“{measure}” has {figures} in the test and {before} before it: too few to tell which "
            "way it moved."
        )
        return _few(measure, before, figures, few)
    held = now > was if change is Change.increase else now < was
    return _Told(
        _HELD if held else _NOT,
        now,
        lambda: _close(words(measure, before, figures, was, now), measure, was, now),
        sure=words is _medians and rank_sum(_values(before), _values(figures)) < CHANCE,
    )


def _no_change(
    measure: Measure, before: Sequence[SeriesPoint], figures: Sequence[SeriesPoint]
) -> _Told:
    if len(before) < LEAST_BEFORE or least(len(before), len(figures)) >= CHANCE:
        few = mark(
            "“{measure}” has {figures} in the test and {before} before it: too few to tell whether "
            "it stayed as it was."
        )
        return _few(measure, before, figures, few)
    one, other = _values(before), _values(figures)
    was, now, chance = median(one), median(other), rank_sum(one, other)
    usual = median(abs(b - a) for a, b in pairwise(one))
    if chance < CHANCE:
        outcome = _NOT
        said = mark(
            "{medians}; the figures differ more than chance would have it (rank-sum test, p = {p})."
        )
    elif abs(now - was) <= usual or isclose(abs(now - was), usual):
        outcome = _HELD
        said = mark(
            "{medians}; they differ no more than one figure from the next (rank-sum test, p = {p})."
        )
    else:
        outcome = _UNKNOWN
        said = mark(
            "{medians}; chance could have made the difference, or not (rank-sum test, p = {p})."
        )
    return _Told(
        outcome,
        now,
        lambda: say(
            said,
            medians=_medians(measure, before, figures, was, now),
            p=f"{max(chance, 0.001):.2g}",
        ),
    )


def _few(
    measure: Measure, before: Sequence[SeriesPoint], figures: Sequence[SeriesPoint], said: str
) -> _Told:
    return _Told(
        _UNKNOWN,
        _values(figures)[-1],
        lambda: say(said, measure=measure.name, figures=_count(len(figures)), before=len(before)),
    )


def _medians(
    measure: Measure,
    before: Sequence[SeriesPoint],
    figures: Sequence[SeriesPoint],
    was: float,
    now: float,
) -> str:
    return say_n(
        "The median of “{measure}” was {was} in the {before} figures before the test ({days}) and "
        "{now} in the one figure in it ({days_in_it})",
        "The median of “{measure}” was {was} in the {before} figures before the test ({days}) and "
        "{now} in the {n} figures in it ({days_in_it})",
        len(figures),
        measure=measure.name,
        was=measure.show(was),
        before=len(before),
        days=_days(before),
        now=measure.show(now),
        days_in_it=_days(figures),
    )


def _ends(
    measure: Measure,
    before: Sequence[SeriesPoint],
    figures: Sequence[SeriesPoint],
    was: float,
    now: float,
) -> str:
    return say(
        "“{measure}” was {was} on {first} and {now} on {last}, the first and the last of {n} "
        "figures in the test",
        measure=measure.name,
        was=measure.show(was),
        first=figures[0].on,
        now=measure.show(now),
        last=figures[-1].on,
        n=len(figures),
    )


def _close(said: str, measure: Measure, was: float, now: float) -> str:
    """The sentence with what rounding would hide."""
    if was == now:
        return say("{said}, which is no move.", said=said)
    if measure.show(was) != measure.show(now):
        return f"{said}."
    if now > was:
        return say("{said}, a little more.", said=said)
    return say("{said}, a little less.", said=said)


def _days(figures: Sequence[SeriesPoint]) -> str:
    first, last = figures[0].on, figures[-1].on
    return show_date(first) if first == last else say("{first} to {last}", first=first, last=last)


def _count(n: int) -> str:
    return say_n("one figure", "{n} figures", n)


def _values(figures: Sequence[SeriesPoint]) -> list[float]:
    return [each.value for each in figures if each.value is not None]
