"""How sure a team was, beside how often it came out: for the team alone, to learn from.

A prediction that does not hold teaches the most, so a low score here is no fault; what can be
learned is to be as sure as the predictions bear out.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from math import fsum

from msgspec import Struct

from pdsa.cycle import Cycle
from pdsa.prediction import Outcome, before_do
from pdsa.review.interval import wilson
from pdsa.words import mark, say, say_n

#: With fewer scored predictions than this nothing is said of them.
ENOUGH = 10


class ReliabilityBin(Struct, frozen=True, kw_only=True):
    """The scored predictions whose confidence lay from ``low`` to ``high`` percent, both included.

    ``confidence`` is their mean and ``share`` how many of them held, both as fractions and ``None``
    without any; ``interval`` is that of the share (``pdsa.review.interval.wilson``, 95 percent).
    """

    low: int
    high: int
    count: int
    held: int
    confidence: float | None
    share: float | None
    interval: tuple[float, float]


class CalibrationPeriod(Struct, frozen=True, kw_only=True):
    """The predictions locked in a quarter of a year: their score, and that of all up to its end."""

    first_day: date
    last_day: date
    count: int
    brier: float
    running: float


class LeftOut(Struct, frozen=True, kw_only=True):
    """Locked predictions that have no score, each counted once, in this order of reasons.

    ``made_after_do`` were written once Do had begun, after a step back: they foretold nothing.
    """

    made_after_do: int
    not_compared: int
    cannot_tell: int
    without_confidence: int


class Calibration(Struct, frozen=True, kw_only=True):
    """The Brier score of a team's predictions and what it is made of; 0 is best, 1 is worst.

    ``brier`` = ``reliability`` - ``resolution`` + ``uncertainty``. ``uncertainty`` is also what
    always saying ``base_rate`` (the share that held) would have scored. All are ``None`` while
    nothing is scored. ``confidence`` is the mean at lock, as a fraction.
    """

    count: int
    held: int
    left_out: LeftOut
    confidence: float | None
    base_rate: float | None
    brier: float | None
    reliability: float | None
    resolution: float | None
    uncertainty: float | None
    bins: tuple[ReliabilityBin, ...]
    periods: tuple[CalibrationPeriod, ...]
    sentence: str


class _Scored(Struct, frozen=True):
    on: date
    confidence: int
    held: bool

    @property
    def penalty(self) -> float:
        """(confidence - outcome) squared: Brier 1950, Monthly Weather Review 78:1."""
        return (self.confidence / 100 - self.held) ** 2


def calibration(cycles: Iterable[Cycle]) -> Calibration:
    """How the confidence at lock compares with what the team says became of its predictions.

    The decomposition is by distinct stated confidence, so that it is exact (Murphy 1973, Journal of
    Applied Meteorology 12:595). Amendments count for nothing: they came after the lock. Quarters
    are those of the calendar, by the day of the lock.
    """
    scored: list[_Scored] = []
    reasons = {"made_after_do": 0, "not_compared": 0, "cannot_tell": 0, "without_confidence": 0}
    for each in _locked(cycles):
        if isinstance(each, str):
            reasons[each] += 1
        else:
            scored.append(each)
    scored.sort(key=lambda each: each.on)
    n, held = len(scored), sum(each.held for each in scored)
    base = held / n if n else None
    confidence = sum(each.confidence for each in scored) / (100 * n) if n else None
    brier = fsum(each.penalty for each in scored) / n if n else None
    reliability, resolution = _parts(scored)
    return Calibration(
        count=n,
        held=held,
        left_out=LeftOut(**reasons),
        confidence=confidence,
        base_rate=base,
        brier=brier,
        reliability=reliability,
        resolution=resolution,
        uncertainty=None if base is None else base * (1 - base),
        bins=tuple(_bin(low, scored) for low in range(0, 100, 10)),
        periods=tuple(_periods(scored)),
        sentence=_sentence(n, held, confidence, brier),
    )


def _locked(cycles: Iterable[Cycle]) -> Iterator[_Scored | str]:
    """Each locked prediction as it is scored, or the reason why it is not."""
    for cycle in cycles:
        results = {each.prediction_id: each for each in cycle.study.results} if cycle.study else {}
        for prediction in cycle.plan.predictions():
            result = results.get(prediction.id)
            if prediction.locked_on is None:
                continue
            if not before_do(prediction, cycle.started_on):
                yield "made_after_do"
            elif result is None:
                yield "not_compared"
            elif result.outcome is Outcome.cannot_tell:
                yield "cannot_tell"
            elif prediction.confidence is None:
                yield "without_confidence"
            else:
                held = result.outcome is Outcome.held
                yield _Scored(prediction.locked_on, prediction.confidence, held)


def _parts(scored: Sequence[_Scored]) -> tuple[float | None, float | None]:
    """Reliability and resolution."""
    if not scored:
        return None, None
    n, base = len(scored), sum(each.held for each in scored) / len(scored)
    groups: dict[int, list[bool]] = {}
    for each in scored:
        groups.setdefault(each.confidence, []).append(each.held)
    shares = [(len(each), at / 100, sum(each) / len(each)) for at, each in groups.items()]
    return (
        fsum(count * (said - share) ** 2 for count, said, share in shares) / n,
        fsum(count * (share - base) ** 2 for count, _, share in shares) / n,
    )


def _bin(low: int, scored: Sequence[_Scored]) -> ReliabilityBin:
    high = 100 if low == 90 else low + 9
    found = [each for each in scored if low <= each.confidence <= high]
    n, held = len(found), sum(each.held for each in found)
    return ReliabilityBin(
        low=low,
        high=high,
        count=n,
        held=held,
        confidence=sum(each.confidence for each in found) / (100 * n) if n else None,
        share=held / n if n else None,
        interval=wilson(held, n),
    )


def _periods(scored: Sequence[_Scored]) -> Iterator[CalibrationPeriod]:
    quarters: dict[date, list[float]] = {}
    for each in scored:
        first = each.on.replace(month=(each.on.month - 1) // 3 * 3 + 1, day=1)
        quarters.setdefault(first, []).append(each.penalty)
    so_far: list[float] = []
    for first, found in quarters.items():
        so_far += found
        after = (first + timedelta(days=95)).replace(day=1)
        yield CalibrationPeriod(
            first_day=first,
            last_day=after - timedelta(days=1),
            count=len(found),
            brier=fsum(found) / len(found),
            running=fsum(so_far) / len(so_far),
        )


def _sentence(n: int, held: int, confidence: float | None, brier: float | None) -> str:
    """What to take from it: the mean confidence beside the interval of the share that held."""
    if confidence is None or brier is None or n < ENOUGH:
        if not n:
            return say(
                "No predictions are scored so far; from {enough} on there is something to say about "
                "them.",
                enough=ENOUGH,
            )
        return say_n(
            "One prediction is scored so far; from {enough} on there is something to say about "
            "them.",
            "{n} predictions are scored so far; from {enough} on there is something to say about "
            "them.",
            n,
            enough=ENOUGH,
        )
    low, high = wilson(held, n)
    share = held / n
    if confidence > high:
        said = mark(
            "{held} of {n} predictions held ({share}), and on average you were {sure} sure, more "
            "than they bore out: a little less sure, or a wider range, may fit better. The score "
            "is {score}, where 0 is best; always saying {share} would have scored {other}."
        )
    elif confidence < low:
        said = mark(
            "{held} of {n} predictions held ({share}), and on average you were {sure} sure, less "
            "than they bore out: you may trust what you know a little more. The score is {score}, "
            "where 0 is best; always saying {share} would have scored {other}."
        )
    else:
        said = mark(
            "{held} of {n} predictions held ({share}), and on average you were {sure} sure, as "
            "close to that as {n} predictions can tell. The score is {score}, where 0 is best; "
            "always saying {share} would have scored {other}."
        )
    return say(
        said,
        held=held,
        n=n,
        share=f"{share:.0%}",
        sure=f"{confidence:.0%}",
        score=f"{brier:.2f}",
        other=f"{share * (1 - share):.2f}",
    )
