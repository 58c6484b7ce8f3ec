"""Dates beside a pasted block, found among the days of a grid; the year may be left out."""

import re
from collections.abc import Sequence
from datetime import date

from pdsa.tally.cell import plain

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene",
            "february feb febrero",
            "march mar marzo",
            "april apr abril abr",
            "may mayo",
            "june jun junio",
            "july jul julio",
            "august aug agosto ago",
            "september sep sept septiembre setiembre set",
            "october oct octubre",
            "november nov noviembre",
            "december dec diciembre dic",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAY = re.compile(
    r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|lun|mar|mie|mié|jue|vie|sab|sáb|dom"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|lunes|martes|miercoles|miércoles|jueves|viernes|sabado|sábado|domingo)[.,]?\s+(.+)"
)
_MIDNIGHT = re.compile(r"(.+[0-9])[ t]00:00(?::00(?:\.0+)?)?z?")
_YEAR = r"(?P<y>[0-9]{4}|[0-9]{2})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>[0-9]{4})[-/](?P<m>[0-9]{1,2})[-/](?P<d>[0-9]{1,2})",
        rf"(?P<m>[0-9]{{1,2}})/(?P<d>[0-9]{{1,2}})(?:/{_YEAR})?",  # month first, as in the USA
        rf"(?P<d>[0-9]{{1,2}})[- ](?:de )?(?P<n>\w+)\.?(?:(?:,? |-)(?:de )?{_YEAR})?",
        rf"(?P<n>\w+)\.?[- ](?P<d>[0-9]{{1,2}})(?:(?:,? |-){_YEAR})?",
    )
)
_LONGEST = 40


class NamedDay:
    """A text that names a day: the days of the grid that it may be, none if it is another day."""

    def __init__(self, text: str, may_be: tuple[date, ...]) -> None:
        self.text, self.may_be = text, may_be

    @property
    def day(self) -> date | None:
        """The one day that is meant."""
        return self.may_be[0] if len(self.may_be) == 1 else None


def read_day(text: str, days: Sequence[date]) -> NamedDay | None:
    """A text as a day among ``days``: ``2018-01-12``, ``1/12``, ``1/12/2018``, ``12 Jan``, ``Jan 12``.

    Months in English and Spanish; a weekday before it is passed over, and so is midnight after it.
    ``None`` where the text has not the form of a date, or where no year has such a day.
    """
    said = plain(text[: _LONGEST + 1]).casefold()
    if not said or len(text) > _LONGEST:
        return None
    midnight = _MIDNIGHT.fullmatch(said)
    said = midnight[1] if midnight else said
    weekday = _WEEKDAY.fullmatch(said)
    return _named(text, said, days) or (_named(text, weekday[1], days) if weekday else None)


def _named(text: str, said: str, days: Sequence[date]) -> NamedDay | None:
    for form in _FORMS:
        found = form.fullmatch(said)
        if not found:
            continue
        parts = found.groupdict()
        month = _MONTHS.get(parts["n"]) if parts.get("n") else int(parts["m"])
        day, year = int(parts["d"]), parts.get("y")
        try:
            date(2024, month or 0, day)  # a leap year: whether any year has it
        except ValueError:
            continue
        of_year = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
        return NamedDay(
            text,
            tuple(
                each
                for each in days
                if (each.month, each.day) == (month, day) and of_year in (None, each.year)
            ),
        )
    return None
