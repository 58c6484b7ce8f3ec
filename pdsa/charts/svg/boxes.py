"""Boxes with words in them and the lines between: what both layouts of a driver diagram share."""

from collections.abc import Sequence

from msgspec import Struct

from pdsa.charts.graph import Node, NodeKind
from pdsa.charts.svg.style import Look
from pdsa.charts.svg.text import escape, wrap
from pdsa.theory import Link, Strength
from pdsa.words import say

SIZE, SMALL, LINE = 13, 12, 17
PAD_X, PAD_Y = 11, 9
MARGIN = 16


class Words(Struct, frozen=True, kw_only=True):
    """Lines of one look inside a box."""

    lines: list[str]
    role: str
    size: float = SIZE
    bold: bool = False
    before: float = 0


def words_of(node: Node, room: float, *, above: Sequence[str] = ()) -> list[Words]:
    """What a box says; ``above`` are small lines over its text."""
    words = [Words(lines=list(above), role="quiet", size=SMALL)] if above else []
    aim = node.kind is NodeKind.aim
    words.append(Words(lines=wrap(node.text, SIZE, room, 4, aim), role="ink", bold=aim))
    if aim and node.more:
        more = wrap(node.more, SMALL, room, 8)
        words.append(Words(lines=more, role="ink", size=SMALL, before=4))
    if not node.linked:
        words.append(
            Words(lines=wrap(say("not linked yet"), SMALL, room, 2), role="quiet", size=SMALL)
        )
    return words


def height_of(words: Sequence[Words]) -> float:
    """How tall a box is around its words."""
    return 2 * PAD_Y + sum(each.before + LINE * len(each.lines) for each in words)


def box(
    node: Node,
    words: Sequence[Words],
    x: float,
    y: float,
    wide: float,
    *,
    look: Look,
    more: str = "",
) -> str:
    """A box at its upper left corner, with everything it stands for in its title."""
    at = f'x="{n(x)}" y="{n(y)}" width="{n(wide)}" height="{n(height_of(words))}"'
    corner = 16 if node.kind is NodeKind.idea else 5
    at += f' rx="{corner}"'
    dashed = "" if node.linked else ' stroke-dasharray="4 3"'
    if node.kind is NodeKind.aim:
        shape = f'<rect {look.soft} {at}/><rect {look.centre} stroke-width="2" {at}/>'
    elif node.kind is NodeKind.primary:
        shape = f"<rect {look.soft} {at}/><rect {look.edge}{dashed} {at}/>"
    else:
        shape = f"<rect {look.box}{dashed} {at}/>"
    text = []
    line = y + PAD_Y
    for each in words:
        bold = ' font-weight="600"' if each.bold else ""
        size = f' font-size="{each.size}"' if each.size != SIZE else ""
        spans = []
        line += each.before
        for said in each.lines:
            spans.append(f'<tspan x="{n(x + PAD_X)}" y="{n(line + 12.5)}">{escape(said)}</tspan>')
            line += LINE
        text.append(f"<text {getattr(look, each.role)}{size}{bold}>{''.join(spans)}</text>")
    whole = f"{node.whole} {more}".strip()
    return f"<g><title>{escape(whole)}</title>{shape}{''.join(text)}</g>"


def stroke(link: Link, look: Look) -> str:
    """How the line of a link is drawn."""
    if link.strength is Strength.strong:
        return f'{look.line} stroke-width="2.4"'
    return f'{look.line} stroke-width="1.3" stroke-dasharray="5 4"'


def n(value: float) -> str:
    """A coordinate in few characters."""
    return f"{value:.1f}".removesuffix(".0")
