"""What the members of the domain's enumerations are called, on every page and paper alike."""

from collections.abc import Mapping
from enum import StrEnum

from pdsa.change_idea import ChangeConcept
from pdsa.cycle import Purpose
from pdsa.feedback import RequestKind, RequestState
from pdsa.level import Voice
from pdsa.measure import Counts, Direction, MeasureKind, MeasureUnit
from pdsa.monitoring import AimStatus
from pdsa.prediction import Outcome
from pdsa.problem import EvidenceSource
from pdsa.scale import Belief, FailureCost, Readiness, Scale
from pdsa.stages import AsPlanned, Decision
from pdsa.theory import Strength
from pdsa.words import mark, say

#: By the enumeration, too: members of two that have one value are equal.
_NAMES: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    AimStatus: {
        AimStatus.overdue: mark("Overdue"),
        AimStatus.off_track: mark("Off track"),
        AimStatus.not_measured: mark("Not measured"),
        AimStatus.no_data: mark("Too early to say"),
        AimStatus.not_started: mark("Not started"),
        AimStatus.on_track: mark("On track"),
        AimStatus.reached: mark("Reached"),
        AimStatus.held: mark("Held"),
        AimStatus.stopped: mark("Stopped"),
    },
    Purpose: {
        Purpose.improvement: mark("improve towards the aim"),
        Purpose.learning: mark("learn and try a new activity"),
    },
    Scale: {
        Scale.very_small: mark("very small: one student or one lesson"),
        Scale.small: mark("small: one classroom"),
        Scale.large: mark("large: several classrooms"),
        Scale.implement: mark("standard work"),
    },
    Belief: {
        Belief.low: mark("little"),
        Belief.high: mark("a lot"),
    },
    FailureCost: {
        FailureCost.low: mark("little"),
        FailureCost.high: mark("much"),
    },
    Readiness: {
        Readiness.resistant: mark("resistant"),
        Readiness.indifferent: mark("indifferent"),
        Readiness.ready: mark("ready"),
    },
    AsPlanned: {
        AsPlanned.yes: mark("yes"),
        AsPlanned.partly: mark("partly"),
        AsPlanned.no: mark("no"),
    },
    Outcome: {
        Outcome.held: mark("it held"),
        Outcome.did_not_hold: mark("it did not hold"),
        Outcome.cannot_tell: mark("we cannot tell"),
    },
    Decision: {
        Decision.adopt: mark("Adopt"),
        Decision.adapt: mark("Adapt"),
        Decision.expand: mark("Expand"),
        Decision.abandon: mark("Abandon"),
    },
    MeasureKind: {
        MeasureKind.outcome: mark("outcome: the aim itself"),
        MeasureKind.driver: mark("driver: what moves the aim"),
        MeasureKind.process: mark("process: is the change happening?"),
        MeasureKind.balancing: mark("balancing: does it harm something else?"),
    },
    MeasureUnit: {
        MeasureUnit.percentage: mark("percentage"),
        MeasureUnit.count_: mark("number counted"),
        MeasureUnit.rate: mark("rate"),
        MeasureUnit.mean: mark("mean"),
        MeasureUnit.rubric_level: mark("level of a rubric"),
    },
    Direction: {
        Direction.increase: mark("more is better"),
        Direction.decrease: mark("less is better"),
    },
    RequestKind: {
        RequestKind.request: mark("A request"),
        RequestKind.barrier: mark("A barrier"),
    },
    RequestState: {
        RequestState.waiting: mark("Waiting for an answer"),
        RequestState.answered: mark("Answered: the team's turn"),
        RequestState.closed: mark("Closed"),
    },
    ChangeConcept: {
        ChangeConcept.eliminate_waste: mark("eliminate waste"),
        ChangeConcept.improve_work_flow: mark("improve the flow of work"),
        ChangeConcept.optimize_inventory: mark("have what is needed at hand"),
        ChangeConcept.change_the_work_environment: mark("change the work environment"),
        ChangeConcept.producer_customer_interface: mark("work closer with those it is for"),
        ChangeConcept.manage_time: mark("manage time"),
        ChangeConcept.manage_variation: mark("manage variation"),
        ChangeConcept.design_systems_to_avoid_mistakes: mark(
            "design so that mistakes cannot happen"
        ),
        ChangeConcept.focus_on_the_product_or_service: mark("focus on what students get"),
    },
    EvidenceSource: {
        EvidenceSource.achievement: mark("achievement data"),
        EvidenceSource.growth: mark("growth data"),
        EvidenceSource.survey: mark("survey"),
        EvidenceSource.empathy_interview: mark("empathy interview"),
        EvidenceSource.student_work: mark("student work"),
        EvidenceSource.classroom_observation: mark("classroom observation"),
        EvidenceSource.teacher_feedback: mark("teacher feedback"),
    },
    Strength: {
        Strength.strong: mark("strongly"),
        Strength.weak: mark("weakly"),
    },
    Counts: {
        Counts.students: mark("students"),
        Counts.work: mark("the work of adults (lessons observed, visits made)"),
    },
    Voice: {
        Voice.team: mark("the team"),
        Voice.coach: mark("the coach or ILT"),
    },
}


def named(member: StrEnum) -> str:
    """What a member is called, in the reader's language."""
    return say(_NAMES[type(member)][member])
