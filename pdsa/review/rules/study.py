"""Rules about Study: the comparison of predictions with data."""

from collections.abc import Iterator

from pdsa.cycle import Cycle
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.rules.words import MCNICHOLAS, about
from pdsa.stages import Stage


@rule(
    "STU101",
    Severity.advice,
    "A prediction was not compared with what happened",
    of=Cycle,
    why="Study is the comparison of predictions with data; the difference is what is learned.",
    source=MCNICHOLAS,
)
def not_compared(record: Record, cycle: Cycle) -> Iterator[Hit]:
    if cycle.stage not in (Stage.study, Stage.act):
        return
    compared = {r.prediction_id for r in cycle.study.results} if cycle.study else set()
    lack = [p.id for p in cycle.plan.predictions() if p.id not in compared]
    if lack:
        yield about(
            cycle,
            "study/results",
            f"leaves {len(lack)} of {len(cycle.plan.predictions())} predictions uncompared",
            "Say of each whether it held, did not hold, or cannot be told.",
        )
