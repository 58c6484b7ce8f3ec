"""Rules about the aim and its theory."""

from collections.abc import Iterator
from datetime import date

from pdsa.aim import show_date
from pdsa.interchange import Inquiry
from pdsa.review.findings import Hit, Severity, rule

_SMARTE = "SMARTE aims; after Langley et al., The Improvement Guide, ch. 4"


@rule(
    "AIM101",
    Severity.advice,
    "The aim has no deadline",
    why="Without a day nobody can tell whether the pace is right.",
    source=_SMARTE,
)
def no_deadline(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    if inquiry.aim.deadline is None:
        yield _aim(inquiry, "deadline", "The aim does not say by when.", "Agree on a day.")


@rule(
    "AIM102",
    Severity.advice,
    "The aim has no number",
    why="'Some is not a number, soon is not a time': a target tells how much change is needed.",
    source=_SMARTE,
)
def no_number(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    if inquiry.aim.target is None:
        yield _aim(
            inquiry, "target", "The aim does not say by how much.", "Set a target on the indicator."
        )


@rule(
    "AIM103",
    Severity.advice,
    "The aim has no baseline",
    why="A change can be seen only against where things stood before.",
    source=_SMARTE,
)
def no_baseline(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    if inquiry.aim.baseline is None:
        yield _aim(
            inquiry,
            "baseline",
            "The aim does not say where its indicator stood at the start.",
            "Measure the indicator once before the next test and write it down as the baseline.",
        )


@rule(
    "AIM104",
    Severity.advice,
    "The aim has no population",
    why="Whom the aim is for decides whom to ask and whom to count.",
    source=_SMARTE,
)
def no_population(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    if not inquiry.aim.population.strip():
        yield _aim(inquiry, "population", "The aim does not say for whom.", "Name the students.")


@rule(
    "AIM105",
    Severity.note,
    "The deadline has passed",
    why="An aim that nobody closes hides what was learned from it.",
    source=_SMARTE,
)
def deadline_passed(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    deadline = inquiry.aim.deadline
    if deadline is not None and deadline < on:
        yield _aim(
            inquiry,
            "deadline",
            f"The deadline, {show_date(deadline)}, has passed.",
            "Say what was reached and learned, or set a new aim.",
        )


@rule(
    "AIM106",
    Severity.advice,
    "The aim has no equity statement",
    why="An average can rise while the students the aim is meant for fall behind.",
    source="SMARTE aims, with the E read as Equitable",
)
def no_equity(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    if not inquiry.aim.equity.strip():
        yield _aim(
            inquiry,
            "equity",
            "The aim does not say which student groups should gain, and faster than whom.",
            "Name the groups.",
        )


@rule(
    "AIM201",
    Severity.blocker,
    "No measure measures what the aim names",
    why="A process measure can rise while the aim stands still; only a measure of the aim's own "
    "indicator can show it as reached.",
    source="Aim-measure integrity; Langley et al., The Improvement Guide, ch. 5",
)
def not_measured(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    aim = inquiry.aim
    indicator = aim.indicator or aim.what or aim.title
    if aim.measured_by is None:
        yield _aim(
            inquiry,
            "measured_by",
            f"The aim's status is not measured: nothing collected so far shows “{indicator}”.",
            "Add an outcome measure of that indicator, or say which measure is one.",
        )
    elif all(point.missing for point in inquiry.points_of(aim.measured_by)):
        name = inquiry.measure(aim.measured_by).name
        yield _aim(
            inquiry,
            "measured_by",
            f"The aim's status is not measured yet: “{name}” has no data.",
            "Collect a first point.",
        )


@rule(
    "DRV101",
    Severity.advice,
    "A driver without a change idea",
    why="A driver that nothing acts on will not move.",
    source="Provost & Bennett 2015, BMJ Qual Saf 24:209 (driver diagrams)",
)
def idle_driver(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    if not inquiry.theory:
        return
    theory = inquiry.theory[-1]
    moved = {link.target for link in theory.links}
    for driver in theory.drivers:
        if driver.id not in moved:
            yield Hit(
                element="driver",
                id=driver.id,
                message=f"Nothing acts on the driver “{driver.text}”.",
                next="Link a change idea or a secondary driver to it, or let it go.",
            )


@rule(
    "DRV102",
    Severity.advice,
    "A change idea without a driver",
    why="An idea outside the theory teaches nothing about it.",
    source="Provost & Bennett 2015, BMJ Qual Saf 24:209 (driver diagrams)",
)
def loose_idea(inquiry: Inquiry, on: date) -> Iterator[Hit]:
    linked = inquiry.theory[-1].change_idea_ids() if inquiry.theory else ()
    for idea in inquiry.change_ideas:
        if idea.id not in linked:
            yield Hit(
                element="change_idea",
                id=idea.id,
                message=f"The change idea “{idea.title}” serves no driver.",
                next="Link it to the driver that it should move.",
            )


def _aim(inquiry: Inquiry, field: str, message: str, then: str) -> Hit:
    return Hit(element="aim", id=inquiry.aim.id, field=field, message=message, next=then)
