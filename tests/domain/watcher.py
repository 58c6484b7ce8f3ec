"""Somebody who looks at a team's figures again and again, and keeps everything that was shown.

The team logs, corrects, annotates, takes out, adds tallies and groups, publishes and withdraws; the
watcher writes down each figure as a sum of unknown numbers and asks linear algebra which numbers
follow. It knows the numbers of students, too: whole percents hide none of them (the worst case).
"""

import random
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pdsa import Audience, DataPoint
from pdsa.privacy import Publication, Release, Told, release
from tests.builders import FRAME_USE, STARTED, a_measure, a_point

PRIME = 2**61 - 1
#: A sum of unknown numbers, each one of a classroom, a group and a tally.
Sum = Mapping[tuple[str, str, int], int]


class World(Struct, frozen=True, kw_only=True):
    """What may happen, to whom it is shown, and how often they look."""

    audience: Audience
    events: tuple[str, ...]
    groups: tuple[str, ...] = ()
    rest: bool = False
    looks: float = 0.6


class Span:
    """Everything that follows from the sums that are known, modulo a large prime."""

    def __init__(self) -> None:
        self.rows: dict[Any, dict[Any, int]] = {}

    def _left(self, sum_: Sum) -> dict[Any, int]:
        row = {part: n % PRIME for part, n in sum_.items() if n % PRIME}
        while row:
            first = min(row)
            if first not in self.rows:
                return row
            factor = row[first]
            for part, n in self.rows[first].items():
                left = (row.get(part, 0) - factor * n) % PRIME
                if left:
                    row[part] = left
                else:
                    row.pop(part, None)
        return row

    def add(self, sum_: Sum) -> None:
        row = self._left(sum_)
        if row:
            first = min(row)
            inverse = pow(row[first], -1, PRIME)
            self.rows[first] = {part: n * inverse % PRIME for part, n in row.items()}

    def __contains__(self, sum_: Sum) -> bool:
        return not self._left(sum_)


class Team:
    """A team at work on one measure, on one day; each number it writes down is an unknown."""

    def __init__(self, draw: random.Random, world: World) -> None:
        self.draw, self.world = draw, world
        self.points: dict[str, DataPoint] = {}
        self.sums: dict[tuple[str, int, int], Sum] = {}  # by id and counts of a point
        self.students: dict[tuple[str, str, int], int] = {}
        self.publications: list[Publication] = []
        self.published = False
        self.serial = 0

    def happens(self) -> None:
        event = self.draw.choice(self.world.events)
        getattr(self, f"_{event}")(f"room-{self.draw.randint(1, 4)}")

    def _log(self, room: str) -> None:
        if any(point.classroom_id == room for point in self.points.values()):
            return
        self._tally(room, f"{room}-{self.serial}")

    def _correct(self, room: str) -> None:
        """The same points, other numbers."""
        old = sorted({id.partition("/")[0] for id in self.points if id.startswith(f"{room}-")})
        if old:
            self._take(room)
            self._tally(room, old[0])

    def _tally(self, room: str, id: str) -> None:
        self.serial += 1
        parts: dict[tuple[str, str, int], int] = {}
        for group in self.world.groups:
            n = self.draw.choice((0, 2, 5, 9, 12, 15, 20))
            if n:
                part = (room, group, self.serial)
                parts[part] = self.students[part] = n
                self._write(f"{id}/{group}", room, n, {part: 1}, group)
        rest = self.draw.choice((0, 3, 12)) if self.world.rest else 0
        if not self.world.groups:
            rest = self.draw.randint(1, 30)
        if rest or self.world.rest:  # nobody says that there is no rest
            part = (room, "rest", self.serial)
            parts[part] = self.students[part] = rest
        if sum(parts.values()):
            self._write(id, room, sum(parts.values()), dict.fromkeys(parts, 1), None)

    def _write(self, id: str, room: str, n: int, sum_: Sum, group: str | None) -> None:
        point = a_point(
            id, STARTED, numerator=0, denominator=n, classroom_id=room, student_group=group
        )
        self.points[id] = point
        self.sums[id, n, self.serial] = sum_
        self.points[id] = replace(point, note=str(self.serial))

    def _take(self, room: str) -> None:
        for id in [id for id, point in self.points.items() if point.classroom_id == room]:
            del self.points[id]

    def _annotate(self, room: str) -> None:
        for id, point in self.points.items():
            if point.classroom_id == room:
                self.points[id] = replace(point, version=point.version + 1)

    def _again(self, room: str) -> None:
        """A second tally of a classroom on the same day."""
        if any(p.classroom_id == room and not p.student_group for p in self.points.values()):
            self.serial += 1
            part, n = (room, "more", self.serial), self.draw.randint(1, 6)
            self.students[part] = n
            self._write(f"{room}-more-{self.serial}", room, n, {part: 1}, None)

    def _publish(self, room: str) -> None:
        id = f"publication-{len(self.publications)}"
        self.publications.append(Publication(id, FRAME_USE, STARTED, Audience.above))  # type: ignore[arg-type]
        self.published = True

    def _withdraw(self, room: str) -> None:
        self.publications = []


class Watcher:
    """Looks, and keeps what it was given."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.told: Told | None = None
        self.of_told: dict[str, Sum] = {}
        self.known = Span()
        self.looked = Release(points=(), withheld={}, bands={})

    def look(self) -> None:
        team = self.team
        told = [] if self.told is None else [self.told]
        found = release(
            a_measure(),
            team.points.values(),
            team.world.audience,
            publications=team.publications,
            told=told,
        )
        if found.told:
            before, (self.told,) = self.told, found.told
            if before is None or before.points != self.told.points:
                self.of_told = {
                    point.id: team.sums[point.id, point.denominator or 0, int(point.note)]
                    for point in team.points.values()
                }
        for figure in found.points:
            self.known.add(self._sum(figure))
        self.looked = found

    def _sum(self, figure: DataPoint) -> Sum:
        """What a figure adds up: the points of its group, and classroom, as they were told."""
        assert self.told is not None
        total: dict[tuple[str, str, int], int] = {}
        students = 0
        for point in self.told.points:
            if point.student_group == figure.student_group and (
                figure.classroom_id in (None, point.classroom_id)
            ):
                students += point.denominator or 0
                for part, n in self.of_told[point.id].items():
                    total[part] = total.get(part, 0) + n
        assert figure.denominator in (None, students)  # it was told what it was given
        return total

    def worked_out(self) -> Iterable[str]:
        """What the watcher knows and should not."""
        team, students = self.team, self.team.students
        if not team.published:
            for (id, _, _), sum_ in team.sums.items():
                if sum_ in self.known:
                    yield f"a figure of one classroom: {id}"
        if team.world.audience is Audience.above and self.told is not None:
            groups: dict[str, dict[tuple[str, str, int], int]] = {}
            for point in self.told.points:
                for part, n in self.of_told[point.id].items():
                    if point.student_group or part[1] in ("rest", "more"):
                        groups.setdefault(part[1], {})[part] = n
            for group, sum_ in groups.items():
                if 0 < sum(students[part] for part in sum_) < 11 and sum_ in self.known:
                    yield f"a group of few students: {group}"
            for part, n in students.items():
                if 0 < n < 11 and {part: 1} in self.known:
                    yield f"few students of a classroom: {part}"
