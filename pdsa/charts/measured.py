"""The chart of a measure: its numbers, and what a reader needs beside them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from pdsa.calendar import SchoolCalendar
from pdsa.charts.annotate import Annotation, AnnotationKind, annotations
from pdsa.charts.choose import ChartChoice, asked, choose, counts
from pdsa.charts.control import chart as draw
from pdsa.charts.judge import DEFAULT
from pdsa.charts.propose import Proposal, propose
from pdsa.charts.reading import read
from pdsa.charts.result import Chart, ChartKind
from pdsa.charts.rules.sets import MakingDataCount, RuleSet
from pdsa.cycle import Cycle
from pdsa.errors import InvalidValue
from pdsa.ids import MeasureId, Ref
from pdsa.measure import (
    DataPoint,
    Direction,
    Measure,
    MeasureUnit,
    Series,
    SeriesPoint,
    SplitBy,
    series,
    show_amount,
)
from pdsa.phase import Phase, PhaseKind
from pdsa.words import mark, say, say_n

__all__ = [
    "Annotation",
    "AnnotationKind",
    "ChartChoice",
    "MeasureChart",
    "Proposal",
    "measure_chart",
    "measure_charts",
    "series_charts",
]

_OVER = frozenset((ChartKind.p, ChartKind.pp, ChartKind.u, ChartKind.up))
_WITHOUT = frozenset((ChartKind.c, ChartKind.g, ChartKind.t))
_GROUPS = frozenset((ChartKind.xbar, ChartKind.s))
_BANDS = {"<=": mark("at most {n}%"), ">=": mark("at least {n}%")}


class MeasureChart(Struct, frozen=True, kw_only=True):
    """A chart of one series of a measure, in the measure's own unit (64 is 64 percent).

    ``of`` is the classroom's id or the student group's code, empty for the whole; ``of_name`` what
    to call it. ``weeks`` are the instructional weeks of the points, ``days`` their instructional
    days since the first, both empty without a calendar. ``withheld`` are the days whose figure is
    not shown to whoever asks, or as a band only; the chart has no point there.
    """

    measure_id: Ref[MeasureId]
    name: str
    unit: MeasureUnit
    direction: Direction
    chart: Chart
    choice: ChartChoice
    reading: str
    per: int = 1
    of: str = ""
    of_name: str = ""
    weeks: tuple[int | None, ...] = ()
    days: tuple[int, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    phases: tuple[Phase, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    withheld: tuple[SeriesPoint, ...] = ()

    @property
    def signal(self) -> bool:
        """Whether any rule found more than chance would give."""
        return self.chart.signal

    def show(self, value: float | None) -> str:
        """A value of this chart in words: ``64%``, ``12``, ``3.5 per 100``."""
        return show_amount(value, self.unit, per=self.per)

    def svg(self, **options: Any) -> str:
        """The picture; options as in ``pdsa.charts.svg.chart``."""
        from pdsa.charts.svg import chart

        return chart(self, **options)

    def _repr_svg_(self) -> str:
        return self.svg()


def measure_chart(
    measure: Measure,
    series: Series,
    *,
    kind: ChartKind | None = None,
    rules: Sequence[RuleSet] = DEFAULT,
    screen: bool = True,
    freeze: date | None = None,
    rebase: Iterable[date] = (),
    phases: Iterable[Phase] = (),
    calendar: SchoolCalendar | None = None,
    cycles: Iterable[Cycle] = (),
    name: str = "",
    points: Iterable[DataPoint] = (),
) -> MeasureChart:
    """The chart of one series of a measure, with its reading.

    ``kind`` is chosen from the rules, the unit and the data where it is not given. ``phases`` are
    those that people made; of them, those of this series count, and those outside the data do
    nothing.
    ``freeze`` (the last day of a baseline) and ``rebase`` (first days of phases) only try one out.
    ``calendar`` gives instructional weeks and breaks, ``cycles`` their windows and decisions;
    ``name`` is what to call a part (a classroom's name). Xbar and S charts need the single
    ``points`` of which the series is made.

    Raises ``InvalidValue`` for a kind that the data cannot carry, and for a ``freeze`` or
    ``rebase`` outside the data.
    """
    known = [point for point in series.points if point.value is not None]
    choice = choose(measure, series, asked(kind, rules))
    y, n, x, multiply = _columns(measure, series, choice.drawn, points)
    dates = list(dict.fromkeys(x))
    own = tuple(
        each
        for each in sorted(phases, key=lambda phase: (phase.on, phase.id))
        if each.measure_id == measure.id and (each.classroom_id or "") == series.part
    )
    frozen, ends = _phased(dates, own, freeze, [*rebase])
    wanted = tuple(
        MakingDataCount(
            improvement=measure.direction if each.improvement else None,
            shift=each.shift,
            trend=each.trend,
        )
        if isinstance(each, MakingDataCount)
        else each
        for each in rules
    )
    made = draw(
        choice.drawn,
        y,
        n,
        x,
        part=tuple(ends),
        freeze=frozen,
        keep_freeze=True,
        target=measure.target,
        multiply=multiply,
        aggregate="sum" if measure.unit is MeasureUnit.count_ else "mean",
        screen=screen,
        rules=wanted,
    )
    called = f"{measure.name}, {name or series.part}" if series.part else measure.name
    cycles = tuple(cycles)
    weeks, days = _school_time(dates, calendar)

    withheld = tuple(point for point in series.points if point.withheld or point.band)

    def show(value: float | None) -> str:
        return show_amount(value, measure.unit, per=measure.per)

    return MeasureChart(
        measure_id=measure.id,
        name=measure.name,
        unit=measure.unit,
        direction=measure.direction,
        chart=made,
        choice=choice,
        reading=" ".join((read(made, name=called, show=show), *_said(withheld))),
        per=measure.per,
        of=series.part,
        of_name=name or series.part,
        weeks=weeks,
        days=days,
        annotations=annotations(dates[0], dates[-1], cycles=cycles, calendar=calendar, phases=own)
        if known
        else (),
        phases=own,
        proposals=propose(made, measure.direction, cycles=cycles),
        withheld=withheld,
    )


def _said(withheld: Sequence[SeriesPoint]) -> Iterator[str]:
    """Sentences about figures that are not shown."""
    for why, n in Counter(str(point.withheld) for point in withheld if point.withheld).items():
        yield say_n(
            "On {n} day the figure is not shown: {why}.",
            "On {n} days the figure is not shown: {why}.",
            n,
            why=why,
        )
    bands = [point.band for point in withheld if point.band]
    if bands:
        said = ", ".join(say(_BANDS[band[:2]], n=band[2:]) for band in bands)
        yield say_n(
            "On {n} day the figure is near an end: {bands}.",
            "On {n} days the figure is near an end: {bands}.",
            len(bands),
            bands=said,
        )


def measure_charts(
    measure: Measure,
    points: Iterable[DataPoint],
    *,
    by: SplitBy | None = None,
    **options: Any,
) -> tuple[MeasureChart, ...]:
    """The charts of a measure's points: one, or one per classroom or student group.

    ``names`` gives the names of classrooms by id; options as in ``measure_chart``. A phase that is
    tried out counts for the parts that have points before and after it.
    """
    found = list(points)
    return series_charts(measure, series(measure, found, by=by), found, by=by, **options)


def series_charts(
    measure: Measure,
    split: Sequence[Series],
    points: Iterable[DataPoint],
    *,
    by: SplitBy | None = None,
    names: Mapping[Any, str] | None = None,
    **options: Any,
) -> tuple[MeasureChart, ...]:
    """The charts of series and the points that they are made of, as ``measure_charts`` draws them.

    Series that were released to an audience (``pdsa.privacy.released_series``) say what is withheld.
    """
    found = list(points)
    names = names or {}
    days = sorted(point.on for each in split for point in each.points)
    freeze, rebase = options.pop("freeze", None), [*options.pop("rebase", ())]
    _check_days(days, freeze, rebase)
    return tuple(
        measure_chart(
            measure,
            each,
            name=names.get(each.part, ""),
            points=_of(each, found, by),
            freeze=freeze if _within(each, freeze) else None,
            rebase=[day for day in rebase if _within(each, day)],
            **options,
        )
        for each in split
    )


def _of(each: Series, points: Iterable[DataPoint], by: SplitBy | None) -> list[DataPoint]:
    """The single points of a series."""
    if by is SplitBy.student_group:
        return [point for point in points if point.student_group == each.part]
    whole = [point for point in points if point.student_group in (None, "ALL")]
    if by is SplitBy.classroom:
        return [point for point in whole if point.classroom_id == each.part]
    return [point for point in whole if point.id not in each.left_out]


def _columns(
    measure: Measure, series: Series, kind: ChartKind, points: Iterable[DataPoint]
) -> tuple[list[Any], list[Any] | None, list[date], float]:
    """y, n and x of a series for a kind of chart, and what brings a share into the measure's unit."""
    x = [point.on for point in series.points]
    if kind in _GROUPS:
        single = sorted(points, key=lambda point: (point.on, point.id))
        if not single and x:
            raise InvalidValue("kind", str(kind), "another kind: there are no single points here")
        return [_value(measure, point) for point in single], None, [p.on for p in single], 1
    if kind in _OVER or (kind is not ChartKind.mr and kind not in _WITHOUT and counts(series)):
        if not counts(series) and any(point.value is not None for point in series.points):
            rule = mark(
                "a kind without denominators: not every point has a numerator and a denominator"
            )
            raise InvalidValue("kind", str(kind), rule)
        share = measure.unit is MeasureUnit.percentage
        if kind in (ChartKind.p, ChartKind.pp) and not share:
            raise InvalidValue("kind", str(kind), "u or up: P charts are of percentages")
        y = [None if p.value is None else p.numerator for p in series.points]
        n = [None if p.value is None else p.denominator for p in series.points]
        return y, n, x, 100 if share else measure.per
    return [point.value for point in series.points], None, x, 1


def _value(measure: Measure, point: DataPoint) -> float | None:
    if point.denominator:
        factor = 100 if measure.unit is MeasureUnit.percentage else measure.per
        return (point.numerator or 0) * factor / point.denominator
    return point.value


def _phased(
    dates: Sequence[date], phases: Iterable[Phase], freeze: date | None, rebase: Sequence[date]
) -> tuple[int | None, list[int]]:
    """The index of the freeze and the last indices of the parts."""
    _check_days(dates, freeze, rebase)
    for phase in phases:
        if phase.kind is PhaseKind.rebase:
            rebase = [*rebase, phase.on]
        elif freeze is None:
            freeze = phase.on
    last = sum(day <= freeze for day in dates) if freeze else 0
    return last or None, [sum(at < day for at in dates) for day in rebase]


def _check_days(dates: Sequence[date], freeze: date | None, rebase: Iterable[date]) -> None:
    for field, day in (("freeze", freeze), *(("rebase", each) for each in rebase)):
        if day is not None and not (dates and dates[0] <= day <= dates[-1]):
            raise InvalidValue(field, str(day), "a day between the first and the last point")


def _within(each: Series, day: date | None) -> bool:
    points = each.points
    return day is not None and bool(points) and points[0].on <= day <= points[-1].on


def _school_time(
    dates: Sequence[date], calendar: SchoolCalendar | None
) -> tuple[tuple[int | None, ...], tuple[int, ...]]:
    """Instructional weeks of the dates, and instructional days since the first of them."""
    if calendar is None or not dates:
        return (), ()
    weeks = calendar.instructional_weeks(dates)
    if not calendar.first_day <= dates[0] <= dates[-1] <= calendar.last_day:
        return weeks, ()
    taught = calendar.instructional_days_to(dates)
    return weeks, tuple(day - taught[0] for day in taught)
