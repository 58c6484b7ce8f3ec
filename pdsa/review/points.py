"""The data points of one measure, as they stand in the inquiry and by date."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate
from operator import lt

from pdsa.measure import (
    DataPoint,
    Measure,
    SeriesPoint,
    by_date,
    figure,
    has_figure,
    of_everybody,
)


class Points:
    """The data points of one measure up to a day, missing ones too.

    ``size`` is how many there are on each date where they stand in the order of the dates and are
    equally many on each, else 0. ``among`` are the denominators, 0 for none; ``counted`` says that
    there is one everywhere, so that no point is missing.
    """

    def __init__(self, points: Sequence[DataPoint], on: date) -> None:
        self.points = points
        self.on = [point.on for point in points]
        self.size = _size(self.on)
        if points and (self.on[-1] if self.size else max(self.on)) > on:
            self.points = [point for point in points if point.on <= on]
            self.on = [point.on for point in self.points]
            self.size = _size(self.on)
        self.among = [point.denominator or 0 for point in self.points]
        self.counted = all(self.among)

    def known_days(self) -> list[date]:
        """The days of those that are not missing, in order."""
        if self.counted:
            return self.on[:: self.size] if self.size else sorted(self.on)
        return sorted([point.on for point in self.points if not point.missing])


class Dates:
    """The points of one measure about all students, by date in order.

    ``size``, ``among`` and ``counted`` are as in ``Points``; ``known`` says which of the ``days``
    have a figure, by their number from 0.
    """

    def __init__(self, points: Points) -> None:
        self.points, self.among, self.size = points.points, points.among, points.size
        groups = [point.student_group for point in self.points]
        if self.size and not any(groups):
            self.days = points.on[:: self.size]
            self._starts: Sequence[int] = range(0, len(self.points) + 1, self.size)
        else:
            found = by_date(of_everybody(self.points))
            self.points = [point for same in found.values() for point in same]
            self.among = [point.denominator or 0 for point in self.points]
            self.days = list(found)
            self._starts = [0, *accumulate(map(len, found.values()))]
            self.size = _size([point.on for point in self.points])
        self.known: Sequence[int] = range(len(self.days))
        self.counted = points.counted or all(self.among)
        if not self.counted:
            self.known = [i for i in self.known if has_figure(self[i])]

    def __getitem__(self, number: int) -> Sequence[DataPoint]:
        """The points of a date, by its number."""
        return self.points[self._starts[number] : self._starts[number + 1]]

    def each(self) -> Iterable[tuple[date, Sequence[DataPoint]]]:
        """Each day with its points."""
        return zip(self.days, map(self.__getitem__, range(len(self.days))), strict=True)

    def figure(self, measure: Measure, known: int) -> SeriesPoint:
        """The figure of one of the ``known`` dates, by its place among them."""
        number = self.known[known]
        return figure(measure, self.days[number], self[number])

    def between(self, first: date, last: date) -> tuple[int, int]:
        """Where among the ``known`` dates those of some days begin and end, both days included."""
        start = bisect_left(self.known, first, key=self.days.__getitem__)
        return start, bisect_right(self.known, last, lo=start, key=self.days.__getitem__)

    def first(self) -> date | None:
        """The first day with a figure; ``None`` without any."""
        return self.days[self.known[0]] if self.known else None

    def last(self) -> date | None:
        """The last day with a figure; ``None`` without any."""
        return self.days[self.known[-1]] if self.known else None


def _size(days: Sequence[date]) -> int:
    """How many of some days are the same, if all are as often there and they are in order, else 0."""
    size, number = 0, len(days)
    while size < number and days[size] == days[0]:
        size += 1
    if not size or number % size:
        return 0
    first = days[::size]
    for n in range(1, size):
        if days[n::size] != first:
            return 0
    return size if all(map(lt, first, first[1:])) else 0


def by_measure(points: Iterable[DataPoint]) -> dict[str, list[DataPoint]]:
    """The points of each measure; those of one mostly stand side by side."""
    found: dict[str, list[DataPoint]] = {}
    measure_id: str = ""
    for point in points:
        if point.measure_id != measure_id:
            measure_id = point.measure_id
            own = found.setdefault(measure_id, [])
        own.append(point)
    return found
