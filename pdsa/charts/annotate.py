"""What stands beside the points by itself: cycles, decisions, breaks of the calendar, phases."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct

from pdsa.aim import show_date
from pdsa.calendar import SchoolCalendar
from pdsa.cycle import Cycle
from pdsa.phase import Phase, PhaseKind
from pdsa.words import mark, say, say_name


class AnnotationKind(StrEnum):
    """What stands beside the points."""

    cycle = "cycle"
    decision = "decision"
    closure = "closure"
    phase = "phase"


class Annotation(Struct, frozen=True, kw_only=True):
    """Something that happened: a cycle's window, a decision, a break of the calendar, a phase.

    ``last`` is ``None`` for a moment and for a window that is still open (then ``open`` is true).
    ``label`` is short enough for a chart, ``text`` says it whole.
    """

    kind: AnnotationKind
    first: date
    label: str
    text: str
    last: date | None = None
    open: bool = False
    element_id: str | None = None


def annotations(
    first: date,
    last: date,
    *,
    cycles: Iterable[Cycle] = (),
    calendar: SchoolCalendar | None = None,
    phases: Iterable[Phase] = (),
) -> tuple[Annotation, ...]:
    """Everything that happened between two days, both included, by day and kind.

    A cycle's window runs from its first Do to its decision or stop, and is open until then.
    Windows and breaks that reach over the edge keep their own days, and the decision on a cycle
    stays with its window: most are taken after the last point.
    """
    found = [
        *(_of_closures(calendar) if calendar else ()),
        *(_of_phase(phase) for phase in phases),
    ]
    of_cycles = ([*_of_cycle(cycle)] for cycle in cycles)
    seen = [
        *(each for each in found if _overlaps(each, first, last)),
        *(each for both in of_cycles if both and _overlaps(both[0], first, last) for each in both),
    ]
    return tuple(
        sorted(
            seen,
            key=lambda each: (each.first, each.kind, each.last or date.max, each.element_id or ""),
        )
    )


def _overlaps(each: Annotation, first: date, last: date) -> bool:
    until = each.last or (last if each.open else each.first)
    return each.first <= last and until >= first


def _of_cycle(cycle: Cycle) -> Iterator[Annotation]:
    if cycle.started_on is None:
        return
    text = mark("Cycle: {cycle}, from {first} and still running")
    if cycle.ended_on:
        text = mark("Cycle: {cycle}, from {first} to {last}")
    yield Annotation(
        kind=AnnotationKind.cycle,
        first=cycle.started_on,
        last=cycle.ended_on,
        open=cycle.ended_on is None,
        label=cycle.title,
        text=say(text, cycle=cycle.title, first=cycle.started_on, last=cycle.ended_on),
        element_id=cycle.id,
    )
    if cycle.ended_on and cycle.act and cycle.act.decision:
        decision = say_name(cycle.act.decision)
        yield Annotation(
            kind=AnnotationKind.decision,
            first=cycle.ended_on,
            label=decision,
            text=say(
                "Decision on {day}: {decision} ({cycle})",
                day=cycle.ended_on,
                decision=decision,
                cycle=cycle.title,
            ),
            element_id=cycle.id,
        )


def _of_closures(calendar: SchoolCalendar) -> Iterator[Annotation]:
    for closure in calendar.closures:
        one = closure.first_day == closure.last_day
        days = show_date(closure.first_day)
        if not one:
            days = say("{first} to {last}", first=closure.first_day, last=closure.last_day)
        yield Annotation(
            kind=AnnotationKind.closure,
            first=closure.first_day,
            last=closure.last_day,
            label=closure.name,
            text=say("{closure}, {days}: no teaching", closure=closure.name, days=days),
        )


def _of_phase(phase: Phase) -> Annotation:
    label, text = mark("new phase"), mark("New phase from {day}: {reason}")
    if phase.kind is PhaseKind.freeze:
        label, text = mark("baseline frozen"), mark("Baseline frozen up to {day}: {reason}")
    return Annotation(
        kind=AnnotationKind.phase,
        first=phase.on,
        label=say(label),
        text=say(text, day=phase.on, reason=phase.reason),
        element_id=phase.id,
    )
