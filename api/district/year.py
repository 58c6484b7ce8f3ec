"""A plausible school year: August to June, with the breaks and holidays of a district in California."""

from datetime import date, timedelta

from pdsa.calendar import Closure, ClosureKind, SchoolCalendar
from pdsa.ids import CalendarId, UnitId

_MONDAY, _WEDNESDAY, _THURSDAY = 0, 2, 3


def school_year(begins: int, id: CalendarId, unit_id: UnitId) -> SchoolCalendar:
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
    return SchoolCalendar(
        id=id,
        unit_id=unit_id,
        name=f"Sample year {begins}-{(begins + 1) % 100:02d}",
        first_day=august + timedelta(days=(_THURSDAY - august.weekday()) % 7),
        last_day=june - timedelta(days=(june.weekday() - _WEDNESDAY) % 7),
        closures=tuple(sorted(closures, key=lambda each: each.first_day)),
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
