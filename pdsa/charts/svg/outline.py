"""The driver diagram as an indented outline, for a phone or for more levels than columns fit.

Each node stands once, under what it is linked to most strongly; its other links are said in words.
"""

from msgspec import Struct

from pdsa.charts.graph import KIND_NAMES, DriverGraph, Node, NodeKind, link_name
from pdsa.charts.svg.boxes import (
    MARGIN,
    PAD_X,
    SMALL,
    Words,
    box,
    height_of,
    n,
    stroke,
    words_of,
)
from pdsa.charts.svg.style import Look
from pdsa.charts.svg.text import escape, wrap
from pdsa.theory import Link, Strength
from pdsa.words import say

GAP, STEP = 10, 20


class Row(Struct, frozen=True, kw_only=True):
    """A node at its depth, under ``link.target``, and the links that are only said."""

    node: Node
    depth: int
    link: Link | None
    others: tuple[Link, ...] = ()


def rows(graph: DriverGraph) -> list[Row]:
    """Every node once, each under its first strong link (else its first); loose ones at the end."""
    nodes = {node.id: node for node in graph.nodes}
    aim = graph.nodes[0].id
    leaving: dict[str, list[Link]] = {}
    for link in graph.links:
        leaving.setdefault(link.source, []).append(link)
    under: dict[str, list[Row]] = {}
    loose: list[Row] = []
    for node in graph.nodes[1:]:
        links = leaving.get(node.id, [])
        chosen = min(
            links,
            key=lambda link: (
                node.kind is NodeKind.primary and link.target != aim,
                link.strength is not Strength.strong,
            ),
            default=None,
        )
        others = tuple(link for link in links if link is not chosen)
        row = Row(node=node, depth=1, link=chosen, others=others)
        (under.setdefault(chosen.target, []) if chosen else loose).append(row)
    ordered: list[Row] = []
    pending = [*reversed(loose), Row(node=nodes[aim], depth=0, link=None)]
    while pending:
        row = pending.pop()
        ordered.append(row)
        pending += [
            Row(node=each.node, depth=row.depth + 1, link=each.link, others=each.others)
            for each in reversed(under.get(row.node.id, []))
        ]
    return ordered


def outline(graph: DriverGraph, *, width: float, top: float, look: Look) -> tuple[str, float]:
    """The rows of the outline and where they end."""
    texts = {node.id: node.text for node in graph.nodes}
    hypotheses = dict(zip(graph.links, graph.links_in_words(), strict=True))
    ordered = rows(graph)
    step = min(STEP, 0.25 * width / max(1, max(row.depth for row in ordered)))
    y = top
    boxes: list[str] = []
    lines: list[str] = []
    below: dict[str, float] = {}  # how far down the line from a box to what serves it has come
    for row in ordered:
        x = MARGIN + step * row.depth
        wide = width - MARGIN - x
        room = wide - 2 * PAD_X
        words = words_of(row.node, room, above=wrap(_caption(row), SMALL, room, 2))
        said = ""
        if row.others:
            others = (f"{texts[each.target]} ({link_name(each.strength)})" for each in row.others)
            said = say("also serves: {these}", these="; ".join(others))
            words.append(Words(lines=wrap(said, SMALL, room, 4), role="ink", size=SMALL))
        tall = height_of(words)
        if row.link is not None:
            trunk = x - step / 2
            middle = y + min(tall / 2, 27)
            start = below[row.link.target]
            lines.append(
                f"<g><title>{escape(hypotheses[row.link])}</title><path "
                f'{stroke(row.link, look)} d="M{n(trunk)} {n(start)}V{n(middle)}H{n(x)}"/></g>'
            )
            below[row.link.target] = middle
        boxes.append(box(row.node, words, x, y, wide, look=look, more=f"{said}." if said else ""))
        y += tall
        below[row.node.id] = y
        y += GAP
    if len(ordered) == 1:
        quiet = f'{look.quiet} font-size="{SMALL}" x="{n(MARGIN + step)}" y="{n(y + 12)}"'
        none = escape(say("no drivers yet"))
        boxes.append(f"<text {quiet}>{none}</text>")
        y += 18
    return "".join(lines + boxes), y - GAP


def _caption(row: Row) -> str:
    name = say(KIND_NAMES[row.node.kind][0])
    return f"{name} ({link_name(row.link.strength)})" if row.link else name
