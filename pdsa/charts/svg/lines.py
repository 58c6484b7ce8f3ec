"""Centre lines, limits and targets: their paths, by phase, and the labels at their ends.

Solid is what was computed from the points it runs through. A frozen baseline's lines go on thinner
and in long dashes; those of a former phase go on in dots over the next one; a centre line that the
points do not vary about as chance would have it is dashed.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from pdsa.charts.result import Chart, Column, Part
from pdsa.charts.svg.lanes import EdgeLabel
from pdsa.charts.svg.marks import COLUMNS, area, line, pixels, steps
from pdsa.charts.svg.scale import ValueScale
from pdsa.charts.svg.style import Look, look
from pdsa.charts.svg.subject import Subject
from pdsa.words import say

# role, weight and dashes (both in twelfths of the font size) of each kind of line
STYLES = {
    "warning": ("limit", 0.8, "1.5 3"),
    "limit": ("limit", 1.1, ""),
    "limit_on": ("limit", 0.9, "9 4"),
    "before": ("former", 1.8, "0.1 4.5"),
    "pooled": ("former", 1.0, "3 2"),
    "target": ("target", 1.5, "9 3 2 3"),
    "centre": ("centre", 1.6, ""),
    "centre_on": ("centre", 1.0, "12 4"),
    "signal": ("centre", 1.8, "6 4"),
    "signal_on": ("centre", 1.2, "6 4"),
}


class Plot(Struct, frozen=True, kw_only=True):
    """Where a chart is drawn: pixels of points and borders, y = a + b * value, and its look."""

    left: float
    right: float
    top: float
    bottom: float
    xs: Sequence[float]
    borders: Sequence[float]
    a: float
    b: float
    unit: float
    look: Look


@lru_cache(maxsize=256)
def style(name: str, plot_unit: float, theme: str) -> str:
    """The attributes of a kind of line."""
    role, weight, dashes = STYLES[name]
    said = f'{getattr(look(theme), role)} stroke-width="{weight * plot_unit:.2f}"'
    if dashes:
        scaled = " ".join(f"{round(float(each) * plot_unit, 2):g}" for each in dashes.split())
        said += f' stroke-dasharray="{scaled}"'
        if name == "before":
            said += ' stroke-linecap="round"'
    return said


def frozen(chart: Chart) -> dict[int, int]:
    """By part, the position (from 0) of the first point after a frozen baseline."""
    baseline = chart.points.baseline
    if all(baseline):
        return {}
    found = {}
    for part in chart.parts:
        after = (at for at in range(part.start - 1, part.end) if not baseline[at])
        if (first := next(after, None)) is not None:
            found[part.part] = first
    return found


def plot_lines(chart: Chart, plot: Plot, under: str = "") -> str:
    """Every line of the chart but the one through its points, over its shade and what is ``under``."""
    points, parts = chart.points, chart.parts
    size = len(points)
    found: dict[str, list[str]] = {name: [] for name in STYLES}
    band: list[str] = []
    tops: dict[tuple[int, int], str] = {}
    splits = frozen(chart)
    borders = plot.borders
    many = size > 2 * COLUMNS
    shown = [] if many else [f"{x:.1f}" for x in borders]
    for column, name, on in (
        (points.ucl, "limit", "limit_on"),
        (points.lcl, "limit", "limit_on"),
        (points.ucl95, "warning", "warning"),
        (points.lcl95, "warning", "warning"),
        (points.cl, "centre", "centre_on"),
        (points.target, "target", "target"),
    ):
        if column.count(None) == size:
            continue
        ys = [] if many else pixels(column, plot.a, plot.b)
        for part in parts:
            start, end = part.start - 1, part.end
            split = splits.get(part.part, end)
            if column is points.cl:
                name = "signal" if part.runs_signal and not points.labels else "centre"
                on = f"{name}_on"
            for kind, first, last in (
                (name, start, split),
                (on, split, end),
            ):
                if first == last:
                    continue
                if many:
                    heights = [
                        None if v is None else plot.a + plot.b * v for v in column[first:last]
                    ]
                    found[kind].append(line(borders[first:last], heights))
                else:
                    path = steps(ys, shown, first, last)
                    found[kind].append(path)
                    if column is points.ucl:
                        tops[first, last] = path
        if column is points.ucl:
            upper = ys
        elif column is points.lcl and not many and points.ucl.count(None) < size:
            band = [area(ys, upper, shown, part.start - 1, part.end, tops) for part in parts]
    for part, following in pairwise(parts):
        found["before"] += _held(chart, part, following, plot)
    paths = [
        f'<path {style(name, plot.unit, plot.look.theme)} d="{d}"/>'
        for name, each in found.items()
        if (d := "".join(each))
    ]
    shade = f'<path {plot.look.soft} d="{"".join(band)}"/>' if any(band) else ""
    return shade + under + "".join(paths)


def _held(chart: Chart, part: Part, following: Part, plot: Plot) -> list[str]:
    """The centre line of a phase over the next one, and its limits where they do not vary."""
    start, end = plot.borders[part.end], plot.borders[following.end]
    points = chart.points
    found = []
    for column in (points.cl, points.lcl, points.ucl):
        values = {v for v in column[part.start - 1 : part.end] if v is not None}
        if len(values) == 1:
            y = plot.a + plot.b * values.pop()
            found.append(f"M{start:.1f} {y:.1f}H{end:.1f}")
    return found


def end_labels(subject: Subject, scale: ValueScale, wide: int) -> list[EdgeLabel]:
    """What the lines are, at their right end: 0 numbers alone, 1 short words, 2 words."""
    chart = subject.chart
    points, show = chart.points, subject.show
    if not chart.parts:
        return []
    part = chart.parts[-1]
    found = []

    def add(value: float | None, words: str, role: str, rank: int, bold: bool = False) -> None:
        if value is not None:
            text = f"{words} {show(value)}" if wide and words else show(value)
            found.append(EdgeLabel(value=value, text=text, role=role, rank=rank, bold=bold))

    add(part_value(points.cl, part), subject.centre, "ink", 0, True)
    long = wide > 1
    upper = say("upper limit") if long else say("upper")
    lower = say("lower limit") if long else say("lower")
    add(part_value(points.ucl, part), upper, "limit_text", 2)
    add(part_value(points.lcl, part), lower, "limit_text", 3)
    if long:
        add(part_value(points.ucl95, part), "2\u03c3", "limit_text", 6)
        add(part_value(points.lcl95, part), "2\u03c3", "limit_text", 7)
    if len(chart.parts) > 1:
        before = say("before") if wide else ""
        add(part_value(points.cl, chart.parts[-2]), before, "quiet", 5)
    target = part_value(points.target, part)
    if target is not None and scale.low <= target <= scale.high:
        add(target, say("target"), "target_text", 1)
    elif target is not None:
        above = target > scale.high
        arrow = chr(0x2191) if above else chr(0x2193)
        words = f"{arrow} " + say("target {value}", value=show(target))
        edge = scale.high if above else scale.low
        found.append(EdgeLabel(value=edge, text=words, role="target_text", rank=1))
    return found


def part_value(column: Column, part: Part) -> float | None:
    """The last known value of a column within a part."""
    for at in range(part.end - 1, part.start - 2, -1):
        if (value := column[at]) is not None:
            return value
    return None
