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

Show = Callable[[float | None], str]

KINDS = {
    ChartKind.run: "run chart",
    ChartKind.i: "I chart",
    ChartKind.mr: "moving range chart",
    ChartKind.ip: "I\u2032 chart",
    ChartKind.p: "P chart",
    ChartKind.pp: "P\u2032 chart",
    ChartKind.u: "U chart",
    ChartKind.up: "U\u2032 chart",
    ChartKind.c: "C chart",
    ChartKind.g: "G chart",
    ChartKind.t: "T chart",
    ChartKind.xbar: "X-bar chart",
    ChartKind.s: "S chart",
}
_MEDIANS = (ChartKind.run, ChartKind.g)
_SUBGROUPS = (ChartKind.xbar, ChartKind.s)
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
    "perla.trend": "part of a trend of {n}",
    "making_data_count.trend": "part of a trend of {n}",
    "making_data_count.two_of_three": "one of 2 in 3 near a limit",
    "western_electric.1": "beyond 3 sigma",
    "western_electric.2": "one of 2 in 3 beyond 2 sigma",
    "western_electric.3": "one of 4 in 5 beyond 1 sigma",
    "nelson.1": "beyond 3 sigma",
    "nelson.3": "part of a trend of {n}",
    "nelson.4": "part of {n} points up and down in turn",
    "nelson.5": "one of 2 in 3 beyond 2 sigma",
    "nelson.6": "one of 4 in 5 beyond 1 sigma",
    "nelson.7": "part of {n} points close to the centre",
    "nelson.8": "part of {n} points far from the centre",
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
        desc = of.reading(title or "The measure", show)
    return Subject(
        chart=of,
        name=title or "",
        desc=desc,
        unit=y_label if y_label is not None else "percent" if suffix else "",
        show=show or _shown(suffix),
        centre="median" if kind in _MEDIANS else "mean",
        share=share,
        suffix=suffix,
        scaled=0 if kind in _SUBGROUPS else of.multiply,
        joined="in" if kind in (ChartKind.u, ChartKind.up) else "of",
    )


def _shown(suffix: str) -> Show:
    def show(value: float | None) -> str:
        if value is None:
            return "no data"
        return f"{value:.3g}{suffix}" if 1e-3 <= value < 999.5 else number(value) + suffix

    return show


def _of_measure(
    of: MeasureChart, title: str | None, desc: str | None, show: Show | None, y_label: str | None
) -> Subject:
    unit, kind = of.unit, of.chart.kind
    percent = unit is MeasureUnit.percentage
    if y_label is None:
        y_label = "percent" if percent else unit.replace("_", " ")
        if unit is MeasureUnit.rate and of.per != 1:
            y_label = f"rate per {of.per}"
    if title is None:
        title = f"{of.name}: {of.of_name}" if of.of_name else of.name
    return Subject(
        chart=of.chart,
        name=title,
        desc=of.reading if desc is None else desc,
        unit=y_label,
        show=show or of.show,
        centre="median" if kind in _MEDIANS else "mean",
        share=100 if percent and kind not in (ChartKind.mr, ChartKind.s) else 0,
        suffix="%" if percent else "",
        scaled=0 if kind in _SUBGROUPS else 100 if percent else of.per,
        whole=unit in (MeasureUnit.count_, MeasureUnit.rubric_level) and kind is ChartKind.run,
        zero=unit is not MeasureUnit.rubric_level,
        joined="of" if percent else "in",
        weeks=of.weeks,
        annotations=of.annotations,
    )


def marked(chart: Chart) -> dict[int, list[str]]:
    """By position (from 0): the runs, trends and patterns that a point is part of, in words."""
    found: dict[int, list[str]] = {}
    if chart.points.labels:  # without an order nothing runs
        return found
    outside = chart.points.sigma_signal
    for signal in chart.signals:
        words = _PATTERNS.get(signal.rule, "part of a run of {n}").format(n=len(signal.points))
        if not words:
            continue
        for index in signal.points:
            if words != "beyond 3 sigma" or not outside[index - 1]:
                found.setdefault(index - 1, []).append(words)
    return found


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
    return f"Phase {part.part} from {begins}: {subject.centre} {subject.show(part.cl)}"


def frozen_title(subject: Subject, split: int) -> str:
    """The end of a frozen baseline (the position after it) in words."""
    return f"Baseline frozen {where(subject, split - 1)}"


def titles(subject: Subject, marks: dict[int, list[str]]) -> Callable[[int], str]:
    """Says a point (by position) in words: ``12 Jan 2018: 40% (12 of 30), below the median``."""
    points = subject.chart.points
    xs, values, sizes, centres = points.x, points.y, points.n, points.cl
    outside, include = points.sigma_signal, points.include
    types = points.point_type if typed(subject.chart) else ()
    show, joined, scaled = subject.show, subject.joined, subject.scaled
    above, below, on = (f", {side} the {subject.centre}" for side in ("above", "below", "on"))

    def title(at: int) -> str:
        y = values[at]
        x = xs[at]
        place = full_date(x) if isinstance(x, date) else where(subject, at)
        if y is None:
            return f"{place}: no data"
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
            said += ", outside the limits"
        if at in marks:
            said = ", ".join([said, *marks[at]])
        if types and types[at] in CAUSES:
            said += f", {CAUSES[types[at]].words}"
        if not include[at]:
            said += ", ghost point (left out of the analysis)"
        return said

    return title


def _count(value: float) -> str:
    whole = round(value)
    if value == whole or abs(value - whole) <= 1e-6 * max(1, whole):
        return str(whole)
    return number(value)
