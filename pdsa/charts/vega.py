"""A chart as a Vega-Lite specification, for who wants to restyle it or put it into a dashboard.

Version 5; the data are inline, in three sets: ``points``, ``lines`` (centre, limits, target) and
``events`` (phases, annotations). Colours and strokes are styles of the configuration, to be
replaced there: ``specification["config"]["style"]["pdsa-line"]``.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from pdsa.aim import show_date
from pdsa.charts.measured import MeasureChart
from pdsa.charts.result import Chart, Column
from pdsa.charts.svg.style import LIGHT
from pdsa.charts.svg.subject import Subject, marked, subject, titles, where
from pdsa.phase import PhaseKind
from pdsa.words import mark, say

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

EXPECTED, SIGNAL = mark("as chance would have it"), mark("more than chance")
GHOST = mark("left out of the analysis")
# What a point shows, its shape and its colour.
_SHAPES = {
    EXPECTED: ("circle", LIGHT.line),
    SIGNAL: ("diamond", LIGHT.signal),
    GHOST: ("cross", LIGHT.quiet),
}
_STYLES: dict[str, dict[str, Any]] = {
    "pdsa-line": {"stroke": LIGHT.line, "strokeWidth": 1.5},
    "pdsa-points": {"size": 50, "opacity": 1},
    "pdsa-lines": {"strokeWidth": 1.3},
    "pdsa-window": {"fill": LIGHT.edge, "opacity": 0.14},
    "pdsa-moment": {"stroke": LIGHT.edge, "strokeDash": [3, 3]},
}


def vega_lite(
    chart: Chart | MeasureChart,
    *,
    width: int | Literal["container"] = 640,
    height: int = 320,
    title: str | None = None,
) -> dict[str, Any]:
    """A Vega-Lite specification of plain JSON values: layers for lines, points and events.

    A missing point is a gap in the line. Dates are UTC days, so that no time zone moves a point.
    The description is the reading.
    """
    seen = subject(chart, title=title)
    points, lines = _points(seen), _lines(seen)
    events = [*_phases(chart, seen), *_annotations(chart)]
    known = any(row["y"] is not None for row in (*points, *lines))
    x, y = _x_axis(seen, known), _y_axis(seen, known)
    specification: dict[str, Any] = {
        "$schema": SCHEMA,
        "description": seen.desc,
        "width": width,
        "height": height,
        "datasets": {"points": points, "lines": lines, "events": events},
        "layer": [
            *_event_layers(events, x),
            *_line_layers(seen, lines, x, y),
            *_point_layers(seen, points, x, y),
        ],
        "config": {
            "style": {name: dict(style) for name, style in _STYLES.items()},
            "legend": {"labelLimit": 0},
        },
    }
    if seen.name:
        specification["title"] = seen.name
    return specification


def _event_layers(events: list[dict[str, Any]], x: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Windows behind everything, and moments as lines from top to bottom."""
    said = [{"field": "text", "title": say("Event")}]
    if any("last" in event for event in events):
        yield {
            "data": {"name": "events"},
            "transform": [{"filter": "isValid(datum.last)"}],
            "mark": {"type": "rect", "style": "pdsa-window"},
            "encoding": {"x": x, "x2": {"field": "last"}, "tooltip": said},
        }
    if any("last" not in event for event in events):
        yield {
            "data": {"name": "events"},
            "transform": [{"filter": "!isValid(datum.last)"}],
            "mark": {"type": "rule", "style": "pdsa-moment"},
            "encoding": {"x": x, "tooltip": said},
        }


def _line_layers(
    seen: Subject, rows: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Centre, limits and target as steps, told apart by dash and colour."""
    if not rows:
        return
    strokes: dict[str, tuple[list[int], str]] = {
        seen.centre: ([], LIGHT.ink),
        say("limits"): ([6, 4], LIGHT.limit),
        say("target"): ([2, 3], LIGHT.target),
    }
    drawn = list(dict.fromkeys(row["line"] for row in rows))
    yield {
        "data": {"name": "lines"},
        "mark": {"type": "line", "style": "pdsa-lines", "interpolate": "step"},
        "encoding": {
            "x": x,
            "y": y,
            "detail": {"field": "stretch", "type": "nominal"},
            "strokeDash": _scaled("line", drawn, [strokes[line][0] for line in drawn]),
            "stroke": _scaled("line", drawn, [strokes[line][1] for line in drawn]),
        },
    }


def _point_layers(
    seen: Subject, rows: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """The line, broken where a point is missing, and the points by what they show."""
    shown = {shape: say(shape) for shape in _SHAPES}
    shown = {shape: said for shape, said in shown.items() if any(r["shows"] == said for r in rows)}
    there = [{"filter": "isValid(datum.y)"}]
    yield {
        "data": {"name": "points"},
        "transform": there,
        "mark": {"type": "line", "style": "pdsa-line"},
        "encoding": {"x": x, "y": y, "detail": {"field": "stretch", "type": "nominal"}},
    }
    yield {
        "data": {"name": "points"},
        "transform": there,
        "mark": {"type": "point", "filled": True, "style": "pdsa-points"},
        "encoding": {
            "x": x,
            "y": y,
            "shape": _scaled("shows", [*shown.values()], [_SHAPES[shape][0] for shape in shown]),
            "color": _scaled("shows", [*shown.values()], [_SHAPES[shape][1] for shape in shown]),
            "tooltip": [{"field": "text", "title": seen.name or say("Point")}],
        },
    }


def _x_axis(seen: Subject, known: bool) -> dict[str, Any]:
    x: dict[str, Any] = {"field": "x", "title": None}
    points = seen.chart.points
    if not known:  # nothing is drawn, and a scale of nothing would be a scale of NaN
        return x | {"type": "quantitative", "scale": {"domain": [0, 1]}}
    if isinstance(points.x[0], date):
        return x | {"type": "temporal", "scale": {"type": "utc"}}
    if points.labels:
        names = [where(seen, at) for at in range(len(points))]
        return x | {"type": "ordinal", "sort": names, "axis": {"labelAngle": -45}}
    return x | {"type": "quantitative", "scale": {"zero": False}, "title": say("point")}


def _y_axis(seen: Subject, known: bool) -> dict[str, Any]:
    scale = {"zero": False} if known else {"domain": [0, 1]}
    y = {"field": "y", "type": "quantitative", "title": seen.unit or None}
    return y | {"scale": scale}


def _x(seen: Subject, at: int) -> str | float:
    """Where a point lies: an ISO date, a name or a number."""
    x = seen.chart.points.x[at]
    if isinstance(x, date):
        return x.isoformat()
    return where(seen, at) if seen.chart.points.labels else x


def _points(seen: Subject) -> list[dict[str, Any]]:
    chart = seen.chart
    patterns = marked(chart)
    in_words = titles(seen, patterns)
    rows = []
    stretch = 0
    for at, point in enumerate(chart.points):
        if point.y is None:
            stretch += 1
        shows = EXPECTED if point.include else GHOST
        if point.sigma_signal or at in patterns:
            shows = SIGNAL
        row = {
            "index": point.index,
            "x": _x(seen, at),
            "y": point.y,
            "part": point.part,
            "stretch": stretch,
            "shows": say(shows),
            "text": in_words(at),
        }
        if point.n is not None:
            row["n"] = point.n
        if point.point_type is not None:
            row["type"] = point.point_type
        rows.append(row)
    return rows


def _lines(seen: Subject) -> list[dict[str, Any]]:
    """Centre, limits and target, a row for each point that has them."""
    points = seen.chart.points
    columns: tuple[tuple[str, str, Column], ...] = (
        (seen.centre, "cl", points.cl),
        (say("limits"), "lcl", points.lcl),
        (say("limits"), "ucl", points.ucl),
        (say("target"), "target", points.target),
    )
    rows = []
    for line, name, column in columns:
        broken = 0
        for at, value in enumerate(column):
            if value is None:
                broken += 1
                continue
            rows.append(
                {
                    "x": _x(seen, at),
                    "y": value,
                    "line": line,
                    "stretch": f"{name} {points.part[at]}.{broken}",
                }
            )
    return rows


def _phases(chart: Chart | MeasureChart, seen: Subject) -> Iterator[dict[str, Any]]:
    """Where a new part begins and where a frozen baseline ends, with the reason if one is known."""
    of = seen.chart
    reasons = {
        (phase.kind, phase.on): phase.reason
        for phase in (chart.phases if isinstance(chart, MeasureChart) else ())
    }
    found = [(mark("New phase"), part.start - 1, PhaseKind.rebase) for part in of.parts[1:]]
    if of.freeze and of.freeze < len(of.points):
        found.append((mark("End of the baseline"), of.freeze - 1, PhaseKind.freeze))
    for what, at, kind in found:
        x = of.points.x[at]
        why = reasons.get((kind, x)) if isinstance(x, date) else None
        yield {"x": _x(seen, at), "text": f"{say(what)}: {why}" if why else say(what)}


def _annotations(chart: Chart | MeasureChart) -> Iterator[dict[str, Any]]:
    """What happened beside the points; an open window ends with the last point."""
    if not isinstance(chart, MeasureChart):
        return
    xs = chart.chart.points.x
    if not xs or not isinstance(xs[-1], date):
        return
    for each in chart.annotations:
        row: dict[str, Any] = {
            "x": each.first.isoformat(),
            "kind": str(each.kind),
            "label": each.label,
            "text": f"{show_date(each.first)}: {each.text}",
        }
        last = xs[-1] if each.open and each.last is None else each.last
        if last is not None and last > each.first:
            row["last"] = last.isoformat()
        yield row


def _scaled(field: str, domain: list[str], values: list[Any]) -> dict[str, Any]:
    scale = {"domain": domain, "range": values}
    return {"field": field, "type": "nominal", "title": None, "scale": scale}
