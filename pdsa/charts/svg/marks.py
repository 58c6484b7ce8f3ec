"""The marks of a chart: steps, the line through the points, markers. Pixels come in, paths go out."""

from collections.abc import Callable, Mapping, Sequence, Set
from itertools import pairwise

from pdsa.charts.result import Column, Points
from pdsa.charts.svg.causes import CAUSES, typed
from pdsa.charts.svg.shapes import shapes, type_shape
from pdsa.charts.svg.style import Look
from pdsa.charts.svg.subject import Subject, marked, titles
from pdsa.charts.svg.text import escape, escape_all

MANY = 400  # points: beyond, only signals get a marker
COLUMNS = 800  # at most so many columns of pixels in a line of very many points


def edges(xs: Sequence[float], left: float, right: float) -> list[float]:
    """The borders between points, where steps change: half-way, and both ends of the plot."""
    between = [(a + b) / 2 for a, b in pairwise(xs)]
    return [left, *between, right]


Pixels = list[str | None]


def pixels(column: Column, a: float, b: float) -> Pixels:
    """The column as heights, ready for a path; limits often repeat, so each value once."""
    if (v := column[0]) is not None and column.count(v) == len(column):
        return [f"{a + b * v:.1f}"] * len(column)
    shown = {v: None if v is None else f"{a + b * v:.1f}" for v in {*column}}
    return [shown[v] for v in column]


def steps(ys: Pixels, borders: Sequence[str], start: int, end: int) -> str:
    """A line that holds each height from border to border (positions ``start`` to ``end``)."""
    before = ys[start]
    if before is not None and ys.count(before) == len(ys):
        return f"M{borders[start]} {before}H{borders[end]}"
    if None not in ys:
        turns = [
            f"H{border}V{y}"
            for last, y, border in zip(
                ys[start : end - 1],
                ys[start + 1 : end],
                borders[start + 1 : end],
                strict=True,
            )
            if y != last
        ]
        return f"M{borders[start]} {before}{''.join(turns)}H{borders[end]}"
    found = [] if before is None else [f"M{borders[start]} {before}"]
    for i in range(start + 1, end):
        y = ys[i]
        if y == before:
            continue
        if y is None:
            found.append(f"H{borders[i]}")
        elif before is None:
            found.append(f"M{borders[i]} {y}")
        else:
            found.append(f"H{borders[i]}V{y}")
        before = y
    if before is not None:
        found.append(f"H{borders[end]}")
    return "".join(found)


def area(
    low: Pixels,
    high: Pixels,
    borders: Sequence[str],
    start: int,
    end: int,
    tops: Mapping[tuple[int, int], str],
) -> str:
    """The area between two stepped lines, wherever both are there.

    ``tops`` holds paths of ``high`` that are there already, by their ends.
    """
    found = []
    whole = None not in low and None not in high
    while start < end:
        if low[start] is None or high[start] is None:
            start += 1
            continue
        stop = end if whole else start + 1
        while stop < end and low[stop] is not None and high[stop] is not None:
            stop += 1
        top = tops.get((start, stop)) or steps(high, borders, start, stop)
        found.append(f"{top}V{low[stop - 1]}")
        found += [
            f"H{borders[i]}V{low[i - 1]}"
            for i in range(stop - 1, start, -1)
            if low[i - 1] != low[i]
        ]
        found.append(f"H{borders[start]}z")
        start = stop
    return "".join(found)


def spots(xs: Sequence[float], ys: Sequence[float | None]) -> Pixels:
    """Where points are, ready for a path: ``12.5 80.0``."""
    return [None if y is None else f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True)]


def line(xs: Sequence[float], ys: Sequence[float | None]) -> str:
    """A path through the points; a missing one is a gap, one between two gaps a dot."""
    if len(xs) > 2 * COLUMNS:
        xs, ys = thinned(xs, ys)
    return joined(spots(xs, ys))


def joined(places: Sequence[str | None]) -> str:
    """The path through ``spots``."""
    if len(places) > 1 and None not in places:
        return f"M{'L'.join(places)}"  # type: ignore[arg-type]
    found: list[str] = []
    pen = "M"
    for place in places:
        if place is None:
            if pen == "L" and found[-1][0] == "M":
                found.append("h0")
            pen = "M"
        else:
            found.append(pen + place)
            pen = "L"
    if found and found[-1][0] == "M":
        found.append("h0")
    return "".join(found)


def thinned(
    xs: Sequence[float], ys: Sequence[float | None]
) -> tuple[list[float], list[float | None]]:
    """First, lowest, highest and last point of every column of pixels, and its gaps."""
    wide = (xs[-1] - xs[0]) / COLUMNS or 1
    columns: dict[int, list[int]] = {}
    for i, x in enumerate(xs):
        columns.setdefault(int((x - xs[0]) / wide), []).append(i)
    kept: list[int] = []
    for held in columns.values():
        known = [(y, i) for i in held if (y := ys[i]) is not None]
        if len(known) < len(held):
            kept.append(next(i for i in held if ys[i] is None))
        if known:
            kept += {min(known)[1], max(known)[1], known[0][1], known[-1][1]}
    kept.sort()
    return [xs[i] for i in kept], [ys[i] for i in kept]


def markers(subject: Subject, places: Pixels, xs: Sequence[float], *, r: float, look: Look) -> str:
    """A marker for every point, each with its words; beyond ``MANY`` points only for signals.

    Signals differ by shape: outside the limits a diamond in a ring, part of a run a square, or by
    their types where the points have those.
    """
    chart = subject.chart
    points = chart.points
    runs = marked(chart)
    said = titles(subject, runs)
    if typed(chart):
        return _by_type(points, said, places, xs, r=r, look=look)
    few = len(xs) <= MANY
    shape = shapes(round(r if few else 1.7 * r, 2))
    shown = range(len(xs)) if few else _signals(points, {*runs}, xs)
    outside, include = points.sigma_signal, points.include
    if few and not runs and True not in outside and False not in include:
        known = [(i, place) for i, place in enumerate(places) if place is not None]
        words = escape_all([said(i) for i, _ in known])
        dot = shape.dot
        all_dots = "".join(
            [
                f'<path d="M{place}{dot}"><title>{text}</title></path>'
                for (_, place), text in zip(known, words, strict=True)
            ]
        )
        return f"<g {look.dot}>{all_dots}</g>" if all_dots else ""
    dots: list[str] = []
    squares: list[str] = []
    diamonds: list[str] = []
    ghosts: list[str] = []
    for i in shown:
        place = places[i]
        if place is None:
            continue
        if outside[i]:
            mark, group = shape.outside, diamonds
        elif not include[i]:
            mark, group = shape.ghost, ghosts
        elif i in runs:
            mark, group = shape.run, squares
        else:
            mark, group = shape.dot, dots
        group.append(f'<path d="M{place}{mark}"><title>{escape(said(i))}</title></path>')
    found = ""
    if dots:
        found += f"<g {look.dot}>{''.join(dots)}</g>"
    if ghosts:
        found += f'<g {look.hollow} stroke-width="{r * 0.35:.2f}">{"".join(ghosts)}</g>'
    if squares:
        found += f"<g {look.outside}>{''.join(squares)}</g>"
    if diamonds:
        found += f'<g {look.outside} fill-rule="evenodd">{"".join(diamonds)}</g>'
    return found


def _by_type(
    points: Points,
    said: Callable[[int], str],
    places: Pixels,
    xs: Sequence[float],
    *,
    r: float,
    look: Look,
) -> str:
    """Markers by the types of Making Data Count, in a ring where they lie outside the limits."""
    few = len(xs) <= MANY
    r = round(r if few else 1.7 * r, 2)
    types, outside = points.point_type, points.sigma_signal
    special = {i for i, each in enumerate(types) if each in CAUSES}
    groups: dict[str, list[str]] = {"": [], **{name: [] for name in CAUSES}}
    for i in range(len(xs)) if few else _signals(points, special, xs):
        place = places[i]
        if place is None:
            continue
        name = types[i] if i in special else ""
        mark = type_shape(CAUSES[name].shape, r, outside[i]) if name else shapes(r).dot
        words = escape(said(i))
        groups[name].append(f'<path d="M{place}{mark}"><title>{words}</title></path>')
    found = ""
    for name, each in groups.items():
        if each:
            role = f'{getattr(look, CAUSES[name].role)} fill-rule="evenodd"' if name else look.quiet
            found += f"<g {role}>{''.join(each)}</g>"
    return found


def _signals(points: Points, runs: Set[int], xs: Sequence[float]) -> list[int]:
    """The signals and ghosts to mark among very many points: all, or one for each column and kind."""
    found = [
        i
        for i, (out, kept) in enumerate(zip(points.sigma_signal, points.include, strict=True))
        if out or not kept or i in runs
    ]
    if len(found) <= MANY:
        return found
    wide = (xs[-1] - xs[0]) / (MANY / 2) or 1
    columns: dict[tuple[int, bool, bool], int] = {}
    for i in found:
        column = int((xs[i] - xs[0]) / wide)
        columns.setdefault((column, points.sigma_signal[i], points.include[i]), i)
    return sorted(columns.values())


def missing(subject: Subject, xs: Sequence[float], bottom: float, high: float, look: Look) -> str:
    """A fine tick on the axis for every point without a figure."""
    ys = subject.chart.points.y
    gaps = [i for i, y in enumerate(ys) if y is None]
    if not gaps:
        return ""
    if len(ys) > MANY:
        at = sorted({round(xs[i]) for i in gaps})
        ticks = f'<path d="{"".join(f"M{x} {bottom:.1f}v-{high:.1f}" for x in at)}"/>'
    else:
        said = titles(subject, {})
        ticks = "".join(
            f'<path d="M{xs[i]:.1f} {bottom:.1f}v-{high:.1f}">'
            f"<title>{escape(said(i))}</title></path>"
            for i in gaps
        )
    return f'<g {look.axis} stroke-width="{high / 6:.2f}">{ticks}</g>'
