"""What is told of fidelity above a team: whole percents of closed quarters, from enough teams.

``pdsa.privacy.shares`` decides what; here is how a team's cycles fall into quarters, and how it reads.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from pdsa.cycle import Cycle
from pdsa.privacy.bands import whole_percent
from pdsa.privacy.shares import AT_LEAST_CYCLES, AT_LEAST_TEAMS, Counted, Leaf, Quarter, pooled
from pdsa.review.fidelity.evidence import Data, counted, documented, of_ramp, of_series, of_whole
from pdsa.review.fidelity.items import DEFINITIONS, ITEMS, Item
from pdsa.review.interval import wilson
from pdsa.words import mark, say

#: The item whose numerator is the denominator of each, as ``released`` asks for it.
WITHIN: Mapping[str, str | None] = {item.value: DEFINITIONS[item].within for item in ITEMS}
#: Numbers of cycles are told to the nearest ...
STEP = 5
_WITHHELD = mark(
    "a share is told of {cycles} cycles of {teams} teams or more, and only where it does not tell "
    "of fewer by subtraction"
)


class GroupShare(Struct, frozen=True, kw_only=True):
    """A share of many teams' cycles, or series, in whole percents; or why it is ``withheld``.

    ``low`` and ``high`` are the ends of its Wilson interval, ``cycles`` is to the nearest 5.
    """

    item: Item
    title: str
    counted: str
    percent: int | None = None
    low: int | None = None
    high: int | None = None
    cycles: int | None = None
    published: float
    withheld: str | None = None


class GroupProfile(Struct, frozen=True, kw_only=True):
    """The fidelity of a unit's teams together, up to the end of the last quarter that was told."""

    unit_id: str
    through: date
    items: tuple[GroupShare, ...]


def quarters(
    unit_id: str, cycles: Sequence[Cycle], data: Data, *, through: Quarter
) -> dict[Quarter, list[Leaf]]:
    """What a team's cycles show, by the quarter in which each ended, up to that one.

    What comes later changes no quarter before: a cycle is part of a series where another one of its
    idea ended by the end of its quarter, and a series counts once, in the quarter in which its
    second cycle ended, as it stood then.
    """
    counts: dict[tuple[Quarter, Item], Counted] = {}

    def count(quarter: Quarter, item: Item, passed: bool, cycles: int = 1) -> None:
        one = Counted(int(passed), 1, cycles)
        at = (quarter, item)
        counts[at] = counts[at] + one if at in counts else one

    ramps: dict[str, list[tuple[Quarter, Cycle]]] = {}
    for cycle in cycles:
        if cycle.ended_on is None or not counted(cycle):
            continue
        quarter = Quarter.of(cycle.ended_on)
        if quarter > through:
            continue
        whole, _ = documented(cycle)
        count(quarter, Item.documented, whole)
        if whole:
            for each in of_whole(cycle, data):
                count(quarter, each.item, each.passed)
            ramps.setdefault(cycle.change_idea_id, []).append((quarter, cycle))
    for idea_id, found in ramps.items():
        found.sort(key=lambda pair: (pair[0], pair[1].ended_on, pair[1].id))
        for quarter, cycle in found:
            together = sum(other <= quarter for other, _ in found)
            count(quarter, Item.series, of_ramp(cycle, together).passed)
        if len(found) > 1:
            second = found[1][0]
            series = [cycle for quarter, cycle in found if quarter <= second]
            for each in of_series(idea_id, series, data):
                count(second, each.item, each.passed, len(series))
    by_quarter: dict[Quarter, list[Leaf]] = {}
    for (quarter, item), n in counts.items():
        leaf = Leaf(unit_id=unit_id, item=item, passed=n.passed, of=n.of, cycles=n.cycles)
        by_quarter.setdefault(quarter, []).append(leaf)
    return by_quarter


def group_profile(
    unit_id: str, told: Iterable[Mapping[str, Counted]], *, through: Quarter
) -> GroupProfile:
    """The profile of a unit from its quarters that were told."""
    found = pooled(told)
    return GroupProfile(
        unit_id=unit_id,
        through=through.last_day,
        items=tuple(_share(item, found.get(item)) for item in ITEMS),
    )


def _share(item: Item, found: Counted | None) -> GroupShare:
    definition = DEFINITIONS[item]
    share = GroupShare(
        item=item,
        title=say(definition.title),
        counted=say(definition.of),
        published=definition.published,
        withheld=say(_WITHHELD, cycles=AT_LEAST_CYCLES, teams=AT_LEAST_TEAMS),
    )
    if found is None or not found.of:
        return share
    low, high = wilson(found.passed, found.of)
    return GroupShare(
        item=item,
        title=say(definition.title),
        counted=say(definition.of),
        percent=whole_percent(found.passed, found.of),
        low=round(100 * low),
        high=round(100 * high),
        cycles=STEP * ((2 * found.cycles + STEP) // (2 * STEP)),
        published=definition.published,
    )
