"""Rows before any chart: checked, ordered by x, rows of one x made one subgroup.

Rules after qicharts2: rows without x are dropped; a count without its denominator (or the reverse)
is missing; 0/0 is a missing point; what cannot be is refused with its index.
"""

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from operator import lt, truediv
from typing import Any, Literal, NamedTuple

from pdsa.charts.mean import mean, median, spread
from pdsa.charts.result import ChartKind
from pdsa.errors import InvalidValue
from pdsa.words import mark, say

Aggregate = Literal["mean", "median", "sum"]

_PLAIN = frozenset((int, float))
_SMALL = 1e-100  # nothing divided by less overflows
_BIG = 1e100  # squares, and sums of squares, stay finite
_SHARES = frozenset((ChartKind.p, ChartKind.pp))
_RATES = frozenset((ChartKind.p, ChartKind.pp, ChartKind.u, ChartKind.up))
_COUNTS = frozenset((ChartKind.c, ChartKind.g))
_ALONE = frozenset((ChartKind.c, ChartKind.g, ChartKind.t, ChartKind.xbar, ChartKind.s))
_AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "mean": mean,
    "median": median,
    "sum": math.fsum,
}


class Rows(NamedTuple):
    """Columns of one length, one entry a subgroup.

    ``num`` and ``den`` are set for shares and rates. ``sd`` is set for Xbar and S charts, whose
    ``den`` is the size and whose ``num`` the mean of each subgroup. ``gaps`` says that some y is
    missing.
    """

    x: tuple[date | int | float, ...]
    y: list[float | None]
    num: list[float | None] | None
    den: list[float | None] | None
    sd: list[float | None] | None
    labels: tuple[str, ...]
    gaps: bool


def read(
    kind: ChartKind, y: Iterable[Any], n: Iterable[Any] | None, x: Iterable[Any] | None, how: str
) -> Rows:
    """The rows of a chart.

    Raises ``InvalidValue`` with the index (from 1) for what is no number, for infinity, for a
    count over a denominator of zero, for a share above 1, for negative counts, for a T chart's
    zero; and for columns of unequal length.
    """
    if not isinstance(how, str) or how not in _AGGREGATES:
        raise InvalidValue("aggregate", how, "mean, median or sum")
    values, least, gaps = numbers("y", y)
    size = len(values)
    sizes: list[float | None] | None = None
    smallest, without = 1.0, False
    if n is not None:
        sizes, smallest, without = numbers("n", n, size)
    if sizes is None and kind in _RATES:
        raise InvalidValue("n", None, say("a {kind} chart needs denominators", kind=kind.upper()))
    if sizes is not None and kind in _ALONE:
        raise InvalidValue(
            "n", "given", say("a {kind} chart takes no denominators", kind=kind.upper())
        )
    if sizes is not None and (gaps or without):
        missing = [a is None or b is None for a, b in zip(values, sizes, strict=True)]
        values = [None if gone else v for gone, v in zip(missing, values, strict=True)]
        sizes = [None if gone else v for gone, v in zip(missing, sizes, strict=True)]
        gaps = True
    if least < 0 or smallest < _SMALL or (least == 0 and kind is ChartKind.t):
        _check(kind, values, sizes)
    if x is None:
        labels: tuple[str, ...] = ()
        at: tuple[Any, ...] = positions(size)
    else:
        at, labels = axis(x, size)
        if not rising(at):
            return _grouped(kind, at, labels, values, sizes, how)
    if kind is ChartKind.xbar or kind is ChartKind.s:
        return _grouped(kind, at, labels, values, sizes, how)
    if sizes is None:
        if kind is ChartKind.ip:
            ones: list[float | None] = [None if v is None else 1.0 for v in values]
            return Rows(at, values, values, ones, None, labels, gaps)
        plain: list[float | None] = values if gaps else [*map(float, values)]  # type: ignore[arg-type]
        return Rows(at, plain, None, None, None, labels, gaps)
    rows = _divided(at, values, sizes, labels, gaps)
    if kind in _SHARES and (rows.gaps or max(rows.y, default=0) > 1):  # type: ignore[type-var,operator]
        _no_share_above_1(values, sizes)
    return rows


@lru_cache(maxsize=256)
def positions(size: int) -> tuple[int, ...]:
    """1, 2, 3 ... for points that have no place of their own."""
    return tuple(range(1, size + 1))


def _no_share_above_1(y: list[float | None], n: list[float | None]) -> None:
    for i, (a, b) in enumerate(zip(y, n, strict=True)):
        if a is not None and b is not None and a > b:
            raise InvalidValue(
                f"y/{i + 1}", a, say("at most its denominator ({value})", value=f"{b:g}")
            )


def _divided(
    at: tuple[Any, ...],
    num: list[float | None],
    den: list[float | None],
    labels: tuple[str, ...],
    gaps: bool,
) -> Rows:
    try:
        shares: list[float | None] = list(map(truediv, num, den))
    except (TypeError, ZeroDivisionError):  # something is missing, or 0/0
        gaps = True
        num, den = list(num), list(den)
        shares = [None] * len(num)
        for i, (a, b) in enumerate(zip(num, den, strict=True)):
            if a is None or b is None or b == 0:
                num[i] = den[i] = None
            else:
                shares[i] = a / b
    return Rows(at, shares, num, den, None, labels, gaps)


def numbers(
    field: str, column: Iterable[Any], size: int | None = None
) -> tuple[list[float | None], float, bool]:
    """The column as plain numbers, the least of them (1 if none), and whether any is missing.

    Raises ``InvalidValue`` as ``read`` does.
    """
    if type(column) is not list:
        column = _listed(field, column)
    if size is not None and len(column) != size:
        raise InvalidValue(field, f"{len(column)} values", say("as many as y ({n})", n=size))
    if column and {*map(type, column)} <= _PLAIN:
        least, most = min(column), max(column)
        try:
            total = sum(column)  # a NaN makes it one, and no comparison with it is true
        except OverflowError:  # a whole number beyond all floats
            total = math.inf
        if least > -_BIG and most < _BIG and -math.inf < total < math.inf:
            return column, least, False
    return _plain(field, column)


def _listed(field: str, column: Iterable[Any]) -> list[Any]:
    to_list = getattr(column, "tolist", None)  # numpy and pandas
    if isinstance(column, (str, bytes, dict)) or not (to_list or hasattr(column, "__iter__")):
        what = "dates, numbers or texts" if field == "x" else "numbers"
        raise InvalidValue(field, column, f"a sequence of {what}")
    return list(to_list() if to_list else column)


def _plain(field: str, column: list[Any]) -> tuple[list[float | None], float, bool]:
    """The slow way, which finds what is missing, and the index of what is wrong."""
    found = [_number(f"{field}/{i}", value) for i, value in enumerate(column, 1)]
    return found, min((v for v in found if v is not None), default=1), None in found


def _number(field: str, value: Any) -> float | None:
    """One entry of a column, ``None`` where it is missing."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, (str, bytes, complex)) or not hasattr(value, "__float__"):
        raise InvalidValue(field, value, "a number, or None where it is missing")
    try:
        plain = float(value)
    except OverflowError:
        plain = math.inf
    except (ArithmeticError, TypeError, ValueError):
        raise InvalidValue(field, value, "a number, or None where it is missing") from None
    if plain != plain:
        return None
    if not -_BIG < plain < _BIG:
        raise InvalidValue(field, value, "a finite number under 1e100")
    return plain


def _check(kind: ChartKind, y: list[float | None], n: list[float | None] | None) -> None:
    """Refuse what the chart cannot hold."""
    if n is not None:
        _refuse("n", n, lambda v: v < 0 or 0 < v < _SMALL, mark("0, or 1e-100 and more"))
        for i, (a, b) in enumerate(zip(y, n, strict=True)):
            if b == 0 and a:
                raise InvalidValue(
                    f"n/{i + 1}", b, say("above zero, since y is {value}", value=f"{a:g}")
                )
    if kind in _RATES or kind in _COUNTS:
        _refuse("y", y, lambda v: v < 0, say("0 or more on a {kind} chart", kind=kind.upper()))
    if kind is ChartKind.t:
        _refuse("y", y, lambda v: v <= 0, mark("above zero: a T chart is of times between events"))


def _refuse(
    field: str, column: list[float | None], wrong: Callable[[float], bool], rule: str
) -> None:
    for i, value in enumerate(column):
        if value is not None and wrong(value):
            raise InvalidValue(f"{field}/{i + 1}", value, rule)


def axis(x: Iterable[Any], size: int) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """The places on the axis: dates or numbers as they are, texts as 1, 2, 3 with their labels."""
    at = _listed("x", x)
    if len(at) != size:
        raise InvalidValue("x", f"{len(at)} values", say("as many as y ({n})", n=size))
    kinds = {*map(type, at)}
    if kinds <= {date}:
        return tuple(at), ()
    for i, value in enumerate(at):
        if (
            value is None
            or type(value).__name__ in ("NAType", "NaTType")
            or (isinstance(value, float) and value != value)
        ):
            at[i] = None
        elif isinstance(value, datetime):
            if value.timetz().replace(tzinfo=None).isoformat() != "00:00:00":
                raise InvalidValue(f"x/{i + 1}", str(value), "a date, without a time of day")
            at[i] = value.date()
        elif isinstance(value, bool) or not isinstance(value, (int, float, date, str)):
            raise InvalidValue(f"x/{i + 1}", value, "a date, a number or a text")
        elif isinstance(value, (int, float)) and not -_BIG < value < _BIG:
            raise InvalidValue(f"x/{i + 1}", value, "a finite number under 1e100")
        elif isinstance(value, str) and any("\ud800" <= each <= "\udfff" for each in value):
            raise InvalidValue(f"x/{i + 1}", ascii(value), "a text in whole characters")
    sorts = {_sort(value) for value in at if value is not None}
    if len(sorts) > 1:
        first = next(v for v in at if v is not None)
        odd = next(i for i, v in enumerate(at) if v is not None and _sort(v) is not _sort(first))
        raise InvalidValue(f"x/{odd + 1}", str(at[odd]), f"like x/1 ({_sort(first).__name__})")
    if sorts == {str}:
        names = sorted({v for v in at if v is not None})
        place = {name: i + 1 for i, name in enumerate(names)}
        return tuple(None if v is None else place[v] for v in at), tuple(names)
    return tuple(at), ()


def rising(at: tuple[Any, ...]) -> bool:
    """Whether every place is there and after the one before it."""
    return None not in at and all(map(lt, at, islice(at, 1, None)))


def _sort(value: object) -> type:
    return str if isinstance(value, str) else date if isinstance(value, date) else float


def _grouped(
    kind: ChartKind,
    at: tuple[Any, ...],
    labels: tuple[str, ...],
    values: list[float | None],
    sizes: list[float | None] | None,
    how: str,
) -> Rows:
    """Rows of one x become one subgroup, in the order of x; rows without x are dropped."""
    groups: dict[Any, list[int]] = {}
    for i, place in enumerate(at):
        if place is not None:
            groups.setdefault(place, []).append(i)
    order = sorted(groups)
    if sizes is not None:
        if kind in _SHARES:
            _no_share_above_1(values, sizes)
        num, den = _sums(values, groups, order), _sums(sizes, groups, order)
        return _divided(tuple(order), num, den, labels, None in num)
    found = [[v for i in groups[x] if (v := values[i]) is not None] for x in order]
    gathered = _AGGREGATES["sum" if kind is ChartKind.c else how]
    y: list[float | None] = [gathered(group) if group else None for group in found]
    sd: list[float | None] | None = None
    counts: list[float | None] = [len(group) for group in found]
    if kind is ChartKind.xbar or kind is ChartKind.s:
        sd = [spread(group) for group in found]
        means: list[float | None] = [mean(group) if group else None for group in found]
        return Rows(tuple(order), y, means, counts, sd, labels, None in y)
    if kind is ChartKind.ip:
        counts = [count or None for count in counts]
        return Rows(tuple(order), y, y, counts, None, labels, None in y)
    return Rows(tuple(order), y, None, None, None, labels, None in y)


def _sums(
    column: list[float | None], groups: dict[Any, list[int]], order: list[Any]
) -> list[float | None]:
    found = ([v for i in groups[x] if (v := column[i]) is not None] for x in order)
    return [math.fsum(group) if group else None for group in found]
