"""Shares of teams' cycles that may be told above a team: over 5 cycles of 3 teams at least.

What a team's single cycles show is its own. Above it there are shares of many, and no answer,
added to or subtracted from others, may be about fewer (docs/decisions/0011). Three things see to it:

- *Time* is cut into closed quarters of the school year, each told once; what is told of a unit pools
  the quarters that were told, so that two answers differ by a whole quarter.
- *The tree* is told as a whole, whoever asks. What is left of a unit when the units told under it are
  taken away is nothing, or enough.
- *Nested items*: the denominator of one item is the numerator of another, so one is told of no unit
  of which that other is not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from pdsa.errors import UnknownElement

#: A share above a team is of so many cycles ...
AT_LEAST_CYCLES = 5
#: ... of so many teams, at least (docs/guide/privacy.md).
AT_LEAST_TEAMS = 3
#: A quarter is told once this many days have passed since its end: what is logged late still counts.
SETTLES_AFTER = 14
#: The months in which the quarters of a school year begin.
_BEGINS = (2, 5, 8, 11)


class Quarter(Struct, frozen=True, order=True):
    """A quarter of the school year: August to October, November to January, and so on."""

    first_day: date

    @staticmethod
    def of(day: date) -> "Quarter":
        """The quarter in which a day lies."""
        month = max((month for month in _BEGINS if month <= day.month), default=11)
        return Quarter(date(max(day.year - (day.month < 2), 1), month, 1))

    @property
    def last_day(self) -> date:
        """Its last day."""
        year, month = self.first_day.year, self.first_day.month + 3
        return date(year + (month > 12), (month - 1) % 12 + 1, 1) - timedelta(1)

    @staticmethod
    def settled(on: date) -> "Quarter":
        """The last quarter that is over, for two weeks at least, on a day."""
        now = Quarter.of(on - timedelta(SETTLES_AFTER))
        return Quarter.of(now.first_day - timedelta(1))


class Counted(Struct, frozen=True, omit_defaults=True):
    """How many passed an item, of how many, in how many cycles of how many teams; two add up.

    ``of`` counts what the item is asked about, cycles or series; ``cycles`` always counts cycles.
    """

    passed: int = 0
    of: int = 0
    cycles: int = 0
    teams: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.passed + other.passed,
            self.of + other.of,
            self.cycles + other.cycles,
            self.teams + other.teams,
        )

    @property
    def enough(self) -> bool:
        """Whether a share of these may be told."""
        return self.cycles >= AT_LEAST_CYCLES and self.teams >= AT_LEAST_TEAMS


NOTHING = Counted()


class Leaf(Struct, frozen=True, kw_only=True):
    """What one team's own cycles of one quarter show of one item."""

    unit_id: str
    item: str
    passed: int
    of: int
    cycles: int


def released(
    parents: Mapping[str, str | None],
    leaves: Iterable[Leaf],
    within: Mapping[str, str | None],
) -> dict[str, dict[str, Counted]]:
    """What may be told of one quarter, by item and unit.

    ``parents`` is the whole tree: each unit with the one above it, ``None`` for a root. ``within``
    names for each item the one whose numerator is its denominator, or none.
    Raises ``UnknownElement`` for a leaf outside of the tree.
    """
    order, children = _order(parents)
    own: dict[str, dict[str, Counted]] = {item: {} for item in within}
    for leaf in leaves:
        if leaf.unit_id not in parents:
            raise UnknownElement("unit", leaf.unit_id)
        if leaf.of:
            mine, one = own[leaf.item], Counted(leaf.passed, leaf.of, leaf.cycles)
            mine[leaf.unit_id] = _teams(mine.get(leaf.unit_id, NOTHING) + one, 1)
    found: dict[str, dict[str, Counted]] = {}
    for item in _outer_first(within):
        outer = within[item]
        allowed = parents.keys() if outer is None else found[outer].keys()
        found[item] = _told(order, children, own[item], {*allowed})
    return found


def pooled(quarters: Iterable[Mapping[str, Counted]]) -> dict[str, Counted]:
    """The quarters that were told of one unit, together, by item."""
    found: dict[str, Counted] = {}
    for quarter in quarters:
        for item, counted in quarter.items():
            found[item] = found.get(item, NOTHING) + counted
    return found


class _Part(Struct):
    """What is left of a unit without the units told under it, and the topmost of those."""

    rest: Counted
    below: list[str]


def _told(
    order: Sequence[str],
    children: Mapping[str, Sequence[str]],
    own: Mapping[str, Counted],
    allowed: set[str],
) -> dict[str, Counted]:
    """The units that are told, from the smallest up, each with all that lies under it.

    Where too little is left of a unit, the smallest told under it is not told after all.
    """
    parts: dict[str, _Part] = {}
    totals: dict[str, Counted] = {}
    told: set[str] = set()
    for unit in reversed(order):
        part = _Part(own.get(unit, NOTHING), [])
        total = part.rest
        for child in children.get(unit, ()):
            total += totals[child]
            if child in told:
                part.below.append(child)
            else:
                part.rest += parts[child].rest
                part.below += parts[child].below
        parts[unit], totals[unit] = part, total
        if unit not in allowed:
            continue
        while part.below and part.rest.of and not part.rest.enough:
            smallest = min(part.below, key=lambda each: (totals[each].cycles, each))
            told.discard(smallest)
            part.below.remove(smallest)
            part.below += parts[smallest].below
            part.rest += parts[smallest].rest
        if part.rest.enough or (part.below and not part.rest.of):
            told.add(unit)
    return {unit: totals[unit] for unit in order if unit in told}


def _order(parents: Mapping[str, str | None]) -> tuple[list[str], dict[str, list[str]]]:
    """The units, parents before children, and the children of each."""
    children: dict[str, list[str]] = {}
    order: list[str] = []
    for unit in sorted(parents):
        above = parents[unit]
        if above is None or above not in parents:
            order.append(unit)
        else:
            children.setdefault(above, []).append(unit)
    for unit in order:
        order.extend(children.get(unit, ()))
    return order, children


def _outer_first(within: Mapping[str, str | None]) -> Iterator[str]:
    done: set[str | None] = {None}
    while len(done) <= len(within):
        ready = [item for item, outer in within.items() if item not in done and outer in done]
        if not ready:
            raise UnknownElement("item", str(next(i for i in within if i not in done)))
        yield from ready
        done.update(ready)


def _teams(counted: Counted, teams: int) -> Counted:
    return Counted(counted.passed, counted.of, counted.cycles, teams)
