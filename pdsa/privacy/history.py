"""Whether a day that was told may be told anew: so that two looks tell no more than one.

A day is told as a whole. Later it is told anew where nothing can be had by setting the two against
each other: a figure was corrected, a group was added, or at least two classrooms with enough
students came together. In every other case the day stays as it was told, or is withheld where
something was taken out of it. A correction that changes a number of students is an addition, or a
taking out, in disguise; what moves to another day is taken out of the one and added to the other.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pdsa.measure import DataPoint, countable
from pdsa.privacy.day import Day
from pdsa.privacy.entry import by_group
from pdsa.units import Audience

Look = Callable[[Sequence[DataPoint], Audience], Day]
Structure = Mapping[str, Counter[str]]
#: What makes a point the same as one that was taken out and written down anew.
Kind = tuple[object, ...]

#: Whose looks are weighed: who is outside is given less than who is above.
_OTHERS = (Audience.school, Audience.above)


def told_anew(
    before: Sequence[DataPoint],
    now: Sequence[DataPoint],
    singles: Sequence[Audience],
    look: Look,
    published: Callable[[Audience], bool],
    at_least: int,
    *,
    joined: bool = False,
) -> bool:
    """Whether a day that was told as ``before`` may be told as it is now.

    ``singles`` are the audiences that were shown single classrooms: only while they are shown them
    still, a change tells them nothing new. ``at_least`` students have to come together. Once
    classrooms have ``joined`` the day, no groups do: they could be those of the newer classrooms.
    """
    if not all(published(audience) for audience in singles):
        return False
    was, is_ = _structure(before), _structure(now)
    if _holds(was, is_):
        if joined and len(is_) > len(was):
            return False
        return all(_same(before, now, audience, look) for audience in _OTHERS)
    return not singles and _joined(was, is_, before, now, look, published, at_least)


def have_joined(before: Sequence[DataPoint], now: Sequence[DataPoint]) -> bool:
    """Whether classrooms came to a day."""
    return not _holds(_structure(before), _structure(now))


def taken_out(before: Sequence[DataPoint], now: Sequence[DataPoint]) -> bool:
    """Whether points that were told are not there any more."""
    left = _counts(by_group(now))
    return any(
        rooms - left.get(group, Counter()) for group, rooms in _counts(by_group(before)).items()
    )


def many_in_one(before: Sequence[DataPoint], now: Sequence[DataPoint], at_least: int) -> bool:
    """Whether numbers of students changed so that it may tell a classroom, or most of it.

    That is, by ``at_least`` in one classroom only, or, where groups could be set against each
    other, in any.
    """
    changes = _changes(before, now)
    grouped = {*by_group(now)} != {""}
    return any(
        sum(rooms.values()) >= at_least and rooms.keys() != {""} and (grouped or len(rooms) == 1)
        for rooms in changes.values()
    )


def changed_by_few(
    before: Sequence[DataPoint], now: Sequence[DataPoint], singles: bool, at_least: int
) -> set[str]:
    """The groups whose number of students changed so that the difference may be few of them.

    That is, by fewer than ``at_least``, in one classroom only (with ``singles``, by fewer in some
    classroom), or where groups could be set against each other.
    """
    grouped = {*by_group(now)} != {""}
    return {
        group
        for group, rooms in _changes(before, now).items()
        if grouped
        or (len(rooms) == 1 and "" not in rooms)
        or (min(rooms.values()) if singles else sum(rooms.values())) < at_least
    }


class Moved:
    """Points that are gone from the days on which they were told, and may have come to others."""

    def __init__(
        self, told: Mapping[date, Sequence[DataPoint]], days: Mapping[date, Sequence[DataPoint]]
    ) -> None:
        self.told = told
        self.left: set[date] = set()  # days of which nothing is there any more
        self.gone: dict[object, set[date]] = {}  # days by id, and by kind, of a point
        for on, before in told.items():
            now = days.get(on, ())
            ids = {point.id for point in now}
            gone = [point for point in before if point.id not in ids]
            if not gone:
                continue
            kinds = {*map(_kind, now)}
            gone = [point for point in gone if _kind(point) not in kinds]
            if len(gone) == len(before):
                self.left.add(on)
            for point in gone:
                self.gone.setdefault(point.id, set()).add(on)
                self.gone.setdefault(_kind(point), set()).add(on)

    def came_in_part(self, on: date, now: Sequence[DataPoint]) -> bool:
        """Whether a day holds points of a told day, and not all of them and nothing else."""
        if not self.gone:
            return False
        days: set[date] = set()
        for point in now:
            if not point.missing:
                days |= self.gone.get(point.id, set()) | self.gone.get(_kind(point), set())
        return any(
            day not in self.left or _students(self.told[day]) != _students(now)
            for day in days - {on}
        )


def _kind(point: DataPoint) -> Kind:
    return (
        point.classroom_id,
        point.student_group,
        point.numerator,
        point.denominator,
        point.value,
    )


def _students(points: Sequence[DataPoint]) -> Counter[Kind]:
    return Counter(
        (point.classroom_id, point.student_group, point.denominator)
        for point in points
        if not point.missing
    )


def _changes(before: Sequence[DataPoint], now: Sequence[DataPoint]) -> dict[str, dict[str, int]]:
    """By how many students each group changed in each classroom, where the points are the same."""
    was, is_ = by_group(before), by_group(now)
    if not _holds(_structure(before), _structure(now)):
        return {}
    found: dict[str, dict[str, int]] = {}
    for group, points in was.items():
        less, more = _by_room(points), _by_room(is_.get(group, ()))
        rooms = {room: abs(more.get(room, 0) - n) for room, n in less.items()}
        if any(rooms.values()):
            found[group] = {room: n for room, n in rooms.items() if n}
    return found


def _by_room(points: Sequence[DataPoint]) -> dict[str, int]:
    found: dict[str, int] = {}
    for point in countable(points):
        room = point.classroom_id or ""
        found[room] = found.get(room, 0) + (point.denominator or 0)
    return found


def _holds(was: Structure, is_: Structure) -> bool:
    return all(is_.get(group) == rooms for group, rooms in was.items())


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
    at_least: int,
) -> bool:
    """Whether enough classrooms came to a day without groups, and none else changed."""
    if set(was) != {""} or set(is_) != {""} or any(published(audience) for audience in _OTHERS):
        return False
    old, new = was[""], is_[""]
    if any(new[room] != n for room, n in old.items()) or "" in new:
        return False
    added = set(new) - set(old)
    students = sum(p.denominator or 0 for p in by_group(now)[""] if p.classroom_id in added)
    if len(added) < 2 or students < at_least:
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
