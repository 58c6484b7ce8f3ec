"""The reading of a chart: plain sentences, numbers and dates, and never a cause."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import ChartKind, chart, measure_chart
from pdsa.charts import MakingDataCount, Nelson, Perla
from pdsa.charts.reading import show_number
from tests.builders import STARTED, a_measure, a_series

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 12), st.floats(0, 100)), max_size=40)


def reading(values: list[float | None]) -> str:
    """What the run chart of sentence-frame use says."""
    return measure_chart(a_measure(), a_series(values), kind=ChartKind.run).reading


@pytest.mark.parametrize(
    ("values", "said"),
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
            "the points never cross the median of 64%, where chance would give at least 1.",
        ),
        (
            [40] * 9 + [64] * 9,
            "Sentence-frame use rose from 40% to 64% between 12 January 2018 and 11 May 2018; "
            "the last 9 points are all above the median of 52%, more than chance would give.",
        ),
        (
            [40] * 9 + [64] * 8 + [40],
            "Sentence-frame use was 40% at both ends between 12 January 2018 and 11 May 2018; "
            "8 points in a row, from 16 March 2018 to 4 May 2018, are above the median of 40%, more "
            "than chance would give.",
        ),
    ],
)
def test_the_reading_says_what_is_seen_in_numbers_and_dates(
    values: list[float | None], said: str
) -> None:
    assert reading(values) == said


@given(VALUES)
def test_the_reading_never_claims_a_cause(values: list[float | None]) -> None:
    said = reading(values)

    assert not {"because", "caused", "led", "due"} & set(said.split())
    assert said.endswith(".")


def test_points_outside_the_limits_are_named_by_their_dates() -> None:
    days = [STARTED + timedelta(weeks=i) for i in range(14)]
    y = [10, 14, 6, 15, 7, 14, 6, 13, 8, 60, 14, 6, 15, 10]

    said = chart("i", y, x=days).reading("Exit tickets")

    assert said == (
        "Exit tickets was 10 at both ends between 12 January 2018 and 13 April 2018; "
        "the point of 16 March 2018 lies above the upper limit."
    )


def test_a_run_and_a_point_outside_are_two_sentences() -> None:
    y = [10, 6] * 6 + [40] + [15, 11] * 6

    said = chart("i", y).reading()

    assert said.count(". ") == 1
    assert "more than chance would give. Point 13 lies above the upper limit." in said


def test_points_with_names_have_no_order_and_neither_rise_nor_run() -> None:
    rooms = [f"Room {i}" for i in range(15)]

    said = chart("i", [3, 4, 5] * 5, x=rooms).reading("Frame use")
    odd = chart("i", [3, 12, 5, 10] * 3 + [3, 90, 5], x=rooms).reading("Frame use")

    assert said == (
        "Frame use lies between 3 and 5 for 15 names, around the mean of 4; they have no order in "
        "time."
    )
    assert odd.endswith("in time, and Room 13 lies above the upper limit.")


def test_the_reading_speaks_of_the_present_phase() -> None:
    y = [10, 12] * 6 + [20, 22] * 6

    said = chart("i", y, part=12).reading()

    assert said == (
        "The measure rose from 10 to 22 between point 1 and point 24; since point 13, in the "
        "present phase, the points vary around 21 as chance would have it."
    )


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (Perla(), "6 points in a row go up (point 10 to point 15)"),
        (Nelson(), "6 points in a row go up (point 10 to point 15)"),
        (
            MakingDataCount(),
            "The process meets its target at times, and at times not.",
        ),
    ],
    ids=["perla", "nelson", "making data count"],
)
def test_each_set_of_rules_has_its_words(rules: Perla | Nelson, words: str) -> None:
    y = [5, 6, 4, 5, 6, 4, 5, 6, 5, 4, 5, 5.5, 5.8, 5.9, 6, 4, 5, 6]

    assert words in chart("i", y, rules=[rules], target=5).reading()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "no data"),
        (0, "0"),
        (0.4, "0.4"),
        (0.123456, "0.1235"),
        (893.5, "893.5"),
        (1370, "1370"),
        (12_500.4, "12,500"),
        (1e-6, "1e-06"),
        (-3, "-3"),
    ],
)
def test_numbers_keep_four_digits(value: float | None, words: str) -> None:
    assert show_number(value) == words
