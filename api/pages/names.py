"""What the members of the domain's enumerations are called on a page, to choose from or to read."""

from collections.abc import Sequence
from enum import StrEnum

from pdsa.cycle import Purpose
from pdsa.measure import Direction, MeasureKind, MeasureUnit
from pdsa.prediction import Outcome
from pdsa.scale import Belief, FailureCost, Readiness, Scale
from pdsa.stages import AsPlanned, Decision
from pdsa.words import mark, say

_NAMES: dict[StrEnum, str] = {
    Purpose.improvement: mark("improve towards the aim"),
    Purpose.learning: mark("learn and try a new activity"),
    Scale.very_small: mark("very small: one student or one lesson"),
    Scale.small: mark("small: one classroom"),
    Scale.large: mark("large: several classrooms"),
    Scale.implement: mark("standard work"),
    Belief.low: mark("little"),
    Belief.high: mark("a lot"),
    FailureCost.low: mark("little"),
    FailureCost.high: mark("much"),
    Readiness.resistant: mark("resistant"),
    Readiness.indifferent: mark("indifferent"),
    Readiness.ready: mark("ready"),
    AsPlanned.yes: mark("yes"),
    AsPlanned.partly: mark("partly"),
    AsPlanned.no: mark("no"),
    Outcome.held: mark("it held"),
    Outcome.did_not_hold: mark("it did not hold"),
    Outcome.cannot_tell: mark("we cannot tell"),
    Decision.adopt: mark("Adopt"),
    Decision.adapt: mark("Adapt"),
    Decision.expand: mark("Expand"),
    Decision.abandon: mark("Abandon"),
    MeasureKind.outcome: mark("outcome: the aim itself"),
    MeasureKind.driver: mark("driver: what moves the aim"),
    MeasureKind.process: mark("process: is the change happening?"),
    MeasureKind.balancing: mark("balancing: does it harm something else?"),
    MeasureUnit.percentage: mark("percentage"),
    MeasureUnit.count_: mark("number counted"),
    MeasureUnit.rate: mark("rate"),
    MeasureUnit.mean: mark("mean"),
    MeasureUnit.rubric_level: mark("level of a rubric"),
    Direction.increase: mark("more is better"),
    Direction.decrease: mark("less is better"),
}
_MORE: dict[StrEnum, str] = {
    Decision.adopt: mark("it works here: make it part of how we teach"),
    Decision.adapt: mark("change it, and test it again"),
    Decision.expand: mark("the same change with more students or classrooms"),
    Decision.abandon: mark("leave it, and keep what we learned"),
}


def named(member: StrEnum) -> str:
    """What a member is called, in the reader's language."""
    return say(_NAMES[member])


def options(members: Sequence[StrEnum] | type[StrEnum]) -> list[tuple[str, str]]:
    """What to choose from: each member's value with its name."""
    return [(each.value, named(each)) for each in members]


def explained(members: Sequence[StrEnum] | type[StrEnum]) -> list[tuple[str, str, str]]:
    """The same, each with a few words more."""
    return [
        (each.value, named(each), say(_MORE[each]) if each in _MORE else "") for each in members
    ]
