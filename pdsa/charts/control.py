"""The engine: from numbers to a chart. One function for every kind, and one for many series.

``pdsa.charts.rows`` reads and checks, ``pdsa.charts.limits`` computes the lines of each part, the
modules in ``pdsa.charts.rules`` find signals; here they are put together.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import index
from typing import Any

from msgspec.structs import replace

from pdsa.charts.judge import DEFAULT, judge
from pdsa.charts.limits import LIMITS
from pdsa.charts.plain import plain
from pdsa.charts.result import Chart, ChartKind, Part, Points, Signal
from pdsa.charts.rows import Aggregate, Rows, numbers, read
from pdsa.charts.rules.sets import MakingDataCount, RuleSet
from pdsa.errors import InvalidValue
from pdsa.words import say

_NONE: tuple[int, ...] = ()
_PLAIN = frozenset((ChartKind.p, ChartKind.u))
_KINDS = {kind.value: kind for kind in ChartKind}
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
    part: int | Iterable[int] = _NONE,
    freeze: int | None = None,
    exclude: Iterable[int] = _NONE,
    cl: float | None = None,
    target: float | None = None,
    multiply: float = 1,
    aggregate: Aggregate = "mean",
    screen: bool = True,
    rules: Sequence[RuleSet] = DEFAULT,
    keep_freeze: bool = False,
) -> Chart:
    """The chart of one series.

    ``y`` holds values, or counts where ``n`` holds their denominators (subgroup sizes); ``x``
    dates, numbers or texts (1, 2, 3 ... without it). ``None`` and NaN are missing. Rows of one x
    form one subgroup: sums where there are denominators, else ``aggregate``.

    Indices count from 1 over the subgroups in the order of x: ``part`` the last ones of the parts
    (those outside the data are ignored), ``freeze`` the last one of the baseline (ignored where
    ``part`` is given, unless ``keep_freeze``: then it freezes the part it lies in), ``exclude``
    the ghost points. ``cl`` is a given centre line; ``target`` is in the unit of the drawn chart;
    ``multiply`` scales y, centre and limits after the analysis. ``screen`` leaves moving ranges
    over 3.267 means out once (Nelson 1982), as qicharts2 does.

    Raises ``InvalidValue`` with the field, the index and the rule it breaks.
    """
    kind = _kind(kind)
    if target is not None:
        target = _finite("target", target)
    if multiply != 1:
        multiply = _finite("multiply", multiply)
        if multiply <= 0:
            raise InvalidValue("multiply", multiply, "a finite number above zero")
    if screen is not True and screen is not False:
        raise InvalidValue("screen", screen, "true or false")
    if rules is not DEFAULT:
        rules = _rules(rules)
        if any(isinstance(each, MakingDataCount) for each in rules):
            return _making_data_count(
                kind, y, n, x, part, freeze, exclude, cl, target, multiply, screen, rules
            )
        if rules == DEFAULT:
            rules = DEFAULT
    if (
        type(y) is list
        and type(n) is list
        and kind in _PLAIN
        and rules is DEFAULT
        and part is _NONE
        and exclude is _NONE
        and freeze is cl is None
        and len(y) == len(n)
    ):
        found = plain(kind, y, n, x, target, multiply, screen)
        if found is not None:
            return found
    rows = read(kind, y, n, x, aggregate)
    size = len(rows.y)
    parted, ends = _ends(part, size) if part is not _NONE else (False, ())
    ghosts = _indices("exclude", exclude) if exclude is not _NONE else frozenset[int]()
    if freeze is not None:
        rule = "the index of a point, 1 or more"
        freeze = _index("freeze", freeze, rule)
        if freeze < 1:
            raise InvalidValue("freeze", freeze, rule)
        freeze = None if parted and not keep_freeze else min(freeze, size)
    if cl is not None:
        cl = _centre(kind, cl)
    include = tuple([i not in ghosts for i in range(1, size + 1)])
    baseline = (True,) * size
    if freeze is not None:
        after = min((end for end in (*ends, size) if end >= freeze), default=size)
        baseline = tuple([not freeze < i <= after for i in range(1, size + 1)])
    outside: list[bool] = []
    signals: list[Signal] = []
    parts: list[Part] = []
    part_of: list[int] = []
    pieces = []
    for number, (start, end) in enumerate(zip((0, *ends), (*ends, size), strict=True), 1):
        block = _slice(rows, start, end) if ends else rows
        kept = [i - start for i in range(start, end) if include[i] and baseline[i]]
        base = None if len(kept) == end - start else kept
        lines = LIMITS[kind](block, base, cl, screen)
        among = include[start:end] if ghosts else None
        figures, out, said = judge(kind, block, lines, among, start + 1, number, rules)
        parts += [figures] if size else []
        outside += out
        signals += said
        part_of += [number] * (end - start)
        pieces.append((lines.y, [lines.cl] * (end - start), *lines[2:6]))
    columns = [[*chain.from_iterable(each)] for each in zip(*pieces, strict=True)]
    if multiply != 1:
        columns = [[None if v is None else v * multiply for v in column] for column in columns]
        parts = [_scaled(each, multiply) for each in parts]
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
            part=tuple(part_of),
            baseline=baseline,
            include=include,
            sigma_signal=tuple(outside),
            n=() if rows.den is None else tuple(rows.den),
            labels=rows.labels,
        ),
        parts=tuple(parts),
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
        if not isinstance(each, (list, tuple)) or not 1 <= len(each) <= 3:
            raise InvalidValue(f"series/{number}", each, "(y,), (y, n) or (y, n, x)")
        try:
            made.append(chart(kind, *each, **options))
        except InvalidValue as error:
            field = f"series/{number}/{error.field}"
            raise InvalidValue(field, error.value, error.rule) from error
    return made


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
    return part if part.cl is None else replace(part, cl=part.cl * multiply)


def _kind(kind: str) -> ChartKind:
    try:
        return _KINDS[kind]
    except (KeyError, TypeError):
        raise InvalidValue("kind", kind, f"one of {', '.join(ChartKind)}") from None


def _indices(field: str, given: Iterable[int]) -> frozenset[int]:
    to_list = getattr(given, "tolist", None)
    if to_list is None and not isinstance(given, Iterable):
        raise InvalidValue(field, given, "the indices of points, whole numbers")
    found = []
    for at, each in enumerate(given if to_list is None else to_list(), 1):
        found.append(_index(f"{field}/{at}", each, "the index of a point, a whole number"))
    return frozenset(found)


def _index(field: str, given: Any, rule: str) -> int:
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        raise InvalidValue(field, given, rule)
    return index(given)


def _ends(part: int | Iterable[int], size: int) -> tuple[bool, tuple[int, ...]]:
    """Whether parts are given, and the last indices of all but the final one, in order.

    Those outside the data are ignored.
    """
    given = _indices("part", (part,) if isinstance(part, int) else part)
    return bool(given), tuple(sorted(i for i in given if 0 < i < size))


def _centre(kind: ChartKind, cl: float) -> float:
    """A given centre line, as the kind allows it."""
    cl = _finite("cl", cl)
    least, most = _LEAST.get(kind, (None, None))
    if least is not None and cl < least:
        raise InvalidValue("cl", cl, say("0 or more on a {kind} chart", kind=kind.upper()))
    if most is not None and cl > most:
        raise InvalidValue(
            "cl", cl, say("a share between 0 and 1 on a {kind} chart", kind=kind.upper())
        )
    return cl


def _finite(field: str, value: Any) -> float:
    try:
        found, _, _ = numbers(field, [value])
    except InvalidValue as error:
        raise InvalidValue(field, error.value, "a finite number under 1e100") from None
    if found[0] is None or isinstance(value, bool):
        raise InvalidValue(field, value, "a finite number under 1e100")
    return found[0]


def _rules(rules: Iterable[RuleSet]) -> tuple[RuleSet, ...]:
    given = tuple(rules) if isinstance(rules, Iterable) else (rules,)
    for each in given:
        if not isinstance(each, RuleSet):
            raise InvalidValue("rules", each, "sets of rules, such as Anhoej() or Perla()")
    return given


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
    if rows.labels:
        rule = "dates or numbers: Making Data Count reads an order in time"
        raise InvalidValue("x", rows.labels[0], rule)
    wanted = rules[0]
    return making_data_count(
        [None if v is None else v * multiply for v in rows.y],
        x=rows.x,
        improvement=wanted.improvement,
        target=target,
        screen=screen,
        fix_after=freeze,
        rebase=[end + 1 for end in _ends(part, len(rows.y))[1]],
        shift=wanted.shift,
        trend=wanted.trend,
    )
