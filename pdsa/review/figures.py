"""The data points of an inquiry with what is looked up of its measures, worked out once."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from pdsa.interchange import Inquiry
from pdsa.measure import DataPoint, Measure, MeasureKind, SeriesPoint, figure
from pdsa.review.points import Dates, Points, by_measure
from pdsa.words import say

_OUTCOME, _BALANCING = MeasureKind.outcome, MeasureKind.balancing


class Figures:
    """The measures of an inquiry and their data points up to a day.

    ``measures`` are by id; the points of each stand in the order of the inquiry.
    """

    def __init__(self, inquiry: Inquiry, on: date) -> None:
        self.inquiry, self.on, self.aim = inquiry, on, inquiry.aim
        self.measures: dict[str, Measure] = {each.id: each for each in inquiry.measures}
        self._own = by_measure(inquiry.points)
        self._points: dict[str, Points] = {}
        self._dates: dict[str, Dates] = {}
        self._whole: dict[str, tuple[SeriesPoint, ...]] = {}
        self._known: dict[str, tuple[SeriesPoint, ...]] = {}
        self._days: dict[str, list[date]] = {}
        self._recorded: dict[str, dict[str, bool]] = {}

    def points_of(self, measure_id: str) -> Sequence[DataPoint]:
        """The data points of a measure, missing ones too."""
        return self._points_of(measure_id).points

    def _points_of(self, measure_id: str) -> Points:
        found = self._points.get(measure_id)
        if found is None:
            found = self._points[measure_id] = Points(self._own.get(measure_id, ()), self.on)
        return found

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
        for measure_id in self._own:
            for point in self.points_of(measure_id):
                if point.cycle_id != cycle_id:
                    cycle_id = point.cycle_id
                    own = found.setdefault(cycle_id or "", [])
                own.append(point)
        return found

    def dates(self, measure_id: str) -> Dates:
        """The data points of a measure about all students, date by date."""
        found = self._dates.get(measure_id)
        if found is None:
            found = self._dates[measure_id] = Dates(self._points_of(measure_id))
        return found

    def figures(self, measure_id: str) -> tuple[SeriesPoint, ...]:
        """The figures of a measure for the whole team by date, missing ones too."""
        found = self._whole.get(measure_id)
        if found is None:
            measure = self.measures[measure_id]
            found = tuple([figure(measure, *each) for each in self.dates(measure_id).each()])
            self._whole[measure_id] = found
        return found

    def known(self, measure_id: str) -> tuple[SeriesPoint, ...]:
        """The figures of a measure that are not missing."""
        found = self._known.get(measure_id)
        if found is None:
            found = tuple([each for each in self.figures(measure_id) if each.value is not None])
            self._known[measure_id] = found
        return found

    def is_collected(self, measure_id: str) -> bool:
        """Whether a measure has a figure for the whole team."""
        return bool(self.dates(measure_id).known)

    def ends(self, measure_id: str) -> tuple[SeriesPoint, SeriesPoint] | None:
        """The first and the last figure of a measure; ``None`` without any."""
        measure, dates = self.measures[measure_id], self.dates(measure_id)
        return (dates.figure(measure, 0), dates.figure(measure, -1)) if dates.known else None

    def called(self, measure_id: str) -> str:
        """A measure by its name, for a sentence; one of another aim has none here."""
        measure = self.measures.get(measure_id)
        if measure is None:
            return say("a measure that is not in this record")
        return say("“{measure}”", measure=measure.name)

    @cached_property
    def first_balance(self) -> tuple[date | None, str] | None:
        """The first day with a figure of a balancing measure, if any, and that measure's name.

        ``None`` without a balancing measure.
        """
        balancing = [each for each in self.inquiry.measures if each.kind is _BALANCING]
        days = [(self.dates(each.id).first() or date.max, each.name) for each in balancing]
        day, name = min(days, default=(date.max, ""))
        return (None if day == date.max else day, name) if days else None

    @cached_property
    def aim_measure(self) -> Measure | None:
        """The outcome measure that the team says measures the aim's indicator, or none.

        A measure of another kind can rise while the aim stands still, so it is none.
        """
        measure = self.measures.get(self.aim.measured_by or "")
        return measure if measure is not None and measure.kind is _OUTCOME else None

    def days_of(self, measure_id: str) -> Sequence[date]:
        """The days of the points of a measure that are not missing, in order."""
        days = self._days.get(measure_id)
        if days is None:
            days = self._days[measure_id] = self._points_of(measure_id).known_days()
        return days
