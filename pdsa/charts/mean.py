"""Means, medians and spreads, as exactly as a double holds them.

A point on the centre line counts for neither side, so a mean that is wrong in its last bit can
change a signal: sums are exact (``math.fsum``) and the rest of the division is added, as R does.
"""

import math
from collections.abc import Sequence
from itertools import chain, repeat


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean of at least one value."""
    n = len(values)
    rough = math.fsum(values) / n
    return rough + math.fsum(chain(values, repeat(-rough, n))) / n


def weighted_mean(pairs: Sequence[tuple[float, float]]) -> float:
    """The mean of at least one value by its weight, from pairs of value and weight.

    Products and quotient are rounded as R rounds them; of equal values it is that value.
    """
    first = pairs[0][0]
    if all(value == first for value, _ in pairs):
        return first
    total = math.fsum([weight for _, weight in pairs])
    return math.fsum([value * weight for value, weight in pairs]) / total


def median(values: Sequence[float]) -> float:
    """The middle of at least one value, or the mean of the two in the middle."""
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2


def spread(values: Sequence[float]) -> float | None:
    """The sample standard deviation (n - 1); ``None`` below two values.

    Every float is a whole number of some power of two, so the variance is one division of whole
    numbers, and right to the last bit.
    """
    n = len(values)
    if n < 2:
        return None
    ratios = [float(value).as_integer_ratio() for value in values]
    unit = max(denominator for _, denominator in ratios)
    whole = [numerator * (unit // denominator) for numerator, denominator in ratios]
    total = sum(whole)
    squares = sum([each * each for each in whole])
    return math.sqrt((n * squares - total * total) / (n * (n - 1) * unit * unit))
