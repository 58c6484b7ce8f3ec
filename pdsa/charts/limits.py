"""Centre lines and limits, one function for each kind of chart.

Sources: Montgomery, Introduction to Statistical Quality Control, ch. 6-7 (P, U, C, Xbar, S, I and
MR charts, constants); Nelson 1982, JQT 14:172 (screening of moving ranges); Laney 2002, Quality
Engineering 14:531 (P', U'); Taylor 2017 (I'); Benneyan 2001, Health Care Management Science 4:305
(G); Nelson 1994, JQT 26:239 (T). Where R's qicharts2 does otherwise: docs/decisions/0006.
"""

import math
from collections.abc import Callable
from itertools import pairwise

from pdsa.charts.lines import (
    Base,
    Column,
    Gappy,
    Lines,
    Numbers,
    around,
    blank,
    column_at,
    known_at,
    without_limits,
)
from pdsa.charts.mean import mean, median, spread, weighted_mean
from pdsa.charts.result import ChartKind
from pdsa.charts.rows import Rows
from pdsa.charts.subgroups import s, xbar

_POWER = 3.6
_HALF_NORMAL = math.sqrt(math.pi / 2)


def screened(ranges: Numbers, limit: float, screen: bool) -> float | None:
    """The mean of moving ranges, without those at or over ``limit`` means (once; Nelson 1982)."""
    if not ranges:
        return None
    average = mean(ranges)
    if not screen or not average:  # all equal: the spread is nought, not unknown
        return average
    return mean([moved for moved in ranges if moved < limit * average])


def _moving_ranges(values: Gappy) -> Numbers:
    """Differences of neighbours without their sign; none beside a missing value."""
    return [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]


def _level(
    y: Gappy,
    cl: float,
    sigma: float | None,
    least: float = -math.inf,
    middle: float | None = None,
) -> Lines:
    """Limits that are the same for every point, around ``middle`` (else the centre line)."""
    if sigma is None:
        return without_limits(y, cl)
    size = len(y)
    middle = cl if middle is None else middle
    lcl, lcl95 = middle - 3 * sigma, middle - 2 * sigma
    return Lines(
        y,
        cl,
        [max(lcl, least)] * size,
        [middle + 3 * sigma] * size,
        [max(lcl95, least)] * size,
        [middle + 2 * sigma] * size,
        y,
        cl,
        middle,
        [sigma] * size,
    )


def _run(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    known = known_at(rows.y, base)
    if cl is None and not known:
        return blank(rows.y)
    return without_limits(rows.y, median(known) if cl is None else cl)


def _i(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    known = known_at(rows.y, base)
    if cl is None and not known:
        return blank(rows.y)
    moved = screened(_moving_ranges(column_at(rows.y, base)), 3.267, screen)
    return _level(
        rows.y, mean(known) if cl is None else cl, None if moved is None else moved / 1.128
    )


def _mr(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    values: Gappy = rows.y
    moved: Gappy = [None]
    moved += [None if a is None or b is None else abs(b - a) for a, b in pairwise(values)]
    moved = moved[: len(values)]
    known = known_at(moved, base)
    if cl is None:
        if not known:
            return blank(moved)._replace(lcl=[0.0] * len(moved), lcl95=[0.0] * len(moved))
        cl = mean(known)
    size = len(moved)
    zero: Gappy = [0.0] * size
    return Lines(
        moved,
        cl,
        zero,
        [3.267 * cl] * size,
        zero,
        [3.267 / 3 * 2 * cl] * size,
        moved,
        cl,
        cl,
        [(3.267 - 1) / 3 * cl] * size,
    )


def _c(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    known = known_at(rows.y, base)
    if cl is None:
        if not known:
            return blank(rows.y)
        cl = mean(known)
    return _level(rows.y, cl, math.sqrt(cl), 0.0)


def _g(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    known = known_at(rows.y, base)
    if cl is None and not known:
        return blank(rows.y)
    centre = mean(known) if cl is None else cl
    sigma = math.sqrt(centre * (centre + 1))
    return _level(rows.y, median(known) if cl is None else cl, sigma, 0.0, centre)


def _t(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    moved: Gappy = [None if v is None else v ** (1 / _POWER) for v in rows.y]
    lines = _i(rows._replace(y=moved), base, None if cl is None else cl ** (1 / _POWER), screen)
    return lines._replace(
        y=rows.y,
        cl=_back(lines.cl),
        lcl=_back_all(lines.lcl),
        ucl=_back_all(lines.ucl),
        lcl95=_back_all(lines.lcl95),
        ucl95=_back_all(lines.ucl95),
    )


def _back(value: float | None) -> float | None:
    return None if value is None else value**_POWER if value > 0 else 0.0


def _back_all(column: Column) -> Column:
    return [_back(column[0])] * len(column) if column else column


def _over_sizes(
    rows: Rows, cl: float | None, base: Base, screen: bool, share: bool, prime: bool
) -> Lines:
    """P, U and Laney's: sigma follows each subgroup's denominator."""
    y, num, den = rows.y, rows.num or [], rows.den or []
    if cl is None:
        total, size = math.fsum(known_at(num, base)), math.fsum(known_at(den, base))
        if not size:
            return blank(y)
        cl = total / size
    variance = cl * (1 - cl) if share else cl
    sigma = [None if d is None else math.sqrt(variance / d) for d in den]
    if prime:
        beside = _laney(rows, cl, sigma, base, screen)
        if beside is None:
            return without_limits(y, cl)
        sigma = [None if s is None else s * beside for s in sigma]
    lines = around(y, cl, sigma)
    return lines._replace(
        lcl=_clamped(lines.lcl, share),
        ucl=_clamped(lines.ucl, share),
        lcl95=_clamped(lines.lcl95, share),
        ucl95=_clamped(lines.ucl95, share),
    )


def _clamped(column: Column, share: bool) -> Column:
    """No count is below zero, and no share above one."""
    most = 1.0 if share else math.inf
    return [None if v is None else 0.0 if v < 0 else most if v > most else v for v in column]


def _laney(rows: Rows, cl: float, sigma: Gappy, base: Base, screen: bool) -> float | None:
    """Sigma z: how much the subgroups vary beside what their sizes explain.

    From moving ranges; where the axis has names, and so no neighbours, from all of them.
    """
    z: Gappy = [
        None if v is None or not s else (v - cl) / s for v, s in zip(rows.y, sigma, strict=True)
    ]
    if rows.labels:
        return spread(known_at(z, base))
    moved = screened(_moving_ranges(column_at(z, base)), 3.267, screen)
    if moved is None and 0.0 in sigma:
        return 0.0  # every base point is 0, or 1: no subgroup varies
    return None if moved is None else moved / 1.128


def _p(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    return _over_sizes(rows, cl, base, screen, True, False)


def _pp(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    return _over_sizes(rows, cl, base, screen, True, True)


def _u(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    return _over_sizes(rows, cl, base, screen, False, False)


def _up(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    return _over_sizes(rows, cl, base, screen, False, True)


def _ip(rows: Rows, base: Base, cl: float | None, screen: bool) -> Lines:
    y, den = rows.y, rows.den or []
    pairs = [
        None if v is None or d is None else (v, d)
        for v, d in zip(column_at(y, base), column_at(den, base), strict=True)
    ]
    known = [pair for pair in pairs if pair is not None]
    if cl is None:
        if not known:
            return blank(y)
        cl = weighted_mean(known)
    moved = [
        _HALF_NORMAL * abs(b[0] - a[0]) / math.sqrt(1 / a[1] + 1 / b[1])
        for a, b in pairwise(pairs)
        if a is not None and b is not None
    ]
    spread = screened(moved, 3.2665, screen)
    if spread is None:
        return without_limits(y, cl)
    sigma: Gappy = [None if d is None else spread / math.sqrt(d) for d in den]
    return around(y, cl, sigma)


LIMITS: dict[ChartKind, Callable[[Rows, Base, float | None, bool], Lines]] = {
    ChartKind.run: _run,
    ChartKind.i: _i,
    ChartKind.mr: _mr,
    ChartKind.ip: _ip,
    ChartKind.p: _p,
    ChartKind.pp: _pp,
    ChartKind.u: _u,
    ChartKind.up: _up,
    ChartKind.c: _c,
    ChartKind.g: _g,
    ChartKind.t: _t,
    ChartKind.xbar: xbar,
    ChartKind.s: s,
}
