"""A portfolio of tests: healthy failure, and work that has come to rest."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import (
    Audience,
    Change,
    Cycle,
    Decision,
    ExpectDirection,
    Inquiry,
    InvalidValue,
    MeasureKind,
    Outcome,
    findings,
)
from pdsa.review import Record
from pdsa.review.interval import wilson
from pdsa.review.portfolio import (
    STALLED_AFTER,
    Portfolio,
    of_tests,
    portfolio,
    portfolio_findings,
    rests_since,
)
from pdsa.review.success import foretells_improvement, showed_improvement
from tests.builders import (
    FRAME_USE,
    RISE,
    STARTED,
    a_calendar,
    a_cycle,
    a_measure,
    a_plan,
    a_prediction,
    a_study,
    an_act,
    an_inquiry,
    completed,
    in_do,
    in_study,
)

TODAY = date(2018, 6, 1)


def ended(decision: Decision, *outcomes: Outcome) -> Cycle:
    results = tuple(
        replace(result, outcome=outcome)
        for result, outcome in zip(a_study().results, outcomes, strict=False)
    )
    cycle = completed()
    return replace(cycle, study=a_study(results=results), act=an_act(decision=decision))


def a_portfolio(succeeded: int, failed: int) -> Inquiry:
    kept, dropped = ended(Decision.adopt), ended(Decision.abandon)
    cycles = (*[kept] * succeeded, *[dropped] * failed)
    return an_inquiry(cycles=tuple(replace(c, id=f"cycle-{n}") for n, c in enumerate(cycles)))


def codes(inquiry: Inquiry, **changes: Any) -> set[str]:
    return {each.code for each in findings(inquiry, on=TODAY, select="SYS", **changes)}


@pytest.mark.parametrize(
    ("cycle", "showed"),
    [
        (ended(Decision.adopt), True),
        (ended(Decision.expand, Outcome.cannot_tell), True),
        (ended(Decision.adapt), None),
        (ended(Decision.adapt, Outcome.cannot_tell), None),
        (ended(Decision.adapt, Outcome.did_not_hold), False),
        (ended(Decision.adapt, Outcome.held), True),
        (ended(Decision.adapt, Outcome.did_not_hold, Outcome.held), None),
        (ended(Decision.abandon), False),
        (ended(Decision.abandon, Outcome.did_not_hold), False),
        (ended(Decision.adopt, Outcome.did_not_hold), False),
        (ended(Decision.abandon, Outcome.held), None),
        (in_study(), None),
        (in_do(), None),
        (in_do().stop(on=TODAY, reason="The unit ended."), None),
    ],
)
def test_whether_a_test_showed_improvement_is_what_its_team_wrote(
    cycle: Cycle, showed: bool | None
) -> None:
    assert showed_improvement(Record(an_inquiry(cycles=(cycle,)), TODAY), cycle) is showed


@pytest.mark.parametrize(
    ("succeeded", "failed", "code"),
    [
        (11, 0, None),
        (12, 0, "SYS101"),
        (19, 1, "SYS101"),
        (15, 5, None),
        (3, 3, None),
        (0, 3, None),
        (0, 4, "SYS102"),
        (6, 20, "SYS102"),
    ],
)
def test_few_tests_say_nothing_about_how_often_tests_fail(
    succeeded: int, failed: int, code: str | None
) -> None:
    assert codes(a_portfolio(succeeded, failed)) == ({code} if code else set())


def test_what_is_said_counts_the_tests_and_says_how_sure_that_is() -> None:
    (finding,) = findings(a_portfolio(12, 0), on=TODAY, select="SYS1")

    assert finding.message == (
        "All 12 tests showed improvement; of healthy tests 25 to 50 in 100 do not, and here it is at "
        "most 24, as far as so few can tell."
    )


@pytest.mark.parametrize("kind", [MeasureKind.process, MeasureKind.balancing])
@pytest.mark.parametrize("change", list(Change))
def test_only_a_prediction_of_improvement_tells_of_one(change: Change, kind: MeasureKind) -> None:
    rise = a_prediction(expectation=ExpectDirection(measure_id=FRAME_USE, change=change))
    record = Record(an_inquiry(measures=(a_measure(kind=kind),)), TODAY)

    better = change is Change.increase and kind is MeasureKind.process
    assert foretells_improvement(record, rise) is better


def test_a_team_alone_is_told_how_its_tests_came_out() -> None:
    inquiry = a_portfolio(12, 0)

    assert codes(inquiry) == {"SYS101"}
    for audience in (Audience.school, Audience.above, Audience.outside):
        assert codes(inquiry, audience=audience) == set()


@given(st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_mirrors(counted: tuple[int, int]) -> None:
    k, n = counted

    low, high = wilson(k, n)

    assert 0 <= low <= (k / n if n else low) <= high <= 1
    assert wilson(n - k, n) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(
    ("k", "n", "ends"),
    [  # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3 (score)
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_the_interval_is_that_of_the_literature(k: int, n: int, ends: tuple[float, float]) -> None:
    assert wilson(k, n) == pytest.approx(ends, abs=5e-5)


# -- work that rests -------------------------------------------------------------------------


def resting(cycle: Cycle, on: date, **changes: Any) -> date | None:
    return rests_since(Record(an_inquiry(cycles=(cycle,), points=(), **changes), on), cycle)


def test_a_cycle_rests_once_more_school_days_have_passed_than_a_team_needs_to_meet() -> None:
    calendar, cycle = a_calendar(), in_do()
    last = calendar.add_instructional_days(STARTED, STALLED_AFTER)
    assert last is not None

    assert resting(cycle, last) is None
    assert resting(cycle, last + timedelta(days=3)) == STARTED


def test_nobody_stalls_over_a_break_or_without_a_calendar() -> None:
    december = date(2017, 12, 13)
    cycle = a_cycle(planned_on=december)

    assert resting(cycle, date(2018, 1, 9)) is None
    assert resting(cycle, date(2018, 1, 12)) == december
    assert resting(cycle, TODAY, calendar=None) is None


def test_a_planned_last_day_is_waited_for() -> None:
    cycle = in_do(a_cycle(plan=a_plan(last_day=date(2018, 5, 18))))

    assert resting(cycle, date(2018, 5, 25)) is None
    assert resting(cycle, TODAY) is None
    assert resting(cycle, date(2018, 6, 8)) == date(2018, 5, 18)


def test_an_ended_cycle_does_not_rest() -> None:
    assert resting(completed(), TODAY) is None


def test_data_that_come_in_keep_a_cycle_awake() -> None:
    inquiry = an_inquiry(cycles=(in_do(),))
    record = Record(inquiry, date(2018, 2, 14))

    assert rests_since(record, inquiry.cycles[0]) is None
    assert "SYS103" in codes(inquiry)


# -- many inquiries ----------------------------------------------------------------------------


def test_portfolios_add_up() -> None:
    one, other = a_portfolio(5, 0), a_portfolio(7, 0)

    both = portfolio([one, other], on=TODAY)

    assert both == portfolio([one], on=TODAY) + portfolio([other], on=TODAY)
    assert (both.inquiries, both.tests, both.without) == (2, 12, 0)
    assert codes(one) == codes(other) == set()
    assert [each.code for each in portfolio_findings(both, unit_id="school")] == ["SYS101"]


def test_a_portfolio_without_tests_has_no_findings() -> None:
    assert portfolio_findings(Portfolio(), unit_id="school") == ()
    assert of_tests(Record(an_inquiry(cycles=()), TODAY)) == Portfolio()
    with pytest.raises(InvalidValue):
        portfolio_findings(Portfolio(tests=1, without=2), unit_id="school")


def test_what_is_compared_is_what_the_team_predicted() -> None:
    assert a_study().results[0].prediction_id == RISE
