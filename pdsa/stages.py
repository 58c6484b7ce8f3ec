"""The four stages of a cycle and what is written in each: Plan, Do, Study, Act."""

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum

import msgspec
from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import Count, Line, MeasureId, Ref, Text
from pdsa.prediction import Prediction, PredictionResult, Question
from pdsa.scale import Belief, Condition, FailureCost, Readiness, Scale


class Stage(StrEnum):
    """The stage that the team is working in."""

    plan = "plan"
    do = "do"
    study = "study"
    act = "act"


STAGES = tuple(Stage)


class Task(Struct, frozen=True, kw_only=True):
    """What is done, by whom, when and where."""

    what: Line
    who: Line = ""
    when: Line = ""
    where: Line = ""


class DataCollection(Struct, frozen=True, kw_only=True):
    """Which measure is collected in this cycle, by whom, when and how."""

    measure_id: Ref[MeasureId]
    who: Line = ""
    when: Line = ""
    how: Line = ""


class Plan(Struct, frozen=True, kw_only=True):
    """What the cycle is for, what the team expects, and how it will find out.

    ``first_day`` and ``last_day`` are the planned window of the test; ``size`` the number of
    students, lessons or classrooms (``size_of`` says which) that it covers.
    """

    objective: Text = ""
    questions: tuple[Question, ...] = ()
    tasks: tuple[Task, ...] = ()
    data: tuple[DataCollection, ...] = ()
    scale: Scale | None = None
    size: Count | None = None
    size_of: Line = ""
    belief: Belief | None = None
    failure_cost: FailureCost | None = None
    readiness: Readiness | None = None
    conditions: tuple[Condition, ...] = ()
    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise InvalidValue("last_day", str(self.last_day), "not before first_day")
        for kind, ids in (
            ("questions", [question.id for question in self.questions]),
            ("predictions", [prediction.id for prediction in self.predictions()]),
        ):
            if len(set(ids)) < len(ids):
                raise InvalidValue("questions", ids, f"{kind} have ids of their own")

    def predictions(self) -> tuple[Prediction, ...]:
        """All predictions, question by question."""
        return tuple(p for question in self.questions for p in question.predictions)

    def measure_ids(self) -> Iterator[tuple[str, MeasureId]]:
        """Every measure that the plan speaks of, each with the field of the cycle that names it."""
        for i, each in enumerate(self.data):
            yield f"plan/data/{i}/measure_id", each.measure_id
        for i, question in enumerate(self.questions):
            for j, prediction in enumerate(question.predictions):
                for measure_id in prediction.measure_ids():
                    at = f"plan/questions/{i}/predictions/{j}/expectation/measure_id"
                    yield at, measure_id

    def with_predictions(self, change: Callable[[Prediction], Prediction]) -> "Plan":
        """The plan with ``change`` applied to every prediction."""
        questions = tuple(
            msgspec.structs.replace(q, predictions=tuple(change(p) for p in q.predictions))
            for q in self.questions
        )
        return msgspec.structs.replace(self, questions=questions)


class AsPlanned(StrEnum):
    """Whether the plan was carried out."""

    yes = "yes"
    partly = "partly"
    no = "no"


class Do(Struct, frozen=True, kw_only=True):
    """What happened when the plan was carried out."""

    as_planned: AsPlanned | None = None
    what_happened: Text = ""
    unexpected: Text = ""


class Study(Struct, frozen=True, kw_only=True):
    """Results against each prediction, and what was learned."""

    results: tuple[PredictionResult, ...] = ()
    learned: Text = ""
    surprises: Text = ""

    def with_result(self, result: PredictionResult, *, on: date) -> "Study":
        """This Study with one result set or replaced, on a day."""
        settled = {each.prediction_id: each for each in self.results} | {
            result.prediction_id: result
        }
        study = msgspec.structs.replace(self, results=tuple(settled.values()))
        return study.rewritten(self, on=on)

    def rewritten(self, before: "Study | None", *, on: date) -> "Study":
        """This Study in the place of another: results that are new or say something else are of ``on``."""
        had = {each.prediction_id: each for each in before.results} if before else {}

        def dated(result: PredictionResult) -> PredictionResult:
            old = had.get(result.prediction_id)
            kept = msgspec.structs.replace(result, on=old.on if old is not None else None)
            return kept if kept == old else msgspec.structs.replace(result, on=on)

        results = tuple(each if each.on is not None else dated(each) for each in self.results)
        return msgspec.structs.replace(self, results=results)


class Decision(StrEnum):
    """What becomes of the change idea; *expand* is the same change at a larger scale."""

    adopt = "adopt"
    adapt = "adapt"
    abandon = "abandon"
    expand = "expand"


class Act(Struct, frozen=True, kw_only=True):
    """The decision with its reason, where it holds, and what comes next or why nothing does."""

    decision: Decision | None = None
    reason: Text = ""
    conditions: Text = ""
    next_plan: Text = ""
    no_next_reason: Text = ""

    def __post_init__(self) -> None:
        if self.decision is not None and not self.reason.strip():
            raise InvalidValue("reason", self.reason, "a decision needs its reason")
