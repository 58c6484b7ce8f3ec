"""Measures, their data points, and series: points pooled by date.

A missing point is missing, never zero. Counts of students are pooled by adding numerators and
denominators over classrooms, so that a class of 32 weighs more than one of 18.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import (
    AimId,
    Amount,
    Count,
    CycleId,
    DriverId,
    Line,
    MeasureId,
    Name,
    PointId,
    Ref,
    Slug,
    Text,
    UnitId,
    Version,
)
from pdsa.words import mark, say, say_name


class MeasureKind(StrEnum):
    """What a measure is for (IHI, Science of Improvement: Establishing Measures)."""

    outcome = "outcome"
    driver = "driver"
    process = "process"
    balancing = "balancing"


class MeasureUnit(StrEnum):
    """What one value of the measure is."""

    percentage = "percentage"
    count_ = "count"
    rate = "rate"
    mean = "mean"
    rubric_level = "rubric_level"


_KIND_NAMES = {
    MeasureKind.outcome: mark("outcome measure"),
    MeasureKind.driver: mark("driver measure"),
    MeasureKind.process: mark("process measure"),
    MeasureKind.balancing: mark("balancing measure"),
}


def kind_name(kind: MeasureKind) -> str:
    """What a kind of measure is called within a sentence: ``process measure``."""
    return say(_KIND_NAMES[kind])


#: Looked up once: a member of an enumeration is ten times as slow to come by as a name.
_PERCENTAGE = MeasureUnit.percentage


class Direction(StrEnum):
    """Which way is better."""

    increase = "increase"
    decrease = "decrease"


class Counts(StrEnum):
    """Whom the figures are about: students, or the work of adults (lessons observed, visits made).

    Figures about few students are suppressed above the school; those about adults' work are not
    data about students.
    """

    students = "students"
    work = "work"


class Measure(Struct, frozen=True):
    """How a team knows: what is counted, in which unit, by whom and how often.

    ``per`` is the base of a rate (12 per 100 lessons); ``lowest`` and ``highest`` bound a rubric;
    ``counts`` says whom the figures are about.
    """

    id: Ref[MeasureId]
    aim_id: Ref[AimId]
    name: Name
    kind: MeasureKind
    unit: MeasureUnit
    direction: Direction = Direction.increase
    definition: Text = ""
    collected_by: Line = ""
    collected_how: Text = ""
    frequency: Line = ""
    target: Amount | None = None
    driver_id: Ref[DriverId] | None = None
    per: Count = 1
    lowest: Amount | None = None
    highest: Amount | None = None
    counts: Counts = Counts.students
    version: Version = 1

    def __post_init__(self) -> None:
        for field in ("target", "lowest", "highest"):
            _finite(field, getattr(self, field))
        if self.per < 1:
            raise InvalidValue("per", self.per, "1 or more")
        if self.lowest is not None and self.highest is not None and self.lowest >= self.highest:
            rule = say("above lowest ({value})", value=f"{self.lowest:g}")
            raise InvalidValue("highest", self.highest, rule)

    def show(self, value: float | None) -> str:
        """A value of this measure in words: ``64%``, ``12``, ``3.5 per 100``; ``no data`` if missing."""
        return show_amount(value, self.unit, per=self.per)


class DataPoint(Struct, frozen=True, gc=False):
    """What was found on one day: numerator and denominator, or a value, or that it is missing.

    ``classroom_id`` is the classroom's unit; ``student_group`` a code of
    ``pdsa/reference/student_groups.csv`` or of the district, ``None`` for all students.

    Raises ``InvalidValue`` for a numerator without denominator (or the reverse), both counts and a
    value, a negative count, a numerator over a denominator of zero, NaN and infinity.
    """

    id: Ref[PointId]
    measure_id: Ref[MeasureId]
    on: date
    numerator: Count | None = None
    denominator: Count | None = None
    value: Amount | None = None
    classroom_id: Ref[UnitId] | None = None
    student_group: Slug | None = None
    cycle_id: Ref[CycleId] | None = None
    note: Text = ""
    version: Version = 1

    def __post_init__(self) -> None:
        num, den = self.numerator, self.denominator
        if (num is None) != (den is None):
            field = "numerator" if num is None else "denominator"
            raise InvalidValue(field, None, "give numerator and denominator, or neither")
        if num is not None and den is not None:
            for field, count in (("numerator", num), ("denominator", den)):
                if count < 0:
                    raise InvalidValue(field, count, "a count is 0 or more")
            if den == 0 and num > 0:
                rule = say("above 0 when the numerator is {value}", value=num)
                raise InvalidValue("denominator", den, rule)
            if self.value is not None:
                raise InvalidValue("value", self.value, "give either counts or a value, not both")
        _finite("value", self.value)

    @property
    def missing(self) -> bool:
        """No figure: neither counts (0 of 0 counts as none) nor a value."""
        return self.value is None and not self.denominator


def check_point(measure: Measure, point: DataPoint) -> None:
    """Raise ``InvalidValue`` unless the point is one that this measure can have."""
    num, den, value = point.numerator, point.denominator, point.value
    unit = measure.unit
    if num is not None and den is not None:
        if unit not in (MeasureUnit.percentage, MeasureUnit.rate):
            rule = say("a {unit} measure takes a value instead", unit=say_name(unit))
            raise InvalidValue("numerator", num, rule)
        if unit is MeasureUnit.percentage and num > den:
            rule = say("at most the denominator ({value})", value=den)
            raise InvalidValue("numerator", num, rule)
    if value is None:
        return
    if unit is MeasureUnit.percentage and not 0 <= value <= 100:
        raise InvalidValue("value", value, "a percentage is between 0 and 100")
    if unit is MeasureUnit.count_ and (value < 0 or value != int(value)):
        raise InvalidValue("value", value, "a count is a whole number, 0 or more")
    if unit is MeasureUnit.rate and value < 0:
        raise InvalidValue("value", value, "a rate is 0 or more")
    if unit is MeasureUnit.rubric_level:
        if measure.lowest is not None and value < measure.lowest:
            rule = say("at least {value}, the lowest level", value=f"{measure.lowest:g}")
            raise InvalidValue("value", value, rule)
        if measure.highest is not None and value > measure.highest:
            rule = say("at most {value}, the highest level", value=f"{measure.highest:g}")
            raise InvalidValue("value", value, rule)


class Withheld(StrEnum):
    """Why a figure is not shown to whoever asks (``pdsa.privacy.release``)."""

    few_students = "few_students"
    unknown_number = "unknown_number"
    one_classroom = "one_classroom"
    changed = "changed"

    def __str__(self) -> str:
        return say(_WITHHELD[self.value])


_WITHHELD = {
    # Translators: why a figure is not shown.
    "few_students": mark("too few students"),
    "unknown_number": mark("it is not said of how many students"),
    "one_classroom": mark("it would tell the figure of one classroom"),
    "changed": mark("its points were changed, moved or taken out after they were shown"),
}


class SeriesPoint(Struct, frozen=True, kw_only=True, gc=False):
    """One date of a series. ``value`` is ``None`` where the date has no figure, or none to show.

    ``withheld`` says why a figure is not shown; ``band`` is what a share near 0 or 100 percent is
    shown as outside (``<=5``).
    """

    on: date
    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    withheld: Withheld | None = None
    band: str | None = None


class Series(Struct, frozen=True, kw_only=True):
    """Points of one measure pooled by date, in order.

    ``part`` is the classroom's id or the student group's code, empty for the whole.
    ``left_out`` are the ids of points that would have counted students twice, or could not be
    added to the others of their date: figures for the whole team on a date that also has figures
    by classroom, and bare percentages on a date that also has counts.
    """

    measure_id: Ref[MeasureId]
    part: str
    points: tuple[SeriesPoint, ...]
    left_out: tuple[Ref[PointId], ...] = ()

    def values(self) -> list[float | None]:
        """The values alone, ``None`` where missing."""
        return [point.value for point in self.points]


#: How a point says that it is about all students.
_EVERYBODY = (None, "ALL")


class SplitBy(StrEnum):
    """What a series can be split by."""

    classroom = "classroom"
    student_group = "student_group"


def series(
    measure: Measure, points: Iterable[DataPoint], *, by: SplitBy | None = None
) -> tuple[Series, ...]:
    """The points of a measure as series: one, or one per classroom or student group.

    Unsplit and by classroom, only figures about all students count; figures about a student group
    are a part of those. By classroom, figures for the whole team are left out; by group, figures
    about all students are (group ``ALL`` or none).
    Per date: sum of numerators / sum of denominators for percentages (times 100) and rates (times
    ``per``); the sum of counts; the mean of means, rubric levels and bare percentages or rates.
    """
    parts: dict[str, list[DataPoint]] = {}
    if by is SplitBy.student_group:
        for point in points:
            if point.student_group not in _EVERYBODY:
                parts.setdefault(point.student_group, []).append(point)
    elif by is SplitBy.classroom:
        for point in points:
            if point.classroom_id is not None and point.student_group in _EVERYBODY:
                parts.setdefault(point.classroom_id, []).append(point)
    else:
        parts[""] = of_everybody(points)
    return tuple(_pool(measure, part, found) for part, found in sorted(parts.items()))


def _pool(measure: Measure, part: str, points: Iterable[DataPoint]) -> Series:
    figures: list[SeriesPoint] = []
    left_out: list[PointId] = []
    for on, found in by_date(points).items():
        figures.append(figure(measure, on, found))
        if len(found) > 1:
            kept = countable(found)
            if len(kept) < len(found):
                left_out.extend(p.id for p in found if not p.missing and p not in kept)
    return Series(
        measure_id=measure.id, part=part, points=tuple(figures), left_out=tuple(sorted(left_out))
    )


def of_everybody(points: Iterable[DataPoint]) -> list[DataPoint]:
    """The points about all students, not about a student group."""
    return [point for point in points if point.student_group in _EVERYBODY]


def groups_of(points: Iterable[DataPoint]) -> set[str]:
    """The codes of the student groups that points are about."""
    return {point.student_group for point in points if point.student_group not in _EVERYBODY}


def by_date(points: Iterable[DataPoint]) -> dict[date, list[DataPoint]]:
    """The points of each date, in the order of the dates."""
    found: dict[date, list[DataPoint]] = {}
    last: date | None = None
    for point in points:
        if point.on != last:  # points of one date mostly stand side by side
            last = point.on
            same = found.setdefault(last, [])
        same.append(point)
    days = list(found)
    ordered = sorted(days)
    return found if days == ordered else {on: found[on] for on in ordered}


def has_figure(found: Iterable[DataPoint]) -> bool:
    """Whether one date's points make a figure: not all of them are missing."""
    for point in found:  # noqa: SIM110 - so many ask that a generator would cost more
        if point.denominator or point.value is not None:
            return True
    return False


def figure(measure: Measure, on: date, found: Sequence[DataPoint]) -> SeriesPoint:
    """The figure of one date from all its points."""
    num = den = 0
    for point in found:  # nearly every date: counts of classrooms, or one figure of counts
        if not point.denominator or (point.classroom_id is None and len(found) > 1):
            return pooled(measure, on, countable(found))
        num += point.numerator or 0
        den += point.denominator
    value = num * factor(measure) / den
    return SeriesPoint(on=on, value=value, numerator=num, denominator=den)


def factor(measure: Measure) -> int:
    """What a numerator over a denominator is multiplied with."""
    return 100 if measure.unit is _PERCENTAGE else measure.per


def countable(found: Iterable[DataPoint]) -> list[DataPoint]:
    """Those of one date's points that can be pooled; ``Series.left_out`` are the others."""
    found = list(found)
    for point in found:  # nearly every date: counts of classrooms
        if not point.denominator or point.classroom_id is None:
            break
    else:
        return found
    kept = [p for p in found if not p.missing]
    kept = [p for p in kept if p.classroom_id is not None] or kept
    return [p for p in kept if p.denominator] or kept


def pooled(measure: Measure, on: date, kept: Sequence[DataPoint]) -> SeriesPoint:
    """The figure of one date, from points that ``countable`` has chosen."""
    if not kept:
        return SeriesPoint(on=on, value=None)
    if kept[0].denominator:
        num = den = 0
        for point in kept:
            num += point.numerator or 0
            den += point.denominator or 0
        value = num * factor(measure) / den
        return SeriesPoint(on=on, value=value, numerator=num, denominator=den)
    total = math.fsum(p.value for p in kept if p.value is not None)
    value = total if measure.unit is MeasureUnit.count_ else total / len(kept)
    return SeriesPoint(on=on, value=value)


def show_amount(value: float | None, unit: MeasureUnit, *, per: int = 1) -> str:
    """A value in words, to at most one decimal: ``64%``, ``12``, ``3.5 per 100``."""
    if value is None:
        return say("no data")
    text = f"{value:.1f}".removesuffix(".0")
    if text == "-0":
        text = "0"
    if unit is _PERCENTAGE:
        return f"{text}%"
    if unit is MeasureUnit.rate and per != 1:
        # Translators: a rate, as in “3.5 per 100”.
        return say("{value} per {base}", value=text, base=per)
    return text


def _finite(field: str, value: float | None) -> None:
    if value is not None and not math.isfinite(value):
        raise InvalidValue(field, value, "a finite number")
