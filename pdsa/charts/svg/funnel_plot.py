"""The funnel plot: many units by their size, and how far chance alone would let them vary.

Spiegelhalter 2005, Statistics in Medicine 24:1185-1202. It does not rank: units stand where their
size and share put them, and those that lie outside are named.
"""

from collections.abc import Sequence
from math import hypot
from zlib import crc32

from msgspec import Struct

from pdsa.charts.funnel_plot import Funnel, FunnelPoint
from pdsa.charts.svg.key import Sample, key, key_drawn, key_height
from pdsa.charts.svg.lanes import EdgeLabel, edge_labels
from pdsa.charts.svg.line import heading
from pdsa.charts.svg.lines import style
from pdsa.charts.svg.scale import ValueScale, number_ticks, value_scale
from pdsa.charts.svg.shapes import shapes
from pdsa.charts.svg.style import Look, check_width, look, opening
from pdsa.charts.svg.text import escape, fit, number, width
from pdsa.words import mark, say, say_n

_PLACES = {
    "inside": mark("inside the funnel"),
    "above_95": mark("above the 95% limit"),
    "below_95": mark("below the 95% limit"),
    "above_998": mark("above the 99.8% limit"),
    "below_998": mark("below the 99.8% limit"),
}

_Box = tuple[float, float, float, float]
_MANY = 200  # units: beyond, names stand beside their markers or nowhere


def funnel(
    of: Funnel,
    *,
    width: float = 720,
    theme: str = "auto",
    id: str | None = None,
    title: str = "",
    desc: str | None = None,
    size_label: str | None = None,
    target: float | None = None,
) -> str:
    """A funnel of shares as an SVG document.

    ``size_label`` says what the denominators count (without it, students). ``target`` is a share from 0 to 1. Options as
    in ``chart``. Units outside the 95% limits are named as far as there is room; every unit has its
    numbers in words.
    """
    check_width(width)
    desc = desc if desc is not None else _said(of, title)
    if id is None:
        id = f"funnel-{crc32(f'{title}|{desc}'.encode('utf-8', 'replace')):08x}"
    chosen = look(theme)
    size = 11.0 if width < 480 else max(12.0, width / 100)
    counted = say("number of {what}", what=size_label) if size_label else say("number of students")
    body, height = _laid_out(of, width, size, title, counted, target, chosen)
    named = title or say("Funnel plot")
    start = opening(id, width, height, title=named, desc=desc, look=chosen, size=size)
    return f"{start}{body}</svg>"


def _percent(share: float) -> str:
    return f"{number(100 * share, 0.1)}%"


def _said(of: Funnel, title: str) -> str:
    name = title or say("The funnel")
    if not of.units or of.centre is None:
        return say("{name}: no data yet.", name=name)
    outside = [unit for unit in of.units if unit.place != "inside"]
    around = _percent(of.centre)
    if not outside:
        return say_n(
            "{name}: {n} units around {share}; all vary as chance would have it.",
            "{name}: {n} units around {share}; all vary as chance would have it.",
            len(of.units),
            name=name,
            share=around,
        )
    far = "; ".join(
        f"{unit.name} {_percent(unit.share)}, {say(_PLACES[unit.place])}" for unit in outside
    )
    return say_n(
        "{name}: {n} units around {share}; {outside} vary more than chance would give: {far}.",
        "{name}: {n} units around {share}; {outside} vary more than chance would give: {far}.",
        len(outside),
        name=name,
        share=around,
        outside=len(outside),
        far=far,
        n=len(of.units),
    )


class _Plot(Struct, frozen=True, kw_only=True):
    left: float
    right: float
    top: float
    bottom: float
    a: float
    b: float
    x0: float
    per_unit: float
    size: float
    look: Look

    def x(self, denominator: float) -> float:
        return self.x0 + denominator * self.per_unit

    def y(self, share: float) -> float:
        return self.a + self.b * 100 * share


def _laid_out(
    of: Funnel,
    wide: float,
    size: float,
    title: str,
    size_label: str,
    target: float | None,
    look: Look,
) -> tuple[str, float]:
    pad, far = round(size), wide - round(size)
    high = max(180.0, 0.45 * wide)
    scale = _scale(of, target, int(high / (3.2 * size)))
    narrow = wide < 480
    labels = _edge(of, target, narrow)
    room = max((width(each.text, size, each.bold) for each in labels), default=0)
    left = pad + 0.6 * size + max(width(label, size) for _, label in scale.ticks)
    right = far - room - size if labels else far
    shown = (say("percent"), say("funnel plot"), scale.note)
    found, y = heading(
        title,
        " \xb7 ".join(each for each in shown if each),
        width=wide,
        size=size,
        pad=pad,
        look=look,
    )
    top = y + 1.2 * size
    bottom = top + high
    a, b = scale.pixels(top, bottom)
    most = max((each.denominator for each in of.units), default=1)
    most = max([most, *(row.denominator for row in of.curve)])
    inset = 0.8 * size
    plot = _Plot(
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        a=a,
        b=b,
        x0=left,
        per_unit=(right - inset - left) / most,
        size=size,
        look=look,
    )
    parts = [found, _grid(plot, scale, most, size_label)]
    names, unnamed = _names(of.units, plot)
    if of.units and of.centre is not None:
        parts += [
            _limits(of, plot),
            _line("centre", of.centre, plot),
            _line("target", target, plot) if target is not None else "",
            _units(of.units, plot),
            names,
            edge_labels(
                labels,
                a=a,
                b=b,
                x=right,
                top=top,
                bottom=bottom,
                size=size,
                room=room,
                look=look,
            ),
        ]
    else:
        middle = f'x="{(left + right) / 2:.1f}" y="{(top + bottom) / 2:.1f}"'
        said = escape(say("No data yet"))
        parts.append(f'<text {look.quiet} {middle} text-anchor="middle">{said}</text>')
    words = key(_samples(of, target, narrow, unnamed), left=pad, right=far, size=size)
    y = bottom + 3.8 * size
    parts.append(key_drawn(words, top=y, size=size, look=look))
    return "".join(parts), round(y + key_height(words, size) + 0.6 * size)


def _scale(of: Funnel, target: float | None, rows: int) -> ValueScale:
    """From 0 to 100% unless all units (and the limits at their sizes) lie within a quarter."""
    held = [unit.share for unit in of.units]
    held += [each for unit in of.units for each in (unit.lcl998, unit.ucl998)]
    held += [each for each in (of.centre, target) if each is not None]
    return value_scale(
        [100 * each for each in held],
        rows=max(2, min(rows, 8)),
        share=100,
        unit="%",
        cut=len(of.units) > 3,
    )


def _edge(of: Funnel, target: float | None, narrow: bool) -> list[EdgeLabel]:
    if of.centre is None or not of.units:
        return []
    last = max(of.curve, key=lambda row: row.denominator, default=None)
    found = [
        EdgeLabel(
            value=100 * of.centre,
            text=_percent(of.centre)
            if narrow
            else say("all together {value}", value=_percent(of.centre)),
            role="ink",
            rank=0,
            bold=True,
        )
    ]
    if target is not None:
        text = _percent(target)
        if not narrow:
            text = say("target {value}", value=text)
        found.append(EdgeLabel(value=100 * target, text=text, role="target_text", rank=1))
    if last is not None and not narrow:
        for value, text, rank in (
            (last.ucl998, "99.8%", 2),
            (last.lcl998, "99.8%", 3),
            (last.ucl95, "95%", 4),
            (last.lcl95, "95%", 5),
        ):
            words = say("{share} limit", share=text)
            found.append(EdgeLabel(value=100 * value, text=words, role="limit_text", rank=rank))
    return found


def _grid(plot: _Plot, scale: ValueScale, most: int, size_label: str) -> str:
    size, look = plot.size, plot.look
    lines, words = "", []
    for value, label in scale.ticks:
        y = plot.a + plot.b * value
        lines += f"M{plot.left:.1f} {y:.1f}H{plot.right:.1f}"
        words.append(
            f'<text x="{plot.left - 0.6 * size:.1f}" y="{y + 0.35 * size:.1f}" '
            f'text-anchor="end">{label}</text>'
        )
    marks = f"M{plot.left:.1f} {plot.bottom:.1f}H{plot.right:.1f}"
    free = 0.0
    for value, label in number_ticks(0, most, plot.x(most) - plot.left, size):
        x = plot.x(value)
        marks += f"M{x:.1f} {plot.bottom:.1f}v{0.35 * size:.1f}"
        half = width(label, size) / 2
        if value == int(value) and x - half > free:
            y = plot.bottom + 1.45 * size
            words.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{label}</text>')
            free = x + half + 0.4 * size
    name = fit(size_label, size, plot.right - plot.left)
    words.append(
        f'<text x="{(plot.left + plot.right) / 2:.1f}" y="{plot.bottom + 2.8 * size:.1f}" '
        f'text-anchor="middle">{escape(name)}</text>'
    )
    return (
        f'<path {look.grid} d="{lines}"/><path {look.axis} d="{marks}"/>'
        f"<g {look.quiet}>{''.join(words)}</g>"
    )


def _limits(of: Funnel, plot: _Plot) -> str:
    """The curves; what lies off the scale at small sizes runs along its edge."""
    rows = sorted(of.curve, key=lambda row: row.denominator)
    if not rows:
        return ""

    def path(shares: Sequence[float]) -> str:
        points = [
            f"{plot.x(row.denominator):.1f} {min(max(plot.y(share), plot.top), plot.bottom):.1f}"
            for row, share in zip(rows, shares, strict=True)
        ]
        return "M" + "L".join(points)

    low, high = path([row.lcl998 for row in rows]), path([row.ucl998 for row in rows])
    back = "L".join(reversed(low[1:].split("L")))
    unit, theme = plot.size / 12, plot.look.theme
    inner = path([row.lcl95 for row in rows]) + path([row.ucl95 for row in rows])
    return (
        f'<path {plot.look.soft} d="{high}L{back}z"/>'
        f'<path {style("warning", unit, theme)} d="{inner}"/>'
        f'<path {style("limit", unit, theme)} d="{low}{high}"/>'
    )


def _line(name: str, share: float, plot: _Plot) -> str:
    d = f"M{plot.left:.1f} {plot.y(share):.1f}H{plot.right:.1f}"
    return f'<path {style(name, plot.size / 12, plot.look.theme)} d="{d}"/>'


def _units(units: Sequence[FunnelPoint], plot: _Plot) -> str:
    """A marker for every unit: inside a dot, outside 95% a square, outside 99.8% a ringed diamond."""
    r = 3.2 * plot.size / 12
    shape = shapes(round(r, 2))
    groups: dict[str, list[str]] = {"inside": [], "95": [], "998": []}
    for unit in units:
        group = unit.place.rpartition("_")[2]
        mark = {"inside": shape.dot, "95": shape.run, "998": shape.outside}[group]
        words = say(
            "{unit}: {share} ({numerator} of {denominator}), {place}",
            unit=unit.name,
            share=_percent(unit.share),
            numerator=unit.numerator,
            denominator=unit.denominator,
            place=say(_PLACES[unit.place]),
        )
        groups[group].append(
            f'<path d="M{plot.x(unit.denominator):.1f} {plot.y(unit.share):.1f}{mark}">'
            f"<title>{escape(words)}</title></path>"
        )
    return (
        f"<g {plot.look.dot}>{''.join(groups['inside'])}</g>"
        f"<g {plot.look.outside}>{''.join(groups['95'])}</g>"
        f'<g {plot.look.outside} fill-rule="evenodd">{"".join(groups["998"])}</g>'
    )


def _names(units: Sequence[FunnelPoint], plot: _Plot) -> tuple[str, int]:
    """Names of the units outside, beside their markers, where nothing else stands.

    A name further off has a leader to its marker. The second is how many found no room.
    """
    size = plot.size
    r = 0.75 * size
    taken: list[_Box] = [
        (
            plot.x(u.denominator) - r,
            plot.y(u.share) - r,
            plot.x(u.denominator) + r,
            plot.y(u.share) + r,
        )
        for u in units
    ]
    found, leaders, unnamed = [], "", 0
    outside = [i for i, unit in enumerate(units) if unit.place != "inside"]
    for i in sorted(outside, key=lambda i: not units[i].place.endswith("998")):
        unit = units[i]
        x, y = plot.x(unit.denominator), plot.y(unit.share)
        text = fit(" ".join(unit.name.split()), size, 12 * size)
        wide = width(text, size)
        out = -size if unit.place.startswith("above") else size
        near = [(r, 0.0), (-r - wide, 0.0), (-wide / 2, 1.3 * out), (-wide / 2, -1.3 * out)]
        far = [(dx, k * out) for k in (1.6, 2.7, 3.8, 4.9) for dx in (r, -r - wide, -wide / 2)]
        for dx, dy in (*near, *far) if len(units) <= _MANY else near:
            box = (x + dx, y + dy - 0.65 * size, x + dx + wide, y + dy + 0.65 * size)
            inside = box[0] >= plot.left and box[2] <= plot.right
            inside = inside and box[1] >= plot.top - 0.6 * size and box[3] <= plot.bottom
            if not inside:
                continue
            others = [each for at, each in enumerate(taken) if at != i]
            leader: list[_Box] = []
            if (dx, dy) not in near:
                end = min(max(x, box[0]), box[2]), y + dy - 0.6 * out
                leader = _dots(x, y, *end, r)
            names = others[len(units) - 1 :]
            if not any(_over(box, each) for each in others) and not any(
                _over(dot, each) for dot in leader for each in names
            ):
                taken += [box, *leader]
                found.append(
                    f'<text x="{box[0]:.1f}" y="{y + dy + 0.35 * size:.1f}">{escape(text)}</text>'
                )
                if leader:
                    (x, y, *_), (to_x, to_y, *_) = leader[0], leader[-1]
                    leaders += f"M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}"
                break
        else:
            unnamed += 1
    thin = f'<path {plot.look.edge} stroke-width="{size / 12:.2f}" d="{leaders}"/>'
    words = f"<g {plot.look.ink}>{''.join(found)}</g>" if found else ""
    return (thin if leaders else "") + words, unnamed


def _dots(x: float, y: float, to_x: float, to_y: float, r: float) -> list[_Box]:
    """Small boxes along a line, from outside a marker of this radius on."""
    wide, high = to_x - x, to_y - y
    start = min(1.0, 0.8 * r / (hypot(wide, high) or 1))
    shares = [start + (1 - start) * i / 8 for i in range(9)]
    return [(x + s * wide, y + s * high, x + s * wide + 1, y + s * high + 1) for s in shares]


def _over(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _samples(of: Funnel, target: float | None, narrow: bool, unnamed: int) -> list[Sample]:
    if not of.units or of.centre is None:
        return []
    found = []
    if narrow:
        centre = say("all together {value}", value=_percent(of.centre))
        found.append(Sample("centre", centre))
        if target is not None:
            found.append(Sample("target", say("target {value}", value=_percent(target))))
        found += [Sample("warning", say("95% limits")), Sample("limit", say("99.8% limits"))]
    places = {unit.place.rpartition("_")[2] for unit in of.units}
    if "95" in places:
        found.append(Sample("run", say("outside the 95% limits")))
    if "998" in places:
        found.append(Sample("outside", say("outside the 99.8% limits")))
    if unnamed:
        found.append(Sample("", say("{n} of these without room for a name", n=unnamed)))
    if of.left_out:
        found.append(Sample("", say("{n} of size zero left out", n=len(of.left_out))))
    return found
