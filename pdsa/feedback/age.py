"""How long a request has waited, in days of school: nothing is overdue because of a holiday."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from msgspec import Struct

from pdsa.calendar import SchoolCalendar, weekdays
from pdsa.feedback.request import Party, Request
from pdsa.ids import UnitId

#: Instructional days after which a request is overdue, by whose turn it is. A rule of our own, made
#: from how often each party meets: a team weekly or bi-weekly, so ten days hold a meeting of every
#: team; an Instructional Leadership Team monthly, so twenty hold one of its.
OVERDUE_AFTER: Mapping[Party, int] = MappingProxyType({Party.team: 10, Party.level: 20})


class Age(Struct, frozen=True, kw_only=True):
    """How long a request has waited for ``waits_for``, since the day on which its turn began.

    ``days`` counts the instructional days after ``since``; ``open_days`` those since it was raised.
    ``at`` is the unit that it waits at, ``None`` while it waits for the team. Of a closed request
    nobody's turn is left, and nothing counts.
    """

    waits_for: Party | None
    at: UnitId | None
    since: date
    days: int
    open_days: int
    overdue: bool


class Waiting(Struct, frozen=True, kw_only=True):
    """A request with its age."""

    request: Request
    age: Age


def age(request: Request, calendar: SchoolCalendar | None, *, on: date) -> Age:
    """How old a request is on a day, by the calendar in force for its team.

    Without a calendar every Monday to Friday counts. Days outside the calendar's school year do
    not: a summer makes nothing overdue.
    """
    whose = request.waits_for
    days = _taught_after(request.since, on, calendar) if whose else 0
    return Age(
        waits_for=whose,
        at=request.at if whose is Party.level else None,
        since=request.since,
        days=days,
        open_days=_taught_after(request.raised_on, on, calendar) if whose else 0,
        overdue=whose is not None and days > OVERDUE_AFTER[whose],
    )


def waiting_since(calendar: SchoolCalendar | None, *, more_than: int, on: date) -> date | None:
    """The last day since when a request has waited more than so many instructional days.

    ``None`` where no day is: the school year is too young. Agrees with ``age``.
    """
    first = calendar.first_day if calendar else date.min
    day, left = min(on, calendar.last_day) if calendar else on, more_than + 1
    while day >= first and day > date.min:
        left -= calendar.is_instructional(day) if calendar else day.weekday() < 5
        day -= timedelta(days=1)
        if not left:
            return day
    return None


def _taught_after(day: date, on: date, calendar: SchoolCalendar | None) -> int:
    first = day + timedelta(days=1)
    return weekdays(first, on) if calendar is None else calendar.instructional_days(first, on)
