"""Rules about the aim and its theory."""

from collections.abc import Iterator

from pdsa.aim import show_date
from pdsa.interchange import Inquiry
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule

_SMARTE = "SMARTE aims; after Langley et al., The Improvement Guide, ch. 4"


@rule(
    "AIM101",
    Severity.advice,
    "The aim has no deadline",
    of=Inquiry,
    why="Without a day nobody can tell whether the pace is right.",
    source=_SMARTE,
)
def no_deadline(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    if inquiry.aim.deadline is None:
        yield _hit("deadline", "The aim does not say by when.", "Agree on a day.")


@rule(
    "AIM102",
    Severity.advice,
    "The aim has no number",
    of=Inquiry,
    why="'Some is not a number, soon is not a time': a target tells how much change is needed.",
    source=_SMARTE,
)
def no_number(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    if inquiry.aim.target is None:
        yield _hit("target", "The aim does not say by how much.", "Set a target on the indicator.")


@rule(
    "AIM103",
    Severity.advice,
    "The aim has no baseline",
    of=Inquiry,
    why="A change can be seen only against where things stood before.",
    source=_SMARTE,
)
def no_baseline(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    if inquiry.aim.baseline is None:
        yield _hit(
            "baseline",
            "The aim does not say where its indicator stood at the start.",
            "Measure the indicator once before the next test and write it down as the baseline.",
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
    if not inquiry.aim.population.strip():
        yield _hit("population", "The aim does not say for whom.", "Name the students.")


@rule(
    "AIM105",
    Severity.note,
    "The deadline has passed",
    of=Inquiry,
    why="An aim that nobody closes hides what was learned from it.",
    source=_SMARTE,
)
def deadline_passed(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    deadline = inquiry.aim.deadline
    if deadline is not None and deadline < record.on:
        yield _hit(
            "deadline",
            f"The deadline, {show_date(deadline)}, has passed.",
            "Say what was reached and learned, or set a new aim.",
        )


@rule(
    "AIM106",
    Severity.advice,
    "The aim has no equity statement",
    of=Inquiry,
    why="An average can rise while the students the aim is meant for fall behind.",
    source="SMARTE aims, with the E read as Equitable",
)
def no_equity(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    if not inquiry.aim.equity.strip():
        yield _hit(
            "equity",
            "The aim does not say which student groups should gain, and faster than whom.",
            "Name the groups.",
        )


@rule(
    "AIM201",
    Severity.blocker,
    "No measure measures what the aim names",
    of=Inquiry,
    why="A process measure can rise while the aim stands still; only a measure of the aim's own "
    "indicator can show it as reached.",
    source="Aim-measure integrity; Langley et al., The Improvement Guide, ch. 5",
)
def not_measured(record: Record, inquiry: Inquiry) -> Iterator[Hit]:
    aim = inquiry.aim
    indicator = aim.indicator or aim.what or aim.title
    if aim.measured_by is None:
        yield _hit(
            "measured_by",
            f"The aim's status is not measured: nothing collected so far shows “{indicator}”.",
            "Add an outcome measure of that indicator, or say which measure is one.",
        )
    elif all(point.missing for point in inquiry.points_of(aim.measured_by)):
        name = inquiry.measure(aim.measured_by).name
        yield _hit(
            "measured_by",
            f"The aim's status is not measured yet: “{name}” has no data.",
            "Collect a first point.",
        )


def _hit(field: str, message: str, then: str) -> Hit:
    return Hit(field=field, message=message, next=then)
