"""Rules about Plan: predictions, the plan for data, the scale of the test."""

from collections.abc import Iterator

from pdsa.cycle import Cycle
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.rules.words import MCNICHOLAS, about
from pdsa.stages import Stage


@rule(
    "PLN101",
    Severity.advice,
    "The plan has no prediction",
    of=Cycle,
    why="A prediction made before the data is what turns an activity into a test; 12% of 421 "
    "published cycles had one.",
    source=MCNICHOLAS,
)
def no_prediction(record: Record, cycle: Cycle) -> Iterator[Hit]:
    if not cycle.plan.predictions():
        yield about(
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
    of=Cycle,
    why="The reason is the theory that the test is about; without it a wrong prediction teaches little.",
    source="Langley et al., The Improvement Guide, ch. 5 (prediction and theory)",
)
def no_reason(record: Record, cycle: Cycle) -> Iterator[Hit]:
    for prediction in cycle.plan.predictions():
        if not prediction.reason.strip():
            yield about(
                cycle,
                f"predictions/{prediction.id}/reason",
                "has a prediction without a reason",
                "Say why you expect it.",
            )


@rule(
    "PLN103",
    Severity.advice,
    "The plan says nothing about data",
    of=Cycle,
    why="What is not planned is not collected.",
    source=MCNICHOLAS,
)
def no_data_plan(record: Record, cycle: Cycle) -> Iterator[Hit]:
    if not cycle.plan.data:
        yield about(
            cycle,
            "plan/data",
            "does not say which data it collects",
            "Name the measure, who collects it and when.",
        )
