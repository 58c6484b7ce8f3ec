"""Somebody who looks at a team's figures again and again, and keeps everything that was shown.

The team logs, corrects, moves, annotates, takes out, adds tallies and groups, publishes and
withdraws, and the district changes its mind on small cells; the watcher writes down each figure as
a sum of unknown numbers and asks linear algebra which numbers follow. It knows the numbers of
students, too (whole percents hide none of them: the worst case), and so where groups are all
students of a classroom, or of another group.
"""

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pdsa import Audience, DataPoint
from pdsa.privacy import Policy, Publication, Release, Told, release
from tests.builders import FRAME_USE, STARTED, a_measure, a_point

PRIME = 2**61 - 1
#: Students of a classroom and a group who were written down in one tally, or added to it.
Part = tuple[str, str, int]
#: A sum of unknown numbers.
Sum = Mapping[Part, int]


class World(Struct, frozen=True, kw_only=True):
    """What may happen, to whom it is shown, and how often they look.

    ``also`` looks now and then, too, and talks with the others.
    ``families`` are groups that do not overlap; with ``rest`` a student may be in none of them.
    ``within`` are groups within groups, and ``together`` such as hold several others.
    """

    audience: Audience
    also: Audience | None = None
    events: tuple[str, ...]
    families: tuple[tuple[str, ...], ...] = ()
    within: Mapping[str, str] = {}
    together: Mapping[str, tuple[str, ...]] = {}
    rest: bool = False
    looks: float = 0.6
    days: int = 1
    steps: int = 7
    published: bool = False
    policies: tuple[int, ...] = (11,)


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
    """A team at work on one measure; each number that it writes down is an unknown."""

    def __init__(self, draw: random.Random, world: World) -> None:
        self.draw, self.world = draw, world
        self.points: dict[str, DataPoint] = {}
        self.parts: dict[str, dict[Part, int]] = {}  # of each point there is, and their students
        self.sums: dict[tuple[str, str], Sum] = {}  # of each point there was, by id and note
        self.students: dict[Part, int] = {}
        self.facts: list[Sum] = []  # sums that are nothing: groups that are all of something
        self.publications: list[Publication] = []
        self.published = False
        self.policy = Policy(at_least=draw.choice(world.policies))
        self.serial = 0
        if world.published:
            self._publish("")

    def happens(self) -> None:
        event = self.draw.choice(self.world.events)
        getattr(self, f"_{event}")(f"room-{self.draw.randint(1, 4)}")

    def _day(self) -> date:
        return STARTED + timedelta(self.draw.randrange(self.world.days))

    def _log(self, room: str) -> None:
        on = self._day()
        if any(p.classroom_id == room and p.on == on for p in self.points.values()):
            return
        self._tally(room, f"{room}-{self.serial}", on)

    def _tally(self, room: str, id: str, on: date) -> None:
        self.serial += 1
        world = self.world
        groups: dict[str, dict[Part, int]] = {}
        n = self.draw.choice((0, 3, 9, 12, 15, 20, 30))
        everybody = self._new(room, "", n or self.draw.randint(1, 30))
        families = world.families if self.draw.random() < 0.8 else ()
        for number, family in enumerate(families):
            here = {g: self.draw.choice((0, 2, 5, 9, 12, 15, 20)) for g in family}
            if number:  # the same students, parted otherwise
                here = self._share(sum(everybody.values()), family)
            for group, n in here.items():
                groups[group] = self._new(room, group, n)
            rest = self.draw.choice((0, 3, 12)) if world.rest and not number else 0
            if number and world.rest and self.draw.random() < 0.5:
                rest = sum(groups.pop(family[-1]).values())
            others = self._new(room, f"not {'/'.join(family)}", rest)
            mine = [*(groups[g] for g in family if g in groups), others]
            if number:
                self._fact(everybody, *mine)
            else:
                everybody = {part: n for each in mine for part, n in each.items()}
        for group, parent in world.within.items():
            if groups.get(parent):
                n = sum(groups[parent].values())
                inner = self.draw.choice((0, n, max(0, n - 2), n // 2))
                groups[group] = self._new(room, group, inner)
                self._fact(
                    groups[parent], groups[group], self._new(room, f"not {group}", n - inner)
                )
        for group, parts in world.together.items():
            groups[group] = {k: n for g in parts for k, n in groups.get(g, {}).items()}
        for group, found in groups.items():
            self._write(f"{id}/{group}", room, on, found, group)
        self._write(id, room, on, everybody, None)

    def _share(self, n: int, family: tuple[str, ...]) -> dict[str, int]:
        found = {}
        for group in family[:-1]:
            found[group] = self.draw.choice((0, n, n // 2, n // 3))
            n -= found[group]
        return found | {family[-1]: n}

    def _new(self, room: str, group: str, n: int) -> dict[Part, int]:
        self.serial += 1
        found = {(room, group, self.serial): n} if n else {}
        self.students |= found
        return found

    def _fact(self, whole: Mapping[Part, int], *parts: Mapping[Part, int]) -> None:
        self.facts.append(dict.fromkeys(whole, 1) | {k: -1 for each in parts for k in each})

    def _write(
        self, id: str, room: str, on: date, parts: dict[Part, int], group: str | None
    ) -> None:
        if not parts:
            self.points.pop(id, None)
            return
        self.serial += 1
        self.points[id] = a_point(
            id,
            on,
            numerator=0,
            denominator=sum(parts.values()),
            classroom_id=room,
            student_group=group,
            note=str(self.serial),
        )
        self.parts[id] = parts
        self.sums[id, str(self.serial)] = dict.fromkeys(parts, 1)

    def _correct(self, room: str) -> None:
        """Other students are counted: some as well as those before, or only some of those.

        Who is in a group is not corrected without the whole: each loses or wins the same.
        """
        some = [p for p in self.points.values() if p.classroom_id == room and not p.student_group]
        if not some:
            return
        whole = self.draw.choice(some)
        ids = [id for id in self.parts if id == whole.id or id.startswith(f"{whole.id}/")]
        part = self.draw.choice(sorted(self.parts[whole.id]))
        n, by = self.students[part], self.draw.choice((1, 3, 8, 12))
        if self.draw.random() < 0.5:
            new = {part: n, **self._new(room, part[1], by)}
        else:
            by = min(by, n - 1)
            if not by:
                return
            new = self._new(room, part[1], n - by)
            gone = self._new(room, f"gone {part[1]}", by)
            self.facts.append({part: 1} | dict.fromkeys([*new, *gone], -1))
        for id in ids:
            if id in self.points and part in self.parts[id]:
                point = self.points[id]
                kept = {k: m for k, m in self.parts[id].items() if k != part}
                self._write(id, room, point.on, kept | new, point.student_group)

    def _move(self, room: str) -> None:
        """A classroom's points are of another day, or written down anew there."""
        if not self.points:
            return
        some = self.draw.choice([*self.points.values()])
        room, on, to = some.classroom_id or "", some.on, self._day()
        anew = self.draw.random() < 0.3
        for id, point in [*self.points.items()]:
            if point.classroom_id == room and point.on == on:
                new = f"{id}+" if anew else id
                del self.points[id]
                self.points[new] = replace(point, id=new, on=to)  # type: ignore[arg-type]
                self.parts[new] = self.parts[id]
                self.sums[new, point.note] = self.sums[id, point.note]

    def _take(self, room: str) -> None:
        for id in [id for id, point in self.points.items() if point.classroom_id == room]:
            del self.points[id]

    def _annotate(self, room: str) -> None:
        for id, point in self.points.items():
            if point.classroom_id == room:
                self.points[id] = replace(point, version=point.version + 1)

    def _again(self, room: str) -> None:
        """A second tally of a classroom on the same day."""
        for point in [*self.points.values()]:
            if point.classroom_id == room and not point.student_group:
                more = self._new(room, "more", self.draw.randint(1, 6))
                self._write(f"{room}-more-{self.serial}", room, point.on, more, None)
                return

    def _publish(self, room: str) -> None:
        id = f"publication-{len(self.publications)}"
        until = STARTED + timedelta(self.world.days)
        self.publications.append(Publication(id, FRAME_USE, until, Audience.above))  # type: ignore[arg-type]
        self.published = True

    def _withdraw(self, room: str) -> None:
        self.publications = []

    def _decide(self, room: str) -> None:
        self.policy = Policy(at_least=self.draw.choice(self.world.policies))


class Watcher:
    """Looks, and keeps what it was given."""

    def __init__(self, team: Team) -> None:
        self.team, self.draw = team, team.draw
        self.told: dict[date, Told] = {}
        self.of_told: dict[date, dict[str, Sum]] = {}
        self.known = Span()
        self.looked = Release(points=(), withheld={}, bands={})
        self.facts = 0

    def look(self) -> None:
        team = self.team
        found = release(
            a_measure(),
            team.points.values(),
            self.draw.choice([to for to in (team.world.audience, team.world.also) if to]),
            publications=team.publications,
            told=self.told.values(),
            policy=team.policy,
        )
        for told in found.told:
            before = self.told.get(told.on)
            self.told[told.on] = told
            if before is None or before.points != told.points:
                self.of_told[told.on] = {
                    point.id: team.sums[point.id, point.note]
                    for point in team.points.values()
                    if point.on == told.on
                }
        for figure in found.points:
            self.known.add(self._sum(figure))
        for fact in team.facts[self.facts :]:
            self.known.add(fact)
        self.facts = len(team.facts)
        self.looked = found

    def _sum(self, figure: DataPoint) -> Sum:
        """What a figure adds up: the points of its group, and classroom, as they were told."""
        total: dict[Part, int] = {}
        students = 0
        for point in self.told[figure.on].points:
            if point.student_group == figure.student_group and (
                figure.classroom_id in (None, point.classroom_id)
            ):
                students += point.denominator or 0
                for part, n in self.of_told[figure.on][point.id].items():
                    total[part] = total.get(part, 0) + n
        assert figure.denominator in (None, students)  # it was told what it was given
        return total

    def worked_out(self) -> Iterable[str]:
        """What the watcher knows and should not."""
        team, students = self.team, self.team.students
        if not team.published:
            for (id, _), sum_ in team.sums.items():
                if sum_ in self.known:
                    yield f"a figure of one classroom: {id}"
        if team.world.audience is Audience.school:
            return
        for on, told in self.told.items():
            groups: dict[str, dict[Part, int]] = {}
            for point in told.points:
                sum_ = self.of_told[on][point.id]
                groups.setdefault(point.student_group or "", {}).update(sum_)
                for part in sum_:
                    if part[1].startswith(("not ", "more")):
                        groups.setdefault(part[1], {})[part] = 1
            for group, sum_ in groups.items():
                if 0 < sum(students[part] for part in sum_) < 11 and sum_ in self.known:
                    yield f"a group of few students: {group}"
        for part, n in students.items():
            if 0 < n < 11 and {part: 1} in self.known:
                yield f"few students of a classroom: {part}"
