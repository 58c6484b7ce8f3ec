"""The fidelity profile of a cycle, a ramp, an inquiry, or as many inquiries as there are.

A profile is made of a ``Tally``, and tallies add up, so that a district is counted inquiry by
inquiry and nothing is kept but fourteen numbers.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from pdsa.cycle import Cycle, Status
from pdsa.errors import UnknownElement
from pdsa.interchange import Inquiry
from pdsa.review.fidelity.evidence import Data, Evidence, data_of, evidence, has_plan
from pdsa.review.fidelity.items import DEFINITIONS, ITEMS, Item
from pdsa.review.interval import wilson
from pdsa.review.record import Record
from pdsa.words import say

_AT = {item: at for at, item in enumerate(ITEMS)}
_NONE = (0,) * len(ITEMS)


class Tally(Struct, frozen=True):
    """How many were asked each item, and how many passed, in the order of ``ITEMS``; two add up.

    ``running`` cycles are not finished and ``without_plan`` ended ones have no documented Plan:
    both are in no denominator.
    """

    passed: tuple[int, ...] = _NONE
    of: tuple[int, ...] = _NONE
    running: int = 0
    without_plan: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            tuple(a + b for a, b in zip(self.passed, other.passed, strict=True)),
            tuple(a + b for a, b in zip(self.of, other.of, strict=True)),
            self.running + other.running,
            self.without_plan + other.without_plan,
        )


class Share(Struct, frozen=True, kw_only=True):
    """How many passed one item, of how many, with the published rate beside.

    ``percent`` is ``None`` where nothing was asked; ``low`` and ``high`` are the ends of its Wilson
    interval in percent: what can be said of so few. ``published`` is McNicholas's percentage.
    """

    item: Item
    title: str
    counted: str
    passed: int
    of: int
    percent: float | None
    low: float
    high: float
    published: float
    evidence: tuple[Evidence, ...] = ()


class Profile(Struct, frozen=True, kw_only=True):
    """A share for each item, in order, and how many cycles none of them counts."""

    items: tuple[Share, ...]
    running: int = 0
    without_plan: int = 0

    def share(self, item: Item) -> Share:
        """The share of one item."""
        return self.items[_AT[item]]


def tally(cycles: Sequence[Cycle], data: Data) -> Tally:
    """Count cycles and their series; give all cycles of a change idea together."""
    return _tallied(cycles, evidence(cycles, data))


def inquiry_tally(inquiry: Inquiry | Record) -> Tally:
    """Count the cycles of an inquiry."""
    record = _record(inquiry)
    return tally(record.inquiry.cycles, data_of(record))


def _tallied(cycles: Iterable[Cycle], found: Iterable[Evidence]) -> Tally:
    passed, of = list(_NONE), list(_NONE)
    for each in found:
        at = _AT[each.item]
        of[at] += 1
        passed[at] += each.passed
    running = sum(cycle.status is Status.running for cycle in cycles)
    without = sum(c.status is not Status.running and not has_plan(c) for c in cycles)
    return Tally(tuple(passed), tuple(of), running, without)


def profile(counts: Tally, found: Iterable[Evidence] = ()) -> Profile:
    """The profile of a tally, with the evidence that is given."""
    by_item: dict[Item, list[Evidence]] = {item: [] for item in ITEMS}
    for each in found:
        by_item[each.item].append(each)
    return Profile(
        items=tuple(
            _share(item, passed, of, by_item[item])
            for item, passed, of in zip(ITEMS, counts.passed, counts.of, strict=True)
        ),
        running=counts.running,
        without_plan=counts.without_plan,
    )


def _share(item: Item, passed: int, of: int, found: Sequence[Evidence]) -> Share:
    definition = DEFINITIONS[item]
    low, high = wilson(passed, of)
    return Share(
        item=item,
        title=say(definition.title),
        counted=say(definition.of),
        passed=passed,
        of=of,
        percent=100 * passed / of if of else None,
        low=100 * low,
        high=100 * high,
        published=definition.published,
        evidence=tuple(found),
    )


def cycles_profile(cycles: Sequence[Cycle], data: Data) -> Profile:
    """The profile of cycles with all evidence; give all cycles of a change idea together."""
    found = list(evidence(cycles, data))
    return profile(_tallied(cycles, found), found)


def inquiry_profile(inquiry: Inquiry | Record) -> Profile:
    """The profile of an inquiry with all evidence."""
    record = _record(inquiry)
    return cycles_profile(record.inquiry.cycles, data_of(record))


def ramp_profile(inquiry: Inquiry | Record, change_idea_id: str) -> Profile:
    """The profile of the cycles on one change idea. Raises ``UnknownElement``."""
    record = _record(inquiry)
    if not any(idea.id == change_idea_id for idea in record.inquiry.change_ideas):
        raise UnknownElement("change idea", change_idea_id, within="this inquiry")
    return cycles_profile(_of_idea(record, change_idea_id), data_of(record))


def cycle_profile(inquiry: Inquiry | Record, cycle_id: str) -> Profile:
    """The profile of one cycle and of the series that it is a part of. Raises ``UnknownElement``."""
    record = _record(inquiry)
    cycle = record.cycles.get(cycle_id)
    if cycle is None:
        raise UnknownElement("cycle", cycle_id, within="this inquiry")
    return one_profile(cycle, _of_idea(record, cycle.change_idea_id), data_of(record))


def one_profile(cycle: Cycle, ramp: Sequence[Cycle], data: Data) -> Profile:
    """The profile of one cycle, of ``ramp``, the cycles on its change idea, and of its series."""
    found = list(evidence(ramp, data))
    in_series = any(e.item is Item.series and e.passed and e.id == cycle.id for e in found)
    kept = [e for e in found if (in_series if e.element != "cycle" else e.id == cycle.id)]
    return profile(_tallied([cycle], kept), kept)


def _of_idea(record: Record, change_idea_id: str) -> list[Cycle]:
    return [c for c in record.inquiry.cycles if c.change_idea_id == change_idea_id]


def _record(inquiry: Inquiry | Record) -> Record:
    if isinstance(inquiry, Record):
        return inquiry
    return Record(inquiry, date.max)  # no item asks what day it is
