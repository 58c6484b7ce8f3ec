"""Rules about Act: what a decision rests on, and what comes next."""

from collections.abc import Iterator

from pdsa.cycle import Cycle, Status
from pdsa.prediction import Outcome
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record, adopted
from pdsa.review.registry import rule
from pdsa.review.rules.words import MCNICHOLAS, about
from pdsa.stages import Decision


@rule(
    "ACT102",
    Severity.advice,
    "Adopted although a prediction did not hold",
    of=Cycle,
    why="A change may be worth keeping all the same, but then its theory needs another look.",
    source="Langley et al., The Improvement Guide, ch. 7",
)
def adopted_against(record: Record, cycle: Cycle) -> Iterator[Hit]:
    if adopted(cycle) and cycle.study:
        failed = [r for r in cycle.study.results if r.outcome is Outcome.did_not_hold]
        if failed:
            yield about(
                cycle,
                "act/decision",
                f"adopts the change although {len(failed)} of its predictions did not hold",
                "Say what speaks for it all the same, or test an adapted idea.",
            )


@rule(
    "ACT103",
    Severity.advice,
    "Adopted from one classroom only",
    of=Cycle,
    why="What works in one room may rest on that room; test it under other conditions first.",
    source="Langley et al., The Improvement Guide, ch. 7 (test over a wide range of conditions)",
)
def adopted_from_one(record: Record, cycle: Cycle) -> Iterator[Hit]:
    rooms = {p.classroom_id for p in record.points_in(cycle.id)}
    if adopted(cycle) and len(rooms) == 1 and None not in rooms:
        yield about(
            cycle,
            "act/decision",
            "adopts the change on data from one classroom",
            "Test it in a classroom that differs.",
        )


@rule(
    "ACT104",
    Severity.advice,
    "Adapt without a next cycle",
    of=Cycle,
    why="An adapted idea is a new hypothesis; untested it is only a plan.",
    source=MCNICHOLAS,
)
def adapted_without_next(record: Record, cycle: Cycle) -> Iterator[Hit]:
    act = cycle.act
    if (
        cycle.status is Status.completed
        and act
        and act.decision is Decision.adapt
        and cycle.id not in record.followers
        and not act.next_plan.strip()
        and not act.no_next_reason.strip()
    ):
        yield about(
            cycle,
            "act/next_plan",
            "decides to adapt, with no next cycle and no word about one",
            "Plan the next cycle, or say why there is none.",
        )
