"""What a school year in California usually leaves out: a proposal to be corrected.

Holidays are those on which public schools close by Education Code 37220; how long breaks last is
decided by each district, so that those here are only the commonest.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from pdsa.calendar import Closure, ClosureKind
from pdsa.words import say

_MONDAY, _THURSDAY, _SATURDAY = 0, 3, 5
#: The second Thursday or so of August, and of June.
_BEGINS, _ENDS = (8, 13), (6, 10)


def usual_year(day: date) -> tuple[date, date]:
    """The first and last day of the school year that a day is in, or that follows it."""
    begins = day.year if day.month >= 7 else day.year - 1
    return date(begins, *_BEGINS), date(begins + 1, *_ENDS)


def usual_closures(first_day: date, last_day: date) -> tuple[Closure, ...]:
    """The breaks and holidays between two days of school, in order."""
    found = [
        closure
        for year in range(first_day.year, last_day.year + 1)
        for closure in (*_holidays(year), *_breaks(year))
        if first_day <= closure.first_day and closure.last_day <= last_day
    ]
    breaks = [each for each in found if each.kind is ClosureKind.break_]
    return tuple(
        sorted(
            (
                each
                for each in found
                if each.kind is ClosureKind.break_
                or not any(b.first_day <= each.first_day <= b.last_day for b in breaks)
            ),
            key=lambda each: each.first_day,
        )
    )


def _holidays(year: int) -> Iterator[Closure]:
    yield _day(say("Martin Luther King Jr. Day"), _nth(year, 1, _MONDAY, 3))
    yield _day(say("Presidents' Day"), _nth(year, 2, _MONDAY, 3))
    yield _day(say("Memorial Day"), _nth(year, 6, _MONDAY, 1) - timedelta(days=7))
    yield _day(say("Juneteenth"), _kept(date(year, 6, 19)))
    yield _day(say("Independence Day"), _kept(date(year, 7, 4)))
    yield _day(say("Labor Day"), _nth(year, 9, _MONDAY, 1))
    yield _day(say("Veterans Day"), _kept(date(year, 11, 11)))


def _breaks(year: int) -> Iterator[Closure]:
    thanks = _nth(year, 11, _THURSDAY, 4) - timedelta(days=3)
    winter = date(year, 12, 25) - timedelta(days=date(year, 12, 25).weekday())
    spring = _nth(year, 4, _MONDAY, 1) - timedelta(days=7)
    yield _break(say("Thanksgiving break"), thanks, 5)
    yield _break(say("Winter break"), winter, 12)
    yield _break(say("Spring break"), spring, 5)


def _kept(day: date) -> date:
    """The weekday on which a holiday of a weekend is kept: the nearest one."""
    return day + timedelta(days={_SATURDAY: -1, _SATURDAY + 1: 1}.get(day.weekday(), 0))


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _day(name: str, on: date) -> Closure:
    return Closure(name=name, first_day=on, last_day=on)


def _break(name: str, first: date, days: int) -> Closure:
    last = first + timedelta(days=days - 1)
    return Closure(name=name, first_day=first, last_day=last, kind=ClosureKind.break_)
