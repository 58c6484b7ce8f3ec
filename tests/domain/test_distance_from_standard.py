"""Distance from standard: scale scores less the threshold of "standard met"."""

import math
from random import Random

import pytest

from pdsa import Audience, GradeScore, InvalidValue, Withheld, distance_from_standard, mean_distance
from pdsa.equity import distance_series
from pdsa.equity.distance import thresholds
from pdsa.privacy import ALL, TOTAL, Table
from pdsa.reference import math_thresholds
from tests.domain.attacker import broken
from tests.domain.groups import MET, dashboard


@pytest.mark.parametrize(
    ("grade", "met"),
    [(3, 2436), (4, 2485), (5, 2528), (6, 2552), (7, 2567), (8, 2586), (11, 2628)],
)
def test_a_score_at_the_threshold_of_level_3_is_no_distance_away(grade: int, met: int) -> None:
    for year in (2015, 2019, 2021, 2026):
        assert distance_from_standard(met, grade, year) == 0
        assert distance_from_standard(met - 12.5, grade, year) == -12.5


def test_levels_rise_within_a_grade_and_lie_within_its_scores() -> None:
    for each in math_thresholds():
        assert each.lowest < each.level_2 < each.level_3 < each.level_4 < each.highest


@pytest.mark.parametrize("grade", [2, 9, 10, 12])
def test_a_grade_without_thresholds_is_refused(grade: int) -> None:
    with pytest.raises(InvalidValue, match=r"^grade: one of 3, 4, 5, 6, 7, 8, 11"):
        distance_from_standard(2500, grade, 2022)


@pytest.mark.parametrize("year", [2014, 2020, 1999])
def test_a_year_before_the_thresholds_or_without_a_test_is_refused(year: int) -> None:
    with pytest.raises(InvalidValue, match=r"^year: a year in which the thresholds are in force"):
        distance_from_standard(2500, 5, year)


@pytest.mark.parametrize(
    ("score", "year"), [(2188, 2019), (2622, 2019), (2189, 2021), (2661, 2021), (math.nan, 2021)]
)
def test_a_score_that_the_test_of_its_year_could_not_give_is_refused(
    score: float, year: int
) -> None:
    with pytest.raises(InvalidValue, match=r"^score: from "):
        distance_from_standard(score, 3, year)


def test_the_ends_of_the_scale_changed_in_2021_and_the_thresholds_did_not() -> None:
    assert distance_from_standard(2621, 3, 2019) == distance_from_standard(2621, 3, 2021) == 185
    assert distance_from_standard(2660, 3, 2021) == 224
    assert thresholds(3, 2019).level_3 == thresholds(3, 2021).level_3


def test_grades_weigh_by_the_number_of_students_tested() -> None:
    third = GradeScore(year=2022, grade=3, score=2436 + 10, tested=30)
    fourth = GradeScore(year=2022, grade=4, score=2485 - 50, tested=10)

    assert mean_distance([third, fourth]) == (10 * 30 - 50 * 10) / 40


@pytest.mark.parametrize("year", [2019, 2022])
def test_scores_of_several_years_or_of_none_are_no_mean(year: int) -> None:
    third = GradeScore(year=2021, grade=3, score=2436, tested=30)

    with pytest.raises(InvalidValue, match=r"^scores: scores of one year and one group"):
        mean_distance([third, GradeScore(year=year, grade=4, score=2485, tested=30)])
    with pytest.raises(InvalidValue, match=r"^scores: "):
        mean_distance([])


def test_a_mean_of_nobody_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"^tested: 1 or more"):
        GradeScore(year=2022, grade=3, score=2436, tested=0)


def test_each_year_is_a_figure_of_all_students_and_of_each_group() -> None:
    everybody, learners = distance_series(
        dashboard({"ALL": {2019: -30.04, 2022: -45}, "EL": {2019: -71, 2022: -80}})
    )

    assert (everybody.part, learners.part) == ("", "EL")
    assert everybody.values() == [-30, -45]
    assert learners.values() == [-71, -80]


def test_groups_of_few_students_are_withheld_above_the_school_with_their_complement() -> None:
    tested = {"ALL": 40, "AA": 1, "HI": 30, "WH": 9}
    scores = dashboard({group: {2022: -10} for group in tested}, tested)

    above = {each.part: each.points[0] for each in distance_series(scores)}
    school = distance_series(scores, audience=Audience.school)

    assert (above["AA"].value, above["AA"].withheld) == (None, Withheld.few_students)
    assert above["WH"].withheld is Withheld.few_students
    assert above["HI"].value == -10
    assert all(point.value == -10 for each in school for point in each.points)


def test_an_attacker_finds_no_hidden_number_of_students_tested() -> None:
    groups, hidden_cells = ("AA", "HI", "WH"), 0
    for seed in range(400):
        random = Random(seed)
        tested = {g: random.choice((1, 2, 5, 9, 12, 15, 30, 200)) for g in groups}
        rest = random.choice((0, 0, 3, 12))
        scores = [
            GradeScore(year=2022, grade=5, score=MET[5], tested=n, group=group)
            for group, n in {**tested, "ALL": sum(tested.values()) + rest}.items()
        ]

        found = {each.part: each.points[0].value for each in distance_series(scores)}

        table = Table(
            cells=(tuple(tested.values()),),
            all_students=(sum(tested.values()) + rest,),
            partitions=((0, 1, 2),),
        )
        columns = {"": ALL, "AA": 0, "HI": 1, "WH": 2}
        hidden = {
            (row, columns[part])
            for part, value in found.items()
            if value is None
            for row in (0, TOTAL)
        }
        hidden_cells += len(hidden)
        assert broken(table, hidden) == {}, seed
    assert hidden_cells > 400
