"""The run chart: a median and Anhoej's two rules for non-random variation.

Rules after Anhoej & Olesen 2014 (PLoS ONE 9:e113825) and Schilling 2012: a longest run of useful
observations above ``round(log2 n) + 3``, or fewer crossings of the median than the 5% quantile of
Bin(n - 1, 1/2). Useful observations are those that do not lie on the median.
"""

import math
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby, pairwise

from msgspec import Struct

from pdsa.aim import show_date
from pdsa.calendar import SchoolCalendar
from pdsa.errors import InvalidValue
from pdsa.measure import Measure, Series


class RunPoint(Struct, frozen=True, kw_only=True):
    """One date of a run chart: ``side`` is 1 above, -1 below, 0 on the median; ``None`` if missing."""

    on: date
    value: float | None
    side: int | None
    week: int | None = None


class RunChart(Struct, frozen=True, kw_only=True):
    """A run chart with its analysis. All figures are ``None`` when there is no useful observation.

    ``n_obs`` counts the dates, ``n_useful`` the points off the median. ``signal`` says whether
    either rule finds more than chance would give.
    """

    measure_id: str
    part: str
    points: tuple[RunPoint, ...]
    median: float | None
    n_obs: int
    n_useful: int
    longest_run: int | None
    longest_run_max: int | None
    n_crossings: int | None
    n_crossings_min: int | None
    signal: bool
    reading: str


def longest_run_max(n: int) -> int:
    """The longest run that chance allows among ``n`` useful observations: round(log2 n) + 3.

    Raises ``InvalidValue`` for n below 1.
    """
    if n < 1:
        raise InvalidValue("n", n, "1 or more")
    return round(math.log2(n)) + 3


@lru_cache(maxsize=4096)
def crossings_min(n: int) -> int:
    """The fewest crossings that chance allows: the smallest k with P(Bin(n-1, 1/2) <= k) >= 5%.

    Exact in integers. Raises ``InvalidValue`` for n below 1.
    """
    if n < 1:
        raise InvalidValue("n", n, "1 or more")
    ways, total, k = 1, 1, 0
    while 20 * total < 1 << (n - 1):
        k += 1
        ways = ways * (n - k) // k
        total += ways
    return k


def run_chart(
    measure: Measure, series: Series, *, calendar: SchoolCalendar | None = None
) -> RunChart:
    """The run chart of a series, with its reading; ``calendar`` gives the instructional weeks."""
    known = [point.value for point in series.points if point.value is not None]
    centre = _median(sorted(known))
    points = tuple(
        RunPoint(
            on=point.on,
            value=point.value,
            side=_side(point.value, centre),
            week=calendar.instructional_week(point.on) if calendar else None,
        )
        for point in series.points
    )
    runs = [len(list(run)) for _, run in groupby(point.side for point in points if point.side)]
    n = sum(runs)
    longest = crossings = most = fewest = None
    signal = False
    if runs:
        longest, crossings = max(runs), len(runs) - 1
        most, fewest = longest_run_max(n), crossings_min(n)
        signal = longest > most or crossings < fewest
    return RunChart(
        measure_id=series.measure_id,
        part=series.part,
        points=points,
        median=centre,
        n_obs=len(points),
        n_useful=n,
        longest_run=longest,
        longest_run_max=most,
        n_crossings=crossings,
        n_crossings_min=fewest,
        signal=signal,
        reading=_reading(measure, points, centre, signal),
    )


def _median(ordered: Sequence[float]) -> float | None:
    if not ordered:
        return None
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2


def _side(value: float | None, centre: float | None) -> int | None:
    if value is None or centre is None:
        return None
    return (value > centre) - (value < centre)


def _reading(
    measure: Measure, points: Sequence[RunPoint], centre: float | None, signal: bool
) -> str:
    """One or two sentences with numbers and dates, and no claim about a cause."""
    known = [(point.on, point.value) for point in points if point.value is not None]
    if not known:
        return f"{measure.name}: no data yet."
    (start, first), (end, last) = known[0], known[-1]
    if len(known) == 1:
        return f"{measure.name} was {measure.show(first)} on {show_date(start)}."
    if measure.show(first) == measure.show(last):
        went = f"was {measure.show(first)} at both ends"
    else:
        rose = "rose" if last > first else "fell"
        went = f"{rose} from {measure.show(first)} to {measure.show(last)}"
    said = f"{measure.name} {went} between {show_date(start)} and {show_date(end)}; "
    useful = [point for point in points if point.side]
    if len(useful) < 10:
        advice = f"with {len(useful)} points off the median it is too early to tell from chance"
        return f"{said}{advice}." if not signal else f"{said}{_pattern(measure, useful, centre)}."
    if signal:
        return f"{said}{_pattern(measure, useful, centre)}."
    return f"{said}the points vary around {measure.show(centre)} as chance would have it."


def _pattern(measure: Measure, useful: Sequence[RunPoint], centre: float | None) -> str:
    """What the rules saw: the run at the end if it is too long for chance, else what else was seen."""
    side = useful[-1].side
    run = next((i for i, p in enumerate(reversed(useful)) if p.side != side), len(useful))
    median = f"the median of {measure.show(centre)}"
    if run > longest_run_max(len(useful)):
        where = "above" if side == 1 else "below"
        return f"the last {run} points are all {where} {median}, more than chance would give"
    crossings = sum(a.side != b.side for a, b in pairwise(useful))
    if crossings < crossings_min(len(useful)):
        times = "once" if crossings == 1 else f"{crossings} times"
        chance = f"chance would give at least {crossings_min(len(useful))}"
        return f"the points cross {median} {times}, where {chance}"
    return f"the points stay on one side of {median} for longer than chance would give"
