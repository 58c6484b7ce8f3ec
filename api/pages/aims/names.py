"""What the members of enumerations are called on the pages of aims and theories."""

from enum import StrEnum

from pdsa.change_idea import ChangeConcept
from pdsa.level import Voice
from pdsa.measure import Counts
from pdsa.monitoring import AimStatus
from pdsa.problem import EvidenceSource
from pdsa.theory import Strength
from pdsa.words import mark, say

_NAMES: dict[StrEnum, str] = {
    ChangeConcept.eliminate_waste: mark("eliminate waste"),
    ChangeConcept.improve_work_flow: mark("improve the flow of work"),
    ChangeConcept.optimize_inventory: mark("have what is needed at hand"),
    ChangeConcept.change_the_work_environment: mark("change the work environment"),
    ChangeConcept.producer_customer_interface: mark("work closer with those it is for"),
    ChangeConcept.manage_time: mark("manage time"),
    ChangeConcept.manage_variation: mark("manage variation"),
    ChangeConcept.design_systems_to_avoid_mistakes: mark("design so that mistakes cannot happen"),
    ChangeConcept.focus_on_the_product_or_service: mark("focus on what students get"),
    EvidenceSource.achievement: mark("achievement data"),
    EvidenceSource.growth: mark("growth data"),
    EvidenceSource.survey: mark("survey"),
    EvidenceSource.empathy_interview: mark("empathy interview"),
    EvidenceSource.student_work: mark("student work"),
    EvidenceSource.classroom_observation: mark("classroom observation"),
    EvidenceSource.teacher_feedback: mark("teacher feedback"),
    Strength.strong: mark("strongly"),
    Strength.weak: mark("weakly"),
    Counts.students: mark("students"),
    Counts.work: mark("the work of adults (lessons observed, visits made)"),
    AimStatus.overdue: mark("The deadline has passed"),
    AimStatus.off_track: mark("Behind the line to its target"),
    AimStatus.not_measured: mark("Not measured"),
    AimStatus.no_data: mark("Too early to say"),
    AimStatus.not_started: mark("Not started"),
    AimStatus.on_track: mark("On its way"),
    AimStatus.reached: mark("Reached"),
    AimStatus.held: mark("Reached and held"),
    AimStatus.stopped: mark("Given up"),
    Voice.team: mark("the team"),
    Voice.coach: mark("the coach or ILT"),
}


def named(member: StrEnum) -> str:
    """What a member is called, in the reader's language."""
    return say(_NAMES[member])


def options(members: type[StrEnum]) -> list[tuple[str, str]]:
    """What to choose from: each member's value with its name."""
    return [(each.value, named(each)) for each in members]
