"""What a finding says is true of the record, and what it asks for can be done."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import pdsa
from pdsa import Change, Cycle, Decision, MeasureKind, Outcome, Scale, Stage, findings, loads
from pdsa.reference import MODEL_DAY
from pdsa.review import Record
from tests.builders import (
    DECIDED,
    FRAME_USE,
    PLANNED,
    STARTED,
    STUDIED,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    a_prediction,
    a_study,
    an_act,
    an_idea,
    an_inquiry,
    exit_tickets,
    in_do,
    in_study,
)
from tests.domain.cycles import codes, decided, found

APART = ((10, 10), (12, 10), (14, 11), (18, 10), (20, 10), (22, 11))
REVIEWS = sorted(
    each for each in Path("examples/reviews").glob("*.json") if "circle" not in each.name
)
GAP = pdsa.MeasureId("measure-gap")
BALANCING = a_measure(id=GAP, name="Minutes of the ticket", kind=MeasureKind.balancing)


def foretelling(change: Change, outcome: Outcome, measure_id: str = FRAME_USE) -> Cycle:
    """A cycle in Study whose one prediction of a direction came out so."""
    expectation = pdsa.ExpectDirection(measure_id=pdsa.MeasureId(measure_id), change=change)
    question = pdsa.Question(
        id=pdsa.QuestionId("q"), text="?", predictions=(a_prediction(expectation=expectation),)
    )
    result = pdsa.PredictionResult(
        prediction_id=pdsa.PredictionId(a_prediction().id), outcome=outcome
    )
    begun = a_cycle(plan=a_plan(questions=(question,))).start_do(on=STARTED)
    return begun.record_study(a_study(results=(result,)), on=STUDIED)


@pytest.mark.parametrize("review", REVIEWS, ids=lambda each: each.stem)
def test_the_order_of_a_record_changes_nothing(review: Path) -> None:
    inquiry = loads(review.read_bytes())
    mixed = {
        name: tuple(random.Random(7).sample(list(each), len(each)))
        for name in ("measures", "points", "cycles", "change_ideas", "classrooms")
        if (each := getattr(inquiry, name))
    }

    assert findings(replace(inquiry, **mixed), on=MODEL_DAY) == findings(inquiry, on=MODEL_DAY)


def test_data_of_days_to_come_are_no_data_yet() -> None:
    points = exit_tickets(APART)
    first, last = min(each.on for each in points), max(each.on for each in points)

    early = findings(an_inquiry(points=points), on=first, select=["MEA201", "MEA202"])
    late = findings(an_inquiry(points=points), on=last, select=["MEA201", "MEA202"])

    assert early == ()
    assert {each.code for each in late} == {"MEA201", "MEA202"}


def test_what_was_done_after_a_return_to_do_counts_to_the_test_that_was_stopped_there() -> None:
    back = in_study().step_back(to=Stage.do, on=STUDIED, reason="A room was away.")
    later = STUDIED + timedelta(days=21)
    stopped = back.stop(on=later, reason="The year is over.")

    window = Record(an_inquiry(cycles=(stopped,)), later).window(stopped)

    assert window == (STARTED, later)


# -- Act -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "measure_id", "outcome", "speaks"),
    [
        (Change.increase, FRAME_USE, Outcome.did_not_hold, True),
        (Change.no_change, FRAME_USE, Outcome.did_not_hold, False),
        (Change.decrease, FRAME_USE, Outcome.did_not_hold, False),
        (Change.no_change, GAP, Outcome.did_not_hold, True),
        (Change.decrease, GAP, Outcome.did_not_hold, False),
    ],
)
def test_only_a_hope_that_failed_speaks_against_keeping_a_change(
    change: Change, measure_id: str, outcome: Outcome, speaks: bool
) -> None:
    kept = foretelling(change, outcome, measure_id).record_act(
        an_act(decision=Decision.adopt), on=DECIDED
    )

    told = codes(kept, code="ACT102", measures=(a_measure(), BALANCING))

    assert told == ({"ACT102"} if speaks else set())


@pytest.mark.parametrize(("change", "speaks"), [(Change.increase, True), (Change.no_change, False)])
def test_a_change_that_was_foretold_to_do_nothing_and_did_nothing_may_go(
    change: Change, speaks: bool
) -> None:
    gone = foretelling(change, Outcome.held).record_act(
        an_act(decision=Decision.abandon), on=DECIDED
    )

    assert codes(gone, code="ACT109") == ({"ACT109"} if speaks else set())


def test_figures_of_the_whole_team_are_of_more_than_one_classroom() -> None:
    room = exit_tickets()[::2]
    whole = a_point("whole", STARTED + timedelta(days=3), value=50)
    before = decided(Decision.expand)
    after = replace(a_cycle("cycle-2", follows=before.id), planned_on=DECIDED)
    after = after.start_do(on=DECIDED).record_study(a_study(), on=DECIDED + timedelta(days=14))
    after = after.record_act(an_act(decision=Decision.adopt), on=DECIDED + timedelta(days=14))
    later = tuple(
        replace(each, cycle_id=after.id, on=each.on + timedelta(days=70)) for each in room
    )
    unlinked = tuple(replace(each, cycle_id=None) for each in room)

    assert codes(decided(Decision.adopt), code="ACT103", points=unlinked) == {"ACT103"}
    assert codes(decided(Decision.adopt), code="ACT103", points=(*unlinked, whole)) == set()
    assert codes(after, code="ACT103", points=later, on=after.ended_on) == {"ACT103"}
    earlier = replace(whole, cycle_id=before.id)
    both = codes(before, after, code="ACT103", points=(*later, earlier), on=after.ended_on)
    assert both == set()


def test_a_balancing_measure_that_came_late_is_looked_at_and_not_asked_for_again() -> None:
    kept, day = decided(Decision.adopt), DECIDED + timedelta(days=7)
    point = replace(a_point("gap", day, value=9), measure_id=GAP)
    measures = (a_measure(), BALANCING)

    (never,) = found(kept, code="ACT108", measures=measures)
    (late,) = found(kept, code="ACT108", measures=measures, points=(point,), on=day)

    assert never.next == "Collect it at least once before the change goes further."
    assert late.next == "Look at what it has shown since then."


# -- Plan ------------------------------------------------------------------------------------


def test_what_is_locked_is_asked_for_in_the_next_cycle() -> None:
    question = replace(a_plan().questions[0], predictions=(a_prediction(reason=""),))
    planned = a_cycle(plan=a_plan(questions=(question,)))
    back = planned.start_do(on=STARTED).step_back(to=Stage.plan, on=STUDIED, reason="Too long.")

    (now,) = found(planned, code="PLN102")
    (locked,) = found(back, code="PLN102")

    assert now.next == "Say why you expect it."
    assert locked.next.startswith("In the next cycle")


def test_only_a_test_that_began_is_a_smaller_test_before_the_whole() -> None:
    whole = a_cycle("cycle-2", plan=a_plan(scale=Scale.implement), planned_on=DECIDED)
    other = an_idea("idea-other", adapted_from=None)
    elsewhere = replace(decided(Decision.expand), change_idea_id=other.id)
    never = a_cycle().stop(on=PLANNED, reason="The school had no paper.")
    adapted = an_idea(adapted_from=other.id)

    def told(before: Cycle, *ideas: Any) -> set[str]:
        cycle = replace(whole, follows=before.id)
        return codes(before, cycle, code="PLN110", change_ideas=(*ideas,))

    assert told(decided(Decision.expand), an_idea()) == set()
    assert told(never, an_idea()) == {"PLN110"}
    assert told(elsewhere, an_idea(), other) == {"PLN110"}
    assert told(elsewhere, adapted, other) == set()


def test_a_plan_dated_a_day_late_hides_no_prediction_that_came_weeks_later() -> None:
    late = a_prediction("prediction-9", made_on=STUDIED, locked_on=STUDIED)
    question = replace(a_plan().questions[0], id=pdsa.QuestionId("q"), predictions=(late,))
    cycle = in_do(a_cycle(planned_on=STARTED + timedelta(days=1)))
    plan = replace(cycle.plan, questions=(*cycle.plan.questions, question))

    assert codes(replace(cycle, plan=plan), code="PLN111") == {"PLN111"}


# -- measures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "asked"),
    [("weekly", True), ("Once a year, state test", False), ("cada semestre", False)],
)
def test_what_is_collected_once_a_year_is_not_asked_for_every_week(
    frequency: str, asked: bool
) -> None:
    measure = a_measure(frequency=frequency)
    (point, *_) = exit_tickets()
    inquiry = an_inquiry(
        measures=(measure,), points=(point,), cycles=(decided(Decision.adopt),), calendar=None
    )

    told = findings(inquiry, on=DECIDED + timedelta(days=60), select="MEA106")

    assert bool(told) is asked


def test_a_first_figure_from_after_the_change_is_no_baseline() -> None:
    aim = replace(an_inquiry().aim, baseline=None, target=40.0, measured_by=FRAME_USE)
    measure = a_measure(kind=MeasureKind.outcome)
    point = a_point("late", STUDIED, value=50)
    cycle = in_study()

    before = an_inquiry(aim=aim, measures=(measure,), points=(point,), cycles=())
    after = replace(before, cycles=(cycle,))

    assert findings(before, on=DECIDED, select="AIM203")
    assert findings(after, on=DECIDED, select="AIM203") == ()
