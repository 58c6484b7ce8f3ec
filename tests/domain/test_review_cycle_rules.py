"""Rules about Plan, Do and Study at the edges of what they look at, and where they are silent."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import pdsa
from pdsa import Cycle, Decision, Inquiry, Outcome, Scale, Status
from pdsa.reference import MODEL_DAY, model
from pdsa.review import applied, document_findings
from pdsa.scale import Belief, FailureCost, Readiness
from tests.builders import (
    DECIDED,
    FRAME_USE,
    PLANNED,
    STARTED,
    STUDIED,
    a_calendar,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    a_prediction,
    a_study,
    an_act,
    completed,
    exit_tickets,
    in_do,
    in_study,
    words,
)
from tests.domain.cycles import NEVER_BEGUN, STOPPED, codes, decided, found, question


def in_model(changes: dict[str, Any], code: str, on: date = MODEL_DAY) -> list[str]:
    """The cycles of the model inquiry, some places changed, about which a rule has something to say."""
    document = applied(model(), changes)
    return [each.id for each in document_findings(document, on=on, select=[code])]


# -- kind to running work --------------------------------------------------------------------


@pytest.mark.parametrize("code", ["PLN101", "PLN103", "PLN105"])
def test_a_plan_is_told_what_to_add_now_and_an_old_one_what_to_do_next_time(code: str) -> None:
    empty = a_cycle(plan=a_plan(questions=(), data=(), objective=""))

    (now,) = found(empty, code=code)
    (later,) = found(completed_without_predictions(empty), code=code)

    assert now.message == later.message
    assert "next" not in now.next
    assert "next" in later.next


def completed_without_predictions(cycle: Cycle) -> Cycle:
    studied = cycle.start_do(on=STARTED).record_study(a_study(results=()), on=STUDIED)
    return studied.record_act(an_act(), on=DECIDED)


def test_a_cycle_that_never_began_is_left_alone() -> None:
    assert codes(NEVER_BEGUN) == set()


def test_a_cycle_that_was_stopped_early_owes_neither_study_nor_act() -> None:
    late = STUDIED + timedelta(days=60)

    assert codes(STOPPED, on=late, points=()) == set()
    assert codes(replace(STOPPED, do=pdsa.Do(as_planned=pdsa.AsPlanned.no))) == set()


def test_a_cycle_in_do_before_its_last_day_is_not_asked_for_data() -> None:
    last = STARTED + timedelta(days=14)
    running = in_do(a_cycle(plan=a_plan(last_day=last)))

    assert codes(running, on=last, code="DOX102", points=()) == set()
    assert codes(running, on=last + timedelta(days=1), code="DOX102", points=()) == {"DOX102"}


# -- Plan ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lack", ["belief", "failure_cost", "readiness", "scale"])
def test_nothing_is_advised_unless_all_four_are_said(lack: str) -> None:
    said = {
        "belief": Belief.low,
        "failure_cost": FailureCost.high,
        "readiness": Readiness.resistant,
        "scale": Scale.large,
    }

    assert codes(a_cycle(plan=a_plan(**said)), code="PLN104") == {"PLN104"}
    assert codes(a_cycle(plan=a_plan(**said | {lack: None})), code="PLN104") == set()


@given(st.sampled_from(Belief), st.sampled_from(FailureCost), st.sampled_from(Readiness), st.data())
def test_a_scale_up_to_the_advised_one_is_never_too_large(
    belief: Belief, cost: FailureCost, ready: Readiness, data: st.DataObject
) -> None:
    scale = data.draw(st.sampled_from(Scale))
    plan = a_plan(belief=belief, failure_cost=cost, readiness=ready, scale=scale)

    order = list(Scale)
    fine = order.index(scale) <= order.index(pdsa.advised_scale(belief, cost, ready))
    assert codes(a_cycle(plan=plan), code="PLN104") == (set() if fine else {"PLN104"})


def test_advice_on_the_scale_says_what_is_advised_and_why() -> None:
    plan = a_plan(
        scale=Scale.large,
        belief=Belief.low,
        failure_cost=FailureCost.low,
        readiness=Readiness.ready,
    )

    (finding,) = found(a_cycle(plan=plan), code="PLN104")

    assert finding.message == (
        "The cycle “Exit tickets in two rooms” tests at the scale “large”; “small” is advised where "
        "belief that it works is low, a failure costs little and those who would test it are ready."
    )


def test_how_many_predictions_are_meant_is_said() -> None:
    one, two, three = (a_prediction(f"prediction-{n}", reason="") for n in range(3))
    told = [
        found(a_cycle(plan=a_plan(questions=(question(*each),))), code="PLN102")[0].message
        for each in ((one,), (one, replace(two, reason="So")), (one, two, three))
    ]

    assert [each.partition(" no reason for ")[2] for each in told] == [
        "its prediction.",
        "1 of its 2 predictions.",
        "any of its 3 predictions.",
    ]


def test_a_confidence_that_was_added_later_counts() -> None:
    plan = a_plan(questions=(question(a_prediction("p", confidence=None)),))
    begun = a_cycle(plan=plan).start_do(on=STARTED)
    amended = begun.amend(pdsa.PredictionId("p"), on=STUDIED, reason="We forgot it", confidence=60)

    assert codes(begun, code="PLN106") == {"PLN106"}
    assert codes(amended, code="PLN106") == set()


def test_words_alone_are_no_matter_where_nothing_is_measured() -> None:
    plan = a_plan(questions=(question(a_prediction("p", expectation=words())),), data=())

    assert codes(a_cycle(plan=plan), code="PLN107", points=()) == set()
    assert codes(a_cycle(plan=replace(plan, data=a_plan().data)), code="PLN107") == {"PLN107"}


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2017, 12, 25), date(2018, 1, 5), {"PLN108"}),
        (date(2017, 12, 25), date(2018, 1, 8), set()),
        (date(2018, 1, 13), date(2018, 1, 15), {"PLN108"}),
        (date(2018, 6, 11), date(2018, 6, 15), set()),
        (date(2018, 6, 11), date(2018, 6, 16), {"PLN108"}),
        (None, date(2018, 6, 18), {"PLN108"}),
        (None, date(2018, 1, 15), set()),
        (date(2018, 8, 20), date(2018, 9, 20), set()),
        (date(2017, 6, 1), date(2017, 6, 9), set()),
        (date(2018, 6, 11), None, set()),
    ],
)
def test_planned_days_are_held_against_the_school_year(
    first: date | None, last: date | None, code: set[str]
) -> None:
    planned = a_cycle(plan=a_plan(first_day=first, last_day=last))

    assert codes(planned, code="PLN108") == code
    assert codes(planned, code="PLN108", calendar=None) == set()
    assert codes(completed(planned), code="PLN108", calendar=a_calendar()) == set()


@pytest.mark.parametrize(
    ("before", "after", "jumps"),
    [
        ({"size": 2}, {"size": 10}, False),
        ({"size": 2}, {"size": 11}, True),
        ({"size": 1, "size_of": "Classroom"}, {"size": 6}, True),
        ({"size": 1, "size_of": "salón"}, {"size": 6, "size_of": "lessons"}, False),
        ({"size": 4, "size_of": "students", "scale": Scale.very_small}, {"size": 2}, False),
        ({"size": 4, "size_of": "", "scale": Scale.very_small}, {"scale": Scale.large}, True),
        ({"size": None, "scale": Scale.small}, {"scale": Scale.implement}, True),
        ({"size": 2, "scale": Scale.very_small}, {"size": 10, "scale": Scale.large}, False),
        ({"size": 0, "scale": None}, {"size": 100}, False),
    ],
)
def test_a_jump_is_more_than_five_times_or_more_than_one_scale(
    before: dict[str, Any], after: dict[str, Any], jumps: bool
) -> None:
    first = decided(Decision.expand, a_cycle(plan=a_plan(**before)))
    second = a_cycle("cycle-2", follows=first.id, plan=a_plan(**after))

    planned = codes(first, second, code="PLN109")
    kept = codes(first, decided(Decision.adopt, second), code="ACT105")

    assert (planned, kept) == (({"PLN109"}, {"ACT105"}) if jumps else (set(), set()))
    assert codes(first, decided(Decision.adopt, second), code="PLN109") == set()


def test_a_first_test_and_one_after_a_cycle_that_never_began_do_not_jump() -> None:
    large = a_cycle("cycle-2", plan=a_plan(size=100), follows="cycle-1")

    assert codes(large, code="PLN109") == set()
    assert codes(NEVER_BEGUN, large, code="PLN109") == set()


def test_standard_work_is_asked_for_a_smaller_test_before_unless_it_is_advised() -> None:
    whole = a_plan(scale=Scale.implement)
    sure = replace(
        whole, belief=Belief.high, failure_cost=FailureCost.low, readiness=Readiness.ready
    )
    first = completed()

    assert codes(a_cycle(plan=whole), code="PLN110") == {"PLN110"}
    assert codes(a_cycle(plan=sure), code="PLN1") & {"PLN104", "PLN110"} == set()
    assert codes(first, a_cycle("cycle-2", follows=first.id, plan=whole), code="PLN110") == set()


def test_a_prediction_added_after_a_step_back_was_written_after_do_had_begun() -> None:
    back = in_do().step_back(to=pdsa.Stage.plan, on=STUDIED, reason="A room was away.")
    question = replace(
        a_plan().questions[0],
        id=pdsa.QuestionId("question-2"),
        predictions=(a_prediction("prediction-9", made_on=STUDIED),),
    )
    plan = replace(back.plan, questions=(*back.plan.questions, question))
    again = back.revise_plan(plan).start_do(on=STUDIED)

    (late,) = found(again, code="PLN111")

    assert "wrote or locked 1 of its predictions after Do had begun on" in late.message
    assert codes(back, code="PLN111") == codes(a_cycle(), code="PLN111") == set()


def test_of_a_plan_that_was_written_later_as_a_whole_one_finding_speaks() -> None:
    late = in_do(a_cycle(planned_on=STUDIED))

    assert codes(late, code="DOX101") == {"DOX101"}
    assert codes(late, code="PLN111") == set()


# -- Do and Study ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "code"),
    [
        (a_point(on=STARTED, numerator=1, denominator=2), set()),
        (a_point(on=STUDIED, numerator=1, denominator=2), set()),
        (a_point(on=STUDIED, numerator=1, denominator=2, student_group="EL"), set()),
        (a_point(on=STUDIED + timedelta(days=1), numerator=1, denominator=2), {"DOX102"}),
        (a_point(on=STARTED - timedelta(days=1), numerator=1, denominator=2), {"DOX102"}),
        (a_point(on=PLANNED, numerator=1, denominator=2, cycle_id="cycle-1"), set()),
        (a_point(on=STARTED), {"DOX102"}),
    ],
)
def test_a_point_is_of_the_test_when_it_is_recorded_in_it_or_dated_in_its_days(
    point: pdsa.DataPoint, code: set[str]
) -> None:
    assert codes(in_study(), code="DOX102", points=(point,)) == code
    assert codes(in_study(), code="STU103", points=(point,)) == set()


def test_a_predicted_measure_is_asked_for_data_of_its_own() -> None:
    other = a_measure(id="measure-minutes", name="Minutes of talk")
    expected = pdsa.ExpectDirection(measure_id=other.id, change=pdsa.Change.increase)
    plan = a_plan(questions=(question(a_prediction("p", expectation=expected)),))
    studied = replace(
        in_do(a_cycle(plan=plan)).record_study(a_study(results=()), on=STUDIED),
        do=pdsa.Do(as_planned=pdsa.AsPlanned.yes),
    )
    observed = pdsa.PredictionResult(
        prediction_id=pdsa.PredictionId("p"), outcome=Outcome.held, observed=12
    )
    told = replace(studied, study=a_study(results=(observed,)))

    (finding,) = found(studied, code="STU103", measures=(a_measure(), other))

    assert "“Minutes of talk”, which has no data from the days of the test, 12 January" in (
        finding.message
    )
    assert codes(told, code="STU103", measures=(a_measure(), other)) == set()


def test_a_study_of_nothing_that_was_measured_says_so() -> None:
    plan = a_plan(questions=(), data=())
    studied = in_do(a_cycle(plan=plan)).record_study(a_study(results=()), on=STUDIED)

    assert codes(studied, code="STU103", points=()) == {"STU103"}
    assert codes(studied, code="STU103") == set()


def test_a_result_or_a_note_about_what_was_done_is_no_intention() -> None:
    results = a_study().results
    unsure = tuple(replace(each, observed=None, outcome=Outcome.cannot_tell) for each in results)
    noted = (unsure[0], replace(unsure[1], note="We counted 12 of 28."))
    seen = (unsure[0], replace(unsure[1], observed=40))
    compared = (unsure[0], replace(unsure[1], outcome=Outcome.did_not_hold))
    plan = "We will look at the tickets together."

    told = [
        codes(replace(in_study(), study=a_study(results=each, learned=plan)), code="STU102")
        for each in (unsure, noted, seen, compared)
    ]

    assert told == [{"STU102"}, set(), set(), set()]


def test_every_prediction_compared_is_enough_whatever_the_outcome() -> None:
    unsure = tuple(replace(each, outcome=Outcome.cannot_tell) for each in a_study().results)
    studied = replace(in_study(), study=a_study(results=unsure))

    assert codes(studied, code="STU101") == set()
    assert codes(replace(studied, study=a_study(results=unsure[:1])), code="STU101") == {"STU101"}


# -- all of them -----------------------------------------------------------------------------


def test_the_model_has_an_answer_to_every_rule_about_cycles() -> None:
    inquiry = msgspec.json.decode(model(), type=Inquiry)

    assert {c.status for c in inquiry.cycles} == {Status.completed, Status.running}
    assert pdsa.findings(inquiry, on=MODEL_DAY, select=["PLN", "DOX", "STU", "ACT"]) == ()
    assert in_model({"/cycles/2/study/results/0/outcome": "did_not_hold"}, "ACT102") == [
        "cycle-rehearsal-3"
    ]


@given(
    st.lists(
        st.sampled_from(
            [a_cycle, in_do, in_study, completed, lambda: STOPPED, lambda: NEVER_BEGUN]
        ),
        max_size=4,
    ),
    st.lists(st.sampled_from(exit_tickets()), unique_by=lambda p: p.id, max_size=6),
    st.dates(date(2017, 1, 1), date(2019, 12, 31)),
    st.booleans(),
)
def test_a_review_reads_any_row_of_cycles_and_names_them(
    builds: list[Any], points: list[Any], on: date, chained: bool
) -> None:
    cycles = tuple(
        replace(build(), id=f"cycle-{n}", follows=f"cycle-{n - 1}" if chained and n else None)
        for n, build in enumerate(builds)
    )
    kept = tuple(replace(p, cycle_id=None) for p in points)

    findings = found(*cycles, on=on, points=kept)

    assert {each.id for each in findings} <= {cycle.id for cycle in cycles}
    assert all(each.message.endswith(".") and each.next for each in findings)
    assert not any(
        each.id == c.id for each in findings for c in cycles if c.plan == NEVER_BEGUN.plan
    )


def test_the_measure_of_a_sentence_is_named_as_the_team_names_it() -> None:
    (finding,) = found(in_study(), code="DOX102", points=())

    assert f"“{a_measure(id=FRAME_USE).name}”" in finding.message
