"""The axis of time: where each point stands, the ticks below, and where a day falls.

``date`` is proportional to days. ``week`` counts instructional weeks: a break takes no room.
Charts without dates have their numbers, or a place for each label.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Literal

from msgspec import Struct

from pdsa.charts.measured import Annotation, AnnotationKind
from pdsa.charts.svg.scale import date_ticks, number_ticks, week_ticks
from pdsa.charts.svg.subject import Subject
from pdsa.charts.svg.text import fit, width
from pdsa.errors import InvalidValue
from pdsa.words import say

AxisName = Literal["date", "week"]


class AxisTick(Struct, frozen=True):
    """A tick at ``x``, its label around ``text_x``, and a year below it."""

    x: float
    text_x: float
    label: str
    year: str = ""


class Axis(Struct, frozen=True, kw_only=True):
    """Pixels of the points, ticks, and a name where numbers alone would not say it.

    ``days`` are days (``date.toordinal``) with their pixels, ``sliver`` the width of a break that
    takes no room.
    """

    xs: list[float]
    ticks: list[AxisTick]
    name: str = ""
    days: tuple[list[int], list[float]] | None = None
    sliver: float = 0

    def at(self, day: int) -> float | None:
        """Where a day (``date.toordinal``) falls, within the axis; ``None`` without dates."""
        if self.days is None:
            return None
        days, pixels = self.days
        if day <= days[0]:
            return pixels[0]
        if day >= days[-1]:
            return pixels[-1]
        i = bisect_right(days, day)
        share = (day - days[i - 1]) / (days[i] - days[i - 1])
        return pixels[i - 1] + share * (pixels[i] - pixels[i - 1])


def axis(
    subject: Subject, mode: AxisName | None, left: float, right: float, size: float, outer: float
) -> Axis:
    """The axis between two pixels; labels may reach from 0 to ``outer``.

    Raises ``InvalidValue`` for a week axis without instructional weeks.
    """
    points = subject.chart.points
    if mode not in (None, "date", "week"):
        raise InvalidValue("axis", mode, "date or week")
    x = points.x
    if mode == "week":
        if len(subject.weeks) != len(x) or not all(isinstance(each, date) for each in x):
            raise InvalidValue("axis", mode, "week needs a measure's chart with a school calendar")
        if any(week is not None for week in subject.weeks):
            return _weeks(subject, left, right, size, outer)
    if x and isinstance(x[0], date):
        days = [each.toordinal() for each in x]  # type: ignore[union-attr]
        return _dates(days, subject.annotations, left, right, size, outer)
    numbers: list[float] = [each for each in x if not isinstance(each, date)]
    if points.labels:
        return _labels(numbers, points.labels, left, right, size, outer)
    return _numbers(numbers, left, right, size, outer)


def _dates(
    days: list[int],
    annotations: Sequence[Annotation],
    left: float,
    right: float,
    size: float,
    outer: float,
) -> Axis:
    first, last = days[0], days[-1]
    span = last - first
    for each in annotations:  # a cycle that begins just before or ends just after is shown whole
        if each.kind is AnnotationKind.closure:
            continue
        for day in (each.first, each.last):
            if day is not None and abs(day.toordinal() - (days[0] + days[-1]) / 2) <= span * 0.65:
                first, last = min(first, day.toordinal()), max(last, day.toordinal())
    if first == last:
        middle = (left + right) / 2
        per_day = (right - left) / 14
        ends = ([first - 7, first, last + 7], [left, middle, right])
        xs = [middle] * len(days)
    else:
        per_day = (right - left) / (last - first)
        ends = ([first, last], [left, right])
        xs = [left + (day - first) * per_day for day in days]
    found = date_ticks(days, first, last, right - left, size)
    start = ends[1][0] + (first - ends[0][0]) * per_day
    marks = [(start + (tick.at - first) * per_day, tick.label, tick.year) for tick in found]
    return Axis(xs=xs, ticks=placed(marks, size, outer), days=ends)


def week_places(subject: Subject) -> list[float]:
    """Instructional weeks with their days as fractions; days of a break stand at its beginning."""
    known = [week for week in subject.weeks if week is not None]
    now = float(min(known, default=0))
    found = []
    for x, week in zip(subject.chart.points.x, subject.weeks, strict=True):
        if week is not None and isinstance(x, date):
            now = max(now, week + x.weekday() / 7)
        found.append(now)
    return found


def _weeks(subject: Subject, left: float, right: float, size: float, outer: float) -> Axis:
    known = [week for week in subject.weeks if week is not None]
    first, last = min(known), max(known)
    per_week = (right - left) / (last + 1 - first)
    xs = [left + (at - first) * per_week for at in week_places(subject)]
    marks = [
        (left + (at - first) * per_week, label, "")
        for at, label in week_ticks(first, last, right - left, size)
    ]
    days = [x.toordinal() for x in subject.chart.points.x if isinstance(x, date)]
    return Axis(
        xs=xs,
        ticks=placed(marks, size, outer),
        name=say("instructional week"),
        days=_with_breaks(days, xs, subject.annotations),
        sliver=0.45 * size,
    )


def _with_breaks(
    days: list[int], xs: list[float], annotations: Sequence[Annotation]
) -> tuple[list[int], list[float]]:
    """Days with their pixels: points, and breaks in one spot between the days taught around them."""
    closed = sorted(
        (each.first.toordinal(), (each.last or each.first).toordinal())
        for each in annotations
        if each.kind is AnnotationKind.closure
    )

    def taught(first: int, last: int) -> int:
        """Mondays to Fridays outside breaks, both ends included."""
        return sum(
            (day - 1) % 7 < 5 and not any(a <= day <= b for a, b in closed)
            for day in range(first, last + 1)
        )

    spots = [*dict(zip(days, xs, strict=True)).items()]
    for first, last in closed:
        before, after = bisect_left(days, first) - 1, bisect_right(days, last)
        if before < 0 or after == len(days):
            continue
        x = xs[before + 1]
        if after == before + 1:
            left = taught(days[before] + 1, first - 1)
            every = left + taught(last + 1, days[after])
            share = min(1.0, (left + 0.5) / every) if every else 0.5
            x = xs[before] + share * (xs[after] - xs[before])
        spots += [(first, x), (last + 1, x)]
    spots.sort()
    return [day for day, _ in spots], [*accumulate((x for _, x in spots), max)]


def _numbers(x: list[float], left: float, right: float, size: float, outer: float) -> Axis:
    if not x:
        return Axis(xs=[], ticks=[])
    first, last = x[0], x[-1]
    per_one = (right - left) / (last - first) if last > first else 0.0
    start = left if per_one else (left + right) / 2
    found = number_ticks(first, last, right - left, size)
    marks = [(start + (at - first) * per_one, label, "") for at, label in found]
    return Axis(xs=[start + (at - first) * per_one for at in x], ticks=placed(marks, size, outer))


def _labels(
    x: list[float], labels: tuple[str, ...], left: float, right: float, size: float, outer: float
) -> Axis:
    """A place for each label; every second, third ... is written where there is no room for all."""
    slot = (right - left) / len(x)
    xs = [left + (i + 0.5) * slot for i in range(len(x))]
    words = [labels[int(each) - 1] for each in x]
    widest = min(max(width(each, size) for each in words), 9 * size)
    every = max(1, -(-(widest + size) // slot))
    marks = [
        (xs[i], fit(words[i], size, max(slot * every - size, 3 * size)), "")
        for i in range(0, len(x), int(every))
    ]
    return Axis(xs=xs, ticks=placed(marks, size, outer))


def placed(marks: list[tuple[float, str, str]], size: float, outer: float) -> list[AxisTick]:
    """Labels around their ticks, moved inside at the ends; one that would touch its neighbour is bare."""
    found = []
    free = 2.0
    for x, label, year in marks:
        half = max(width(label, size), width(year, size)) / 2
        text_x = min(max(x, half + 2), outer - half - 2)
        if text_x - half < free:
            found.append(AxisTick(x, text_x, ""))
        else:
            found.append(AxisTick(x, text_x, label, year))
            free = text_x + half + 0.4 * size
    return found
