"""The chart of a measure: which one, over school time, with what happened beside it."""

from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import (
    ChartKind,
    DataPoint,
    Direction,
    InvalidValue,
    MeasureUnit,
    PhaseKind,
    PointId,
    SplitBy,
    measure_chart,
    measure_charts,
    series,
)
from pdsa.charts import MakingDataCount
from tests.builders import (
    FRAME_USE,
    ROOM_12,
    ROOM_14,
    STARTED,
    a_calendar,
    a_measure,
    a_phase,
    a_series,
    completed,
    exit_tickets,
    in_do,
)

WEEK = timedelta(weeks=1)
TWENTY = tuple((10 + i % 3, 14 + i % 4) for i in range(20))


def weekly(values: list[Any], **facts: Any) -> list[DataPoint]:
    """One point a week; pairs are counts."""
    return [
        DataPoint(
            PointId(f"point-{i}"),
            FRAME_USE,
            STARTED + i * WEEK,
            **facts,
            **(
                {"numerator": value[0], "denominator": value[1]}
                if isinstance(value, tuple)
                else {"value": value}
            ),
        )
        for i, value in enumerate(values)
    ]


def kind_of(unit: MeasureUnit, values: list[Any]) -> tuple[ChartKind, str]:
    (chart,) = measure_charts(a_measure(unit=unit), weekly(values))
    return chart.chart.kind, chart.choice.why


def test_below_12_points_a_run_chart_is_drawn() -> None:
    kind, why = kind_of(MeasureUnit.percentage, [(10, 20)] * 11)

    assert kind is ChartKind.run
    assert why == "A run chart, since limits need 12 points or more and there are 11."


@pytest.mark.parametrize(
    ("unit", "values", "kind", "why"),
    [
        (MeasureUnit.percentage, [(10, 20), (12, 24), (9, 21)] * 4, "p", "share of a counted"),
        (MeasureUnit.percentage, [(100, 900), (800, 900)] * 6, "pp", "times as much as the sizes"),
        (MeasureUnit.percentage, [40, 44, 50] * 4, "i", "one value without a denominator"),
        (MeasureUnit.rate, [(10, 20), (12, 24), (9, 21)] * 4, "u", "area of opportunity"),
        (MeasureUnit.count_, [4, 6, 5, 3] * 3, "c", "a count of events"),
        (MeasureUnit.count_, [1, 90, 2, 70] * 3, "i", "times as much as counts of rare"),
        (MeasureUnit.mean, [2.5, 3.5, 3] * 4, "i", "one value without a denominator"),
        (MeasureUnit.rubric_level, [2, 3, 3, 4] * 3, "run", "ordered, not evenly spaced"),
    ],
)
def test_from_12_points_the_chart_follows_unit_and_data_and_says_why(
    unit: MeasureUnit, values: list[Any], kind: str, why: str
) -> None:
    found, said = kind_of(unit, values)

    assert found == kind
    assert why in said
    assert said.endswith(".")


def test_a_user_may_choose_another_and_the_advice_stays() -> None:
    (chart,) = measure_charts(a_measure(), exit_tickets(TWENTY), kind=ChartKind.run)

    assert (chart.choice.drawn, chart.choice.advised) == (ChartKind.run, ChartKind.p)
    assert chart.choice.why.startswith("The run chart was chosen; advised: a P chart, since")


def test_percentages_are_drawn_in_percent_with_limits_by_class_size() -> None:
    (chart,) = measure_charts(a_measure(target=51), exit_tickets(TWENTY))
    points = chart.chart.points

    assert points.y[0] == 100 * 24 / 60
    assert points.n[0] == 60
    assert points.target[0] == 51
    assert 0 <= (points.lcl[0] or 0) < (points.ucl[0] or 0) <= 100
    assert chart.show(points.y[0]) == "40%"


def test_each_classroom_has_its_chart_under_its_name() -> None:
    rooms = measure_charts(
        a_measure(), exit_tickets(TWENTY), by=SplitBy.classroom, names={ROOM_12: "Room 12"}
    )

    assert [(chart.of, chart.of_name) for chart in rooms] == [
        (ROOM_12, "Room 12"),
        (ROOM_14, ROOM_14),
    ]
    assert rooms[0].reading.startswith("Sentence-frame use, Room 12 rose from")


@pytest.mark.parametrize("kind", [ChartKind.xbar, ChartKind.s])
def test_xbar_and_s_charts_take_the_classrooms_of_a_date_as_a_subgroup(kind: ChartKind) -> None:
    points = exit_tickets(TWENTY)

    (chart,) = measure_charts(a_measure(), points, kind=kind)

    assert chart.chart.points.n == (2,) * 20
    with pytest.raises(InvalidValue, match="no single points"):
        measure_chart(a_measure(), *series(a_measure(), points), kind=kind)


@pytest.mark.parametrize("kind", [ChartKind.p, ChartKind.u])
def test_a_kind_that_the_data_cannot_carry_is_refused(kind: ChartKind) -> None:
    with pytest.raises(InvalidValue, match="numerator and a denominator"):
        measure_chart(a_measure(), a_series([40, 50, 60]), kind=kind)


def test_a_p_chart_is_of_percentages() -> None:
    with pytest.raises(InvalidValue, match="P charts are of percentages"):
        measure_charts(a_measure(unit=MeasureUnit.rate), weekly([(3, 10)] * 12), kind=ChartKind.p)


def test_making_data_count_follows_the_measures_own_direction() -> None:
    falling = a_measure(direction=Direction.decrease, unit=MeasureUnit.mean, target=3)
    points = weekly([9, 8, 9, 8, 9, 8, 9, 8, 7, 6, 5, 4, 3, 2, 1])

    (chart,) = measure_charts(falling, points, kind=ChartKind.i, rules=[MakingDataCount()])

    assert chart.chart.variation == "special_cause_improvement"
    assert "improvement beyond chance" in chart.reading


def test_points_are_placed_in_instructional_weeks_and_days() -> None:
    points = a_series([40, None, 50, 64, 60], start=date(2017, 12, 15))

    chart = measure_chart(a_measure(), points, calendar=a_calendar())

    assert chart.weeks == (15, 16, None, None, 17)
    assert chart.days == (0, 5, 5, 5, 10)
    assert measure_chart(a_measure(), points).weeks == ()


def test_outside_the_school_year_there_are_no_instructional_days() -> None:
    chart = measure_chart(
        a_measure(), a_series([40, 50]), calendar=a_calendar(first_day=date(2018, 1, 15))
    )

    assert (chart.weeks, chart.days) == ((None, 1), ())


def test_cycles_decisions_and_breaks_annotate_the_chart_by_themselves() -> None:
    chart = measure_chart(
        a_measure(),
        a_series([40] * 12, start=date(2017, 12, 15)),
        calendar=a_calendar(),
        cycles=[completed(), in_do()],
    )

    said = [(each.kind, each.label, each.first, each.last, each.open) for each in chart.annotations]
    assert said == [
        ("closure", "Winter recess", date(2017, 12, 25), date(2018, 1, 5), False),
        ("cycle", "Exit tickets in two rooms", STARTED, date(2018, 3, 12), False),
        ("cycle", "Exit tickets in two rooms", STARTED, None, True),
        ("closure", "MLK Day", date(2018, 1, 15), date(2018, 1, 15), False),
        ("decision", "adapt", date(2018, 3, 12), None, False),
    ]


def test_a_decision_is_a_moment_of_its_own() -> None:
    chart = measure_chart(a_measure(), a_series([40] * 12), cycles=[completed()])

    (_, decision) = chart.annotations
    assert (decision.kind, decision.label, decision.first) == (
        "decision",
        "adapt",
        date(2018, 3, 12),
    )


def test_a_decision_before_the_first_point_is_not_on_the_chart() -> None:
    chart = measure_chart(
        a_measure(), a_series([40] * 3, start=date(2018, 4, 6)), cycles=[completed()]
    )

    assert chart.annotations == ()


def test_a_phase_that_a_person_made_is_drawn_with_its_reason() -> None:
    frozen = a_phase(on=STARTED + 11 * WEEK)

    chart = measure_chart(a_measure(), a_series([40, 44] * 10), phases=[frozen])

    assert chart.chart.freeze == 12
    assert chart.chart.points.baseline.count(True) == 12
    assert chart.phases == (frozen,)
    assert frozen.reason in chart.annotations[0].text


def test_a_rebase_begins_a_part_and_a_freeze_before_it_stays() -> None:
    new = a_phase("phase-2", kind=PhaseKind.rebase, on=STARTED + 12 * WEEK, reason="New frame.")
    frozen = a_phase(on=STARTED + 5 * WEEK)

    chart = measure_chart(
        a_measure(), a_series([40, 44] * 6 + [60, 64] * 6), phases=[new, frozen]
    ).chart

    assert [(part.start, part.end, part.cl) for part in chart.parts] == [(1, 12, 42), (13, 24, 62)]
    assert chart.freeze == 6
    assert chart.points.baseline == (True,) * 6 + (False,) * 6 + (True,) * 12


def test_a_phase_of_one_classroom_is_not_one_of_the_other() -> None:
    frozen = a_phase(on=STARTED + 3 * WEEK, classroom_id=ROOM_12)

    whole, *rooms = [
        *measure_charts(a_measure(), exit_tickets(TWENTY), phases=[frozen]),
        *measure_charts(a_measure(), exit_tickets(TWENTY), by=SplitBy.classroom, phases=[frozen]),
    ]

    assert [each.chart.freeze for each in (whole, *rooms)] == [None, 4, None]


def test_a_stored_phase_outside_the_data_does_nothing() -> None:
    early = a_phase(on=date(2017, 1, 1))
    late = a_phase("phase-2", kind=PhaseKind.rebase, on=date(2030, 1, 1))

    chart = measure_chart(a_measure(), a_series([40, 44] * 6), phases=[early, late]).chart

    assert (chart.freeze, len(chart.parts)) == (None, 1)


@pytest.mark.parametrize("ask", [{"freeze": date(2017, 1, 1)}, {"rebase": [date(2030, 1, 1)]}])
def test_trying_out_a_phase_outside_the_data_is_refused(ask: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match="between the first and the last point"):
        measure_chart(a_measure(), a_series([40, 44]), **ask)


def test_a_phase_that_is_tried_out_counts_for_the_rooms_that_reach_it() -> None:
    late = STARTED + 15 * WEEK
    points = [p for p in exit_tickets(TWENTY) if p.classroom_id == ROOM_12 or p.on < late]

    rooms = measure_charts(a_measure(), points, by=SplitBy.classroom, freeze=late)

    assert [room.chart.freeze for room in rooms] == [16, None]


# -- proposals -----------------------------------------------------------------------------

RISEN = [40, 44, 42, 41, 43, 40, 44, 42, 43, 41, 60, 64, 62, 61, 63, 60, 64, 62, 65, 61]


def test_a_sustained_run_for_the_better_proposes_a_rebase_and_makes_none() -> None:
    chart = measure_chart(a_measure(), a_series(RISEN))

    (proposal,) = chart.proposals
    assert (proposal.kind, proposal.on) == (PhaseKind.rebase, STARTED + 10 * WEEK)
    assert proposal.reason.startswith("The last 10 points, from 23 March 2018, all lie above")
    assert len(chart.chart.parts) == 1


def test_a_worsening_proposes_nothing() -> None:
    worse = measure_chart(a_measure(), a_series(RISEN[::-1]), cycles=[in_do()])
    better = measure_chart(a_measure(direction=Direction.decrease), a_series(RISEN[::-1]))

    assert worse.proposals == ()
    assert [each.kind for each in better.proposals] == [PhaseKind.rebase]


def test_a_run_that_has_ended_proposes_nothing() -> None:
    assert measure_chart(a_measure(), a_series([*RISEN, 40, 41])).proposals == ()


def test_a_quiet_baseline_before_the_first_test_proposes_a_freeze() -> None:
    later = replace(in_do(), started_on=STARTED + 11 * WEEK + timedelta(days=2))
    values = [40, 44, 38, 45, 41, 47, 39, 43, 46, 40, 44, 42, 60, 58, 44, 61]

    chart = measure_chart(a_measure(), a_series(values), cycles=[later])

    (proposal,) = chart.proposals
    assert (proposal.kind, proposal.on) == (PhaseKind.freeze, STARTED + 11 * WEEK)
    assert "before the first test of a change began" in proposal.reason
    assert chart.chart.freeze is None


@given(
    st.lists(st.integers(0, 100), min_size=10, max_size=40),
    st.sampled_from(Direction),
    st.integers(0, 30),
)
def test_no_proposal_ever_follows_a_median_that_got_worse(
    values: list[int], direction: Direction, weeks: int
) -> None:
    running = replace(in_do(), started_on=STARTED + weeks * WEEK)

    chart = measure_chart(
        a_measure(direction=direction), a_series([*values]), cycles=[running], kind=ChartKind.run
    )

    for proposal in chart.proposals:
        new = proposal.kind is PhaseKind.rebase
        days = chart.chart.points.x
        before = [
            v
            for v, x in zip(values, days, strict=True)
            if (x < proposal.on if new else x <= proposal.on)
        ]  # type: ignore[operator]
        after = values[len(before) :]
        gain = median(after) - median(before)
        assert gain >= 0 if direction is Direction.increase else gain <= 0
