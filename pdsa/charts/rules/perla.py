"""Four rules for run charts after Perla, Provost & Murray 2011 (BMJ Quality & Safety 20:46-51).

Shift, trend, too few runs, too many runs. Their fourth sign, the astronomical point, is a judgement
of people and never a test. The limits for runs are for 10 to 60 useful observations (points off the
median); for even n they equal the exact 5% per side of Swed & Eisenhart 1943 for equal halves, for
odd n they are advisory.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from msgspec import Struct

from pdsa.charts.mean import median
from pdsa.charts.result import Side, Signal
from pdsa.charts.rules.column import column, number, run_length
from pdsa.charts.rules.sets import Perla

# The fewest and the most runs that chance allows, for n = 10, 11, ... 60.
_LIMITS = """
3-9 3-10 3-11 4-11 4-12 5-12 5-13 5-13 6-14 6-15 6-16 7-16 7-17 7-17 8-18 8-18 9-19 10-19 10-20
10-20 11-21 11-22 11-23 12-23 12-24 12-24 13-25 13-25 14-26 14-26 15-27 15-27 16-28 16-28 17-29
17-30 17-31 18-31 18-32 19-32 19-33 20-33 20-34 21-34 21-35 22-35 22-36 23-36 23-37 24-38 24-38"""
_LEAST, _MOST = 10, 60


class Shift(Struct, frozen=True, kw_only=True):
    """A run on one ``side`` of the median, from index ``start`` to ``end``; ``length`` useful points."""

    start: int
    end: int
    length: int
    side: Side


class Trend(Struct, frozen=True, kw_only=True):
    """A run all up or all down, from index ``start`` to ``end``; ``length`` points, repeats ignored."""

    start: int
    end: int
    length: int
    direction: Side


class PerlaRuns(Struct, frozen=True, kw_only=True):
    """What the rules find. The limits are ``None`` where the table has none: no finding then."""

    median: float | None
    n_useful: int
    n_runs: int
    runs_lower: int | None
    runs_upper: int | None
    too_few: bool
    too_many: bool
    shifts: tuple[Shift, ...]
    trends: tuple[Trend, ...]


def perla(
    y: Iterable[Any], centre: float | None = None, *, shift: int = 6, trend: int = 5
) -> PerlaRuns:
    """The rules applied to one series; ``None`` is missing and is skipped.

    ``centre`` is the median of a frozen baseline; without it the median of all points. ``shift``
    and ``trend`` count the points that make one.

    Raises ``InvalidValue`` for what is no finite number and for run lengths below 2.
    """
    values = column("y", y)
    rules = Perla(shift=run_length("shift", shift), trend=run_length("trend", trend))
    known = [value for value in values if value is not None]
    if centre is not None:
        centre = number("centre", centre)
    elif known:
        centre = median(known)
    runs = _runs(values, centre)
    n = sum(len(points) for _, points in runs)
    lower, upper = runs_limits(n)
    return PerlaRuns(
        median=centre,
        n_useful=n,
        n_runs=len(runs),
        runs_lower=lower,
        runs_upper=upper,
        too_few=lower is not None and len(runs) < lower,
        too_many=upper is not None and len(runs) > upper,
        shifts=tuple(
            Shift(start=points[0], end=points[-1], length=len(points), side=side)
            for side, points in runs
            if len(points) >= rules.shift
        ),
        trends=tuple(
            Trend(start=points[0], end=points[-1], length=len(points), direction=way)
            for way, points in _ways(values)
            if len(points) >= rules.trend
        ),
    )


def signals(
    values: Sequence[float | None], centre: float | None, rules: Perla, *, first: int, part: int
) -> list[Signal]:
    """What the rules find in one part of a chart, as signals that cite the chart's indices.

    ``values`` holds the part's points, ``None`` where missing or left out, ``first`` is the index
    of the first of them. A shift cites its points off the centre line, a trend its points without
    repeats, too few or too many runs all useful points. Without a centre line only trends are left.
    """
    runs = _runs(values, centre)
    useful = sorted(point for _, points in runs for point in points)
    lower, upper = runs_limits(len(useful))
    found: list[tuple[str, list[int], Side | None]] = [
        ("perla.shift", points, side) for side, points in runs if len(points) >= rules.shift
    ]
    found += [
        ("perla.trend", points, way) for way, points in _ways(values) if len(points) >= rules.trend
    ]
    if lower is not None and len(runs) < lower:
        found.append(("perla.too_few_runs", useful, None))
    if upper is not None and len(runs) > upper:
        found.append(("perla.too_many_runs", useful, None))
    return [
        Signal(
            rule=rule,
            points=tuple(point + first - 1 for point in points),
            part=part,
            source=rules.source,
            side=side,
        )
        for rule, points, side in found
    ]


def runs_limits(n: int) -> tuple[int | None, int | None]:
    """The fewest and the most runs that chance allows among ``n`` useful observations (10 to 60)."""
    if not _LEAST <= n <= _MOST:
        return None, None
    lower, _, upper = _LIMITS.split()[n - _LEAST].partition("-")
    return int(lower), int(upper)


def _runs(values: Sequence[float | None], centre: float | None) -> list[tuple[Side, list[int]]]:
    """The runs on one side of the centre line: the side and the indices of their useful points."""
    useful = (
        (Side.above if value > centre else Side.below, index)
        for index, value in enumerate(values, 1)
        if value is not None and centre is not None and value != centre
    )
    return [
        (side, [index for _, index in run]) for side, run in groupby(useful, lambda each: each[0])
    ]


def _ways(values: Sequence[float | None]) -> Iterator[tuple[Side, list[int]]]:
    """The longest stretches all up or all down; a turning point belongs to both of its stretches."""
    distinct: list[tuple[int, float]] = []
    for index, value in enumerate(values, 1):
        if value is not None and not (distinct and distinct[-1][1] == value):
            distinct.append((index, value))
    steps = (
        (Side.up if after > before else Side.down, start, end)
        for (start, before), (end, after) in pairwise(distinct)
    )
    for way, run in groupby(steps, lambda step: step[0]):
        stretch = list(run)
        yield way, [stretch[0][1], *(end for _, _, end in stretch)]
