"""Making Data Count in a picture: what each point shows, and the two badges.

A type of point has a shape, a colour and words of its own. A badge is a small frame: for variation
around the shape of the latest point (a wave for common cause), for assurance around the line of the
target with hits (dots) on its good side and misses (crosses) on its bad one.
"""

from collections.abc import Mapping

from msgspec import Struct

from pdsa.charts.result import Chart
from pdsa.charts.rules.sets import MakingDataCount
from pdsa.charts.svg.shapes import circle, type_shape
from pdsa.charts.svg.style import Look
from pdsa.charts.svg.text import escape
from pdsa.measure import Direction
from pdsa.words import mark, say


class Cause(Struct, frozen=True):
    """A type of point: the name of its shape, its role among the colours, its words."""

    shape: str
    role: str
    words: str


CAUSES: Mapping[str, Cause] = {
    "special_cause_improvement": Cause("plus", "improvement", mark("improvement beyond chance")),
    "special_cause_concern": Cause("square", "concern", mark("change for the worse beyond chance")),
    "special_cause_neutral_high": Cause("up", "neutral", mark("higher than chance would give")),
    "special_cause_neutral_low": Cause("down", "neutral", mark("lower than chance would give")),
}
_COMMON = Cause("wave", "quiet", mark("common cause, no more than chance"))
_TARGETS = {
    "consistent_pass": ("improvement", mark("consistently meets the target")),
    "consistent_fail": ("concern", mark("consistently misses the target")),
    "inconsistent": ("quiet", mark("hits and misses the target")),
}


_SHAPES = frozenset(each.shape for each in CAUSES.values())
WIDE, HIGH = 2.2, 1.45  # of a badge, in em


def typed(chart: Chart) -> bool:
    """Whether the points show their types: without an order in time they have none."""
    return bool(chart.points.point_type) and not chart.points.labels


class Badge(Struct, frozen=True):
    """A badge: the drawing (a shape, or hits and misses), its role, its words."""

    drawing: str
    role: str
    words: str

    @property
    def of_variation(self) -> bool:
        """Whether it says what the latest point is; else what became of the target."""
        return self.drawing == "wave" or self.drawing in _SHAPES


def badges(chart: Chart) -> list[Badge]:
    """What the icons of the chart say: variation, then assurance."""
    found: list[Badge] = []
    if not typed(chart):
        return found
    if chart.variation:
        cause = CAUSES.get(chart.variation, _COMMON)
        said = say("Variation: {cause}", cause=say(cause.words))
        found.append(Badge(cause.shape, cause.role, said))
    if chart.assurance in _TARGETS:
        role, words = _TARGETS[chart.assurance]
        rules = (each for each in chart.rules if isinstance(each, MakingDataCount))
        less = any(each.improvement is Direction.decrease for each in rules)
        drawing = f"{chart.assurance} {'below' if less else 'above'}"
        found.append(Badge(drawing, role, say("Assurance: {result}", result=say(words))))
    return found


def badge_drawn(badge: Badge, x: float, y: float, size: float, look: Look) -> str:
    """A badge with its left edge at ``x`` and its middle at ``y``, and its words."""
    unit = size / 12
    edge = getattr(look, f"{badge.role}_edge")
    frame = (
        f'<rect {edge} stroke-width="{1.3 * unit:.2f}" x="{x:.1f}" y="{y - HIGH * size / 2:.1f}" '
        f'width="{WIDE * size:.1f}" height="{HIGH * size:.1f}" rx="{0.35 * size:.1f}"/>'
    )
    middle = x + WIDE * size / 2
    if badge.drawing == "wave":
        inside = _wave(middle, y, unit, edge)
    elif badge.drawing in _SHAPES:
        at = f"M{middle:.1f} {y:.1f}{type_shape(badge.drawing, round(3.6 * unit, 2))}"
        inside = f'<path {getattr(look, badge.role)} d="{at}"/>'
    else:
        inside = _target(badge, middle, y, unit, look)
    return f"<g>{frame}{inside}<title>{escape(badge.words)}</title></g>"


def _wave(x: float, y: float, unit: float, stroke: str) -> str:
    wide, high = 3.5 * unit, 4 * unit
    first = f"q{wide / 2:.1f}-{high:.1f} {wide:.1f} 0"
    rest = f"t{wide:.1f} 0" * 3
    d = f"M{x - 2 * wide:.1f} {y:.1f}{first}{rest}"
    return f'<path {stroke} stroke-width="{1.5 * unit:.2f}" stroke-linecap="round" d="{d}"/>'


def _target(badge: Badge, x: float, y: float, unit: float, look: Look) -> str:
    """The line of the target with what comes to lie on its two sides."""
    result, side = badge.drawing.split()
    hits = {"consistent_pass": "1111", "consistent_fail": "0000"}.get(result, "1010")
    dots = crosses = ""
    c = f"{1.3 * unit:.1f}"
    both = f"{2.6 * unit:.1f}"
    for i, hit in enumerate(hits):
        above = (hit == "1") is (side == "above")
        at = f"M{x + (i - 1.5) * 5 * unit:.1f} {y + (-4 if above else 4) * unit:.1f}"
        if hit == "1":
            dots += at + circle(1.7 * unit)
        else:
            crosses += f"{at}m-{c}-{c}l{both} {both}m0-{both}l-{both} {both}"
    line = f"M{x - 10 * unit:.1f} {y:.1f}h{20 * unit:.1f}"
    found = f'<path {look.target} stroke-width="{1.3 * unit:.2f}" d="{line}"/>'
    if dots:
        found += f'<path {getattr(look, badge.role)} d="{dots}"/>'
    if crosses:
        edge = getattr(look, f"{badge.role}_edge")
        found += f'<path {edge} stroke-width="{1.2 * unit:.2f}" d="{crosses}"/>'
    return found
