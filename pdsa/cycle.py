"""A PDSA cycle: Plan, Do, Study, Act, and the moves between them.

Stages run in that order, but inquiry is seldom linear (Reed & Card 2016, BMJ Quality & Safety
25:147): a team may step back, branch one cycle into two, or stop early, each dated and with a
reason. A move is a function that returns a new ``Cycle`` or raises ``IllegalMove``.
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum

import msgspec
from msgspec import Struct

from pdsa.errors import IllegalMove, InvalidValue, PredictionLocked, UnknownElement
from pdsa.ids import (
    AimId,
    ChangeIdeaId,
    CycleId,
    MeasureId,
    Name,
    PredictionId,
    QuestionId,
    Ref,
    Text,
    Version,
)
from pdsa.prediction import Amendment, Expectation, Prediction, PredictionResult, Question
from pdsa.stages import STAGES, Act, Do, Plan, Stage, Study
from pdsa.words import mark, say, say_name


class Status(StrEnum):
    """Whether the cycle goes on: ``completed`` by a decision, ``stopped`` early without one."""

    running = "running"
    completed = "completed"
    stopped = "stopped"


class Purpose(StrEnum):
    """Learning and enacting a new activity, or continuous improvement towards an aim."""

    learning = "learning"
    improvement = "improvement"


class Move(StrEnum):
    """What a cycle can do; see ``Cycle.legal``."""

    revise_plan = "revise_plan"
    start_do = "start_do"
    record = "record"
    amend = "amend"
    study = "study"
    act = "act"
    step_back = "step_back"
    branch = "branch"
    stop = "stop"


class DatedMove(Struct, frozen=True, kw_only=True):
    """A move between stages that was made, from one stage to another (the same for a branch)."""

    move: Move
    on: date
    from_stage: Stage
    to_stage: Stage
    reason: Text = ""


_LEGAL: dict[Stage, tuple[Move, ...]] = {
    Stage.plan: (Move.revise_plan, Move.start_do, Move.branch, Move.stop),
    Stage.do: (Move.record, Move.study, Move.step_back, Move.branch, Move.stop),
    Stage.study: (Move.study, Move.act, Move.step_back, Move.branch, Move.stop),
    Stage.act: (Move.act, Move.step_back, Move.branch, Move.stop),
}


class Cycle(Struct, frozen=True):
    """One turn of Plan, Do, Study, Act on a change idea.

    ``planned_on`` is the day the plan was written, ``started_on`` and ``ended_on`` the days of the
    first Do and of the decision (or the stop). ``follows`` is the cycle before it in the ramp.

    Raises ``InvalidValue`` for a record that no sequence of moves can make.
    """

    id: Ref[CycleId]
    aim_id: Ref[AimId]
    change_idea_id: Ref[ChangeIdeaId]
    title: Name
    purpose: Purpose = Purpose.improvement
    stage: Stage = Stage.plan
    status: Status = Status.running
    planned_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    follows: Ref[CycleId] | None = None
    branched_from: Ref[CycleId] | None = None
    plan: Plan = Plan()
    do: Do | None = None
    study: Study | None = None
    act: Act | None = None
    moves: tuple[DatedMove, ...] = ()
    version: Version = 1

    def __post_init__(self) -> None:
        _check_record(self)

    # -- what it is ------------------------------------------------------------------------

    def legal(self) -> tuple[Move, ...]:
        """The moves that the cycle can make now."""
        if self.status is Status.stopped:
            return (Move.branch,)
        if self.status is Status.completed:
            return (Move.step_back, Move.branch)
        moves = _LEGAL[self.stage]
        if self.stage is not Stage.act and any(p.locked_on for p in self.plan.predictions()):
            return (*moves, Move.amend)
        return moves

    def prediction(self, prediction_id: PredictionId) -> Prediction:
        """One prediction of the plan. Raises ``UnknownElement``."""
        for prediction in self.plan.predictions():
            if prediction.id == prediction_id:
                return prediction
        raise UnknownElement(
            "prediction", prediction_id, within=say("cycle {cycle}", cycle=self.id)
        )

    def stopped_because(self) -> str:
        """Why the cycle was stopped early; empty where it was not, or the record does not say."""
        if self.status is not Status.stopped:
            return ""
        reasons = (made.reason for made in reversed(self.moves) if made.move is Move.stop)
        return next(reasons, "")

    def measure_ids(self) -> tuple[tuple[str, MeasureId], ...]:
        """Every measure that the cycle speaks of, each with the field that names it."""
        return tuple(self.plan.measure_ids())

    # -- Plan ------------------------------------------------------------------------------

    def revise_plan(self, plan: Plan) -> "Cycle":
        """The cycle with another plan. Raises ``IllegalMove`` outside Plan.

        After a step back, predictions that were locked must still be there, under the same
        question and unchanged (``PredictionLocked``); new ones may stand beside them.
        """
        self._must(Move.revise_plan, why="predictions locked when Do started; step back to Plan")
        revised = {p.id: (q.id, q.text, p) for q in plan.questions for p in q.predictions}
        for question in self.plan.questions:
            for prediction in question.predictions:
                kept = (question.id, question.text, prediction)
                if prediction.locked_on and revised.pop(prediction.id, None) != kept:
                    raise self._refusal(
                        Move.revise_plan,
                        f"prediction {prediction.id} and its question are locked since "
                        f"{prediction.locked_on}; amend it",
                        PredictionLocked,
                    )
        for _, _, fresh in revised.values():
            if fresh.locked_on is not None:
                raise InvalidValue("plan/questions", fresh.id, "a prediction locks when Do starts")
        return msgspec.structs.replace(self, plan=plan)

    def start_do(self, *, on: date) -> "Cycle":
        """Carry the plan out: from Plan to Do, and every prediction locks."""
        self._must(Move.start_do, on)
        plan = self.plan.with_predictions(
            lambda p: p if p.locked_on else msgspec.structs.replace(p, locked_on=on)
        )
        return self._moved(Move.start_do, Stage.do, on, plan=plan, started_on=self.started_on or on)

    def amend(
        self,
        prediction_id: PredictionId,
        *,
        on: date,
        reason: str,
        expectation: Expectation | None = None,
        confidence: int | None = None,
    ) -> "Cycle":
        """A later change of mind about a locked prediction; what was predicted stays as it was.

        Raises ``IllegalMove`` before Do and from Act on, ``UnknownElement``, and ``InvalidValue``
        without a reason or without anything amended.
        """
        self._must(Move.amend, why=mark("before Do starts, change the plan itself"))
        locked = self.prediction(prediction_id)
        if locked.locked_on is None:
            raise self._refusal(Move.amend, "this prediction is not locked yet; change the plan")
        if on < locked.locked_on:
            rule = say("not before it was locked ({day})", day=str(locked.locked_on))
            raise InvalidValue("on", str(on), rule)
        if expectation is None and confidence is None:
            raise InvalidValue("expectation", None, "an expectation, a confidence or both")
        if not reason.strip():
            raise InvalidValue("reason", reason, "an amendment needs its reason")
        amendment = Amendment(on=on, reason=reason, expectation=expectation, confidence=confidence)
        plan = self.plan.with_predictions(
            lambda p: (
                msgspec.structs.replace(p, amendments=(*p.amendments, amendment))
                if p.id == prediction_id
                else p
            )
        )
        return msgspec.structs.replace(self, plan=plan)

    # -- Do, Study, Act --------------------------------------------------------------------

    def record_do(self, do: Do) -> "Cycle":
        """Write down what happened, as often as needed while in Do."""
        self._must(Move.record)
        return msgspec.structs.replace(self, do=do)

    def record_study(self, study: Study, *, on: date) -> "Cycle":
        """Compare results with predictions: from Do to Study, or rewritten while in Study.

        Results that are new or say something else when it is rewritten keep that day. Raises
        ``IllegalMove``, and ``InvalidValue`` for a result that belongs to no prediction of this cycle
        or for two results of one prediction.
        """
        self._must(Move.study, on)
        if self.stage is Stage.study:
            return msgspec.structs.replace(self, study=study.rewritten(self.study, on=on))
        return self._moved(Move.study, Stage.study, on, study=study)

    def settle(self, result: PredictionResult, *, on: date) -> "Cycle":
        """Set or replace the result of one prediction while in Study; the others stay as they are.

        It keeps the day. Raises ``IllegalMove``, and ``UnknownElement`` for a prediction of another
        cycle.
        """
        if self.study is None:
            raise self._refusal(Move.study, "a result stands in the Study: write that first")
        if self.stage is not Stage.study:
            raise self._refusal(Move.study, "a result is set while the cycle is in Study")
        self._must(Move.study, on)
        self.prediction(result.prediction_id)
        return msgspec.structs.replace(self, study=self.study.with_result(result, on=on))

    def record_act(self, act: Act, *, on: date) -> "Cycle":
        """Decide: from Study to Act. With a decision the cycle is completed, without it stays open.

        As long as it is open, what is written of Act may be rewritten, which is no move.
        """
        self._must(Move.act, on)
        decided = act.decision is not None
        if self.stage is Stage.act and not decided:
            return msgspec.structs.replace(self, act=act)
        return self._moved(
            Move.act,
            Stage.act,
            on,
            act=act,
            status=Status.completed if decided else Status.running,
            ended_on=on if decided else None,
        )

    # -- seldom linear ---------------------------------------------------------------------

    def step_back(self, *, to: Stage, on: date, reason: str) -> "Cycle":
        """Go back to an earlier stage; everything written stays, and a decision is open again.

        Raises ``IllegalMove``, also for a stage that is not earlier, and ``InvalidValue`` without
        a reason.
        """
        self._must(Move.step_back, on)
        if STAGES.index(to) >= STAGES.index(self.stage):
            raise self._refusal(Move.step_back, f"{to.capitalize()} is not an earlier stage")
        return self._moved(
            Move.step_back, to, on, _reason(reason), status=Status.running, ended_on=None
        )

    def stop(self, *, on: date, reason: str) -> "Cycle":
        """Stop early, without a decision and with a reason."""
        self._must(Move.stop, on)
        return self._moved(
            Move.stop, self.stage, on, _reason(reason), status=Status.stopped, ended_on=on
        )

    def branch(
        self, id: CycleId, *, title: str, on: date, reason: str, new_id: Callable[[], str]
    ) -> "tuple[Cycle, Cycle]":
        """Make two cycles of one: this one, noting the branch, and a new one in Plan.

        The new cycle starts from a copy of the plan; its questions and predictions get ids from
        ``new_id`` and are open again.
        """
        self._must(Move.branch, on)
        if id == self.id:
            raise InvalidValue("id", id, "an id of its own for the new cycle")
        questions = tuple(
            Question(
                id=QuestionId(new_id()),
                text=question.text,
                predictions=tuple(
                    msgspec.structs.replace(
                        prediction,
                        id=PredictionId(new_id()),
                        made_on=on,
                        locked_on=None,
                        amendments=(),
                    )
                    for prediction in question.predictions
                ),
            )
            for question in self.plan.questions
        )
        other = Cycle(
            id=id,
            aim_id=self.aim_id,
            change_idea_id=self.change_idea_id,
            title=title,
            purpose=self.purpose,
            planned_on=on,
            follows=self.follows,
            branched_from=self.id,
            plan=msgspec.structs.replace(self.plan, questions=questions),
        )
        return self._moved(Move.branch, self.stage, on, _reason(reason)), other

    # -- how moves are made ----------------------------------------------------------------

    def _must(self, move: Move, on: date | None = None, why: str = "") -> None:
        if move not in self.legal():
            raise self._refusal(move, why)
        if on is not None and self.moves and on < self.moves[-1].on:
            last = self.moves[-1]
            rule = say("not before {move} on {day}", move=say_name(last.move), day=str(last.on))
            raise InvalidValue("on", str(on), rule)

    def _refusal(
        self, move: Move, why: str = "", error: type[IllegalMove] = IllegalMove
    ) -> IllegalMove:
        return error(
            cycle=self.id,
            title=self.title,
            stage=self.stage,
            status=self.status,
            move=move,
            legal=self.legal(),
            why=why,
        )

    def _moved(
        self, move: Move, to: Stage, on: date, reason: str = "", **changes: object
    ) -> "Cycle":
        made = DatedMove(move=move, on=on, from_stage=self.stage, to_stage=to, reason=reason)
        return msgspec.structs.replace(self, stage=to, moves=(*self.moves, made), **changes)


def _check_record(cycle: Cycle) -> None:
    """Raise ``InvalidValue`` for what no sequence of moves can make."""
    predictions = cycle.plan.predictions()
    if cycle.stage is not Stage.plan:
        if cycle.started_on is None:
            rule = say("the day of Do, in stage {stage}", stage=cycle.stage)
            raise InvalidValue("started_on", None, rule)
        if any(p.locked_on is None for p in predictions):
            raise InvalidValue("plan/questions", cycle.stage, "predictions are locked after Plan")
    for stage, written in ((Stage.study, cycle.study), (Stage.act, cycle.act)):
        if written is None and STAGES.index(cycle.stage) >= STAGES.index(stage):
            raise InvalidValue(stage, None, say("written, in stage {stage}", stage=cycle.stage))
    if cycle.started_on is None and any(p.locked_on for p in predictions):
        raise InvalidValue("plan/questions", None, "no prediction is locked before Do starts")
    _check_moves(cycle)
    if (cycle.ended_on is None) != (cycle.status is Status.running):
        rule = say("a day, unless running ({status})", status=cycle.status)
        raise InvalidValue("ended_on", cycle.ended_on, rule)
    decided = cycle.act is not None and cycle.act.decision is not None
    if cycle.status is Status.completed and not (decided and cycle.stage is Stage.act):
        raise InvalidValue("status", cycle.status, "completed in Act, by a decision")
    if cycle.status is Status.running and cycle.stage is Stage.act and decided:
        raise InvalidValue("status", cycle.status, "completed, since there is a decision")
    if cycle.study is not None:
        known = {p.id for p in predictions}
        seen: set[str] = set()
        for i, result in enumerate(cycle.study.results):
            field = f"study/results/{i}/prediction_id"
            if result.prediction_id not in known:
                raise InvalidValue(field, result.prediction_id, "a prediction of this cycle")
            if result.prediction_id in seen:
                raise InvalidValue(field, result.prediction_id, "one result per prediction")
            seen.add(result.prediction_id)


def _check_moves(cycle: Cycle) -> None:
    """Raise ``InvalidValue`` for moves that do not lead, day after day, to the stage.

    They begin in Plan; or in a later stage, no earlier than Do started and with a move that is legal
    there, where the record of a cycle was taken up without what came before.
    """
    at, day = Stage.plan, date.min
    if cycle.moves and cycle.moves[0].from_stage is not Stage.plan:
        first = cycle.moves[0]
        if first.move in _LEGAL[first.from_stage]:
            at, day = first.from_stage, cycle.started_on or date.min
    for i, made in enumerate(cycle.moves):
        if made.from_stage != at:
            rule = say("{stage}, where it was", stage=at)
            raise InvalidValue(f"moves/{i}/from_stage", made.from_stage, rule)
        if made.on < day:
            rule = say("not before what came before it ({day})", day=str(day))
            raise InvalidValue(f"moves/{i}/on", str(made.on), rule)
        at, day = made.to_stage, made.on
    if cycle.moves and cycle.stage != at:
        raise InvalidValue("stage", cycle.stage, say("{stage}, where its moves lead", stage=at))


def _reason(text: str) -> str:
    if not text.strip():
        raise InvalidValue("reason", text, "say why, in a few words")
    return text
