"""Nothing that is said of equity gives a withheld figure back, in whatever window and format."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from pdsa import Audience, DataPoint, PointId, Series, group_tally
from pdsa.equity import Equity, released_equity, rows
from pdsa.equity.gaps import beside
from pdsa.equity.picture import picture
from pdsa.privacy import ALL, TOTAL, Release, Table, release
from tests.builders import FRAME_USE, STARTED, a_measure
from tests.domain.attacker import broken
from tests.domain.test_looks import WORLDS
from tests.domain.watcher import Team, Watcher

RACE = ("HI", "WH", "AS")
MEASURE = a_measure()
#: An equation: so many times the figures of days and groups make a number.
Equation = tuple[dict[tuple[date, str], int], float]


def a_record(random: Random, weeks: int = 8) -> tuple[DataPoint, ...]:
    """A team's tallies by race and ethnicity over some weeks; some groups are small."""
    sizes = {group: random.choice((2, 5, 9, 12, 15, 20, 40)) for group in RACE}
    rest = random.choice((0, 0, 3, 12))
    points = []
    for week in range(weeks):
        here = {group: n for group, n in sizes.items() if random.random() < 0.9}
        here[""] = sum(here.values()) + rest
        for group, n in here.items():
            if n:
                points.append(
                    DataPoint(
                        id=PointId(f"point-{group or 'ALL'}-{week}"),
                        measure_id=FRAME_USE,
                        on=STARTED + timedelta(weeks=week),
                        numerator=random.randint(0, n),
                        denominator=n,
                        student_group=group or None,
                    )
                )
    return tuple(points)


def windows(random: Random, n: int = 10) -> Iterator[tuple[date | None, date | None]]:
    """The whole, and windows that overlap."""
    yield None, None
    for _ in range(n):
        first, last = sorted(random.randrange(8) for _ in range(2))
        yield STARTED + timedelta(weeks=first), STARTED + timedelta(weeks=last)


def said(given: Release, first: date | None, last: date | None) -> Equity:
    """What is said of a window."""
    return released_equity(MEASURE, given, first=first, last=last)


def formats(given: Release, first: date | None, last: date | None) -> Sequence[Any]:
    """The same in every format, and over many aims."""
    found = said(given, first, last)
    tally = group_tally([[each.progress for each in found.groups]])
    drawn = picture(MEASURE, *beside(MEASURE, given), first=first, last=last)
    return msgspec.json.encode(found), tuple(rows(found)), tally, drawn


def numbers(found: Equity) -> Iterator[Equation]:
    """Each number that is said of single days, as an equation of figures."""
    for group in found.groups:
        for point in group.points:
            own, of_all = (point.on, group.group), (point.on, "")
            if point.value is not None:
                yield {own: 1}, point.value
            if point.all_students is not None:
                yield {of_all: 1}, point.all_students
            if point.gap is not None:
                yield {own: 1, of_all: -1}, point.gap


def known(equations: Sequence[Equation]) -> dict[tuple[date, str], float]:
    """The figures that follow: those that are told, and those left when told ones are taken away."""
    found: dict[tuple[date, str], float] = {}
    while True:
        before = len(found)
        for figures, number in equations:
            left = {key: n for key, n in figures.items() if key not in found}
            if len(left) == 1:
                ((key, n),) = left.items()
                told = sum(times * found[k] for k, times in figures.items() if k in found)
                found[key] = (number - told) / n
        if len(found) == before:
            return found


@pytest.mark.parametrize("chunk", range(4))
def test_an_attacker_finds_no_hidden_number_in_what_is_said_of_equity(chunk: int) -> None:
    hidden_cells = 0
    for seed in range(100 * chunk, 100 * (chunk + 1)):
        random = Random(seed)
        points = a_record(random)
        given = release(MEASURE, points, Audience.above)
        equations = [each for window in windows(random) for each in numbers(said(given, *window))]

        worked_out = known(equations)

        for on in sorted({point.on for point in points}):
            sizes = {p.student_group or "": p.denominator or 0 for p in points if p.on == on}
            groups = [group for group in RACE if group in sizes]
            table = Table(
                cells=(tuple(sizes[group] for group in groups),),
                all_students=(sizes.get("", 0),),
                partitions=(tuple(range(len(groups))),) if groups else (),
            )
            columns = {"": ALL} | {group: column for column, group in enumerate(groups)}
            hidden = {
                (row, column)
                for group, column in columns.items()
                if (on, group) not in worked_out
                for row in (0, TOTAL)
            }
            hidden_cells += len(hidden)
            assert broken(table, hidden) == {}, (seed, on)
    assert hidden_cells > 500


def test_other_numbers_where_figures_are_withheld_change_no_letter_of_what_is_said() -> None:
    changed = 0
    for seed in range(40):
        random = Random(seed)
        points = a_record(random)
        audience = random.choice((Audience.above, Audience.outside))
        given = release(MEASURE, points, audience)
        others = tuple(
            msgspec.structs.replace(point, numerator=random.randint(0, point.denominator or 0))
            if (point.on, point.student_group or "", "") in given.withheld
            else point
            for point in points
        )
        changed += others != points

        twin = release(MEASURE, others, audience)

        for window in windows(Random(seed), 2):
            assert formats(given, *window) == formats(twin, *window), seed
    assert changed > 20


def test_every_number_above_the_school_is_a_whole_percent_or_a_difference_of_two() -> None:
    for seed in range(100):
        random = Random(seed)
        given = release(MEASURE, a_record(random), Audience.above)
        for window in windows(random):
            for group in said(given, *window).groups:
                each = group.progress
                found = [each.first, each.latest, each.gain, each.gap_first, each.gap_latest]
                found += [n for p in group.points for n in (p.value, p.all_students, p.gap)]

                assert all(n is None or n == int(n) for n in [*found, group.gap]), seed


def test_outside_a_banded_share_has_no_gap() -> None:
    banded = 0
    for seed in range(100):
        random = Random(seed)
        given = release(MEASURE, a_record(random), Audience.outside)

        for group in said(given, None, None).groups:
            for point in group.points:
                if point.band or point.all_students_band:
                    banded += 1
                    assert point.gap is None
    assert banded > 20


@pytest.mark.parametrize("name", ["above, groups", "above, English", "school and above"])
def test_whoever_looks_again_reads_no_figure_that_the_look_did_not_give(name: str) -> None:
    random, figures = Random(name), 0
    for _ in range(60):
        team = Team(random, WORLDS[name])
        watcher = Watcher(team)
        for _ in range(random.randint(1, WORLDS[name].steps)):
            team.happens()
            watcher.look()
            given = {(p.on, p.student_group or ""): p for p in watcher.looked.points}
            first = STARTED if random.random() < 0.5 else None
            found = released_equity(MEASURE, watcher.looked, first=first)

            told = known([*numbers(found)])
            figures += len(told)
            assert {*told} <= {key for key, point in given.items() if not point.missing}
        assert list(watcher.worked_out()) == []
    assert figures > 50


def test_the_attacker_takes_a_gap_from_the_figure_of_all_students() -> None:
    on = STARTED
    equations: list[Equation] = [({(on, ""): 1}, 50), ({(on, "EL"): 1, (on, ""): -1}, -12)]

    assert known(equations)[on, "EL"] == 38


def test_no_series_says_anything_but_what_was_released() -> None:
    points = a_record(Random(1))
    given = release(MEASURE, points, Audience.above)

    whole, groups = beside(MEASURE, given)

    assert isinstance(whole, Series)
    shown = {(p.on, each.part) for each in (whole, *groups) for p in each.points if p.value}
    assert shown <= {(p.on, p.student_group or "") for p in given.points}
