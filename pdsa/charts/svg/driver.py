"""The driver diagram as a picture: aim, drivers and change ideas in columns, links between them.

Where there is no room for columns it is an indented outline (``pdsa.charts.svg.outline``). A link
is strong (thick) or weak (thin and dashed); its title says so in words. What is not linked yet has
a dashed edge and says that, too.
"""

from collections.abc import Iterable
from zlib import crc32

from pdsa.aim import Aim
from pdsa.change_idea import ChangeIdea
from pdsa.charts.graph import KIND_NAMES, DriverGraph, NodeKind, driver_graph, levels, link_name
from pdsa.charts.svg.boxes import (
    LINE,
    MARGIN,
    PAD_X,
    SIZE,
    SMALL,
    box,
    height_of,
    n,
    stroke,
    words_of,
)
from pdsa.charts.svg.layers import arrange
from pdsa.charts.svg.outline import outline
from pdsa.charts.svg.style import Look, check_width, look, opening
from pdsa.charts.svg.text import escape, width, wrap
from pdsa.theory import Link, Strength, Theory
from pdsa.words import mark, say

GAP = 14
NARROW, NARROWEST_COLUMN, WIDEST_COLUMN = 560, 112, 300
ARROW = 7


def driver_diagram(
    theory: Theory,
    *,
    aim: Aim | None = None,
    ideas: Iterable[ChangeIdea] = (),
    width: float = 960,
    theme: str = "auto",
    id: str | None = None,
    title: str | None = None,
) -> str:
    """An SVG of a theory; ``title`` is a heading that is drawn, the alternative text needs none.

    The same theory gives the same bytes. ``id`` is the prefix of every id inside; without one it is
    made from the content.
    Raises ``InvalidValue`` for a width outside 320-4000, an unknown theme, an id that is none, the
    aim of another theory, and an idea that has the id of a driver.
    """
    check_width(width)
    painted = look(theme)
    graph = driver_graph(theory, aim=aim, ideas=ideas)
    columns = levels(graph)
    heading, top = _heading(title, width, painted)
    gutter = min(max(width * 0.075, 36), 88)
    room = (width - 2 * MARGIN - gutter * (len(columns) - 1)) / len(columns)
    if width < NARROW or room < NARROWEST_COLUMN:
        drawn, bottom = outline(graph, width=width, top=top, look=painted)
    else:
        column = min(room, WIDEST_COLUMN)
        gutter = (width - 2 * MARGIN - column * len(columns)) / (len(columns) - 1)
        drawn, bottom = _Columns(graph, columns, column, gutter, top, painted).draw()
    key, bottom = _key(graph, bottom, painted)
    drawn_of = say("Driver diagram: {aim}", aim=graph.title) if aim else say("Driver diagram")
    name = title or drawn_of
    desc = graph.in_words()
    if id is None:
        id = f"drivers-{crc32(f'{name}|{desc}|{width}'.encode('utf-8', 'replace')):08x}"
    begin = opening(id, width, bottom + MARGIN, title=name, desc=desc, look=painted, size=SIZE)
    return f"{begin}{heading}{drawn}{key}</svg>"


def _heading(title: str | None, width: float, look: Look) -> tuple[str, float]:
    if not title:
        return "", MARGIN
    lines = wrap(title, 16, width - 2 * MARGIN, 3, True)
    spans = (
        f'<tspan x="{MARGIN}" y="{MARGIN + 16 + 21 * i}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    text = f'<text {look.ink} font-size="16" font-weight="600">{"".join(spans)}</text>'
    return text, MARGIN + 21 * len(lines) + 12


def _key(graph: DriverGraph, top: float, look: Look) -> tuple[str, float]:
    """Which line is strong and which is weak, for the strengths that occur."""
    drawn = []
    x: float = MARGIN
    y = top + 26
    for strength in Strength:
        link = next((link for link in graph.links if link.strength is strength), None)
        if link is None:
            continue
        said = link_name(strength)
        drawn.append(
            f'<path {stroke(link, look)} d="M{n(x)} {n(y - 4)}h28"/>'
            f'<text {look.quiet} font-size="{SMALL}" x="{n(x + 35)}" y="{n(y)}">{escape(said)}</text>'
        )
        x += 35 + width(said, SMALL) + 22
    return "".join(drawn), (y + 2 if drawn else top)


class _Columns:
    """Everything about the layout in columns, for the time of one drawing."""

    def __init__(
        self,
        graph: DriverGraph,
        columns: list[list[str]],
        wide: float,
        gutter: float,
        top: float,
        look: Look,
    ) -> None:
        self.graph, self.wide, self.gutter, self.look = graph, wide, gutter, look
        self.nodes = {node.id: node for node in graph.nodes}
        self.words = {node.id: words_of(node, wide - 2 * PAD_X) for node in graph.nodes}
        self.x = [MARGIN + i * (wide + gutter) for i in range(len(columns))]
        self.column = {id: c for c, column in enumerate(columns) for id in column}
        self.tall = {id: height_of(words) for id, words in self.words.items()}
        pairs = [(link.source, link.target) for link in graph.links]
        self.layers = arrange(columns, self.tall, pairs, gap=GAP)
        self.headings = self._headings(columns)
        lines = max(len(lines) for lines in self.headings)
        self.top_of_headings, self.top = top, top + LINE * lines + 10
        self.ports = self._ports()

    def draw(self) -> tuple[str, float]:
        parts = [
            f'<text {self.look.quiet} font-size="{SMALL}" font-weight="600">'
            + "".join(
                f'<tspan x="{n(x)}" y="{n(self.top_of_headings + 12 + LINE * i)}">'
                f"{escape(line)}</tspan>"
                for i, line in enumerate(lines)
            )
            + "</text>"
            for x, lines in zip(self.x, self.headings, strict=True)
        ]
        titles = self.graph.links_in_words()
        for i, link in enumerate(self.graph.links):
            parts.append(f"<g><title>{escape(titles[i])}</title>{self._link(i, link)}</g>")
        for c, column in enumerate(self.layers.columns):
            for id in column:
                y = self.top + self.layers.middle[id] - self.tall[id] / 2
                parts.append(
                    box(self.nodes[id], self.words[id], self.x[c], y, self.wide, look=self.look)
                )
            if not column:
                none = escape(say("none yet"))
                middle = self.top + self.layers.height / 2
                parts.append(
                    f'<text {self.look.quiet} font-size="{SMALL}" x="{n(self.x[c])}" '
                    f'y="{n(middle + 4)}">{none}</text>'
                )
        return "".join(parts), self.top + self.layers.height

    def _headings(self, columns: list[list[str]]) -> list[list[str]]:
        secondary = KIND_NAMES[NodeKind.secondary][1]
        names = [mark("Aim"), KIND_NAMES[NodeKind.primary][1], secondary]
        names = names[: len(columns) - 1] + [mark("Further drivers")] * (len(columns) - 4)
        names.append(KIND_NAMES[NodeKind.idea][1])
        return [wrap(say(name), SMALL, self.wide, 2, True) for name in names]

    def _ports(self) -> dict[tuple[int, int], float]:
        """The height of both ends (0, 1) of each link, spread over the edge of the box."""
        ends: dict[tuple[str, bool], list[tuple[float, int, int]]] = {}
        for i, link in enumerate(self.graph.links):
            way = [
                self.layers.middle[link.source],
                *self.layers.routes[i],
                self.layers.middle[link.target],
            ]
            back = self.column[link.source] < self.column[link.target]
            loop = self.column[link.source] == self.column[link.target]
            ends.setdefault((link.source, back or loop), []).append((way[1], i, 0))
            ends.setdefault((link.target, not back), []).append((way[-2], i, 1))
        ports: dict[tuple[int, int], float] = {}
        for (id, _), found in ends.items():
            step = min(11.0, (self.tall[id] - 14) / max(1, len(found) - 1))
            start = self.top + self.layers.middle[id] - step * (len(found) - 1) / 2
            for k, (_, i, end) in enumerate(sorted(found)):
                ports[i, end] = start + k * step
        return ports

    def _link(self, i: int, link: Link) -> str:
        here, there = self.column[link.source], self.column[link.target]
        y1, y2 = self.ports[i, 0], self.ports[i, 1]
        if here == there:
            x = self.x[here] + self.wide
            bend = min(self.gutter * 0.8, 22 + abs(y2 - y1) * 0.2)
            path = f"M{n(x)} {n(y1)}C{n(x + bend)} {n(y1)} {n(x + bend)} {n(y2)} {n(x + ARROW)} {n(y2)}"
            return self._drawn(link, path, x, y2, 1)
        away = 1 if here > there else -1  # where the target looks towards the source
        x = self.x[here] + (0 if away == 1 else self.wide)
        path = f"M{n(x)} {n(y1)}"
        step = -away
        heights = [self.top + middle for middle in self.layers.routes[i]]
        for c, y in zip(range(here + step, there, step), heights, strict=True):
            near = self.x[c] + (self.wide if away == 1 else 0)
            path += _curve(x, y1, near, y)
            x, y1 = self.x[c] + (0 if away == 1 else self.wide), y
            path += f"H{n(x)}"
        tip = self.x[there] + (self.wide if away == 1 else 0)
        path += _curve(x, y1, tip + away * ARROW, y2)
        return self._drawn(link, path, tip, y2, away)

    def _drawn(self, link: Link, path: str, tip: float, y: float, away: int) -> str:
        head = f"M{n(tip)} {n(y)}l{away * (ARROW + 1)} -4v8z"
        return f'<path {stroke(link, self.look)} d="{path}"/><path {self.look.dot} d="{head}"/>'


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    bend = (x1 + x2) / 2
    return f"C{n(bend)} {n(y1)} {n(bend)} {n(y2)} {n(x2)} {n(y2)}"
