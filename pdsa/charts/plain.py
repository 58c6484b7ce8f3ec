"""The short way for the chart that schools draw most: whole counts over sizes, nothing missing.

A P or U chart with default rules and without phases, ghosts or a given centre takes half the time
when it is checked, computed and judged in one go; everything else, and every chart with an error,
goes the way of ``pdsa.charts.control``. A property test holds the two to the same
result to the last bit (docs/decisions/0007).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from math import sqrt
from operator import truediv
from typing import Any

from pdsa.charts.judge import DEFAULT, beyond, runs
from pdsa.charts.result import Chart, ChartKind, Part, Points, Signal
from pdsa.charts.rows import positions, rising
from pdsa.charts.rules.anhoej import crossings_min, longest_run_max
from pdsa.charts.rules.sets import ANHOEJ

_EXACT = 2**53
_BIG = 1e100
_DAYS = frozenset((date,))
_WHOLE = frozenset((int,))


def plain(
    kind: ChartKind,
    num: list[Any],
    den: list[Any],
    x: Iterable[Any] | None,
    target: float | None,
    multiply: float,
    screen: bool,
) -> Chart | None:
    """The chart of counts over sizes; ``None`` where it is not as plain as that."""
    points = len(num)
    if x is None:
        places = positions(points)
    else:
        if not isinstance(x, (list, tuple)) or len(x) != points or {*map(type, x)} != _DAYS:
            return None
        places = tuple(x)
        if not rising(places):
            return None
    try:
        count, size = sum(num), sum(den)
        if type(count) is not int or {*map(type, den)} != _WHOLE or min(num) < 0 or min(den) < 1:
            return None
    except (TypeError, ValueError):  # something is missing, or no number, or there is nothing
        return None
    share = kind is ChartKind.p
    if size > _EXACT or count > _EXACT or (share and count > size):
        return None
    y: Sequence[float] = [*map(truediv, num, den)]
    cl = count / size
    variance = cl * (1 - cl) if share else cl
    limits: dict[int, tuple[float, float, float, float]] = {}
    for d in {*den}:  # most classes have as many students this week as last week
        sigma = sqrt(variance / d)
        three, two = 3 * sigma, 2 * sigma
        limits[d] = cl - three, cl + three, cl - two, cl + two
    widest = limits[min(limits)]
    if widest[0] < 0 or (share and widest[1] > 1):
        most = 1.0 if share else float("inf")
        limits = {
            d: (max(a, 0.0), min(b, most), max(c, 0.0), min(e, most))
            for d, (a, b, c, e) in limits.items()
        }
    columns: Iterable[Sequence[float]] = zip(*[limits[d] for d in den], strict=True)
    lcl, ucl, lcl95, ucl95 = columns
    n, longest, crossings, out = _sweep(y, cl, lcl, ucl)
    if not n or (out and share and max(y) > 1):
        return None
    most_in_a_row, fewest = longest_run_max(n), crossings_min(n)
    by_runs = longest > most_in_a_row or crossings < fewest
    signals: list[Signal] = []
    outside: Sequence[bool] = (False,) * points
    if out:
        outside = [v > high or v < low for v, low, high in zip(y, lcl, ucl, strict=True)]
        signals = beyond(y, cl, outside, 1, 1)
    if by_runs:
        signals += runs(y, cl, ANHOEJ, (n, longest, crossings), 1, 1)
    if multiply != 1:
        y = [v * multiply for v in y]
        lcl, ucl = [v * multiply for v in lcl], [v * multiply for v in ucl]
        lcl95, ucl95 = [v * multiply for v in lcl95], [v * multiply for v in ucl95]
        cl *= multiply
    yes = (True,) * points
    return Chart(
        kind=kind,
        points=Points(
            x=places,
            y=tuple(y),
            cl=(cl,) * points,
            lcl=tuple(lcl),
            ucl=tuple(ucl),
            lcl95=tuple(lcl95),
            ucl95=tuple(ucl95),
            target=(target,) * points,
            part=(1,) * points,
            baseline=yes,
            include=yes,
            sigma_signal=tuple(outside),
            n=tuple(den),
        ),
        parts=(
            Part(
                part=1,
                start=1,
                end=points,
                cl=cl,
                n_obs=points,
                n_useful=n,
                longest_run=longest,
                longest_run_max=most_in_a_row,
                n_crossings=crossings,
                n_crossings_min=fewest,
                runs_signal=by_runs,
                sigma_signals=sum(outside),
            ),
        ),
        signals=tuple(signals),
        rules=DEFAULT,
        screened=screen,
        multiply=multiply,
    )


def _sweep(
    y: Sequence[Any], centre: Any, lcl: Sequence[Any], ucl: Sequence[Any]
) -> tuple[int, int, int, bool]:
    """As ``pdsa.charts.judge.count``, and whether any point is outside, where nothing is missing."""
    n = longest = run = crossings = side = 0
    out = False
    for v, low, high in zip(y, lcl, ucl, strict=True):
        if v > centre:
            now = 1
            if v > high:
                out = True
        elif v < centre:
            now = -1
            if v < low:
                out = True
        else:
            continue
        n += 1
        if now == side:
            run += 1
        else:
            crossings += 1
            side = now
            if run > longest:
                longest = run
            run = 1
    return n, max(longest, run), crossings - 1, out
