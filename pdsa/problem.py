"""The problem of practice: what the team wants to understand or change, and how it knows."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from pdsa.ids import Line, Name, ProblemId, Ref, Text, UnitId, Version


class EvidenceSource(StrEnum):
    """Kinds of source; evidence of one kind alone sees through one lens."""

    achievement = "achievement"
    growth = "growth"
    survey = "survey"
    empathy_interview = "empathy_interview"
    student_work = "student_work"
    classroom_observation = "classroom_observation"
    teacher_feedback = "teacher_feedback"


class Evidence(Struct, frozen=True, kw_only=True):
    """What one source showed."""

    source: EvidenceSource
    summary: Text
    on: date | None = None
    reference: Line = ""


class Problem(Struct, frozen=True):
    """A problem of practice of one unit."""

    id: Ref[ProblemId]
    unit_id: Ref[UnitId]
    title: Name
    statement: Text = ""
    evidence: tuple[Evidence, ...] = ()
    version: Version = 1

    def lenses(self) -> frozenset[EvidenceSource]:
        """The kinds of source that the evidence comes from."""
        return frozenset(item.source for item in self.evidence)
