"""Rules about Do: what was carried out, and when."""

from collections.abc import Iterator

from pdsa.cycle import Cycle
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.rules.words import MCNICHOLAS, about


@rule(
    "DOX101",
    Severity.note,
    "Do began before the plan was written",
    of=Cycle,
    why="A plan written afterwards is a report, and its predictions are none.",
    source=MCNICHOLAS,
)
def do_before_plan(record: Record, cycle: Cycle) -> Iterator[Hit]:
    if cycle.started_on and cycle.planned_on and cycle.started_on < cycle.planned_on:
        yield about(
            cycle,
            "started_on",
            f"began Do on {cycle.started_on}, before its plan of {cycle.planned_on}",
            "Check both dates.",
        )
