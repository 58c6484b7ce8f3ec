"""Anhøj's limits, against the exact distribution of runs and crossings among fair coin flips."""

from fractions import Fraction
from functools import cache
from itertools import groupby, pairwise, product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import InvalidValue
from pdsa.charts.rules.anhoej import box_signal, crossings_min, longest_run_max
from pdsa.charts.rules.sets import AnhoejMethod

METHODS: tuple[AnhoejMethod, ...] = ("anhoej", "best_box", "cut_box")
TABLED = range(10, 101)
COUNTED = [*range(10, 41), 50, 62, 75, 100]  # each of the 91 holds; these are quick


def ways(n: int, crossings: int, longest: int) -> int:
    """How many splits of n flips into runs have that many crossings and no run over ``longest``."""
    runs = crossings + 1
    return sum(
        (-1) ** over * comb(runs, over) * comb(n - over * longest - 1, runs - 1)
        for over in range(runs + 1)
        if n - over * longest >= runs
    )


@cache
def chances(n: int) -> dict[tuple[int, int], Fraction]:
    """The probability of each pair of longest run and crossings."""
    return {
        (longest, crossings): Fraction(found, 2 ** (n - 1))
        for crossings in range(n)
        for longest in range(1, n + 1)
        if (found := ways(n, crossings, longest) - ways(n, crossings, longest - 1))
    }


def quiet(method: AnhoejMethod, n: int) -> set[tuple[int, int]]:
    """The pairs of longest run and crossings that are no signal."""
    return {pair for pair in chances(n) if not box_signal(method, n, *pair)}


def chance_of(n: int, pairs: set[tuple[int, int]]) -> Fraction:
    return sum((chances(n)[pair] for pair in pairs), Fraction(0))


def test_the_distribution_is_that_of_all_flips() -> None:
    counted: dict[tuple[int, int], int] = {}
    for flips in product((0, 1), repeat=10):
        longest = max(len(list(run)) for _, run in groupby(flips))
        pair = (longest, sum(a != b for a, b in pairwise(flips)))
        counted[pair] = counted.get(pair, 0) + 1

    assert chances(10) == {pair: Fraction(times, 2**10) for pair, times in counted.items()}


@pytest.mark.parametrize(
    ("n", "longest", "crossings"), [(10, 6, 2), (12, 7, 3), (20, 7, 6), (24, 8, 8), (100, 10, 41)]
)
def test_limits_follow_the_number_of_useful_observations(
    n: int, longest: int, crossings: int
) -> None:
    assert (longest_run_max(n), crossings_min(n)) == (longest, crossings)


@given(st.integers(1, 400))
def test_the_fewest_crossings_are_the_5_percent_quantile(n: int) -> None:
    def at_most(crossings: int) -> Fraction:
        return Fraction(sum(comb(n - 1, k) for k in range(crossings + 1)), 2 ** (n - 1))

    fewest = crossings_min(n)

    assert at_most(fewest) >= Fraction(1, 20)
    assert fewest == 0 or at_most(fewest - 1) < Fraction(1, 20)


@given(st.integers(1, 10**9))
def test_the_longest_run_is_the_nearest_whole_number_to_log2_and_3(n: int) -> None:
    steps = longest_run_max(n) - 3

    assert 2 ** (2 * steps - 1) < n * n < 2 ** (2 * steps + 1)


@pytest.mark.parametrize("n", COUNTED)
@pytest.mark.parametrize("method", ["best_box", "cut_box"])
def test_a_box_keeps_925_of_1000_random_series_quiet(method: AnhoejMethod, n: int) -> None:
    assert chance_of(n, quiet(method, n)) >= Fraction(925, 1000)


@pytest.mark.parametrize("n", COUNTED)
def test_a_best_box_has_straight_sides_and_neither_can_be_moved_inwards(n: int) -> None:
    inside = quiet("best_box", n)
    longest, fewest = max(run for run, _ in inside), min(crossings for _, crossings in inside)

    assert inside == {
        (run, crossings) for run, crossings in chances(n) if run <= longest and crossings >= fewest
    }
    for run, crossings in ((longest - 1, fewest), (longest, fewest + 1)):
        smaller = {pair for pair in inside if pair[0] <= run and pair[1] >= crossings}
        assert chance_of(n, smaller) < Fraction(925, 1000)


@pytest.mark.parametrize("n", COUNTED)
def test_a_cut_box_is_the_best_box_without_pairs_on_its_edges(n: int) -> None:
    best, cut = quiet("best_box", n), quiet("cut_box", n)
    longest, fewest = max(run for run, _ in best), min(crossings for _, crossings in best)

    assert cut <= best
    assert all(run == longest or crossings == fewest for run, crossings in best - cut)
    assert (longest, fewest) in best - cut or cut == best


@pytest.mark.parametrize(
    ("longest", "crossings", "signals"),
    [
        (5, 2, (False, False, False)),
        (6, 2, (False, False, True)),
        (6, 3, (False, False, False)),
        (5, 1, (True, True, True)),
        (7, 3, (True, True, True)),
    ],
)
def test_ten_observations_show_what_is_cut(
    longest: int, crossings: int, signals: tuple[bool, ...]
) -> None:
    assert tuple(box_signal(method, 10, longest, crossings) for method in METHODS) == signals


@given(st.integers(1, 140), st.data())
def test_outside_the_table_boxes_are_anhoejs_own_limits(n: int, data: st.DataObject) -> None:
    longest, crossings = data.draw(st.integers(1, n)), data.draw(st.integers(0, n - 1))
    own = longest > longest_run_max(n) or crossings < crossings_min(n)

    assert box_signal("anhoej", n, longest, crossings) is own
    if n not in TABLED:
        assert box_signal("best_box", n, longest, crossings) is own
        assert box_signal("cut_box", n, longest, crossings) is own


@given(st.sampled_from(METHODS), st.integers(1, 140), st.data())
def test_a_longer_run_or_fewer_crossings_never_calm_a_chart(
    method: AnhoejMethod, n: int, data: st.DataObject
) -> None:
    longest, crossings = data.draw(st.integers(1, n)), data.draw(st.integers(0, n - 1))

    signal = box_signal(method, n, longest, crossings)

    assert not signal or box_signal(method, n, longest + 1, crossings)
    assert not signal or crossings == 0 or box_signal(method, n, longest, crossings - 1)


def test_without_an_observation_there_is_no_signal_and_no_limit() -> None:
    assert not any(box_signal(method, 0, 0, 0) for method in METHODS)
    for limit in (longest_run_max, crossings_min):
        with pytest.raises(InvalidValue, match="1 or more"):
            limit(0)


def test_another_method_is_refused() -> None:
    with pytest.raises(InvalidValue, match="best_box"):
        box_signal("box", 24, 4, 8)  # type: ignore[arg-type]
