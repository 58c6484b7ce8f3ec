from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from pdsa import (
    Act,
    Cycle,
    CycleId,
    Decision,
    Do,
    IllegalMove,
    InvalidValue,
    Move,
    Plan,
    PredictionId,
    PredictionLocked,
    Question,
    QuestionId,
    Stage,
    Status,
    Study,
    UnknownElement,
)
from tests.builders import (
    DECIDED,
    FRAME_USE,
    RISE,
    STARTED,
    STUDIED,
    TO_HALF,
    a_cycle,
    a_plan,
    a_prediction,
    a_study,
    an_act,
    completed,
    in_do,
    in_study,
    words,
)

BEFORE = STARTED - timedelta(1)


def back_in_plan() -> Cycle:
    return in_do().step_back(to=Stage.plan, on=STUDIED, reason="The frame was too long.")


def counter() -> Callable[[], str]:
    ids = iter(range(1000))
    return lambda: f"new-{next(ids)}"


def branched(cycle: Cycle, id: str = "cycle-2") -> tuple[Cycle, Cycle]:
    return cycle.branch(
        CycleId(id), title="Room 14 alone", on=DECIDED, reason="It gains less.", new_id=counter()
    )


# -- the way through --------------------------------------------------------------------------


def test_a_cycle_goes_from_plan_over_do_and_study_to_a_decision() -> None:
    cycle = completed()

    assert (cycle.stage, cycle.status) == (Stage.act, Status.completed)
    assert (cycle.started_on, cycle.ended_on) == (STARTED, DECIDED)
    assert [(made.move, made.on) for made in cycle.moves] == [
        (Move.start_do, STARTED),
        (Move.study, STUDIED),
        (Move.act, DECIDED),
    ]


def test_a_move_makes_a_new_cycle_and_leaves_the_old_one() -> None:
    planned = a_cycle()

    started = planned.start_do(on=STARTED)

    assert (planned.stage, started.stage) == (Stage.plan, Stage.do)
    with pytest.raises(AttributeError):
        planned.stage = Stage.act  # type: ignore[misc]


@pytest.mark.parametrize(
    ("cycle", "stage", "move", "attempt"),
    [
        (a_cycle(), "plan", "record", lambda c: c.record_do(Do())),
        (a_cycle(), "plan", "study", lambda c: c.record_study(Study(), on=DECIDED)),
        (a_cycle(), "plan", "act", lambda c: c.record_act(an_act(), on=DECIDED)),
        (in_do(), "do", "revise_plan", lambda c: c.revise_plan(a_plan())),
        (in_do(), "do", "start_do", lambda c: c.start_do(on=DECIDED)),
        (in_do(), "do", "act", lambda c: c.record_act(an_act(), on=DECIDED)),
        (in_study(), "study", "record", lambda c: c.record_do(Do())),
        (completed(), "act", "act", lambda c: c.record_act(an_act(), on=DECIDED)),
        (completed(), "act", "stop", lambda c: c.stop(on=DECIDED, reason="Late.")),
    ],
)
def test_a_stage_out_of_order_is_refused_with_what_would_be_legal(
    cycle: Cycle, stage: str, move: str, attempt: Callable[[Cycle], Any]
) -> None:
    with pytest.raises(IllegalMove) as raised:
        attempt(cycle)

    error = raised.value
    assert (error.cycle, error.stage, error.move) == ("cycle-1", stage, move)
    assert error.legal == cycle.legal()
    assert all(each.replace("_", " ") in str(error) for each in cycle.legal())


def test_a_study_may_be_rewritten_until_act() -> None:
    rewritten = in_study().record_study(a_study(learned="Less than we thought."), on=STUDIED)

    assert rewritten.study is not None
    assert rewritten.study.learned == "Less than we thought."
    assert rewritten.moves == in_study().moves


def test_what_is_written_of_act_may_be_rewritten_without_a_move_until_there_is_a_decision() -> None:
    undecided = in_study().record_act(Act(next_plan="Ask."), on=DECIDED)

    rewritten = undecided.record_act(Act(next_plan="Ask the other team."), on=date(2018, 3, 14))

    assert rewritten.act == Act(next_plan="Ask the other team.")
    assert rewritten.moves == undecided.moves


def test_act_without_a_decision_leaves_the_cycle_open_until_there_is_one() -> None:
    undecided = in_study().record_act(Act(next_plan="Ask the other team."), on=DECIDED)

    decided = undecided.record_act(an_act(decision=Decision.adopt), on=DECIDED)

    assert (undecided.status, undecided.ended_on) == (Status.running, None)
    assert (decided.status, decided.ended_on) == (Status.completed, DECIDED)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decision_a_stop_a_step_back_and_an_amendment_need_a_reason(reason: str) -> None:
    cycle = in_do()
    for attempt in (
        lambda: Act(decision=Decision.abandon, reason=reason),
        lambda: cycle.stop(on=DECIDED, reason=reason),
        lambda: cycle.step_back(to=Stage.plan, on=DECIDED, reason=reason),
        lambda: cycle.amend(RISE, on=DECIDED, reason=reason, confidence=1),
    ):
        with pytest.raises(InvalidValue) as raised:
            attempt()
        assert raised.value.field == "reason"


def test_a_cycle_stopped_early_has_an_end_and_no_decision() -> None:
    stopped = in_do().stop(on=DECIDED, reason="The teacher left.")

    assert (stopped.status, stopped.stage, stopped.act) == (Status.stopped, Stage.do, None)
    assert stopped.ended_on == DECIDED
    assert stopped.legal() == (Move.branch,)


def test_why_a_cycle_was_stopped_is_known_after_a_branch_and_may_be_unknown() -> None:
    stopped = in_do().stop(on=DECIDED, reason="The teacher left.")
    branched, _ = stopped.branch(
        CycleId("second"),
        title="Again",
        on=DECIDED,
        reason="Another try.",
        new_id=iter("abcdef").__next__,
    )

    assert branched.stopped_because() == "The teacher left."
    assert replace(stopped, moves=()).stopped_because() == ""
    assert in_do().stopped_because() == ""


@pytest.mark.parametrize(
    "attempt",
    [
        lambda c: c.record_study(a_study(), on=BEFORE),
        lambda c: c.step_back(to=Stage.plan, on=BEFORE, reason="Too long."),
        lambda c: c.stop(on=BEFORE, reason="Too long."),
        lambda c: c.amend(RISE, on=BEFORE, reason="Too long.", confidence=1),
    ],
)
def test_a_move_is_not_dated_before_the_one_before_it(attempt: Callable[[Cycle], Any]) -> None:
    with pytest.raises(InvalidValue, match=f"not before .*{STARTED}") as raised:
        attempt(in_do())

    assert raised.value.field == "on"


# -- predictions ------------------------------------------------------------------------------


def test_predictions_lock_when_do_starts() -> None:
    cycle = a_cycle()

    started = cycle.start_do(on=STARTED)

    assert [p.locked_on for p in cycle.plan.predictions()] == [None, None]
    assert [p.locked_on for p in started.plan.predictions()] == [STARTED, STARTED]


def test_an_amendment_stands_beside_what_was_predicted() -> None:
    amended = in_do().amend(RISE, on=STUDIED, reason="A slow start.", confidence=40)

    prediction = amended.prediction(RISE)
    assert prediction.confidence == 70
    assert [(each.on, each.confidence) for each in prediction.amendments] == [(STUDIED, 40)]
    assert amended.prediction(TO_HALF).amendments == ()


def test_before_do_starts_the_plan_is_changed_and_not_amended() -> None:
    with pytest.raises(IllegalMove, match="before Do starts, change the plan itself"):
        a_cycle().amend(RISE, on=STARTED, reason="A slow start.", confidence=40)


def test_after_a_step_back_to_plan_locked_predictions_are_amended_and_new_ones_are_not() -> None:
    cycle = back_in_plan()
    fresh = Question(id=QuestionId("q2"), text="Who?", predictions=(a_prediction("p-new"),))
    revised = cycle.revise_plan(a_plan(questions=(*cycle.plan.questions, fresh)))

    amended = revised.amend(RISE, on=STUDIED, reason="A shorter frame.", confidence=90)

    assert amended.prediction(RISE).amendments[0].confidence == 90
    with pytest.raises(IllegalMove, match="not locked yet"):
        revised.amend(PredictionId("p-new"), on=STUDIED, reason="A guess.", confidence=90)


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: Plan(),
        lambda plan: a_plan(),
        lambda plan: plan.with_predictions(lambda p: replace(p, confidence=99)),
        lambda plan: plan.with_predictions(lambda p: replace(p, reason="We knew it.")),
        lambda plan: plan.with_predictions(lambda p: replace(p, locked_on=STUDIED)),
        lambda plan: plan.with_predictions(lambda p: replace(p, expectation=words())),
    ],
)
def test_a_locked_prediction_stays_as_it_was_whatever_the_new_plan_says(
    change: Callable[[Plan], Plan],
) -> None:
    cycle = back_in_plan()

    with pytest.raises(PredictionLocked, match="amend it") as raised:
        cycle.revise_plan(change(cycle.plan))

    assert (raised.value.move, raised.value.stage) == (Move.revise_plan, "plan")


def test_a_new_prediction_is_not_locked_by_hand() -> None:
    locked = a_plan().with_predictions(lambda p: replace(p, locked_on=STARTED))

    with pytest.raises(InvalidValue, match="locks when Do starts"):
        a_cycle().revise_plan(locked)


def test_starting_again_locks_what_is_new_and_keeps_the_first_day() -> None:
    cycle = back_in_plan()
    fresh = Question(id=QuestionId("q2"), text="Who?", predictions=(a_prediction("p-new"),))

    again = cycle.revise_plan(a_plan(questions=(*cycle.plan.questions, fresh))).start_do(on=DECIDED)

    assert [p.locked_on for p in again.plan.predictions()] == [STARTED, STARTED, DECIDED]
    assert again.started_on == STARTED


def test_an_amendment_is_of_a_known_prediction_and_amends_something() -> None:
    with pytest.raises(UnknownElement, match="no prediction 'p-9' in cycle cycle-1"):
        in_do().amend(PredictionId("p-9"), on=STUDIED, reason="A slip.", confidence=1)
    with pytest.raises(InvalidValue, match="an expectation, a confidence or both"):
        in_do().amend(RISE, on=STUDIED, reason="A slip.")
    with pytest.raises(InvalidValue, match="confidence"):
        in_do().amend(RISE, on=STUDIED, reason="A slip.", confidence=101)


def test_results_belong_to_predictions_of_this_cycle_one_each() -> None:
    one = a_study().results[0]
    other = replace(one, prediction_id=PredictionId("p-9"))

    for results, rule in (
        ((one, other), "a prediction of this cycle"),
        ((one, one), "one result per prediction"),
    ):
        with pytest.raises(InvalidValue, match=rule) as raised:
            in_do().record_study(Study(results=results), on=STUDIED)
        assert raised.value.field == "study/results/1/prediction_id"


# -- seldom linear ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cycle", "to"),
    [(in_do(), "do"), (in_do(), "act"), (in_study(), "study"), (completed(), "act")],
)
def test_a_step_back_leads_to_an_earlier_stage(cycle: Cycle, to: str) -> None:
    with pytest.raises(IllegalMove, match="is not an earlier stage"):
        cycle.step_back(to=Stage(to), on=DECIDED, reason="Once more.")


def test_a_step_back_from_a_decision_opens_the_cycle_and_keeps_what_was_written() -> None:
    cycle = completed()

    reopened = cycle.step_back(to=Stage.do, on=DECIDED, reason="Room 14 was away.")

    assert (reopened.stage, reopened.status, reopened.ended_on) == (Stage.do, "running", None)
    assert (reopened.plan, reopened.do, reopened.study, reopened.act) == (
        cycle.plan,
        cycle.do,
        cycle.study,
        cycle.act,
    )
    assert reopened.moves[-1].reason == "Room 14 was away."


def test_a_reopened_cycle_can_be_decided_otherwise() -> None:
    reopened = completed().step_back(to=Stage.study, on=DECIDED, reason="Room 14 was away.")

    decided = reopened.record_act(an_act(decision=Decision.abandon), on=date(2018, 4, 2))

    assert decided.ended_on == date(2018, 4, 2)
    assert decided.act is not None
    assert decided.act.decision is Decision.abandon


@pytest.mark.parametrize(
    "cycle",
    [
        a_cycle(),
        in_do().amend(RISE, on=STUDIED, reason="A slow start.", confidence=40),
        in_study(),
        completed(),
        in_do().stop(on=DECIDED, reason="No time."),
        completed().step_back(to=Stage.plan, on=DECIDED, reason="Once more."),
    ],
)
def test_a_branch_starts_in_plan_with_open_predictions_of_its_own(cycle: Cycle) -> None:
    here, other = branched(cycle)

    assert (here.stage, here.status, here.ended_on) == (cycle.stage, cycle.status, cycle.ended_on)
    assert here.plan == cycle.plan
    assert here.moves[-1].move is Move.branch
    assert (other.stage, other.branched_from, other.started_on) == (Stage.plan, "cycle-1", None)
    assert all(p.locked_on is None and not p.amendments for p in other.plan.predictions())
    theirs = {p.id for p in other.plan.predictions()}
    assert len(theirs) == 2
    assert not theirs & {p.id for p in cycle.plan.predictions()}


def test_a_branch_has_an_id_of_its_own() -> None:
    with pytest.raises(InvalidValue) as raised:
        branched(in_do(), "cycle-1")

    assert raised.value.field == "id"


# -- what no sequence of moves can make -------------------------------------------------------


@pytest.mark.parametrize(
    ("cycle", "changes", "field"),
    [
        (a_cycle(), {"stage": Stage.do}, "started_on"),
        (a_cycle(), {"stage": Stage.do, "started_on": STARTED}, "plan/questions"),
        (in_do(), {"stage": Stage.plan, "started_on": None, "moves": ()}, "plan/questions"),
        (in_do(), {"stage": Stage.study, "moves": ()}, "study"),
        (in_study(), {"stage": Stage.act, "moves": ()}, "act"),
        (in_study(), {"stage": Stage.do}, "stage"),
        (in_study(), {"moves": in_study().moves[::-1]}, "moves/1/from_stage"),
        (completed(), {"status": Status.running}, "ended_on"),
        (completed(), {"ended_on": None}, "ended_on"),
        (completed(), {"status": Status.running, "ended_on": None}, "status"),
        (completed(), {"act": Act()}, "status"),
        (in_study(), {"status": Status.completed, "ended_on": DECIDED}, "status"),
        (in_study(), {"plan": Plan()}, "study/results/0/prediction_id"),
    ],
)
def test_a_record_that_no_moves_can_make_is_never_built(
    cycle: Cycle, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidValue) as raised:
        replace(cycle, **changes)

    assert raised.value.field == field


def test_moves_stand_in_the_order_of_their_days() -> None:
    first, second = in_study().moves

    with pytest.raises(InvalidValue) as raised:
        in_study().__class__(
            *(getattr(in_study(), name) for name in Cycle.__struct_fields__[:-2]),
            moves=(first, replace(second, on=BEFORE)),
        )

    assert raised.value.field == "moves/1/on"


def test_questions_and_predictions_have_ids_of_their_own() -> None:
    question = a_plan().questions[0]

    with pytest.raises(InvalidValue, match="questions have ids"):
        a_plan(questions=(question, replace(question, predictions=())))
    with pytest.raises(InvalidValue, match="predictions have ids"):
        a_plan(questions=(question, replace(question, id=QuestionId("q2"))))


def test_a_planned_window_ends_after_it_begins() -> None:
    with pytest.raises(InvalidValue, match="last_day"):
        a_plan(first_day=STUDIED, last_day=STARTED)


def test_a_cycle_names_every_measure_that_it_speaks_of() -> None:
    at = "plan/questions/0/predictions"

    assert a_cycle().measure_ids() == (
        ("plan/data/0/measure_id", FRAME_USE),
        (f"{at}/0/expectation/measure_id", FRAME_USE),
        (f"{at}/1/expectation/measure_id", FRAME_USE),
    )
