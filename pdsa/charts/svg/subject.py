"""What is drawn: a chart, plain or of a measure, with its words."""

from collections.abc import Callable
from datetime import date
from zlib import crc32

from msgspec import Struct

from pdsa.charts.measured import Annotation, MeasureChart
from pdsa.charts.result import Chart, ChartKind, Part
from pdsa.charts.svg.causes import CAUSES, typed
from pdsa.charts.svg.scale import full_date
from pdsa.charts.svg.text import number
from pdsa.measure import MeasureUnit
from pdsa.words import mark, say, say_name

Show = Callable[[float | None], str]

KINDS = {
    ChartKind.run: mark("run chart"),
    ChartKind.i: mark("I chart"),
    ChartKind.mr: mark("moving range chart"),
    ChartKind.ip: mark("I\u2032 chart"),
    ChartKind.p: mark("P chart"),
    ChartKind.pp: mark("P\u2032 chart"),
    ChartKind.u: mark("U chart"),
    ChartKind.up: mark("U\u2032 chart"),
    ChartKind.c: mark("C chart"),
    ChartKind.g: mark("G chart"),
    ChartKind.t: mark("T chart"),
    ChartKind.xbar: mark("X-bar chart"),
    ChartKind.s: mark("S chart"),
}
_MEDIANS = (ChartKind.run, ChartKind.g)
_SUBGROUPS = (ChartKind.xbar, ChartKind.s)
RUN, TREND = mark("part of a run of {n}"), mark("part of a trend of {n}")
_BEYOND = mark("beyond 3 sigma")
# Patterns by rule; "" is not marked on points: it is about a whole part, or marked as outside.
_PATTERNS = {
    "sigma": "",
    "anhoej.crossings": "",
    "best_box.crossings": "",
    "cut_box.crossings": "",
    "cut_box.corner": "",
    "perla.too_few_runs": "",
    "perla.too_many_runs": "",
    "making_data_count.outside": "",
    "perla.trend": TREND,
    "making_data_count.trend": TREND,
    "making_data_count.two_of_three": mark("one of 2 in 3 near a limit"),
    "western_electric.1": _BEYOND,
    "western_electric.2": mark("one of 2 in 3 beyond 2 sigma"),
    "western_electric.3": mark("one of 4 in 5 beyond 1 sigma"),
    "nelson.1": _BEYOND,
    "nelson.3": TREND,
    "nelson.4": mark("part of {n} points up and down in turn"),
    "nelson.5": mark("one of 2 in 3 beyond 2 sigma"),
    "nelson.6": mark("one of 4 in 5 beyond 1 sigma"),
    "nelson.7": mark("part of {n} points close to the centre"),
    "nelson.8": mark("part of {n} points far from the centre"),
}


class Subject(Struct, frozen=True, kw_only=True):
    """A chart in words: its name, what one value is, how values are written, its reading.

    ``share`` is what 100% is written as (0 where values are no shares), ``scaled`` what counts
    were multiplied with, 0 where ``n`` is the size of a subgroup.
    """

    chart: Chart
    name: str
    desc: str
    unit: str
    show: Show
    centre: str
    share: float = 0
    suffix: str = ""
    scaled: float = 1
    whole: bool = False
    zero: bool = True
    joined: str = "of"
    weeks: tuple[int | None, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    def id(self, given: str | None) -> str:
        """The prefix of ids: the given one, else one made from the content."""
        if given is not None:
            return given
        said = f"{self.name}|{self.desc}|{len(self.chart.points)}"
        return f"chart-{crc32(said.encode('utf-8', 'replace')):08x}"


def subject(
    of: Chart | MeasureChart,
    *,
    title: str | None = None,
    desc: str | None = None,
    show: Show | None = None,
    y_label: str | None = None,
) -> Subject:
    """The words for a chart; each may be given instead."""
    if isinstance(of, MeasureChart):
        return _of_measure(of, title, desc, show, y_label)
    kind = of.kind
    share = of.multiply if kind in (ChartKind.p, ChartKind.pp) and of.multiply in (1, 100) else 0
    suffix = "%" if share == 100 else ""
    if desc is None:
        desc = of.reading(title or None, show)
    return Subject(
        chart=of,
        name=title or "",
        desc=desc,
        unit=y_label if y_label is not None else say("percent") if suffix else "",
        show=show or _shown(suffix),
        centre=say("median") if kind in _MEDIANS else say("mean"),
        share=share,
        suffix=suffix,
        scaled=0 if kind in _SUBGROUPS else of.multiply,
        # Translators: as in “12 of 30”, “3 in 40”.
        joined=say("in") if kind in (ChartKind.u, ChartKind.up) else say("of"),
    )


def _shown(suffix: str) -> Show:
    def show(value: float | None) -> str:
        if value is None:
            return say("no data")
        return f"{value:.3g}{suffix}" if 1e-3 <= value < 999.5 else number(value) + suffix

    return show


def _of_measure(
    of: MeasureChart, title: str | None, desc: str | None, show: Show | None, y_label: str | None
) -> Subject:
    unit, kind = of.unit, of.chart.kind
    percent = unit is MeasureUnit.percentage
    if y_label is None:
        y_label = say("percent") if percent else say_name(unit)
        if unit is MeasureUnit.rate and of.per != 1:
            y_label = say("rate per {base}", base=of.per)
    if title is None:
        title = f"{of.name}: {of.of_name}" if of.of_name else of.name
    return Subject(
        chart=of.chart,
        name=title,
        desc=of.reading if desc is None else desc,
        unit=y_label,
        show=show or of.show,
        centre=say("median") if kind in _MEDIANS else say("mean"),
        share=100 if percent and kind not in (ChartKind.mr, ChartKind.s) else 0,
        suffix="%" if percent else "",
        scaled=0 if kind in _SUBGROUPS else 100 if percent else of.per,
        whole=unit in (MeasureUnit.count_, MeasureUnit.rubric_level) and kind is ChartKind.run,
        zero=unit is not MeasureUnit.rubric_level,
        joined=say("of") if percent else say("in"),
        weeks=of.weeks,
        annotations=of.annotations,
    )


def patterns(chart: Chart) -> dict[int, list[tuple[str, int]]]:
    """By position (from 0): what a point is part of, as a template, and of how many points."""
    found: dict[int, list[tuple[str, int]]] = {}
    if chart.points.labels:  # without an order nothing runs
        return found
    outside = chart.points.sigma_signal
    for signal in chart.signals:
        words = _PATTERNS.get(signal.rule, RUN)
        if not words:
            continue
        for index in signal.points:
            if words != _BEYOND or not outside[index - 1]:
                found.setdefault(index - 1, []).append((words, len(signal.points)))
    return found


def marked(chart: Chart) -> dict[int, list[str]]:
    """By position (from 0): the runs, trends and patterns that a point is part of, in words."""
    return {at: [say(words, n=n) for words, n in each] for at, each in patterns(chart).items()}


def where(subject: Subject, at: int) -> str:
    """The date, number or name of a point."""
    points = subject.chart.points
    x = points.x[at]
    if points.labels and not isinstance(x, date):
        return points.labels[int(x) - 1]
    return full_date(x) if isinstance(x, date) else number(x) if x % 1 else f"{x:.0f}"


def phase_title(subject: Subject, part: Part) -> str:
    """A phase in words: ``Phase 2 from 9 Mar 2018: mean 64%``."""
    begins = where(subject, part.start - 1)
    return say(
        "Phase {n} from {day}: {centre} {value}",
        n=part.part,
        day=begins,
        centre=subject.centre,
        value=subject.show(part.cl),
    )


def frozen_title(subject: Subject, split: int) -> str:
    """The end of a frozen baseline (the position after it) in words."""
    return say("Baseline frozen {day}", day=where(subject, split - 1))


def titles(subject: Subject, marks: dict[int, list[str]]) -> Callable[[int], str]:
    """Says a point (by position) in words: ``12 Jan 2018: 40% (12 of 30), below the median``."""
    points = subject.chart.points
    xs, values, sizes, centres = points.x, points.y, points.n, points.cl
    outside, include = points.sigma_signal, points.include
    types = points.point_type if typed(subject.chart) else ()
    show, joined, scaled = subject.show, subject.joined, subject.scaled
    above = ", " + say("above the {centre}", centre=subject.centre)
    below = ", " + say("below the {centre}", centre=subject.centre)
    on = ", " + say("on the {centre}", centre=subject.centre)

    def title(at: int) -> str:
        y = values[at]
        x = xs[at]
        place = full_date(x) if isinstance(x, date) else where(subject, at)
        if y is None:
            return f"{place}: " + say("no data")
        said = f"{place}: {show(y)}"
        if sizes and (n := sizes[at]) is not None:
            if scaled:
                of = n if type(n) is int else _count(n)
                said = f"{said} ({_count(y * n / scaled)} {joined} {of})"
            else:
                said = f"{said} (n = {_count(n)})"
        if (cl := centres[at]) is not None:
            said = f"{said}{above if y > cl else below if y < cl else on}"
        if outside[at]:
            said += ", " + say("outside the limits")
        if at in marks:
            said = ", ".join([said, *marks[at]])
        if types and types[at] in CAUSES:
            said += ", " + say(CAUSES[types[at]].words)
        if not include[at]:
            said += ", " + say("ghost point (left out of the analysis)")
        return said

    return title


def _count(value: float) -> str:
    whole = round(value)
    if value == whole or abs(value - whole) <= 1e-6 * max(1, whole):
        return str(whole)
    return number(value)
