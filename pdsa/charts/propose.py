"""Proposals: a freeze or rebase that the rules allow. A person decides, never the software.

After Provost & Murray, The Health Care Data Guide, ch. 4 (when to fix and when to recalculate
limits), and Making Data Count (a step change needs a sustained run in the wanted direction).
Nothing is ever proposed on a worsening: new limits would hide it.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from pdsa.charts.control import chart as draw
from pdsa.charts.mean import median
from pdsa.charts.result import Chart, ChartKind, Part, Side
from pdsa.cycle import Cycle
from pdsa.measure import Direction
from pdsa.phase import PhaseKind
from pdsa.words import mark, say

#: A baseline needs this many useful observations, a new phase and the old one this many points.
_BASELINE, _PHASE = 10, 8


class Proposal(Struct, frozen=True, kw_only=True):
    """A freeze or rebase that the rules allow; a person decides, with a reason of their own."""

    kind: PhaseKind
    on: date
    reason: str


def propose(
    chart: Chart, direction: Direction, *, cycles: Iterable[Cycle] = ()
) -> tuple[Proposal, ...]:
    """What a person may want to do with the phases of a chart over dates; mostly nothing.

    A rebase is proposed when the present phase ends in a run on the wanted side of its centre line
    that is longer than chance allows, at least 8 points long, with at least 8 points before it,
    and no turn for the worse within the run.
    A freeze is proposed when the points before the first test of a change (at least 10 useful
    ones) vary as chance would have it and later points are not worse.
    """
    if not chart.parts or not isinstance(chart.points.x[0], date) or chart.kind is ChartKind.mr:
        return ()
    wanted = Side.above if direction is Direction.increase else Side.below
    found = [_rebase(chart, wanted)]
    if chart.freeze is None and len(chart.parts) == 1:
        found.append(_freeze(chart, wanted, cycles))
    return tuple(each for each in found if each is not None)


def _useful(chart: Chart, part: Part) -> list[tuple[int, float]]:
    """The indices and values that the runs rules judge, in one part."""
    points = chart.points
    return [
        (i + 1, y)
        for i in range(part.start - 1, part.end)
        if (y := points.y[i]) is not None and points.include[i] and y != points.cl[i]
    ]


def _rebase(chart: Chart, wanted: Side) -> Proposal | None:
    part = chart.parts[-1]
    useful = _useful(chart, part)
    if part.cl is None or part.longest_run_max is None:
        return None
    run: list[tuple[int, float]] = []
    for index, value in reversed(useful):
        if (value > part.cl) is not (wanted is Side.above):
            break
        run.insert(0, (index, value))
    start = run[0][0] if run else 0
    before = [i for i, _ in useful if i < start]
    if len(run) <= part.longest_run_max or len(run) < _PHASE or len(before) < _PHASE:
        return None
    if _turned([value for _, value in run], wanted):
        return None
    on = _dates(chart)[start - 1]
    if wanted is Side.above:
        reason = mark(
            "The last {n} points, from {day}, all lie above the centre line; chance would give at "
            "most {most} in a row, and above is better here. If you know what changed and it will "
            "last, a new phase may begin there."
        )
    else:
        reason = mark(
            "The last {n} points, from {day}, all lie below the centre line; chance would give at "
            "most {most} in a row, and below is better here. If you know what changed and it will "
            "last, a new phase may begin there."
        )
    return Proposal(
        kind=PhaseKind.rebase,
        on=on,
        reason=say(reason, n=len(run), day=on, most=part.longest_run_max),
    )


def _turned(run: Sequence[float], wanted: Side) -> bool:
    """Whether the run itself gets worse beyond chance, about its own median."""
    own = draw(ChartKind.run, run)
    worse = Side.below if wanted is Side.above else Side.above
    late = median(run[len(run) // 2 :])
    early = median(run[: len(run) // 2])
    falls = late < early if wanted is Side.above else late > early
    return falls and any(s.side is worse or s.side is None for s in own.signals)


def _freeze(chart: Chart, wanted: Side, cycles: Iterable[Cycle]) -> Proposal | None:
    started = min((c.started_on for c in cycles if c.started_on is not None), default=None)
    if started is None:
        return None
    points, dates = chart.points, _dates(chart)
    last = sum(x < started for x in dates)
    kept = [i for i in range(last) if points.include[i]]
    before = [y for i in kept if (y := points.y[i]) is not None]
    later = [y for y in points.y[last:] if y is not None]
    if not before or not later:
        return None
    baseline = _again(chart, kept)
    if baseline.signal or baseline.parts[0].n_useful < _BASELINE:
        return None
    rise = median(later) - median(before)
    if rise < 0 if wanted is Side.above else rise > 0:
        return None
    on = dates[last - 1]
    return Proposal(
        kind=PhaseKind.freeze,
        on=on,
        reason=say(
            "The {n} points up to {day}, before the first test of a change began, vary as chance "
            "would have it. Frozen there, they show whether what came later differs from where you "
            "began.",
            n=baseline.parts[0].n_obs,
            day=on,
        ),
    )


def _again(chart: Chart, kept: Sequence[int]) -> Chart:
    """The chart of some of the points alone; a run chart where single values are needed."""
    points = chart.points
    if not points.n or chart.kind in (ChartKind.xbar, ChartKind.s):
        kind = ChartKind.run if points.n else chart.kind
        return draw(kind, [points.y[i] for i in kept])
    sizes = [points.n[i] for i in kept]
    y = [
        None if (v := points.y[i]) is None or (n := points.n[i]) is None else v / chart.multiply * n
        for i in kept
    ]
    return draw(chart.kind, y, sizes)


def _dates(chart: Chart) -> list[date]:
    return [x for x in chart.points.x if isinstance(x, date)]
