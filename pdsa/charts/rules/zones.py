"""Zone rules for control charts: the four of Western Electric and the eight of Nelson.

Western Electric 1956, Statistical Quality Control Handbook; Nelson 1984, Journal of Quality
Technology 16:237-239. Beyond k sigma is strictly ``y > centre + k * sigma`` or its mirror; "within 1
sigma" includes the line. Points on the centre line break runs, equal neighbours break trends and
alternation. A missing point breaks everything, since a gap is not a point; a point without limits
breaks the patterns that need them. A window of w points asks for w - 1 of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from pdsa.charts.result import Side, Signal
from pdsa.charts.rules.column import column, number
from pdsa.charts.rules.sets import Nelson, WesternElectric
from pdsa.errors import InvalidValue

Values = Sequence[float | None]
Marks = list[int | None]
_SIDES = {1: Side.above, -1: Side.below}
_WAYS = {1: Side.up, -1: Side.down}


class _Seen(NamedTuple):
    """A pattern that is complete ``at`` an index, the ``points`` that make it up, and its side."""

    at: int
    points: Iterable[int]
    side: Side | None


def western_electric(
    y: Iterable[Any],
    centre: Any,
    sigma: Any,
    rules: WesternElectric = WesternElectric(),  # noqa: B008  (a frozen struct)
) -> dict[int, tuple[int, ...]]:
    """The indices at which each of the rules 1 to 4 is complete; a longer run lists every further one.

    ``centre`` and ``sigma`` are numbers, or columns as long as ``y`` with ``None`` where a point has
    no limits. Raises ``InvalidValue`` for what is no finite number, for a sigma below zero and for
    columns of unequal length.
    """
    return _complete(*_columns(y, centre, sigma), rules)


def nelson(
    y: Iterable[Any],
    centre: Any,
    sigma: Any,
    rules: Nelson = Nelson(),  # noqa: B008  (a frozen struct)
) -> dict[int, tuple[int, ...]]:
    """The indices at which each of the rules 1 to 8 is complete; arguments as ``western_electric``."""
    return _complete(*_columns(y, centre, sigma), rules)


def signals(
    values: Values,
    centre: float | Values | None,
    sigma: float | Values | None,
    rules: WesternElectric | Nelson,
    *,
    first: int,
    part: int,
) -> list[Signal]:
    """What the rules find in one part of a chart; ``first`` is the chart's index of its first point.

    A signal holds all points that make up the pattern: in "2 of 3" those beyond 2 sigma. Patterns
    that are complete at several points become one signal where they are on the same side and share
    points, so that a run of 12 is one signal and each point beyond 3 sigma one of its own.
    """
    size = len(values)
    name = "western_electric" if isinstance(rules, WesternElectric) else "nelson"
    return [
        Signal(
            rule=f"{name}.{rule}",
            points=tuple(point + first - 1 for point in sorted(points)),
            part=part,
            source=rules.source,
            side=side,
        )
        for rule, seen in _find(values, _spread(centre, size), _spread(sigma, size), rules).items()
        for points, side in _merged(seen)
    ]


def _merged(seen: Iterable[_Seen]) -> list[tuple[set[int], Side | None]]:
    merged: list[tuple[set[int], Side | None]] = []
    open_on: dict[Side | None, set[int]] = {}
    for _, points, side in seen:
        last = open_on.get(side)
        if last is not None and not last.isdisjoint(points):
            last.update(points)
        else:
            open_on[side] = {*points}
            merged.append((open_on[side], side))
    return merged


def _complete(
    values: Values, centres: Values, sigmas: Values, rules: WesternElectric | Nelson
) -> dict[int, tuple[int, ...]]:
    found = _find(values, centres, sigmas, rules)
    return {rule: tuple(each.at for each in seen) for rule, seen in found.items()}


def _find(
    values: Values, centres: Values, sigmas: Values, rules: WesternElectric | Nelson
) -> dict[int, Iterator[_Seen]]:
    def beyond(sigma: int) -> Marks:
        return [_zone(v, c, s, sigma) for v, c, s in zip(values, centres, sigmas, strict=True)]

    side: Marks = [
        None if v is None or c is None else (v > c) - (v < c)
        for v, c in zip(values, centres, strict=True)
    ]
    one = beyond(1)
    outside = _runs(beyond(3), 1, _SIDES.get)
    two_sigma = _windows(beyond(2), rules.two_sigma_window)
    one_sigma = _windows(one, rules.one_sigma_window)
    one_side = _runs(side, rules.one_side, _SIDES.get)
    if isinstance(rules, WesternElectric):
        return {1: outside, 2: two_sigma, 3: one_sigma, 4: one_side}
    steps: Marks = [
        None if a is None or b is None else (b > a) - (b < a)
        for a, b in zip((None, *values), values, strict=False)
    ]
    flipped: Marks = [step and (step if i % 2 else -step) for i, step in enumerate(steps)]
    within: Marks = [
        None if v is None or c is None or s is None else int(c - s <= v <= c + s)
        for v, c, s in zip(values, centres, sigmas, strict=True)
    ]
    return {
        1: outside,
        2: one_side,
        3: _runs(steps, rules.trend - 1, _WAYS.get, before=1),
        4: _runs(flipped, rules.alternating - 1, _neither, before=1),
        5: two_sigma,
        6: one_sigma,
        7: _runs(within, rules.within, _neither),
        8: _both_sides(one, rules.beyond),
    }


def _runs(
    marks: Marks, length: int, side: Callable[[int], Side | None], *, before: int = 0
) -> Iterator[_Seen]:
    """Where ``length`` equal marks other than nought stand in a row, with ``before`` points more."""
    run, last = 0, None
    for at, mark in enumerate(marks, 1):
        run = run + 1 if mark and mark == last else 1
        last = mark
        if mark and run >= length:
            yield _Seen(at, range(at - length + 1 - before, at + 1), side(mark))


def _windows(marks: Marks, window: int) -> Iterator[_Seen]:
    """Where a point beyond makes all but one of the last ``window`` points lie beyond on its side."""
    for at in range(window, len(marks) + 1):
        mark, last = marks[at - 1], marks[at - window : at]
        if mark and None not in last and last.count(mark) >= window - 1:
            points = [at - window + 1 + i for i, each in enumerate(last) if each == mark]
            yield _Seen(at, points, _SIDES[mark])


def _both_sides(marks: Marks, length: int) -> Iterator[_Seen]:
    """Where the last ``length`` points all lie beyond, some on either side."""
    for at in range(length, len(marks) + 1):
        last = marks[at - length : at]
        if all(last) and 1 in last and -1 in last:
            yield _Seen(at, range(at - length + 1, at + 1), None)


def _neither(mark: int) -> Side | None:
    return None


def _zone(value: float | None, centre: float | None, sigma: float | None, k: int) -> int | None:
    """On which side a point lies beyond k sigma: 1, -1 or 0; ``None`` where that is not defined."""
    if value is None or centre is None or sigma is None:
        return None
    return (value > centre + k * sigma) - (value < centre - k * sigma)


def _columns(y: Iterable[Any], centre: Any, sigma: Any) -> tuple[Values, Values, Values]:
    values = column("y", y)
    centres = _per_point("centre", centre, len(values))
    sigmas = _per_point("sigma", sigma, len(values))
    for index, each in enumerate(sigmas, 1):
        if each is not None and each < 0:
            raise InvalidValue(f"sigma/{index}", each, "0 or more")
    return values, centres, sigmas


def _per_point(field: str, given: Any, size: int) -> Values:
    if given is None or not hasattr(given, "__len__"):
        return _spread(None if given is None else number(field, given), size)
    found = column(field, given)
    if len(found) != size:
        raise InvalidValue(field, f"{len(found)} values", f"one number, or as many as y ({size})")
    return found


def _spread(given: float | Values | None, size: int) -> Values:
    return given if isinstance(given, Sequence) else [given] * size
