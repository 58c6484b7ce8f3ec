"""Grid lines with values at the left, ticks of time below."""

from pdsa.charts.svg.axis import Axis
from pdsa.charts.svg.lines import Plot
from pdsa.charts.svg.scale import ValueScale
from pdsa.charts.svg.text import escape


def value_ticks(scale: ValueScale, plot: Plot, size: float) -> str:
    """Grid lines with their values at the left."""
    a, b = plot.a, plot.b
    places = [(a + b * value, label) for value, label in scale.ticks]
    lines = "".join(f"M{plot.left:.1f} {y:.1f}H{plot.right:.1f}" for y, _ in places)
    words = "".join(
        f'<text x="{plot.left - 0.6 * size:.1f}" y="{y + 0.35 * size:.1f}">{label}</text>'
        for y, label in places
    )
    return (
        f'<path {plot.look.grid} stroke-width="{0.8 * plot.unit:.2f}" d="{lines}"/>'
        f'<g {plot.look.quiet} text-anchor="end">{words}</g>'
    )


def ticks_height(across: Axis, size: float) -> float:
    """The room that the axis of time takes below the plot."""
    years = any(tick.year for tick in across.ticks)
    return (1.9 + 1.25 * years + 1.35 * bool(across.name)) * size


def time_ticks(across: Axis, plot: Plot, size: float) -> str:
    """The axis of time below the plot: ticks, labels, years, and its name."""
    y = plot.bottom
    lines = f"M{plot.left:.1f} {y:.1f}H{plot.right:.1f}"
    words = []
    for tick in across.ticks:
        lines += f"M{tick.x:.1f} {y:.1f}v{0.35 * size:.1f}"
        if tick.label:
            words.append(
                f'<text x="{tick.text_x:.1f}" y="{y + 1.55 * size:.1f}">{escape(tick.label)}</text>'
            )
        if tick.year:
            words.append(f'<text x="{tick.text_x:.1f}" y="{y + 2.8 * size:.1f}">{tick.year}</text>')
    if across.name:
        middle = (plot.left + plot.right) / 2
        words.append(f'<text x="{middle:.1f}" y="{y + 2.9 * size:.1f}">{across.name}</text>')
    return (
        f'<path {plot.look.axis} stroke-width="{plot.unit:.2f}" d="{lines}"/>'
        f'<g {plot.look.quiet} text-anchor="middle">{"".join(words)}</g>'
    )
