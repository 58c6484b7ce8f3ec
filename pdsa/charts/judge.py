"""What the rules find in one part of a chart: its figures, the points outside, the signals."""

from collections.abc import Iterable, Iterator, Sequence

from pdsa.charts.lines import Gappy, Lines
from pdsa.charts.result import ChartKind, Part, Side, Signal
from pdsa.charts.rows import Rows
from pdsa.charts.rules.anhoej import box_signal, crossings_min, longest_run_max
from pdsa.charts.rules.sets import ANHOEJ, Anhoej, Nelson, Perla, RuleSet, WesternElectric
from pdsa.errors import InvalidValue

DEFAULT: tuple[RuleSet, ...] = (ANHOEJ,)

_SHEWHART = "Shewhart 1931, Economic Control of Quality; Montgomery, Introduction to SQC, ch. 6"


def judge(
    kind: ChartKind,
    rows: Rows,
    lines: Lines,
    include: Sequence[bool] | None,
    first: int,
    number: int,
    rules: Sequence[RuleSet],
) -> tuple[Part, Sequence[bool], list[Signal]]:
    """What the rules find in one part: its figures, the points outside the limits, the signals."""
    y, centre, values = lines.y, lines.centre, lines.values
    size = len(y)
    signals: list[Signal] = []
    outside: Sequence[bool] = (False,) * size
    if include is not None:
        values = [v if kept else None for v, kept in zip(values, include, strict=True)]
    n, longest, crossings = count(values, centre)
    if lines.sigma is not None:
        outside = _transformed(lines) if kind is ChartKind.t else _outside(lines)
        signals = beyond(y, lines.cl, outside, first, number)
    most = fewest = None
    if n:
        most, fewest = longest_run_max(n), crossings_min(n)
    else:
        longest = crossings = None  # type: ignore[assignment]
    by_runs = False
    if kind is not ChartKind.mr and not rows.labels and n:
        if rules is DEFAULT:
            if longest > most or crossings < fewest:  # type: ignore[operator]
                by_runs = True
                signals += runs(values, centre, ANHOEJ, (n, longest, crossings), first, number)
        else:
            for each in rules:
                said = _by_rules(each, values, lines, (n, longest, crossings), first, number)
                by_runs = by_runs or bool(said)
                signals += said
    found = Part(
        part=number,
        start=first,
        end=first + size - 1,
        cl=lines.cl,
        n_obs=size if include is None else sum(include),
        n_useful=n,
        longest_run=longest,
        longest_run_max=most,
        n_crossings=crossings,
        n_crossings_min=fewest,
        runs_signal=by_runs,
        sigma_signals=sum(outside),
    )
    return found, outside, signals


def _transformed(lines: Lines) -> list[bool]:
    """Which points of a T chart lie outside, on the transformed scale."""
    middle = lines.middle or 0.0
    return [
        v is not None and s is not None and not -3 * s <= v - middle <= 3 * s
        for v, s in zip(lines.values, lines.sigma or (), strict=True)
    ]


def _outside(lines: Lines) -> list[bool]:
    """Which points lie strictly outside the limits."""
    return [
        v is not None and low is not None and high is not None and (v > high or v < low)
        for v, low, high in zip(lines.y, lines.lcl, lines.ucl, strict=True)
    ]


def count(values: Iterable[float | None], centre: float | None) -> tuple[int, int, int]:
    """Useful observations, the longest run of them, and the crossings."""
    n = longest = run = crossings = side = 0
    if centre is None:
        return 0, 0, 0
    for v in values:
        if v is None or v == centre:
            continue
        n += 1
        now = 1 if v > centre else -1
        if now == side:
            run += 1
        else:
            crossings += 1
            side = now
            if run > longest:
                longest = run
            run = 1
    return n, max(longest, run), crossings - 1


def runs(
    values: Sequence[float | None],
    centre: float | None,
    rules: Anhoej,
    counts: tuple[int, int, int],
    first: int,
    number: int,
) -> list[Signal]:
    """The signals of Anhøj's rules, once it is known that there is one; ``counts`` as of ``count``.

    Every run that is longer than chance allows is a signal of its own, in order.
    """
    n, longest, crossings = counts
    method = rules.method
    if method == "anhoej":
        too_long, few = longest_run_max(n) + 1, crossings < crossings_min(n)
    else:
        too_long = next((k for k in range(1, n + 1) if box_signal(method, n, k, n - 1)), n + 1)
        few = box_signal(method, n, 1, crossings)
    signals = []
    if longest >= too_long:
        signals = [
            Signal(
                rule=f"{method}.longest_run",
                points=tuple(run),
                part=number,
                source=rules.source,
                side=side,
            )
            for side, run in _runs_of(values, centre, too_long, first)
        ]
    if few or not signals:  # a cut corner: neither count alone is out of its limits
        rule = f"{method}.{'crossings' if few else 'corner'}"
        useful = [i for i, v in enumerate(values, first) if v is not None and v != centre]
        signals.append(Signal(rule=rule, points=tuple(useful), part=number, source=rules.source))
    return signals


def _runs_of(
    values: Sequence[float | None], centre: float | None, least: int, first: int
) -> Iterator[tuple[Side, list[int]]]:
    """The runs of at least ``least`` useful observations, each with its side and its indices."""
    above, run = False, list[int]()
    for i, v in enumerate(values, first):
        if v is None or centre is None or v == centre:
            continue
        if (v > centre) is not above:
            if len(run) >= least:
                yield Side.above if above else Side.below, run
            above, run = not above, []
        run.append(i)
    if len(run) >= least:
        yield Side.above if above else Side.below, run


def _by_rules(
    rules: RuleSet,
    values: Gappy,
    lines: Lines,
    counts: tuple[int, int, int],
    first: int,
    number: int,
) -> list[Signal]:
    n, longest, crossings = counts
    if isinstance(rules, Anhoej):
        if not box_signal(rules.method, n, longest, crossings):
            return []
        return runs(values, lines.centre, rules, counts, first, number)
    if isinstance(rules, Perla):
        from pdsa.charts.rules import perla

        return perla.signals(values, lines.centre, rules, first=first, part=number)
    if isinstance(rules, (WesternElectric, Nelson)):
        if lines.sigma is None:
            return []
        from pdsa.charts.rules import zones

        return zones.signals(values, lines.middle, lines.sigma, rules, first=first, part=number)
    raise InvalidValue("rules", type(rules).__name__, "one of the sets in pdsa.charts.rules.sets")


def beyond(
    y: Sequence[float | None],
    cl: float | None,
    outside: Sequence[bool],
    first: int,
    number: int,
) -> list[Signal]:
    """One signal for the points above the upper limits, one for those below the lower."""
    high: list[int] = []
    low: list[int] = []
    for i in [i for i, out in enumerate(outside) if out]:
        (high if y[i] > cl else low).append(i + first)  # type: ignore[operator]
    return [
        Signal(rule="sigma", points=tuple(points), part=number, source=_SHEWHART, side=side)
        for side, points in ((Side.above, high), (Side.below, low))
        if points
    ]
