from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from pdsa import (
    Change,
    Cycle,
    DataPoint,
    ExpectCategory,
    ExpectDirection,
    ExpectRange,
    ExpectValue,
    Outcome,
    PredictionResult,
    Question,
    QuestionId,
    Study,
    findings,
    loads,
)
from pdsa.prediction import Expectation
from pdsa.reference import sacramento
from pdsa.review import Record
from pdsa.review.ledger import ProposedResult, entries, ledger, proposal
from tests.builders import (
    FRAME_USE,
    RISE,
    STARTED,
    STUDIED,
    a_cycle,
    a_plan,
    a_point,
    a_prediction,
    a_study,
    an_inquiry,
    completed,
    exit_tickets,
    in_do,
    words,
)

TODAY = date(2018, 3, 16)
HELD, NOT, UNKNOWN = Outcome.held, Outcome.did_not_hold, Outcome.cannot_tell


def weekly(values: Sequence[float], *, start: date = STARTED) -> tuple[DataPoint, ...]:
    """A percentage of the whole team each Friday."""
    return tuple(
        a_point(f"{start}-{week}", start + timedelta(weeks=week), value=value)
        for week, value in enumerate(values)
    )


def before(values: Sequence[float]) -> tuple[DataPoint, ...]:
    """The same on the Fridays up to the one before the test."""
    return weekly(values, start=STARTED - timedelta(weeks=len(values)))


def expecting(expectation: Expectation) -> Cycle:
    """A cycle with one prediction."""
    question = Question(
        id=QuestionId("q"), text="?", predictions=(a_prediction(expectation=expectation),)
    )
    return a_cycle(plan=a_plan(questions=(question,)))


def studied(expectation: Expectation) -> Cycle:
    return in_do(expecting(expectation)).record_study(Study(), on=STUDIED)


def proposed(
    expectation: Expectation, points: Sequence[DataPoint], *, cycle: Cycle | None = None
) -> ProposedResult:
    cycle = cycle or studied(expectation)
    record = Record(an_inquiry(points=tuple(points), cycles=(cycle,)), TODAY)
    (prediction,) = cycle.plan.predictions()
    return proposal(record, cycle, prediction)


def moves(change: str) -> ExpectDirection:
    return ExpectDirection(measure_id=FRAME_USE, change=Change(change))


def value(expected: float, tolerance: float = 0) -> ExpectValue:
    return ExpectValue(measure_id=FRAME_USE, value=expected, tolerance=tolerance)


def between(low: float, high: float) -> ExpectRange:
    return ExpectRange(measure_id=FRAME_USE, low=low, high=high)


# -- a value, a range -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expectation", "outcome"),
    [
        (value(60), HELD),
        (value(50, 10), HELD),
        (value(50, 9.9), NOT),
        (value(61), NOT),
        (between(60, 80), HELD),
        (between(40, 60), HELD),
        (between(60.1, 80), NOT),
    ],
)
def test_a_value_or_a_range_is_held_against_the_last_figure_of_the_test_both_ends_included(
    expectation: Expectation, outcome: Outcome
) -> None:
    found = proposed(expectation, exit_tickets())

    assert (found.outcome, found.observed) == (outcome, 60)


def test_the_basis_is_a_sentence_with_the_day_and_the_numbers() -> None:
    assert proposed(between(60, 80), exit_tickets()).basis == (
        "“Sentence-frame use” was 60% on 9 February 2018, the last figure in the test; "
        "60% to 80% was predicted."
    )


def test_where_rounding_would_hide_it_the_basis_says_on_which_side_the_figure_lies() -> None:
    found = proposed(between(60, 80), weekly([59.99]))

    assert found.outcome is NOT
    assert "was just under 60%" in found.basis
    assert "was just over 60%" in proposed(value(60), weekly([60.01])).basis


def test_figures_of_other_days_than_those_of_the_test_count_for_nothing() -> None:
    late = a_point("late", STUDIED + timedelta(days=1), value=10)

    found = proposed(value(60), (*exit_tickets(), late))

    assert found.outcome is HELD


def test_a_figure_that_is_missing_is_no_figure() -> None:
    missing = a_point("missing", date(2018, 2, 16), note="assembly")

    assert proposed(value(60), (*exit_tickets(), missing)).observed == 60


# -- a direction ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "points", "outcome", "observed"),
    [
        ("increase", (*before([30, 40, 35]), *weekly([50, 34, 52])), HELD, 50),
        ("decrease", (*before([30, 40, 35]), *weekly([50, 34, 52])), NOT, 50),
        ("decrease", (*before([30, 40, 35]), *weekly([20])), HELD, 20),
        ("increase", (*before([30, 40, 35]), *weekly([20, 35, 60])), NOT, 35),
        ("increase", weekly([40, 10, 41]), HELD, 41),
        ("decrease", (*before([90, 90]), *weekly([40, 10, 41])), NOT, 41),
    ],
)
def test_a_direction_is_held_against_medians_or_without_a_baseline_first_against_last(
    change: str, points: Sequence[DataPoint], outcome: Outcome, observed: float
) -> None:
    found = proposed(moves(change), points)

    assert (found.outcome, found.observed) == (outcome, observed)


def test_only_the_six_figures_right_before_the_test_stand_for_before() -> None:
    points = (*before([90, 90, 90, 90, 30, 31, 32, 33, 34, 35]), *weekly([40, 41]))

    found = proposed(moves("increase"), points)

    assert found.outcome is HELD
    assert found.basis == (
        "The median of “Sentence-frame use” was 32.5% in the 6 figures before the test "
        "(1 December 2017 to 5 January 2018) and 40.5% in the 2 figures in it "
        "(12 January 2018 to 19 January 2018)."
    )


def test_equal_is_no_move() -> None:
    found = proposed(moves("increase"), weekly([40, 60, 40]))

    assert found.outcome is NOT
    assert found.basis.endswith(
        "40% on 26 January 2018, the first and the last of 3 figures in the test, which is no move."
    )


def test_a_move_that_rounding_hides_is_said_in_words() -> None:
    assert proposed(moves("increase"), weekly([40, 40.01])).basis.endswith(", a little more.")
    assert proposed(moves("increase"), weekly([40, 39.99])).basis.endswith(", a little less.")


@pytest.mark.parametrize("change", ["increase", "decrease", "no_change"])
def test_one_figure_without_a_baseline_tells_no_direction(change: str) -> None:
    found = proposed(moves(change), (*before([30, 40]), *weekly([50])))

    assert found.outcome is UNKNOWN
    assert "one figure in the test and 2 before it: too few" in found.basis


@pytest.mark.parametrize(
    ("then", "now", "outcome"),
    [
        ([40, 42, 44, 41, 43, 45], [42, 44, 41], HELD),
        ([40, 42, 44, 41, 43, 45], [60, 61, 59], NOT),
        ([40, 42, 44, 41, 43, 45], [60], UNKNOWN),
        ([40, 42, 44], [60, 61, 59], UNKNOWN),
        ([40, 42], [40, 42, 44, 41, 43, 45], UNKNOWN),
        ([40, 40, 40, 40], [40, 40, 40, 40], HELD),
        ([20, 28, 35, 40, 46, 52], [48, 55, 50], UNKNOWN),  # chance could, and a rise could
    ],
)
def test_no_change_holds_where_figures_that_could_tell_a_change_do_not(
    then: list[float], now: list[float], outcome: Outcome
) -> None:
    assert proposed(moves("no_change"), (*before(then), *weekly(now))).outcome is outcome


def test_no_change_says_how_likely_chance_alone_would_give_such_figures() -> None:
    points = (*before([40, 42, 44, 41, 43, 45]), *weekly([60, 61, 59]))

    assert proposed(moves("no_change"), points).basis.endswith(
        "; the figures differ more than chance would have it (rank-sum test, p = 0.024)."
    )


# -- what figures cannot tell -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("expectation", "cycle", "why"),
    [
        (words(), None, "The prediction is in words, so it is for the team to tell."),
        (ExpectCategory(category="most students"), None, "in words"),
        (value(60), expecting(value(60)), "The test has not begun."),
        (moves("increase"), in_do(expecting(moves("increase"))), "still going on; so far: “Sent"),
    ],
)
def test_where_the_figures_cannot_tell_the_basis_says_why(
    expectation: Expectation, cycle: Cycle | None, why: str
) -> None:
    found = proposed(expectation, exit_tickets(), cycle=cycle)

    assert found.outcome is UNKNOWN
    assert why in found.basis


def test_a_test_without_figures_tells_nothing() -> None:
    assert proposed(value(60), before([50, 60])) == ProposedResult(
        outcome=UNKNOWN,
        observed=None,
        basis="There is no figure of “Sentence-frame use” from 12 January 2018 to 9 March 2018.",
    )


def test_a_cycle_that_stopped_early_is_scored_on_the_days_it_ran() -> None:
    stopped = in_do(expecting(value(60))).stop(on=date(2018, 2, 2), reason="No time.")

    assert proposed(value(60), exit_tickets(), cycle=stopped).observed == 55


# -- the ledger -------------------------------------------------------------------------------


def a_record(cycle: Cycle) -> Record:
    return Record(an_inquiry(cycles=(cycle,)), TODAY)


def test_the_ledger_has_an_entry_for_each_prediction_with_the_teams_result() -> None:
    rise, half = ledger(a_record(completed()))

    assert (rise.prediction.id, rise.question) == (RISE, "Will students use the frame?")
    assert [each.proposal.outcome for each in (rise, half)] == [HELD, NOT]
    assert [each.result for each in (rise, half)] == [*a_study().results]
    assert [each.agrees for each in (rise, half)] == [True, True]


def test_without_a_result_or_where_one_side_cannot_tell_there_is_nothing_to_agree_on() -> None:
    unsure = replace(a_study().results[1], outcome=UNKNOWN)
    cycle = in_do().record_study(a_study(results=(unsure,)), on=STUDIED)

    assert [each.agrees for each in entries(a_record(cycle), cycle)] == [None, None]


def test_an_amended_prediction_is_scored_on_what_was_locked() -> None:
    cycle = studied(value(60))
    amended = cycle.amend(RISE, on=STUDIED, reason="It went slower.", expectation=value(10))

    (entry,) = entries(a_record(amended), amended)

    assert entry.proposal.outcome is HELD
    assert entry.prediction.amendments[0].expectation == value(10)


def test_the_sample_says_what_the_data_tell_and_leaves_words_to_the_team() -> None:
    share, gap = ledger(Record(loads(sacramento()), TODAY))

    assert (share.proposal.outcome, share.proposal.observed, share.agrees) == (HELD, 64, True)
    assert (gap.proposal.outcome, gap.agrees) == (UNKNOWN, None)


# -- STU104 -----------------------------------------------------------------------------------


def says(outcome: Outcome, note: str = "", expectation: Expectation | None = None) -> Cycle:
    cycle = studied(expectation or value(60))
    return cycle.settle(
        PredictionResult(prediction_id=RISE, outcome=outcome, note=note), on=STUDIED
    )


def against(cycle: Cycle) -> list[tuple[str, str]]:
    found = findings(an_inquiry(cycles=(cycle,)), on=TODAY, select="STU104")
    return [(each.field, each.message) for each in found]


def test_a_result_against_the_figures_asks_for_a_word() -> None:
    ((field, message),) = against(says(NOT))

    assert field == "study/results/0/note"
    assert message == (
        "The cycle “Exit tickets in two rooms” says that a prediction did not hold, and the figures "
        "read otherwise: “Sentence-frame use” was 60% on 9 February 2018, the last figure in the "
        "test; 60% was predicted."
    )


@pytest.mark.parametrize(
    "cycle",
    [
        says(HELD),
        says(UNKNOWN),
        says(NOT, note="Half of the tickets were copied."),
        says(NOT, expectation=words()),
        studied(value(10)),
        in_do(),
    ],
)
def test_it_is_silent_where_they_agree_or_a_word_is_there_or_nobody_can_tell(cycle: Cycle) -> None:
    assert against(cycle) == []


@pytest.mark.parametrize(
    ("then", "now", "contradicted"),
    [
        ([40, 41, 40, 41, 40, 41], [41, 40, 42], False),
        ([40, 41, 40, 41, 40, 41], [60, 61, 62], True),
        ([], [40, 60], False),
    ],
)
def test_a_direction_contradicts_nobody_where_chance_could_have_made_it(
    then: list[float], now: list[float], contradicted: bool
) -> None:
    cycle = says(NOT, expectation=moves("increase"))
    inquiry = an_inquiry(cycles=(cycle,), points=(*before(then), *weekly(now)))

    found = findings(inquiry, on=TODAY, select="STU104")

    assert bool(found) is contradicted
