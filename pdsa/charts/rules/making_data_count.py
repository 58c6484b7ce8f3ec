"""XmR charts as NHS England's Making Data Count reads them: a type for each point, two icons.

Source: NHS England, Making Data Count; the exact rules are those of R's NHSRplotthedots 0.2.2.
Limits lie at the mean +- 2.66 mean moving ranges, with ranges of 3.267 means and more left out once;
"close" to a limit is beyond two thirds of that, but not outside.

Each point has one cause, the first of: outside a limit (strictly); one of 7 or more points all rising
or all falling; close to a limit, with another of three neighbours all on one side close, too; one of
7 or more points in a row on one side of the mean (a point on it breaks the run); else common cause.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, pairwise
from typing import Any, NamedTuple

from pdsa.charts.limits import screened
from pdsa.charts.mean import mean
from pdsa.charts.result import Chart, ChartKind, Part, Points, Side, Signal
from pdsa.charts.rows import read
from pdsa.charts.rules.anhoej import crossings_min, longest_run_max
from pdsa.charts.rules.column import column, number, run_length
from pdsa.charts.rules.sets import MakingDataCount
from pdsa.errors import InvalidValue
from pdsa.measure import Direction

Values = Sequence[float | None]

_SHORT = 13
_FACTOR, _CLOSE = 2.66, 2.66 * 2 / 3
_RULES = ("outside", "trend", "two_of_three", "shift")
_UP = (Side.above, Side.up)


class _Found(NamedTuple):
    """A pattern: its rule, its points (0-based among the chart's), its side."""

    rule: str
    points: list[int]
    side: Side


class _Lines(NamedTuple):
    """The mean of a phase, its limits, and where "close" begins; ``None`` where there is no figure."""

    cl: float | None
    lcl: float | None
    ucl: float | None
    lcl95: float | None
    ucl95: float | None


def making_data_count(
    y: Iterable[Any],
    *,
    x: Iterable[Any] | None = None,
    improvement: Direction | None = None,
    target: float | None = None,
    screen: bool = True,
    fix_after: int | None = None,
    rebase: Iterable[int] = (),
    shift: int = 7,
    trend: int = 7,
) -> Chart:
    """The XmR chart of one series with the type of each point, and the two icons.

    ``improvement`` is the wanted direction, ``None`` where neither is better. ``fix_after`` k takes
    mean and limits from the first k points of each phase (12 or more), ``rebase`` holds the first
    indices of new phases (those outside 2..N are ignored). ``screen`` as false is the Excel tool.
    ``lcl95`` and ``ucl95`` are where "close to the limits" begins.

    Points' types are ``common_cause``, ``special_cause_improvement``, ``special_cause_concern``, or
    without a wanted direction ``special_cause_neutral_high`` and ``..._low``. ``variation`` is the
    type of the last point that is not missing. ``assurance``, with a target and a direction, is
    ``consistent_pass`` or ``consistent_fail`` where the target lies strictly outside the limits of
    the last phase, else ``inconsistent``; ``None`` where that phase has no limits.

    Missing points have no moving range, break every pattern and are common cause. Where all points
    are equal the limits equal the mean. A phase with a single point has a mean and no limits.

    Raises ``InvalidValue`` for what is no finite number, for a ``fix_after`` below 12, and for run
    lengths below 2.
    """
    values = column("y", y)
    rows = None if x is None else read(ChartKind.i, values, None, x, "mean")
    if rows is not None:
        values = rows.y
    size = len(values)
    if improvement is not None:
        if improvement not in [*Direction]:
            raise InvalidValue("improvement", improvement, "increase, decrease or None")
        improvement = Direction(improvement)
    rules = MakingDataCount(
        improvement=improvement,
        shift=run_length("shift", shift),
        trend=run_length("trend", trend),
    )
    if fix_after is not None and (not isinstance(fix_after, int) or fix_after < 12):
        raise InvalidValue("fix_after", fix_after, "12 points or more")
    if target is not None:
        target = number("target", target)
    starts = [0, *sorted({first - 1 for first in rebase if 1 < first <= size})]
    phases = list(zip(starts, [*starts[1:], size], strict=True)) if size else []
    lines = [_lines(values[start:end][:fix_after], screen) for start, end in phases]
    found = [
        list(_patterns(values, start, end, each, rules))
        for (start, end), each in zip(phases, lines, strict=True)
    ]
    types = tuple(_type(cause, improvement) for cause in _causes(size, found))
    last = max((i for i, value in enumerate(values) if value is not None), default=None)

    def along(name: str) -> tuple[float | None, ...]:
        return tuple(
            chain.from_iterable(
                [getattr(each, name)] * (end - start)
                for (start, end), each in zip(phases, lines, strict=True)
            )
        )

    outside = {i for each in chain(*found) if each.rule == "outside" for i in each.points}
    points = Points(
        x=tuple(range(1, size + 1)) if rows is None else rows.x,
        y=tuple(values),
        cl=along("cl"),
        lcl=along("lcl"),
        ucl=along("ucl"),
        lcl95=along("lcl95"),
        ucl95=along("ucl95"),
        target=(target,) * size,
        part=tuple(part for part, (start, end) in enumerate(phases, 1) for _ in range(start, end)),
        baseline=tuple(
            fix_after is None or i - start < fix_after
            for start, end in phases
            for i in range(start, end)
        ),
        include=(True,) * size,
        sigma_signal=tuple(i in outside for i in range(size)),
        labels=() if rows is None else rows.labels,
        point_type=types,
    )
    return Chart(
        kind=ChartKind.i,
        points=points,
        parts=tuple(
            _part(values, number, start, end, each.cl, patterns)
            for number, ((start, end), each, patterns) in enumerate(
                zip(phases, lines, found, strict=True), 1
            )
        ),
        signals=tuple(
            Signal(
                rule=f"making_data_count.{rule}",
                points=tuple(i + 1 for i in indices),
                part=part,
                source=rules.source,
                side=side,
            )
            for part, patterns in enumerate(found, 1)
            for rule, indices, side in patterns
        ),
        rules=(rules,),
        screened=screen,
        freeze=None if fix_after is None or not phases else min(fix_after, phases[0][1]),
        variation=None if last is None else types[last],
        assurance=_assurance(lines[-1], target, improvement) if lines else None,
    )


def causes(chart: Chart) -> tuple[str, ...]:
    """What made each point's type, from a chart by ``making_data_count``.

    ``common_cause``, or ``outside``, ``two_of_three`` or ``shift`` with ``_above`` or ``_below``, or
    ``trend_up`` or ``trend_down``.
    """
    found: list[list[_Found]] = [[] for _ in chart.parts]
    for signal in chart.signals:
        name = signal.rule.removeprefix("making_data_count.")
        if name in _RULES and signal.side is not None:
            points = [index - 1 for index in signal.points]
            found[signal.part - 1].append(_Found(name, points, signal.side))
    return tuple(
        "common_cause" if each is None else f"{each.rule}_{each.side}"
        for each in _causes(len(chart.points), found)
    )


def short_phases(chart: Chart) -> tuple[int, ...]:
    """The numbers of the phases with fewer than 13 points, too few for limits to rely on."""
    return tuple(part.part for part in chart.parts if part.end - part.start + 1 < _SHORT)


def _lines(fixed: Values, screen: bool) -> _Lines:
    known = [value for value in fixed if value is not None]
    if not known:
        return _Lines(None, None, None, None, None)
    centre = mean(known)
    moved = [abs(b - a) for a, b in pairwise(fixed) if a is not None and b is not None]
    width = screened(moved, 3.267, screen)
    if width is None:
        return _Lines(centre, None, None, None, None)
    far, near = _FACTOR * width, _CLOSE * width
    return _Lines(centre, centre - far, centre + far, centre - near, centre + near)


def _patterns(
    values: Values, start: int, end: int, lines: _Lines, rules: MakingDataCount
) -> Iterator[_Found]:
    """All patterns of a phase, whole and whatever else their points show, in the order of the rules."""
    sides = [_sign(values[i], lines.cl) for i in range(start, end)]
    outside = [_beyond(values[i], lines.lcl, lines.ucl) for i in range(start, end)]
    for i, side in enumerate(outside, start):
        if side:
            yield _Found("outside", [i], side)
    steps = [_sign(values[i], values[i - 1]) for i in range(start + 1, end)]
    for way, points in _runs(steps, start + 1, rules.trend - 1):
        side = Side.up if way is Side.above else Side.down
        yield _Found("trend", [points[0] - 1, *points], side)
    close = [
        None if out else _beyond(values[i], lines.lcl95, lines.ucl95)
        for i, out in enumerate(outside, start)
    ]
    for side in (Side.above, Side.below):
        marked: list[int] = []
        for at in range(2, end - start):
            near = [i for i in (at - 2, at - 1, at) if close[i] is side]
            if len(near) < 2 or any(sides[i] is not side for i in (at - 2, at - 1, at)):
                continue
            if marked and near[0] + start not in marked:
                yield _Found("two_of_three", marked, side)
                marked = []
            marked += [i + start for i in near if i + start not in marked]
        if marked:
            yield _Found("two_of_three", marked, side)
    for side, points in _runs(sides, start, rules.shift):
        yield _Found("shift", points, side)


def _runs(
    sides: Sequence[Side | None], first: int, length: int
) -> Iterator[tuple[Side, list[int]]]:
    """The stretches of one side with ``length`` members or more."""
    for side, run in groupby(enumerate(sides, first), lambda each: each[1]):
        points = [i for i, _ in run]
        if side is not None and len(points) >= length:
            yield side, points


def _sign(value: float | None, other: float | None) -> Side | None:
    if value is None or other is None or value == other:
        return None
    return Side.above if value > other else Side.below


def _beyond(value: float | None, low: float | None, high: float | None) -> Side | None:
    if value is None or low is None or high is None:
        return None
    return Side.above if value > high else Side.below if value < low else None


def _causes(size: int, found: Iterable[Iterable[_Found]]) -> list[_Found | None]:
    """The pattern that gives each point its type: the first rule's; of two trends the later."""
    marked: list[_Found | None] = [None] * size
    for each in sorted(chain(*found), key=lambda each: -_RULES.index(each.rule)):
        for i in each.points:
            marked[i] = each
    return marked


def _type(cause: _Found | None, improvement: Direction | None) -> str:
    if cause is None:
        return "common_cause"
    high = cause.side in _UP
    if improvement is None:
        return f"special_cause_neutral_{'high' if high else 'low'}"
    better = high is (improvement is Direction.increase)
    return f"special_cause_{'improvement' if better else 'concern'}"


def _assurance(lines: _Lines, target: float | None, improvement: Direction | None) -> str | None:
    if target is None or improvement is None or lines.lcl is None or lines.ucl is None:
        return None
    if lines.lcl <= target <= lines.ucl:
        return "inconsistent"
    reached = (target < lines.lcl) is (improvement is Direction.increase)
    return "consistent_pass" if reached else "consistent_fail"


def _part(
    values: Values, part: int, start: int, end: int, cl: float | None, found: list[_Found]
) -> Part:
    """A phase with the usual counts of runs, which these rules show and do not judge."""
    sides = [side for i in range(start, end) if (side := _sign(values[i], cl))]
    runs = [len(list(run)) for _, run in groupby(sides)]
    n = len(sides)
    return Part(
        part=part,
        start=start + 1,
        end=end,
        cl=cl,
        n_obs=end - start,
        n_useful=n,
        longest_run=max(runs) if n else None,
        longest_run_max=longest_run_max(n) if n else None,
        n_crossings=len(runs) - 1 if n else None,
        n_crossings_min=crossings_min(n) if n else None,
        runs_signal=any(each.rule != "outside" for each in found),
        sigma_signals=sum(each.rule == "outside" for each in found),
    )
