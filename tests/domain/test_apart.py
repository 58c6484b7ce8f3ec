"""How far apart classrooms may drift by chance before the review speaks of it."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

import pdsa
from pdsa.review import Record
from pdsa.review.apart import ends
from tests.builders import FRAME_USE, STARTED, a_measure, an_inquiry

MARCH = date(2018, 3, 16)


def apart(points: list[pdsa.DataPoint]) -> tuple[float, bool]:
    """By how many points the gap grew, and whether that is beyond chance."""
    found = ends(Record(an_inquiry(points=tuple(points)), MARCH), a_measure())
    assert found is not None
    return found.gap_after - found.gap_before, found.beyond_chance()


def weekly(room: str, *figures: Any) -> list[pdsa.DataPoint]:
    """A figure a week of a room: a count among a number, or a bare percentage."""
    points = []
    for week, each in enumerate(figures):
        told = {"numerator": each[0], "denominator": each[1]} if isinstance(each, tuple) else {}
        point = pdsa.DataPoint(
            pdsa.PointId(f"{room}-{week}"),
            FRAME_USE,
            STARTED + timedelta(weeks=week),
            classroom_id=pdsa.UnitId(room),
        )
        points.append(replace(point, **(told or {"value": each})))
    return points


@pytest.mark.parametrize("rooms", [2, 5])
@pytest.mark.parametrize("among", [12, 25])
def test_rooms_with_equal_shares_seldom_move_apart(rooms: int, among: int) -> None:
    random = Random(among)
    grew = told = 0

    for _ in range(200):
        points = [
            point
            for room in range(rooms)
            for point in weekly(
                f"room-{room}",
                *((sum(random.random() < 0.4 for _ in range(among)), among) for _ in range(3)),
            )
        ]
        growth, beyond = apart(points)
        grew += growth >= 10
        told += growth >= 10 and beyond

    assert grew >= 20  # one in ten and more, were it for the ten points alone
    assert told <= 10


@pytest.mark.parametrize("weeks", [2, 3, 7, 10])
def test_the_order_in_which_classrooms_report_changes_nothing(weeks: int) -> None:
    random = Random(weeks)
    points = [
        point
        for room in ("room-12", "room-14", "room-9")
        for point in weekly(room, *((random.randint(0, 9), 9) for _ in range(weeks)))
    ]
    record = Record(an_inquiry(points=tuple(points)), MARCH)
    random.shuffle(points)
    shuffled = Record(an_inquiry(points=tuple(points)), MARCH)

    found = ends(record, a_measure())

    assert ends(shuffled, a_measure()) == found
    assert (found is None) is (weeks < 3)


@pytest.mark.parametrize("seed", range(20))
def test_a_gap_that_grew_by_less_than_is_asked_for_is_passed_over(seed: int) -> None:
    random = Random(seed)
    points = [
        point
        for room in ("room-12", "room-14", "room-9")[: random.choice((2, 3))]
        for point in weekly(
            room, *((random.randint(0, 9), 9) for _ in range(random.choice((7, 8))))
        )
    ]
    if seed % 2:  # not all of them, and then in any order
        points = random.sample(points, len(points) - 2)
    record = Record(an_inquiry(points=tuple(points)), MARCH)
    found = ends(record, a_measure())
    assert found is not None
    growth = found.gap_after - found.gap_before

    assert ends(record, a_measure(), grown=growth) == found
    assert ends(record, a_measure(), grown=growth + 0.001) is None


def test_the_same_growth_is_chance_among_few_and_not_among_many() -> None:
    def drift(times: int) -> list[pdsa.DataPoint]:
        return [
            *weekly("room-12", *((n * times, 10 * times) for n in (4, 5, 6))),
            *weekly("room-14", *((n * times, 10 * times) for n in (4, 4, 4))),
        ]

    assert apart(drift(1)) == (20, False)
    assert apart(drift(20)) == (20, True)


def test_a_class_of_which_all_or_none_did_it_is_no_certainty() -> None:
    assert apart(
        [*weekly("room-12", (0, 1), (0, 1), (1, 1)), *weekly("room-14", *[(0, 1)] * 3)]
    ) == (
        100,
        False,
    )


def test_bare_percentages_need_three_dates_in_a_third() -> None:
    six = [*weekly("room-12", *[40.0, 42.0] * 3), *weekly("room-14", 40, 41, 40, 41, 80, 81)]
    nine = [*weekly("room-12", *[40.0, 42.0, 41.0] * 3), *weekly("room-14", *[40] * 6, 80, 82, 81)]

    assert apart(six)[1] is False
    assert apart(nine)[1] is True
