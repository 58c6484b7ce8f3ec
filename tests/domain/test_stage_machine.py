"""Laws of the stage machine, over random sequences of moves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from pdsa import (
    Act,
    Cycle,
    CycleId,
    Decision,
    Do,
    IllegalMove,
    Move,
    Prediction,
    Question,
    QuestionId,
    Stage,
    Status,
    Study,
)
from pdsa.stages import STAGES
from tests.builders import STARTED, a_cycle, a_plan, a_prediction, a_study, an_act

DATED = {Move.start_do, Move.study, Move.act, Move.step_back, Move.branch, Move.stop}


class StageMachine(RuleBasedStateMachine):
    """One cycle, moved about; ``locked`` remembers each prediction as it was when it locked."""

    locked: dict[str, Prediction]

    @initialize(planned=st.booleans(), taken_up=st.sampled_from(Stage))
    def plan(self, planned: bool, taken_up: Stage) -> None:
        """A cycle in Plan, or one that is taken up in a later stage without its history."""
        cycle = a_cycle(plan=a_plan() if planned else a_plan(questions=()))
        if taken_up is not Stage.plan:
            cycle = cycle.start_do(on=STARTED)
        if taken_up in (Stage.study, Stage.act):
            cycle = cycle.record_study(Study(learned="Half of them."), on=STARTED)
        if taken_up is Stage.act:
            cycle = cycle.record_act(Act(next_plan="Ask the other team."), on=STARTED)
        self.cycle, self.begun = replace(cycle, moves=()), taken_up
        self.on = STARTED
        self.made = 0
        self.locked = {
            p.id: replace(p, amendments=()) for p in cycle.plan.predictions() if p.locked_on
        }

    def new_id(self) -> str:
        self.made += 1
        return f"new-{self.made}"

    def attempts(self, back_to: Stage, decision: Decision | None) -> dict[Move, Callable[[], Any]]:
        """Each move with good arguments for the state that the cycle is in."""
        cycle, on = self.cycle, self.on
        predictions = cycle.plan.predictions()
        locked = [p.id for p in predictions if p.locked_on]
        fresh = Question(
            id=QuestionId(self.new_id()),
            text="What else?",
            predictions=(a_prediction(self.new_id()),),
        )
        kept = tuple(
            q for q in cycle.plan.questions if not q.predictions or q.predictions[0].locked_on
        )
        results = tuple(
            r for r in a_study().results if r.prediction_id in {p.id for p in predictions}
        )
        act = an_act(decision=decision) if decision else Act(next_plan="Ask the other team.")
        return {
            Move.revise_plan: lambda: cycle.revise_plan(a_plan(questions=(*kept, fresh))),
            Move.start_do: lambda: cycle.start_do(on=on),
            Move.record: lambda: cycle.record_do(Do(what_happened=f"Until {on}.")),
            Move.amend: lambda: cycle.amend(
                (locked or [p.id for p in predictions] or ["p-none"])[0],  # type: ignore[arg-type]
                on=on,
                reason="A second thought.",
                confidence=50,
            ),
            Move.study: lambda: cycle.record_study(Study(results=results), on=on),
            Move.act: lambda: cycle.record_act(act, on=on),
            Move.step_back: lambda: cycle.step_back(to=back_to, on=on, reason="Once more."),
            Move.branch: lambda: cycle.branch(
                CycleId(self.new_id()), title="Branch", on=on, reason="Two.", new_id=self.new_id
            ),
            Move.stop: lambda: cycle.stop(on=on, reason="No time."),
        }

    @rule(
        move=st.sampled_from(Move),
        days=st.integers(0, 9),
        back=st.integers(0, 2),
        decision=st.sampled_from([None, *Decision]),
        follow_branch=st.booleans(),
    )
    def attempt(
        self, move: Move, days: int, back: int, decision: Decision | None, follow_branch: bool
    ) -> None:
        before, self.on = self.cycle, self.on + timedelta(days)
        earlier = STAGES[: max(1, STAGES.index(before.stage))]
        attempt = self.attempts(earlier[back % len(earlier)], decision)[move]
        if move not in before.legal():
            with pytest.raises(IllegalMove) as raised:
                attempt()
            error = raised.value
            assert (error.cycle, error.move) == (before.id, move)
            assert (error.stage, error.status) == (before.stage, before.status)
            assert error.legal == before.legal()
            return
        if move is Move.amend and not before.plan.predictions():
            return

        after = attempt()

        if move is Move.branch:
            here, other = after
            assert other.legal() == a_cycle().legal()
            after = other if follow_branch else here
            if follow_branch:
                self.locked, self.begun = {}, Stage.plan
        assert isinstance(after, Cycle)
        recorded = move in DATED and not (move is Move.study and before.stage is Stage.study)
        if after.branched_from == before.branched_from:
            assert len(after.moves) == len(before.moves) + recorded
        self.cycle = after
        for prediction in after.plan.predictions():
            if prediction.locked_on:
                self.locked.setdefault(prediction.id, replace(prediction, amendments=()))

    @precondition(lambda self: self.cycle.status is not Status.running)
    @rule(to=st.sampled_from(Stage))
    def what_has_ended_goes_on_only_by_a_branch_or_a_step_back(self, to: Stage) -> None:
        allowed = {Move.branch, Move.step_back}

        assert set(self.cycle.legal()) <= allowed

    @invariant()
    def locked_predictions_never_change(self) -> None:
        now = {p.id: replace(p, amendments=()) for p in self.cycle.plan.predictions()}
        assert {id: now.get(id) for id in self.locked} == self.locked  # type: ignore[call-overload]

    @invariant()
    def everything_is_locked_after_plan(self) -> None:
        if self.cycle.stage is not Stage.plan:
            assert all(p.locked_on for p in self.cycle.plan.predictions())

    @invariant()
    def moves_lead_from_where_it_began_to_the_stage(self) -> None:
        ways = [self.begun, *(made.to_stage for made in self.cycle.moves)]
        assert [made.from_stage for made in self.cycle.moves] == ways[:-1]
        assert self.cycle.stage == ways[-1]
        days = [made.on for made in self.cycle.moves]
        assert days == sorted(days)

    @invariant()
    def a_cycle_has_ended_when_it_does_not_run(self) -> None:
        assert (self.cycle.ended_on is None) is (self.cycle.status is Status.running)


TestStageMachine = StageMachine.TestCase
