"""What is left of figures by subtraction: neither a classroom, nor few students."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from pdsa import DataPoint, MeasureUnit, Withheld
from pdsa.privacy import Policy, Publication, Release, release
from pdsa.units import Audience
from tests.builders import FRAME_USE, a_measure, a_point

DAY = date(2018, 1, 12)
SCHOOL, ABOVE = Audience.school, Audience.above
Room = Mapping[str, tuple[int, int]]

A: Room = {"": (20, 30), "EL": (5, 10), "EO": (15, 20)}
B: Room = {"": (15, 30), "EL": (4, 10), "EO": (11, 20)}
C: Room = {"": (6, 30)}


def rooms(**found: Room) -> list[DataPoint]:
    """Points of one day: of each classroom and group, how many of how many."""
    return [
        a_point(
            f"{room}/{group}",
            on=DAY,
            numerator=numerator,
            denominator=n,
            classroom_id=room,
            student_group=group or None,
        )
        for room, groups in found.items()
        for group, (numerator, n) in groups.items()
    ]


def shown(points: Iterable[DataPoint], to: Audience, **more: Any) -> set[str]:
    """The figures that are shown: group, and classroom after a stroke."""
    return {
        (p.student_group or "all") + (f"/{p.classroom_id}" if p.classroom_id else "")
        for p in given(points, to, **more).points
    }


def given(points: Iterable[DataPoint], to: Audience, **more: Any) -> Release:
    return release(more.pop("measure", a_measure()), points, to, **more)


def published() -> list[Publication]:
    return [Publication("pub", FRAME_USE, DAY, ABOVE)]  # type: ignore[arg-type]


@pytest.mark.parametrize("to", [SCHOOL, ABOVE])
def test_all_students_less_the_groups_of_two_classrooms_do_not_tell_the_third(
    to: Audience,
) -> None:
    found = given(rooms(A=A, B=B, C=C), to)

    assert shown(rooms(A=A, B=B, C=C), to) == {"all", "EO"}
    assert found.withheld == {(DAY, "EL", ""): Withheld.one_classroom}


def test_groups_are_shown_where_nobody_is_left_or_those_left_are_of_two_classrooms() -> None:
    assert shown(rooms(A=A, B=B), SCHOOL) == {"all", "EL", "EO"}
    assert shown(rooms(A=A, B=B, C=C, D=C), SCHOOL) == {"all", "EL", "EO"}


def test_where_everybody_of_a_classroom_is_in_a_group_it_does_not_tell_the_others_of_the_other() -> (
    None
):
    english = rooms(A={"": (10, 20), "EL": (3, 10)}, B={"": (15, 15), "EL": (15, 15)})

    assert shown(english, SCHOOL) == {"all"}


def test_a_group_and_its_opposite_do_not_tell_the_classroom_that_has_both() -> None:
    both = rooms(
        A={"": (20, 33), "SED": (5, 13), "NSED": (15, 20)}, B={"": (15, 33), "SED": (15, 33)}
    )

    assert shown(both, SCHOOL) == shown(both, ABOVE) == {"all"}


def test_a_group_less_those_within_it_does_not_tell_a_classroom() -> None:
    english = {"": (20, 40), "EL": (9, 20)}
    learners = rooms(A={**english, "LTEL": (9, 20)}, B=english | {"LTEL": (9, 20)}, C=english)

    assert shown(learners, SCHOOL) == {"all", "EL"}


def test_two_families_do_not_tell_the_classroom_that_has_one_of_them_only() -> None:
    girls = {"F": (10, 15), "M": (9, 15)}
    both = rooms(A=A | girls, B=B | girls, C={"": (6, 30), "EL": (1, 10), "EO": (5, 20)}, D=C, E=C)

    assert not {"EL", "EO", "F", "M"} <= shown(both, SCHOOL)


def test_groups_tell_no_classroom_where_nobody_writes_down_all_students() -> None:
    without = [p for p in rooms(A=A, B=B) if p.student_group]
    race = rooms(A={"HI": (20, 30)}, B={"HI": (15, 30)}, C={"HI": (6, 30)})

    assert shown([*without, *race], SCHOOL) in ({"HI", "EL"}, {"HI", "EO"})


def test_counts_without_denominators_add_up_as_students_do() -> None:
    late = a_measure(unit=MeasureUnit.count_)
    points = [
        replace(p, numerator=None, denominator=None, value=float(p.denominator or 0))
        for p in rooms(A=A, B=B, C=C)
    ]

    assert shown(points, SCHOOL, measure=late) == {"all", "EO"}


# -- groups that the server does not know ---------------------------------------------------------

FEW_BOYS = rooms(
    A={"": (20, 33), "F": (18, 30), "M": (2, 3), "T1": (9, 17), "T2": (11, 16)},
    B={"": (15, 33), "F": (14, 30), "M": (1, 3), "T1": (8, 16), "T2": (7, 17)},
)


def test_two_families_of_own_groups_are_hidden_each_within_itself() -> None:
    assert shown(FEW_BOYS, ABOVE) == {"all", "T1", "T2"}
    assert shown(FEW_BOYS, SCHOOL) == {"all", "F", "M", "T1", "T2"}


def test_an_own_group_of_one_classroom_does_not_follow_from_its_opposite() -> None:
    boys = rooms(
        A={"": (20, 33), "F": (12, 21), "M": (8, 12), "T1": (9, 17), "T2": (11, 16)},
        B={"": (15, 33), "F": (15, 33), "T1": (8, 16), "T2": (7, 17)},
    )

    assert shown(boys, SCHOOL) == {"all", "T1", "T2"}


def test_an_own_group_may_be_known_ones_together() -> None:
    ever = rooms(
        A={"": (20, 40), "EL": (12, 30), "RFEP": (2, 3), "EO": (6, 7), "EverEL": (14, 33)},
        B={"": (15, 40), "EL": (11, 30), "RFEP": (1, 3), "EO": (3, 7), "EverEL": (12, 33)},
    )

    assert shown(ever, ABOVE) == {"all", "EL"}


def test_own_groups_may_be_a_known_one_together() -> None:
    levels = rooms(
        A={"": (20, 40), "EL": (12, 20), "EL-1": (1, 3), "EL-2": (11, 17)},
        B={"": (15, 40), "EL": (11, 20), "EL-1": (1, 3), "EL-2": (10, 17)},
    )

    assert shown(levels, ABOVE) == {"all", "EL"}


def test_many_own_groups_that_overlap_are_withheld() -> None:
    many = {f"club-{n}": (9, 14) for n in range(7)}
    clubs = rooms(A={"": (20, 33), **many}, B={"": (15, 33), **many})

    assert shown(clubs, SCHOOL) == shown(clubs, ABOVE) == {"all"}
    assert shown(clubs, ABOVE, publications=published()) == {"all", "all/A", "all/B"}


# -- classrooms that are published ----------------------------------------------------------------


def test_a_group_within_a_group_does_not_tell_the_others_of_a_published_classroom() -> None:
    learners = rooms(
        A={"": (20, 30), "EL": (7, 14), "LTEL": (6, 12)},
        B={"": (15, 60), "EL": (9, 40), "LTEL": (5, 15)},
    )

    found = shown(learners, ABOVE, publications=published())

    assert {"all", "EL", "LTEL", "all/A", "all/B"} <= found
    assert not {"LTEL/A", "LTEL/B"} & found


@pytest.mark.parametrize(("first", "then"), [(11, 15), (11, 20), (20, 11)])
def test_what_was_withheld_of_a_classroom_stays_so_when_the_district_decides_anew(
    first: int, then: int
) -> None:
    points = rooms(
        A={"": (9, 43), "WH": (2, 17), "AA": (3, 9), "AS": (4, 12)},
        B={"": (9, 26), "WH": (1, 3), "AA": (8, 14)},
        C={"": (9, 59), "WH": (2, 17), "AA": (5, 14), "AS": (2, 14)},
        D={"": (9, 51), "WH": (3, 17), "AA": (5, 22)},
    )
    before = given(points, ABOVE, publications=published(), policy=Policy(at_least=first))

    after = given(
        points,
        ABOVE,
        publications=published(),
        policy=Policy(at_least=then),
        told=before.told,
    )

    assert {p.id for p in after.points} <= {p.id for p in before.points}
