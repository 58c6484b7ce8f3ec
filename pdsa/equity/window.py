"""Which figures a gain is taken from: never from a single last point.

A series of a school year begins with the median of its first three figures and ends with the median
of its last three (a median of three lets no single day decide; Perla, Provost & Murray 2011 read a
run chart from its median for the same reason). Scores that come once or twice a year are compared
year with year: each rests on a whole test, and there is nothing between them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from statistics import median

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.words import say, say_n

#: So many figures at each end of a window.
AT_EACH_END = 3
#: Two yearly figures lie so many days apart at least; the days of a state test move by some weeks.
A_YEAR_APART = 300


class Basis(StrEnum):
    """What the two ends of a window are: medians of three days, or the last figures of two years."""

    medians = "medians"
    years = "years"


class Ends(Struct, frozen=True, kw_only=True):
    """The days at both ends of a window; ``why`` says why there are none."""

    first: tuple[date, ...] = ()
    last: tuple[date, ...] = ()
    basis: Basis | None = None
    why: str = ""


def ends(days: Iterable[date]) -> Ends:
    """The days at both ends, of days that have a figure.

    With three figures or more in any school year: the first three and the last three, of six at
    least. With fewer in every year: the last day of the first year and of the last one, 300 days
    apart at least.
    """
    found = sorted(set(days))
    if not found:
        return Ends(why=say("There is no day on which both figures are shown."))
    years: dict[int, list[date]] = {}
    for day in found:
        years.setdefault(school_year(day), []).append(day)
    if max(map(len, years.values())) >= AT_EACH_END:
        if len(found) >= 2 * AT_EACH_END:
            return Ends(
                first=tuple(found[:AT_EACH_END]),
                last=tuple(found[-AT_EACH_END:]),
                basis=Basis.medians,
            )
    else:
        then, now = years[min(years)][-1], years[max(years)][-1]
        if (now - then).days >= A_YEAR_APART:
            return Ends(first=(then,), last=(now,), basis=Basis.years)
    return Ends(
        why=say_n(
            "Only {n} day has both figures: a gain takes {least} at each end of the window, or two "
            "school years.",
            "Only {n} days have both figures: a gain takes {least} at each end of the window, or "
            "two school years.",
            len(found),
            least=AT_EACH_END,
        )
    )


def figure(values: Mapping[date, float], days: Sequence[date]) -> float:
    """The figure at one end: the median of its days, always one of their values."""
    return median(values[day] for day in days)


def school_year(day: date) -> int:
    """The year in which a school year ends: 2019 for 2018-19.

    It begins on the first day of July (California Education Code 37200).
    """
    return day.year + (day.month >= 7)


def show_year(year: int) -> str:
    """A school year in words: ``2018-19`` for 2019."""
    return f"{year - 1}-{year % 100:02}"


def check_window(first: date | None, last: date | None) -> None:
    """Raise ``InvalidValue`` for a window that ends before it begins."""
    if first is not None and last is not None and last < first:
        rule = say("not before the first day ({day})", day=str(first))
        raise InvalidValue("last", str(last), rule)
