"""What an audience is given of one day of a measure, at one look."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from pdsa.measure import DataPoint, Withheld, countable
from pdsa.privacy.complement import AT_LEAST
from pdsa.privacy.groups import nested, partitions
from pdsa.privacy.tables import ALL, TOTAL, Cell, Table, suppress

#: A figure of a day: the code of the group ("" for all students), and the id of the classroom ("" for
#: the whole team).
Figure = tuple[str, str]
#: Nobody says how many students there are in all: then nothing can be had by taking from them.
_UNKNOWN = 1_000_000


class Entry(Struct):
    """A figure in the making: its points, the classrooms they are of, the number of students."""

    kept: list[DataPoint]
    rooms: frozenset[str]
    students: int | None
    withheld: Withheld | None = None


class Day(Struct):
    """The figures of one day: the team's by group, and those of single classrooms where published."""

    whole: dict[str, Entry]
    singles: dict[Figure, Entry]

    def entries(self) -> dict[Figure, Entry]:
        """All of them by figure."""
        return {(group, ""): entry for group, entry in self.whole.items()} | self.singles

    def shown(self) -> dict[Figure, bool]:
        """Which figures are shown, of those that are there."""
        return {key: each.withheld is None for key, each in self.entries().items() if each.kept}


def by_group(points: Iterable[DataPoint]) -> dict[str, list[DataPoint]]:
    """Points of one day by student group, ``""`` for all students."""
    found: dict[str, list[DataPoint]] = defaultdict(list)
    for point in points:
        found["" if point.student_group in (None, "ALL") else str(point.student_group)].append(
            point
        )
    return dict(sorted(found.items()))


def day(
    points: Sequence[DataPoint],
    *,
    published: bool,
    at_least: int | None,
    withheld: Collection[str] = (),
) -> Day:
    """What is given of the points of one day.

    ``published`` says whether this audience may see single classrooms; ``at_least`` is the smallest
    number of students that it may be shown, ``None`` for every number; ``withheld`` are the groups
    whose figure was withheld from it before. A single classroom that is not published is withheld,
    and so is whatever would give it away.
    """
    groups = by_group(points)
    whole = {group: _entry(countable(found)) for group, found in groups.items()}
    for entry in whole.values():
        if not published and len(entry.rooms) == 1 and "" not in entry.rooms:
            entry.withheld = Withheld.one_classroom
    if not published or at_least is not None:
        for group in withheld:
            if group in whole and whole[group].withheld is None:
                whole[group].withheld = _why(at_least)
    _hide(whole, at_least)
    singles: dict[Figure, Entry] = {}
    if published:
        for group, entry in whole.items():
            for room in sorted(entry.rooms - {""}):
                kept = [point for point in entry.kept if point.classroom_id == room]
                singles[group, room] = _entry(kept)
        if at_least is not None:
            _hide_singles(whole, singles, at_least)
    return Day(whole=whole, singles=singles)


def _entry(kept: list[DataPoint]) -> Entry:
    counted = all(point.denominator for point in kept)
    return Entry(
        kept=kept,
        rooms=frozenset(point.classroom_id or "" for point in kept),
        students=sum(point.denominator or 0 for point in kept) if counted else None,
    )


def _hide(whole: Mapping[str, Entry], at_least: int | None) -> None:
    """Withhold the team's figures of few students, and what would give a withheld one away."""
    if at_least is not None:
        for entry in whole.values():
            if entry.kept and entry.students is None and entry.withheld is None:
                entry.withheld = Withheld.unknown_number
    groups = [group for group in whole if group]
    asked = {
        (row, column)
        for column, group in ((ALL, ""), *enumerate(groups))
        for row in (0, TOTAL)
        if group in whole and whole[group].withheld is not None
    }
    if at_least is None and not asked:
        return
    table = _table(groups, [{group: entry.students for group, entry in whole.items()}])
    hidden = suppress(table, at_least=at_least, withheld=asked)
    why = _why(at_least)
    for column, group in ((ALL, ""), *enumerate(groups)):
        figure = whole.get(group)
        if figure is not None and figure.kept and figure.withheld is None and (0, column) in hidden:
            figure.withheld = why
    _hide_nested(whole, why, at_least or AT_LEAST)


def _why(at_least: int | None) -> Withheld:
    return Withheld.one_classroom if at_least is None else Withheld.few_students


def _hide_nested(whole: Mapping[str, Entry], why: Withheld, at_least: int) -> None:
    """Withhold groups within a group that is withheld, or of which few students are the rest."""
    for parent, inner in nested([group for group in whole if group]):
        n = whole[parent].students or 0
        parts = [whole[group].students or 0 for group in inner]
        few = any(0 < n - part < at_least for part in (*parts, sum(parts)))
        alone = any(whole[group].withheld is not None for group in inner)
        if whole[parent].withheld is not None or few or (alone and len(inner) > 1):
            for group in inner:
                if whole[group].withheld is None:
                    whole[group].withheld = why


def _hide_singles(
    whole: Mapping[str, Entry], singles: Mapping[Figure, Entry], at_least: int
) -> None:
    """Withhold single classrooms of few students, and what would give them away.

    The team's figures are told as they are without a publication; where a classroom could be hidden
    only behind one of those, no classroom is shown.
    """
    rooms = sorted({room for _, room in singles})
    groups = [group for group, entry in whole.items() if group and "" not in entry.rooms]
    columns = ((ALL, ""), *enumerate(groups))
    rows = [
        {group: singles[group, room].students for _, group in columns if (group, room) in singles}
        for room in rooms
    ]
    asked: set[Cell] = set()
    for column, group in columns:
        entry = whole.get(group)
        if entry is not None and entry.withheld is not None:
            asked.add((TOTAL, column))
        for row, room in enumerate(rooms):
            if (group, room) in singles and singles[group, room].students is None:
                asked.add((row, column))
    hidden = suppress(_table(groups, rows), at_least=at_least, withheld=asked)
    new = any(
        (TOTAL, column) in hidden and group in whole and whole[group].withheld is None
        for column, group in columns
        if group in whole and whole[group].kept
    )
    place = {group: column for column, group in columns}
    for (group, room), entry in singles.items():
        if (
            new
            or group not in place
            or ("" in whole and "" in whole[""].rooms)
            or (rooms.index(room), place[group]) in hidden
        ):
            entry.withheld = Withheld.few_students


def _table(groups: Sequence[str], rows: Sequence[Mapping[str, int | None]]) -> Table:
    everybody = []
    for row in rows:
        n = row.get("")
        everybody.append(sum(row.get(g) or 0 for g in groups) + _UNKNOWN if n is None else n)
    return Table(
        cells=tuple(tuple(row.get(group) or 0 for group in groups) for row in rows),
        all_students=tuple(everybody),
        partitions=partitions(groups),
    )
