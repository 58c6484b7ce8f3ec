import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import InvalidValue
from pdsa.charts.result import Side
from pdsa.charts.rules.sets import Nelson, WesternElectric
from pdsa.charts.rules.zones import nelson, signals, western_electric

Values = list[float | None]
NONE_YET: dict[int, tuple[int, ...]] = dict.fromkeys(range(1, 9), ())

# Quarters of sigma between -4 and 4 are exact, and hit every line; steps in one direction make
# trends and runs, small values make long stretches within 1 sigma.
QUARTERS = st.integers(-16, 16).map(lambda quarters: quarters / 4)
VALUES = st.one_of(
    st.lists(st.one_of(st.none(), QUARTERS), max_size=40),
    st.lists(QUARTERS, max_size=40),
    st.lists(QUARTERS.map(lambda value: abs(value) + 0.25), max_size=40),
    st.lists(QUARTERS.map(lambda value: value / 4), max_size=40),
    st.lists(QUARTERS.map(lambda value: value + math.copysign(1.25, value)), max_size=40),
    st.lists(QUARTERS, max_size=40).map(sorted),
    st.lists(st.integers(0, 16).map(lambda value: value / 4), max_size=40).map(
        lambda sizes: [(-1) ** i * size for i, size in enumerate(sizes)]
    ),
)


def oracle(y: Values, wanted: Callable[[list[float]], bool], length: int) -> tuple[int, ...]:
    """Every index at which the last ``length`` points, all there, are what is wanted."""
    return tuple(
        end
        for end in range(length, len(y) + 1)
        if None not in (last := y[end - length : end]) and wanted(last)  # type: ignore[arg-type]
    )


def beyond(last: list[float], k: int) -> bool:
    return any(
        sum(side * v > k for v in last) >= len(last) - 1 and side * last[-1] > k for side in (1, -1)
    )


def one_way(last: list[float]) -> bool:
    steps = [b - a for a, b in zip(last, last[1:], strict=False)]  # noqa: RUF007
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def alternating(last: list[float]) -> bool:
    return one_way(last[:2]) and all(
        (b - a) * (c - b) < 0 for a, b, c in zip(last, last[1:], last[2:], strict=False)
    )


ORACLES: dict[str, tuple[Callable[[list[float]], bool], int]] = {
    "western_electric.1": (lambda last: abs(last[0]) > 3, 1),
    "western_electric.2": (lambda last: beyond(last, 2), 3),
    "western_electric.3": (lambda last: beyond(last, 1), 5),
    "western_electric.4": (lambda last: min(last) > 0 or max(last) < 0, 8),
    "nelson.1": (lambda last: abs(last[0]) > 3, 1),
    "nelson.2": (lambda last: min(last) > 0 or max(last) < 0, 9),
    "nelson.3": (one_way, 6),
    "nelson.4": (alternating, 14),
    "nelson.5": (lambda last: beyond(last, 2), 3),
    "nelson.6": (lambda last: beyond(last, 1), 5),
    "nelson.7": (lambda last: all(abs(v) <= 1 for v in last), 15),
    "nelson.8": (lambda last: all(abs(v) > 1 for v in last) and min(last) < 0 < max(last), 8),
}


@given(VALUES)
def test_each_rule_finds_what_a_look_at_every_window_finds(y: Values) -> None:
    found = {
        f"{name}.{rule}": points
        for name, rules in (("western_electric", western_electric), ("nelson", nelson))
        for rule, points in rules(y, 0, 1).items()
    }

    assert found == {name: oracle(y, *wanted) for name, wanted in ORACLES.items()}


@given(VALUES)
def test_a_series_upside_down_has_the_same_indices_and_mirrored_signals(y: Values) -> None:
    turned: Values = [None if v is None else -v for v in y]
    mirror = {Side.above: Side.below, Side.up: Side.down, None: None}
    mirror |= {other: side for side, other in mirror.items()}

    assert nelson(turned, 0, 1) == nelson(y, 0, 1)
    assert western_electric(turned, 0, 1) == western_electric(y, 0, 1)
    for rules in (Nelson(), WesternElectric()):
        assert [
            (s.rule, s.points, mirror[s.side]) for s in signals(y, 0, 1, rules, first=1, part=1)
        ] == [(s.rule, s.points, s.side) for s in signals(turned, 0, 1, rules, first=1, part=1)]


@given(VALUES, st.integers(1, 30))
def test_signals_hold_every_complete_point_and_every_window_of_theirs_is_complete(
    y: Values, first: int
) -> None:
    said = signals(y, 0, 1, Nelson(), first=first, part=2)
    said += signals(y, 0, 1, WesternElectric(), first=first, part=2)

    for rule, (wanted, length) in ORACLES.items():
        complete = set(oracle(y, wanted, length))
        of_rule = [{i - first + 1 for i in s.points} for s in said if s.rule == rule]
        assert complete <= set().union(*of_rule)
        for points in of_rule:
            assert max(points) in complete
            assert all(y[i - 1] is not None for i in points)
            assert min(points) >= min(end for end in complete if end in points) - length + 1


@given(VALUES, st.integers(0, 40), st.integers(1, 16))
def test_limits_may_differ_from_point_to_point(y: Values, shift: int, scale: int) -> None:
    centres = [(i * shift) % 7 for i in range(len(y))]
    sigmas = [2.0 ** ((i * scale) % 5) for i in range(len(y))]
    placed = [None if v is None else c + v * s for v, c, s in zip(y, centres, sigmas, strict=True)]

    found = western_electric(placed, centres, sigmas)

    assert found == western_electric(y, 0, 1)


def test_what_lies_on_a_line_is_not_beyond_it() -> None:
    found = nelson([0.1, -0.2, 3.1, 0.3, -3.4, 0.2, 3, -3, 0.1], 0, 1)

    assert found == NONE_YET | {1: (3, 5)}


def test_a_longer_run_lists_every_further_point_and_is_one_signal() -> None:
    y: Values = [0.5] * 11

    (signal,) = signals(y, 0, 1, WesternElectric(), first=21, part=2)

    assert western_electric(y, 0, 1)[4] == (8, 9, 10, 11)
    assert (signal.rule, signal.side) == ("western_electric.4", Side.above)
    assert signal.points == tuple(range(21, 32))
    assert "1956" in signal.source


def test_each_point_beyond_3_sigma_is_a_signal_of_its_own() -> None:
    said = signals([3.5, 0, 4, 4, -4], 0, 1, WesternElectric(), first=1, part=1)

    outside = [(s.points, s.side) for s in said if s.rule == "western_electric.1"]

    assert outside == [
        ((1,), Side.above),
        ((3,), Side.above),
        ((4,), Side.above),
        ((5,), Side.below),
    ]


def test_a_signal_for_two_of_three_holds_the_points_beyond_alone() -> None:
    said = signals([0, 2.5, 0, 2.5, 0, 0, 0], 0, 1, WesternElectric(), first=1, part=1)

    assert [(s.rule, s.points) for s in said] == [("western_electric.2", (2, 4))]


@pytest.mark.parametrize("gap", [None, "limits"])
def test_a_gap_is_not_a_point_and_breaks_every_pattern(gap: str | None) -> None:
    y: Values = [2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]
    sigma: Values = [1.0] * 8
    (y if gap is None else sigma)[4] = None

    found = western_electric(y, 0, sigma)

    assert found[2] == (3, 4, 8)
    assert found[3] == ()
    assert found[4] == (() if gap is None else (8,))


def test_points_without_limits_still_run_and_trend() -> None:
    y: Values = [1, 2, 3, 4, 5, 6, 7, 8, 9]

    found = nelson(y, 0, None)

    assert found == NONE_YET | {2: (9,), 3: (6, 7, 8, 9)}
    assert nelson(y, None, None) == NONE_YET | {3: (6, 7, 8, 9)}


def test_a_team_may_choose_its_run_lengths() -> None:
    rules = Nelson(one_side=3, trend=2, alternating=2, within=2, beyond=2)

    found = nelson([0.5, 0.5, 2, -2], 0, 1, rules)

    assert found == NONE_YET | {2: (3,), 3: (3, 4), 4: (3, 4), 7: (2,), 8: (4,)}


def test_where_nothing_varies_only_the_centre_line_counts() -> None:
    assert western_electric([5] * 9, 5, 0) == {1: (), 2: (), 3: (), 4: ()}
    assert western_electric([5, 5, 6], 5, 0)[1] == (3,)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (([1, math.inf], 0, 1), "y/2"),
        (([1, 2], math.inf, 1), "centre"),
        (([1, 2], [0, "0"], 1), "centre/2"),
        (([1, 2], 0, [1, -1]), "sigma/2"),
        (([1, 2], 0, [1]), "sigma"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(arguments: Any, field: str) -> None:
    for rules in (western_electric, nelson):
        with pytest.raises(InvalidValue) as refused:
            rules(*arguments)

        assert refused.value.field == field
