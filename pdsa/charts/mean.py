"""Means, medians and spreads, as exactly as a double holds them.

A point on the centre line counts for neither side, so a mean that is wrong in its last bit can
change a signal: sums are exact (``math.fsum``) and the rest of the division is added, as R does.
"""

import math
from collections.abc import Sequence


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean of at least one value."""
    n = len(values)
    rough = math.fsum(values) / n
    return rough + math.fsum([value - rough for value in values]) / n


def weighted_mean(pairs: Sequence[tuple[float, float]]) -> float:
    """The mean of at least one value by its weight, from pairs of value and weight."""
    total = math.fsum([weight for _, weight in pairs])
    rough = math.fsum([value * weight for value, weight in pairs]) / total
    return rough + math.fsum([(value - rough) * weight for value, weight in pairs]) / total


def median(values: Sequence[float]) -> float:
    """The middle of at least one value, or the mean of the two in the middle."""
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2


def spread(values: Sequence[float]) -> float | None:
    """The sample standard deviation (n - 1); ``None`` below two values."""
    if len(values) < 2:
        return None
    centre = mean(values)
    return math.sqrt(math.fsum([(value - centre) ** 2 for value in values]) / (len(values) - 1))
