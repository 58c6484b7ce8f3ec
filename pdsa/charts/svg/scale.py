"""Scales: from values and dates to pixels, with ticks that people would choose.

The rules of the value axis, so that no picture lies:

- It holds all data, centre lines, limits and targets. A target further away than five times the
  range of the rest is not drawn to scale but named, with an arrow.
- A share runs from 0 to 100% unless everything shown, four points or more, lies within a quarter
  of that.
- Other values start at zero if that costs at most half of the height, else where the data do.
- A scale that leaves out zero (or, for a share, part of 0 to 100%) says so in words.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor, isfinite, log10

from msgspec import Struct

from pdsa.charts.svg.text import number, width
from pdsa.words import mark, say

# Translators: months in as few letters as can be read.
MONTHS = (
    "",
    mark("Jan"),
    mark("Feb"),
    mark("Mar"),
    mark("Apr"),
    mark("May"),
    mark("Jun"),
    mark("Jul"),
    mark("Aug"),
    mark("Sep"),
    mark("Oct"),
    mark("Nov"),
    mark("Dec"),
)
FAR = 5  # ranges: a target further away than this is named, not drawn to scale

Tick = tuple[float, str]


class ValueScale(Struct, frozen=True, kw_only=True):
    """The value axis: from ``low`` to ``high``, ticks with their words, what it leaves out."""

    low: float
    high: float
    step: float
    ticks: tuple[Tick, ...]
    note: str = ""

    def pixels(self, top: float, bottom: float) -> tuple[float, float]:
        """``a`` and ``b`` of y = a + b * value."""
        b = (top - bottom) / (self.high - self.low)
        return bottom - b * self.low, b


def value_scale(
    found: Iterable[float],
    *,
    rows: int,
    share: float = 0,
    unit: str = "",
    whole: bool = False,
    zero: bool = True,
    cut: bool = True,
) -> ValueScale:
    """The scale for these values with at most ``rows`` steps.

    ``share`` is what 100% is written as (1 or 100; 0 where values are no shares), ``unit`` stands
    behind every tick, ``whole`` allows no steps below 1, ``zero`` is false where nothing is zero
    (rubric levels), ``cut`` is false where too few values are known to leave out a part of a share.
    """
    kept = [*found]
    low, high = (min(kept), max(kept)) if kept else (0.0, share or 1.0)
    if max(abs(low), abs(high)) < 1e-100:  # no picture can tell it from nought
        low = high = 0.0
    note = ""
    if share and low >= 0 and high <= share:
        if cut and high - low <= share / 4:
            low, high, note = *_room(low, high, share / 10), "cut"
            low, high = max(0.0, low), min(share, high)
        else:
            low, high = 0.0, share
    elif zero and low >= 0 and low <= high / 2:
        low = 0.0
    elif zero and high <= 0 and high >= low / 2:
        high = 0.0
    elif low > 0 or high < 0:
        note = "cut" if zero else ""
    if not high - low > max(abs(low), abs(high)) * 1e-9:
        if low == high == 0:
            high = 1.0
        else:
            low, high = _room(low, high, max(abs(low), abs(high)) / 10)
    step = nice((high - low) / max(rows, 1), whole=whole)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    largest = max(abs(first), abs(last)) * step
    ticks = _value_ticks(first, last, step, largest, unit)
    low, high = ticks[0][0], ticks[-1][0]
    if note and (low > 0 or high < 0 or (share and high < share)):
        note = say("axis from {low} to {high}", low=ticks[0][1], high=ticks[-1][1])
    else:
        note = ""
    return ValueScale(low=low, high=high, step=step, ticks=ticks, note=note)


@lru_cache(maxsize=512)
def _value_ticks(first: int, last: int, step: float, largest: float, unit: str) -> tuple[Tick, ...]:
    return tuple((i * step, number(i * step, step, largest) + unit) for i in range(first, last + 1))


def _room(low: float, high: float, least: float) -> tuple[float, float]:
    """A little space around values that are (almost) all equal."""
    more = max(0.0, least - (high - low)) / 2
    return low - more, high + more


def nice(rough: float, *, whole: bool = False) -> float:
    """The smallest of 1, 2, 5, 10, 20, 25, 50 ... (or a tenth of those ...) not below ``rough``."""
    if whole and rough <= 1:
        return 1.0
    power = floor(log10(rough))
    base = 10.0**power
    if not base or not isfinite(base):
        return rough
    for factor in (1, 2, 2.5, 5):
        if factor * base >= rough * (1 - 1e-9) and (factor != 2.5 or power >= 1):
            return factor * base
    return 10.0 ** (power + 1)


def short_date(day: date) -> str:
    """``12 Jan``."""
    return f"{day.day} {say(MONTHS[day.month])}"


def full_date(day: date) -> str:
    """``12 Jan 2018``."""
    return _full_date(day, say(MONTHS[day.month]))


@lru_cache(maxsize=4096)  # the charts of a school share their days
def _full_date(day: date, month: str) -> str:
    return f"{day.day} {month} {day.year}"


class DateTick(Struct, frozen=True):
    """A tick at a day (``date.toordinal``), and the year below it where it begins."""

    at: int
    label: str
    year: str = ""


def date_ticks(
    days: Sequence[int], first: int, last: int, room: float, size: float
) -> list[DateTick]:
    """Ticks from ``first`` to ``last`` (ordinals) over ``room`` pixels, none too near another.

    The days of the points themselves if all fit, else every week or second week from the first
    point, else months, quarters, years.
    """
    gap = 1.2 * size
    wide = width("30 May", size) + gap
    per_day = room / max(1, last - first)
    if len(days) * wide <= room * 1.5:
        distinct = sorted({*days})
        if all((b - a) * per_day >= wide for a, b in pairwise(distinct)):
            return _with_years([(at, short_date(date.fromordinal(at))) for at in distinct])
    start = days[0] if days else first
    for step in (1, 7, 14):
        if step * per_day >= wide:
            at = start - (start - first) // step * step
            found = range(at, last + 1, step)
            return _with_years([(at, short_date(date.fromordinal(at))) for at in found])
    wide = width("2028", size) + gap
    for months in (1, 2, 3, 6):
        if months * 30.4 * per_day >= wide:
            ticks = _months(first, last, months)
            if len(ticks) > 1:
                return _with_years(ticks)
    for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000):
        if years * 365.2 * per_day >= wide:
            low, high = date.fromordinal(first).year, date.fromordinal(last).year
            found = range(-(-low // years) * years, high + 1, years)
            at_years = [date(year, 1, 1).toordinal() for year in found if year]
            ticks = [(at, str(date.fromordinal(at).year)) for at in at_years if at >= first]
            if len(ticks) > 1:
                return [DateTick(at, label) for at, label in ticks]
    ends = [at for at in (first, last) if last > first or at == first]
    return _with_years([(at, short_date(date.fromordinal(at))) for at in ends])


def _months(first: int, last: int, step: int) -> list[tuple[int, str]]:
    day = date.fromordinal(first)
    count = day.year * 12 + day.month - 1 + (day.day > 1)
    count = -(-count // step) * step
    found = []
    while count < 9999 * 12 and (at := date(count // 12, count % 12 + 1, 1).toordinal()) <= last:
        found.append((at, say(MONTHS[count % 12 + 1])))
        count += step
    return found


def _with_years(ticks: list[tuple[int, str]]) -> list[DateTick]:
    found = []
    before = 0
    for at, label in ticks:
        year = date.fromordinal(at).year
        found.append(DateTick(at, label, str(year) if year != before else ""))
        before = year
    return found


def number_ticks(first: float, last: float, room: float, size: float) -> list[Tick]:
    """Ticks of an axis of numbers over ``room`` pixels, at most about seven."""
    if not last > first:
        return [(first, number(first))]
    rows = max(1, min(8, int(room / (3.5 * size))))
    while True:
        step = nice((last - first) / rows)
        low, high = ceil(first / step - 1e-9), floor(last / step + 1e-9)
        ticks = [(i * step, number(i * step, step)) for i in range(low, high + 1)]
        widest = max((width(label, size) for _, label in ticks), default=0)
        if (
            rows == 1
            or (len(ticks) - 1) * (widest + size)
            <= (ticks[-1][0] - ticks[0][0]) / (last - first) * room
        ):
            return ticks
        rows -= 1


def week_ticks(first: int, last: int, room: float, size: float) -> list[Tick]:
    """Ticks at instructional weeks: every one, every second, fifth, tenth ..."""
    wide = width("00", size) + size
    per_week = room / max(1, last + 1 - first)
    step = next((s for s in (1, 2, 5, 10, 20, 50) if s * per_week >= wide), 100)
    start = first if step == 1 else -(-first // step) * step
    return [(float(at), str(at)) for at in range(start, last + 1, step)]
