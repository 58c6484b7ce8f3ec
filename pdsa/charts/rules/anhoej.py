"""Limits for the longest run and the number of crossings, after Anhøj.

Anhøj & Olesen 2014 (PLoS ONE 9:e113825) and Schilling 2012 for the longest run, Chen 2010 for the
crossings; Anhøj & Wentzel-Larsen 2020 (PLoS ONE 15:e0233920) for the best box and the cut box, which
look at both counts at once. ``n`` counts useful observations: points off the centre line.
"""

import math
from functools import lru_cache

from pdsa.charts.rules.sets import AnhoejMethod
from pdsa.errors import InvalidValue

# Anhøj & Wentzel-Larsen 2020, n = 10..100; "-" where the cut box has no corner to cut.
_LEAST_CROSSINGS = """
2 3 3 3 3 4 5 5 5 5 6 7 6 6 6 6 9 9 9 10 11 11 11 11 11 12 13 14 13 15 15 15 14 14 17 17 17 17 19
19 19 19 19 21 21 21 21 23 23 23 23 23 25 25 26 26 27 27 27 28 29 29 29 30 30 31 31 31 32 33 33 33
34 33 35 35 35 35 37 37 38 37 39 39 39 39 39 41 41 42 41"""
_LONGEST_RUN = """
6 7 6 6 6 7 8 7 7 7 7 8 7 7 7 7 9 8 8 8 10 9 8 8 8 8 9 10 8 11 9 9 8 8 10 9 9 9 12 10 9 9 9 11 10
9 9 12 10 10 9 9 11 10 11 10 12 10 10 11 14 11 10 11 10 12 11 10 11 13 11 10 11 10 11 11 10 10 12
11 12 10 13 11 11 10 10 12 11 12 10"""
_BORDER_CROSSINGS = """
3 4 - - - 6 6 - 6 6 - - 7 7 7 - 10 10 11 - 12 14 - 12 13 - 15 - - - - 17 - - - - 19 20 20 21 - 21
21 23 23 - 23 25 24 26 - 24 27 27 27 27 29 - 29 29 30 31 30 31 - 32 34 33 33 37 35 - 36 36 - 38 36
38 38 39 - 39 41 40 42 - 41 42 44 43 42"""
_BORDER_RUN = """
5 6 - - - 6 7 - 6 5 - - 6 6 6 - 7 7 7 - 9 8 - 7 7 - 8 - - - - 8 - - - - 8 7 11 9 - 8 7 9 8 - 8 11
9 8 - 8 9 9 10 9 10 - 8 8 13 9 9 10 - 9 8 9 8 11 9 - 10 7 - 8 9 8 10 9 - 9 12 10 8 - 8 9 9 10 9"""


@lru_cache(maxsize=4096)
def longest_run_max(n: int) -> int:
    """The longest run that chance allows among ``n`` useful observations: round(log2 n) + 3.

    Raises ``InvalidValue`` for n below 1.
    """
    if n < 1:
        raise InvalidValue("n", n, "1 or more")
    return round(math.log2(n)) + 3


@lru_cache(maxsize=4096)
def crossings_min(n: int) -> int:
    """The fewest crossings that chance allows: the smallest k with P(Bin(n-1, 1/2) <= k) >= 5%.

    Exact: in integers, and from 1,000 on by sums from the middle outwards, whose error is far
    below what could move k (else in integers, too). Raises ``InvalidValue`` for n below 1.
    """
    if n < 1:
        raise InvalidValue("n", n, "1 or more")
    return (n > 1000 and _from_the_middle(n - 1)) or _in_integers(n)


def _from_the_middle(m: int) -> int | None:
    """The 5% quantile of Bin(m, 1/2) for m of some size; ``None`` in the rare case of doubt.

    The middle term by the series of the central binomial coefficient (Stirling), each further one
    from the one before; some 0.8 sqrt(m) terms.
    """
    h = (m + 1) // 2
    middle = 1 - 1 / (8 * h) + 1 / (128 * h**2) + 5 / (1024 * h**3) - 21 / (32768 * h**4)
    term = middle / math.sqrt(math.pi * h)  # P(X = m // 2), for odd m too
    k = m // 2
    below = 0.5 if m % 2 else 0.5 + term / 2  # P(X <= k)
    while below - term >= 0.05:
        below -= term
        term *= k / (m - k + 1)
        k -= 1
    return None if abs(below - 0.05) < 1e-10 or abs(below - term - 0.05) < 1e-10 else k


def _in_integers(n: int) -> int:
    ways, total, k = 1, 1, 0
    while 20 * total < 1 << (n - 1):
        k += 1
        ways = ways * (n - k) // k
        total += ways
    return k


def box_signal(method: AnhoejMethod, n: int, longest_run: int, crossings: int) -> bool:
    """Whether the two counts of ``n`` useful observations lie outside what chance allows.

    - ``anhoej``: a run over ``longest_run_max`` or fewer crossings than ``crossings_min``.
    - ``best_box``: the same with the pair of limits that keeps false alarms nearest to Anhøj's
      while it finds more shifts.
    - ``cut_box``: the best box less its corner, where both counts are at or near their limit.

    The boxes are tabled for 10 to 100 observations; otherwise Anhøj's own limits hold. Without an
    observation there is no signal. Raises ``InvalidValue`` for another method and for n below 0.
    """
    if method not in ("anhoej", "best_box", "cut_box"):
        raise InvalidValue("method", method, "anhoej, best_box or cut_box")
    if n == 0:
        return False
    if method == "anhoej" or not 10 <= n <= 100:
        return longest_run > longest_run_max(n) or crossings < crossings_min(n)
    least, longest, border_crossings, border_run = _boxes()[n - 10]
    if longest_run > longest or crossings < least:
        return True
    if method == "best_box" or border_crossings is None or border_run is None:
        return False
    if crossings == least:
        return longest_run > border_run
    return longest_run == longest and crossings < border_crossings


@lru_cache(maxsize=1)
def _boxes() -> list[tuple[int, int, int | None, int | None]]:
    """For each n from 10: fewest crossings, longest run, and the two borders of the cut corner."""
    least, longest, crossings, run = (
        [None if word == "-" else int(word) for word in table.split()]
        for table in (_LEAST_CROSSINGS, _LONGEST_RUN, _BORDER_CROSSINGS, _BORDER_RUN)
    )
    return list(zip(least, longest, crossings, run, strict=True))  # type: ignore[arg-type]
