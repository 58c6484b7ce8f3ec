"""The driver diagram as nodes and links, before anybody draws it or writes it down."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from pdsa.aim import Aim
from pdsa.change_idea import ChangeIdea
from pdsa.errors import InvalidValue
from pdsa.theory import Link, Strength, Theory
from pdsa.words import mark, say, say_n


class NodeKind(StrEnum):
    """What a node is, from effect to cause."""

    aim = "aim"
    primary = "primary"
    secondary = "secondary"
    idea = "idea"


KIND_NAMES: Mapping[NodeKind, tuple[str, str]] = {
    NodeKind.aim: (mark("Aim"), mark("Aims")),
    NodeKind.primary: (mark("Primary driver"), mark("Primary drivers")),
    NodeKind.secondary: (mark("Secondary driver"), mark("Secondary drivers")),
    NodeKind.idea: (mark("Change idea"), mark("Change ideas")),
}


def link_name(strength: Strength) -> str:
    """What a link is called: ``strong link``."""
    return say("strong link") if strength is Strength.strong else say("weak link")


class Node(Struct, frozen=True, kw_only=True):
    """An aim, a driver or a change idea; ``linked`` says whether a link starts from it."""

    id: str
    kind: NodeKind
    text: str
    more: str = ""
    linked: bool = True

    @property
    def whole(self) -> str:
        """Everything there is to say of it, in a paragraph."""
        said = f"{say(KIND_NAMES[self.kind][0])}: {_stop(self.text)}"
        if self.more:
            said = f"{said} {self.more}"
        return said if self.linked else f"{said} " + say("Not linked yet.")


class DriverGraph(Struct, frozen=True, kw_only=True):
    """The nodes of a theory in order (aim, primary drivers, the others, ideas), and its links."""

    title: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    def of(self, kind: NodeKind) -> tuple[Node, ...]:
        """The nodes of one kind."""
        return tuple(node for node in self.nodes if node.kind is kind)

    def in_words(self) -> str:
        """How many drivers, ideas and links there are, and what is not linked yet."""
        primary, secondary, ideas = (
            len(self.of(kind)) for kind in (NodeKind.primary, NodeKind.secondary, NodeKind.idea)
        )
        strong = sum(link.strength is Strength.strong for link in self.links)
        said = say(
            "{primary}, {secondary}, {ideas} and {links}",
            primary=say_n("{n} primary driver", "{n} primary drivers", primary)
            if primary
            else say("no primary drivers"),
            secondary=say_n("{n} secondary driver", "{n} secondary drivers", secondary)
            if secondary
            else say("no secondary drivers"),
            ideas=say_n("{n} change idea", "{n} change ideas", ideas)
            if ideas
            else say("no change ideas"),
            links=say_n("{n} link", "{n} links", len(self.links))
            if self.links
            else say("no links"),
        )
        if self.links:
            weak = len(self.links) - strong
            kinds = mark("{links} ({strong} strong, {weak} weak)")
            said = say(kinds, links=said, strong=strong, weak=weak)
        loose = [say("“{node}”", node=node.text) for node in self.nodes if not node.linked]
        if len(loose) > 5:
            loose[4:] = [say("{n} more", n=len(loose) - 4)]
        if loose:
            named = ", ".join(loose)
            return say("{links}. Not linked yet: {these}.", links=said, these=named)
        return f"{said}."

    def links_in_words(self) -> list[str]:
        """The hypothesis of each link: what should move what, how strongly, and why."""
        texts = {node.id: node.text for node in self.nodes}
        strong = mark("“{source}” should move “{target}”: strong link.")
        weak = mark("“{source}” should move “{target}”: weak link.")
        return [
            say(
                strong if link.strength is Strength.strong else weak,
                source=texts[link.source],
                target=texts[link.target],
            )
            + (f" {link.rationale}" if link.rationale else "")
            for link in self.links
        ]


def driver_graph(
    theory: Theory, *, aim: Aim | None = None, ideas: Iterable[ChangeIdea] = ()
) -> DriverGraph:
    """The nodes and links of a theory. A linked idea that is not given goes by its id.

    Raises ``InvalidValue`` for the aim of another theory, and for an idea that has the id of a
    driver or of the aim.
    """
    if aim is not None and aim.id != theory.aim_id:
        rule = say("the aim of this theory ({aim})", aim=theory.aim_id)
        raise InvalidValue("aim", aim.id, rule)
    given = {idea.id: idea for idea in ideas}
    if theory.aim_id in map(str, given):
        raise InvalidValue("ideas", theory.aim_id, "an id that is not the aim's")
    theory.check_ideas([*given, *theory.change_idea_ids()])
    linked = {link.source for link in theory.links}
    title = _line(aim.title, say("Aim")) if aim else say("Aim")
    nodes = [
        Node(
            id=theory.aim_id,
            kind=NodeKind.aim,
            text=title,
            more=_line(aim.statement, aim.sentence()) if aim else "",
        )
    ]
    for kind, drivers in (
        (NodeKind.primary, theory.primary_drivers()),
        (NodeKind.secondary, theory.secondary_drivers()),
    ):
        nodes += [
            Node(
                id=driver.id,
                kind=kind,
                text=_line(driver.text, driver.id),
                more=_line(driver.description),
                linked=driver.id in linked,
            )
            for driver in drivers
        ]
    for id in dict.fromkeys([*given, *theory.change_idea_ids()]):
        idea = given.get(id)
        nodes.append(
            Node(
                id=id,
                kind=NodeKind.idea,
                text=_line(idea.title, id) if idea else id,
                more=_line(idea.description) if idea else "",
                linked=id in linked,
            )
        )
    return DriverGraph(title=title, nodes=tuple(nodes), links=theory.links)


def levels(graph: DriverGraph) -> list[list[str]]:
    """The ids in columns from the aim to the ideas, each driver behind what it moves.

    Primary drivers have the second column and ideas the last, whatever else they are linked to.
    """
    depth = {node.id: 0 if node.kind is NodeKind.aim else 1 for node in graph.nodes}
    secondary = {node.id for node in graph.of(NodeKind.secondary)}
    targets: dict[str, list[str]] = {}
    for link in graph.links:
        targets.setdefault(link.source, []).append(link.target)
    for id in _causes_last(secondary, graph.links):
        depth[id] = 1 + max((depth[target] for target in targets.get(id, ())), default=1)
    last = 1 + max([1, *(depth[id] for id in secondary)])
    depth |= {node.id: last for node in graph.of(NodeKind.idea)}
    columns: list[list[str]] = [[] for _ in range(last + 1)]
    for id, at in depth.items():
        columns[at].append(id)
    return columns


def _causes_last(ids: set[str], links: Sequence[Link]) -> list[str]:
    """Some drivers in an order in which each comes behind all that it moves."""
    causes: dict[str, list[str]] = {}
    waits = dict.fromkeys(sorted(ids), 0)
    for link in links:
        if link.source in ids and link.target in ids:
            causes.setdefault(link.target, []).append(link.source)
            waits[link.source] += 1
    ordered = [id for id, count in waits.items() if not count]
    for id in ordered:
        for cause in causes.get(id, ()):
            waits[cause] -= 1
            if not waits[cause]:
                ordered.append(cause)
    return ordered


def _line(text: str, otherwise: str = "") -> str:
    return " ".join(text.split()) or otherwise


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", "。")) else f"{text}."
