import math
from statistics import mean, variance
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import InvalidValue, MeasureId, Series
from pdsa.charts.between import Variation, variation
from tests.builders import a_series

VALUES = st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=12)
CLASSROOMS = st.lists(VALUES, max_size=6)


def rooms(columns: list[list[Any]]) -> list[Series]:
    return [replace(a_series(column), part=f"room-{i}") for i, column in enumerate(columns, 1)]


def test_three_rooms_by_hand() -> None:
    found = variation(rooms([[40, 50, 60], [50, None, 60, 70], [72, 72, 78]]))

    between = (3 * (50 - 184 / 3) ** 2 + 3 * (60 - 184 / 3) ** 2 + 3 * (74 - 184 / 3) ** 2) / 2
    within = (200 + 200 + 24) / 6
    assert found.mean == pytest.approx(184 / 3)
    assert found.within_sd == pytest.approx(math.sqrt(within))
    assert found.between_sd == pytest.approx(math.sqrt((between - within) / 3))
    assert found.share_between == pytest.approx(
        (between - within) / 3 / ((between - within) / 3 + within)
    )
    assert (found.lowest, found.highest) == (50, 74)
    assert (found.spread_first, found.spread_last) == (32, 18)
    assert [(u.of, u.n_points, u.mean, u.first, u.last) for u in found.units] == [
        ("room-1", 3, 50, 40, 60),
        ("room-2", 3, 60, 50, 70),
        ("room-3", 3, 74, 72, 78),
    ]


def test_with_unequal_numbers_of_points_n0_takes_the_place_of_n() -> None:
    columns = [[10.0, 12.0], [20.0, 22.0, 24.0, 26.0, 28.0], [15.0, 18.0, 21.0]]

    found = variation(rooms(columns))

    overall = mean(value for column in columns for value in column)
    msb = sum(len(c) * (mean(c) - overall) ** 2 for c in columns) / 2
    msw = sum((len(c) - 1) * variance(c) for c in columns) / 7
    n0 = (10 - (4 + 25 + 9) / 10) / 2
    assert found.between_sd == pytest.approx(math.sqrt((msb - msw) / n0))
    assert found.within_sd == pytest.approx(math.sqrt(msw))


@given(CLASSROOMS)
def test_every_figure_is_a_number_or_not_there(columns: list[list[int | None]]) -> None:
    found = variation(rooms(columns))

    assert msgspec.json.decode(msgspec.json.encode(found), type=Variation) == found
    assert found.share_between is None or 0 <= found.share_between <= 1
    assert found.between_sd is None or found.between_sd >= 0
    known = [value for column in columns for value in column if value is not None]
    assert (found.mean is None) is (not known)
    assert not known or found.lowest <= found.mean <= found.highest  # type: ignore[operator]


@given(CLASSROOMS, st.integers(-50, 50))
def test_a_level_added_to_all_changes_no_spread(
    columns: list[list[int | None]], level: int
) -> None:
    before = variation(rooms(columns))

    after = variation(
        rooms([[None if v is None else v + level for v in column] for column in columns])
    )

    assert after.between_sd == pytest.approx(before.between_sd, abs=1e-6)
    assert after.within_sd == pytest.approx(before.within_sd, abs=1e-6)
    assert (after.spread_first, after.spread_last) == (before.spread_first, before.spread_last)


@given(CLASSROOMS)
def test_missing_points_and_the_order_of_units_change_nothing(
    columns: list[list[int | None]],
) -> None:
    found = variation(rooms(columns))

    other = variation(rooms([[None, *column, None] for column in reversed(columns)]))

    assert other.share_between == pytest.approx(found.share_between, abs=1e-9)
    assert (other.mean, other.lowest, other.highest) == (found.mean, found.lowest, found.highest)
    assert other.reading == found.reading


def test_units_that_differ_less_than_their_points_have_no_variation_between() -> None:
    found = variation(rooms([[40, 60], [41, 61], [39, 59]]))

    assert (found.between_sd, found.share_between) == (0, 0)


def test_units_of_constant_values_have_all_variation_between() -> None:
    found = variation(rooms([[40, 40], [60, 60]]))

    assert (found.within_sd, found.share_between) == (0, 1)
    assert found.between_sd == pytest.approx(math.sqrt(200))


@pytest.mark.parametrize(
    ("columns", "within", "between", "reading"),
    [
        ([], None, None, "There are no values yet."),
        ([[None], []], None, None, "There are no values yet."),
        ([[40]], None, None, "One unit has values, 1 point around 40."),
        ([[40, 42], []], math.sqrt(2), None, "One unit has values, 2 points around 41."),
        (
            [[40], [61.5]],
            None,
            None,
            "The means of 2 units lie between 40 and 61.5; one point each does not tell how much a "
            "unit varies within itself.",
        ),
        (
            [[50, 50], [50, 50]],
            0,
            0,
            "The means of 2 units lie between 50 and 50; the standard deviation is 0 between units "
            "and 0 within them.",
        ),
        (
            [[40, 50], [60, 70]],
            math.sqrt(50),
            math.sqrt(175),
            "The means of 2 units lie between 45 and 65; the standard deviation is 13.2 between "
            "units and 7.1 within them, so that 78% of the variation is between units.",
        ),
    ],
)
def test_what_is_not_defined_is_not_there_and_the_reading_says_the_rest(
    columns: list[list[Any]], within: float | None, between: float | None, reading: str
) -> None:
    found = variation(rooms(columns))

    assert found.within_sd == pytest.approx(within)
    assert found.between_sd == pytest.approx(between)
    assert found.reading == reading


@given(CLASSROOMS)
def test_the_reading_names_no_unit_and_no_cause(columns: list[list[int | None]]) -> None:
    reading = variation(rooms(columns)).reading

    assert "room-" not in reading
    assert not {"because", "caused", "led", "due", "best", "worst"} & set(reading.split())
    assert reading.endswith(".")
    assert "?" not in reading


def test_a_unit_comes_once_and_all_series_are_of_one_measure() -> None:
    one = a_series([40, 50])

    with pytest.raises(InvalidValue) as twice:
        variation([one, one])
    with pytest.raises(InvalidValue) as another:
        variation([one, replace(one, part="room-14", measure_id=MeasureId("other"))])

    assert (twice.value.field, another.value.field) == ("parts/2/part", "parts/2/measure_id")
