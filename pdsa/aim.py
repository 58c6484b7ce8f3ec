"""The aim statement: what will improve, for whom, where, by how much, by when, on which measure."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from operator import itemgetter

import msgspec
from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import (
    AimId,
    Amount,
    Grade,
    Line,
    MeasureId,
    Name,
    ProblemId,
    Ref,
    Slug,
    Text,
    UnitId,
    Version,
)
from pdsa.measure import Direction, MeasureUnit, show_amount
from pdsa.words import mark, say, say_day

#: A day and the value that is expected on it.
Step = tuple[date, float]


class Milestone(Struct, frozen=True, kw_only=True):
    """Where the indicator should be on a day before the deadline."""

    on: date
    value: Amount
    note: Line = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise InvalidValue("value", self.value, "a finite number")


class Aim(Struct, frozen=True):
    """An aim after SMARTE, as far as the team has got with it.

    Specific, measurable, achievable, relevant, timely, equitable.
    ``what`` is the verb phrase that follows the population ("are engaged in academic discourse");
    ``statement`` is the aim in the team's own words, beside the sentence that is made of the parts;
    ``indicator`` says what is counted; ``measured_by`` is the measure that the team says measures
    this indicator, and stays ``None`` until one does: no other measure can show the aim as reached.
    ``subject`` and ``grades`` are for whoever looks for aims among many. ``stopped_on`` is the day on
    which the team gave the aim up, with the reason.

    Raises ``InvalidValue`` for a deadline before the start, a percentage outside 0-100, and
    milestones that are out of order, doubled, or outside start and deadline.
    """

    id: Ref[AimId]
    unit_id: Ref[UnitId]
    title: Name
    population: Line = ""
    place: Line = ""
    subject: Slug | None = None
    grades: tuple[Grade, ...] = ()
    what: Line = ""
    indicator: Line = ""
    unit: MeasureUnit = MeasureUnit.percentage
    direction: Direction = Direction.increase
    baseline: Amount | None = None
    target: Amount | None = None
    starts_on: date | None = None
    deadline: date | None = None
    equity: Text = ""
    rationale: Text = ""
    statement: Text = ""
    milestones: tuple[Milestone, ...] = ()
    measured_by: Ref[MeasureId] | None = None
    problem_id: Ref[ProblemId] | None = None
    stopped_on: date | None = None
    stopped_because: Text = ""
    version: Version = 1

    def __post_init__(self) -> None:
        for field in ("baseline", "target"):
            self._check_value(field, getattr(self, field))
        start, end = self.starts_on, self.deadline
        if start and end and end < start:
            rule = say("not before the start ({day})", day=str(start))
            raise InvalidValue("deadline", str(end), rule)
        before: date | None = None
        for i, milestone in enumerate(self.milestones):
            self._check_value(f"milestones/{i}/value", milestone.value)
            on, field = milestone.on, f"milestones/{i}/on"
            if before and on <= before:
                rule = say("after the milestone before it ({day})", day=str(before))
                raise InvalidValue(field, str(on), rule)
            if (start and on < start) or (end and on > end):
                first, last = start or say("any day"), end or say("any")
                rule = say("between {first} and {last}", first=str(first), last=str(last))
                raise InvalidValue(field, str(on), rule)
            before = on

    def _check_value(self, field: str, value: float | None) -> None:
        if value is None:
            return
        if not math.isfinite(value):
            raise InvalidValue(field, value, "a finite number")
        if self.unit is MeasureUnit.percentage and not 0 <= value <= 100:
            raise InvalidValue(field, value, "a percentage is between 0 and 100")

    def stopped(self, *, on: date, reason: str) -> "Aim":
        """The aim given up, with the reason; what was written stays.

        Raises ``InvalidValue`` without a reason and for an aim that is stopped already.
        """
        if self.stopped_on is not None:
            rule = say("an aim that goes on: stopped on {day}", day=str(self.stopped_on))
            raise InvalidValue("on", str(on), rule)
        if not reason.strip():
            raise InvalidValue("reason", reason, "to stop needs a reason")
        return msgspec.structs.replace(self, stopped_on=on, stopped_because=reason)

    def resumed(self) -> "Aim":
        """The aim taken up again; one that goes on stays as it is."""
        return msgspec.structs.replace(self, stopped_on=None, stopped_because="")

    def sentence(self) -> str:
        """The aim as one sentence; what is not decided yet is said to be open."""
        by = say("By {day}", day=self.deadline) if self.deadline else say("By a date still open")
        whom = self.population or say("students (which ones is still open)")
        if self.place:
            # Translators: students of a place, as in “fifth graders at Cedar Creek Elementary”.
            whom = say("{students} at {place}", students=whom, place=self.place)
        base = say("baseline not known yet")
        if self.baseline is not None:
            base = say("baseline {value}", value=show_amount(self.baseline, self.unit))
        # Translators: the aim as one sentence: by when, who, what, how much, from where, counted how.
        sentence = mark("{by}, {whom} {what}: {much} ({baseline}).")
        if self.indicator:
            sentence = mark("{by}, {whom} {what}: {much} ({baseline}), counted as {indicator}.")
        return say(
            sentence,
            by=by,
            whom=whom,
            what=self.what or say("improve (what exactly is still open)"),
            much=self.much() or say("a target still open"),
            baseline=base,
            indicator=self.indicator,
        )

    def much(self) -> str:
        """By how much, in words: ``64% or more``; empty without a target."""
        if self.target is None:
            return ""
        target = show_amount(self.target, self.unit)
        if self.direction is Direction.increase:
            return say("{value} or more", value=target)
        return say("{value} or less", value=target)

    def expected_on(self, day: date) -> float | None:
        """Where the indicator should be on a day, straight between baseline, milestones and target.

        ``None`` without start, deadline, baseline or target, and before the start; the target from
        the deadline on.
        """
        start, end, baseline, target = self.starts_on, self.deadline, self.baseline, self.target
        if start is None or end is None or baseline is None or target is None:
            return None
        return on_line(self.line(start, end, baseline, target), day)

    def line(self, start: date, end: date, baseline: float, target: float) -> tuple[Step, ...]:
        """The days at which the way between these bends, by the aim's milestones, and the values."""
        between = ((m.on, m.value) for m in self.milestones if start < m.on < end)
        return ((start, baseline), *between, (end, target))


def on_line(steps: Sequence[Step], day: date) -> float | None:
    """The value on a day, straight between the steps; ``None`` before the first, the last one after."""
    if day < steps[0][0]:
        return None
    if day >= steps[-1][0]:
        return steps[-1][1]
    after = bisect_right(steps, day, key=itemgetter(0))
    (d0, v0), (d1, v1) = steps[after - 1], steps[after]
    return v0 + (v1 - v0) * (day - d0).days / (d1 - d0).days


def show_date(day: date) -> str:
    """A date for a sentence: ``15 June 2018``, the same on every machine."""
    return say_day(day)
