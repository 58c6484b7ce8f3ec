"""Room for words: labels spread along an edge, windows and moments packed in lanes."""

from collections.abc import Sequence

from msgspec import Struct

from pdsa.charts.svg.style import Look
from pdsa.charts.svg.text import escape, fit, width
from pdsa.words import say


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
        found.append(f'<path {look.edge} stroke-width="{size / 12:.2f}" d="{"".join(leaders)}"/>')
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

    A label stands inside its bracket if it fits, else behind it, else before it; where it fits
    nowhere it is shortened to where most of it can be read.
    """
    free = [left] * lanes
    placed: list[_Placed] = []
    over: list[Window] = []
    used = 0
    gap = 0.5 * size
    for window in windows:
        wide = min(width(window.label, size), 16 * size)
        inside = 0.0 if window.moment else window.end - window.start - 2.3 * size
        before = min(wide, window.start - gap - left)
        if window.end + gap + wide + 0.6 * size <= right and inside < wide + 0.3 * size:
            start, text_x = window.start, window.end + gap + 0.2 * size
            end, room = text_x + wide, wide
        elif inside >= min(wide + 0.3 * size, max(before, 2.5 * size)):
            start, text_x, end, room = window.start, window.start + 1.1 * size, window.end, inside
        else:
            room = before
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
            mark = f'<path {look.edge} stroke-width="{size / 12:.2f}" d="{path}"/>'
        found.append(
            f"<g><title>{escape(window.text)}</title>{mark}"
            f'<text {look.ink} x="{each.text_x:.1f}" y="{y + 0.35 * size:.1f}">'
            f"{escape(each.text)}</text></g>"
        )
    return "".join(found)


class TopLabel(Struct, frozen=True, kw_only=True):
    """Words above the plot, beginning at ``x``, or in fewer words (``shorter``).

    With ``end`` they are centred in between, or left out where they are wider than ``most``.
    """

    x: float
    text: str
    title: str
    shorter: tuple[str, ...] = ()
    end: float | None = None
    most: float = 0


Above = tuple[TopLabel, float, int, str]


class _Rows:
    """Rows of labels that do not touch; row 0 is the nearest to the plot."""

    def __init__(self, left: float, right: float, size: float, rows: int) -> None:
        self.left, self.right, self.size, self.gap = left, right, size, 0.6 * size
        self.taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
        self.found: list[Above] = []

    def add(self, label: TopLabel, text: str, x: float) -> bool:
        """Put a label into the first row that is free from ``x`` on; false where none is."""
        text = fit(text, self.size, self.right - self.left)
        wide = width(text, self.size)
        x = max(self.left, min(x, self.right - wide))
        for row, spans in enumerate(self.taken):
            if all(x > b + self.gap or x + wide < a - self.gap for a, b in spans):
                spans.append((x, x + wide))
                self.found.append((label, x, row, text))
                return True
        return False

    def add_rest(self, rest: list[TopLabel]) -> None:
        """Say how many labels found no row, where need be instead of the last that did."""
        while True:
            title = "; ".join(label.title for label in rest)
            label = TopLabel(x=rest[0].x, text=say("+{n} more", n=len(rest)), title=title)
            ends = (b + 1.01 * self.gap for spans in self.taken for _, b in spans)
            wide = width(label.text, self.size)
            places = [label.x, *sorted(x for x in ends if x + wide <= self.right)]
            if any(self.add(label, label.text, x) for x in places) or not self.found:
                return
            last, _, row, _ = self.found.pop()
            self.taken[row].pop()
            rest = [last, *rest]


def top_labels(
    wanted: Sequence[TopLabel], *, left: float, right: float, size: float, rows: int
) -> list[Above]:
    """Each label with its x, its row (0 is the nearest to the plot) and its words.

    All that begin at a line are said in the same length, the longest in which all have room; those
    that have none even so are counted. Centred ones come last, and only where there is room.
    """
    phases = [label for label in wanted if label.end is None]
    lengths = max((len(label.shorter) for label in phases), default=0) + 1
    for length in range(lengths):
        found = _Rows(left, right, size, rows)
        rest = [
            label
            for label in phases
            if not found.add(label, (label.text, *label.shorter)[: length + 1][-1], label.x)
        ]
        if not rest:
            break
    if rest:
        found.add_rest(rest)
    for label in wanted:
        if label.end is not None:
            wide = width(label.text, size)
            x = (label.x + label.end - wide) / 2
            if wide <= label.most and x >= left and x + wide <= right:
                found.add(label, label.text, x)
    return found.found
