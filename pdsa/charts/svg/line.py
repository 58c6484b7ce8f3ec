"""The picture of a run chart or control chart: what stands where.

From top to bottom: the name, what is shown, labels of phases and breaks, the plot with its lines
named at the right edge, the axis of time, lanes with cycles and decisions, the key to the shapes.
"""

from collections.abc import Sequence

from msgspec import Struct

from pdsa.charts.measured import Annotation, MeasureChart
from pdsa.charts.result import Chart
from pdsa.charts.svg.axis import AxisName, axis
from pdsa.charts.svg.causes import Badge, badges, typed
from pdsa.charts.svg.grid import ticks_height, time_ticks, value_ticks
from pdsa.charts.svg.key import Sample, key, key_drawn, key_height, samples
from pdsa.charts.svg.lanes import Above, drawn, edge_labels, pack, top_labels
from pdsa.charts.svg.lines import Plot, end_labels, frozen, plot_lines
from pdsa.charts.svg.marks import COLUMNS, edges, joined, line, markers, missing, spots
from pdsa.charts.svg.notes import above_labels, breaks, windows_of
from pdsa.charts.svg.scale import FAR, ValueScale, value_scale
from pdsa.charts.svg.style import Look, check_width, look, opening
from pdsa.charts.svg.subject import KINDS, Show, Subject, frozen_title, phase_title, subject
from pdsa.charts.svg.text import escape, fit, width, wrap
from pdsa.errors import InvalidValue
from pdsa.words import say, say_n

_LEAST_HEIGHT, _MOST_HEIGHT = 200, 4000


def chart(
    of: Chart | MeasureChart,
    *,
    width: float = 720,
    height: float | None = None,
    theme: str = "auto",
    axis: AxisName | None = None,
    id: str | None = None,
    title: str | None = None,
    desc: str | None = None,
    show: Show | None = None,
    y_label: str | None = None,
    annotations: bool = True,
) -> str:
    """A run chart or control chart as an SVG document.

    ``width`` (320 to 4000) and ``height`` (200 to 4000; it follows from the width) are CSS pixels
    that the layout is made for. ``theme`` is ``light``, ``dark`` or ``auto``; ``axis`` is ``date``
    or ``week`` (instructional weeks, breaks take no room). ``id`` is the prefix of the ids inside,
    for several pictures on one page. ``title``, ``desc`` (the alternative text), ``show`` (values
    in words) and ``y_label`` replace the chart's own. ``annotations`` draws what a measure's chart
    knows of cycles, decisions, breaks and phases.

    Raises ``InvalidValue`` for an option that cannot be.
    """
    check_width(width)
    if height is not None and not _LEAST_HEIGHT <= height <= _MOST_HEIGHT:
        rule = say("between {low} and {high}", low=_LEAST_HEIGHT, high=_MOST_HEIGHT)
        raise InvalidValue("height", height, rule)
    seen = subject(of, title=title, desc=desc, show=show, y_label=y_label)
    size = 11.0 if width < 480 else max(12.0, width / 100)
    if height is not None:
        size = max(11.0, min(size, height / 22))
    page = Page(
        id=seen.id(id),
        subject=seen,
        width=width,
        size=size,
        look=look(theme),
        mode=axis,
        annotations=seen.annotations if annotations else (),
    )
    body, high = laid_out(page, height)
    return (
        opening(
            page.id,
            width,
            high,
            title=seen.name or say(KINDS[seen.chart.kind]).capitalize(),
            desc=seen.desc,
            look=page.look,
            size=size,
            types=typed(seen.chart),
        )
        + body
        + "</svg>"
    )


class Page(Struct, frozen=True, kw_only=True):
    """What is laid out, on what."""

    id: str
    subject: Subject
    width: float
    size: float
    look: Look
    mode: AxisName | None
    annotations: Sequence[Annotation]


def laid_out(page: Page, height: float | None) -> tuple[str, float]:
    """The body of the picture and its height.

    Where a given height leaves too little for the plot, first the lanes go, then the key, then
    what stands above the plot.
    """
    spare = 0
    while (found := _laid_out(page, height, spare)) is None:
        spare += 1
    return found


def _laid_out(
    page: Page, height: float | None, spare: int, rows: int = 8
) -> tuple[str, float] | None:
    seen, size, look = page.subject, page.size, page.look
    pad, far = round(size), page.width - round(size)
    wide = 0 if page.width < 480 else 1 if page.width < 640 else 2
    plot_height = max(150.0, 0.4 * page.width)
    scale = common_scale([seen], min(rows, int((height or plot_height) / (3.2 * size))))

    labels = end_labels(seen, scale, wide)
    longest = max((width(each.text, size, each.bold) for each in labels), default=0)
    room = min(longest, 0.3 * page.width)
    left = pad + 0.6 * size + max(width(label, size) for _, label in scale.ticks)
    right = far - room - size if labels else far
    inset = 0.8 * size
    across = axis(seen, page.mode, left + inset, right - inset, size, page.width)

    said = _shown(seen, scale) if spare < 3 else ""
    above_plot, top = heading(seen.name, said, width=page.width, size=size, pad=pad, look=look)
    icons: list[Sample | Badge] = [*badges(seen.chart)] if spare < 3 else []
    framed = key(icons, left=pad, right=far, size=size)
    if framed:
        top += 0.2 * size
        above_plot += key_drawn(framed, top=top, size=size, look=look, pitch=1.8)
        top += key_height(framed, size, 1.8)
    above: list[Above] = []
    if spare < 3:
        above = top_labels(
            above_labels(seen, page.annotations, across, size),
            left=left,
            right=far,
            size=size,
            rows=2,
        )
        top += 1.35 * size * max((row + 1 for _, _, row, _ in above), default=0)
    top += 1.1 * size
    windows = windows_of(page.annotations, across) if spare < 1 else []
    placed, over, lanes = pack(windows, left=pad, right=far, size=size, lanes=4 if wide else 3)
    words = key(samples(seen, scale, narrow=not wide), left=pad, right=far, size=size)
    if spare > 1:
        words = []
    heights = (
        ticks_height(across, size),
        (0.4 * size if windows else 0) + 1.5 * size * lanes + (1.5 * size if over else 0),
        (0.7 * size if words else 0) + key_height(words, size),
    )
    chrome = sum(heights) + 0.6 * size
    if height is None:
        height = round(top + plot_height + chrome)
    bottom = height - chrome
    if bottom - top < 5 * size and spare < 3:
        return None
    bottom = max(bottom, top + 2 * size)
    if (len(scale.ticks) - 1) * 1.5 * size > bottom - top and rows > 1:
        return _laid_out(page, height, spare, min(rows, len(scale.ticks)) - 1)

    a, b = scale.pixels(top, bottom)
    plot = Plot(
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        xs=across.xs,
        borders=edges(across.xs, left, right),
        a=a,
        b=b,
        unit=size / 12,
        look=look,
    )
    bands = breaks(page.annotations, across, plot, page.id)
    found = [above_plot, value_ticks(scale, plot, size)]
    if any(y is not None for y in seen.chart.points.y):
        found.append(data(seen, plot, under=bands))
        found.append(
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
            )
        )
    else:
        found.append(bands + _no_data(seen, plot, size))
        found.append(missing(seen, plot.xs, bottom, 0.5 * size, look))
    found.append(time_ticks(across, plot, size))
    found += [
        f'<text {look.quiet} x="{x:.1f}" y="{top - (0.9 + row * 1.35) * size:.1f}">{escape(text)}'
        f"<title>{escape(label.title)}</title></text>"
        for label, x, row, text in above
    ]
    y = bottom + heights[0] + 0.4 * size
    found.append(drawn(placed, top=y, size=size, look=look))
    if over:
        texts = escape("; ".join(each.text for each in over))
        more = say("+{n} more", n=len(over))
        at = y + (lanes * 1.5 + 1.2) * size
        found.append(
            f'<text {look.quiet} x="{pad}" y="{at:.1f}">{escape(more)}<title>{texts}</title></text>'
        )
    y = bottom + heights[0] + heights[1] + 0.7 * size
    found.append(key_drawn(words, top=y, size=size, look=look))
    return "".join(found), height


def common_scale(all_seen: Sequence[Subject], rows: int, more: Sequence[float] = ()) -> ValueScale:
    """One value axis for charts that share their unit; a target very far away is left out of it."""
    found: set[float | None] = {*more}
    targets: set[float | None] = set()
    known = 0
    for seen in all_seen:
        points = seen.chart.points
        found.update(points.y, points.cl, points.lcl, points.ucl)
        targets.update(points.target)
        known += len(points) - points.y.count(None)
    held = [v for v in found if v is not None]
    if held:
        low, high = min(held), max(held)
        reach = FAR * (high - low)
        held += [
            t for t in targets if t is not None and (not reach or low - reach <= t <= high + reach)
        ]
    first = all_seen[0]
    return value_scale(
        held,
        rows=max(1, rows),
        share=first.share,
        unit=first.suffix,
        whole=first.whole,
        zero=first.zero,
        cut=known > 3,
    )


def heading(
    name: str, said: str, *, width: float, size: float, pad: float, look: Look
) -> tuple[str, float]:
    """The name and, below, what is shown; and where they end."""
    y = float(pad)
    names, words = [], []
    large = round(1.25 * size, 1)
    for text in wrap(name, large, width - 2 * pad, 2 if width >= 480 else 3, bold=True):
        y += large
        names.append(f'<text x="{pad}" y="{y:.1f}">{escape(text)}</text>')
        y += 0.3 * size
    for text in wrap(said, size, width - 2 * pad, 2):
        y += 1.25 * size
        words.append(f'<text x="{pad}" y="{y:.1f}">{escape(text)}</text>')
    found = f'<g {look.ink} font-size="{large:g}" font-weight="bold">{"".join(names)}</g>'
    return f"{found}<g {look.quiet}>{''.join(words)}</g>", y + 0.3 * size


def _shown(seen: Subject, scale: ValueScale) -> str:
    """What one value is, which chart this is, what the axis leaves out."""
    kind = say(KINDS[seen.chart.kind])
    if any(v is not None for v in seen.chart.points.ucl):
        kind = say("{chart} with limits at 3\u03c3", chart=kind)
    return " \xb7 ".join(each for each in (seen.unit, kind, scale.note) if each)


def data(seen: Subject, plot: Plot, *, under: str = "", over: str = "") -> str:
    """Lines and points, with what comes ``under`` the lines and what ``over`` them."""
    chart, look = seen.chart, plot.look
    a, b = plot.a, plot.b
    ys = [None if v is None else a + b * v for v in chart.points.y]
    places = spots(plot.xs, ys)
    through = ""
    if not chart.points.labels:  # names have no order that a line could follow
        through = joined(places) if len(ys) <= 2 * COLUMNS else line(plot.xs, ys)
    stroke = look.quiet_edge if typed(chart) else look.line
    spacing = (plot.right - plot.left) / max(1, len(ys))
    r = plot.unit * max(1.4, min(3.2, 0.35 * spacing / plot.unit))
    weight = 1.5 if len(ys) < 400 else 0.9
    return "".join(
        (
            plot_lines(chart, plot, under),
            over,
            _phases(seen, plot),
            f'<path {stroke} stroke-width="{weight * plot.unit:.2f}" stroke-linejoin="round" '
            f'stroke-linecap="round" d="{through}"/>'
            if through
            else "",
            markers(seen, places, plot.xs, r=r, look=look),
            missing(seen, plot.xs, plot.bottom, 6 * plot.unit, look),
        )
    )


def _phases(seen: Subject, plot: Plot) -> str:
    """A thin upright line where a phase begins, or where a baseline was frozen."""
    chart = seen.chart
    found = [(part.start - 1, phase_title(seen, part)) for part in chart.parts[1:]]
    found += [(split, frozen_title(seen, split)) for split in frozen(chart).values()]
    if not found:
        return ""
    up = f"{plot.top - 6 * plot.unit:.1f}V{plot.bottom:.1f}"
    lines = "".join(
        f'<path d="M{plot.borders[at]:.1f} {up}"><title>{escape(said)}</title></path>'
        for at, said in found
    )
    return f'<g {plot.look.edge} stroke-width="{0.8 * plot.unit:.2f}">{lines}</g>'


def _no_data(seen: Subject, plot: Plot, size: float) -> str:
    dates = len(seen.chart.points)
    said = say("No data yet")
    if dates:
        said = say_n("No data yet ({n} date)", "No data yet ({n} dates)", dates)
    room = plot.right - plot.left
    middle, at = (plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2
    text = escape(fit(said, 1.2 * size, room))
    return (
        f'<text {plot.look.quiet} x="{middle:.1f}" y="{at:.1f}" font-size="{1.2 * size:.1f}" '
        f'text-anchor="middle">{text}</text>'
    )
