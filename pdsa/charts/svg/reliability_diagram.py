"""The reliability diagram: how sure a team was, and how often it came out (Murphy & Winkler 1977)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

from msgspec import Struct

from pdsa.charts.svg.key import Sample, key, key_drawn, key_height
from pdsa.charts.svg.line import heading
from pdsa.charts.svg.lines import style
from pdsa.charts.svg.shapes import shapes
from pdsa.charts.svg.style import Look, check_width, look, opening
from pdsa.charts.svg.text import escape, fit, number, width
from pdsa.words import say, say_n

if TYPE_CHECKING:
    from pdsa.review.calibration import Calibration, ReliabilityBin

_TICKS = (0, 20, 40, 60, 80, 100)


def reliability(
    of: "Calibration",
    *,
    width: float = 560,
    theme: str = "auto",
    id: str | None = None,
    title: str | None = None,
    desc: str | None = None,
) -> str:
    """A team's calibration as an SVG document; options as in ``chart``.

    A dot for every ten percent of confidence in which something was predicted, with the interval of
    its share; on the diagonal predictions held just as often as the team was sure. The numbers
    below say how many predictions each dot stands for.
    """
    check_width(width)
    if title is None:
        title = say("How sure you were, and how often it came out")
    desc = desc if desc is not None else _said(of)
    if id is None:
        id = f"reliability-{crc32(f'{title}|{desc}'.encode('utf-8', 'replace')):08x}"
    chosen = look(theme)
    size = 11.0 if width < 480 else max(12.0, width / 100)
    body, height = _laid_out(of, width, size, title, chosen)
    start = opening(id, width, height, title=title, desc=desc, look=chosen, size=size)
    return f"{start}{body}</svg>"


def _said(of: "Calibration") -> str:
    told = [_words(each) for each in of.bins if each.count]
    return " ".join([of.sentence, *(f"{each}." for each in told)])


def _words(each: "ReliabilityBin") -> str:
    low, high = (number(100 * end, 1) for end in each.interval)
    return say_n(
        "{first}% to {last}% sure: {held} of {n} prediction held ({share}%, interval {low}% to {high}%)",
        "{first}% to {last}% sure: {held} of {n} predictions held ({share}%, interval {low}% to {high}%)",
        each.count,
        held=each.held,
        share=number(100 * (each.share or 0), 1),
        low=low,
        high=high,
        first=each.low,
        last=each.high,
    )


class _Plot(Struct, frozen=True, kw_only=True):
    left: float
    top: float
    across: float
    high: float
    size: float
    look: Look

    def x(self, share: float) -> float:
        return self.left + share * self.across

    def y(self, share: float) -> float:
        return self.top + (1 - share) * self.high


def _laid_out(
    of: "Calibration", wide: float, size: float, title: str, look: Look
) -> tuple[str, float]:
    pad = round(size)
    found, top = heading(title, _shown(of), width=wide, size=size, pad=pad, look=look)
    left = pad + 0.6 * size + width("100%", size)
    across = wide - left - 2.4 * size
    high = min(across, 30 * size)
    plot = _Plot(left=left, top=top + 1.2 * size, across=across, high=high, size=size, look=look)
    parts = [found, _grid(plot), _diagonal(plot)]
    samples = [Sample("target", say("they hold just as often as you are sure"))]
    y = plot.y(0) + 3.9 * size
    known = [each for each in of.bins if each.count]
    if known:
        parts += [_dots(known, plot), _counts(known, plot, wide - pad)]
        samples.append(Sample("", say("dot: the share that held, in its 95% interval")))
        samples.append(Sample("", say("n: number of predictions")))
        y += 1.7 * size
    else:
        said = escape(say("No data yet"))
        at = f'x="{plot.x(0.5):.1f}" y="{plot.y(0.75):.1f}"'
        parts.append(f'<text {look.quiet} {at} text-anchor="middle">{said}</text>')
    words = key(samples, left=pad, right=wide - pad, size=size)
    parts.append(key_drawn(words, top=y, size=size, look=look))
    return "".join(parts), round(y + key_height(words, size) + 0.6 * size)


def _shown(of: "Calibration") -> str:
    if of.brier is None:
        return say("share of predictions that held \xb7 percent")
    return say_n(
        "share that held \xb7 percent \xb7 one prediction \xb7 Brier score {score}",
        "share that held \xb7 percent \xb7 {n} predictions \xb7 Brier score {score}",
        of.count,
        score=f"{of.brier:.2f}",
    )


def _grid(plot: _Plot) -> str:
    size, look = plot.size, plot.look
    lines, marks, words = "", f"M{plot.left:.1f} {plot.y(0):.1f}h{plot.across:.1f}", []
    for tick in _TICKS:
        x, y = plot.x(tick / 100), plot.y(tick / 100)
        lines += f"M{plot.left:.1f} {y:.1f}h{plot.across:.1f}"
        marks += f"M{x:.1f} {plot.y(0):.1f}v{0.35 * size:.1f}"
        words += [
            f'<text x="{plot.left - 0.6 * size:.1f}" y="{y + 0.35 * size:.1f}" '
            f'text-anchor="end">{tick}%</text>',
            f'<text x="{x:.1f}" y="{plot.y(0) + 1.65 * size:.1f}" '
            f'text-anchor="middle">{tick}%</text>',
        ]
    name = fit(say("how sure you were when Do began"), size, plot.across)
    words.append(
        f'<text x="{plot.x(0.5):.1f}" y="{plot.y(0) + 3.05 * size:.1f}" '
        f'text-anchor="middle">{escape(name)}</text>'
    )
    return (
        f'<path {look.grid} d="{lines}"/><path {look.axis} d="{marks}"/>'
        f"<g {look.quiet}>{''.join(words)}</g>"
    )


def _counts(bins: Sequence["ReliabilityBin"], plot: _Plot, far: float) -> str:
    """How many predictions each dot stands for, below it or as near to that as its neighbours let."""
    size, y = plot.size, plot.y(0) + 4.6 * plot.size
    room = (far - plot.left) / len(bins) - 0.4 * size
    shown = [fit(number(each.count, 1), size, room) for each in bins]
    half = [width(each, size) / 2 + 0.2 * size for each in shown]
    places: list[float] = []
    for each, own in zip(bins, half, strict=True):
        after = places[-1] + half[len(places) - 1] + own if places else 0.0
        places.append(max(plot.x(each.confidence or 0), after))
    before = far
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], before - half[i])
        before = places[i] - half[i]
    words = [
        f'<text x="{x:.1f}" y="{y:.1f}">{n}</text>' for x, n in zip(places, shown, strict=True)
    ]
    name = (
        f'<text {plot.look.quiet} x="{plot.left - 0.6 * size:.1f}" y="{y:.1f}" text-anchor="end">'
    )
    return f'{name}n</text><g {plot.look.ink} text-anchor="middle">{"".join(words)}</g>'


def _diagonal(plot: _Plot) -> str:
    d = f"M{plot.x(0):.1f} {plot.y(0):.1f}L{plot.x(1):.1f} {plot.y(1):.1f}"
    return f'<path {style("target", plot.size / 12, plot.look.theme)} d="{d}"/>'


def _dots(bins: Sequence["ReliabilityBin"], plot: _Plot) -> str:
    """A dot for each bin over the bar of its interval, with its numbers in words."""
    unit = plot.size / 12
    dot = shapes(round(4 * unit, 2)).dot
    bars, dots = "", []
    for each in bins:
        x, y = plot.x(each.confidence or 0), plot.y(each.share or 0)
        low, high = (plot.y(end) for end in each.interval)
        bars += f"M{x:.1f} {low:.1f}V{high:.1f}"
        bars += "".join(f"M{x - 3 * unit:.1f} {end:.1f}h{6 * unit:.1f}" for end in (low, high))
        dots.append(f'<path d="M{x:.1f} {y:.1f}{dot}"><title>{escape(_words(each))}</title></path>')
    return (
        f'<path {plot.look.line} stroke-width="{1.2 * unit:.2f}" d="{bars}"/>'
        f"<g {plot.look.dot}>{''.join(dots)}</g>"
    )
