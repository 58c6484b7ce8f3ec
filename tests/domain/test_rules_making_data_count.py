import math
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import Direction, InvalidValue
from pdsa.charts.result import Chart, Side
from pdsa.charts.rules.making_data_count import causes, making_data_count, short_phases

# The Nile at Aswan 1871-1930 in 10^8 cubic metres; Cobb 1978, Biometrika 65:243-251.
NILE = [1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960]
NILE += [1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694]
NILE += [940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764]
NILE += [821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759]
COMMON = "common_cause"
BETTER, WORSE = "special_cause_improvement", "special_cause_concern"
HIGH, LOW = "special_cause_neutral_high", "special_cause_neutral_low"

Values = list[Any]
VALUES = st.one_of(
    st.lists(st.one_of(st.none(), st.integers(-9, 9)), max_size=40),
    st.lists(st.integers(-9, 9), max_size=40),
    st.lists(st.integers(-9, 9), max_size=40).map(sorted),
    st.lists(st.lists(st.integers(-9, 9), max_size=10).map(sorted), max_size=4).map(
        lambda rises: [value for rise in rises for value in rise]
    ),
    st.lists(st.sampled_from([0, 0, 0, 1, 8, 9]), max_size=40),
)


def causes_by_hand(chart: Chart) -> list[str]:
    """The cause of each point, by looking at every window that the point is in, part by part."""
    found: list[str] = []
    for part in chart.parts:
        rows = [point for point in chart.points if point.part == part.part]
        y: Values = [row.y for row in rows]

        def side(i: int, rows: Any = rows, y: Values = y) -> int:
            return 0 if y[i] is None else (y[i] > rows[i].cl) - (y[i] < rows[i].cl)

        def past(i: int, low: str, high: str, rows: Any = rows, y: Values = y) -> int:
            least, most = getattr(rows[i], low), getattr(rows[i], high)
            return 0 if y[i] is None or least is None else (y[i] > most) - (y[i] < least)

        def way(window: range, y: Values = y) -> int:
            values = [y[i] for i in window]
            if None in values:
                return 0
            signs = {(b > a) - (b < a) for a, b in pairwise(values)}
            return signs.pop() if len(signs) == 1 else 0

        outside = [past(i, "lcl", "ucl") for i in range(len(y))]
        close = [0 if outside[i] else past(i, "lcl95", "ucl95") for i in range(len(y))]
        for i in range(len(y)):
            sevens = [range(k, k + 7) for k in range(max(0, i - 6), min(i, len(y) - 7) + 1)]
            threes = [range(k, k + 3) for k in range(max(0, i - 2), min(i, len(y) - 3) + 1)]
            ways = [way(window) for window in sevens if way(window)]
            among = any(
                abs(sum(side(j) for j in window)) == 3
                and sum(close[j] == close[i] for j in window) >= 2
                for window in threes
            )
            if outside[i]:
                found.append("outside_above" if outside[i] > 0 else "outside_below")
            elif ways:
                found.append("trend_up" if ways[-1] > 0 else "trend_down")
            elif close[i] and among:
                found.append("two_of_three_above" if close[i] > 0 else "two_of_three_below")
            elif any(abs(sum(side(j) for j in window)) == 7 for window in sevens):
                found.append("shift_above" if side(i) > 0 else "shift_below")
            else:
                found.append(COMMON)
    return found


def test_the_nile_falls_below_its_mean() -> None:
    chart = making_data_count(NILE)

    assert chart.points.cl[0] == pytest.approx(957.283333333333)
    assert chart.points.lcl[0] == pytest.approx(562.566384180791)
    assert chart.points.ucl[-1] == pytest.approx(1352.00028248588)
    assert causes(chart)[8] == "outside_above"
    assert causes(chart)[22:25] == ("shift_above", "two_of_three_above", "two_of_three_above")
    assert chart.points.point_type[28:37] == (LOW,) * 9
    assert (chart.variation, chart.assurance) == (COMMON, None)


@given(VALUES, st.lists(st.integers(-2, 45), max_size=3), st.booleans())
def test_each_points_cause_is_what_its_windows_show(
    y: Values, rebase: list[int], screen: bool
) -> None:
    chart = making_data_count(y, rebase=rebase, screen=screen)

    assert list(causes(chart)) == causes_by_hand(chart)


@given(VALUES, st.lists(st.integers(-2, 45), max_size=3))
def test_a_point_has_a_special_type_exactly_if_a_signal_cites_it(
    y: Values, rebase: list[int]
) -> None:
    chart = making_data_count(y, rebase=rebase, improvement=Direction.increase)
    cited = {index for signal in chart.signals for index in signal.points}
    special = {i for i, kind in enumerate(chart.points.point_type, 1) if kind != COMMON}

    assert special == cited
    assert all(y[index - 1] is not None for index in cited)
    for signal in chart.signals:
        part = chart.parts[signal.part - 1]
        assert part.start <= min(signal.points) <= max(signal.points) <= part.end
        assert part.runs_signal or signal.rule == "making_data_count.outside"


@given(VALUES)
def test_the_wanted_direction_decides_what_is_an_improvement(y: Values) -> None:
    up, down, neither = (
        making_data_count(y, improvement=wanted).points.point_type
        for wanted in (Direction.increase, Direction.decrease, None)
    )

    assert [{BETTER: HIGH, WORSE: LOW, COMMON: COMMON}[each] for each in up] == list(neither)
    assert [{BETTER: LOW, WORSE: HIGH, COMMON: COMMON}[each] for each in down] == list(neither)


@given(VALUES)
def test_a_series_upside_down_has_the_mirrored_signals(y: Values) -> None:
    mirror = {Side.above: Side.below, Side.up: Side.down}
    mirror |= {other: side for side, other in mirror.items()}

    ours = making_data_count(y).signals
    theirs = making_data_count([None if v is None else -v for v in y]).signals

    assert {(s.rule, s.points, s.side) for s in theirs} == {
        (s.rule, s.points, mirror[s.side]) for s in ours if s.side is not None
    }


@given(VALUES.filter(lambda y: len(y) > 1), st.integers(0, 40))
def test_a_new_phase_is_read_on_its_own(y: Values, at: int) -> None:
    first = 2 + at % (len(y) - 1)

    whole = making_data_count(y, rebase=[first])
    before, after = making_data_count(y[: first - 1]), making_data_count(y[first - 1 :])

    assert causes(whole) == causes(before) + causes(after)
    assert whole.points.cl == before.points.cl + after.points.cl
    assert whole.points.ucl == before.points.ucl + after.points.ucl
    assert [(part.start, part.end) for part in whole.parts] == [(1, first - 1), (first, len(y))]
    assert whole.points.part == (1,) * (first - 1) + (2,) * (len(y) - first + 1)


def test_limits_may_be_fixed_after_the_first_points_of_each_phase() -> None:
    chart = making_data_count(NILE, fix_after=12, rebase=[29])
    first, second = making_data_count(NILE[:12]), making_data_count(NILE[28:40])

    assert chart.points.ucl[27] == first.points.ucl[0]
    assert chart.points.ucl[28] == second.points.ucl[0]
    assert [i for i, fixed in enumerate(chart.points.baseline, 1) if fixed] == [
        *range(1, 13),
        *range(29, 41),
    ]
    assert (chart.freeze, making_data_count(NILE).freeze) == (12, None)


def test_the_excel_tool_keeps_large_moving_ranges() -> None:
    y = [10, 11] * 10 + [60] + [10, 11] * 5

    screened, plain = making_data_count(y), making_data_count(y, screen=False)

    assert screened.points.ucl[0] < plain.points.ucl[0]  # type: ignore[operator]
    assert screened.points.ucl[0] == pytest.approx(375 / 31 + 2.66)
    assert plain.points.ucl[0] == pytest.approx(375 / 31 + 2.66 * (28 + 49 + 50) / 30)
    assert (screened.screened, plain.screened) == (True, False)


def test_equal_points_have_limits_at_their_mean() -> None:
    chart = making_data_count([40] * 14, target=41, improvement=Direction.increase)

    assert {*chart.points.cl, *chart.points.lcl, *chart.points.ucl} == {40}
    assert (chart.variation, chart.assurance) == (COMMON, "consistent_fail")


def test_a_point_on_the_mean_breaks_a_run() -> None:
    above, below = [11, 14, 11, 14, 11, 14], [9, 6, 9, 6, 9, 6]

    broken = making_data_count([*above, 10, *above, *below, 10, *below])
    whole = making_data_count([*above, 11, *above, *below, 9, *below])

    assert broken.points.cl[0] == whole.points.cl[0] == 10
    assert set(causes(broken)) == {COMMON}
    assert causes(whole) == ("shift_above",) * 13 + ("shift_below",) * 13


def test_a_turning_point_has_the_direction_of_the_later_trend() -> None:
    chart = making_data_count([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1] + [7, 1] * 8)

    trends = [signal.points for signal in chart.signals if signal.rule.endswith("trend")]

    assert trends == [(1, 2, 3, 4, 5, 6, 7), (7, 8, 9, 10, 11, 12, 13)]
    assert causes(chart)[5:8] == ("trend_up", "trend_down", "trend_down")


@pytest.mark.parametrize(
    ("target", "wanted", "assurance"),
    [
        (2000, Direction.increase, "consistent_fail"),
        (2000, Direction.decrease, "consistent_pass"),
        (100, Direction.increase, "consistent_pass"),
        (100, Direction.decrease, "consistent_fail"),
        (950, Direction.increase, "inconsistent"),
        (2000, None, None),
        (None, Direction.increase, None),
    ],
)
def test_assurance_says_whether_the_process_will_reach_the_target(
    target: float | None, wanted: Direction | None, assurance: str | None
) -> None:
    chart = making_data_count(NILE, target=target, improvement=wanted)

    assert chart.assurance == assurance
    assert set(chart.points.target) == {target}


@pytest.mark.parametrize("limit", ["lcl", "ucl"])
def test_a_target_on_a_limit_is_hit_or_miss(limit: str) -> None:
    target = getattr(making_data_count(NILE).points, limit)[-1]

    assert making_data_count(NILE, target=target, improvement=Direction.increase).assurance == (
        "inconsistent"
    )


def test_the_variation_is_that_of_the_last_point_which_is_there() -> None:
    rising = [*NILE, 2000, None]

    assert making_data_count(rising, improvement=Direction.increase).variation == BETTER
    assert making_data_count(rising, improvement=Direction.decrease).variation == WORSE
    assert making_data_count(rising).variation == HIGH
    assert making_data_count(rising).points.point_type[-1] == COMMON


def test_there_is_no_moving_range_across_a_missing_point() -> None:
    chart = making_data_count([10, 12, None, 90, 92], screen=False)

    assert chart.points.cl[0] == 51
    assert chart.points.ucl[0] == pytest.approx(51 + 2.66 * 2)


def test_the_mean_is_as_exact_as_a_double_holds_it() -> None:
    chart = making_data_count([0.1] * 10 + [0.3] * 10 + [0.2] * 10)

    assert chart.points.cl[0] == 0.2
    assert chart.parts[0].n_useful == 20


def test_phases_under_13_points_are_short() -> None:
    chart = making_data_count(NILE, rebase=[13, 26])

    assert [part.end - part.start + 1 for part in chart.parts] == [12, 13, 35]
    assert short_phases(chart) == (1,)


@pytest.mark.parametrize("y", [[], [None, None]])
def test_without_a_value_there_is_no_line_and_no_icon(y: Values) -> None:
    chart = making_data_count(y, target=3, improvement=Direction.increase)

    assert (chart.variation, chart.assurance, chart.signals) == (None, None, ())
    assert set(chart.points.cl) <= {None}


def test_points_are_ordered_by_their_dates() -> None:
    days = [date(2018, 1, 12) + timedelta(days=7 * i) for i in range(len(NILE))]

    chart = making_data_count(NILE[::-1], x=days[::-1])

    assert chart.points.x == tuple(days)
    assert causes(chart) == causes(making_data_count(NILE))


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"y": [1, math.inf]}, "y/2"),
        ({"y": NILE, "fix_after": 11}, "fix_after"),
        ({"y": NILE, "target": math.nan}, "target"),
        ({"y": NILE, "shift": 1}, "shift"),
        ({"y": NILE, "trend": 1}, "trend"),
        ({"y": NILE, "x": [1, 2]}, "x"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        making_data_count(**arguments)

    assert refused.value.field == field
