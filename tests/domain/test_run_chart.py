import json
import math
from datetime import date
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import InvalidValue, MeasureUnit, run_chart, series
from pdsa.charts import crossings_min, longest_run_max
from tests.builders import a_calendar, a_measure, a_series, exit_tickets

GOLDEN = json.loads((Path(__file__).parent / "data" / "run_chart.json").read_text("utf-8"))
LIMITS = GOLDEN["limits"]
VALUES = st.lists(st.one_of(st.none(), st.integers(0, 12), st.floats(0, 100)), max_size=40)


def by_hand(values: list[float | None]) -> tuple[int, int | None, int | None]:
    """Useful points, longest run and crossings, point after point from the definition."""
    known = [value for value in values if value is not None]
    sides = [value > median(known) for value in known if value != median(known)]
    if not sides:
        return 0, None, None
    runs = [1]
    for before, after in zip(sides, sides[1:], strict=False):  # noqa: RUF007
        if before == after:
            runs[-1] += 1
        else:
            runs.append(1)
    return len(sides), max(runs), len(runs) - 1


@pytest.mark.parametrize(
    ("n", "longest", "crossings"),
    list(
        zip(LIMITS["n_useful"], LIMITS["longest_run_max"], LIMITS["n_crossings_min"], strict=True)
    ),
)
def test_the_limits_are_those_of_anhoej(n: int, longest: int, crossings: int) -> None:
    assert (longest_run_max(n), crossings_min(n)) == (longest, crossings)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_published_data_give_the_published_figures(case: dict[str, Any]) -> None:
    chart = run_chart(a_measure(unit=MeasureUnit.mean), a_series(case["values"]))

    assert chart.median == case["median"]
    assert (chart.n_obs, chart.n_useful) == (case["n_obs"], case["n_useful"])
    assert (chart.longest_run, chart.longest_run_max) == (
        case["longest_run"],
        case["longest_run_max"],
    )
    assert (chart.n_crossings, chart.n_crossings_min) == (
        case["n_crossings"],
        case["n_crossings_min"],
    )
    assert chart.signal is case["signal"]


@given(VALUES)
def test_runs_and_crossings_are_those_of_a_count_by_hand(values: list[float | None]) -> None:
    n, longest, crossings = by_hand(values)

    chart = run_chart(a_measure(), a_series(values))

    assert (chart.n_useful, chart.longest_run, chart.n_crossings) == (n, longest, crossings)
    assert chart.signal is (
        longest is not None
        and crossings is not None
        and (longest > round(math.log2(n)) + 3 or below_chance(crossings, n))
    )


def below_chance(crossings: int, n: int) -> bool:
    """Whether so few crossings or fewer have a probability below 5%."""
    ways = sum(math.comb(n - 1, k) for k in range(crossings + 1))
    return Fraction(ways, 2 ** (n - 1)) < Fraction(1, 20)


@given(st.integers(1, 400))
def test_the_fewest_crossings_are_the_5_percent_quantile(n: int) -> None:
    fewest = crossings_min(n)

    assert not below_chance(fewest, n)
    assert fewest == 0 or below_chance(fewest - 1, n)


@given(VALUES, st.integers(0, 40))
def test_missing_points_and_points_on_the_median_change_nothing(
    values: list[float | None], at: int
) -> None:
    chart = run_chart(a_measure(), a_series(values))

    more = run_chart(a_measure(), a_series([*values[:at], chart.median, None, *values[at:]]))

    assert (more.median, more.n_useful) == (chart.median, chart.n_useful)
    assert (more.longest_run, more.n_crossings) == (chart.longest_run, chart.n_crossings)
    assert more.n_obs == chart.n_obs + 2


@given(st.lists(st.integers(0, 12), max_size=40))
def test_a_chart_upside_down_or_backwards_has_the_same_signal(values: list[int]) -> None:
    charts = [
        run_chart(a_measure(), a_series(each))
        for each in (values, values[::-1], [12 - value for value in values])
    ]

    assert len({(c.n_useful, c.longest_run, c.n_crossings, c.signal) for c in charts}) == 1


@pytest.mark.parametrize("values", [[], [None, None], [40], [40, 40, 40]])
def test_without_a_useful_observation_there_is_no_figure_and_no_signal(
    values: list[float | None],
) -> None:
    chart = run_chart(a_measure(), a_series(values))

    assert (chart.n_useful, chart.signal) == (0, False)
    assert chart.longest_run is chart.longest_run_max is None
    assert chart.n_crossings is chart.n_crossings_min is None


def test_each_point_knows_its_side_and_its_instructional_week() -> None:
    points = a_series([40, None, 50, 64], start=date(2017, 12, 15))

    chart = run_chart(a_measure(), points, calendar=a_calendar())

    assert [(point.side, point.week) for point in chart.points] == [
        (-1, 15),
        (None, 16),
        (0, None),
        (1, None),
    ]
    assert all(point.week is None for point in run_chart(a_measure(), points).points)


@pytest.mark.parametrize("n", [0, -1])
def test_limits_are_for_one_observation_or_more(n: int) -> None:
    with pytest.raises(InvalidValue):
        longest_run_max(n)
    with pytest.raises(InvalidValue):
        crossings_min(n)


@pytest.mark.parametrize(
    ("values", "reading"),
    [
        ([], "Sentence-frame use: no data yet."),
        ([None, 40], "Sentence-frame use was 40% on 19 January 2018."),
        (
            [40, 64],
            "Sentence-frame use rose from 40% to 64% between 12 January 2018 and 19 January 2018; "
            "with 2 points off the median it is too early to tell from chance.",
        ),
        (
            [41, 59] * 5 + [41],
            "Sentence-frame use was 41% at both ends between 12 January 2018 and 23 March 2018; "
            "with 5 points off the median it is too early to tell from chance.",
        ),
        (
            [64, 40] * 6,
            "Sentence-frame use fell from 64% to 40% between 12 January 2018 and 30 March 2018; "
            "the points vary around 52% as chance would have it.",
        ),
        (
            [40] * 7 + [64] * 7,
            "Sentence-frame use rose from 40% to 64% between 12 January 2018 and 13 April 2018; "
            "the points cross the median of 52% once, where chance would give at least 4.",
        ),
        (
            [40, 64] * 5 + [40] + [64] * 8,
            "Sentence-frame use rose from 40% to 64% between 12 January 2018 and 18 May 2018; "
            "the points cross the median of 64% 0 times, where chance would give at least 1.",
        ),
        (
            [40] * 9 + [64] * 9,
            "Sentence-frame use rose from 40% to 64% between 12 January 2018 and 11 May 2018; "
            "the last 9 points are all above the median of 52%, more than chance would give.",
        ),
    ],
)
def test_the_reading_says_what_is_seen_in_numbers_and_dates(
    values: list[float | None], reading: str
) -> None:
    assert run_chart(a_measure(), a_series(values)).reading == reading


@given(VALUES)
def test_the_reading_never_claims_a_cause(values: list[float | None]) -> None:
    reading = run_chart(a_measure(), a_series(values)).reading

    assert not {"because", "caused", "led", "due"} & set(reading.split())
    assert reading.endswith(".")


def test_a_chart_is_drawn_from_pooled_points() -> None:
    (whole,) = series(a_measure(), exit_tickets())

    chart = run_chart(a_measure(), whole)

    assert chart.points[0].on == date(2018, 1, 12)
    assert chart.median == pytest.approx(100 * 29 / 60)
