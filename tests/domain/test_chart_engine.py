"""The engine: what every kind of chart keeps to, and what it refuses."""

import math
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import fmean, median
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import Chart, ChartKind, InvalidValue, chart
from pdsa.charts import Anhoej, Nelson, Perla, WesternElectric, charts

KINDS = list(ChartKind)
OVER = (ChartKind.p, ChartKind.pp, ChartKind.u, ChartKind.up, ChartKind.ip)
PLAIN = (ChartKind.run, ChartKind.i, ChartKind.mr, ChartKind.c, ChartKind.g, ChartKind.t)
COLUMNS = ("cl", "lcl", "ucl", "lcl95", "ucl95")
DAY = date(2018, 1, 12)


@st.composite
def asked(draw: Callable[..., Any], kinds: tuple[ChartKind, ...] = tuple(KINDS)) -> dict[str, Any]:
    """A question that the engine can answer: kind, numbers, gaps, phases, ghosts."""
    kind = draw(st.sampled_from(kinds))
    size = draw(st.integers(0, 40))
    found: dict[str, Any] = {"kind": kind}
    gaps = st.one_of(st.none(), st.integers(0, 30)) if draw(st.booleans()) else st.integers(0, 30)
    y = draw(st.lists(gaps, min_size=size, max_size=size))
    if kind in OVER:
        found["n"] = [None if v is None else v + draw(st.integers(0, 20)) for v in y]
    if kind is ChartKind.t:
        y = [None if v is None else v + 1 for v in y]
    if kind in (ChartKind.xbar, ChartKind.s):
        found["x"] = sorted(draw(st.lists(st.integers(1, 9), min_size=size, max_size=size)))
    found["y"] = y
    if draw(st.booleans()):
        found["part"] = draw(st.lists(st.integers(-2, 45), max_size=3))
    if draw(st.booleans()):
        found["freeze"] = draw(st.integers(1, 45))
    found["exclude"] = draw(st.lists(st.integers(-2, 45), max_size=4))
    found["screen"] = draw(st.booleans())
    return found


def every_number(found: Chart) -> list[float]:
    built = msgspec.to_builtins(found)
    points = [v for name in COLUMNS for v in built["points"][name]]
    return [v for v in [*points, *built["points"]["y"]] if v is not None]


@given(asked())
def test_no_result_holds_nan_or_infinity_and_every_column_has_one_length(
    question: dict[str, Any],
) -> None:
    found = chart(**question)

    assert all(math.isfinite(v) for v in every_number(found))
    size = len(found.points)
    for name in found.points.__struct_fields__:
        assert len(getattr(found.points, name)) in (size, 0), name
    assert [part.end - part.start + 1 for part in found.parts] == [
        found.points.part.count(part.part) for part in found.parts
    ]


@given(asked())
def test_a_chart_goes_through_json_and_comes_back_the_same(question: dict[str, Any]) -> None:
    found = chart(**question)

    assert msgspec.json.decode(msgspec.json.encode(found), type=Chart) == found


@given(asked())
def test_limits_lie_around_the_centre_and_the_95_pair_within(question: dict[str, Any]) -> None:
    for point in chart(**question).points:
        if None not in (point.lcl, point.ucl, point.lcl95, point.ucl95):
            assert point.lcl <= point.lcl95 + 1e-9  # type: ignore[operator]
            assert point.ucl95 <= point.ucl + 1e-9  # type: ignore[operator]


@given(asked())
def test_a_point_is_outside_only_when_it_is_strictly_beyond_a_limit(
    question: dict[str, Any],
) -> None:
    for point in chart(**question).points:
        if point.y is None or point.ucl is None or point.lcl is None:
            assert not point.sigma_signal
        elif abs(point.y - point.ucl) > 1e-9 and abs(point.y - point.lcl) > 1e-9:
            assert point.sigma_signal is (point.y > point.ucl or point.y < point.lcl)


@given(asked())
def test_shares_and_counts_never_have_limits_that_cannot_be(question: dict[str, Any]) -> None:
    found = chart(**question)

    if found.kind not in (ChartKind.run, ChartKind.i, ChartKind.ip, ChartKind.xbar):
        assert all(v >= 0 for v in found.points.lcl if v is not None)
    if found.kind in (ChartKind.p, ChartKind.pp):
        assert all(v <= 1 for v in found.points.ucl if v is not None)


@given(asked())
def test_ghost_points_change_neither_centre_nor_runs_by_their_values(
    question: dict[str, Any],
) -> None:
    if question["kind"] in (ChartKind.mr, ChartKind.xbar, ChartKind.s):
        return
    found = chart(**question)

    changed = [
        1 if v is not None and i in question["exclude"] else v
        for i, v in enumerate(question["y"], 1)
    ]
    sizes = question.get("n") and [
        1 if v is not None and i in question["exclude"] else v
        for i, v in enumerate(question["n"], 1)
    ]
    again = chart(**question | {"y": changed} | ({"n": sizes} if sizes else {}))

    assert [(p.cl, p.n_useful, p.longest_run, p.n_crossings) for p in again.parts] == [
        (p.cl, p.n_useful, p.longest_run, p.n_crossings) for p in found.parts
    ]


@given(asked(PLAIN), st.integers(1, 40))
def test_each_part_is_analysed_as_a_chart_of_its_own(question: dict[str, Any], end: int) -> None:
    question |= {"part": [end], "exclude": [], "freeze": None}
    y = question["y"]

    found = chart(**question)

    if 0 < end < len(y):
        alone = [chart(**question | {"y": each, "part": ()}) for each in (y[:end], y[end:])]
        for name in COLUMNS:
            column = [v for each in alone for v in getattr(each.points, name)]
            assert list(getattr(found.points, name)) == column
        assert [p.runs_signal for p in found.parts] == [a.parts[0].runs_signal for a in alone]


@given(asked(PLAIN + OVER), st.integers(1, 40))
def test_frozen_limits_are_those_of_the_baseline_alone(question: dict[str, Any], end: int) -> None:
    question |= {"part": (), "exclude": [], "freeze": end}
    y, n = question["y"], question.get("n")

    found = chart(**question)
    alone = chart(**question | {"y": y[:end], "freeze": None} | ({"n": n[:end]} if n else {}))

    if y:
        assert found.parts[0].cl == alone.parts[0].cl
        for name in COLUMNS:
            assert getattr(found.points, name)[:end] == getattr(alone.points, name)
        assert found.points.baseline == tuple(i <= end for i in range(1, len(y) + 1))


@given(asked(), st.sampled_from([2, 100, 0.5]))
def test_multiplying_scales_the_picture_and_no_signal(
    question: dict[str, Any], factor: float
) -> None:
    plain = chart(**question, target=3)
    scaled = chart(**question, target=3, multiply=factor)

    assert scaled.signals == plain.signals
    assert scaled.points.target == plain.points.target
    for name in ("y", *COLUMNS):
        for a, b in zip(getattr(plain.points, name), getattr(scaled.points, name), strict=True):
            assert (a is None and b is None) or a * factor == b


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(values: list[int], random: Any) -> None:
    days = [DAY + timedelta(weeks=i) for i in range(len(values))]
    rows = list(zip(days, values, strict=True))
    random.shuffle(rows)

    shuffled = chart("i", [v for _, v in rows], x=[day for day, _ in rows])

    assert shuffled == chart("i", values, x=days)


def test_rows_of_one_date_are_one_subgroup() -> None:
    days = [DAY, DAY, DAY + timedelta(7)]

    share = chart("p", [3, 5, 8], [10, 10, 16], days)
    value = chart("run", [3, 5, 8], x=days)
    middle = chart("run", [3, 5, 100, 8], x=[DAY, *days], aggregate="median")

    assert share.points.y == (0.4, 0.5)
    assert share.points.n == (20, 16)
    assert value.points.y == (4, 8)
    assert middle.points.y == (5, 8)
    assert chart("c", [3, 5, 8], x=days).points.y == (8, 8)


def test_a_row_without_a_place_is_dropped_and_one_without_a_value_is_missing() -> None:
    found = chart("i", [1, 2, None, 4], x=[DAY, None, DAY + timedelta(7), DAY + timedelta(14)])

    assert found.points.y == (1, None, 4)
    assert found.parts[0].n_obs == 3
    assert found.points.ucl == (2.5, 2.5, 2.5) or found.points.ucl == (None, None, None)


def test_nought_of_nought_is_a_missing_point_without_limits() -> None:
    found = chart("p", [3, 0, 5], [10, 0, 10])

    assert found.points.y == (0.3, None, 0.5)
    assert found.points.ucl[1] is None
    assert found.points.cl[1] == 0.4


def test_all_equal_values_have_their_limits_on_the_centre_line() -> None:
    n = [3, 7, 11] * 4
    for found, centre in (
        (chart("i", [0.1] * 12), 0.1),
        (chart("t", [5] * 12), 5),
        (chart("mr", [5] * 12), 0),
        (chart("ip", n, [10 * size for size in n]), 0.1),
        (chart("pp", [size * 0.5 for size in n], n), 0.5),
        (chart("xbar", [0.1] * 12, x=[1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4]), 0.1),
    ):
        assert found.points.cl[0] == pytest.approx(centre)
        assert found.points.ucl[0] == pytest.approx(centre)
        assert not found.signal


def test_one_point_and_no_points_are_charts_too() -> None:
    for kind in KINDS:
        n = [10] if kind in OVER else None
        one, none = chart(kind, [5], n), chart(kind, [], None if n is None else [])
        assert (len(one.points), len(none.points)) == (1, 0)
        assert not one.signal
        assert not none.parts


def test_texts_on_the_axis_name_the_points_and_runs_are_not_judged() -> None:
    found = chart("i", [1] * 9 + [9] * 9, x=[f"Room {i}" for i in range(18)])

    assert found.points.labels[:2] == ("Room 0", "Room 1")
    assert found.points.x[:2] == (1, 2)
    assert not found.parts[0].runs_signal


def test_a_part_outside_the_data_is_ignored_and_a_freeze_beyond_it_freezes_all() -> None:
    y = [3, 5, 2, 8, 6]

    assert chart("i", y, part=[-1, 0, 5, 99]).parts == chart("i", y).parts
    assert chart("i", y, freeze=99).points == chart("i", y).points
    assert chart("i", y, freeze=2, part=[99]) == chart("i", y, part=[99])


def test_an_xbar_chart_draws_what_it_gathers_around_the_mean_of_the_means() -> None:
    found = chart("xbar", [1, 2, 9, 4, 4, 5], x=[1, 1, 1, 2, 2, 2], aggregate="median")

    assert found.points.y == (2, 4)
    assert found.points.cl[0] == pytest.approx(25 / 6)


def test_names_on_the_axis_stand_in_the_order_of_the_alphabet() -> None:
    found = chart("i", [1, 2, 3, 4], x=["b", "a", "b", "a"])

    assert (found.points.labels, found.points.y) == (("a", "b"), (3, 2))


@given(st.lists(st.lists(st.decimals(0, 9, places=1), min_size=2, max_size=6), min_size=1))
def test_spreads_are_right_to_the_last_bit(groups: list[list[Decimal]]) -> None:
    x = [i for i, group in enumerate(groups) for _ in group]

    found = chart("s", [float(v) for group in groups for v in group], x=x).points.y

    for group, sd in zip(groups, found, strict=True):
        values = [Fraction(float(v)) for v in group]
        middle = sum(values) / len(values)
        variance = sum((v - middle) ** 2 for v in values) / (len(values) - 1)
        assert sd == math.sqrt(float(variance))


def test_a_missing_point_gives_no_moving_range() -> None:
    found = chart("mr", [1, 2, None, 10, 12])

    assert found.points.y == (None, 1, None, None, 2)
    assert found.points.cl[0] == 1.5


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_the_centre_of_a_run_chart_is_the_median_and_of_an_i_chart_the_mean(
    values: list[float],
) -> None:
    assert chart("run", values).points.cl[0] == median(values)
    assert chart("i", values).points.cl[0] == pytest.approx(fmean(values), rel=1e-12, abs=1e-9)


@given(st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=30))
def test_a_mean_is_right_to_the_last_bit(values: list[Decimal]) -> None:
    found = chart("i", [float(value) for value in values]).points.cl[0]

    assert found == float(sum(Fraction(float(value)) for value in values) / len(values))


def test_a_given_centre_line_takes_the_place_of_the_computed_one() -> None:
    y = [3, 5, 2, 8, 6, 4]

    assert chart("run", y, cl=4.5).points.cl[0] == 4.5
    assert chart("c", y, cl=9).points.ucl[0] == 18
    assert chart("t", y, cl=9).points.cl[0] == pytest.approx(9)
    assert chart("g", y, cl=9).points.cl[0] == 9
    assert chart("g", y, cl=9).points.ucl[0] == pytest.approx(9 + 3 * math.sqrt(90))


def test_many_series_in_one_call_are_each_as_in_a_call_of_their_own() -> None:
    y, n = [3, 5, 2, 8], [10, 10, 9, 12]

    assert charts("p", [(y, n), (y[::-1], n)]) == [chart("p", y, n), chart("p", y[::-1], n)]
    with pytest.raises(InvalidValue) as refusal:
        charts("p", [(y, n), ([1, "two"], [9, 9])])
    assert refusal.value.field == "series/2/y/2"


@pytest.mark.parametrize(
    "rules", [Perla(), WesternElectric(), Nelson(), Anhoej(method="cut_box")], ids=repr
)
@given(question=asked())
def test_every_signal_of_every_rule_names_points_of_its_part_and_a_source(
    rules: Any, question: dict[str, Any]
) -> None:
    found = chart(**question, rules=[rules])

    for signal in found.signals:
        part = found.parts[signal.part - 1]
        assert signal.points
        assert all(part.start <= i <= part.end for i in signal.points)
        assert all(found.points.y[i - 1] is not None for i in signal.points)
        assert signal.source
    assert msgspec.json.decode(msgspec.json.encode(found), type=Chart) == found


@given(
    st.sampled_from([ChartKind.p, ChartKind.u]),
    st.lists(st.tuples(st.integers(-1, 30), st.integers(0, 30)), max_size=30),
    st.sampled_from([1, 100, 0.1]),
    st.booleans(),
)
def test_the_short_way_of_plain_counts_gives_the_same_to_the_last_bit(
    kind: ChartKind, pairs: list[tuple[int, int]], multiply: float, dated: bool
) -> None:
    y, n = [a for a, _ in pairs], [a + b for a, b in pairs]
    x = [DAY + timedelta(weeks=i) for i in range(len(y))] if dated else None
    ask = {"target": 0.5, "multiply": multiply}

    def answer(**columns: Any) -> Any:
        try:
            return chart(kind, **columns, **ask)
        except InvalidValue as refusal:
            return str(refusal)

    # a tuple instead of a list goes the long way
    assert answer(y=y, n=n, x=x) == answer(y=tuple(y), n=tuple(n), x=x)


def test_zone_rules_and_runs_rules_can_be_asked_together() -> None:
    found = chart("i", [5, 6] * 8 + [30], rules=[Anhoej(), Nelson()])

    assert {signal.rule for signal in found.signals} >= {"sigma", "nelson.1"}


def test_a_run_length_below_2_is_no_rule() -> None:
    with pytest.raises(InvalidValue, match="a run of 2 or more"):
        Perla(shift=1)


def test_100_000_points_are_a_chart_like_any_other() -> None:
    y = [i % 7 for i in range(100_000)]

    found = chart("p", y, [10] * 100_000)

    assert len(found.points) == 100_000
    assert found.parts[0].n_useful > 50_000
