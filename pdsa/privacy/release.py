"""What of a measure's points each audience is given: the one way by which figures leave a team.

Every representation (JSON, CSV, charts with their texts, reviews, documents) is made from what this
returns, and from nothing else: points pooled over classrooms, figures about few students withheld,
and nothing that, beside what was told before, would give a withheld figure away.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter

import msgspec
from msgspec import Struct

from pdsa.ids import PointId
from pdsa.measure import (
    DataPoint,
    Measure,
    MeasureUnit,
    SplitBy,
    Withheld,
    factor,
    pooled,
)
from pdsa.privacy.alone import Alone, alone
from pdsa.privacy.bands import band, share, whole_percent
from pdsa.privacy.day import Day, day
from pdsa.privacy.entry import Entry, Of, by_group
from pdsa.privacy.history import (
    Moved,
    changed_by_few,
    have_joined,
    many_in_one,
    taken_out,
    told_anew,
)
from pdsa.privacy.policy import Policy
from pdsa.privacy.publication import Publication, Told
from pdsa.units import Audience

#: A figure of a measure: its day, the code of the group ("" for all students), and the id of the
#: classroom ("" for the whole team).
Figure = tuple[date, str, str]


# Looked up once: a member of an enumeration is ten times as slow to come by as a name.
_TEAM, _OUTSIDE = Audience.team, Audience.outside
_PERCENTAGE, _COUNT = MeasureUnit.percentage, MeasureUnit.count_


class Release(Struct, frozen=True, kw_only=True):
    """What an audience is given of a measure.

    ``points`` are figures as data points: the team's pooled over its classrooms, and those of
    classrooms where published. ``withheld`` says of the others why they are not there, ``bands``
    what a share near 0 or 100 percent reads as. Where ``uncounted``, points do not say of how many
    students they are: no series can be pooled from them. ``told`` are the days that are told first,
    or anew: keep them in place of what was kept of those days, and give them back the next time.
    """

    points: tuple[DataPoint, ...]
    withheld: Mapping[Figure, Withheld]
    bands: Mapping[Figure, str]
    told: tuple[Told, ...] = ()
    uncounted: bool = False

    def of(self, by: SplitBy | None = None) -> tuple[DataPoint, ...]:
        """The points of which series are made, split so: no figure and its own parts at once."""
        if not self.uncounted:
            return self.points
        rooms = by is SplitBy.classroom
        return tuple(point for point in self.points if (point.classroom_id is not None) is rooms)


def release(
    measure: Measure,
    points: Iterable[DataPoint],
    audience: Audience,
    *,
    publications: Iterable[Publication] = (),
    told: Iterable[Told] = (),
    policy: Policy | None = None,
) -> Release:
    """What the audience is given of a measure's points.

    The team is given its points as they are. Everybody else is given the team's figure of each day
    and student group, unless it rests on a single classroom that is not published; single
    classrooms where ``publications`` show them. Above the school, figures about few students are
    withheld with their complement and shares are whole percents without counts; outside, they are
    banded too, and no classroom is shown (the rules: docs/guide/privacy.md).

    ``told`` is what anybody outside of the team has met before, whatever audience: a day is told
    anew only where the two looks together tell no more than one (``pdsa.privacy.history``).
    """
    found = tuple(points)
    if audience is _TEAM:
        return Release(points=found, withheld={}, bands={})
    shown = [each for each in publications if each.measure_id == measure.id]
    out = _Out(measure, audience, policy or Policy(), shown)
    before = {each.on: each for each in told}
    days: dict[date, list[DataPoint]] = defaultdict(list)
    for point in found:
        days[point.on].append(point)
    moved = lru_cache(lambda: Moved({on: each.points for on, each in before.items()}, days))
    for on in sorted({*days, *before}):
        out.day(on, days.get(on, []), before.get(on), moved)
    return Release(
        points=tuple(out.points),
        withheld=out.withheld,
        bands=out.bands,
        told=tuple(out.told),
        uncounted=out.least is not None,
    )


class _Out:
    """What is released so far, day by day."""

    def __init__(
        self,
        measure: Measure,
        audience: Audience,
        policy: Policy,
        publications: Sequence[Publication],
    ) -> None:
        self.measure, self.audience, self.policy = measure, audience, policy
        self.publications = publications
        self.least = policy.smallest(measure, audience)
        self.points: list[DataPoint] = []
        self.withheld: dict[Figure, Withheld] = {}
        self.bands: dict[Figure, str] = {}
        self.told: list[Told] = []

    def day(
        self, on: date, now: Sequence[DataPoint], before: Told | None, moved: Callable[[], Moved]
    ) -> None:
        """Release one day, as it is now or as it was told."""
        figure = None if self.publications else alone(now)
        if figure is not None and self._day_alone(on, now, figure, before, moved):
            return
        new = _Looked(self, on, before, _plain(now))
        points: Sequence[DataPoint] = now
        if before is None:
            if moved().came_in_part(on, now):
                self._withhold(on, now)
                return
        elif before.points != new.plain:
            first = before.first or before.points
            least = self.policy.at_least
            if taken_out(before.points, now) or any(
                many_in_one(then, now, least) for then in (before.points, first)
            ):
                self._withhold(on, before.points)
                return
            anew = told_anew(
                before.points,
                now,
                before.singles,
                new.look,
                new.published,
                least,
                joined=before.joined,
            )
            if anew and not moved().came_in_part(on, now):
                new.note(before, now)
            else:
                points, new.plain = before.points, before.points
        given = new.look(points, self.audience)
        entries = given.entries()
        for (group, room), entry in entries.items():
            self._give((on, group, room), entry)
        self._give_missing(on, points, given, new.published(self.audience))
        for entry in entries.values():
            if entry.shown:
                self.told += new.told(given, entries)
                break

    def _day_alone(
        self,
        on: date,
        now: Sequence[DataPoint],
        figure: Alone,
        before: Told | None,
        moved: Callable[[], Moved],
    ) -> bool:
        """Release a day as nearly every one is, or say that it takes more to do so.

        It is new, or as it was told, and all that it has is one figure that nothing is set against.
        """
        if before is None:
            if moved().came_in_part(on, now):
                return False
        elif before.withheld or before.singles or before.points != _plain(now):
            return False
        key = (on, "", "")
        if why := figure.withheld(self.least):
            self.withheld[key] = why
        elif not figure.denominator:
            self._add(key, [], None, None, None)
        else:
            self._give_counts(key, figure.kept, figure.numerator, figure.denominator)
            if before is None:
                self.told.append(Told(on=on, points=_plain(now)))
        return True

    def _give_counts(self, key: Figure, kept: Sequence[DataPoint], numerator: int, n: int) -> None:
        """Give a figure of counts, without them to whoever is not shown every number."""
        value = numerator * factor(self.measure) / n
        if self.least is None:
            self._add(key, kept, value, numerator, n)
            return
        without = self._without_counts(key, value, numerator, n)
        if key not in self.withheld:
            self._add(key, kept, without, None, None)

    def _withhold(self, on: date, points: Sequence[DataPoint]) -> None:
        """Withhold a day of which something is at another day, or is not there any more."""
        for group in by_group(points):
            self.withheld[on, group, ""] = Withheld.changed

    def _give(self, key: Figure, entry: Entry) -> None:
        """Give a figure, or say why it is withheld."""
        if not entry.kept:
            return
        if entry.withheld is not None:
            self.withheld[key] = entry.withheld
            return
        figure = pooled(self.measure, key[0], entry.kept)
        if figure.denominator:
            self._give_counts(key, entry.kept, figure.numerator or 0, figure.denominator)
        else:
            self._add(key, entry.kept, figure.value, None, None)

    def _give_missing(
        self, on: date, points: Sequence[DataPoint], given: Day, published: bool
    ) -> None:
        """Keep a day on which nothing was found: a missing figure is no secret."""
        groups = by_group(points) if published else {}
        for group, entry in given.whole.items():
            rooms = {""} if not entry.kept else set()
            if published:
                rooms |= {p.classroom_id or "" for p in groups[group]} - entry.rooms - {""}
            for room in sorted(rooms):
                self._add((on, group, room), [], None, None, None)

    def _without_counts(self, key: Figure, value: float, numerator: int, n: int) -> float | None:
        """A figure without its counts: a whole percent, or a rate as coarse as that."""
        near_an_end = self.audience is _OUTSIDE and 0 <= numerator <= n and band(numerator, n)
        if self.measure.unit is not _PERCENTAGE:
            if near_an_end:
                self.withheld[key] = Withheld.few_students
            step = self.measure.per / 100
            return round(value / step) * step
        if near_an_end:
            self.bands[key] = share(numerator, n).band or ""
            return None
        return float(whole_percent(numerator, n))

    def _add(
        self,
        key: Figure,
        kept: Sequence[DataPoint],
        value: float | None,
        numerator: int | None,
        denominator: int | None,
    ) -> None:
        on, group, room = key
        cycles = {point.cycle_id for point in kept}
        self.points.append(
            DataPoint(
                id=_id(self.measure, key),
                measure_id=self.measure.id,
                on=on,
                numerator=numerator,
                denominator=denominator,
                value=None if denominator is not None else value,
                classroom_id=room or None,  # type: ignore[arg-type] # an id that came as text
                student_group=group or None,
                cycle_id=cycles.pop() if len(cycles) == 1 else None,
            )
        )


class _Looked:
    """One day as it is looked at, beside what was told of it before."""

    def __init__(
        self, out: _Out, on: date, before: Told | None, plain: tuple[DataPoint, ...]
    ) -> None:
        self.out, self.on, self.before, self.plain = out, on, before, plain
        kept = before.withheld if before else ()
        self.kept = {(to, group, room): why for to, group, room, why in kept}
        self.first = before.first if before else ()
        self.joined = before is not None and before.joined
        # Classrooms shown now would tell, of a total that was told before, what has changed since.
        self.as_told = before is None or (not before.again and before.points == plain)

    def published(self, audience: Audience) -> bool:
        """Whether single classrooms are shown to that audience."""
        shown = self.out.publications
        if not shown or not any(each.shows(self.on, audience) for each in shown):
            return False
        singles = self.before.singles if self.before else ()
        return self.as_told or audience in singles or self._smallest(audience) is None

    def look(self, points: Sequence[DataPoint], audience: Audience) -> Day:
        """What that audience is given of these points."""
        return day(
            points,
            published=self.published(audience),
            at_least=self._smallest(audience),
            withheld={
                (group, room): why for (to, group, room), why in self.kept.items() if to is audience
            },
            adds_up=self.out.measure.unit is _COUNT,
        )

    def note(self, before: Told, now: Sequence[DataPoint]) -> None:
        """Withhold groups that few students changed, from whoever is not shown small numbers."""
        changed = changed_by_few(before.points, now, bool(before.singles), self.out.policy.at_least)
        self.first = (before.first or before.points) if changed else ()
        self.joined = before.joined or have_joined(before.points, now)
        for audience in (Audience.school, Audience.above, Audience.outside):
            if self._smallest(audience) is not None:
                self.kept |= {(audience, group, ""): Withheld.changed for group in changed}

    def told(self, given: Day, entries: Mapping[Of, Entry]) -> list[Told]:
        """What is told of this day, unless it is what was told before."""
        before, audience = self.before, self.out.audience
        singles = {*(before.singles if before else ())}
        if any(figure.shown for figure in given.singles.values()):
            singles.add(audience)
        for (group, room), figure in entries.items():
            if figure.kept and figure.withheld is not None:
                self.kept.setdefault((audience, group, room), figure.withheld)
        new = Told(
            on=self.on,
            points=self.plain,
            singles=tuple(sorted(singles)),
            withheld=tuple(sorted((*key, why) for key, why in self.kept.items())),
            again=before is not None and (before.again or before.points != self.plain),
            first=self.first,
            joined=self.joined,
        )
        return [new] if new != before else []

    def _smallest(self, audience: Audience) -> int | None:
        return self.out.policy.smallest(self.out.measure, audience)


def _plain(points: Iterable[DataPoint]) -> tuple[DataPoint, ...]:
    """Points as they are kept: without notes and versions, in one order."""
    kept = [
        point
        if not point.note and point.version == 1
        else msgspec.structs.replace(point, note="", version=1)
        for point in points
        if point.denominator or point.value is not None
    ]
    kept.sort(key=attrgetter("id"))
    return tuple(kept)


def _id(measure: Measure, key: Figure) -> PointId:
    """The id of a pooled figure: always the same for the same figure."""
    text = "|".join((measure.id, str(key[0]), key[1], key[2]))
    return PointId(f"pooled-{blake2b(text.encode(), digest_size=12).hexdigest()}")
