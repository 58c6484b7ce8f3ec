"""Corrections that add students, and points that move to another day: two looks tell no more."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from pdsa import DataPoint, Withheld
from pdsa.privacy import Policy, Release, Told, release
from pdsa.units import Audience
from tests.builders import a_measure, a_point

DAY, LATER = date(2018, 1, 12), date(2018, 1, 19)
SCHOOL, ABOVE = Audience.school, Audience.above


class Reader:
    """Looks again and again; all that was told is kept."""

    def __init__(self, to: Audience, **policy: Any) -> None:
        self.to, self.policy = to, Policy(**policy)
        self.told: dict[date, Told] = {}

    def look(self, *points: DataPoint, to: Audience | None = None) -> dict[Any, Any]:
        """What is shown of each day and group, or why it is not."""
        found: Release = release(
            a_measure(),
            points,
            to or self.to,
            told=self.told.values(),
            policy=self.policy,
        )
        self.told |= {each.on: each for each in found.told}
        shown = {
            (p.on, p.student_group or "", p.classroom_id or ""): (p.numerator, p.denominator)
            if p.denominator
            else p.value
            for p in found.points
        }
        return {
            " ".join(filter(None, (f"{on:%d}", group, room))): what
            for (on, group, room), what in {**shown, **found.withheld}.items()
        }


def room(id: str, numerator: int, n: int, group: str | None = None, on: date = DAY) -> DataPoint:
    return a_point(
        f"{id}{group or ''}",
        on=on,
        numerator=numerator,
        denominator=n,
        classroom_id=id,
        student_group=group,
    )


def moved(points: Iterable[DataPoint], anew: bool = False) -> list[DataPoint]:
    return [
        replace(p, on=LATER, id=f"{p.id}-anew" if anew else p.id)  # type: ignore[arg-type]
        for p in points
    ]


A, B, C = room("a", 20, 30), room("b", 15, 30), room("c", 6, 30)


@pytest.mark.parametrize("anew", [False, True])
def test_classrooms_that_move_one_by_one_do_not_tell_the_one_that_stays(anew: bool) -> None:
    reader = Reader(SCHOOL)

    assert reader.look(A, B, C) == {"12": (41, 90)}
    for some in ([A], [A, B]):
        left = [p for p in (A, B, C) if p not in some]
        assert reader.look(*left, *moved(some, anew)) == {
            "12": Withheld.changed,
            "19": Withheld.changed,
        }
    assert reader.look(*moved([A, B, C], anew)) == {"12": Withheld.changed, "19": (41, 90)}
    assert reader.look(A, B, C) == {"12": (41, 90), "19": Withheld.changed}


def test_classrooms_that_move_to_a_day_with_others_do_not_tell_these() -> None:
    reader = Reader(SCHOOL)
    reader.look(A, B)

    found = reader.look(*moved([A, B]), replace(C, on=LATER))

    assert found == {"12": Withheld.changed, "19": Withheld.changed}


def test_classrooms_that_move_to_a_day_that_was_told_do_not_change_it() -> None:
    reader, d, e = Reader(SCHOOL), room("d", 3, 30, on=LATER), room("e", 2, 30, on=LATER)
    reader.look(A, B, C, d, e)

    assert reader.look(C, d, e, *moved([A, B])) == {"12": Withheld.changed, "19": (5, 60)}


def test_another_day_with_the_same_classrooms_is_told() -> None:
    reader = Reader(SCHOOL)
    reader.look(A, B, C)

    found = reader.look(A, B, C, room("a", 20, 30, on=LATER), room("b", 15, 30, on=LATER))

    assert found["19"] == (35, 60)


@pytest.mark.parametrize("to", [SCHOOL, ABOVE])
def test_what_met_the_aim_is_corrected_freely(to: Audience) -> None:
    reader = Reader(to)
    reader.look(A, B)

    found = reader.look(replace(A, numerator=26), B)

    assert found == {"12": (41, 60) if to is SCHOOL else 68.0}


def test_few_students_who_are_added_to_one_classroom_are_told_in_the_school_alone() -> None:
    school, above = Reader(SCHOOL), Reader(ABOVE)
    more = room("a", 22, 33)
    for reader in (school, above):
        reader.look(A, B)

    assert school.look(more, B) == {"12": (37, 63)}
    assert above.look(more, B) == {"12": Withheld.changed}
    assert school.look(more, B, to=ABOVE) == {"12": Withheld.changed}  # they can talk


def test_few_students_who_are_added_stay_withheld_above_the_school() -> None:
    reader = Reader(SCHOOL)
    reader.look(A, B, to=ABOVE)
    reader.look(room("a", 22, 33), B)

    assert reader.look(room("a", 22, 33), B, to=ABOVE) == {"12": Withheld.changed}
    assert reader.look(A, B, to=ABOVE) == {"12": Withheld.changed}


@pytest.mark.parametrize(("b", "shown"), [(35, Withheld.changed), (38, 54.0)])
def test_above_the_school_enough_students_of_two_classrooms_are_told(b: int, shown: Any) -> None:
    reader = Reader(ABOVE)
    reader.look(A, B)

    assert reader.look(room("a", 22, 33), room("b", 16, b)) == {"12": shown}


def test_a_classroom_that_is_written_down_anew_is_not_told_by_the_difference() -> None:
    for to in (SCHOOL, ABOVE):
        reader = Reader(to)
        before = reader.look(A, B)

        assert reader.look(room("a", 35, 60), B) == {"12": Withheld.changed}
        assert reader.look(room("a", 1, 2), B) == {"12": Withheld.changed}
        assert reader.look(A, B) == before


def test_few_students_at_a_time_do_not_tell_a_classroom_in_the_end() -> None:
    reader = Reader(SCHOOL)

    found = [reader.look(room("a", n // 2, n), B)["12"] for n in (30, 21, 12, 3)]

    assert found == [(30, 60), (25, 51), Withheld.changed, Withheld.changed]


def test_on_a_day_with_groups_few_new_students_are_withheld_above_the_school() -> None:
    groups = [room("a", 5, 14, "EL"), room("b", 4, 15, "EL")]
    school, above = Reader(SCHOOL), Reader(ABOVE)
    for reader in (school, above):
        reader.look(A, B, *groups)

    more = [A, B, room("a", 6, 16, "EL"), groups[1]]

    assert school.look(*more) == {"12": (35, 60), "12 EL": (10, 31)}
    assert above.look(*more) == {"12": 58.0, "12 EL": Withheld.changed}


def test_classrooms_come_together_with_as_many_students_as_the_district_asks_for() -> None:
    more = room("c", 6, 6), room("d", 0, 6)
    strict, usual = Reader(ABOVE, at_least=20), Reader(ABOVE)
    for reader in (strict, usual):
        reader.look(A, B)

    assert strict.look(A, B, *more) == {"12": 58.0}
    assert usual.look(A, B, *more) == {"12": 57.0}


def test_groups_do_not_tell_the_classrooms_that_joined_a_day() -> None:
    reader = Reader(SCHOOL)
    reader.look(A, B)
    reader.look(A, B, C, room("d", 9, 30))
    groups = [room("c", 3, 20, "EL"), room("d", 9, 30, "EL")]

    assert reader.look(A, B, C, room("d", 9, 30), *groups) == {"12": (50, 120)}
