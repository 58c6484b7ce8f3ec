"""The lines of one part of a chart, and how they are put together."""

from collections.abc import Sequence
from typing import NamedTuple

Numbers = list[float]
Column = Sequence[float | None]
Gappy = list[float | None]
Base = list[int] | None


class Lines(NamedTuple):
    """The lines of one part, and what the rules judge.

    ``values`` are judged against ``centre`` for runs, and against ``middle`` in steps of ``sigma``
    for zones: on the T chart both are transformed, on the G chart the drawn centre is the median
    and the limits lie around the mean. ``sigma`` is ``None`` where there are no limits.
    """

    y: Gappy
    cl: float | None
    lcl: Column
    ucl: Column
    lcl95: Column
    ucl95: Column
    values: Gappy
    centre: float | None
    middle: float | None
    sigma: Column | None


def blank(y: Gappy) -> Lines:
    """No base point has a value: there is nothing to draw a line from."""
    return without_limits(y, None)


def without_limits(y: Gappy, cl: float | None) -> Lines:
    """A centre line alone."""
    none: Gappy = [None] * len(y)
    return Lines(y, cl, none, none, none, none, y, cl, cl, None)


def column_at(column: Gappy, base: Base) -> Gappy:
    """A column at the base points."""
    return column if base is None else [column[i] for i in base]


def known_at(column: Gappy, base: Base) -> Numbers:
    """The values at the base points."""
    return [v for v in column_at(column, base) if v is not None]


def around(y: Gappy, cl: float, sigma: Gappy) -> Lines:
    """Limits at 2 and 3 sigma around the centre line, wherever sigma is known."""
    return Lines(
        y,
        cl,
        [None if s is None else cl - 3 * s for s in sigma],
        [None if s is None else cl + 3 * s for s in sigma],
        [None if s is None else cl - 2 * s for s in sigma],
        [None if s is None else cl + 2 * s for s in sigma],
        y,
        cl,
        cl,
        sigma,
    )
