"""Groups that the server does not know: nobody says which of them overlap, or lie within others.

So whatever their numbers of students allow is taken to be: each choice of them that adds up to at
most all students may be a family, one may be several known groups together (ever English learners),
and several may be parts of a known one (levels of English).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import le, sub

from pdsa.privacy.groups import MANY, families, own
from pdsa.privacy.residuals import Counts

#: Numbers of students, one for each classroom or one for the whole team.
_Numbers = tuple[float, ...]


def overlap(counts: Counts) -> bool:
    """Whether groups that the server does not know are more than all students, in a classroom."""
    mine = own(tuple(counts))
    if not mine:
        return False
    everybody = counts.get("", {})
    students = {
        room: sum(counts[group].get(room, 0) for group in mine)
        for room in {room for group in mine for room in counts[group]}
    }
    return sum(students.values()) > sum(everybody.values()) > 0 or any(
        n > everybody[room] for room, n in students.items() if room in everybody
    )


def too_many(counts: Counts) -> tuple[str, ...]:
    """Groups that the server does not know, where more than ``MANY`` of them overlap."""
    mine = own(tuple(counts))
    return mine if len(mine) > MANY and overlap(counts) else ()


def to_withhold(counts: Counts, withheld: Collection[str], at_least: int) -> set[str]:
    """The groups to withhold with those that are, so that no sum of any family gives one away.

    ``counts`` are students by group, ``""`` for all, and classroom; shown ones are ``at_least``.
    Where nobody says how many there are in all, one that is withheld takes all of them with it.
    """
    groups = tuple(group for group in counts if group)
    mine = own(groups)
    if not mine:
        return set()
    overlapping = overlap(counts)
    everywhere = "" not in counts and len(mine) > 1 and any(group in withheld for group in mine)
    if everywhere:
        return {*mine}.difference(withheld)
    numbers = _numbers(counts)
    hidden = {*withheld}
    while True:
        before = len(hidden)
        if overlapping:
            for parts, rest in _fitting(numbers, "", mine):
                _hide(numbers, "", parts, rest, hidden, at_least)
        for family in families(groups):
            for one in mine:
                for parts, rest in _fitting(numbers, one, family):
                    _hide_union(numbers, one, parts, rest, hidden, at_least)
            for one in family:
                for parts, rest in _fitting(numbers, one, mine):
                    _hide(numbers, one, parts, rest, hidden, at_least)
                if "" in counts:
                    for parts, rest in _fitting(numbers, "", mine, one):
                        if not rest:
                            _hide(numbers, "", parts, rest, hidden, at_least)
        if len(hidden) == before:
            return hidden.difference(withheld)


def _hide(
    numbers: Mapping[str, _Numbers],
    whole: str,
    parts: Sequence[str],
    rest: float,
    hidden: set[str],
    at_least: int,
) -> None:
    """Hide the smallest parts until the whole, less what is shown, is no secret."""
    while True:
        some = [sum(numbers[part]) for part in parts if part in hidden]
        if whole in hidden:
            enough = bool(some) or rest > 0
        elif 0 < rest < at_least:
            enough = bool(some) and sum(some) + rest >= at_least
        elif rest or not some:
            enough = True
        else:
            enough = len(some) > 1 and sum(some) >= at_least
        shown = [part for part in parts if part not in hidden]
        if enough or not shown:
            return
        hidden.add(min(shown, key=lambda part: (sum(numbers[part]), part)))


def _hide_union(
    numbers: Mapping[str, _Numbers],
    whole: str,
    parts: Sequence[str],
    rest: float,
    hidden: set[str],
    at_least: int,
) -> None:
    """Hide a group that may be other groups together, or those and few students."""
    some = any(part in hidden for part in parts)
    if whole not in hidden:
        if (not rest and some) or (0 < rest < at_least and not some):
            hidden.add(whole)
    elif not rest and not some:
        hidden.add(min(parts, key=lambda part: (sum(numbers[part]), part)))


def _fitting(
    numbers: Mapping[str, _Numbers], whole: str, groups: Sequence[str], *more: str
) -> Iterator[tuple[tuple[str, ...], float]]:
    """Choices of the groups, and ``more``, that may be parts of the whole; and how many are left.

    Beyond a few groups that may be, only the smallest and all of them together are tried.
    """
    left = numbers[whole]
    for group in more:
        left = tuple(map(sub, left, numbers[group]))
    some = [group for group in groups if _fits(numbers[group], left)]
    if len(some) > MANY + 2:
        some.sort(key=lambda group: (sum(numbers[group]), group))
        rest = left
        for group in some:
            rest = tuple(map(sub, rest, numbers[group]))
        if min(rest) >= 0:
            yield (*some, *more), sum(rest)
        some = some[:MANY]
    yield from _parts(numbers, left, some, more)


def _parts(
    numbers: Mapping[str, _Numbers], left: _Numbers, groups: Sequence[str], taken: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], float]]:
    for at, group in enumerate(groups, 1):
        if _fits(numbers[group], left):
            rest = tuple(map(sub, left, numbers[group]))
            yield (*taken, group), sum(rest)
            yield from _parts(numbers, rest, groups[at:], (*taken, group))


def _fits(part: _Numbers, whole: _Numbers) -> bool:
    return all(map(le, part, whole))


def _numbers(counts: Counts) -> dict[str, _Numbers]:
    rooms = sorted({room for numbers in counts.values() for room in numbers})
    if "" in rooms:  # of the whole team: by classroom they cannot be set side by side
        return {group: (sum(numbers.values()),) for group, numbers in counts.items()}
    return {
        group: tuple(numbers.get(room, 0) for room in rooms) for group, numbers in counts.items()
    }
