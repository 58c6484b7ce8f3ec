"""Grid lines with values at the left, ticks of time below."""

from pdsa.charts.svg.axis import Axis
from pdsa.charts.svg.lines import Plot
from pdsa.charts.svg.scale import ValueScale
from pdsa.charts.svg.text import escape


def value_ticks(scale: ValueScale, plot: Plot, size: float) -> str:
    """Grid lines with their values at the left."""
    a, b = plot.a, plot.b
    places = [(a + b * value, label) for value, label in scale.ticks]
    left, right = f"{plot.left:.1f}", f"{plot.right:.1f}"
    lines = "".join([f"M{left} {y:.1f}H{right}" for y, _ in places])
    x, down = f"{plot.left - 0.6 * size:.1f}", 0.35 * size
    words = "".join([f'<text x="{x}" y="{y + down:.1f}">{label}</text>' for y, label in places])
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
    y, down = f"{plot.bottom:.1f}", f"{0.35 * size:.1f}"
    first, second = f"{plot.bottom + 1.55 * size:.1f}", f"{plot.bottom + 2.8 * size:.1f}"
    lines = f"M{plot.left:.1f} {y}H{plot.right:.1f}"
    words = []
    for tick in across.ticks:
        lines += f"M{tick.x:.1f} {y}v{down}"
        if tick.label:
            words.append(f'<text x="{tick.text_x:.1f}" y="{first}">{escape(tick.label)}</text>')
        if tick.year:
            words.append(f'<text x="{tick.text_x:.1f}" y="{second}">{tick.year}</text>')
    if across.name:
        middle, below = (plot.left + plot.right) / 2, plot.bottom + 2.9 * size
        words.append(f'<text x="{middle:.1f}" y="{below:.1f}">{escape(across.name)}</text>')
    return (
        f'<path {plot.look.axis} stroke-width="{plot.unit:.2f}" d="{lines}"/>'
        f'<g {plot.look.quiet} text-anchor="middle">{"".join(words)}</g>'
    )
