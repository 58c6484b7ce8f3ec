"""The key: in words, what each shape and dash means. Only what the picture shows is explained."""

from collections.abc import Sequence

from msgspec import Struct

from pdsa.charts.svg.causes import CAUSES, WIDE, Badge, badge_drawn, typed
from pdsa.charts.svg.lines import STYLES, frozen, part_value, style
from pdsa.charts.svg.marks import MANY
from pdsa.charts.svg.scale import ValueScale
from pdsa.charts.svg.shapes import ring_around, shapes, type_shape
from pdsa.charts.svg.style import Look
from pdsa.charts.svg.subject import RUN, TREND, Subject, patterns, where
from pdsa.charts.svg.text import escape, width, wrap
from pdsa.words import mark, say, say_n


class Sample(Struct, frozen=True):
    """A line or marker (by name) and what it means."""

    name: str
    words: str


def samples(subject: Subject, scale: ValueScale, *, narrow: bool) -> list[Sample]:
    """What needs explaining; a narrow picture also names the lines here."""
    chart = subject.chart
    points, parts = chart.points, chart.parts
    if all(y is None for y in points.y):
        return []
    last, show = parts[-1], subject.show
    found = []
    low, high = part_value(points.lcl, last), part_value(points.ucl, last)
    target = part_value(points.target, last)
    if narrow:
        signal = "signal" if last.runs_signal and not points.labels else "centre"
        found.append(Sample(signal, f"{subject.centre} {show(last.cl)}"))
        if high is not None or low is not None:
            both = say("limits {low} to {high}", low=show(low), high=show(high))
            if low is None or high is None:
                both = say("limits {limit}", limit=show(high if low is None else low))
            found.append(Sample("limit", both))
    if target is not None:
        if not scale.low <= target <= scale.high:
            words = mark("target {value} lies below this scale")
            if target > scale.high:
                words = mark("target {value} lies above this scale")
            found.append(Sample("", say(words, value=show(target))))
        elif narrow:
            found.append(Sample("target", say("target {value}", value=show(target))))
    if any(part.runs_signal for part in parts) and not points.labels:
        found.append(Sample("signal", _runs(subject)))
    for split in frozen(chart).values():
        said = say("baseline frozen {day}, lines extended", day=where(subject, split - 1))
        found.append(Sample("limit_on" if high is not None else "centre_on", said))
    if len(parts) > 1:
        found.append(Sample("before", say("lines of the phase before")))
    types = typed(chart)
    if types:
        found += [
            Sample(name, say(cause.words))
            for name, cause in CAUSES.items()
            if name in points.point_type
        ]
    if any(points.sigma_signal):
        found.append(Sample("ring" if types else "outside", say("outside the limits")))
    runs = {} if types else patterns(chart)
    if any(not points.sigma_signal[at] for at in runs):
        kinds = {words for each in runs.values() for words, _ in each}
        words = mark("part of a pattern")
        if kinds == {RUN}:
            words = mark("part of a run")
        elif kinds == {TREND}:
            words = mark("part of a trend")
        found.append(Sample("run", say(words)))
    if not all(points.include):
        found.append(Sample("ghost", say("ghost point, left out of the analysis")))
    if None in points.y:
        found.append(Sample("missing", say("no data")))
    if len(points) > MANY:
        words = say("{n} points, only signals are marked", n=f"{len(points):,}")
        found.append(Sample("", words))
    return found


def _runs(subject: Subject) -> str:
    """Why a centre line is dashed, with the figures where Anhoej's rules found it."""
    part = next(each for each in reversed(subject.chart.parts) if each.runs_signal)
    run, most = part.longest_run, part.longest_run_max
    crossings, least = part.n_crossings, part.n_crossings_min
    if run is not None and most is not None and run > most:
        return say(
            "more than chance: {n} in a row on one side, at most {most} expected", n=run, most=most
        )
    if crossings is not None and least is not None and crossings < least:
        if not crossings:
            return say("more than chance: crossed never, at least {least} expected", least=least)
        return say_n(
            "more than chance: crossed once, at least {least} expected",
            "more than chance: crossed {n} times, at least {least} expected",
            crossings,
            least=least,
        )
    return say("points vary about it otherwise than by chance")


class Placed(Struct, frozen=True):
    """A sample in its place: pixels from the left, row, where its words begin, words that fit."""

    name: str | Badge
    x: float
    row: int
    text_x: float
    words: str


def key(
    wanted: Sequence[Sample | Badge], *, left: float, right: float, size: float
) -> list[Placed]:
    """The samples with their words, in as many rows as they need."""
    found: list[Placed] = []
    x, row = left, 0
    for each in wanted:
        name = each if isinstance(each, Badge) else each.name
        sample = 0.0 if not name else 1.6 * size
        if isinstance(name, Badge) or name in STYLES:
            sample = 2.2 * size if isinstance(name, str) else (WIDE + 0.5) * size
        lines = wrap(each.words, size, right - left - sample, 2)
        wide = sample + max(width(line, size) for line in lines)
        if x > left and x + wide > right:
            x, row = left, row + 1
        for line in lines:
            found.append(Placed("" if line is not lines[0] else name, x, row, x + sample, line))
            row += line is not lines[-1]
        x += wide + 1.6 * size
    return found


def key_height(placed: list[Placed], size: float, pitch: float = 1.6) -> float:
    """How much room the rows of a key take, each ``pitch`` em high."""
    return (placed[-1].row + 1) * pitch * size if placed else 0.0


def key_drawn(
    placed: list[Placed], *, top: float, size: float, look: Look, pitch: float = 1.6
) -> str:
    """The key, downwards from ``top``."""
    found = []
    for each in placed:
        y = top + (each.row + 0.5) * pitch * size
        if each.name:
            found.append(_sample(each.name, each.x, y, size, size / 12, look))
        found.append(
            f'<text x="{each.text_x:.1f}" y="{y + 0.35 * size:.1f}">{escape(each.words)}</text>'
        )
    return f"<g {look.quiet}>{''.join(found)}</g>" if found else ""


def _sample(name: str | Badge, x: float, y: float, size: float, unit: float, look: Look) -> str:
    if isinstance(name, Badge):
        return badge_drawn(name, x, y, size, look)
    if name in STYLES:
        return f'<path {style(name, unit, look.theme)} d="M{x:.1f} {y:.1f}h{1.8 * size:.1f}"/>'
    at = f"M{x + 0.6 * size:.1f} {y:.1f}"
    shape = shapes(round(3 * unit, 2))
    if name == "outside":
        return f'<path {look.outside} fill-rule="evenodd" d="{at}{shape.outside}"/>'
    if name == "run":
        return f'<path {look.outside} d="{at}{shape.run}"/>'
    if name in CAUSES:
        cause = CAUSES[name]
        return f'<path {getattr(look, cause.role)} d="{at}{type_shape(cause.shape, 3 * unit)}"/>'
    if name == "ring":
        return f'<path {look.quiet} fill-rule="evenodd" d="{at}{ring_around(2.6 * unit)}"/>'
    if name == "ghost":
        return f'<path {look.hollow} d="{at}{shape.ghost}"/>'
    return f'<path {look.axis} d="M{x + 0.6 * size:.1f} {y + 0.4 * size:.1f}v-{0.6 * size:.1f}"/>'
