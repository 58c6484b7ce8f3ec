"""Small multiples: many charts of one kind on one scale of values and one of time.

The panels stand in the order in which they are given, never in an order of merit.
"""

from collections.abc import Sequence
from datetime import date
from math import ceil
from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

from pdsa.charts.measured import MeasureChart
from pdsa.charts.result import Chart
from pdsa.charts.svg.axis import AxisName, AxisTick, placed, week_places
from pdsa.charts.svg.causes import WIDE, Badge, badge_drawn, badges, typed
from pdsa.charts.svg.key import Sample, key, key_drawn, key_height, samples
from pdsa.charts.svg.line import common_scale, data, heading
from pdsa.charts.svg.lines import Plot, style
from pdsa.charts.svg.marks import edges
from pdsa.charts.svg.scale import ValueScale, date_ticks, number_ticks, week_ticks
from pdsa.charts.svg.style import Look, check_width, look, opening
from pdsa.charts.svg.subject import Show, Subject, subject
from pdsa.charts.svg.text import escape, fit, width
from pdsa.errors import InvalidValue
from pdsa.words import say, say_n

_MOST = 40


def multiples(
    charts: Sequence[Chart | MeasureChart],
    *,
    width: float = 720,
    columns: int | None = None,
    title: str = "",
    names: Sequence[str] | None = None,
    pooled: float | Chart | MeasureChart | None = None,
    theme: str = "auto",
    axis: AxisName | None = None,
    id: str | None = None,
    desc: str | None = None,
    show: Show | None = None,
) -> str:
    """1 to 40 charts as panels of one picture, all on the same scales.

    ``names`` are the panels' names, for charts that have none. ``pooled`` is the centre line of all
    together (or a chart that has it), drawn faintly in every panel.

    Raises ``InvalidValue`` for another number of panels, columns or names, or an option that
    cannot be.
    """
    check_width(width)
    if not 1 <= len(charts) <= _MOST:
        raise InvalidValue("charts", len(charts), say("1 to {most} panels", most=_MOST))
    if columns is not None and not 1 <= columns <= _MOST:
        raise InvalidValue("columns", columns, say("1 to {most}", most=_MOST))
    if names is not None and len(names) != len(charts):
        rule = say("one for each of {n} charts", n=len(charts))
        raise InvalidValue("names", len(names), rule)
    if axis not in (None, "date", "week"):
        raise InvalidValue("axis", axis, "date or week")
    all_seen = [
        subject(each, title=_name(each, i, names), show=show) for i, each in enumerate(charts)
    ]
    if isinstance(pooled, MeasureChart):
        pooled = pooled.chart
    if isinstance(pooled, Chart):
        pooled = pooled.parts[-1].cl if pooled.parts else None
    first = charts[0]
    if not title and isinstance(first, MeasureChart) and names is None:
        title = first.name
    said = " ".join(each.desc for each in all_seen)
    on_one = say_n("{n} charts on one scale", "{n} charts on one scale", len(charts))
    desc = desc if desc is not None else f"{on_one}. {said}"
    id = (
        id
        if id is not None
        else f"charts-{crc32(f'{title}|{desc}'.encode('utf-8', 'replace')):08x}"
    )
    page = _Page(
        all_seen=all_seen,
        width=width,
        size=max(11.0, width / 110),
        look=look(theme),
        week=axis == "week",
        pooled=pooled,
        columns=columns,
        title=title,
    )
    body, height = _laid_out(page)
    named = title or on_one
    start = opening(
        id,
        width,
        height,
        title=named,
        desc=desc,
        look=page.look,
        size=page.size,
        types=any(typed(each.chart) for each in all_seen),
    )
    return f"{start}{body}</svg>"


def _name(each: Chart | MeasureChart, at: int, names: Sequence[str] | None) -> str | None:
    if names is not None:
        return names[at]
    if isinstance(each, MeasureChart):
        return each.of_name or each.name
    return None


class _Page(Struct, frozen=True, kw_only=True):
    all_seen: Sequence[Subject]
    width: float
    size: float
    look: Look
    week: bool
    pooled: float | None
    columns: int | None
    title: str


class _Time(Struct, frozen=True, kw_only=True):
    """The common axis: the place of every point of every panel, and ticks, within one panel."""

    places: list[list[float]]
    ticks: list[AxisTick]
    name: str = ""


def _laid_out(page: _Page) -> tuple[str, float]:
    size, look = page.size, page.look
    pad, gap = round(size), 1.6 * size
    count = len(page.all_seen)
    scale = _scale(page, 4)
    ticks_wide = max(width(label, size) for _, label in scale.ticks) + 0.6 * size
    room = page.width - 2 * pad - ticks_wide
    columns = page.columns or max(1, min(count, int((room + gap) // (14 * size + gap))))
    columns = min(count, columns, max(1, int((room + gap) // (5 * size + gap))))
    rows = ceil(count / columns)
    if page.columns is None:
        columns = ceil(count / rows)
    wide = (room - (columns - 1) * gap) / columns
    high = max(5.5 * size, min(0.5 * wide, 22 * size))
    scale = _scale(page, int(high / (2.4 * size)))
    first = page.all_seen[0]
    shown = (first.unit, say("the same scale in every panel") if count > 1 else "", scale.note)
    said = " \xb7 ".join(each for each in shown if each)
    found, y = heading(page.title, said, width=page.width, size=size, pad=pad, look=look)
    y += 0.8 * size
    time = _time(page, wide, size)
    years = any(tick.year for tick in time.ticks)
    below = (1.9 + 1.2 * years) * size
    parts = [found]
    pitch = high + 3 * size
    for i, seen in enumerate(page.all_seen):
        column, row = i % columns, i // columns
        left = pad + ticks_wide + column * (wide + gap)
        top = y + row * pitch + 1.9 * size
        plot = _plot(page, scale, time.places[i], left, top, wide, high)
        parts.append(_panel(page, seen, plot, scale, labels=column == 0))
        if i + columns >= count:
            parts.append(_ticks(time, plot, size))
    y += rows * pitch - 1.1 * size + below + 0.4 * size
    if time.name:
        parts.append(
            f'<text {look.quiet} x="{pad}" y="{y + 0.6 * size:.1f}">{escape(time.name)}</text>'
        )
        y += 1.4 * size
    words = key(_samples(page, scale), left=pad, right=page.width - pad, size=size)
    parts.append(key_drawn(words, top=y, size=size, look=look))
    return "".join(parts), round(y + key_height(words, size) + 0.6 * size)


def _scale(page: _Page, rows: int) -> ValueScale:
    more = () if page.pooled is None else (page.pooled,)
    return common_scale(page.all_seen, max(2, min(rows, 5)), more)


def _plot(
    page: _Page,
    scale: ValueScale,
    places: list[float],
    left: float,
    top: float,
    wide: float,
    high: float,
) -> Plot:
    a, b = scale.pixels(top, top + high)
    xs = [left + x for x in places]
    return Plot(
        left=left,
        right=left + wide,
        top=top,
        bottom=top + high,
        xs=xs,
        borders=edges(xs, left, left + wide),
        a=a,
        b=b,
        unit=page.size / 14,
        look=page.look,
    )


def _panel(page: _Page, seen: Subject, plot: Plot, scale: ValueScale, *, labels: bool) -> str:
    """One chart: its name and last value, grid, lines and points."""
    size, look = page.size, page.look
    lines = "".join(
        f"M{plot.left:.1f} {plot.a + plot.b * value:.1f}H{plot.right:.1f}"
        for value, _ in scale.ticks
    )
    found = [f'<path {look.grid} stroke-width="{0.8 * plot.unit:.2f}" d="{lines}"/>']
    if labels:
        words = "".join(
            f'<text x="{plot.left - 0.6 * size:.1f}" y="{plot.a + plot.b * value + 0.35 * size:.1f}">'
            f"{label}</text>"
            for value, label in scale.ticks
        )
        found.append(f'<g {look.quiet} text-anchor="end">{words}</g>')
    known = [y for y in seen.chart.points.y if y is not None]
    last = fit(seen.show(known[-1]), size, 6 * size) if known else ""
    y = plot.top - 0.7 * size
    room = plot.right - plot.left - (width(last, size) + size if last else 0)
    for icon in reversed(badges(seen.chart) if known else ()):
        if room > (WIDE + 5.4) * size:
            room -= (WIDE + 0.4) * size
            x = plot.left + room
            found.append(badge_drawn(icon, x, y - 0.35 * size, size, look))
    name = fit(" ".join(seen.name.split()), size, room, bold=True)
    found.append(
        f'<text {look.ink} x="{plot.left:.1f}" y="{y:.1f}" font-weight="bold">{escape(name)}'
        f"<title>{escape(seen.name)}</title></text>"
    )
    if last:
        latest = escape(say("the latest value"))
        found.append(
            f'<text {look.quiet} x="{plot.right:.1f}" y="{y:.1f}" text-anchor="end">'
            f"{escape(last)}<title>{latest}</title></text>"
        )
    pooled = ""
    if page.pooled is not None:
        at = plot.a + plot.b * page.pooled
        line = f"M{plot.left:.1f} {at:.1f}H{plot.right:.1f}"
        pooled = f'<path {style("pooled", plot.unit, look.theme)} d="{line}"/>'
    if known:
        found.append(data(seen, plot, over=pooled))
    else:
        said = escape(fit(say("No data yet"), size, plot.right - plot.left))
        middle = (plot.left + plot.right) / 2
        at = (plot.top + plot.bottom) / 2
        found.append(pooled)
        found.append(
            f'<text {look.quiet} x="{middle:.1f}" y="{at:.1f}" text-anchor="middle">{said}</text>'
        )
    found.append(
        f'<path {look.axis} stroke-width="{plot.unit:.2f}" '
        f'd="M{plot.left:.1f} {plot.bottom:.1f}H{plot.right:.1f}"/>'
    )
    return "".join(found)


def _time(page: _Page, wide: float, size: float) -> _Time:
    inset = min(0.7 * size, wide / 10)
    name = ""
    if page.week:
        if not all(len(s.weeks) == len(s.chart.points) for s in page.all_seen):
            raise InvalidValue("axis", "week", "week needs measures' charts with a school calendar")
        places = [week_places(each) for each in page.all_seen]
        name = say("ticks below: instructional weeks")
    else:
        places = [
            [float(x.toordinal()) if isinstance(x, date) else float(x) for x in s.chart.points.x]
            for s in page.all_seen
        ]
    everywhere = sorted({x for each in places for x in each})
    if not everywhere:
        return _Time(places=places, ticks=[])
    first, last = everywhere[0], everywhere[-1]
    scale = (wide - 2 * inset) / (last - first) if last > first else 0.0
    start = inset if scale else wide / 2
    room = wide - 2 * inset
    marks: list[tuple[float, str, str]]
    if page.week:
        marks = [(at, label, "") for at, label in week_ticks(int(first), int(last), room, size)]
    elif any(s.chart.points.labels for s in page.all_seen):
        marks = []
    elif any(isinstance(x, date) for s in page.all_seen for x in s.chart.points.x):
        days = [int(x) for x in everywhere]
        ticks = date_ticks(days, days[0], days[-1], room, size)
        marks = [(float(tick.at), tick.label, tick.year) for tick in ticks]
    else:
        marks = [(at, label, "") for at, label in number_ticks(first, last, room, size)]
    spots = [(start + (at - first) * scale, label, year) for at, label, year in marks]
    return _Time(
        places=[[start + (x - first) * scale for x in each] for each in places],
        ticks=placed(spots, size, wide + 4),
        name=name,
    )


def _ticks(time: _Time, plot: Plot, size: float) -> str:
    found, lines = [], ""
    for tick in time.ticks:
        lines += f"M{plot.left + tick.x:.1f} {plot.bottom:.1f}v{0.3 * size:.1f}"
        x = plot.left + tick.text_x
        if tick.label:
            y = plot.bottom + 1.55 * size
            found.append(f'<text x="{x:.1f}" y="{y:.1f}">{escape(tick.label)}</text>')
        if tick.year:
            y = plot.bottom + 2.75 * size
            found.append(f'<text x="{x:.1f}" y="{y:.1f}">{tick.year}</text>')
    return (
        f'<path {plot.look.axis} stroke-width="{plot.unit:.2f}" d="{lines}"/>'
        f'<g {plot.look.quiet} text-anchor="middle">{"".join(found)}</g>'
    )


def _samples(page: _Page, scale: ValueScale) -> list[Sample | Badge]:
    """What the panels need explained, each thing once."""
    first = page.all_seen[0]
    centres = {each.centre for each in page.all_seen}
    centre = centres.pop() if len(centres) == 1 else say("centre")
    found: list[Sample | Badge] = [Sample("centre", say("{centre} of the panel", centre=centre))]
    if page.pooled is not None:
        pooled = say("all together {value}", value=first.show(page.pooled))
        found.append(Sample("pooled", pooled))
    seen = {"centre", "pooled"}
    for each in page.all_seen:
        for sample in samples(each, scale, narrow=False):
            if sample.name and sample.name not in seen:
                seen.add(sample.name)
                words = sample.words
                if sample.name == "signal":
                    words = say("more than chance would give")
                found.append(Sample(sample.name, words))
        points = each.chart.points
        if "target" not in seen and any(v is not None for v in points.target):
            seen.add("target")
            target = next(v for v in points.target if v is not None)
            found.append(Sample("target", say("target {value}", value=each.show(target))))
    shown = {icon.drawing: icon for each in page.all_seen for icon in badges(each.chart)}
    framed = [icon for icon in shown.values() if icon.of_variation]
    if framed:
        found.append(replace(framed[0], words=say("framed: the latest point")))
    return [*found, *(icon for icon in shown.values() if icon not in framed)]
