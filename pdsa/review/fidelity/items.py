"""The seven items of a fidelity profile, and how often published cycles had each.

After McNicholas, Lennox, Woodcock, Bell & Reed 2019, "Evolving quality improvement support
strategies to improve Plan-Do-Study-Act cycle fidelity", BMJ Quality & Safety 28:356: 421 cycles of
39 projects. The wording is our own.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from pdsa.words import mark

SOURCE = "McNicholas et al. 2019, BMJ Quality & Safety 28:356"


class Item(StrEnum):
    """One question about a cycle, or about a series of cycles.

    What each counts, and of what, is said by ``DEFINITIONS``; how a record answers it, by
    ``pdsa.review.fidelity.evidence``.
    """

    documented = "documented"
    executed = "executed"
    activity = "activity"
    prediction = "prediction"
    series = "series"
    growing = "growing"
    regular = "regular"


class Definition(Struct, frozen=True, kw_only=True):
    """What an item asks, of what, and what was published.

    ``within`` is the item that something must pass to be asked this one: the denominators are
    nested. ``published`` is a percentage, as printed, of ``published_of`` cycles or series; the
    number that passed is the whole number that gives it. ``title`` and ``of`` are templates.
    """

    title: str
    of: str
    within: Item | None
    published: float
    published_passed: int
    published_of: int


_WHOLE = mark("fully documented cycles")

#: Every item, in the order in which the denominators narrow.
DEFINITIONS: Mapping[Item, Definition] = MappingProxyType(
    {
        Item.documented: Definition(
            title=mark("All four stages are documented"),
            of=mark("ended cycles with a documented Plan"),
            within=None,
            published=71.0,
            published_passed=299,
            published_of=421,
        ),
        Item.executed: Definition(
            title=mark("Study describes what was done"),
            of=_WHOLE,
            within=Item.documented,
            published=84.6,
            published_passed=253,
            published_of=299,
        ),
        Item.activity: Definition(
            title=mark("A change was tested or information collected"),
            of=_WHOLE,
            within=Item.documented,
            published=98.3,
            published_passed=294,
            published_of=299,
        ),
        Item.prediction: Definition(
            title=mark("A prediction was made before Do"),
            of=mark("fully documented cycles with such an activity"),
            within=Item.activity,
            published=12.2,
            published_passed=36,
            published_of=294,
        ),
        Item.series: Definition(
            title=mark("Part of a series of two or more cycles"),
            of=_WHOLE,
            within=Item.documented,
            published=54.5,
            published_passed=163,
            published_of=299,
        ),
        Item.growing: Definition(
            title=mark("The series grows in scale"),
            of=mark("series"),
            within=Item.series,
            published=29.7,
            published_passed=19,
            published_of=64,
        ),
        Item.regular: Definition(
            title=mark("The series has regular data over time"),
            of=mark("series"),
            within=Item.series,
            published=45.3,
            published_passed=29,
            published_of=64,
        ),
    }
)

ITEMS = tuple(Item)
#: Items that are asked about a series, not about a cycle.
OF_SERIES = (Item.growing, Item.regular)
