"""What is left of a team's figures by subtraction, and whether that is one of its classrooms.

Each figure is a sum over classrooms. Where a family's groups hold all students of a classroom,
nobody is left of it: with *all* of three classrooms shown and both groups of two of them, the rest
is the third classroom. So figures are written as sums of unknown numbers, one for each classroom
and group; what is known to be equal is written beside them (a *tie*); and linear algebra says
whether a sum of the figures holds numbers of one classroom alone, or is a figure that is withheld.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from pdsa.privacy.groups import MANY, families, nested, own

#: Students of a group ("" for all students) by classroom ("" for a figure of the whole team).
Counts = Mapping[str, Mapping[str, float]]
#: A figure: its group, and the classrooms that it adds up.
Sum = tuple[str, tuple[str, ...]]
#: What is not to be had, a figure or what other groups leave of it: classroom, group, and whether
#: its number is added (1) or taken off (-1).
Secret = tuple[tuple[str, str, int], ...]
#: In a classroom, a group holds the same students as others together.
Tie = tuple[str, str, tuple[str, ...]]
#: A number of students, or the figure by which it came in: 0 those that have to go, 1 others, 2
#: figures; then classroom and group.
_Unknown = tuple[int, str, str]

#: Sums are taken modulo a prime above any determinant of so few zeros and ones.
_PRIME = 2**61 - 1


def ties(counts: Counts) -> tuple[Tie, ...]:
    """Where groups together hold all students of a classroom, or all of another group.

    Of groups that the server does not know, each choice that adds up is taken for a family, up to
    ``MANY`` of them; where they add up to a group that it knows, or with one to all students, in
    two classrooms at least.
    """
    found: list[Tie] = []
    seldom: list[Tie] = []
    groups = tuple(group for group in counts if group)
    mine = own(groups)
    rooms: dict[str, dict[str, float]] = {}
    for group, numbers in counts.items():
        for room, n in numbers.items():
            rooms.setdefault(room, {})[group] = n
    for room, here in rooms.items():
        everybody = here.pop("", None)
        if not here:
            continue
        parts = [tuple(g for g in family if g in here) for family in families(groups)]
        unknown = tuple(g for g in mine if g in here)
        if everybody is None:
            everybody = max(_total(here, part) for part in (*parts, unknown))
        found += ((room, "", p) for p in parts if p and _total(here, p) == everybody)
        found += ((room, "", p) for p in _choices(here, unknown, everybody))
        for parent, inner in nested(groups):
            if parent in here:
                within = [g for g in inner if g in here]
                found += ((room, parent, p) for p in _choices(here, within, here[parent]))
        if unknown:
            seldom += (
                (room, "", (group, *choice))
                for part in parts
                for group in part
                for choice in _choices(here, unknown, everybody - here[group])
            )
            for part in parts:
                for one in unknown:
                    seldom += ((room, one, p) for p in _choices(here, part, here[one]))
                for one in part:
                    seldom += ((room, one, p) for p in _choices(here, unknown, here[one]))
    times = Counter(tie[1:] for tie in seldom)
    found += (tie for tie in seldom if times[tie[1:]] > 1 and _within(counts, tie))
    return tuple(sorted(found))


def secrets(counts: Counts, withheld: Iterable[str], at_least: int | None) -> tuple[Secret, ...]:
    """What is not to be had: withheld figures, and rests of fewer than ``at_least`` students.

    Rests of the team, and of those of its classrooms that have the groups.
    """
    found = [
        tuple((room, group, 1) for room in sorted(counts[group]))
        for group in withheld
        if group in counts
    ]
    if at_least is None:
        return tuple(sorted(found))
    groups = tuple(group for group in counts if group)
    lines = [("", family) for family in (*families(groups), own(groups)) if family]
    lines = lines if "" in counts else []
    for parent, inner in nested(groups):
        lines += [(parent, (group,)) for group in inner]
    for whole, parts in lines:
        everybody = counts[whole]
        parted = [room for room in everybody if any(room in counts[part] for part in parts)]
        for rooms in ([*everybody], parted) if len(parted) < len(everybody) else (parted,):
            n = sum(everybody[room] for room in rooms)
            less = [(room, part) for part in parts for room in rooms if room in counts[part]]
            if 0 < n - sum(counts[part][room] for room, part in less) < at_least:
                rest = [(room, whole, 1) for room in rooms] + [(*each, -1) for each in less]
                found.append(tuple(sorted(rest)))
    return tuple(sorted(found))


def few_of_classrooms(counts: Counts, at_least: int) -> tuple[Secret, ...]:
    """The figures and rests of fewer than ``at_least`` students in each classroom."""
    found: list[Secret] = []
    for room in sorted({room for of in counts.values() for room in of if room}):
        here = {group: {room: of[room]} for group, of in counts.items() if room in of}
        few = [group for group, of in here.items() if of[room] < at_least]
        found += secrets(here, few, at_least)
    return tuple(found)


def given_away(
    shown: tuple[Sum, ...], secret: tuple[Secret, ...], known: tuple[Tie, ...], *, one_room: bool
) -> tuple[str, ...]:
    """The groups whose figures together tell a secret, or with ``one_room`` a single classroom."""
    if not known or len(shown) < 2:
        return ()
    return (_classroom(shown, known) if one_room else ()) or _secret(shown, secret, known)


def follows(
    shown: tuple[Sum, ...],
    singles: Collection[tuple[str, str]],
    secret: Sequence[Secret],
    known: tuple[Tie, ...],
) -> bool:
    """Whether figures of the team and of single classrooms together tell a secret.

    ``singles`` are those that are shown, by group and classroom.
    """
    span = _Span()
    for group, room in singles:
        span.add({(0, room, group): 1})
    for tie in known:
        span.add(_equal(tie))
    for figure in shown:
        span.add(_sum(figure))
    return any(not span.left(_hidden(each)) for each in secret)


@lru_cache(maxsize=8192)
def _classroom(shown: tuple[Sum, ...], known: tuple[Tie, ...]) -> tuple[str, ...]:
    tied = {(room, group) for room, whole, parts in known for group in (whole, *parts)}
    # A number that nothing else holds does not go away: with two, a figure tells no classroom.
    free = {
        figure: {room for room in figure[1] if (room, figure[0]) not in tied} for figure in shown
    }
    for room in sorted({room for _, rooms in shown for room in rooms if room}):
        some = [figure for figure, left in free.items() if not left - {room}]
        if len(some) > 1 and (found := _of_room(room, some, known)):
            return found
    return ()


@lru_cache(maxsize=8192)
def _secret(
    shown: tuple[Sum, ...], secret: tuple[Secret, ...], known: tuple[Tie, ...]
) -> tuple[str, ...]:
    if not secret:
        return ()
    span = _Span()
    for tie in known:
        span.add(_equal(tie))
    for figure in shown:
        span.add(_sum(figure) | {(2, "", figure[0]): 1})
    for each in secret:
        left = span.left(_hidden(each))
        if left and all(kind == 2 for kind, _, _ in left):
            return tuple(group for _, _, group in left)
    return ()


def _of_room(room: str, shown: Sequence[Sum], known: Sequence[Tie]) -> tuple[str, ...]:
    """The groups of figures that together hold numbers of one classroom alone."""
    span = _Span()
    for tie in known:
        span.add(_equal(tie, room))
    for figure in shown:
        row = span.left(_sum(figure, room) | {(2, "", figure[0]): 1})
        if min(row)[0] == 1:
            return tuple(group for kind, _, group in row if kind == 2)
        span.add(row)
    return ()


class _Span:
    """Everything that follows from the sums that were added, each by its first number."""

    def __init__(self) -> None:
        self.rows: dict[_Unknown, dict[_Unknown, int]] = {}

    def left(self, row: dict[_Unknown, int]) -> dict[_Unknown, int]:
        """What is left of a sum once all that is known is taken off its first numbers."""
        while row and (first := min(row)) in self.rows:
            factor = row[first]
            for unknown, n in self.rows[first].items():
                if less := (row.get(unknown, 0) - factor * n) % _PRIME:
                    row[unknown] = less
                else:
                    row.pop(unknown, None)
        return row

    def add(self, row: dict[_Unknown, int]) -> None:
        row = self.left(row)
        if row:
            inverse = pow(row[min(row)], -1, _PRIME)
            self.rows[min(row)] = {unknown: n * inverse % _PRIME for unknown, n in row.items()}


def _sum(figure: Sum, last: str | None = None) -> dict[_Unknown, int]:
    group, rooms = figure
    return {(int(room == last), room, group): 1 for room in rooms}


def _hidden(secret: Secret) -> dict[_Unknown, int]:
    return {(0, room, group): sign % _PRIME for room, group, sign in secret}


def _equal(tie: Tie, last: str | None = None) -> dict[_Unknown, int]:
    room, whole, parts = tie
    kind = int(room == last)
    return {(kind, room, whole): 1} | {(kind, room, part): _PRIME - 1 for part in parts}


def _choices(
    here: Mapping[str, float], groups: Sequence[str], students: float
) -> Iterator[tuple[str, ...]]:
    total = _total(here, groups)
    if total == students and groups:
        yield tuple(groups)
    elif total > students and (len(groups) <= MANY or own(tuple(groups)) != tuple(groups)):
        yield from _adding_up(here, groups, students)


def _adding_up(
    here: Mapping[str, float], groups: Sequence[str], students: float
) -> Iterator[tuple[str, ...]]:
    for at, group in enumerate(groups, 1):
        left = students - here[group]
        if left == 0:
            yield (group,)
        elif left > 0:
            yield from ((group, *more) for more in _adding_up(here, groups[at:], left))


def _within(counts: Counts, tie: Tie) -> bool:
    """Whether the groups may be parts of the whole in every classroom."""
    _, whole, parts = tie
    return whole not in counts or all(
        sum(counts[part].get(room, 0) for part in parts) <= counts[whole].get(room, 0)
        for room in {room for part in parts for room in counts[part]}
    )


def _total(here: Mapping[str, float], groups: Sequence[str]) -> float:
    return sum(here[group] for group in groups)
