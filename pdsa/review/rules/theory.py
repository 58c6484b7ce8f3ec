"""Rules about the theory: drivers, change ideas and how they are linked."""

from collections.abc import Iterable, Iterator

from pdsa.interchange import Inquiry
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.theory import Driver, Theory
from pdsa.words import say

_DRIVERS = (
    "Bennett & Provost 2015, What's Your Theory?, Quality Progress 48(7):36 (driver diagrams)"
)


@rule(
    "DRV101",
    Severity.advice,
    "A driver without a change idea",
    of=Inquiry,
    why="A driver that nothing acts on will not move.",
    source=_DRIVERS,
)
def idle_driver(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Follows the links from the change ideas through the drivers, in the latest theory.

    A driver that an idea reaches through other drivers is served. Of a chain that no idea reaches
    the first driver is named, because an idea there serves the whole chain.
    """
    theory = record.theory
    if theory is None:
        return
    served = _reached(theory, theory.change_idea_ids())
    moved = {link.target for link in theory.links}
    for driver in theory.drivers:
        if driver.id not in served and driver.id not in moved:
            yield _hit(
                driver,
                say("Nothing acts on the driver “{driver}”.", driver=driver.text),
                say("Link a change idea or a secondary driver to it, or let it go."),
            )


@rule(
    "DRV102",
    Severity.advice,
    "A change idea without a driver",
    of=Inquiry,
    why="An idea outside the theory teaches nothing about it.",
    source=_DRIVERS,
)
def loose_idea(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks for a link from each change idea to a driver.

    A link straight to the aim is none. Silent for an idea that an earlier version of the theory
    linked, because it was taken out on purpose, and where no theory is drawn (DRV106).
    """
    if record.theory is None or not record.theory.drivers:
        return
    drivers = {driver.id for theory in inquiry.theory for driver in theory.drivers}
    linked = {
        link.source for theory in inquiry.theory for link in theory.links if link.target in drivers
    }
    for idea in inquiry.change_ideas:
        if idea.id not in linked:
            yield Hit(
                element="change_idea",
                id=idea.id,
                message=say("The change idea “{idea}” serves no driver.", idea=idea.title),
                next=say("Link it to the driver that it should move."),
            )


@rule(
    "DRV103",
    Severity.blocker,
    "Drivers move each other in a circle",
    of=Inquiry,
    why="Where each driver moves the other, no test can tell which of them moved the aim.",
    source=_DRIVERS,
)
def circle(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """A driver graph with a circle is no theory: ``Theory`` refuses it, and so does ``loads``.

    A document that holds one is reviewed with this finding alone (``document_findings``); in a
    record that could be read there is none.
    """
    yield from ()


@rule(
    "DRV104",
    Severity.note,
    "The aim has a single primary driver",
    of=Inquiry,
    why="An aim seldom has one cause; a second driver asks what else has to be in place.",
    source=_DRIVERS,
)
def single_driver(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Counts the drivers that are linked straight to the aim; silent unless it is exactly one."""
    primary = record.theory.primary_drivers() if record.theory else ()
    if len(primary) == 1:
        yield _hit(
            primary[0],
            say(
                "The driver “{driver}” is the only one that moves the aim by itself.",
                driver=primary[0].text,
            ),
            say("Ask what else must be in place for the aim, or divide this driver."),
        )


@rule(
    "DRV105",
    Severity.advice,
    "A driver that does not lead to the aim",
    of=Inquiry,
    why="What is tested on such a driver teaches nothing about the aim.",
    source=_DRIVERS,
)
def dead_end(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks for drivers from which no path of links leads to the aim, in the latest theory.

    Of a chain that does not lead there the last driver is named, because its link is what lacks.
    """
    if record.theory is None:
        return
    moving = {link.source for link in record.theory.links}
    for driver in record.theory.drivers:
        if driver.id not in moving:
            yield _hit(
                driver,
                say("From the driver “{driver}” no path leads to the aim.", driver=driver.text),
                say("Link it to the aim or to the driver that it moves, or let it go."),
            )


@rule(
    "DRV106",
    Severity.note,
    "The change ideas stand without a theory",
    of=Inquiry,
    why="A theory says why an idea should move the aim, and each test then teaches something about "
    "it.",
    source=_DRIVERS,
)
def no_theory(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks for a driver in the latest theory; silent while there is no change idea."""
    if inquiry.change_ideas and (record.theory is None or not record.theory.drivers):
        yield Hit(
            message=say("No driver says how the change ideas should move the aim."),
            next=say("Write down two or three drivers, and link each idea to one of them."),
        )


def _reached(theory: Theory, sources: Iterable[str]) -> set[str]:
    """What the links lead to from some change ideas or drivers."""
    effects: dict[str, list[str]] = {}
    for link in theory.links:
        effects.setdefault(link.source, []).append(link.target)
    found: set[str] = set()
    pending = list(sources)
    while pending:
        fresh = [each for each in effects.get(pending.pop(), ()) if each not in found]
        found.update(fresh)
        pending += fresh
    return found


def _hit(driver: Driver, message: str, then: str) -> Hit:
    return Hit(element="driver", id=driver.id, message=message, next=then)
