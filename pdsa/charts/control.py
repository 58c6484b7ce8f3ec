"""The engine: from numbers to a chart. One function for every kind, and one for many series.

``pdsa.charts.rows`` reads and checks, ``pdsa.charts.limits`` computes the lines of each part, the
modules in ``pdsa.charts.rules`` find signals; here they are put together.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from pdsa.charts.limits import LIMITS, Base, Gappy, Lines
from pdsa.charts.result import Chart, ChartKind, Part, Points, Side, Signal
from pdsa.charts.rows import Aggregate, Rows, read
from pdsa.charts.rules.anhoej import box_signal, crossings_min, longest_run_max
from pdsa.charts.rules.sets import (
    ANHOEJ,
    Anhoej,
    MakingDataCount,
    Nelson,
    Perla,
    RuleSet,
    WesternElectric,
)
from pdsa.errors import InvalidValue

_DEFAULT: tuple[RuleSet, ...] = (ANHOEJ,)
_SHEWHART = "Shewhart 1931, Economic Control of Quality; Montgomery, Introduction to SQC, ch. 6"
_LEAST = {
    ChartKind.mr: (0.0, None),
    ChartKind.p: (0.0, 1.0),
    ChartKind.pp: (0.0, 1.0),
    ChartKind.u: (0.0, None),
    ChartKind.up: (0.0, None),
    ChartKind.c: (0.0, None),
    ChartKind.g: (0.0, None),
    ChartKind.t: (0.0, None),
    ChartKind.s: (0.0, None),
}


def chart(
    kind: ChartKind | str,
    y: Iterable[Any],
    n: Iterable[Any] | None = None,
    x: Iterable[Any] | None = None,
    *,
    part: int | Iterable[int] = (),
    freeze: int | None = None,
    exclude: Iterable[int] = (),
    cl: float | None = None,
    target: float | None = None,
    multiply: float = 1,
    aggregate: Aggregate = "mean",
    screen: bool = True,
    rules: Sequence[RuleSet] = _DEFAULT,
    keep_freeze: bool = False,
) -> Chart:
    """The chart of one series.

    ``y`` holds values, or counts where ``n`` holds their denominators (subgroup sizes); ``x``
    dates, numbers or texts (1, 2, 3 ... without it). ``None`` and NaN are missing. Rows of one x
    form one subgroup: sums where there are denominators, else ``aggregate``.

    Indices count from 1 over the subgroups in the order of x: ``part`` the last ones of the parts
    (those outside the data are ignored), ``freeze`` the last one of the baseline (ignored where
    ``part`` is given, unless ``keep_freeze``: then it freezes the part it lies in), ``exclude``
    the ghost points. ``cl`` is a given centre line; ``target`` is
    in the unit of the drawn chart; ``multiply`` scales y, centre and limits after the analysis.
    ``screen`` leaves moving ranges over 3.267 means out once (Nelson 1982), as qicharts2 does.

    Raises ``InvalidValue`` with the field, the index and the rule it breaks.
    """
    kind = kind if isinstance(kind, ChartKind) else _kind(kind)
    if rules is not _DEFAULT:
        rules = tuple(rules)
        if any(isinstance(each, MakingDataCount) for each in rules):
            return _making_data_count(
                kind, y, n, x, part, freeze, exclude, cl, target, multiply, screen, rules
            )
    rows = read(kind, y, n, x, aggregate)
    size = len(rows.y)
    ends = _ends(part, size) if part != () else ()
    ghosts = _indices("exclude", exclude) if exclude else frozenset[int]()
    if freeze is not None:
        if isinstance(freeze, bool) or not isinstance(freeze, int) or freeze < 1:
            raise InvalidValue("freeze", freeze, "the index of a point, 1 or more")
        freeze = None if ends and not keep_freeze else min(freeze, size)
    if cl is not None:
        _check_centre(kind, cl)
    if target is not None and not -1e100 < target < 1e100:
        raise InvalidValue("target", target, "a finite number")
    if multiply != 1 and not 0 < multiply < 1e100:
        raise InvalidValue("multiply", multiply, "a finite number above zero")
    if not ends:
        if ghosts or freeze is not None:
            include = tuple([i not in ghosts for i in range(1, size + 1)])
            last = size if freeze is None else freeze
            base: Base = [i for i in range(last) if include[i]]
            baseline = (True,) * last + (False,) * (size - last)
        else:
            include, base, baseline = (True,) * size, None, (True,) * size
        lines = LIMITS[kind](rows, base, cl, screen)
        found, outside, signals = _judge(
            kind, rows, lines, None if base is None else include, 1, 1, rules
        )
        parts: tuple[Part, ...] = (found,) if size else ()
        part_of: tuple[int, ...] = (1,) * size
        columns: tuple[Sequence[float | None], ...] = (
            lines.y,
            (lines.cl,) * size,
            lines.lcl,
            lines.ucl,
            lines.lcl95,
            lines.ucl95,
        )
    else:
        include = tuple([i not in ghosts for i in range(1, size + 1)])
        baseline = (True,) * size
        if freeze is not None:
            after = min((end for end in (*ends, size) if end >= freeze), default=size)
            baseline = tuple([not freeze < i <= after for i in range(1, size + 1)])
        signals = []
        outside, all_parts, pieces, numbers = [], [], [], []
        for number, (start, end) in enumerate(zip((0, *ends), (*ends, size), strict=True), 1):
            block = _slice(rows, start, end)
            among = include[start:end]
            kept = [i for i in range(start, end) if include[i] and baseline[i]]
            base = None if len(kept) == end - start else [i - start for i in kept]
            lines = LIMITS[kind](block, base, cl, screen)
            found, out, said = _judge(kind, block, lines, among, start + 1, number, rules)
            all_parts.append(found)
            outside += out
            signals += said
            numbers += [number] * (end - start)
            pieces.append((lines.y, [lines.cl] * (end - start), *lines[2:6]))
        parts, part_of = tuple(all_parts), tuple(numbers)
        columns = tuple([*chain.from_iterable(each)] for each in zip(*pieces, strict=True))
    if multiply != 1:
        columns = tuple([None if v is None else v * multiply for v in column] for column in columns)
        parts = tuple(_scaled(each, multiply) for each in parts)
    values, centres, lcl, ucl, lcl95, ucl95 = columns
    return Chart(
        kind=kind,
        points=Points(
            x=rows.x,
            y=tuple(values),
            cl=tuple(centres),
            lcl=tuple(lcl),
            ucl=tuple(ucl),
            lcl95=tuple(lcl95),
            ucl95=tuple(ucl95),
            target=(target,) * size,
            part=part_of,
            baseline=baseline,
            include=include,
            sigma_signal=tuple(outside),
            n=() if rows.den is None else tuple(rows.den),
            labels=rows.labels,
        ),
        parts=parts,
        signals=tuple(signals),
        rules=rules,
        screened=screen,
        freeze=freeze,
        multiply=multiply,
    )


def charts(kind: ChartKind | str, series: Iterable[Sequence[Any]], **options: Any) -> list[Chart]:
    """The charts of many series, one kind and one set of options for all.

    Each series is ``(y,)``, ``(y, n)`` or ``(y, n, x)`` as in ``chart``. Raises ``InvalidValue``
    whose field begins with ``series/NUMBER``.
    """
    made = []
    for number, each in enumerate(series, 1):
        try:
            made.append(chart(kind, *each, **options))
        except InvalidValue as error:
            field = f"series/{number}/{error.field}"
            raise InvalidValue(field, error.value, error.rule) from error
    return made


def _judge(
    kind: ChartKind,
    rows: Rows,
    lines: Lines,
    include: Sequence[bool] | None,
    first: int,
    number: int,
    rules: Sequence[RuleSet],
) -> tuple[Part, list[bool], list[Signal]]:
    """What the rules find in one part: its figures, the points outside the limits, the signals."""
    y, centre = lines.y, lines.centre
    size = len(y)
    signals: list[Signal] = []
    if lines.sigma is None:
        outside = [False] * size
    elif kind is ChartKind.t:  # judged where the limits were computed, before rounding
        outside = _transformed(lines)
    elif rows.gaps or kind is ChartKind.mr or kind is ChartKind.s or kind is ChartKind.xbar:
        outside = [
            v is not None and high is not None and low is not None and (v > high or v < low)
            for v, low, high in zip(y, lines.lcl, lines.ucl, strict=True)
        ]
    else:
        outside = [
            v > high or v < low  # type: ignore[operator]
            for v, low, high in zip(y, lines.lcl, lines.ucl, strict=True)
        ]
    beyond = sum(outside)
    if beyond:
        signals = _beyond(lines, outside, first, number)
    values = lines.values
    if include is not None:
        values = [v if kept else None for v, kept in zip(values, include, strict=True)]
    gaps = include is not None or rows.gaps or kind is ChartKind.mr or kind is ChartKind.s
    n, longest, crossings = _count(values, centre, gaps)
    most = fewest = None
    if n:
        most, fewest = longest_run_max(n), crossings_min(n)
    else:
        longest = crossings = None  # type: ignore[assignment]
    by_runs = False
    if kind is not ChartKind.mr and not rows.labels and n:
        if rules is _DEFAULT:
            if longest > most or crossings < fewest:  # type: ignore[operator]
                by_runs = True
                signals += _runs(values, centre, ANHOEJ, first, number)
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
        sigma_signals=beyond,
    )
    return found, outside, signals


def _transformed(lines: Lines) -> list[bool]:
    """Which points of a T chart lie outside, on the transformed scale."""
    middle = lines.middle or 0.0
    return [
        v is not None and s is not None and not -3 * s <= v - middle <= 3 * s
        for v, s in zip(lines.values, lines.sigma or (), strict=True)
    ]


def _count(values: Gappy, centre: float | None, gaps: bool) -> tuple[int, int, int]:
    """Useful observations, the longest run of them, and the crossings."""
    n = longest = run = crossings = side = 0
    if centre is None:
        return 0, 0, 0
    for v in [v for v in values if v is not None] if gaps else values:
        if v > centre:  # type: ignore[operator]
            now = 1
        elif v < centre:  # type: ignore[operator]
            now = -1
        else:
            continue
        n += 1
        if now == side:
            run += 1
        else:
            crossings += 1
            side, run = now, 1
        if run > longest:
            longest = run
    return n, longest, crossings - 1


def _runs(
    values: Gappy, centre: float | None, rules: Anhoej, first: int, number: int
) -> list[Signal]:
    """The signals of Anhøj's rules, once it is known that there is one.

    Every run that is longer than chance allows is a signal of its own, in order.
    """
    useful = [(i, v > centre) for i, v in enumerate(values) if v is not None and v != centre]  # type: ignore[operator]
    n = len(useful)
    runs = [[*run] for _, run in groupby(useful, itemgetter(1))]
    signals = [
        Signal(
            rule=f"{rules.method}.longest_run",
            points=tuple([i + first for i, _ in run]),
            part=number,
            source=rules.source,
            side=Side.above if run[0][1] else Side.below,
        )
        for run in runs
        if box_signal(rules.method, n, len(run), n - 1)
    ]
    if box_signal(rules.method, n, 1, len(runs) - 1):
        signals.append(_all_points(f"{rules.method}.crossings", useful, first, number, rules))
    if not signals:  # a cut corner: neither count alone is out of its limits
        signals.append(_all_points(f"{rules.method}.corner", useful, first, number, rules))
    return signals


def _all_points(
    rule: str, useful: list[tuple[int, bool]], first: int, number: int, rules: Anhoej
) -> Signal:
    points = tuple(i + first for i, _ in useful)
    return Signal(rule=rule, points=points, part=number, source=rules.source)


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
        return _runs(values, lines.centre, rules, first, number)
    if isinstance(rules, Perla):
        from pdsa.charts.rules import perla

        return perla.signals(values, lines.centre, rules, first=first, part=number)
    if isinstance(rules, (WesternElectric, Nelson)):
        if lines.sigma is None:
            return []
        from pdsa.charts.rules import zones

        return zones.signals(values, lines.middle, lines.sigma, rules, first=first, part=number)
    raise InvalidValue("rules", type(rules).__name__, "one of the sets in pdsa.charts.rules.sets")


def _beyond(lines: Lines, outside: list[bool], first: int, number: int) -> list[Signal]:
    """One signal for the points above the upper limits, one for those below the lower."""
    found: dict[Side, list[int]] = {Side.above: [], Side.below: []}
    for i, (out, v, high) in enumerate(zip(outside, lines.y, lines.ucl, strict=True)):
        if out and v is not None and high is not None and lines.cl is not None:
            found[Side.above if v > lines.cl else Side.below].append(i + first)
    return [
        Signal(rule="sigma", points=tuple(points), part=number, source=_SHEWHART, side=side)
        for side, points in found.items()
        if points
    ]


def _slice(rows: Rows, start: int, end: int) -> Rows:
    y = rows.y[start:end]
    return Rows(
        rows.x[start:end],
        y,
        None if rows.num is None else rows.num[start:end],
        None if rows.den is None else rows.den[start:end],
        None if rows.sd is None else rows.sd[start:end],
        rows.labels,
        rows.gaps,
    )


def _scaled(part: Part, multiply: float) -> Part:
    from msgspec.structs import replace

    return part if part.cl is None else replace(part, cl=part.cl * multiply)


def _kind(kind: str) -> ChartKind:
    try:
        return ChartKind(kind)
    except ValueError:
        raise InvalidValue("kind", kind, f"one of {', '.join(ChartKind)}") from None


def _indices(field: str, given: Iterable[int]) -> frozenset[int]:
    to_list = getattr(given, "tolist", None)
    found = list(given if to_list is None else to_list())
    for at, each in enumerate(found, 1):
        if isinstance(each, bool) or not isinstance(each, int):
            raise InvalidValue(f"{field}/{at}", each, "the index of a point, a whole number")
    return frozenset(found)


def _ends(part: int | Iterable[int], size: int) -> tuple[int, ...]:
    """The last indices of all parts but the final one, in order; those outside the data ignored."""
    given = (part,) if isinstance(part, int) else part
    return tuple(sorted(i for i in _indices("part", given) if 0 < i < size))


def _check_centre(kind: ChartKind, cl: float) -> None:
    if isinstance(cl, bool) or not isinstance(cl, (int, float)) or not -1e100 < cl < 1e100:
        raise InvalidValue("cl", cl, "a finite number")
    least, most = _LEAST.get(kind, (None, None))
    if least is not None and cl < least:
        raise InvalidValue("cl", cl, f"0 or more on a {kind.upper()} chart")
    if most is not None and cl > most:
        raise InvalidValue("cl", cl, f"a share between 0 and 1 on a {kind.upper()} chart")


def _making_data_count(
    kind: ChartKind,
    y: Iterable[Any],
    n: Iterable[Any] | None,
    x: Iterable[Any] | None,
    part: int | Iterable[int],
    freeze: int | None,
    exclude: Iterable[int],
    cl: float | None,
    target: float | None,
    multiply: float,
    screen: bool,
    rules: Sequence[RuleSet],
) -> Chart:
    """Making Data Count draws an XmR chart with limits of its own: they come with its rules."""
    from pdsa.charts.rules.making_data_count import making_data_count

    if len(rules) != 1 or not isinstance(rules[0], MakingDataCount):
        raise InvalidValue("rules", len(rules), "Making Data Count alone: its limits are its own")
    if kind is not ChartKind.i:
        raise InvalidValue("kind", str(kind), "i: Making Data Count reads an XmR chart")
    if cl is not None or [*exclude]:
        field = "exclude" if cl is None else "cl"
        raise InvalidValue(field, cl, "none: Making Data Count has no ghosts, no given centre")
    rows = read(kind, y, n, x, "mean")
    wanted = rules[0]
    return making_data_count(
        [None if v is None else v * multiply for v in rows.y],
        x=rows.x,
        improvement=wanted.improvement,
        target=target,
        screen=screen,
        fix_after=freeze,
        rebase=[end + 1 for end in _ends(part, len(rows.y))],
        shift=wanted.shift,
        trend=wanted.trend,
    )
