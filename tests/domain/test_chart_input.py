"""What a chart is made of: which numbers are read, and what is refused with its index and rule."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from pdsa import Chart, InvalidValue, chart
from pdsa.charts import MakingDataCount

DAY = date(2018, 1, 12)


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        ({"y": [1, "two", 3]}, "y/2", "a number, or None where it is missing"),
        ({"y": [1, 2 + 1j]}, "y/2", "a number, or None where it is missing"),
        ({"y": [1, 2, math.inf]}, "y/3", "a finite number under 1e100"),
        ({"y": [1, -math.inf]}, "y/2", "a finite number under 1e100"),
        ({"y": [1e200, 1]}, "y/1", "a finite number under 1e100"),
        ({"y": "12"}, "y", "a sequence of numbers"),
        ({"y": 12}, "y", "a sequence of numbers"),
        ({"kind": "p", "y": [1, 3], "n": [10, 0]}, "n/2", "above zero, since y is 3"),
        ({"kind": "p", "y": [1, 3], "n": [10, -5]}, "n/2", "0, or 1e-100 and more"),
        ({"kind": "p", "y": [1, 30], "n": [10, 10]}, "y/2", "at most its denominator (10)"),
        ({"kind": "p", "y": [1, -3], "n": [10, 10]}, "y/2", "0 or more on a P chart"),
        ({"kind": "p", "y": [1, 3], "n": [10]}, "n", "as many as y (2)"),
        ({"kind": "p", "y": [1, 3]}, "n", "a P chart needs denominators"),
        ({"kind": "c", "y": [1, 3], "n": [9, 9]}, "n", "a C chart takes no denominators"),
        ({"kind": "c", "y": [1, -3]}, "y/2", "0 or more on a C chart"),
        ({"kind": "t", "y": [1, 0]}, "y/2", "above zero: a T chart is of times between events"),
        ({"x": [DAY]}, "x", "as many as y (3)"),
        ({"x": [DAY, 2, 3]}, "x/2", "like x/1 (date)"),
        ({"x": [1, math.inf, 3]}, "x/2", "a finite number under 1e100"),
        ({"x": [1, object(), 3]}, "x/2", "a date, a number or a text"),
        (
            {"x": [datetime(2018, 1, 12, 9), DAY, DAY]},
            "x/1",
            "a date, without a time of day",
        ),
        ({"freeze": 0}, "freeze", "the index of a point, 1 or more"),
        ({"freeze": 2.5}, "freeze", "the index of a point, 1 or more"),
        ({"part": [1.5]}, "part/1", "the index of a point, a whole number"),
        ({"exclude": ["2"]}, "exclude/1", "the index of a point, a whole number"),
        ({"cl": math.nan}, "cl", "a finite number under 1e100"),
        ({"kind": "p", "n": [9, 9, 9], "cl": 1.5}, "cl", "a share between 0 and 1 on a P chart"),
        ({"kind": "c", "cl": -1}, "cl", "0 or more on a C chart"),
        ({"target": math.inf}, "target", "a finite number under 1e100"),
        ({"multiply": 0}, "multiply", "a finite number above zero"),
        ({"multiply": math.inf}, "multiply", "a finite number under 1e100"),
        ({"multiply": "2"}, "multiply", "a finite number under 1e100"),
        ({"target": [5]}, "target", "a finite number under 1e100"),
        ({"screen": math.nan}, "screen", "true or false"),
        ({"aggregate": []}, "aggregate", "mean, median or sum"),
        ({"part": None}, "part", "the indices of points, whole numbers"),
        ({"exclude": 3}, "exclude", "the indices of points, whole numbers"),
        ({"rules": ["anhoej"]}, "rules", "sets of rules, such as Anhoej() or Perla()"),
        (
            {"x": ["a", "b", "c"], "rules": [MakingDataCount()]},
            "x",
            "dates or numbers: Making Data Count reads an order in time",
        ),
        ({"x": 5}, "x", "a sequence of dates, numbers or texts"),
        ({"x": ["a", "\ud800", "b"]}, "x/2", "a text in whole characters"),
        ({"y": [10**400, 1.5]}, "y/1", "a finite number under 1e100"),
        ({"y": [Decimal("sNaN"), 1]}, "y/1", "a number, or None where it is missing"),
        ({"kind": "u", "y": [1, 1], "n": [1e-310, 1]}, "n/1", "0, or 1e-100 and more"),
        ({"kind": "ip", "y": [1, 1], "n": [1e-310, 1]}, "n/1", "0, or 1e-100 and more"),
        ({"aggregate": "mode"}, "aggregate", "mean, median or sum"),
    ],
)
def test_what_cannot_be_is_refused_with_its_index_and_its_rule(
    wrong: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        chart(**{"kind": "i", "y": [1, 2, 3]} | wrong)

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


def test_an_unknown_kind_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InvalidValue, match="one of run, i, mr, ip, p"):
        chart("pie", [1, 2])


def test_nan_is_missing_as_pandas_means_it() -> None:
    found = chart("i", [1, math.nan, 3])

    assert found.points.y == (1, None, 3)


class Tally:
    """A number of some other library."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return float(self.value)


@pytest.mark.parametrize("kind", ["run", "i", "p", "c", "ip"])
@pytest.mark.parametrize("made", [Decimal, Fraction, Tally, bool], ids=lambda made: made.__name__)
def test_numbers_of_other_libraries_are_read_as_plain_ones(
    kind: str, made: Callable[[int], Any]
) -> None:
    values = [made(v) for v in (0, 1, 1, 0)]
    sizes = [made(1) for _ in values] if kind in ("p", "ip") else None

    found = chart(kind, values, sizes)

    assert found == chart(kind, [float(v) for v in values], sizes and [float(v) for v in sizes])
    assert msgspec.json.decode(msgspec.json.encode(found), type=Chart) == found


def test_columns_may_come_from_generators_and_be_read_once() -> None:
    found = chart("p", iter([3, 5]), (n for n in (10, 9)), iter([DAY, DAY + timedelta(7)]))

    assert found == chart("p", [3, 5], [10, 9], [DAY, DAY + timedelta(7)])
