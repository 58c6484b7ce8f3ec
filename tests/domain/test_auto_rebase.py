from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import InvalidValue
from pdsa.charts.rules.rebase import RebasedPhase, auto_rebase

QUIET = [50, 54, 52, 46, 43, 51, 48]
VALUES = st.one_of(
    st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=12, max_size=60),
    st.lists(st.integers(0, 4), min_size=12, max_size=60),
    st.lists(st.integers(0, 99), min_size=12, max_size=60).map(sorted),
)


def rebase(y: list[Any], direction: Any = "above") -> tuple[RebasedPhase, ...]:
    return auto_rebase(y, med_rows=7, runlength=5, direction=direction)


def test_a_sustained_run_begins_a_phase_with_a_median_of_its_own() -> None:
    baseline, sustained = rebase([*QUIET, 49, 60, 59, 61, 58, 62, 59, 60])

    assert baseline == RebasedPhase(median=50, start=1, end=7, extend_to=9, type="baseline")
    assert sustained == RebasedPhase(median=60, start=9, end=13, extend_to=15, type="sustained")


def test_counting_begins_anew_behind_each_phase() -> None:
    phases = rebase([*QUIET, *[60] * 5, 61, 61, 61, 61, 70, 70])

    assert [(phase.median, phase.start, phase.end) for phase in phases] == [
        (50, 1, 7),
        (60, 8, 12),
        (61, 13, 17),
    ]


def test_points_on_the_median_and_missing_points_are_skipped() -> None:
    _, sustained = rebase([*QUIET, 60, 50, 62, None, 50, 61, 64, 50, 63])

    assert (sustained.start, sustained.end, sustained.median) == (8, 16, 62)


@pytest.mark.parametrize(
    ("direction", "medians"),
    [("above", [50, 60]), ("below", [50, 40]), ("both", [50, 40, 60])],
)
def test_only_runs_on_the_wanted_side_begin_a_phase(direction: str, medians: list[int]) -> None:
    phases = rebase([*QUIET, *[40] * 5, *[60] * 5], direction)

    assert [phase.median for phase in phases] == medians


def test_four_points_are_no_run_of_five() -> None:
    assert len(rebase([*QUIET, 60, 60, 60, 60, 40, 60, 60, 60, 60])) == 1


@given(VALUES, st.sampled_from(["above", "below", "both"]))
def test_every_phase_rests_on_a_run_against_the_median_before_it(
    y: list[int | None], direction: str
) -> None:
    phases = rebase(y, direction)

    assert (phases[0].start, phases[0].end, phases[0].type) == (1, 7, "baseline")
    assert phases[-1].extend_to == len(y)
    for before, phase in zip(phases, phases[1:], strict=False):  # noqa: RUF007
        assert before.end < phase.start == before.extend_to
        run = [v for v in y[phase.start - 1 : phase.end] if v is not None and v != before.median]
        sides = {value > before.median for value in run}  # type: ignore[operator]
        assert len(run) == 5
        assert len(sides) == 1
        assert direction == "both" or sides == {direction == "above"}
        assert phase.median == median(run)


@given(VALUES)
def test_a_series_upside_down_is_rebased_at_the_same_points(y: list[int | None]) -> None:
    turned = [None if value is None else 99 - value for value in y]

    above, below = rebase(y, "above"), rebase(turned, "below")

    assert [(p.start, p.end) for p in above] == [(p.start, p.end) for p in below]


@given(VALUES, st.integers(0, 99))
def test_what_comes_later_changes_no_phase_but_its_end(y: list[int | None], more: int) -> None:
    now, later = rebase(y), rebase([*y, more])

    assert [(p.median, p.start, p.end) for p in later[: len(now)]] == [
        (p.median, p.start, p.end) for p in now
    ]


def test_a_baseline_without_a_value_has_no_median_and_no_run() -> None:
    (baseline,) = rebase([None] * 7 + [60] * 9)

    assert baseline.median is None


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"y": [50] * 21}, "y"),
        ({"y": [50] * 30, "runlength": 0}, "runlength"),
        ({"y": [50] * 30, "med_rows": 0}, "med_rows"),
        ({"y": [50] * 30, "direction": "up"}, "direction"),
        ({"y": [50] * 21 + [float("inf")]}, "y/22"),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        auto_rebase(**arguments)

    assert refused.value.field == field
