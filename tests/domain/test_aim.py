import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import AimId, Direction, InvalidValue, MeasureUnit, Milestone, UnitId, show_date
from pdsa.aim import Aim
from tests.builders import an_aim


def test_an_aim_reads_as_one_sentence() -> None:
    sentence = an_aim(place="Sample School").sentence()

    assert sentence == (
        "By 15 June 2018, students in the two fifth-grade classrooms at Sample School are "
        "engaged in academic discourse: 51% or more (baseline 20%), counted as share of observed "
        "minutes with academic discourse."
    )


def test_what_is_not_decided_yet_is_said_to_be_open() -> None:
    sentence = Aim(AimId("aim-1"), UnitId("team-1"), "Discourse").sentence()

    assert sentence == (
        "By a date still open, students (which ones is still open) improve (what exactly is still "
        "open): a target still open (baseline not known yet)."
    )


def test_an_aim_to_decrease_says_or_less() -> None:
    aim = an_aim(direction=Direction.decrease, unit=MeasureUnit.count_, baseline=9, target=3.5)

    assert ": 3.5 or less (baseline 9), counted" in aim.sentence()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2017, 9, 4), None),
        (date(2017, 9, 5), 20),
        (date(2018, 2, 1), 35),
        (date(2018, 6, 14), 35 + 16 * 133 / 134),
        (date(2018, 6, 15), 51),
        (date(9999, 12, 31), 51),
    ],
)
def test_the_expected_value_runs_over_the_milestones(day: date, expected: float | None) -> None:
    assert an_aim().expected_on(day) == expected


@pytest.mark.parametrize("lacking", ["starts_on", "deadline", "baseline", "target"])
def test_without_start_deadline_baseline_or_target_nothing_is_expected(lacking: str) -> None:
    aim = an_aim(**{lacking: None})

    assert aim.expected_on(date(2018, 3, 1)) is None


@given(st.integers(0, 290))
def test_the_expected_value_never_leaves_baseline_and_target(days: int) -> None:
    aim = an_aim()
    day = date(2017, 9, 5) + timedelta(days)

    today, tomorrow = aim.expected_on(day), aim.expected_on(day + timedelta(1))

    assert today is not None
    assert tomorrow is not None
    assert 20 <= today <= tomorrow <= 51


def test_milestones_on_the_start_and_the_deadline_are_overruled_by_baseline_and_target() -> None:
    start, end = date(2017, 9, 5), date(2018, 6, 15)
    aim = an_aim(milestones=(Milestone(on=start, value=0), Milestone(on=end, value=100)))

    assert (aim.expected_on(start), aim.expected_on(end)) == (20, 51)


def test_an_aim_of_one_day_expects_its_target() -> None:
    day = date(2018, 1, 12)

    assert an_aim(starts_on=day, deadline=day, milestones=()).expected_on(day) == 51


def test_a_deadline_is_not_before_the_start() -> None:
    with pytest.raises(InvalidValue, match=r"deadline: not before the start \(2017-09-05\)"):
        an_aim(deadline=date(2017, 9, 4), milestones=())


@pytest.mark.parametrize("field", ["baseline", "target"])
@pytest.mark.parametrize("value", [-0.1, 100.1, math.nan, math.inf, -math.inf])
def test_a_percentage_is_between_0_and_100(field: str, value: float) -> None:
    with pytest.raises(InvalidValue) as raised:
        an_aim(**{field: value})

    assert raised.value.field == field


@pytest.mark.parametrize("value", [-0.0, 0, 100])
def test_0_and_100_are_percentages(value: float) -> None:
    assert an_aim(target=value).target == value


def test_a_scale_score_is_no_percentage() -> None:
    assert an_aim(unit=MeasureUnit.mean, baseline=2431, target=2481).target == 2481


@pytest.mark.parametrize(
    ("days", "rule"),
    [
        ([date(2018, 2, 1), date(2018, 2, 1)], "after the milestone before it"),
        ([date(2018, 2, 1), date(2018, 1, 1)], "after the milestone before it"),
        ([date(2017, 9, 4)], "between 2017-09-05 and 2018-06-15"),
        ([date(2018, 6, 16)], "between 2017-09-05 and 2018-06-15"),
    ],
)
def test_milestones_stand_in_order_within_the_aim(days: list[date], rule: str) -> None:
    with pytest.raises(InvalidValue, match=rule) as raised:
        an_aim(milestones=tuple(Milestone(on=day, value=30) for day in days))

    assert raised.value.field == f"milestones/{len(days) - 1}/on"


def test_a_milestone_before_an_open_deadline_names_only_the_start() -> None:
    with pytest.raises(InvalidValue, match="between 2017-09-05 and any"):
        an_aim(deadline=None, milestones=(Milestone(on=date(2017, 9, 1), value=30),))


@pytest.mark.parametrize("value", [101, math.nan, math.inf])
def test_a_milestone_has_a_value_that_can_be(value: float) -> None:
    with pytest.raises(InvalidValue):
        an_aim(milestones=(Milestone(on=date(2018, 2, 1), value=value),))


def test_dates_read_the_same_on_every_machine() -> None:
    assert show_date(date(2018, 3, 9)) == "9 March 2018"
    assert show_date(date.min) == "1 January 1"
    assert show_date(date.max) == "31 December 9999"


def test_an_aim_is_given_up_on_a_day_with_a_reason_and_can_be_taken_up_again() -> None:
    stopped = an_aim().stopped(on=date(2018, 3, 1), reason="Another team took it on.")

    assert (stopped.stopped_on, stopped.stopped_because) == (
        date(2018, 3, 1),
        "Another team took it on.",
    )
    assert stopped.resumed() == an_aim() == an_aim().resumed()


def test_to_give_an_aim_up_takes_a_reason_and_an_aim_that_goes_on() -> None:
    stopped = an_aim().stopped(on=date(2018, 3, 1), reason="Another team took it on.")

    with pytest.raises(InvalidValue, match="needs a reason"):
        an_aim().stopped(on=date(2018, 3, 1), reason=" ")
    with pytest.raises(InvalidValue, match="an aim that goes on"):
        stopped.stopped(on=date(2018, 3, 2), reason="Once more.")
