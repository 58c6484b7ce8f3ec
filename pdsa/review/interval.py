"""An interval for a share that honours small numbers."""

from math import sqrt

#: Two-sided 95 percent: the 0.975 quantile of the standard normal distribution.
Z95 = 1.959964


def wilson(k: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The score interval of a share of ``k`` in ``n``, both ends as fractions (Wilson 1927).

    With nothing counted every share is possible: 0 to 1. Unlike the interval of the textbooks it
    never leaves 0 to 1 and is not empty where ``k`` is 0 or ``n`` (Brown, Cai & DasGupta 2001,
    Statistical Science 16:101).
    """
    if n == 0:
        return 0.0, 1.0
    share, z2 = k / n, z * z
    middle = share + z2 / (2 * n)
    half = z * sqrt((share * (1 - share) + z2 / (4 * n)) / n)
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    return (0.0 if k == 0 else low), (1.0 if k == n else high)
