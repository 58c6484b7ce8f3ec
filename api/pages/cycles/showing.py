"""What the page of each stage shows beside its fields."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from api.pages.cycles import plan_fields
from api.pages.cycles.view import Seen, Told
from api.pages.desk import PageDesk
from api.pages.names import explained, named, options
from api.pages.pictures import fitting
from api.pages.pointers import numbered
from pdsa.charts import MeasureChart, measure_charts, svg
from pdsa.cycle import Purpose
from pdsa.prediction import Outcome, Prediction
from pdsa.review.advice import advice
from pdsa.review.evidence import evidence
from pdsa.review.ledger import entries
from pdsa.scale import Belief, FailureCost, Readiness, Scale
from pdsa.stages import AsPlanned, Decision, Stage
from pdsa.words import say

Show = Callable[[Seen, Told, Mapping[str, str], PageDesk], dict[str, Any]]


class Amended(Struct, frozen=True):
    """A later change of mind about a prediction, in words."""

    on: Any
    said: str
    reason: str


class Foretold(Struct, frozen=True):
    """A prediction in words, with what was amended."""

    id: str
    said: str
    amendments: tuple[Amended, ...]


class Compared(Struct, frozen=True):
    """A prediction beside what the figures say of it."""

    id: str
    question: str
    said: str
    confidence: int | None
    reason: str
    amendments: tuple[Amended, ...]
    proposal: Any


class Pictured(Struct, frozen=True):
    """The chart of a measure with its reading."""

    id: str
    picture: Markup
    reading: str


def _plan(seen: Seen, told: Told, values: Mapping[str, str], desk: PageDesk) -> dict[str, Any]:
    plan, editable = seen.cycle.plan, seen.editable(Stage.plan)
    open_ = list(plan_fields.room(plan, values)) if editable else []
    by_id: dict[str, Prediction] = {each.id: each for each in plan.predictions()}
    locked: dict[str, list[tuple[str, Foretold]]] = {
        question.id: [
            (each.id, _foretold(seen, each))
            for each in question.predictions
            if each.locked_on is not None or not editable
        ]
        for question in plan.questions
    }
    if editable:
        questions = [
            (
                id,
                [
                    *locked.get(id, ()),
                    *(
                        (each, None)
                        for each in rows
                        if each not in by_id or by_id[each].locked_on is None
                    ),
                ],
                fresh,
            )
            for id, rows, fresh in open_
        ]
    else:
        questions = [(question.id, locked[question.id], False) for question in plan.questions]
    more = 1 if editable else 0
    return {
        "questions": questions,
        "tasks": numbered("plan/tasks", values, more=more),
        "data": numbered("plan/data", values, more=more),
        "conditions": numbered("plan/conditions", values, more=more),
        "measures": [(each.id, each.name) for each in seen.inquiry.measures],
        "expectations": plan_fields.expectations(),
        "purposes": options(Purpose),
        "scales": options(Scale),
        "beliefs": options(Belief),
        "costs": options(FailureCost),
        "readinesses": options(Readiness),
        "advice": advice(told.record, seen.cycle).sentences if seen.of_team else (),
    }


def _do(seen: Seen, told: Told, values: Mapping[str, str], desk: PageDesk) -> dict[str, Any]:
    return {
        "charts": charts_of(seen),
        "seen_by_team": seen.of_team,
        "objective": seen.cycle.plan.objective,
        "tasks": seen.cycle.plan.tasks,
        "as_planned": explained(AsPlanned),
    }


def _study(seen: Seen, told: Told, values: Mapping[str, str], desk: PageDesk) -> dict[str, Any]:
    compared = []
    if seen.of_team:
        for each in entries(told.record, seen.cycle):
            foretold = _foretold(seen, each.prediction)
            compared.append(
                Compared(
                    id=each.prediction.id,
                    question=each.question,
                    said=foretold.said,
                    confidence=each.prediction.confidence,
                    reason=each.prediction.reason,
                    amendments=foretold.amendments,
                    proposal=each.proposal,
                )
            )
    return {
        "charts": charts_of(seen),
        "ledger": compared,
        "seen_by_team": seen.of_team,
        "outcomes": {each: named(each) for each in Outcome},
        "outcome_options": explained(Outcome),
    }


def _act(seen: Seen, told: Told, values: Mapping[str, str], desk: PageDesk) -> dict[str, Any]:
    cycle = seen.cycle
    followers = [each for each in seen.inquiry.cycles if each.follows == cycle.id]
    return {
        "evidence": evidence(told.record, cycle) if seen.of_team else None,
        "decisions": explained(Decision),
        "followers": followers,
        "next_title": say("{title}, next", title=cycle.title)[:200],
    }


SHOWS: dict[Stage, Show] = {
    Stage.plan: _plan,
    Stage.do: _do,
    Stage.study: _study,
    Stage.act: _act,
}
#: Where prompts can stand on a stage's page, beside its fields.
SECTIONS = {
    Stage.plan: plan_fields.SECTIONS,
    Stage.do: (),
    Stage.study: ("study/results",),
    Stage.act: (),
}


def charts_of(seen: Seen) -> list[Pictured]:
    """The charts of the measures that a cycle collects, with its days marked."""
    ids = dict.fromkeys(each.measure_id for each in seen.cycle.plan.data)
    ids |= dict.fromkeys(id for _, id in seen.cycle.measure_ids())
    inquiry, found = seen.inquiry, []
    for measure in inquiry.measures:
        if measure.id in ids:
            points = [each for each in inquiry.points if each.measure_id == measure.id]
            (chart, *_) = measure_charts(
                measure,
                points,
                calendar=inquiry.calendar,
                cycles=[seen.cycle],
                phases=inquiry.phases,
            )
            found.append(_pictured(measure.id, chart))
    return found


def _pictured(id: str, chart: MeasureChart) -> Pictured:
    def drawn(width: int, prefix: str) -> str:
        return svg.chart(chart, width=width, id=prefix)

    return Pictured(id=id, picture=fitting(drawn, f"chart-{id}"), reading=chart.reading)


def _foretold(seen: Seen, prediction: Prediction) -> Foretold:
    return Foretold(
        id=prediction.id,
        said=seen.said(prediction.expectation),
        amendments=tuple(
            Amended(
                on=each.on,
                said=seen.said(each.expectation)
                if each.expectation is not None
                else say("{n}% sure", n=each.confidence),
                reason=each.reason,
            )
            for each in prediction.amendments
        ),
    )
