"""A measure by student group: gaps to all students, and who gained faster."""

from datetime import date, timedelta
from random import Random

import pytest
from msgspec.structs import replace

from pdsa import Direction, InvalidValue, MeasureUnit, equity_of, group_progress
from pdsa.equity import Basis, GapChange, rows
from tests.builders import STARTED, a_measure, a_point, a_series
from tests.domain.groups import of, progress, split, weekly

ALL = of([40, 42, 41, 44, 45, 47, 50, 49])
EL = of([28, 27, 30, 33, 36, 40, 43, 41])
DAYS = [STARTED + timedelta(weeks=week) for week in range(8)]


def test_the_gap_of_each_day_is_the_groups_figure_less_that_of_all_students() -> None:
    found = equity_of(a_measure(), *split(weekly({"ALL": ALL, "EL": EL})))

    (group,) = found.groups
    assert (group.group, group.name) == ("EL", "English learner")
    assert [point.gap for point in group.points] == [-12, -15, -11, -11, -9, -7, -7, -8]
    assert group.gap == -11  # of the two in the middle (-11 and -9) the lower


def test_a_gain_is_taken_from_the_medians_of_the_first_and_the_last_three_days() -> None:
    found = progress({"ALL": ALL, "EL": EL})

    assert (found.basis, found.since, found.until) == (Basis.medians, DAYS[0], DAYS[-1])
    assert (found.first, found.latest, found.gain) == (28, 41, 13)
    assert (found.gap_first, found.gap_latest, found.acceleration) == (-13, -8, 5)
    assert (found.faster, found.gap_change) == (True, GapChange.narrowed)
    assert found.why == (
        "Between 12 January 2018 and 2 March 2018 it improved by 13 points,"
        " all students improved by 8 points: faster."
    )


def test_no_single_last_day_decides_who_gained_faster() -> None:
    before = progress({"ALL": ALL, "EL": EL})

    after = progress({"ALL": ALL, "EL": [*EL[:-1], (0, 100)]})

    assert before.faster is after.faster is True
    assert after.latest == 40


def test_where_less_is_better_a_group_gains_by_falling() -> None:
    fewer = a_measure(direction=Direction.decrease)

    found = progress({"ALL": of([20] * 6), "SWD": of([40, 40, 40, 30, 30, 30])}, fewer)

    assert (found.gain, found.gap_first, found.gap_latest) == (10, -20, -10)
    assert (found.faster, found.gap_change) == (True, GapChange.narrowed)


@pytest.mark.parametrize(
    ("group", "faster", "change"),
    [
        ([30, 30, 30, 35, 35, 35], False, GapChange.widened),
        ([30, 30, 30, 40, 40, 40], False, GapChange.unchanged),
        ([30, 30, 30, 45, 45, 45], True, GapChange.narrowed),
        ([38, 38, 38, 60, 60, 60], True, GapChange.narrowed),
        ([50, 50, 50, 52, 52, 52], False, GapChange.not_behind),
        ([50, 50, 50, 40, 40, 40], False, GapChange.widened),
    ],
)
def test_the_gap_of_a_group_behind_narrows_or_widens(
    group: list[float], faster: bool, change: GapChange
) -> None:
    found = progress({"ALL": of([40, 40, 40, 50, 50, 50]), "EL": of(group)})

    assert (found.faster, found.gap_change) == (faster, change)


def test_gains_of_rounded_figures_differ_by_two_points_before_they_are_told_apart() -> None:
    everybody = replace(a_series([40, 40, 40, 50, 50, 50]), part="")
    measure = a_measure()

    one, two = (
        group_progress(measure, everybody, [replace(a_series([30, 30, 30, n, n, n]), part="EL")])[0]
        for n in (41, 42)
    )

    assert (one.acceleration, one.faster, one.gap_change) == (1, None, GapChange.cannot_tell)
    assert one.why.endswith("rounding to whole percents could make that difference.")
    assert (two.acceleration, two.faster) == (2, True)


def test_what_is_told_of_rounded_figures_is_so_of_the_exact_ones() -> None:
    random, told = Random(7), 0
    for _ in range(1000):
        exact = {group: [random.uniform(30, 36) for _ in range(6)] for group in ("", "EL")}
        whole = {group: [float(round(n)) for n in values] for group, values in exact.items()}
        of_exact, of_whole = (
            group_progress(
                a_measure(), a_series(each[""]), [replace(a_series(each["EL"]), part="EL")]
            )[0]
            for each in (exact, whole)
        )

        if of_whole.faster is not None:
            told += 1
            assert of_whole.faster is ((of_exact.acceleration or 0) > 0)
    assert told > 100


def test_counts_of_students_tell_apart_what_rounding_would_not() -> None:
    found = progress({"ALL": of([40] * 6, 1000), "EL": of([30, 30, 30, 30.4, 30.4, 30.4], 1000)})

    assert found.faster is True
    assert "improved by 0.4 points, all students stayed the same: faster" in found.why


@pytest.mark.parametrize("weeks", [1, 3, 5])
def test_fewer_than_six_days_of_one_year_tell_no_gain(weeks: int) -> None:
    found = progress({"ALL": ALL[:weeks], "EL": EL[:weeks]})

    assert (found.faster, found.gain, found.basis) == (None, None, None)
    assert found.why.startswith(f"Only {weeks} day")
    assert found.figures == weeks


def test_yearly_scores_are_compared_year_with_year() -> None:
    points = [
        a_point(f"{group}-{year}", date(year, 5, 20), value=value, student_group=group)
        for group, first, last in ((None, 40, 44), ("EL", 20, 30))
        for year, value in ((2019, first), (2021, first - 5), (2022, last))
    ]

    (found,) = group_progress(a_measure(), *split(points))

    assert (found.basis, found.gain, found.faster) == (Basis.years, 10, True)
    assert found.why.startswith("Between 2018-19 and 2021-22 it improved by 10 points")


def test_two_days_on_both_sides_of_a_summer_are_no_two_years() -> None:
    points = [
        a_point(f"{group}-{on}", on, value=50, student_group=group)
        for group in (None, "EL")
        for on in (date(2018, 5, 30), date(2018, 9, 5))
    ]

    (found,) = group_progress(a_measure(), *split(points))

    assert found.basis is None
    assert found.why.startswith("Only 2 days have both figures")


def test_only_days_that_both_have_count() -> None:
    gone = [None, *EL[1:7], None]

    found = progress({"ALL": ALL, "EL": gone})

    assert (found.since, found.until) == (DAYS[1], DAYS[6])
    assert (found.first, found.latest) == (30, 40)


def test_a_window_leaves_out_what_lies_beyond_it() -> None:
    sides = split(weekly({"ALL": ALL, "EL": EL}))

    found = equity_of(a_measure(), *sides, first=DAYS[1], last=DAYS[6])

    (group,) = found.groups
    assert [point.on for point in group.points] == DAYS[1:7]
    assert (group.progress.since, group.progress.until) == (DAYS[1], DAYS[6])


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"^last: not before the first day"):
        equity_of(a_measure(), None, [], first=DAYS[1], last=DAYS[0])


def test_a_count_of_a_group_is_a_part_and_has_no_gap() -> None:
    visits = a_measure(unit=MeasureUnit.count_)
    points = [
        a_point(f"{group}-{at}", on, value=at, student_group=group)
        for group in (None, "EL")
        for at, on in enumerate(DAYS)
    ]

    (group,) = equity_of(visits, *split(points, visits)).groups

    assert group.gap is None
    assert all(point.gap is None for point in group.points)
    assert (
        group.progress.why == "A count of a group is a part of the count of all: there is no gap."
    )


def test_groups_stand_in_the_order_of_the_list_and_a_districts_own_after_them() -> None:
    points = weekly(dict.fromkeys(("ALL", "zeta", "SWD", "AA", "Alpha", "EL"), ALL))

    found = equity_of(a_measure(), *split(points))

    assert [group.group for group in found.groups] == ["AA", "EL", "SWD", "Alpha", "zeta"]
    assert found.groups[-1].name == "zeta"


def test_a_group_that_is_asked_for_and_has_no_figures_says_so() -> None:
    found = equity_of(a_measure(), *split(weekly({"ALL": ALL})), wanted=["LTEL"])

    (group,) = found.groups
    assert (group.points, group.gap, group.progress.faster) == ((), None, None)
    assert group.said == "Long-term English learner: There are no figures of this group."


def test_a_measure_without_groups_says_so() -> None:
    assert equity_of(a_measure(), *split(weekly({"ALL": ALL}))).reading == (
        "Sentence-frame use: there are no figures by student group."
    )


def test_what_is_said_names_no_cause_and_where_the_group_is_now() -> None:
    (group,) = equity_of(a_measure(), *split(weekly({"ALL": ALL, "EL": EL}))).groups

    assert group.said.endswith(
        "faster. By the medians of the last 3 days it is 8 points behind all students."
    )
    assert not {"because", "caused", "due", "thanks"} & {*group.said.lower().split()}


def test_a_table_has_a_row_for_each_group_and_day() -> None:
    found = [*rows(equity_of(a_measure(), *split(weekly({"ALL": ALL, "EL": EL}))))]

    assert len(found) == 8
    assert found[0] == ("EL", DAYS[0], 28, 40, -12, "")


def test_mean_scores_of_a_grade_are_shown_as_distance_from_standard() -> None:
    scores = a_measure(unit=MeasureUnit.mean)
    points = [
        a_point(f"{group}-{year}", date(year, 5, 20), value=value, student_group=group)
        for group, value in ((None, 2500), ("EL", 2478.5))
        for year in (2019, 2022)
    ]

    (group,) = equity_of(scores, *split(points, scores), grade=5).groups

    assert [(p.value, p.all_students, p.gap) for p in group.points] == [(-49.5, -28, -21.5)] * 2
    with pytest.raises(InvalidValue, match=r"^grade: only for a measure that is a mean"):
        equity_of(a_measure(), *split(weekly({"ALL": ALL})), grade=5)
    with pytest.raises(InvalidValue, match=r"^score: from "):
        equity_of(scores, a_series([64]), [], grade=5)
