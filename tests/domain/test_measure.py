import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import InvalidValue, MeasureUnit, check_point, show_amount
from tests.builders import a_measure, a_point


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target": math.nan}, "target"),
        ({"target": math.inf}, "target"),
        ({"lowest": -math.inf}, "lowest"),
        ({"highest": math.nan}, "highest"),
        ({"per": 0}, "per"),
        ({"per": -100}, "per"),
        ({"lowest": 4, "highest": 4}, "highest"),
        ({"lowest": 5, "highest": 1}, "highest"),
    ],
)
def test_a_measure_has_a_scale_that_can_be(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        a_measure(**changes)

    assert raised.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"numerator": 12}, "denominator"),
        ({"denominator": 28}, "numerator"),
        ({"numerator": -1, "denominator": 28}, "numerator"),
        ({"numerator": 0, "denominator": -28}, "denominator"),
        ({"numerator": 1, "denominator": 0}, "denominator"),
        ({"numerator": 1, "denominator": 2, "value": 50}, "value"),
        ({"value": math.nan}, "value"),
        ({"value": math.inf}, "value"),
        ({"value": -math.inf}, "value"),
    ],
)
def test_a_point_that_cannot_be_is_never_built(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        a_point(**changes)

    assert raised.value.field == field


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, True),
        ({"note": "assembly"}, True),
        ({"numerator": 0, "denominator": 0}, True),
        ({"numerator": 0, "denominator": 28}, False),
        ({"value": 0}, False),
        ({"value": -0.0}, False),
    ],
)
def test_a_missing_point_is_missing_and_a_zero_is_a_figure(
    changes: dict[str, Any], missing: bool
) -> None:
    assert a_point(**changes).missing is missing


@pytest.mark.parametrize(
    ("unit", "changes", "field"),
    [
        (MeasureUnit.percentage, {"numerator": 29, "denominator": 28}, "numerator"),
        (MeasureUnit.percentage, {"value": -0.5}, "value"),
        (MeasureUnit.percentage, {"value": 100.5}, "value"),
        (MeasureUnit.count_, {"numerator": 3, "denominator": 4}, "numerator"),
        (MeasureUnit.mean, {"numerator": 3, "denominator": 4}, "numerator"),
        (MeasureUnit.rubric_level, {"numerator": 0, "denominator": 4}, "numerator"),
        (MeasureUnit.count_, {"value": -1}, "value"),
        (MeasureUnit.count_, {"value": 2.5}, "value"),
        (MeasureUnit.rate, {"value": -0.1}, "value"),
        (MeasureUnit.rubric_level, {"value": 0}, "value"),
        (MeasureUnit.rubric_level, {"value": 4.5}, "value"),
    ],
)
def test_a_point_fits_the_unit_of_its_measure(
    unit: MeasureUnit, changes: dict[str, Any], field: str
) -> None:
    measure = a_measure(unit=unit, lowest=1, highest=4)

    with pytest.raises(InvalidValue) as raised:
        check_point(measure, a_point(**changes))

    assert raised.value.field == field


@pytest.mark.parametrize(
    ("unit", "changes"),
    [
        (MeasureUnit.percentage, {"numerator": 28, "denominator": 28}),
        (MeasureUnit.percentage, {"value": 100}),
        (MeasureUnit.rate, {"numerator": 40, "denominator": 28}),
        (MeasureUnit.count_, {"value": 3}),
        (MeasureUnit.mean, {"value": -12.5}),
        (MeasureUnit.rubric_level, {"value": 4}),
        (MeasureUnit.rubric_level, {}),
    ],
)
def test_what_a_measure_can_have_is_taken(unit: MeasureUnit, changes: dict[str, Any]) -> None:
    check_point(a_measure(unit=unit, lowest=1, highest=4), a_point(**changes))


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_counts_of_any_size_are_a_percentage_or_are_refused(num: int, den: int) -> None:
    if num > den:
        with pytest.raises(InvalidValue):
            check_point(a_measure(), a_point(numerator=num, denominator=den))
    else:
        check_point(a_measure(), a_point(numerator=num, denominator=den))


@pytest.mark.parametrize(
    ("value", "unit", "per", "words"),
    [
        (None, MeasureUnit.percentage, 1, "no data"),
        (64, MeasureUnit.percentage, 1, "64%"),
        (64.26, MeasureUnit.percentage, 1, "64.3%"),
        (12, MeasureUnit.count_, 1, "12"),
        (3.5, MeasureUnit.rate, 100, "3.5 per 100"),
        (3.5, MeasureUnit.rate, 1, "3.5"),
        (-0.04, MeasureUnit.mean, 1, "0"),
        (-0.0, MeasureUnit.percentage, 1, "0%"),
    ],
)
def test_an_amount_is_shown_with_at_most_one_decimal(
    value: float | None, unit: MeasureUnit, per: int, words: str
) -> None:
    assert show_amount(value, unit, per=per) == words
    assert a_measure(unit=unit, per=per).show(value) == words
