"""Rules about the aim itself: what an aim after SMARTE says."""

from collections.abc import Iterator

from pdsa.interchange import Inquiry
from pdsa.level import Voice, latest
from pdsa.measure import Counts
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.units import Audience
from pdsa.words import say

_SMARTE = "SMARTE aims; after Langley et al., The Improvement Guide, ch. 4"
_EQUITABLE = "SMARTE aims, with the E read as Equitable"

#: How many figures the aim's measure has before somebody asks for those of the groups.
SOME = 3


@rule(
    "AIM101",
    Severity.advice,
    "The aim has no deadline",
    of=Inquiry,
    why="Without a day nobody can tell whether the pace is right.",
    source=_SMARTE,
)
def no_deadline(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks at the aim's deadline; silent with any, also with one that has passed (AIM105)."""
    if inquiry.aim.deadline is None:
        yield _hit("deadline", say("The aim does not say by when."), say("Agree on a day."))


@rule(
    "AIM102",
    Severity.advice,
    "The aim has no number",
    of=Inquiry,
    why="A target tells how much change is needed; without one every rise is enough, and none.",
    source=_SMARTE,
)
def no_number(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks at the aim's target alone; a number in the aim's own words is not read."""
    if inquiry.aim.target is None:
        yield _hit(
            "target",
            say("The aim does not say by how much."),
            say("Set a target on the indicator."),
        )


@rule(
    "AIM103",
    Severity.advice,
    "The aim has no baseline",
    of=Inquiry,
    why="A change can be seen only against where things stood before.",
    source=_SMARTE,
)
def no_baseline(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks at the aim's baseline; silent with any, zero too."""
    if inquiry.aim.baseline is None:
        yield _hit(
            "baseline",
            say("The aim does not say where its indicator stood at the start."),
            say(
                "Measure the indicator once before the next test and write it down as the baseline."
            ),
        )


@rule(
    "AIM104",
    Severity.advice,
    "The aim has no population",
    of=Inquiry,
    why="Whom the aim is for decides whom to ask and whom to count.",
    source=_SMARTE,
)
def no_population(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks at whether the aim says for whom it is, in any words."""
    if not inquiry.aim.population.strip():
        yield _hit(
            "population",
            say("The aim does not say for whom."),
            say("Name the students, or the adults whose work it is about."),
        )


@rule(
    "AIM105",
    Severity.note,
    "The deadline has passed",
    of=Inquiry,
    why="An aim that nobody closes hides what was learned from it.",
    source=_SMARTE,
)
def deadline_passed(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Compares the deadline with the day of the review; silent on the deadline itself.

    Silent, too, once the team has said how far it got: a level of its own (``Level``, voice *team*)
    that is dated on the deadline or after it, up to the day of the review.
    """
    deadline = inquiry.aim.deadline
    if deadline is not None and deadline < record.on:
        said = latest(inquiry.levels, Voice.team, on=record.on)
        if said is not None and said.on >= deadline:
            return
        yield _hit(
            "deadline",
            say("The deadline, {day}, has passed.", day=deadline),
            say("Say how far the team got, as its level of progress, or set a new deadline."),
        )


@rule(
    "AIM106",
    Severity.advice,
    "The aim has no equity statement",
    of=Inquiry,
    why="An average can rise while the students the aim is meant for fall behind.",
    source=_EQUITABLE,
)
def no_equity(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks at whether the aim says anything about equity; which groups it names is not read.

    Silent where the measure that the aim names counts the work of adults.
    """
    measure = record.measures.get(inquiry.aim.measured_by or "")
    about_work = measure is not None and measure.counts is Counts.work
    if not inquiry.aim.equity.strip() and not about_work:
        yield _hit(
            "equity",
            say("The aim does not say which student groups should gain, and faster than whom."),
            say("Name the groups."),
        )


@rule(
    "AIM107",
    Severity.note,
    "The gain of student groups cannot be seen",
    of=Inquiry,
    why="Whether the groups that an aim speaks of gain as it says shows in figures of their own.",
    source="IHI, How to Improve: Establishing Measures (stratify data to show inequities)",
)
def no_group_figures(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    """Looks for a data point by student group on the measure of an aim that speaks of equity.

    Silent without an equity statement, without an outcome measure of the aim, until that measure
    has three figures, and where it counts the work of adults. Silent for every other audience than
    the team, from whom the figures of groups may be withheld.
    """
    measure = record.aim_measure
    if (
        record.audience is Audience.team
        and inquiry.aim.equity.strip()
        and measure is not None
        and measure.counts is Counts.students
        and len(record.known(measure.id)) >= SOME
        and all(p.student_group in (None, "ALL") for p in record.points_of(measure.id))
    ):
        yield Hit(
            element="measure",
            id=measure.id,
            message=say(
                "The aim speaks of student groups, and “{measure}” has no figures by group.",
                measure=measure.name,
            ),
            next=say(
                "Count the groups that the aim names beside all students, if only once a month."
            ),
        )


def _hit(field: str, message: str, then: str) -> Hit:
    return Hit(field=field, message=message, next=then)
