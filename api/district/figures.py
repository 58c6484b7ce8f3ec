"""The measures of a synthetic team and their points.

Points lie on the team's days; a shift, where there is one, begins on the day of a change. Students
of a group are some of a classroom's, so that few of them are in one; what is missing is either a
row without figures or no row at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import sqrt
from random import Random

from msgspec import Struct

from api.district.roster import Roster
from api.district.words import MISSING
from pdsa.ids import AimId, CycleId, DriverId, MeasureId, PointId
from pdsa.measure import Counts, DataPoint, Direction, Measure, MeasureKind, MeasureUnit

#: How common each student group is in a classroom, roughly; the smallest make small cells.
_GROUPS = {"SED": 0.7, "HI": 0.6, "EL": 0.25, "SWD": 0.13, "AA": 0.09, "LTEL": 0.06, "FOS": 0.02}
#: How often two measures of one team are collected at most.
_MOST = 70

#: What a point holds, before it has its id: day, measure, numerator, denominator, value, classroom,
#: student group, note.
Row = tuple[date, MeasureId, int | None, int | None, float | None, str | None, str | None, str]


class Course(Struct, frozen=True, kw_only=True):
    """How a team's figures run: the level, and the shift from a day on (negative: it got worse)."""

    level: float
    shift: float = 0.0
    since: date | None = None

    def on(self, day: date) -> float:
        return self.level + self.shift if self.since and day >= self.since else self.level


class Family(Struct, frozen=True, kw_only=True):
    """The measures of one aim with their rows; ``outcome`` and ``process`` are ids, or nothing."""

    measures: tuple[Measure, ...] = ()
    rows: tuple[Row, ...] = ()
    outcome: MeasureId | None = None
    process: MeasureId | None = None

    def points(self, team: Roster, within: Mapping[date, CycleId]) -> tuple[DataPoint, ...]:
        """The points by date, each with the cycle that was running if a change was counted."""
        head = team.ids.head("point")
        processes = {each.id for each in self.measures if each.kind is MeasureKind.process}
        return tuple(
            DataPoint(
                PointId(f"{head}{i:012x}"),
                measure,
                on,
                numerator,
                denominator,
                value,
                room,  # type: ignore[arg-type] # the id of a unit
                group,
                within.get(on) if measure in processes else None,
                note,
            )
            for i, (on, measure, numerator, denominator, value, room, group, note) in enumerate(
                self.rows
            )
        )


def family(rng: Random, team: Roster, course: Course, drivers: Sequence[DriverId]) -> Family:
    """Measures and rows of a team: exactly as many as it has, sorted by date."""
    want = team.points
    if not want:
        return Family(measures=_measures(rng, team, drivers)[:2] if rng.random() < 0.5 else ())
    measures = _measures(rng, team, drivers)
    outcome, process = measures[0], measures[1]
    rows: list[Row] = []
    groups = _groups(rng) if want > 100 else ()
    times = max(2, min(30, int(want * 0.4 / (len(team.rooms) * (1 + 0.6 * len(groups))))))
    cells = _tallies(rng, team, outcome, course, _spread(team.days, times), groups)
    rows += list(cells)[: want // 2]
    for other in measures[2:]:
        if other.kind is not MeasureKind.process and len(rows) < want * 0.6:
            rows += _values(rng, team, other, min(12, want // 12))
    processes = [each for each in measures if each.kind is MeasureKind.process]
    fast = Course(level=course.level - 0.05, shift=1.6 * course.shift, since=course.since)
    left = want - len(rows)
    for i, each in enumerate(processes):
        share = left // (len(processes) - i)
        rows += _exactly(rng, team, each, fast, share)
        left -= share
    rows.sort(key=lambda row: row[0])
    return Family(measures=measures, rows=tuple(rows), outcome=outcome.id, process=process.id)


def _measures(rng: Random, team: Roster, drivers: Sequence[DriverId]) -> tuple[Measure, ...]:
    made: list[Measure] = []

    def add(name: str, kind: MeasureKind, unit: MeasureUnit, **more: object) -> None:
        made.append(
            Measure(
                id=MeasureId(team.ids("measure", len(made))),
                aim_id=AimId(team.ids("aim")),
                name=name,
                kind=kind,
                unit=unit,
                collected_by="the teacher of each classroom",
                **more,  # type: ignore[arg-type] # fields of a measure
            )
        )

    percentage, focus = MeasureUnit.percentage, team.focus
    add(
        f"{focus.indicator[0].upper()}{focus.indicator[1:]}",
        MeasureKind.outcome,
        percentage,
        definition=focus.definition if rng.random() < 0.8 else "",
        frequency="every other week",
        target=float(rng.randrange(55, 85, 5)) if rng.random() < 0.6 else None,
    )
    most = len(team.rooms) * _MOST
    for _, _, name in focus.ideas[: 2 if team.points * 0.75 > most else 1]:
        add(
            name,
            MeasureKind.process,
            percentage,
            definition="Students counted by a tally, of all who were there." * (rng.random() < 0.6),
            frequency="twice a week",
            driver_id=drivers[0] if drivers and rng.random() < 0.5 else None,
        )
    if rng.random() < 0.35:
        add(
            "Minutes that the routine takes",
            MeasureKind.balancing,
            MeasureUnit.mean,
            direction=Direction.decrease,
            counts=Counts.work,
            frequency="monthly",
        )
    if rng.random() < 0.2:
        add(
            "Practice seen in a visit",
            MeasureKind.driver,
            MeasureUnit.rubric_level,
            lowest=1.0,
            highest=4.0,
            counts=Counts.work,
            driver_id=drivers[-1] if drivers else None,
            frequency="monthly",
        )
    return tuple(made)


def _groups(rng: Random) -> tuple[str, ...]:
    """The student groups that a team follows: none in most, up to three."""
    if rng.random() > 0.4:
        return ()
    return tuple(rng.sample(list(_GROUPS), rng.choice((1, 1, 2, 3))))


def _spread(days: Sequence[date], times: int) -> list[date]:
    """So many days, evenly over those that there are."""
    return [days[i * len(days) // times] for i in range(times)]


def _tallies(
    rng: Random,
    team: Roster,
    measure: Measure,
    course: Course,
    days: Sequence[date],
    groups: Sequence[str] = (),
) -> Iterator[Row]:
    """Counts of each classroom on each day, then of the groups among its students."""
    apart = [rng.gauss(0, 0.06) for _ in team.rooms]
    gaps = {group: rng.gauss(-0.08, 0.06) for group in groups}
    for day in days:
        level = course.on(day) + rng.gauss(0, 0.025)
        for room, size, off in zip(team.rooms, team.sizes, apart, strict=True):
            if rng.random() < 0.04:
                yield (day, measure.id, None, None, None, room.id, None, rng.choice(MISSING))
                continue
            there = size - int(rng.random() * 3)
            share = min(0.97, max(0.03, level + off))
            count = _binomial(rng, there, share)
            yield (day, measure.id, count, there, None, room.id, None, "")
            for group, gap in gaps.items():
                few = min(there, round(size * _GROUPS[group]))
                if few:
                    found = _binomial(rng, few, min(0.97, max(0.03, share + gap)))
                    found = min(count, max(found, few - (there - count)))  # they are some of all
                    yield (day, measure.id, found, few, None, room.id, group, "")


def _exactly(
    rng: Random, team: Roster, measure: Measure, course: Course, want: int
) -> Iterator[Row]:
    """So many tallies; on the days that are over, some classrooms have none."""
    times = min(len(team.days), -(-want // len(team.rooms)) + want // 60)
    left = times * len(team.rooms)
    for row in _tallies(rng, team, measure, course, _spread(team.days, times)):
        if want and (left <= want or rng.random() > 0.05):
            want -= 1
            yield row
        left -= 1


def _values(rng: Random, team: Roster, measure: Measure, times: int) -> Iterator[Row]:
    """One value for the whole team on each day: minutes, or a level of the rubric."""
    minutes = measure.unit is MeasureUnit.mean
    usual = rng.uniform(5, 14) if minutes else rng.uniform(1.6, 3.2)
    for day in _spread(team.days, times):
        found = rng.gauss(usual, 1.2 if minutes else 0.5)
        value = round(max(1.0, found), 1) if minutes else float(min(4, max(1, round(found))))
        yield (day, measure.id, None, None, value, None, None, "")


def _binomial(rng: Random, n: int, share: float) -> int:
    found = round(rng.gauss(n * share, sqrt(n * share * (1 - share))))
    return 0 if found < 0 else min(n, found)
