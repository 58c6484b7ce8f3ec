"""Every worked case of the literature and of R, to 9 significant digits."""

import pytest

from pdsa.charts.rules.anhoej import crossings_min, longest_run_max
from pdsa.charts.subgroups import a3, b3, b4, c4
from tests.domain.spc_cases import CASES, TABLES, Case, differences, found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_engine_finds_what_r_finds(case: Case) -> None:
    if case.get("quirk"):
        pytest.skip(f"decided otherwise, docs/decisions/0006: {case['quirk']}")

    assert list(differences(case["expected"], found(case))) == []


@pytest.mark.skipif("anhoej_limits" not in TABLES, reason="other cases, without the tables")
def test_the_limits_for_runs_are_those_of_the_table() -> None:
    table = TABLES["anhoej_limits"]

    assert [longest_run_max(n) for n in table["n_useful"]] == table["longest_run_max"]
    assert [crossings_min(n) for n in table["n_useful"]] == table["n_crossings_min"]


@pytest.mark.parametrize(
    ("n", "constants"),
    [
        (2, (0.7979, 2.659, 0, 3.267)),
        (5, (0.9400, 1.427, 0, 2.089)),
        (10, (0.9727, 0.975, 0.284, 1.716)),
        (25, (0.9896, 0.606, 0.565, 1.435)),
    ],
)
def test_the_constants_are_montgomerys(n: int, constants: tuple[float, ...]) -> None:
    found = (c4(n), a3(n), b3(n), b4(n))

    assert found == pytest.approx(constants, abs=6e-4)
