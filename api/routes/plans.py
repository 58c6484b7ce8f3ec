"""What a client may send of a plan: questions and predictions without locks and amendments."""

from collections.abc import Iterator
from datetime import date

import msgspec
from msgspec import UNSET, Struct, UnsetType

from api.commands import change, draft, patched
from pdsa.cycle import Cycle
from pdsa.errors import UnknownElement
from pdsa.ids import Confidence, PredictionId, QuestionId, Reason, Ref, Text
from pdsa.prediction import Expectation, Prediction, Question
from pdsa.stages import Plan


class PredictionDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A prediction: a new one, or with its ``id`` one that the plan has already."""

    id: Ref[PredictionId] | None = None
    expectation: Expectation
    confidence: Confidence | None = None
    reason: Text = ""


class QuestionDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question with its predictions: a new one, or with its ``id`` one that is there already."""

    id: Ref[QuestionId] | None = None
    text: Reason
    predictions: tuple[PredictionDraft, ...] = ()


@draft(Plan, questions=tuple[QuestionDraft, ...])
class PlanDraft(Struct):
    """The plan of a cycle."""


@change(Plan, questions=tuple[QuestionDraft, ...])
class PlanChange(Struct):
    """A merge patch of a plan; lists are replaced as a whole."""


def new_plan(data: Struct, on: date, ids: Iterator[str]) -> Plan:
    """The plan of a new cycle. Raises ``InvalidValue`` or ``UnknownElement``."""
    fields = msgspec.structs.asdict(data)
    fields["questions"] = _questions(fields["questions"], {}, on, ids)
    return Plan(**fields)


def revised_plan(cycle: Cycle, data: Struct, on: date, ids: Iterator[str]) -> Plan:
    """The plan of a cycle with a merge patch applied."""
    questions: tuple[QuestionDraft, ...] | UnsetType = getattr(data, "questions", UNSET)
    if questions is UNSET:
        return patched(cycle.plan, data)
    known = {p.id: p for p in cycle.plan.predictions()}
    given = {question.id for question in cycle.plan.questions}
    for i, question in enumerate(questions):
        if question.id is not None and question.id not in given:
            field = f"plan/questions/{i}/id"
            raise UnknownElement("question", question.id, field=field, within=f"cycle {cycle.id}")
    return patched(cycle.plan, data, questions=_questions(questions, known, on, ids))


def _questions(
    drafts: tuple[QuestionDraft, ...],
    known: dict[PredictionId, Prediction],
    on: date,
    ids: Iterator[str],
) -> tuple[Question, ...]:
    return tuple(
        Question(
            id=question.id or QuestionId(next(ids)),
            text=question.text,
            predictions=tuple(
                _prediction(each, f"plan/questions/{i}/predictions/{j}/id", known, on, ids)
                for j, each in enumerate(question.predictions)
            ),
        )
        for i, question in enumerate(drafts)
    )


def _prediction(
    data: PredictionDraft,
    field: str,
    known: dict[PredictionId, Prediction],
    on: date,
    ids: Iterator[str],
) -> Prediction:
    if data.id is None:
        return Prediction(
            id=PredictionId(next(ids)),
            expectation=data.expectation,
            confidence=data.confidence,
            reason=data.reason,
            made_on=on,
        )
    if data.id not in known:
        raise UnknownElement("prediction", data.id, field=field, within="this cycle")
    return msgspec.structs.replace(
        known[data.id],
        expectation=data.expectation,
        confidence=data.confidence,
        reason=data.reason,
    )
