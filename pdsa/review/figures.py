"""The data points of an inquiry with what is looked up of its measures, worked out once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain

from pdsa.interchange import Inquiry
from pdsa.measure import (
    DataPoint,
    Measure,
    MeasureKind,
    SeriesPoint,
    by_date,
    figure,
    has_figure,
    of_everybody,
)


class Figures:
    """The measures of an inquiry and their data points up to a day.

    ``measures`` are by id; the points of each stand in the order of the inquiry.
    """

    def __init__(self, inquiry: Inquiry, on: date) -> None:
        self.inquiry, self.on, self.aim = inquiry, on, inquiry.aim
        self.measures: dict[str, Measure] = {each.id: each for each in inquiry.measures}
        self._points = _by_measure(inquiry.points, on)
        self._whole: dict[str, tuple[SeriesPoint, ...]] = {}
        self._known: dict[str, tuple[SeriesPoint, ...]] = {}
        self._by_date: dict[str, dict[date, list[DataPoint]]] = {}
        self._ends: dict[str, tuple[SeriesPoint, SeriesPoint] | None] = {}
        self._recorded: dict[str, dict[str, bool]] = {}
        self._days: dict[str, list[date]] = {}

    def points_of(self, measure_id: str) -> Sequence[DataPoint]:
        """The data points of a measure, missing ones too."""
        return self._points.get(measure_id, ())

    def points_in(self, cycle_id: str) -> Sequence[DataPoint]:
        """The data points that were recorded in a cycle, missing ones too."""
        return self._of_cycle.get(cycle_id, ())

    def recorded(self, cycle_id: str) -> Mapping[str, bool]:
        """The measures with points recorded in a cycle, and of each whether one is not missing."""
        found = self._recorded.get(cycle_id)
        if found is None:
            found = self._recorded[cycle_id] = {}
            known: str = ""  # points of one measure mostly stand side by side
            for point in self.points_in(cycle_id):
                if point.measure_id == known:
                    continue
                if point.missing:
                    found.setdefault(point.measure_id, False)
                else:
                    known = point.measure_id
                    found[known] = True
        return found

    @cached_property
    def _of_cycle(self) -> Mapping[str, list[DataPoint]]:
        found: dict[str, list[DataPoint]] = {}
        cycle_id: str | None = ""
        own: list[DataPoint] = []
        for point in chain.from_iterable(self._points.values()):
            if point.cycle_id != cycle_id:
                cycle_id = point.cycle_id
                own = found.setdefault(cycle_id or "", [])
            own.append(point)
        return found

    def by_date(self, measure_id: str) -> dict[date, list[DataPoint]]:
        """The data points of a measure about all students, by date in order."""
        found = self._by_date.get(measure_id)
        if found is None:
            found = self._by_date[measure_id] = by_date(of_everybody(self.points_of(measure_id)))
        return found

    def figures(self, measure_id: str) -> tuple[SeriesPoint, ...]:
        """The figures of a measure for the whole team by date, missing ones too."""
        found = self._whole.get(measure_id)
        if found is None:
            measure = self.measures[measure_id]
            found = tuple(figure(measure, *each) for each in self.by_date(measure_id).items())
            self._whole[measure_id] = found
        return found

    def known(self, measure_id: str) -> tuple[SeriesPoint, ...]:
        """The figures of a measure that are not missing."""
        found = self._known.get(measure_id)
        if found is None:
            found = tuple(each for each in self.figures(measure_id) if each.value is not None)
            self._known[measure_id] = found
        return found

    def is_collected(self, measure_id: str) -> bool:
        """Whether a measure has a figure for the whole team."""
        return any(map(has_figure, self.by_date(measure_id).values()))

    def ends(self, measure_id: str) -> tuple[SeriesPoint, SeriesPoint] | None:
        """The first and the last figure of a measure; ``None`` without any."""
        if measure_id not in self._ends:
            self._ends[measure_id] = self._ends_of(measure_id)
        return self._ends[measure_id]

    def _ends_of(self, measure_id: str) -> tuple[SeriesPoint, SeriesPoint] | None:
        first, last = self.first_day(measure_id), self.last_day(measure_id)
        if first is None or last is None:
            return None
        measure, dates = self.measures[measure_id], self.by_date(measure_id)
        return figure(measure, first, dates[first]), figure(measure, last, dates[last])

    def first_day(self, measure_id: str) -> date | None:
        """The day of the first figure of a measure; ``None`` without any."""
        dates = self.by_date(measure_id).items()
        return next((on for on, found in dates if has_figure(found)), None)

    def last_day(self, measure_id: str) -> date | None:
        """The day of the last figure of a measure; ``None`` without any."""
        dates = reversed(self.by_date(measure_id).items())
        return next((on for on, found in dates if has_figure(found)), None)

    @cached_property
    def first_balance(self) -> tuple[date | None, str] | None:
        """The first day with a figure of a balancing measure, if any, and that measure's name.

        ``None`` without a balancing measure.
        """
        balancing = [each for each in self.inquiry.measures if each.kind is MeasureKind.balancing]
        days = [(self.first_day(each.id) or date.max, each.name) for each in balancing]
        day, name = min(days, default=(date.max, ""))
        return (None if day == date.max else day, name) if days else None

    @cached_property
    def aim_measure(self) -> Measure | None:
        """The outcome measure that the team says measures the aim's indicator, or none.

        A measure of another kind can rise while the aim stands still, so it is none.
        """
        measure = self.measures.get(self.aim.measured_by or "")
        return measure if measure is not None and measure.kind is MeasureKind.outcome else None

    def days_of(self, measure_id: str) -> Sequence[date]:
        """The days of the points of a measure that are not missing, in order."""
        days = self._days.get(measure_id)
        if days is None:
            own = self.points_of(measure_id)
            days = sorted([p.on for p in own if p.denominator or p.value is not None])
            self._days[measure_id] = days
        return days


def _by_measure(points: Iterable[DataPoint], on: date) -> dict[str, list[DataPoint]]:
    """Points up to a day by measure; those of one measure mostly stand side by side."""
    found: dict[str, list[DataPoint]] = {}
    measure_id: str = ""
    own: list[DataPoint] = []
    for point in points:
        if point.measure_id != measure_id:
            measure_id = point.measure_id
            own = found.setdefault(measure_id, [])
        if point.on <= on:
            own.append(point)
    return found
