"""Rules about the theory: drivers, change ideas and how they are linked."""

from collections.abc import Iterator

from pdsa.interchange import Inquiry
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule


@rule(
    "DRV101",
    Severity.advice,
    "A driver without a change idea",
    of=Inquiry,
    why="A driver that nothing acts on will not move.",
    source="Provost & Bennett 2015, BMJ Qual Saf 24:209 (driver diagrams)",
)
def idle_driver(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    theory = record.theory
    if theory is None:
        return
    moved = {link.target for link in theory.links}
    for driver in theory.drivers:
        if driver.id not in moved:
            yield Hit(
                element="driver",
                id=driver.id,
                message=f"Nothing acts on the driver “{driver.text}”.",
                next="Link a change idea or a secondary driver to it, or let it go.",
            )


@rule(
    "DRV102",
    Severity.advice,
    "A change idea without a driver",
    of=Inquiry,
    why="An idea outside the theory teaches nothing about it.",
    source="Provost & Bennett 2015, BMJ Qual Saf 24:209 (driver diagrams)",
)
def loose_idea(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    linked = record.theory.change_idea_ids() if record.theory else ()
    for idea in inquiry.change_ideas:
        if idea.id not in linked:
            yield Hit(
                element="change_idea",
                id=idea.id,
                message=f"The change idea “{idea.title}” serves no driver.",
                next="Link it to the driver that it should move.",
            )


@rule(
    "DRV103",
    Severity.blocker,
    "Drivers move each other in a circle",
    of=Inquiry,
    why="Where each driver moves the other, no test can tell which of them moved the aim.",
    source="Provost & Bennett 2015, BMJ Qual Saf 24:209 (driver diagrams)",
)
def circle(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """A driver graph with a circle is no theory: ``Theory`` refuses it, and so does ``loads``.

    A document that holds one is reviewed with this finding alone (``document_findings``); in a
    record that could be read there is none.
    """
    yield from ()
