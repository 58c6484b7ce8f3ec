"""The status of an aim: what each asks for, and that it never rests on the last figure alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import Direction, MeasureKind, loads
from pdsa.aim import Aim, Milestone
from pdsa.measure import Measure
from pdsa.monitoring import AimStatus, aim_status, status_on, timeline
from pdsa.monitoring.summary import Standpoint, figures_of
from pdsa.reference import model, sacramento
from pdsa.review import Record
from tests.builders import a_measure, an_aim

FIRST = date(2018, 1, 8)
MEASURE = a_measure(kind=MeasureKind.outcome)


def an_aim_of(**changes: Any) -> Aim:
    """From 20 on 1 January to 51 on 31 May, measured."""
    given = {
        "measured_by": MEASURE.id,
        "baseline": 20,
        "target": 51,
        "starts_on": date(2018, 1, 1),
        "deadline": date(2018, 5, 31),
        "milestones": (),
    }
    return an_aim(**given | changes)


def weekly(*values: float) -> tuple[tuple[date, float], ...]:
    return tuple((FIRST + timedelta(weeks=i), value) for i, value in enumerate(values))


def status_after(
    *values: float, aim: Aim | None = None, measure: Measure = MEASURE, on: date | None = None
) -> AimStatus:
    """The status on the day of the last figure, or on another day."""
    known = weekly(*values)
    found = timeline(aim or an_aim_of(), measure, known, began=FIRST)
    return status_on(found, on or known[-1][0]).status


def test_three_figures_in_a_row_reach_the_aim_and_six_hold_it() -> None:
    assert status_after(51, 51) is AimStatus.no_data
    assert status_after(40, 51, 51) is AimStatus.on_track
    assert status_after(51, 60, 51) is AimStatus.reached
    assert status_after(51, 60, 51, 51, 51) is AimStatus.reached
    assert status_after(51, 60, 51, 51, 51, 51) is AimStatus.held


def test_one_figure_alone_neither_reaches_nor_loses_an_aim() -> None:
    assert status_after(22, 23, 90) is AimStatus.on_track
    assert status_after(10, 10, 90) is AimStatus.off_track
    assert status_after(52, 52, 52, 10) is AimStatus.reached
    assert status_after(52, 52, 52, 52, 52, 52, 10, 53) is AimStatus.held


def test_an_aim_that_fell_back_is_not_reached_any_more_and_says_so() -> None:
    found = timeline(an_aim_of(), MEASURE, weekly(52, 52, 52, 20, 20), began=FIRST)

    last = found[-2]

    assert last.status is AimStatus.off_track
    assert last.reason.endswith("It had been reached, and fell back by 5 February 2018.")


def test_an_aim_is_on_track_where_its_level_is_at_the_straight_line_or_beyond() -> None:
    expected = an_aim_of().expected_on(FIRST + timedelta(weeks=1))

    assert expected is not None
    assert status_after(expected, expected, expected) is AimStatus.on_track
    assert status_after(expected, expected - 0.1, 20) is AimStatus.off_track


def test_a_milestone_before_the_first_figure_does_not_bend_a_line_that_begins_with_it() -> None:
    early = (Milestone(on=date(2017, 12, 1), value=45.0),)

    aim = an_aim_of(starts_on=None, milestones=early)

    assert status_after(20, 21, 22, aim=aim) is status_after(
        20, 21, 22, aim=an_aim_of(starts_on=FIRST)
    )


def test_milestones_bend_the_line() -> None:
    late = an_aim_of(milestones=an_aim(milestones=()).milestones)
    early = an_aim_of(
        starts_on=date(2017, 9, 5), milestones=an_aim().milestones, deadline=date(2018, 6, 15)
    )

    assert status_after(23, 23, 23, aim=late) is AimStatus.on_track
    assert status_after(23, 23, 23, aim=early) is AimStatus.off_track


def test_after_its_deadline_an_aim_that_was_not_reached_is_overdue() -> None:
    june = date(2018, 6, 1)

    assert status_after(21, 21, 21, on=date(2018, 5, 31)) is AimStatus.off_track
    assert status_after(21, 21, 21, on=june) is AimStatus.overdue
    assert status_after(30, 30, on=june) is AimStatus.overdue
    assert status_after(52, 52, 52, on=june) is AimStatus.reached


def test_only_an_outcome_measure_of_the_aims_own_indicator_says_how_an_aim_stands() -> None:
    process = a_measure(kind=MeasureKind.process)
    unlike = a_measure(kind=MeasureKind.outcome, direction=Direction.decrease)

    assert status_after(60, 60, 60, measure=process) is AimStatus.not_measured
    assert status_after(60, 60, 60, measure=unlike) is AimStatus.not_measured
    assert status_after(60, 60, 60, aim=an_aim_of(target=None)) is AimStatus.not_measured
    none = timeline(an_aim_of(measured_by=None), None, (), began=FIRST)
    assert status_on(none, date(2018, 7, 1)).status is AimStatus.not_measured


def test_before_its_first_day_and_before_anything_is_done_an_aim_is_not_started() -> None:
    later = an_aim_of(starts_on=date(2018, 2, 26))

    assert status_after(30, 30, 30, aim=later) is AimStatus.not_started
    idle = timeline(an_aim_of(), MEASURE, (), began=None)
    assert status_on(idle, date(2018, 3, 1)).status is AimStatus.not_started
    assert status_on(idle, date(2018, 6, 1)).status is AimStatus.overdue


def test_an_aim_that_was_given_up_is_stopped_from_that_day_on() -> None:
    stopped = an_aim_of().stopped(on=date(2018, 2, 1), reason="Taken on\nby another team.")

    found = timeline(stopped, MEASURE, weekly(21, 21, 21), began=FIRST)

    assert status_on(found, date(2018, 1, 31)).status is AimStatus.off_track
    last = status_on(found, date(2018, 7, 1))
    assert last.status is AimStatus.stopped
    assert last.reason == "The team gave it up on 1 February 2018: Taken on by another team."


def test_without_a_baseline_the_first_three_figures_are_one_and_no_progress() -> None:
    bare = an_aim_of(baseline=None)

    assert status_after(20, 20, 20, aim=bare) is AimStatus.no_data
    assert status_after(20, 20, 20, 60, 60, aim=bare) is AimStatus.no_data
    assert status_after(20, 20, 20, 60, 60, 60, aim=bare) is AimStatus.reached


def test_without_a_deadline_better_than_the_baseline_is_on_track() -> None:
    open_ended = an_aim_of(deadline=None)

    assert status_after(20, 21, 22, aim=open_ended) is AimStatus.on_track
    assert status_after(20, 20, 20, aim=open_ended) is AimStatus.off_track


def test_the_last_day_that_there_is_never_passes() -> None:
    endless = an_aim_of(deadline=date.max)

    assert status_after(20, 21, 22, aim=endless) is AimStatus.on_track


def test_where_less_is_better_the_line_goes_down() -> None:
    fewer = {"direction": Direction.decrease}
    aim = an_aim_of(baseline=60, target=30, **fewer)
    measure = a_measure(kind=MeasureKind.outcome, **fewer)

    assert status_after(60, 57, 57, aim=aim, measure=measure) is AimStatus.on_track
    assert status_after(60, 60, 60, aim=aim, measure=measure) is AimStatus.off_track
    assert status_after(30, 29, 10, aim=aim, measure=measure) is AimStatus.reached


@given(
    values=st.lists(st.integers(10, 60), max_size=20),
    baseline=st.sampled_from([None, 20]),
    deadline=st.sampled_from([None, date(2018, 3, 1), date(2018, 5, 31)]),
    at=st.integers(0, 200),
)
def test_a_status_says_what_was_known_on_its_day_whatever_came_later(
    values: list[int], baseline: int | None, deadline: date | None, at: int
) -> None:
    aim = an_aim_of(baseline=baseline, deadline=deadline)
    known, day = weekly(*values), date(2018, 1, 1) + timedelta(days=at)
    then = tuple(each for each in known if each[0] <= day)
    began = known[0][0] if known else None

    found = status_on(timeline(aim, MEASURE, known, began=began), day)

    assert found.status is status_on(timeline(aim, MEASURE, then, began=began), day).status


@given(
    values=st.lists(st.integers(10, 60), max_size=20),
    baseline=st.sampled_from([None, 20]),
    deadline=st.sampled_from([None, date(2018, 3, 1), date(2018, 5, 31)]),
    stopped_on=st.sampled_from([None, date(2018, 2, 20)]),
    at=st.integers(0, 200),
)
def test_a_reason_says_what_was_known_on_its_day_whatever_came_later(
    values: list[int],
    baseline: int | None,
    deadline: date | None,
    stopped_on: date | None,
    at: int,
) -> None:
    why = "" if stopped_on is None else "Another aim matters more."
    aim = an_aim_of(
        baseline=baseline, deadline=deadline, stopped_on=stopped_on, stopped_because=why
    )
    known, day = weekly(*values), date(2018, 1, 1) + timedelta(days=at)
    then = tuple(each for each in known if each[0] <= day)
    began = known[0][0] if known else None

    figures = figures_of(aim, [MEASURE], {MEASURE.id: known}, began=began)

    wanted = status_on(timeline(aim, MEASURE, then, began=began), day)
    assert figures.status(day).status is wanted.status
    assert figures.reason(day, aim, MEASURE) == wanted.reason


def test_a_summary_says_why_only_of_statuses_that_are_in_force_from_the_last_figure_on() -> None:
    known = weekly(22, 23, 24, 10, 10, 10, 40, 40, 40)
    aim = an_aim_of(stopped_on=date(2018, 4, 2), stopped_because="Another aim matters more.")

    figures = figures_of(aim, [MEASURE], {MEASURE.id: known}, began=FIRST)

    on_track, off_track, stopped = AimStatus.on_track, AimStatus.off_track, AimStatus.stopped
    told = [(each.status, bool(each.reason)) for each in figures.statuses[2:]]
    assert told == [(on_track, False), (off_track, False), (on_track, True), (stopped, True)]
    assert figures.statuses[0].reason == "No cycle has begun, and nothing was counted yet."


@given(values=st.lists(st.integers(10, 60), max_size=8), at=st.integers(0, 70))
def test_figures_are_told_as_they_were_on_their_day_whatever_came_later(
    values: list[int], at: int
) -> None:
    aim, measure = an_aim_of(baseline=None), replace(MEASURE, target=51)
    known, day = weekly(*values), date(2018, 1, 1) + timedelta(days=at)
    then = tuple(each for each in known if each[0] <= day)

    found = figures_of(aim, [measure], {measure.id: known}, began=FIRST).at(day, aim, measure)

    wanted = figures_of(aim, [measure], {measure.id: then}, began=FIRST)
    for name in Standpoint.__struct_fields__:
        assert getattr(found, name) == getattr(wanted, name), name


def test_a_baseline_that_is_made_of_figures_knows_none_of_a_later_day() -> None:
    bare, known = an_aim_of(baseline=None), weekly(40, 60, 50)
    figures = figures_of(bare, [MEASURE], {MEASURE.id: known}, began=FIRST)

    found = [figures.at(on, bare, MEASURE) for on, _ in known]

    assert [(each.baseline, each.change) for each in found] == [(40, 0), (40, 20), (50, 0)]


def test_a_baseline_of_the_aims_own_is_that_of_every_day() -> None:
    aim, known = an_aim_of(baseline=20), weekly(40, 60, 50)
    figures = figures_of(aim, [MEASURE], {MEASURE.id: known}, began=FIRST)

    found = [figures.at(on, aim, MEASURE) for on, _ in known]

    assert [(each.baseline, each.change) for each in found] == [(20, 20), (20, 40), (20, 30)]


@pytest.mark.parametrize(
    ("aim", "measure", "wanted"),
    [
        (an_aim_of(), MEASURE, (20, 51)),
        (an_aim_of(), replace(MEASURE, target=70), (20, 51)),
        (an_aim_of(target=None), replace(MEASURE, target=70), (20, 70)),
        (an_aim_of(baseline=None), MEASURE, (30, 51)),
        (an_aim_of(), replace(MEASURE, kind=MeasureKind.process), (30, None)),
    ],
)
def test_the_aims_own_baseline_and_target_hold_from_the_first_figure_of_its_measure_on(
    aim: Aim, measure: Measure, wanted: tuple[float, float | None]
) -> None:
    found = figures_of(aim, [measure], {measure.id: weekly(30)}, began=FIRST)

    assert (found.baseline, found.target) == wanted
    assert found.change == 30 - wanted[0]


def test_figures_of_days_to_come_change_neither_a_status_nor_its_reason() -> None:
    inquiry, day = loads(model()), date(2026, 2, 13)
    known = [point for point in inquiry.points if point.on <= day]

    found = aim_status(Record(inquiry, day))

    assert len(known) < len(inquiry.points)
    assert found == aim_status(Record(replace(inquiry, points=tuple(known)), day))
    assert "February 2026" in found.reason
    assert "March 2026" not in found.reason


@pytest.mark.parametrize(
    ("record", "day", "status"),
    [
        (sacramento, date(2018, 3, 9), AimStatus.not_measured),
        (sacramento, date(2018, 9, 1), AimStatus.not_measured),
        (model, date(2026, 3, 20), AimStatus.on_track),
        (model, date(2026, 6, 1), AimStatus.overdue),
    ],
)
def test_the_reference_records_stand_where_their_story_says(
    record: Any, day: date, status: AimStatus
) -> None:
    found = aim_status(Record(loads(record()), day))

    assert found.status is status
    assert found.on <= day
    assert found.reason.endswith(".")
