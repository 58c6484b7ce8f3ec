from itertools import combinations
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from pdsa.review.rank_sum import least, rank_sum

few = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=5)


@given(few, few)
def test_the_rank_sum_test_counts_every_way_to_pick_one_group(
    one: list[float], other: list[float]
) -> None:
    pooled = sorted(one + other)
    rank = {v: pooled.index(v) + (pooled.count(v) + 1) / 2 for v in pooled}
    middle = len(one) * (len(pooled) + 1) / 2
    apart = abs(sum(rank[v] for v in one) - middle)
    ways = [abs(sum(rank[v] for v in each) - middle) for each in combinations(pooled, len(one))]

    p = rank_sum(one, other)

    assert isclose(p, sum(each >= apart for each in ways) / len(ways))
    assert isclose(p, rank_sum(other, one))


@given(st.integers(1, 8), st.integers(1, 8))
def test_groups_that_lie_wholly_apart_are_the_least_likely(one: int, other: int) -> None:
    apart = rank_sum([*map(float, range(one))], [*map(float, range(100, 100 + other))])

    assert isclose(apart, least(one, other))


def test_nothing_to_compare_with_differs_by_nothing() -> None:
    assert rank_sum([], [1.0, 2.0]) == rank_sum([1.0], []) == 1
