"""Plausible school years: August to June with the holidays of California, and all year round."""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from pdsa.calendar import Closure, ClosureKind, SchoolCalendar
from pdsa.ids import CalendarId, UnitId

_MONDAY, _WEDNESDAY, _THURSDAY = 0, 2, 3
#: Of a year all round: weeks taught and off in turn, how many in all, and which one today is in.
_TAUGHT, _OFF, _WEEKS, _NOW = 9, 2, 42, 38


class Year(Struct, frozen=True, kw_only=True):
    """A year that teams work in.

    ``taught`` are the days that figures may be of, in order; ``deadlines`` those of aims: within the
    year twice, at its end, one and two years later.
    """

    calendar: SchoolCalendar
    taught: Sequence[date]
    deadlines: tuple[date, date, date, date, date]


def school_year(begins: int, id: CalendarId, unit_id: UnitId) -> Year:
    """The school year that begins in August of a year: 180 days and a few are taught."""
    thanks = _nth(begins, 11, _THURSDAY, 4) - timedelta(days=3)
    solstice = date(begins, 12, 22)
    winter = solstice - timedelta(days=solstice.weekday())
    spring = _nth(begins + 1, 4, _MONDAY, 1) - timedelta(days=7)
    august, june = date(begins, 8, 11), date(begins + 1, 6, 11)
    closures = (
        _day("Labor Day", _nth(begins, 9, _MONDAY, 1)),
        _day("Veterans Day", date(begins, 11, 11)),
        _break("Thanksgiving break", thanks, 5),
        _break("Winter break", winter, 19),
        _day("Martin Luther King Jr. Day", _nth(begins + 1, 1, _MONDAY, 3)),
        _day("Presidents' Day", _nth(begins + 1, 2, _MONDAY, 3)),
        _break("Spring break", spring, 5),
        _day("Memorial Day", _nth(begins + 1, 6, _MONDAY, 1) - timedelta(days=7)),
        Closure(
            name="Teachers' planning day",
            first_day=_nth(begins, 10, _MONDAY, 2),
            last_day=_nth(begins, 10, _MONDAY, 2),
            kind=ClosureKind.non_instructional,
        ),
    )
    after = begins + 1
    calendar = SchoolCalendar(
        id=id,
        unit_id=unit_id,
        name=f"Sample year {begins}-{(begins + 1) % 100:02d}",
        first_day=august + timedelta(days=(_THURSDAY - august.weekday()) % 7),
        last_day=june - timedelta(days=(june.weekday() - _WEDNESDAY) % 7),
        closures=tuple(sorted(closures, key=lambda each: each.first_day)),
    )
    return Year(
        calendar=calendar,
        taught=taught_days(calendar),
        deadlines=(
            date(after, 1, 30),
            date(after, 3, 20),
            date(after, 6, 5),
            date(after + 1, 6, 4),
            date(after + 2, 6, 2),
        ),
    )


def running_year(today: date, id: CalendarId, unit_id: UnitId) -> Year:
    """A year all round, nine weeks taught and two off in turn, of which four are still to come.

    Nothing in it is of later than today, whatever day today is: what a demo shows is going on.
    """
    first = today - timedelta(days=today.weekday(), weeks=_NOW)
    breaks = range(_TAUGHT, _WEEKS, _TAUGHT + _OFF)
    calendar = SchoolCalendar(
        id=id,
        unit_id=unit_id,
        name="Sample year, all year round",
        first_day=first,
        last_day=first + timedelta(weeks=_WEEKS, days=-3),
        closures=tuple(_break("Break", first + timedelta(weeks=week), 12) for week in breaks),
    )
    weeks = (24, 32, 41, 41 + 52, 41 + 104)
    a, b, c, d, e = (first + timedelta(weeks=week, days=4) for week in weeks)
    return Year(
        calendar=calendar,
        taught=tuple(day for day in taught_days(calendar) if day <= today),
        deadlines=(a, b, c, d, e),
    )


def taught_days(calendar: SchoolCalendar) -> tuple[date, ...]:
    """Every day of the year on which students are taught, in order."""
    days = (calendar.last_day - calendar.first_day).days
    every = (calendar.first_day + timedelta(days=i) for i in range(days + 1))
    return tuple(day for day in every if calendar.is_instructional(day))


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _day(name: str, on: date) -> Closure:
    return Closure(name=name, first_day=on, last_day=on)


def _break(name: str, first: date, days: int) -> Closure:
    last = first + timedelta(days=days - 1)
    return Closure(name=name, first_day=first, last_day=last, kind=ClosureKind.break_)
