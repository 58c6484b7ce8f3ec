"""Rules about the problem of practice and how the team knows of it."""

from collections.abc import Iterator

from pdsa.interchange import Inquiry
from pdsa.problem import EvidenceSource
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.words import mark, say

_LENSES = {
    # Translators: kinds of evidence for a problem of practice.
    EvidenceSource.achievement: mark("achievement"),
    EvidenceSource.growth: mark("growth"),
    EvidenceSource.survey: mark("survey"),
    EvidenceSource.empathy_interview: mark("empathy interview"),
    EvidenceSource.student_work: mark("student work"),
    EvidenceSource.classroom_observation: mark("classroom observation"),
    EvidenceSource.teacher_feedback: mark("teacher feedback"),
}
_BRYK = "Bryk et al. 2015, Learning to Improve, ch. 1 (problem-specific and user-centered)"


@rule(
    "PRB101",
    Severity.advice,
    "The evidence is of one kind",
    of=Inquiry,
    why="One kind of source sees through one lens; a second one shows what the first cannot.",
    source=_BRYK,
)
def one_lens(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Counts the kinds of source among the evidence for the problem of practice.

    Two tests are one kind, a test and an interview two. Silent without any evidence (PRB102).
    """
    problem = inquiry.problem
    lenses = problem.lenses() if problem else frozenset()
    if problem is not None and len(lenses) == 1:
        (lens,) = lenses
        yield Hit(
            element="problem",
            id=problem.id,
            field="evidence",
            message=say(
                "All evidence for the problem of practice is of one kind: {kind}.",
                kind=say(_LENSES[lens]),
            ),
            next=say(
                "Look through one lens more: ask a few students, look at their work, or visit "
                "a lesson."
            ),
        )


@rule(
    "PRB102",
    Severity.note,
    "The problem of practice has no evidence",
    of=Inquiry,
    why="A team that has looked at a problem together knows what it wants to change.",
    source=_BRYK,
)
def no_evidence(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks for a problem of practice with at least one piece of evidence, of any kind."""
    problem = inquiry.problem
    if problem is None:
        yield Hit(
            message=say("The aim does not say which problem of practice it comes from."),
            next=say("Write down what the team saw, and where it saw it."),
        )
    elif not problem.evidence:
        yield Hit(
            element="problem",
            id=problem.id,
            field="evidence",
            message=say(
                "The problem of practice “{problem}” does not say how the team knows of it.",
                problem=problem.title,
            ),
            next=say("Write down what the team saw, and where it saw it."),
        )
