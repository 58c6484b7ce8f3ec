"""The driver diagram as text that other tools draw: Mermaid and Graphviz DOT.

Any text is quoted so that it is shown as it was written. A node keeps its id as long as the element
keeps its own. Strong links are thick, weak ones dashed, and a comment or tooltip says so.
"""

import re
import textwrap
from collections.abc import Iterable

from pdsa.aim import Aim
from pdsa.change_idea import ChangeIdea
from pdsa.charts.graph import KIND_NAMES, DriverGraph, Node, NodeKind, driver_graph
from pdsa.theory import Strength, Theory
from pdsa.words import say

WRAP = 32

_PLAIN = re.compile(r"[^A-Za-z0-9 ,\u00a1-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_SHAPES = {
    NodeKind.aim: ('[["', '"]]'),
    NodeKind.primary: ('["', '"]'),
    NodeKind.secondary: ('["', '"]'),
    NodeKind.idea: ('("', '")'),
}


def mermaid(theory: Theory, *, aim: Aim | None = None, ideas: Iterable[ChangeIdea] = ()) -> str:
    """A Mermaid flowchart, causes on the right.

    Every character that Mermaid, its Markdown or HTML could read as a sign is a numeric entity.
    Raises ``InvalidValue`` for the aim of another theory, and for an idea that has the id of a
    driver.
    """
    graph = driver_graph(theory, aim=aim, ideas=ideas)
    names = _names(graph)
    lines = [
        "flowchart RL",
        f"  accTitle: {_entities(_title(graph, aim))}",
        f"  accDescr: {_entities(graph.in_words())}",
    ]
    for node in graph.nodes:
        opening, closing = _SHAPES[node.kind]
        said = "<br/>".join(_entities(part) for part in _parts(node))
        lines.append(f"  {names[node.id]}{opening}{said}{closing}")
    for link in graph.links:
        arrow = "==>" if link.strength is Strength.strong else "-.->"
        lines.append(f"  {names[link.source]} {arrow} {names[link.target]}")
    loose = [names[node.id] for node in graph.nodes if not node.linked]
    if loose:
        lines.append("  classDef unlinked stroke-dasharray:4 3")
        lines.append(f"  class {','.join(loose)} unlinked")
    return "\n".join(lines) + "\n"


def dot(theory: Theory, *, aim: Aim | None = None, ideas: Iterable[ChangeIdea] = ()) -> str:
    """A Graphviz digraph, causes on the right.

    Raises as ``mermaid`` does.
    """
    graph = driver_graph(theory, aim=aim, ideas=ideas)
    names = _names(graph)
    lines = [
        "digraph {",
        f"  graph [rankdir=RL, label={_quoted(_title(graph, aim))}, labelloc=t, charset=utf8]",
        f"  graph [comment={_quoted(graph.in_words())}]",
        '  node [shape=box, fontname="sans-serif"]',
    ]
    for node in graph.nodes:
        styles = ["rounded"] if node.kind is NodeKind.idea else []
        styles += ["bold"] if node.kind is NodeKind.aim else []
        styles += [] if node.linked else ["dashed"]
        style = f', style="{",".join(styles)}"' if styles else ""
        label = "\n".join(line for part in _parts(node) for line in _wrapped(part))
        lines.append(
            f"  {names[node.id]} [label={_quoted(label)}, tooltip={_quoted(node.whole)}{style}]"
        )
    for kind in (NodeKind.primary, NodeKind.idea):
        alike = [names[node.id] for node in graph.of(kind)]
        if len(alike) > 1:
            lines.append(f"  {{rank=same; {'; '.join(alike)}}}")
    for link, said in zip(graph.links, graph.links_in_words(), strict=True):
        strong = link.strength is Strength.strong
        style = "style=solid, penwidth=2.4" if strong else "style=dashed, penwidth=1.2"
        lines.append(
            f"  {names[link.source]} -> {names[link.target]} [{style}, tooltip={_quoted(said)}]"
        )
    return "\n".join([*lines, "}"]) + "\n"


def _title(graph: DriverGraph, aim: Aim | None) -> str:
    return say("Driver diagram: {aim}", aim=graph.title) if aim else say("Driver diagram")


def _parts(node: Node) -> list[str]:
    """What stands in a node, one paragraph each."""
    parts = [node.text]
    if node.kind is NodeKind.aim and node.more:
        parts.append(node.more)
    if not node.linked:
        parts.append(say("{kind}, not linked yet", kind=say(KIND_NAMES[node.kind][0])))
    return parts


def _names(graph: DriverGraph) -> dict[str, str]:
    """A name for each node that no grammar takes for something else: ``n_idea_exit_ticket``."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for node in graph.nodes:
        plain = "n_" + re.sub(r"[^A-Za-z0-9]", "_", node.id)
        name, again = plain, 2
        while name in taken:
            name, again = f"{plain}__{again}", again + 1
        names[node.id] = name
        taken.add(name)
    return names


def _entities(text: str) -> str:
    text = _CONTROLS.sub("", " ".join(text.split()))
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", text)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WRAP, break_on_hyphens=False) or [""]


def _quoted(text: str) -> str:
    text = _CONTROLS.sub("", text)
    for sign, instead in (("\\", "\\\\"), ('"', '\\"'), ("&", "&amp;"), ("\n", "\\n"), ("\r", "")):
        text = text.replace(sign, instead)
    return f'"{text}"'
