"""Room for words: labels spread along an edge, windows and moments packed in lanes."""

from collections.abc import Sequence

from msgspec import Struct

from pdsa.charts.svg.style import Look
from pdsa.charts.svg.text import escape, fit, width


class EdgeLabel(Struct, frozen=True, kw_only=True):
    """Words for a line at ``value``; the highest ``rank`` goes first where room is short."""

    value: float
    text: str
    role: str
    rank: int
    bold: bool = False


def spread(
    wanted: Sequence[tuple[float, EdgeLabel]], top: float, bottom: float, gap: float
) -> list[tuple[float, float, EdgeLabel]]:
    """Labels with the height they want and the one they get: at least ``gap`` apart, as near as
    that allows (isotonic regression).
    """
    labels = sorted(wanted, key=lambda each: (each[0], each[1].rank))
    while labels and (len(labels) - 1) * gap > bottom - top:
        labels.remove(max(labels, key=lambda each: each[1].rank))
    blocks: list[tuple[float, int]] = []  # sum of the places wanted, how many
    for i, (y, _) in enumerate(labels):
        total, count = y - i * gap, 1
        while blocks and blocks[-1][0] * count >= total * blocks[-1][1]:
            before, more = blocks.pop()
            total, count = total + before, count + more
        blocks.append((total, count))
    low, high = top, bottom - (len(labels) - 1) * gap
    places: list[float] = []
    for total, count in blocks:
        places += [min(max(total / count, low), high)] * count
    return [(y, places[i] + i * gap, label) for i, (y, label) in enumerate(labels)]


def edge_labels(
    wanted: Sequence[EdgeLabel],
    *,
    a: float,
    b: float,
    x: float,
    top: float,
    bottom: float,
    size: float,
    room: float,
    look: Look,
) -> str:
    """Labels to the right of the plot (y = a + b * value), with a leader where one is off its line."""
    found, leaders = [], []
    heights = [(a + b * each.value, each) for each in wanted]
    for line_y, y, label in spread(heights, top, bottom, 1.25 * size):
        text = fit(label.text, size, room, label.bold)
        bold = ' font-weight="bold"' if label.bold else ""
        found.append(
            f'<text {getattr(look, label.role)} x="{x + size:.1f}" y="{y + 0.35 * size:.1f}"{bold}>'
            f"{escape(text)}</text>"
        )
        if abs(y - line_y) > 0.35 * size:
            leaders.append(f"M{x + 2:.1f} {line_y:.1f}L{x + 0.8 * size:.1f} {y:.1f}")
    if leaders:
        found.append(f'<path {look.edge} d="{"".join(leaders)}"/>')
    return "".join(found)


class Window(Struct, frozen=True, kw_only=True):
    """Something in a lane: from ``start`` to ``end`` pixels, or a moment where they are equal."""

    start: float
    end: float
    label: str
    text: str
    open: bool = False
    moment: bool = False


class _Placed(Struct, frozen=True):
    window: Window
    lane: int
    text_x: float
    text: str


def pack(
    windows: Sequence[Window], *, left: float, right: float, size: float, lanes: int
) -> tuple[list[_Placed], list[Window], int]:
    """Every window in the first lane that is free: placed, left over, lanes used.

    A label stands inside its bracket if it fits, else behind it, else before it, shortened to the
    room of its lane.
    """
    free = [left] * lanes
    placed: list[_Placed] = []
    over: list[Window] = []
    used = 0
    gap = 0.5 * size
    for window in windows:
        wide = min(width(window.label, size), 16 * size)
        if not window.moment and wide + 2.6 * size <= window.end - window.start:
            start, text_x, end = window.start, window.start + 1.1 * size, window.end
            room = window.end - text_x - 1.2 * size
        elif window.end + gap + wide + 0.6 * size <= right:
            start, text_x = window.start, window.end + gap + 0.2 * size
            end, room = text_x + wide, wide
        else:
            room = min(wide, window.start - gap - left)
            text_x = window.start - gap - room
            start, end = text_x, window.end
        if window.moment:
            start, end = min(start, window.start - gap), max(end, window.end + gap)
        lane = next((i for i, taken in enumerate(free) if taken <= start), None)
        text = fit(window.label, size, room) if room > 2 * size else ""
        if lane is None or not text:
            over.append(window)
            continue
        if text_x < window.start:  # before its window: against it, whatever the text is
            text_x = window.start - gap - width(text, size)
        free[lane] = end + size
        used = max(used, lane + 1)
        placed.append(_Placed(window, lane, text_x, text))
    return placed, over, used


def drawn(placed: Sequence[_Placed], *, top: float, size: float, look: Look) -> str:
    """The lanes, downwards from ``top``: brackets, moments and their words."""
    found = []
    for each in placed:
        window = each.window
        y = top + (each.lane + 0.75) * 1.5 * size
        half = 0.35 * size
        text_end = each.text_x + width(each.text, size)
        if window.moment:
            shape = f"M{window.start:.1f} {y - half:.1f}l{half:.1f} {2 * half:.1f}h-{2 * half:.1f}z"
            mark = f'<path {look.ink} d="{shape}"/>'
        else:
            path = f"M{window.start:.1f} {y - half:.1f}v{2 * half:.1f}m0-{half:.1f}"
            inside = window.start < each.text_x < window.end
            if inside:
                path += f"H{each.text_x - 0.3 * size:.1f}M{text_end + 0.3 * size:.1f} {y:.1f}"
            path += f"H{window.end:.1f}"
            if window.open:
                path += f"m-{half:.1f}-{half:.1f}l{half:.1f} {half:.1f}l-{half:.1f} {half:.1f}"
            else:
                path += f"m0-{half:.1f}v{2 * half:.1f}"
            mark = f'<path {look.edge} d="{path}"/>'
        found.append(
            f"<g><title>{escape(window.text)}</title>{mark}"
            f'<text {look.ink} x="{each.text_x:.1f}" y="{y + 0.35 * size:.1f}">'
            f"{escape(each.text)}</text></g>"
        )
    return "".join(found)


class TopLabel(Struct, frozen=True, kw_only=True):
    """Words above the plot, beginning at ``x``; with ``end``, centred in between or left out."""

    x: float
    text: str
    title: str
    end: float | None = None


def top_labels(
    wanted: Sequence[TopLabel], *, left: float, right: float, size: float, rows: int
) -> list[tuple[TopLabel, float, int, str]]:
    """Each label with its x, its row (0 is the nearest to the plot) and its words; some may not fit."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    found = []
    gap = 0.6 * size
    for label in wanted:
        wide = width(label.text, size)
        text = label.text
        if label.end is not None:
            x = (label.x + label.end - wide) / 2
            if wide > 2.5 * (label.end - label.x) or x < left or x + wide > right:
                continue
        else:
            if wide > right - left:
                text = fit(text, size, right - left)
                wide = width(text, size)
            x = max(left, min(label.x, right - wide))
        for row, spans in enumerate(taken):
            if all(x > b + gap or x + wide < a - gap for a, b in spans):
                spans.append((x, x + wide))
                found.append((label, x, row, text))
                break
    return found
