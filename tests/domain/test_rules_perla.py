import math
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import InvalidValue
from pdsa.charts.result import Side
from pdsa.charts.rules.perla import Shift, Trend, perla, runs_limits, signals
from pdsa.charts.rules.sets import Perla
from tests.domain.spc_cases import TABLES

# US trade deficits 1987-88 in billions of dollars, from Wheeler 1993, Understanding Variation.
DEFICITS = [10.7, 13, 11.4, 11.5, 12.5, 14.1, 14.8, 14.1, 12.6, 16, 11.7, 10.6]
DEFICITS += [10, 11.4, 7.9, 9.5, 8, 11.8, 10.5, 11.2, 9.2, 10.1, 10.4, 10.5]
NUMBERS = st.lists(st.integers(0, 9), max_size=70)
RISES = st.lists(st.lists(st.integers(0, 9), max_size=9).map(sorted), max_size=7).map(
    lambda rises: [*chain(*rises)]
)
VALUES = st.one_of(st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=70), NUMBERS, RISES)


def runs_by_hand(values: list[int | None], centre: float) -> list[list[int]]:
    """Indices of useful points, one list a run: point after point from the definition."""
    runs: list[list[int]] = []
    last = None
    for i, value in enumerate(values, 1):
        if value is not None and value != centre:
            if (value > centre) == last:
                runs[-1].append(i)
            else:
                runs.append([i])
            last = value > centre
    return runs


def trends_by_hand(values: list[int | None], length: int) -> set[tuple[int, int, int]]:
    """Start, end and length of each longest monotone stretch, by trying all of them."""
    kept: list[tuple[int, int]] = []
    for i, value in enumerate(values, 1):
        if value is not None and (not kept or kept[-1][1] != value):
            kept.append((i, value))
    spans = [
        (a, b)
        for a in range(len(kept))
        for b in range(a + length - 1, len(kept))
        if len({after > before for (_, before), (_, after) in pairwise(kept[a : b + 1])}) == 1
    ]
    return {
        (kept[a][0], kept[b][0], b - a + 1)
        for a, b in spans
        if not any((c, d) != (a, b) and c <= a and d >= b for c, d in spans)
    }


def test_the_trade_deficits_show_two_shifts_a_trend_and_too_few_runs() -> None:
    found = perla(DEFICITS)

    assert (found.median, found.n_useful) == (pytest.approx(11.3), 24)
    assert (found.n_runs, found.runs_lower, found.runs_upper) == (7, 8, 18)
    assert (found.too_few, found.too_many) == (True, False)
    assert found.shifts == (
        Shift(start=2, end=11, length=10, side=Side.above),
        Shift(start=19, end=24, length=6, side=Side.below),
    )
    assert found.trends == (Trend(start=3, end=7, length=5, direction=Side.up),)


@pytest.mark.skipif("perla_runs_table" not in TABLES, reason="other cases, without the tables")
def test_the_limits_are_those_of_the_table() -> None:
    table = {n: (lower, upper) for n, lower, upper in TABLES["perla_runs_table"]}

    assert {n: runs_limits(n) for n in range(10, 61)} == table
    assert runs_limits(9) == runs_limits(61) == (None, None)


@pytest.mark.parametrize("n", range(10, 61, 2))
def test_for_even_n_a_limit_is_the_critical_value_of_swed_and_eisenhart(n: int) -> None:
    half = n // 2

    def at_most(runs: int) -> float:
        """P(so many runs or fewer) among orders of n/2 points above and n/2 below."""
        ways = sum(
            2 * math.comb(half - 1, k - 1) ** 2
            if 2 * k == r
            else 2 * math.comb(half - 1, k - 1) * math.comb(half - 1, k)
            for r in range(2, runs + 1)
            for k in [r // 2]
        )
        return ways / math.comb(n, half)

    lower, upper = runs_limits(n)

    assert lower is not None
    assert upper is not None
    assert at_most(lower) <= 0.05 < at_most(lower + 1)
    assert 1 - at_most(upper - 1) <= 0.05 < 1 - at_most(upper - 2)


@given(VALUES, st.integers(0, 9))
def test_runs_and_shifts_are_those_of_a_count_by_hand(
    values: list[int | None], centre: int
) -> None:
    runs = runs_by_hand(values, centre)

    found = perla(values, centre)

    assert (found.n_useful, found.n_runs) == (sum(map(len, runs)), len(runs))
    assert [(s.start, s.end, s.length) for s in found.shifts] == [
        (run[0], run[-1], len(run)) for run in runs if len(run) >= 6
    ]


@given(VALUES, st.integers(2, 6))
def test_trends_are_those_of_a_search_by_hand(values: list[int | None], length: int) -> None:
    found = perla(values, trend=length)

    assert {(t.start, t.end, t.length) for t in found.trends} == trends_by_hand(values, length)
    assert len(found.trends) == len(trends_by_hand(values, length))


@given(VALUES, st.integers(0, 9))
def test_a_series_upside_down_has_the_mirrored_signals(
    values: list[int | None], centre: int
) -> None:
    turned = [None if value is None else 9 - value for value in values]
    mirror = {Side.above: Side.below, Side.up: Side.down, None: None}
    mirror |= {other: side for side, other in mirror.items()}

    ours = signals(values, centre, Perla(), first=1, part=1)
    theirs = signals(turned, 9 - centre, Perla(), first=1, part=1)

    assert [(s.rule, s.points, s.side) for s in theirs] == [
        (s.rule, s.points, mirror[s.side]) for s in ours
    ]


@given(VALUES, st.integers(0, 9), st.integers(0, 70))
def test_missing_points_and_points_on_the_median_change_no_run(
    values: list[int | None], centre: int, at: int
) -> None:
    found = perla(values, centre)

    more = perla([*values[:at], None, centre, *values[at:]], centre)

    assert (more.n_useful, more.n_runs) == (found.n_useful, found.n_runs)
    assert (more.too_few, more.too_many) == (found.too_few, found.too_many)
    assert [run.length for run in more.shifts] == [run.length for run in found.shifts]


@given(VALUES, st.integers(0, 9), st.integers(1, 50))
def test_every_signal_cites_points_that_show_it(
    values: list[int | None], centre: int, first: int
) -> None:
    found = perla(values, centre)
    said = signals(values, centre, Perla(), first=first, part=3)

    for signal in said:
        shown = [values[index - first] for index in signal.points]
        assert signal.part == 3
        if signal.rule == "perla.shift":
            assert len(shown) >= 6
            assert {value > centre for value in shown} == {signal.side is Side.above}  # type: ignore[operator]
        elif signal.rule == "perla.trend":
            assert len(shown) >= 5
            assert {b > a for a, b in pairwise(shown)} == {signal.side is Side.up}  # type: ignore[operator]
        else:
            assert len(shown) == found.n_useful
    assert sorted({signal.rule for signal in said}) == sorted(
        rule
        for rule, seen in {
            "perla.shift": found.shifts,
            "perla.trend": found.trends,
            "perla.too_few_runs": found.too_few,
            "perla.too_many_runs": found.too_many,
        }.items()
        if seen
    )


def test_of_equal_neighbours_in_a_trend_the_later_is_ignored() -> None:
    (trend,) = perla([1, 2, 2, None, 2, 3, 4, 5, 5]).trends

    assert (trend.start, trend.end, trend.length) == (1, 8, 5)


def test_a_turning_point_belongs_to_both_trends() -> None:
    up, down = perla([1, 2, 3, 4, 5, 4, 3, 2, 1]).trends

    assert (up.end, down.start) == (5, 5)
    assert (up.direction, down.direction) == (Side.up, Side.down)


def test_a_frozen_baseline_gives_the_median() -> None:
    baseline = perla(DEFICITS[:12]).median

    found = perla(DEFICITS, baseline)

    assert found.median == baseline == 12.55
    assert [(run.start, run.end) for run in found.shifts] == [(11, 24)]


def test_alternating_points_are_too_many_runs() -> None:
    (signal,) = signals([0, 1] * 10, 0.5, Perla(), first=11, part=2)

    assert signal.rule == "perla.too_many_runs"
    assert signal.points == tuple(range(11, 31))


@pytest.mark.parametrize("values", [[], [None, None], [40, 40, 40]])
def test_without_a_useful_observation_nothing_is_found(values: list[float | None]) -> None:
    found = perla(values)

    assert (found.n_useful, found.n_runs, found.too_few, found.too_many) == (0, 0, False, False)
    assert found.shifts == found.trends == ()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [(math.inf, "y/2"), ("4", "y/2"), (object(), "y/2"), (1e300, "y/2")],
)
def test_what_is_no_finite_number_is_refused_with_its_index(wrong: object, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        perla([3, wrong, 4])

    assert refused.value.field == field


def test_a_run_of_one_point_is_refused() -> None:
    with pytest.raises(InvalidValue, match="2 or more"):
        perla(DEFICITS, shift=1)
    with pytest.raises(InvalidValue, match="2 or more"):
        perla(DEFICITS, trend=1)
