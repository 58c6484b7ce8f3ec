import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import Belief, FailureCost, InvalidValue, Readiness, Scale, advised_scale, next_size

TABLE_7_1 = [
    ("low", "high", "very_small", "very_small", "very_small"),
    ("low", "low", "very_small", "very_small", "small"),
    ("high", "high", "very_small", "small", "large"),
    ("high", "low", "small", "large", "implement"),
]


@pytest.mark.parametrize(("belief", "cost", "resistant", "indifferent", "ready"), TABLE_7_1)
def test_the_advised_scale_is_that_of_the_table(
    belief: str, cost: str, resistant: str, indifferent: str, ready: str
) -> None:
    advised = [advised_scale(Belief(belief), FailureCost(cost), each) for each in Readiness]

    assert advised == [resistant, indifferent, ready]


def test_only_a_ready_team_with_little_to_lose_goes_straight_to_standard_work() -> None:
    advised = [
        (belief, cost, ready)
        for belief in Belief
        for cost in FailureCost
        for ready in Readiness
        if advised_scale(belief, cost, ready) is Scale.implement
    ]

    assert advised == [(Belief.high, FailureCost.low, Readiness.ready)]


@given(st.integers(1, 10**20))
def test_the_next_test_is_five_times_larger(size: int) -> None:
    assert next_size(size) == 5 * size


@pytest.mark.parametrize("size", [0, -1])
def test_a_test_covers_somebody(size: int) -> None:
    with pytest.raises(InvalidValue, match="size: 1 or more"):
        next_size(size)
