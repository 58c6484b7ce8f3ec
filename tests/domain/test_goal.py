"""A goal for all students, that some groups are to reach faster."""

import pytest
from msgspec.structs import replace

from pdsa import Goal, GoalProgress, InvalidValue, goal_progress
from pdsa.equity import LAUSD_MATHEMATICS, distance_series
from tests.domain.groups import dashboard, scores_measure

ALL = {2019: -50, 2021: -80, 2022: -75, 2024: -40, 2026: 2}


def reached(distances: dict[str, dict[int, float]], **tested: int) -> GoalProgress:
    everybody, *groups = distance_series(dashboard({"ALL": ALL} | distances, tested))
    return goal_progress(LAUSD_MATHEMATICS, scores_measure(), everybody, groups)


def test_the_goal_is_50_points_from_2019_to_2026_in_grades_3_to_8() -> None:
    goal = LAUSD_MATHEMATICS

    assert (goal.first_year, goal.last_year, goal.points) == (2019, 2026, 50)
    assert (goal.grades, goal.groups) == (
        (3, 4, 5, 6, 7, 8),
        ("EL", "LTEL", "PLTEL", "AA", "SWD"),
    )
    assert [goal.expected(year) for year in (2018, 2019, 2026, 2030)] == [0, 0, 50, 50]


def test_it_says_how_far_all_students_have_come_and_which_groups_faster() -> None:
    found = reached(
        {
            "EL": {2019: -90, 2026: -30},
            "AA": {2019: -100, 2026: -70},
            "SWD": {2019: -120, 2026: -68},
            "LTEL": {2024: -110, 2026: -100},
        }
    )

    assert (found.gain, found.expected, found.year, found.reached) == (52, 50, 2026, True)
    assert found.faster() == ("EL",)
    assert found.faster(False) == ("AA", "SWD")
    assert found.faster(None) == ("LTEL", "PLTEL")
    assert found.sentences == (
        "Mathematics, grades 3-8: all students improved by 52 from 2018-19 to 2025-26;"
        " the goal is 50 by 2025-26, which is reached.",
        "English learner: Between 2018-19 and 2025-26 it improved by 60,"
        " all students improved by 52: faster.",
        "Long-term English learner: There is no figure of 2018-19, from which the goal counts.",
        "Potential long-term English learner: There are no figures of this group.",
        "African American: Between 2018-19 and 2025-26 it improved by 30,"
        " all students improved by 52: slower.",
        "Students with disabilities: Between 2018-19 and 2025-26 it improved by 52,"
        " all students improved by 52: as fast.",
        "Of 5 named groups, 1 gained faster than all students and 2 did not;"
        " of 2 it cannot be told.",
    )


def test_on_the_way_it_stands_beside_a_straight_line() -> None:
    everybody, *_ = distance_series(dashboard({"ALL": {2019: -50, 2022: -64}}))

    found = goal_progress(LAUSD_MATHEMATICS, scores_measure(), everybody, [])

    assert (found.gain, found.reached) == (-14, False)
    assert found.expected == pytest.approx(150 / 7)
    assert found.sentences[0] == (
        "Mathematics, grades 3-8: all students fell back by 14 from 2018-19 to 2021-22;"
        " the goal is 50 by 2025-26, and a straight line would be at 21.4."
    )


@pytest.mark.parametrize(
    ("years", "why"),
    [
        ({2021: -80, 2026: -20}, "There is no figure of 2018-19, from which the goal counts."),
        ({2019: -50}, "There are too few figures of all students: one year is no gain."),
        ({2016: -50, 2018: -40}, "There are too few figures of all students: one year is no gain."),
    ],
)
def test_without_its_first_year_or_another_nothing_is_told(
    years: dict[int, float], why: str
) -> None:
    everybody, *groups = distance_series(dashboard({"ALL": years, "EL": years}))

    found = goal_progress(LAUSD_MATHEMATICS, scores_measure(), everybody, groups)

    assert (found.gain, found.reached, found.year) == (None, None, None)
    assert found.sentences[0] == f"Mathematics, grades 3-8: {why}"
    assert found.faster() == found.faster(False) == ()


def test_a_group_of_few_students_is_not_told_of() -> None:
    found = reached({"LTEL": {2019: -50, 2026: -20}}, LTEL=1)

    (group,) = [each for each in found.groups if each.group == "LTEL"]
    assert (group.faster, group.first, group.gain, group.figures) == (None, None, None, 0)
    assert group.why == (
        "There is no day on which both figures are shown. On 2 days a figure is withheld."
    )


@pytest.mark.parametrize(("field", "value"), [("last_year", 2019), ("points", 0), ("points", -5)])
def test_a_goal_that_cannot_be_is_refused(field: str, value: int) -> None:
    with pytest.raises(InvalidValue, match=f"^{field}: "):
        replace(LAUSD_MATHEMATICS, **{field: value})


def test_a_district_may_state_a_goal_of_its_own() -> None:
    goal = Goal(title="Sample goal", first_year=2022, last_year=2024, points=20, groups=("HOM",))
    series = distance_series(
        dashboard({"ALL": {2022: -40, 2024: -30}, "HOM": {2022: -60, 2024: -30}})
    )

    found = goal_progress(goal, scores_measure(), series[0], series[1:])

    assert (found.gain, found.reached, found.faster()) == (10, False, ("HOM",))
