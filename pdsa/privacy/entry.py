"""Figures of one day in the making: of each student group, for the team and by classroom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from pdsa.measure import DataPoint, Withheld
from pdsa.privacy.residuals import Counts

#: A figure of one day: the code of the group ("" for all students), and the id of the classroom (""
#: for the whole team).
Of = tuple[str, str]


class Entry(Struct):
    """A figure in the making: its points, the classrooms they are of, the number of students.

    ``counts`` are the students of each classroom, or what else adds up over groups; none where
    nothing does.
    """

    kept: list[DataPoint]
    rooms: frozenset[str]
    students: int | None
    counts: dict[str, float]
    withheld: Withheld | None = None

    @property
    def shown(self) -> bool:
        """Whether there is a figure, and it is shown."""
        return bool(self.kept) and self.withheld is None


def by_group(points: Iterable[DataPoint]) -> dict[str, list[DataPoint]]:
    """Points of one day by student group, ``""`` for all students."""
    everybody: list[DataPoint] = []
    found: dict[str, list[DataPoint]] = defaultdict(list)
    for point in points:
        group = point.student_group
        if not group or group == "ALL":
            everybody.append(point)
        else:
            found[group].append(point)
    return ({"": everybody} if everybody else {}) | dict(sorted(found.items()))


def entry(kept: list[DataPoint], adds_up: bool) -> Entry:
    """A figure of points that are pooled; ``adds_up`` says that values are numbers of something."""
    counts: dict[str, float] = {}
    students = 0
    for point in kept:
        if not (n := point.denominator):
            return _not_counted(kept, adds_up)
        room = point.classroom_id or ""
        counts[room] = counts.get(room, 0) + n
        students += n
    return Entry(kept, frozenset(counts), students, counts)


def _not_counted(kept: list[DataPoint], adds_up: bool) -> Entry:
    """A figure of values."""
    counts: dict[str, float] = {}
    for point in kept if adds_up else ():
        room = point.classroom_id or ""
        counts[room] = counts.get(room, 0) + (point.value or 0)
    return Entry(kept, frozenset(point.classroom_id or "" for point in kept), None, counts)


def counts(figures: Mapping[str, Entry]) -> Counts:
    """The students of each group by classroom, of the figures that are there."""
    return {group: each.counts for group, each in figures.items() if each.counts}


def withheld(figures: Mapping[str, Entry]) -> set[str]:
    """The groups whose figure is withheld."""
    return {group for group, each in figures.items() if each.withheld is not None}
