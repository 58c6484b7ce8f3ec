"""The school calendar: which days are taught, and the instructional weeks that charts count in.

A break is not missing data, and nothing is overdue because of a holiday.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Annotated

from msgspec import Meta, Struct

from pdsa.errors import InvalidValue
from pdsa.ids import CalendarId, Name, Ref, UnitId, Version


class ClosureKind(StrEnum):
    """Why no teaching takes place."""

    break_ = "break"
    holiday = "holiday"
    non_instructional = "non_instructional"


class Closure(Struct, frozen=True, kw_only=True):
    """Days without teaching, first and last included."""

    name: Name
    first_day: date
    last_day: date
    kind: ClosureKind = ClosureKind.holiday

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise InvalidValue("last_day", str(self.last_day), "not before first_day")


#: A year has far fewer; more would only make every count of days slow.
Closures = Annotated[tuple[Closure, ...], Meta(max_length=200)]


class SchoolCalendar(Struct, frozen=True):
    """One school year of a unit: Monday to Friday are taught, except in closures.

    Raises ``InvalidValue`` when the last day is before the first or the year is over 500 days.
    """

    id: Ref[CalendarId]
    unit_id: Ref[UnitId]
    name: Name
    first_day: date
    last_day: date
    closures: Closures = ()
    version: Version = 1

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise InvalidValue("last_day", str(self.last_day), "not before first_day")
        if (self.last_day - self.first_day).days > 500:
            raise InvalidValue("last_day", str(self.last_day), "within 500 days of first_day")

    def closure_on(self, day: date) -> Closure | None:
        """The closure that covers this day, if any."""
        return next((c for c in self.closures if c.first_day <= day <= c.last_day), None)

    def is_instructional(self, day: date) -> bool:
        """Whether students are taught on this day."""
        return (
            self.first_day <= day <= self.last_day
            and day.weekday() < 5
            and self.closure_on(day) is None
        )

    def instructional_days(self, first: date, last: date) -> int:
        """How many days are taught from ``first`` to ``last``, both included; 0 if reversed."""
        first, last = max(first, self.first_day), min(last, self.last_day)
        at, end = first.toordinal(), last.toordinal()
        if end < at:
            return 0
        taught = _weekdays_to(end) - _weekdays_to(at - 1)
        within = [c for c in self.closures if c.first_day <= last and first <= c.last_day]
        for closure in sorted(within, key=_first_day):
            begins = max(closure.first_day.toordinal(), at)
            ends = min(closure.last_day.toordinal(), end)
            if begins <= ends:
                taught -= _weekdays_to(ends) - _weekdays_to(begins - 1)
                at = ends + 1  # closures may overlap: each day is taken off once
        return taught

    def instructional_week(self, day: date) -> int | None:
        """The number of this day's week, from 1, counting only weeks (Monday to Sunday) with teaching.

        ``None`` outside the school year and in a week without a single instructional day.
        """
        return self.instructional_weeks((day,))[0]

    def instructional_weeks(self, days: Iterable[date]) -> tuple[int | None, ...]:
        """``instructional_week`` of each day; the school year is gone through once for all of them."""
        weeks = dict.fromkeys((each - 1) // 7 for each in self._taught())
        numbers = {week: number for number, week in enumerate(weeks, 1)}
        return tuple(
            numbers.get((day.toordinal() - 1) // 7)
            if self.first_day <= day <= self.last_day
            else None
            for day in days
        )

    def instructional_days_to(self, days: Iterable[date]) -> tuple[int, ...]:
        """``instructional_days`` from the first day of school to each day; gone through once."""
        taught = self._taught()
        return tuple(bisect_right(taught, day.toordinal()) for day in days)

    def _taught(self) -> list[int]:
        """The ordinals of the days that are taught, in order."""
        begins, ends = self.first_day.toordinal(), self.last_day.toordinal()
        taught = {day for day in range(begins, ends + 1) if (day - 1) % 7 < 5}
        for closure in self.closures:
            first, last = closure.first_day.toordinal(), closure.last_day.toordinal()
            taught.difference_update(range(max(first, begins), min(last, ends) + 1))
        return sorted(taught)

    def add_instructional_days(self, start: date, days: int) -> date | None:
        """The day on which ``days`` further days have been taught after ``start``.

        ``None`` when the school year ends before that. Raises ``InvalidValue`` for negative days.
        """
        if days < 0:
            raise InvalidValue("days", days, "0 or more")
        if not days:
            return start
        for day in _days(max(start, self.first_day), self.last_day):
            days -= day > start and self.is_instructional(day)
            if not days:
                return day
        return None


def weekdays(first: date, last: date) -> int:
    """How many days are Monday to Friday from ``first`` to ``last``, both included; 0 if reversed."""
    return max(0, _weekdays_to(last.toordinal()) - _weekdays_to(first.toordinal() - 1))


_first_day = attrgetter("first_day")


def _weekdays_to(day: int) -> int:
    """How many days are Monday to Friday from the first ordinal, a Monday, to this one."""
    weeks, days = divmod(day, 7)
    return 5 * weeks + min(days, 5)


def _days(first: date, last: date, step: int = 1) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1, step))
