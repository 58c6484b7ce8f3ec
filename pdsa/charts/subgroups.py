"""Xbar and S charts: subgroups of single values, and the constants of their limits.

Montgomery, Introduction to Statistical Quality Control, ch. 6 and appendix VI.
"""

import math
from collections.abc import Callable
from functools import lru_cache

from pdsa.charts.lines import Base, Gappy, Lines, around, blank, column_at, without_limits
from pdsa.charts.mean import mean, weighted_mean
from pdsa.charts.rows import Rows


@lru_cache(maxsize=1024)
def c4(n: int) -> float:
    """The bias of a sample standard deviation of ``n`` normal values (2 or more)."""
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


@lru_cache(maxsize=1024)
def _beyond(n: int) -> float:
    """c5/c4: the spread of a sample standard deviation, in units of its expected value."""
    return math.sqrt(1 - c4(n) ** 2) / c4(n)


def a3(n: int, sigmas: float = 3) -> float:
    """A3: the Xbar chart's limits, in mean standard deviations (Montgomery, appendix VI)."""
    return sigmas / (c4(n) * math.sqrt(n))


def b3(n: int, sigmas: float = 3) -> float:
    """B3: the S chart's lower limit, in mean standard deviations."""
    return max(0.0, 1 - sigmas * _beyond(n))


def b4(n: int, sigmas: float = 3) -> float:
    """B4: the S chart's upper limit, in mean standard deviations."""
    return 1 + sigmas * _beyond(n)


def _pooled(rows: Rows, base: Base) -> float | None:
    """The standard deviation within subgroups: their mean, or pooled where sizes differ.

    A subgroup without any value counts as of another size, and takes one degree of freedom from
    the pool, so that the figure equals qicharts2's.
    """
    sizes = rows.den or []
    sds = column_at(rows.sd or [], base)
    if len({*sizes}) == 1:
        known = [sd for sd in sds if sd is not None]
        return mean(known) if known else None
    pairs = [(sd, n) for sd, n in zip(sds, column_at(sizes, base), strict=True) if n is not None]
    freedom = math.fsum(n - 1 for _, n in pairs)
    if freedom <= 0:
        return None
    return math.sqrt(math.fsum((n - 1) * sd * sd for sd, n in pairs if sd is not None) / freedom)


def xbar(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    y, sizes = rows.y, rows.den or []
    if cl is None:
        pairs = [
            (v, n)
            for v, n in zip(column_at(rows.num or [], base), column_at(sizes, base), strict=True)
            if v is not None and n is not None
        ]
        if not pairs:
            return blank(y)
        cl = weighted_mean(pairs)
    within = _pooled(rows, base)
    sigma: Gappy = [
        None if within is None or n is None or n < 2 else a3(int(n), 1) * within for n in sizes
    ]
    if all(s is None for s in sigma):
        return without_limits(y, cl)
    return around(y, cl, sigma)


def s(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    y, sizes = rows.sd or [], rows.den or []
    if cl is None:
        cl = _pooled(rows, base)
        if cl is None:
            return blank(y)
    centre = cl

    def scaled(factor: Callable[[int, float], float], sigmas: float) -> Gappy:
        return [None if n is None or n < 2 else factor(int(n), sigmas) * centre for n in sizes]

    return Lines(
        y,
        cl,
        scaled(b3, 3),
        scaled(b4, 3),
        scaled(b3, 2),
        scaled(b4, 2),
        y,
        cl,
        cl,
        [None if n is None or n < 2 else _beyond(int(n)) * centre for n in sizes],
    )
