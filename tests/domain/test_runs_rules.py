"""Anhøj's rules on the run chart, from their definition."""

import json
import math
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import InvalidValue, chart
from pdsa.charts import crossings_min, longest_run_max

GOLDEN = json.loads((Path(__file__).parent / "data" / "run_chart.json").read_text("utf-8"))
LIMITS = GOLDEN["limits"]
VALUES = st.lists(st.one_of(st.none(), st.integers(0, 12), st.floats(0, 100)), max_size=40)


def by_hand(values: list[float | None]) -> tuple[int, int | None, int | None]:
    """Useful points, longest run and crossings, point after point from the definition."""
    known = [value for value in values if value is not None]
    sides = [value > median(known) for value in known if value != median(known)]
    if not sides:
        return 0, None, None
    runs = [1]
    for before, after in zip(sides, sides[1:], strict=False):  # noqa: RUF007
        if before == after:
            runs[-1] += 1
        else:
            runs.append(1)
    return len(sides), max(runs), len(runs) - 1


def figures(values: list[float | None]) -> tuple[Any, ...]:
    """What the run chart finds in them."""
    parts = chart("run", values).parts
    if not parts:
        return 0, None, None, False
    (part,) = parts
    return part.n_useful, part.longest_run, part.n_crossings, part.runs_signal


@pytest.mark.parametrize(
    ("n", "longest", "crossings"),
    list(
        zip(LIMITS["n_useful"], LIMITS["longest_run_max"], LIMITS["n_crossings_min"], strict=True)
    ),
)
def test_the_limits_are_those_of_anhoej(n: int, longest: int, crossings: int) -> None:
    assert (longest_run_max(n), crossings_min(n)) == (longest, crossings)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_published_data_give_the_published_figures(case: dict[str, Any]) -> None:
    (part,) = chart("run", case["values"]).parts

    assert part.cl == case["median"]
    for figure in ("n_obs", "n_useful", "longest_run", "longest_run_max"):
        assert getattr(part, figure) == case[figure]
    assert (part.n_crossings, part.n_crossings_min) == (
        case["n_crossings"],
        case["n_crossings_min"],
    )
    assert part.runs_signal is case["signal"]


@given(VALUES)
def test_runs_and_crossings_are_those_of_a_count_by_hand(values: list[float | None]) -> None:
    n, longest, crossings = by_hand(values)

    found = figures(values)

    assert found[:3] == (n, longest, crossings)
    assert found[3] is (
        longest is not None
        and crossings is not None
        and (longest > round(math.log2(n)) + 3 or below_chance(crossings, n))
    )


def below_chance(crossings: int, n: int) -> bool:
    """Whether so few crossings or fewer have a probability below 5%."""
    ways = sum(math.comb(n - 1, k) for k in range(crossings + 1))
    return Fraction(ways, 2 ** (n - 1)) < Fraction(1, 20)


@given(st.integers(1, 400))
def test_the_fewest_crossings_are_the_5_percent_quantile(n: int) -> None:
    fewest = crossings_min(n)

    assert not below_chance(fewest, n)
    assert fewest == 0 or below_chance(fewest - 1, n)


@given(st.integers(1001, 20_000))
def test_the_quick_way_for_many_observations_is_exact_too(n: int) -> None:
    fewest = crossings_min(n)

    log = [math.lgamma(n) - math.lgamma(k + 1) - math.lgamma(n - k) for k in range(fewest + 1)]
    below = math.fsum(math.exp(each - (n - 1) * math.log(2)) for each in log)
    last = math.exp(log[-1] - (n - 1) * math.log(2))
    assert below >= 0.05 - 1e-9
    assert below - last < 0.05 + 1e-9


def test_a_million_observations_have_limits_at_once() -> None:
    assert (crossings_min(1_000_000), longest_run_max(1_000_000)) == (499_177, 23)


@given(VALUES, st.integers(0, 40))
def test_missing_points_and_points_on_the_median_change_nothing(
    values: list[float | None], at: int
) -> None:
    known = [value for value in values if value is not None]
    centre = median(known) if known else None

    assert figures([*values[:at], centre, None, *values[at:]]) == figures(values)


@given(st.lists(st.integers(0, 12), max_size=40))
def test_a_chart_upside_down_or_backwards_has_the_same_signal(values: list[int]) -> None:
    found = {figures([*each]) for each in (values, values[::-1], [12 - value for value in values])}

    assert len(found) == 1


@pytest.mark.parametrize("values", [[], [None, None], [40], [40, 40, 40]])
def test_without_a_useful_observation_there_is_no_figure_and_no_signal(
    values: list[float | None],
) -> None:
    assert figures(values) == (0, None, None, False)


@pytest.mark.parametrize("n", [0, -1])
def test_limits_are_for_one_observation_or_more(n: int) -> None:
    with pytest.raises(InvalidValue):
        longest_run_max(n)
    with pytest.raises(InvalidValue):
        crossings_min(n)


def test_every_run_that_is_too_long_names_its_points_its_side_and_its_source() -> None:
    below, above, few = chart("run", [40] * 9 + [64] * 9).signals

    assert (below.rule, below.side, below.points) == (
        "anhoej.longest_run",
        "below",
        tuple(range(1, 10)),
    )
    assert (above.side, above.points) == ("above", tuple(range(10, 19)))
    assert "PLoS ONE 9:e113825" in above.source
    assert (few.rule, few.points) == ("anhoej.crossings", tuple(range(1, 19)))
