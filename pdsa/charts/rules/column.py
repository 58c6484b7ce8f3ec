"""Columns of numbers as the modules beside this one take them."""

from collections.abc import Iterable
from typing import Any

from pdsa.charts.rows import numbers
from pdsa.errors import InvalidValue

_PLAIN = frozenset((int, float))


def column(field: str, values: Iterable[Any]) -> list[float | None]:
    """The values as plain numbers, ``None`` where missing; as every chart reads them."""
    found, _, _ = numbers(field, values)
    return found


def number(field: str, value: Any) -> float:
    """One finite number; whole ones stay whole. Raises ``InvalidValue``."""
    if isinstance(value, (bool, str, bytes, complex)) or not hasattr(value, "__float__"):
        raise InvalidValue(field, value, "a finite number")
    plain = value if type(value) is int else float(value)
    if not -1e100 < plain < 1e100:  # nor is NaN
        raise InvalidValue(field, value, "a finite number under 1e100")
    return plain


def run_length(field: str, value: object) -> int:
    """A number of points that make a run. Raises ``InvalidValue`` below 2."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 2:
        raise InvalidValue(field, value, "a run of 2 or more")
    return value
