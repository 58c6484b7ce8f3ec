"""What of a team's figures each audience is given, and what nobody can work out from it."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from pdsa import Counts, DataPoint, InvalidValue, Measure, MeasureUnit, SplitBy, Withheld, series
from pdsa.privacy import Policy, Publication, Release, Told, release, released_series
from pdsa.privacy.differencing import determined, given_away
from pdsa.units import Audience
from tests.builders import FRAME_USE, ROOM_12, ROOM_14, a_measure, a_point

DAY = date(2018, 1, 12)
SCHOOL, ABOVE, OUTSIDE = Audience.school, Audience.above, Audience.outside


def point(id: str, numerator: int | None, denominator: int | None, **more: Any) -> DataPoint:
    return a_point(id, on=more.pop("on", DAY), numerator=numerator, denominator=denominator, **more)


def two_rooms(a: tuple[int, int] = (12, 29), b: tuple[int, int] = (10, 27)) -> list[DataPoint]:
    return [point("a", *a, classroom_id=ROOM_12), point("b", *b, classroom_id=ROOM_14)]


def given(points: Iterable[DataPoint], to: Audience, **more: Any) -> Release:
    return release(more.pop("measure", a_measure()), points, to, **more)


def published(to: Audience = ABOVE, through: date = DAY, **more: Any) -> Publication:
    return Publication("pub", FRAME_USE, through, to, **more)  # type: ignore[arg-type]


def figures(found: Release) -> list[tuple[str, float | int | None, int | None]]:
    """Each figure: its group and classroom, and its value or counts."""
    return [
        (f"{p.student_group or ''}{p.classroom_id or ''}", p.numerator or p.value, p.denominator)
        for p in found.points
    ]


def test_the_team_is_given_its_points_as_they_are() -> None:
    points = two_rooms((1, 2))

    assert given(points, Audience.team) == Release(points=tuple(points), withheld={}, bands={})


def test_the_school_is_given_the_teams_figure_and_no_classroom() -> None:
    found = given(two_rooms(), SCHOOL)

    assert figures(found) == [("", 22, 56)]
    assert set(found.withheld.values()) == {Withheld.not_published}


def test_few_students_are_shown_to_the_school_and_not_above_it() -> None:
    points = two_rooms((2, 4), (1, 5))

    assert figures(given(points, SCHOOL)) == [("", 3, 9)]
    assert figures(given(points, ABOVE)) == []
    assert given(points, ABOVE).withheld[DAY, "", ""] is Withheld.few_students


def test_a_district_may_suppress_in_schools_too_and_may_not_show_less_than_11() -> None:
    points = two_rooms((2, 4), (1, 5))

    assert figures(given(points, SCHOOL, policy=Policy(in_schools=True))) == []
    with pytest.raises(InvalidValue, match="11 or more"):
        Policy(at_least=10)


@pytest.mark.parametrize(("students", "shown"), [(10, []), (11, [("", 27.0, None)])])
def test_eleven_students_are_shown_above_the_school_as_a_whole_percent(
    students: int, shown: list[Any]
) -> None:
    points = two_rooms((1, 5), (2, students - 5))

    assert figures(given(points, ABOVE)) == shown


def test_outside_a_share_near_100_percent_is_banded() -> None:
    found = given(two_rooms((29, 29), (27, 27)), OUTSIDE)

    assert figures(found) == [("", None, None)]
    assert found.bands == {(DAY, "", ""): ">=95"}
    (whole,) = released_series(a_measure(), found)
    assert (whole.points[0].band, whole.points[0].value) == (">=95", None)


def test_the_figure_of_a_single_classroom_is_no_aggregate() -> None:
    found = given(two_rooms()[:1], SCHOOL)

    assert figures(found) == []
    assert found.withheld[DAY, "", ""] is Withheld.one_classroom


def test_a_figure_for_the_whole_team_is_the_teams() -> None:
    assert figures(given([point("t", 22, 56)], SCHOOL)) == [("", 22, 56)]


def test_adults_work_is_no_data_about_students() -> None:
    lessons = a_measure(unit=MeasureUnit.percentage, counts=Counts.work)

    assert figures(given([point("t", 2, 4)], ABOVE, measure=lessons)) == [("", 2, 4)]


def test_a_figure_of_nobody_knows_how_many_stays_in_the_school() -> None:
    points = [a_point("t", on=DAY, numerator=None, denominator=None, value=64.0)]

    assert figures(given(points, SCHOOL)) == [("", 64.0, None)]
    assert given(points, ABOVE).withheld[DAY, "", ""] is Withheld.unknown_number


def test_what_is_published_is_shown_by_classroom_until_it_is_withdrawn() -> None:
    withdrawn = published(withdrawn_on=DAY)

    shown = given(two_rooms(), SCHOOL, publications=[published(SCHOOL)])

    assert figures(shown) == [("", 22, 56), ("room-12", 12, 29), ("room-14", 10, 27)]
    assert figures(given(two_rooms(), SCHOOL, publications=[withdrawn])) == [("", 22, 56)]


def test_a_publication_reaches_as_far_up_and_as_late_as_it_says() -> None:
    later = [point("c", 9, 28, classroom_id=ROOM_12, on=DAY + timedelta(7))]
    to_school = [published(SCHOOL)]

    assert len(given(two_rooms(), ABOVE, publications=to_school).points) == 1
    assert len(given([*two_rooms(), *later], SCHOOL, publications=to_school).points) == 3
    assert len(given(two_rooms(), OUTSIDE, publications=[published(ABOVE)]).points) == 1
    with pytest.raises(InvalidValue, match="school or above"):
        published(Audience.team)


def test_above_the_school_a_small_classroom_takes_another_with_it() -> None:
    found = given(two_rooms((20, 25), (3, 8)), ABOVE, publications=[published()])

    assert figures(found) == [("", 70.0, None)]
    assert {key[2]: why for key, why in found.withheld.items()} == {
        ROOM_12: Withheld.few_students,
        ROOM_14: Withheld.few_students,
    }


def test_a_group_is_withheld_where_the_others_are_few() -> None:
    points = [point("all", 22, 56), point("el", 20, 50, student_group="EL")]

    found = given(points, ABOVE)

    assert figures(found) == [("", 39.0, None)]  # 6 students are not English learners
    assert found.withheld == {(DAY, "EL", ""): Withheld.few_students}


def test_a_day_on_which_nothing_was_found_stays_a_day() -> None:
    nothing = [point("a", None, None, classroom_id=ROOM_12)]
    half = [*two_rooms()[:1], point("b", None, None, classroom_id=ROOM_14)]

    assert figures(given(nothing, SCHOOL)) == [("", None, None)]
    assert figures(given(half, SCHOOL, publications=[published(SCHOOL)])) == [
        ("", 12, 29),
        ("room-14", None, None),
        ("room-12", 12, 29),
    ]


def test_notes_stay_in_the_team() -> None:
    points = [point("t", 22, 56, note="Two were absent.")]

    assert given(points, SCHOOL).points[0].note == ""


def test_series_say_why_a_figure_is_not_there() -> None:
    points = [*two_rooms(), point("c", 1, 20, on=DAY + timedelta(7), classroom_id=ROOM_12)]

    (whole,) = released_series(a_measure(), given(points, SCHOOL))
    rooms = released_series(a_measure(), given(points, SCHOOL), by=SplitBy.classroom)

    assert [(p.value and round(p.value), p.withheld) for p in whole.points] == [
        (39, None),
        (None, Withheld.one_classroom),
    ]
    assert [each.part for each in rooms] == [ROOM_12, ROOM_14]
    assert {p.withheld for each in rooms for p in each.points} == {Withheld.not_published}


# -- one release after another -------------------------------------------------------------------


def test_a_third_classroom_that_comes_later_is_not_told_by_the_difference() -> None:
    first = given(two_rooms(), SCHOOL)
    with_third = [*two_rooms(), point("c", 5, 30, classroom_id="room-16")]

    then = given(with_third, SCHOOL, told=first.told)

    assert figures(then) == [("", 22, 56)]  # as it was told
    assert then.told == ()
    assert figures(given(with_third, SCHOOL)) == [("", 27, 86)]  # whom nothing was told before


def test_two_more_classrooms_may_come_together() -> None:
    first = given(two_rooms(), SCHOOL)
    more = [
        point("c", 5, 30, classroom_id="room-16"),
        point("d", 6, 30, classroom_id="room-18"),
    ]

    assert figures(given([*two_rooms(), *more], SCHOOL, told=first.told)) == [("", 33, 116)]


def test_a_corrected_figure_is_shown_corrected() -> None:
    first = given(two_rooms(), SCHOOL)
    corrected = two_rooms((13, 29))
    corrected[0] = point("a", 13, 29, classroom_id=ROOM_12, version=2)

    assert figures(given(corrected, SCHOOL, told=first.told)) == [("", 23, 56)]


def test_a_classroom_that_is_taken_out_is_not_told_by_the_difference() -> None:
    three = [*two_rooms(), point("c", 5, 30, classroom_id="room-16")]
    first = given(three, SCHOOL)

    then = given(three[:2], SCHOOL, told=first.told)

    assert figures(then) == []
    assert then.withheld[DAY, "", ""] is Withheld.one_classroom


def test_what_was_withheld_once_stays_so_while_it_is_the_same() -> None:
    small = [
        point("all", 20, 33),
        point("hi", 15, 25, student_group="HI"),
        point("wh", 5, 8, student_group="WH"),
    ]
    first = given(small, ABOVE)
    grown = [
        point("all", 22, 37, version=2),
        small[1],
        point("wh", 7, 12, student_group="WH", version=2),
    ]

    then = given(grown, ABOVE, told=first.told)

    assert {key[1] for key in first.withheld} == {"HI", "WH"}
    assert {key[1] for key in then.withheld} == {"HI", "WH"}


def test_sums_give_away_what_follows_from_them() -> None:
    ab, bc, ac, c = (frozenset(each) for each in ("ab", "bc", "ac", "c"))

    assert determined([ab, bc]) == set()
    assert determined([ab, bc, ac]) == {"a", "b", "c"}
    assert given_away([ab, bc, c]) == {"a", "b"}
    assert given_away([c]) == set()


@pytest.mark.parametrize("seed", range(4))
def test_nobody_above_the_team_works_out_a_classroom(seed: int) -> None:
    """2,500 random teams each: points come, change and go; the audience looks now and then."""
    draw = random.Random(seed)
    for _ in range(2500):
        audience = draw.choice([SCHOOL, ABOVE])
        points: dict[str, DataPoint] = {}
        told: list[Told] = []
        for step in range(draw.randint(1, 8)):
            _change(draw, points, step)
            if draw.random() < 0.6:
                found = release(a_measure(), points.values(), audience, told=told)
                told += found.told
                known = {(each.value, each.numerator, each.denominator) for each in told}
                for each in found.points:
                    assert each.classroom_id is None
                    assert (each.value, each.numerator, each.denominator) in {
                        (None if den else value, num, den) for value, num, den in known
                    }

        sums = [frozenset(each.of) for each in told if each.shown]
        parts = sorted(frozenset().union(*sums))
        for part in parts:
            assert _rank([*sums, frozenset([part])], parts) > _rank(sums, parts), (told, part)


def _rank(sums: list[frozenset[str]], parts: list[str]) -> int:
    """The rank of the sums as vectors, modulo a prime: the attacker's own arithmetic."""
    prime = 2**61 - 1
    rows = [[int(part in each) for part in parts] for each in sums]
    rank = 0
    for column in range(len(parts)):
        pivot = next((row for row in rows[rank:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(rank, pivot)
        inverse = pow(pivot[column], -1, prime)
        for row in rows[rank + 1 :]:
            factor = row[column] * inverse % prime
            for at in range(len(parts)):
                row[at] = (row[at] - factor * pivot[at]) % prime
        rank += 1
    return rank


def _change(draw: random.Random, points: dict[str, DataPoint], step: int) -> None:
    room = f"room-{draw.randint(1, 4)}"
    old = points.get(room)
    if old is not None and draw.random() < 0.4:
        del points[room]
        return
    den = draw.randint(1, 30)
    version = 1 if old is None else old.version + 1
    points[room] = point(
        old.id if old else f"p{step}-{room}",
        draw.randint(0, den),
        den,
        classroom_id=room,
        version=version,
    )


def test_a_release_to_the_team_pools_as_series_do() -> None:
    measure: Measure = a_measure()

    assert released_series(measure, given(two_rooms(), Audience.team)) == series(
        measure, two_rooms()
    )
