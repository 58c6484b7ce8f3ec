"""Which chart fits a measure and its data, and why.

After Provost & Murray, The Health Care Data Guide, ch. 5 (chart selection), Montgomery ch. 7, and
Laney 2002 for shares and rates that vary more than their denominators explain.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from pdsa.charts.limits import LIMITS
from pdsa.charts.mean import mean, spread
from pdsa.charts.result import ChartKind
from pdsa.charts.rows import read
from pdsa.charts.rules.sets import MakingDataCount, RuleSet
from pdsa.measure import Measure, MeasureUnit, Series
from pdsa.words import mark, say, say_n

#: Limits from fewer points than this move too much with the next one (Making Data Count).
ENOUGH_FOR_LIMITS = 12
#: From this ratio of the spread seen to the spread expected, Laney's charts are advised.
_OVERDISPERSED = 1.5

_NAMES = {
    ChartKind.run: mark("run chart"),
    ChartKind.i: mark("I chart"),
    ChartKind.mr: mark("moving range chart"),
    ChartKind.ip: mark("I' chart"),
    ChartKind.p: mark("P chart"),
    ChartKind.pp: mark("P' chart"),
    ChartKind.u: mark("U chart"),
    ChartKind.up: mark("U' chart"),
    ChartKind.c: mark("C chart"),
    ChartKind.g: mark("G chart"),
    ChartKind.t: mark("T chart"),
    ChartKind.xbar: mark("Xbar chart"),
    ChartKind.s: mark("S chart"),
}


class ChartChoice(Struct, frozen=True, kw_only=True):
    """The chart that fits a measure and its data, and why, in a sentence.

    ``drawn`` is the kind that was drawn: the advised one, unless somebody chose another.
    """

    drawn: ChartKind
    advised: ChartKind
    why: str


def chart_name(kind: ChartKind) -> str:
    """What people call a kind of chart: ``P chart``, ``run chart``."""
    return say(_NAMES[kind])


def counts(series: Series) -> bool:
    """Whether every known point of the series is a count over a denominator."""
    known = [point for point in series.points if point.value is not None]
    return bool(known) and all(point.denominator for point in known)


def choose(measure: Measure, series: Series, kind: ChartKind | None = None) -> ChartChoice:
    """The chart that fits a measure and the data of one series; ``kind`` is somebody's own choice."""
    y: list[float | None] | None = None
    n: list[float | None] | None = None
    if counts(series):
        y = [None if point.value is None else point.numerator for point in series.points]
        n = [None if point.value is None else point.denominator for point in series.points]
    values = [point.value for point in series.points if point.value is not None]
    return chosen(*advise(measure.unit, values, y, n), kind)


def asked(kind: ChartKind | None, rules: Iterable[RuleSet]) -> ChartKind | None:
    """The kind that was asked for; Making Data Count asks for the I chart, the one that it reads."""
    if kind is None and any(isinstance(each, MakingDataCount) for each in rules):
        return ChartKind.i
    return kind


def chosen(advised: ChartKind, why: str, kind: ChartKind | None = None) -> ChartChoice:
    """The advised chart, or ``kind`` where somebody chose another."""
    if kind is None or kind is advised:
        return ChartChoice(drawn=advised, advised=advised, why=why)
    said = say(
        "The {chart} was chosen; advised: {why}",
        chart=chart_name(kind),
        why=f"{why[0].lower()}{why[1:]}",
    )
    return ChartChoice(drawn=kind, advised=advised, why=said)


def advise(
    unit: MeasureUnit,
    values: Sequence[float],
    y: Sequence[float | None] | None = None,
    n: Sequence[float | None] | None = None,
) -> tuple[ChartKind, str]:
    """The chart that fits the known values of a unit, and why; ``y`` over ``n`` are their counts."""
    size = len(values)
    if size < ENOUGH_FOR_LIMITS:
        return ChartKind.run, say_n(
            "A run chart, since limits need {least} points or more and there is {n}.",
            "A run chart, since limits need {least} points or more and there are {n}.",
            size,
            least=ENOUGH_FOR_LIMITS,
        )
    if unit is MeasureUnit.rubric_level:
        why = say("A run chart, since rubric levels are ordered, not evenly spaced.")
        return ChartKind.run, why
    if unit is MeasureUnit.percentage and y is not None and n is not None:
        return _laney(y, n, ChartKind.p, ChartKind.pp)
    if unit is MeasureUnit.rate and y is not None and n is not None:
        return _laney(y, n, ChartKind.u, ChartKind.up)
    if unit is MeasureUnit.count_:
        return _poisson(values)
    why = say("An I chart, since each point is one value without a denominator.")
    return ChartKind.i, why


def _laney(
    y: Sequence[float | None],
    n: Sequence[float | None],
    kind: ChartKind,
    primed: ChartKind,
) -> tuple[ChartKind, str]:
    """The plain chart, or Laney's where points vary more than the sizes of their groups explain."""
    rows = read(kind, y, n, None, "mean")
    plain = LIMITS[kind](rows, None, None, True).sigma or ()
    prime = LIMITS[primed](rows, None, None, True).sigma or ()
    ratios = [b / a for a, b in zip(plain, prime, strict=False) if a and b is not None]
    if ratios and ratios[0] >= _OVERDISPERSED:
        why = mark(
            "A {chart}, since each point is a count over an area of opportunity and the points vary "
            "{ratio} times as much as the sizes of the groups explain."
        )
        if kind is ChartKind.p:
            why = mark(
                "A {chart}, since each point is a share of a counted group and the points vary "
                "{ratio} times as much as the sizes of the groups explain."
            )
        return primed, say(why, chart=chart_name(primed), ratio=f"{ratios[0]:.1f}")
    why = mark("A {chart}, since each point is a count over an area of opportunity.")
    if kind is ChartKind.p:
        why = mark("A {chart}, since each point is a share of a counted group.")
    return kind, say(why, chart=chart_name(kind))


def _poisson(known: Sequence[float]) -> tuple[ChartKind, str]:
    centre, sd = mean(known), spread(known) or 0.0
    ratio = sd / centre**0.5 if centre > 0 else 0.0
    if ratio >= _OVERDISPERSED:
        return ChartKind.i, say(
            "An I chart, since the counts vary {ratio} times as much as counts of rare, "
            "independent events would.",
            ratio=f"{ratio:.1f}",
        )
    return ChartKind.c, say("A C chart, since each point is a count of events.")
