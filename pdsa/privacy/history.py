"""Whether a day that was told may be told anew: so that two looks tell no more than one.

A day is told as a whole. Later it is told anew where nothing can be had by setting the two against
each other: a figure was corrected, a group was added, or at least two classrooms with enough
students came together. In every other case the day stays as it was told, or is withheld where
something was taken out of it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from pdsa.measure import DataPoint, countable
from pdsa.privacy.complement import AT_LEAST
from pdsa.privacy.day import Day, by_group
from pdsa.units import Audience

Look = Callable[[Sequence[DataPoint], Audience], Day]
Structure = Mapping[str, Counter[str]]


def told_anew(
    before: Sequence[DataPoint],
    now: Sequence[DataPoint],
    singles: Sequence[Audience],
    look: Look,
    published: Callable[[Audience], bool],
) -> bool:
    """Whether a day that was told as ``before`` may be told as it is now.

    ``singles`` are the audiences that were shown single classrooms: only while they are shown them
    still, a change tells them nothing new.
    """
    if not all(published(audience) for audience in singles):
        return False
    was, is_ = _structure(before), _structure(now)
    if all(is_.get(group) == rooms for group, rooms in was.items()):
        return all(_same(before, now, audience, look) for audience in _OTHERS)
    return not singles and _joined(was, is_, before, now, look, published)


def taken_out(before: Sequence[DataPoint], now: Sequence[DataPoint]) -> bool:
    """Whether points that were told are not there any more."""
    left = _counts(by_group(now))
    return any(
        rooms - left.get(group, Counter()) for group, rooms in _counts(by_group(before)).items()
    )


def _same(
    before: Sequence[DataPoint], now: Sequence[DataPoint], audience: Audience, look: Look
) -> bool:
    """Whether each figure of before is shown, or withheld, now as it was."""
    shown = look(now, audience).shown()
    return all(shown.get(key) is was for key, was in look(before, audience).shown().items())


def _joined(
    was: Structure,
    is_: Structure,
    before: Sequence[DataPoint],
    now: Sequence[DataPoint],
    look: Look,
    published: Callable[[Audience], bool],
) -> bool:
    """Whether enough classrooms came to a day without groups, and none else changed."""
    if set(was) != {""} or "" not in is_ or any(published(audience) for audience in _OTHERS):
        return False
    old, new = was[""], is_[""]
    if any(new[room] != n for room, n in old.items()) or "" in new:
        return False
    added = set(new) - set(old)
    students = sum(p.denominator or 0 for p in by_group(now)[""] if p.classroom_id in added)
    if len(added) < 2 or students < AT_LEAST:
        return False
    return all(
        look(now, audience).shown().get(key, False)
        for audience in _OTHERS
        for key, shown in look(before, audience).shown().items()
        if shown
    )


def _structure(points: Sequence[DataPoint]) -> Structure:
    """How many points each classroom has in each group, of those that count."""
    return _counts({group: countable(found) for group, found in by_group(points).items()})


def _counts(groups: Mapping[str, Sequence[DataPoint]]) -> dict[str, Counter[str]]:
    found = {
        group: Counter(point.classroom_id or "" for point in points if not point.missing)
        for group, points in groups.items()
    }
    return {group: rooms for group, rooms in found.items() if rooms}


_OTHERS = (Audience.school, Audience.above)
