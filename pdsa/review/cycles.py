"""Rules about cycles: predictions, their comparison, and what a decision rests on."""

from collections.abc import Iterator
from datetime import date

from pdsa.cycle import Cycle, Status
from pdsa.interchange import Inquiry
from pdsa.prediction import Outcome
from pdsa.review.findings import Hit, Severity, rule
from pdsa.stages import Decision, Stage

_MCNICHOLAS = "McNicholas et al. 2019, BMJ Qual Saf 28:356"


@rule(
    "PLN101",
    Severity.advice,
    "The plan has no prediction",
    why="A prediction made before the data is what turns an activity into a test; 12% of 421 "
    "published cycles had one.",
    source=_MCNICHOLAS,
)
def no_prediction(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    for cycle in inquiry.cycles:
        if not cycle.plan.predictions():
            yield _hit(
                cycle,
                "plan/questions",
                "predicts nothing",
                "Write down what you expect to see, and how sure you are."
                if cycle.stage is Stage.plan
                else "In the next cycle, write down what you expect before you start.",
            )


@rule(
    "PLN102",
    Severity.note,
    "A prediction without a reason",
    why="The reason is the theory that the test is about; without it a wrong prediction teaches little.",
    source="Langley et al., The Improvement Guide, ch. 5 (prediction and theory)",
)
def no_reason(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    for cycle in inquiry.cycles:
        for prediction in cycle.plan.predictions():
            if not prediction.reason.strip():
                yield _hit(
                    cycle,
                    f"predictions/{prediction.id}/reason",
                    "has a prediction without a reason",
                    "Say why you expect it.",
                )


@rule(
    "PLN103",
    Severity.advice,
    "The plan says nothing about data",
    why="What is not planned is not collected.",
    source=_MCNICHOLAS,
)
def no_data_plan(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    for cycle in inquiry.cycles:
        if not cycle.plan.data:
            yield _hit(
                cycle,
                "plan/data",
                "does not say which data it collects",
                "Name the measure, who collects it and when.",
            )


@rule(
    "DOX101",
    Severity.note,
    "Do began before the plan was written",
    why="A plan written afterwards is a report, and its predictions are none.",
    source=_MCNICHOLAS,
)
def do_before_plan(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    for cycle in inquiry.cycles:
        if cycle.started_on and cycle.planned_on and cycle.started_on < cycle.planned_on:
            yield _hit(
                cycle,
                "started_on",
                f"began Do on {cycle.started_on}, before its plan of {cycle.planned_on}",
                "Check both dates.",
            )


@rule(
    "STU101",
    Severity.advice,
    "A prediction was not compared with what happened",
    why="Study is the comparison of predictions with data; the difference is what is learned.",
    source=_MCNICHOLAS,
)
def not_compared(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    for cycle in inquiry.cycles:
        if cycle.stage not in (Stage.study, Stage.act):
            continue
        compared = {r.prediction_id for r in cycle.study.results} if cycle.study else set()
        lack = [p.id for p in cycle.plan.predictions() if p.id not in compared]
        if lack:
            yield _hit(
                cycle,
                "study/results",
                f"leaves {len(lack)} of {len(cycle.plan.predictions())} predictions uncompared",
                "Say of each whether it held, did not hold, or cannot be told.",
            )


@rule(
    "ACT102",
    Severity.advice,
    "Adopted although a prediction did not hold",
    why="A change may be worth keeping all the same, but then its theory needs another look.",
    source="Langley et al., The Improvement Guide, ch. 7",
)
def adopted_against(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    for cycle in inquiry.cycles:
        if _adopted(cycle) and cycle.study:
            failed = [r for r in cycle.study.results if r.outcome is Outcome.did_not_hold]
            if failed:
                yield _hit(
                    cycle,
                    "act/decision",
                    f"adopts the change although {len(failed)} of its predictions did not hold",
                    "Say what speaks for it all the same, or test an adapted idea.",
                )


@rule(
    "ACT103",
    Severity.advice,
    "Adopted from one classroom only",
    why="What works in one room may rest on that room; test it under other conditions first.",
    source="Langley et al., The Improvement Guide, ch. 7 (test over a wide range of conditions)",
)
def adopted_from_one(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    for cycle in inquiry.cycles:
        rooms = {p.classroom_id for p in inquiry.points if p.cycle_id == cycle.id}
        if _adopted(cycle) and len(rooms) == 1 and None not in rooms:
            yield _hit(
                cycle,
                "act/decision",
                "adopts the change on data from one classroom",
                "Test it in a classroom that differs.",
            )


@rule(
    "ACT104",
    Severity.advice,
    "Adapt without a next cycle",
    why="An adapted idea is a new hypothesis; untested it is only a plan.",
    source=_MCNICHOLAS,
)
def adapted_without_next(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    followed = {cycle.follows for cycle in inquiry.cycles}
    for cycle in inquiry.cycles:
        act = cycle.act
        if (
            cycle.status is Status.completed
            and act
            and act.decision is Decision.adapt
            and cycle.id not in followed
            and not act.next_plan.strip()
            and not act.no_next_reason.strip()
        ):
            yield _hit(
                cycle,
                "act/next_plan",
                "decides to adapt, with no next cycle and no word about one",
                "Plan the next cycle, or say why there is none.",
            )


def _adopted(cycle: Cycle) -> bool:
    return (
        cycle.status is Status.completed
        and cycle.act is not None
        and cycle.act.decision in (Decision.adopt, Decision.expand)
    )


def _hit(cycle: Cycle, field: str, message: str, then: str) -> Hit:
    return Hit(
        element="cycle",
        id=cycle.id,
        field=field,
        message=f"The cycle “{cycle.title}” {message}.",
        next=then,
    )
