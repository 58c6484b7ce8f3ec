"""A measure by student group, with the gap to all students on each day and over a window."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from statistics import median_low

from msgspec import Struct

from pdsa.equity.distance import distances
from pdsa.equity.progress import (
    GroupProgress,
    gap,
    group_name,
    group_progress,
    show_difference,
    within,
)
from pdsa.equity.window import AT_EACH_END, Basis
from pdsa.ids import MeasureId, Ref
from pdsa.measure import Direction, Measure, MeasureUnit, Series, SplitBy, Withheld
from pdsa.privacy import Release, released_series
from pdsa.words import mark, say

#: The columns of ``rows``.
COLUMNS = ("group", "on", "value", "all_students", "gap", "withheld")


class GapPoint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One day of a group: its figure, that of all students, and the gap (below zero: behind).

    ``withheld`` and ``band`` say why the group's figure is not there; ``all_students_withheld`` and
    ``all_students_band`` why that of all students is not.
    """

    on: date
    value: float | None = None
    all_students: float | None = None
    gap: float | None = None
    withheld: Withheld | None = None
    band: str | None = None
    all_students_withheld: Withheld | None = None
    all_students_band: str | None = None


class GroupGap(Struct, frozen=True, kw_only=True):
    """One student group beside all students.

    ``gap`` is the median of the gaps of its days, the lower of the two in the middle; ``progress``
    what its figures did over the window; ``said`` says it in sentences, none of which names a cause.
    """

    group: str
    name: str
    gap: float | None
    points: tuple[GapPoint, ...]
    progress: GroupProgress
    said: str


class Equity(Struct, frozen=True, kw_only=True):
    """A measure by student group; gaps and gains count in the wanted direction.

    ``first`` and ``last`` are the window that was asked for; ``grade`` is given where figures are
    distances from standard. ``reading`` is what is said of all groups.
    """

    measure_id: Ref[MeasureId]
    name: str
    unit: MeasureUnit
    direction: Direction
    per: int = 1
    first: date | None = None
    last: date | None = None
    grade: int | None = None
    groups: tuple[GroupGap, ...] = ()
    reading: str = ""


def equity_of(
    measure: Measure,
    everybody: Series | None,
    groups: Iterable[Series],
    *,
    first: date | None = None,
    last: date | None = None,
    wanted: Sequence[str] | None = None,
    grade: int | None = None,
) -> Equity:
    """Each group's figures beside those of all students, with gaps and gains.

    ``everybody`` and ``groups`` are series as they are released to whoever reads this
    (``pdsa.privacy.released_series``), or the team's own (``pdsa.series``); nothing else is looked
    at. ``grade`` takes the figures for mean scale scores in mathematics of that grade and tells
    their distance from standard. Window and ``wanted`` groups as in ``group_progress``.

    Raises ``InvalidValue`` for a window that ends before it begins, and with ``grade`` for what is
    not a mean or not such a score.
    """
    split = list(groups)
    if grade is not None:
        everybody = everybody and distances(measure, everybody, grade)
        split = [distances(measure, each, grade) for each in split]
    progress = group_progress(measure, everybody, split, first=first, last=last, wanted=wanted)
    series = {each.part: each for each in split}
    found = tuple(
        _group(measure, everybody, series.get(each.group), each, first, last) for each in progress
    )
    return Equity(
        measure_id=measure.id,
        name=measure.name,
        unit=measure.unit,
        direction=measure.direction,
        per=measure.per,
        first=first,
        last=last,
        grade=grade,
        groups=found,
        reading=" ".join(each.said for each in found)
        or say("{measure}: there are no figures by student group.", measure=measure.name),
    )


def released_equity(
    measure: Measure,
    given: Release,
    *,
    first: date | None = None,
    last: date | None = None,
    wanted: Sequence[str] | None = None,
    grade: int | None = None,
) -> Equity:
    """``equity_of`` what an audience is given of a measure."""
    return equity_of(
        measure,
        *beside(measure, given),
        first=first,
        last=last,
        wanted=wanted,
        grade=grade,
    )


def beside(measure: Measure, given: Release) -> tuple[Series | None, tuple[Series, ...]]:
    """The series of all students and those of each group, as an audience is given them."""
    whole = released_series(measure, given)
    return next(iter(whole), None), released_series(measure, given, by=SplitBy.student_group)


def rows(found: Equity) -> Iterator[tuple[object, ...]]:
    """A row for each group and day, in the order of ``COLUMNS``, for a table."""
    for group in found.groups:
        for point in group.points:
            why = point.withheld or point.all_students_withheld
            yield (
                group.group,
                point.on,
                point.value if point.band is None else point.band,
                point.all_students if point.all_students_band is None else point.all_students_band,
                point.gap,
                "" if why is None else str(why),
            )


def _group(
    measure: Measure,
    everybody: Series | None,
    group: Series | None,
    progress: GroupProgress,
    first: date | None,
    last: date | None,
) -> GroupGap:
    of_all = {point.on: point for point in within(everybody, first, last)}
    points = []
    for point in within(group, first, last):
        beside = of_all.get(point.on)
        all_students = beside.value if beside else None
        points.append(
            GapPoint(
                on=point.on,
                value=point.value,
                all_students=all_students,
                gap=gap(measure, point.value, all_students),
                withheld=point.withheld,
                band=point.band,
                all_students_withheld=beside.withheld if beside else None,
                all_students_band=beside.band if beside else None,
            )
        )
    gaps = [point.gap for point in points if point.gap is not None]
    name, now = group_name(progress.group), progress.gap_latest
    return GroupGap(
        group=progress.group,
        name=name,
        gap=median_low(gaps) if gaps else None,
        points=tuple(points),
        progress=progress,
        said=say("{group}: {why}", group=name, why=progress.why)
        + ("" if now is None else f" {_stands(measure, progress, now)}"),
    )


def _stands(measure: Measure, progress: GroupProgress, gap: float) -> str:
    """Where the group is at the end of the window: what its gain is taken from, no single day."""
    text, now = show_difference(measure, gap), progress.basis is Basis.years
    if text == show_difference(measure, 0):
        if now:
            return say("It is now where all students are.")
        there = mark("By the medians of the last {n} days it is where all students are.")
        return say(there, n=AT_EACH_END)
    if gap < 0:
        said = mark("By the medians of the last {n} days it is {gap} behind all students.")
        if now:
            said = mark("It is now {gap} behind all students.")
    else:
        said = mark("By the medians of the last {n} days it is {gap} ahead of all students.")
        if now:
            said = mark("It is now {gap} ahead of all students.")
    return say(said, n=AT_EACH_END, gap=text)
