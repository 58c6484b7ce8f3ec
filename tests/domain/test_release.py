"""What of a team's figures each audience is given, and what nobody can work out from it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from pdsa import Counts, DataPoint, InvalidValue, Measure, MeasureUnit, SplitBy, Withheld, series
from pdsa.privacy import Policy, Publication, Release, release, released_series
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


def test_a_published_day_on_which_a_group_is_missing_altogether_is_a_day_without_figure() -> None:
    missing = [point("a", None, None, student_group="EL", classroom_id=None)]

    found = given(missing, ABOVE, publications=[published()])

    assert [(p.student_group, p.value, p.denominator) for p in found.points] == [("EL", None, None)]


def test_the_school_is_given_the_teams_figure_and_no_classroom() -> None:
    found = given(two_rooms(), SCHOOL)

    assert figures(found) == [("", 22, 56)]
    assert found.withheld == {}


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


@pytest.mark.parametrize(
    ("small", "value", "by_room"),
    [
        ((5, 40), 49.0, {"room-12": 50.0, "room-14": 94.0, "room-16": 13.0}),
        ((2, 5), 74.0, {"room-12": None, "room-14": 94.0, "room-16": None}),
    ],
)
def test_the_teams_series_is_its_figure_and_no_mean_of_published_classrooms(
    small: tuple[int, int], value: float, by_room: dict[str, float | None]
) -> None:
    points = [*two_rooms((10, 20), (30, 32)), point("c", *small, classroom_id="room-16")]
    for each in points[:]:
        points.append(replace(each, id=f"{each.id}-el", student_group="EL"))  # type: ignore[arg-type]

    found = given(points, ABOVE, publications=[published()])

    def read(by: SplitBy | None) -> dict[str, float | None]:
        made = released_series(a_measure(), found, by=by)
        return {each.part: each.points[0].value for each in made}

    assert read(None) == {"": value}
    assert read(SplitBy.student_group) == {"EL": value}
    assert read(SplitBy.classroom) == by_room
    assert [p.value for each in series(a_measure(), found.of()) for p in each.points] == [value]


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
        ("room-12", 12, 29),
        ("room-14", None, None),
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
    assert rooms == ()


def test_a_group_of_one_classroom_takes_another_with_it_where_they_add_up() -> None:
    points = [
        *two_rooms(),
        point("a-wh", 9, 20, classroom_id=ROOM_12, student_group="WH"),
        point("b-wh", 10, 27, classroom_id=ROOM_14, student_group="WH"),
        point("a-hi", 3, 9, classroom_id=ROOM_12, student_group="HI"),
    ]

    found = given(points, SCHOOL)

    assert figures(found) == [("", 22, 56)]  # all less WH would be HI, in one classroom
    assert set(found.withheld.values()) == {Withheld.one_classroom}


def test_a_publication_does_not_uncover_a_rest() -> None:
    points = [*two_rooms(), point("el", 20, 50, student_group="EL")]

    for publications in ((), (published(),)):
        found = given(points, ABOVE, publications=publications)

        assert found.withheld[DAY, "EL", ""] is Withheld.few_students


@pytest.mark.parametrize("codes", [("EO", "EL", "RFP"), ("F", "M", "X"), ("hi", "wh", "as")])
def test_groups_that_add_up_hide_each_other(codes: tuple[str, str, str]) -> None:
    points = [
        point("all", 30, 60),
        *(
            point(f"g{n}", n // 2, n, student_group=code)
            for code, n in zip(codes, (30, 22, 8), strict=True)
        ),
    ]

    found = given(points, ABOVE)

    assert len([key for key in found.withheld if key[1]]) >= 2


def test_a_group_within_a_group_does_not_tell_the_others() -> None:
    points = [
        point("all", 60, 120),
        point("el", 15, 30, student_group="EL"),
        point("ltel", 13, 26, student_group="LTEL"),
    ]

    assert {key[1] for key in given(points, ABOVE).withheld} == {"LTEL"}


@pytest.mark.parametrize("per", [100, 1000, 1_000_000])
def test_a_rate_is_as_coarse_as_a_percent(per: int) -> None:
    rate = a_measure(unit=MeasureUnit.rate, per=per)

    assert given([point("t", 22, 56)], ABOVE, measure=rate).points[0].value == 39 * per / 100


# -- one look after another ----------------------------------------------------------------------


def again(
    before: Release, points: Iterable[DataPoint], to: Audience = SCHOOL, **more: Any
) -> Release:
    return given(points, to, told=before.told, **more)


def test_a_third_classroom_that_comes_later_is_not_told_by_the_difference() -> None:
    first = given(two_rooms(), SCHOOL)
    third = [*two_rooms(), point("c", 5, 30, classroom_id="room-16")]

    then = again(first, third)

    assert figures(then) == [("", 22, 56)]  # as it was told
    assert then.told == ()
    assert figures(given(third, SCHOOL)) == [("", 27, 86)]  # where nobody was told before


@pytest.mark.parametrize(
    "edit",
    [
        {"note": "One ticket was found."},
        {"version": 2},
        {"id": "typed-again"},
        {"numerator": 13, "denominator": 31},
    ],
)
def test_an_edit_beside_it_does_not_tell_the_third_classroom(edit: dict[str, Any]) -> None:
    first = given(two_rooms(), SCHOOL)
    edited = replace(two_rooms()[0], **edit)

    then = again(first, [edited, two_rooms()[1], point("c", 5, 30, classroom_id="room-16")])

    assert figures(then) == [("", 22, 56)]


def test_a_second_tally_of_a_classroom_is_not_told_by_the_difference() -> None:
    first = given(two_rooms(), SCHOOL)

    then = again(first, [*two_rooms(), point("make-up", 1, 2, classroom_id=ROOM_12)])

    assert figures(then) == [("", 22, 56)]


def test_classrooms_that_follow_a_figure_of_the_whole_team_do_not_tell_the_one_that_is_missing() -> (
    None
):
    whole = [point("t", 27, 86)]
    first = given(whole, SCHOOL)

    assert figures(again(first, [*whole, *two_rooms()])) == [("", 27, 86)]


def test_enough_classrooms_that_come_together_are_told() -> None:
    first = given(two_rooms(), SCHOOL)
    more = [
        point("c", 5, 30, classroom_id="room-16"),
        point("d", 6, 30, classroom_id="room-18"),
    ]
    few = [point("c", 2, 4, classroom_id="room-16"), point("d", 3, 5, classroom_id="room-18")]

    assert figures(again(first, [*two_rooms(), *more])) == [("", 33, 116)]
    assert figures(again(first, [*two_rooms(), *few])) == [("", 22, 56)]


def test_a_corrected_figure_is_shown_corrected() -> None:
    first = given(two_rooms(), SCHOOL)

    then = again(first, two_rooms((13, 29)))

    assert figures(then) == [("", 23, 56)]
    assert len(then.told) == 1


def test_a_classroom_that_is_taken_out_is_not_told_by_the_difference() -> None:
    three = [*two_rooms(), point("c", 5, 30, classroom_id="room-16")]
    first = given(three, SCHOOL)

    then = again(first, three[:2])
    back = again(first, three)

    assert figures(then) == []
    assert then.withheld[DAY, "", ""] is Withheld.changed
    assert figures(back) == [("", 27, 86)]


def test_what_the_school_was_told_is_not_completed_above_it() -> None:
    first = given(two_rooms(), SCHOOL)
    third = [*two_rooms(), point("c", 5, 30, classroom_id="room-16")]

    assert figures(again(first, third, ABOVE)) == [("", 39.0, None)]  # 22 of 56, not 27 of 86


def test_a_group_that_comes_later_is_told_where_the_others_stay_as_they_are() -> None:
    first = given(two_rooms(), SCHOOL)
    groups = [
        point("a-el", 5, 14, classroom_id=ROOM_12, student_group="EL"),
        point("b-el", 4, 13, classroom_id=ROOM_14, student_group="EL"),
    ]

    assert figures(again(first, [*two_rooms(), *groups])) == [("", 22, 56), ("EL", 9, 27)]


def test_a_figure_that_would_have_to_be_hidden_now_stays_as_it_was_told() -> None:
    english = [point("el", 20, 50, student_group="EL")]
    first = given(english, ABOVE)

    then = again(first, [*english, point("all", 22, 56)], ABOVE)

    assert figures(first) == figures(then) == [("EL", 40.0, None)]


def test_after_a_withdrawal_a_correction_does_not_tell_the_classroom() -> None:
    first = given(two_rooms(), SCHOOL, publications=[published(SCHOOL)])

    then = again(first, two_rooms((14, 29)), publications=[published(SCHOOL, withdrawn_on=DAY)])

    assert figures(then) == [("", 22, 56)]


def test_a_release_to_the_team_pools_as_series_do() -> None:
    measure: Measure = a_measure()

    assert released_series(measure, given(two_rooms(), Audience.team)) == series(
        measure, two_rooms()
    )
