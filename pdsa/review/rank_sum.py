"""Whether two small groups of figures differ by more than chance would give: an exact rank-sum test."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from math import comb

_BYTES = 16  # room for one count: six figures out of a million can be picked in fewer ways


def rank_sum(one: Sequence[float], other: Sequence[float]) -> float:
    """The exact two-sided probability of figures that lie apart at least as far as these.

    Wilcoxon 1945; ties have their middle rank, and the probability is of all ways to pick ``one``
    out of both groups (Lehmann, Nonparametrics, ch. 1). 1 where a group is empty.

    The figures are taken as independent of one another; those of one class from week to week are
    not quite that, so a small probability says less than it seems to.
    """
    pooled = sorted((*one, *other))
    ranks = tuple(bisect_left(pooled, v) + bisect_right(pooled, v) + 1 for v in pooled)
    sums = sum(bisect_left(pooled, v) + bisect_right(pooled, v) + 1 for v in one)
    middle = len(one) * (len(pooled) + 1)  # ranks are doubled, so that the middle ones are whole
    apart = abs(sums - middle)
    counts = _ways(ranks, len(one))
    as_far = sum(ways for at, ways in enumerate(counts) if abs(at - middle) >= apart)
    return as_far / comb(len(pooled), len(one))


def least(one: int, other: int) -> float:
    """The smallest probability that ``rank_sum`` can find for groups of these sizes without ties."""
    return min(1.0, 2 / comb(one + other, one))


@lru_cache(maxsize=256)
def _ways(ranks: tuple[int, ...], size: int) -> tuple[int, ...]:
    """By sum of ranks, the number of ways to pick ``size`` of them.

    One whole number holds the counts of all sums, ``_BYTES`` for each.
    """
    picked = [1] + [0] * size
    for rank in ranks:
        for n in range(size, 0, -1):
            picked[n] += picked[n - 1] << (8 * _BYTES * rank)
    sums = sum(ranks[len(ranks) - size :]) + 1
    held = picked[size].to_bytes(sums * _BYTES, "little")
    return tuple(
        int.from_bytes(held[at * _BYTES : (at + 1) * _BYTES], "little") for at in range(sums)
    )
