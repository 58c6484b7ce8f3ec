"""What the members of the domain's enumerations are called on a page, to choose from or to read."""

from collections.abc import Sequence
from enum import StrEnum

from pdsa.change_idea import ChangeConcept
from pdsa.cycle import Purpose
from pdsa.level import Voice
from pdsa.measure import Counts, Direction, MeasureKind, MeasureUnit
from pdsa.monitoring import AimStatus
from pdsa.prediction import Outcome
from pdsa.problem import EvidenceSource
from pdsa.scale import Belief, FailureCost, Readiness, Scale
from pdsa.stages import AsPlanned, Decision
from pdsa.theory import Strength
from pdsa.words import mark, say

_SAID: tuple[tuple[StrEnum, str], ...] = (
    (Purpose.improvement, mark("improve towards the aim")),
    (Purpose.learning, mark("learn and try a new activity")),
    (Scale.very_small, mark("very small: one student or one lesson")),
    (Scale.small, mark("small: one classroom")),
    (Scale.large, mark("large: several classrooms")),
    (Scale.implement, mark("standard work")),
    (Belief.low, mark("little")),
    (Belief.high, mark("a lot")),
    (FailureCost.low, mark("little")),
    (FailureCost.high, mark("much")),
    (Readiness.resistant, mark("resistant")),
    (Readiness.indifferent, mark("indifferent")),
    (Readiness.ready, mark("ready")),
    (AsPlanned.yes, mark("yes")),
    (AsPlanned.partly, mark("partly")),
    (AsPlanned.no, mark("no")),
    (Outcome.held, mark("it held")),
    (Outcome.did_not_hold, mark("it did not hold")),
    (Outcome.cannot_tell, mark("we cannot tell")),
    (Decision.adopt, mark("Adopt")),
    (Decision.adapt, mark("Adapt")),
    (Decision.expand, mark("Expand")),
    (Decision.abandon, mark("Abandon")),
    (MeasureKind.outcome, mark("outcome: the aim itself")),
    (MeasureKind.driver, mark("driver: what moves the aim")),
    (MeasureKind.process, mark("process: is the change happening?")),
    (MeasureKind.balancing, mark("balancing: does it harm something else?")),
    (MeasureUnit.percentage, mark("percentage")),
    (MeasureUnit.count_, mark("number counted")),
    (MeasureUnit.rate, mark("rate")),
    (MeasureUnit.mean, mark("mean")),
    (MeasureUnit.rubric_level, mark("level of a rubric")),
    (Direction.increase, mark("more is better")),
    (Direction.decrease, mark("less is better")),
    (ChangeConcept.eliminate_waste, mark("eliminate waste")),
    (ChangeConcept.improve_work_flow, mark("improve the flow of work")),
    (ChangeConcept.optimize_inventory, mark("have what is needed at hand")),
    (ChangeConcept.change_the_work_environment, mark("change the work environment")),
    (ChangeConcept.producer_customer_interface, mark("work closer with those it is for")),
    (ChangeConcept.manage_time, mark("manage time")),
    (ChangeConcept.manage_variation, mark("manage variation")),
    (ChangeConcept.design_systems_to_avoid_mistakes, mark("design so that mistakes cannot happen")),
    (ChangeConcept.focus_on_the_product_or_service, mark("focus on what students get")),
    (EvidenceSource.achievement, mark("achievement data")),
    (EvidenceSource.growth, mark("growth data")),
    (EvidenceSource.survey, mark("survey")),
    (EvidenceSource.empathy_interview, mark("empathy interview")),
    (EvidenceSource.student_work, mark("student work")),
    (EvidenceSource.classroom_observation, mark("classroom observation")),
    (EvidenceSource.teacher_feedback, mark("teacher feedback")),
    (Strength.strong, mark("strongly")),
    (Strength.weak, mark("weakly")),
    (Counts.students, mark("students")),
    (Counts.work, mark("the work of adults (lessons observed, visits made)")),
    (AimStatus.overdue, mark("The deadline has passed")),
    (AimStatus.off_track, mark("Behind the line to its target")),
    (AimStatus.not_measured, mark("Not measured")),
    (AimStatus.no_data, mark("Too early to say")),
    (AimStatus.not_started, mark("Not started")),
    (AimStatus.on_track, mark("On its way")),
    (AimStatus.reached, mark("Reached")),
    (AimStatus.held, mark("Reached and held")),
    (AimStatus.stopped, mark("Given up")),
    (Voice.team, mark("the team")),
    (Voice.coach, mark("the coach or ILT")),
)
#: By the enumeration, too: members of two that have one value are equal.
_NAMES = {(type(member), member): text for member, text in _SAID}
_MORE: dict[StrEnum, str] = {
    Decision.adopt: mark("it works here: make it part of how we teach"),
    Decision.adapt: mark("change it, and test it again"),
    Decision.expand: mark("the same change with more students or classrooms"),
    Decision.abandon: mark("leave it, and keep what we learned"),
}


def named(member: StrEnum) -> str:
    """What a member is called, in the reader's language."""
    return say(_NAMES[type(member), member])


def options(members: Sequence[StrEnum] | type[StrEnum]) -> list[tuple[str, str]]:
    """What to choose from: each member's value with its name."""
    return [(each.value, named(each)) for each in members]


def explained(members: Sequence[StrEnum] | type[StrEnum]) -> list[tuple[str, str, str]]:
    """The same, each with a few words more."""
    return [
        (each.value, named(each), say(_MORE[each]) if each in _MORE else "") for each in members
    ]
