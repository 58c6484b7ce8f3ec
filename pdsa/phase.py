"""Phases of a measure: where a person froze the baseline or began a new centre line, and why.

The software proposes (``pdsa.charts.proposals``), only a person's act with a reason makes one, and
the limits of the phase before stay on the chart (Provost & Murray, The Health Care Data Guide).
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import MeasureId, PersonId, PhaseId, Reason, Ref, UnitId, Version
from pdsa.words import mark, say


class PhaseKind(StrEnum):
    """What was done: ``freeze`` ends the baseline, ``rebase`` begins a new phase."""

    freeze = "freeze"
    rebase = "rebase"


class Phase(Struct, frozen=True):
    """A freeze or a rebase of one measure, made by a person for a reason.

    ``on`` is the last day of the frozen baseline, or the first day of the new phase.
    ``classroom_id`` narrows it to the series of one classroom; without it, it is for the whole.
    ``made_by`` and ``made_on`` say who did it and when.

    Raises ``InvalidValue`` for a blank reason.
    """

    id: Ref[PhaseId]
    measure_id: Ref[MeasureId]
    kind: PhaseKind
    on: date
    reason: Reason
    classroom_id: Ref[UnitId] | None = None
    made_by: Ref[PersonId] | None = None
    made_on: date | None = None
    version: Version = 1

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise InvalidValue("reason", self.reason, "say why: others will read the chart")


def check_phase(phase: Phase, others: Iterable[Phase]) -> None:
    """Raise ``InvalidValue`` unless the phase may stand beside the others of its measure.

    Each series (the whole, or one classroom) stands alone: it has at most one freeze, and one phase
    a day. A freeze ends before the first rebase, because it is the first part that it freezes.
    One of the others with the phase's own id is the phase before an edit.
    """
    on, freezes = phase.on, phase.kind is PhaseKind.freeze
    for other in others:
        if other.id == phase.id or _series(other) != _series(phase):
            continue
        if freezes and other.kind is PhaseKind.freeze:
            rule = say(
                "rebase, since the baseline is frozen until {day} already", day=str(other.on)
            )
            raise InvalidValue("kind", phase.kind.value, rule)
        if on == other.on:
            rule = mark("one phase a day: there is a rebase on it")
            if other.kind is PhaseKind.freeze:
                rule = mark("one phase a day: there is a freeze on it")
            raise InvalidValue("on", str(on), rule)
        if freezes and other.on < on:
            rule = say("before {day}: a freeze ends before the first rebase", day=str(other.on))
            raise InvalidValue("on", str(on), rule)
        if other.kind is PhaseKind.freeze and on < other.on:
            rule = say("after {day}, the last day of the frozen baseline", day=str(other.on))
            raise InvalidValue("on", str(on), rule)


def check_phases(phases: Iterable[Phase]) -> None:
    """``check_phase`` of each phase beside those before it; an error's field begins with its number."""
    beside: dict[tuple[object, ...], Phase] = {}  # what can be in the way, whatever their number
    for i, phase in enumerate(phases):
        series = _series(phase)
        keys = [(*series, at) for at in (phase.on, *PhaseKind)]
        try:
            check_phase(phase, [beside[key] for key in keys if key in beside])
        except InvalidValue as error:
            raise InvalidValue(f"{i}/{error.field}", error.value, error.rule) from None
        beside[*series, phase.on] = phase
        first = beside.setdefault((*series, phase.kind), phase)
        if phase.on < first.on:
            beside[*series, phase.kind] = phase


def _series(phase: Phase) -> tuple[str, str | None]:
    return phase.measure_id, phase.classroom_id
