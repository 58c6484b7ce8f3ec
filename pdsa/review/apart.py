"""Whether the classrooms of a team moved apart on a percentage by more than chance would move them."""

from collections.abc import Sequence
from itertools import chain
from math import fsum, sqrt
from statistics import NormalDist, fmean, variance

from msgspec import Struct

from pdsa.measure import DataPoint, Measure
from pdsa.review.record import Record

#: How often equal rooms may be told from each other by chance.
ALPHA = 0.05

#: Bare percentages say how far they scatter from so many dates on.
DATES = 3

_Dates = Sequence[Sequence[DataPoint]]


class Cell(Struct, frozen=True):
    """A classroom over a third of the dates: ``count`` of ``among`` students, and bare percentages.

    Where students were counted they alone make the percentage, else it is the mean of ``values``,
    one of each date.
    """

    count: int
    among: int
    values: tuple[float, ...] = ()

    @property
    def percentage(self) -> float:
        """Of all who were counted, else the mean."""
        return 100 * self.count / self.among if self.among else fmean(self.values)

    def variance(self) -> float | None:
        """The variance of the percentage, in points squared; ``None`` where nothing tells it."""
        if self.among:
            share = (self.count + 1) / (self.among + 2)
            return 1e4 * share * (1 - share) / (self.among + 2)
        if len(self.values) < DATES:
            return None
        return variance(self.values) / len(self.values)


#: The classrooms, the cells of each in the first and the last third, and how many dates a third has.
_Thirds = tuple[tuple[str, ...], tuple[Cell, ...], tuple[Cell, ...], int]


class Ends(Struct, frozen=True):
    """Classrooms over the first and the last third of the dates on which each has a figure.

    ``starts`` and ``ends`` stand in the order of ``rooms``, ``first`` and ``last`` are their
    percentages; each third has ``days`` dates.
    """

    rooms: tuple[str, ...]
    starts: tuple[Cell, ...]
    ends: tuple[Cell, ...]
    first: tuple[float, ...]
    last: tuple[float, ...]
    days: int

    @property
    def gap_before(self) -> float:
        """The points between the highest and the lowest room in the first third."""
        return max(self.first) - min(self.first)

    @property
    def gap_after(self) -> float:
        """The points between the highest and the lowest room in the last third."""
        return max(self.last) - min(self.last)

    def beyond_chance(self) -> bool:
        """Whether the rooms with the largest and the smallest change differ by more than chance.

        With the changes d1 and d2 of those two, |d1 - d2| > z * sqrt(sum of the variances of their
        four cells). A cell is a room in a third: of x among n its variance is p(1 - p)/(n + 2) with
        p = (x + 1)/(n + 2), so that none is zero (Agresti & Caffo 2000, The American Statistician
        54:280); of bare percentages it is their sample variance over their number; fewer than
        ``DATES`` of them tell nothing, nor do such as never differ. z is 1.96 for two rooms; for k
        rooms it is that of a share of 5% over k(k - 1)/2 pairs, because the two furthest apart are
        looked for (Bonferroni; Dunn 1961, JASA 56:52). Students are taken as if they were others on
        each date. For a handful of bare percentages z is too small, and equal rooms differ by more
        in 9 to 14 of 100 cases; the rule asks for 10 points of growth beside it (MEA202).
        """
        changes = [b - a for a, b in zip(self.first, self.last, strict=True)]
        two = changes.index(min(changes)), changes.index(max(changes))
        cells = [third[room].variance() for third in (self.starts, self.ends) for room in two]
        known = [each for each in cells if each is not None]
        if len(known) < len(cells):
            return False
        pairs = len(changes) * (len(changes) - 1) / 2
        z = NormalDist().inv_cdf(1 - ALPHA / (2 * pairs))
        return max(changes) - min(changes) > z * sqrt(fsum(known)) > 0


def ends(record: Record, measure: Measure) -> Ends | None:
    """The classrooms of a measure over the first and the last third of their dates.

    ``None`` with fewer than two classrooms or fewer than three dates.
    """
    dates = list(record.by_date(measure.id).values())
    rooms, starts, finish, third = _all_counted(dates) or _on_shared(dates)
    if len(rooms) < 2 or third < 1:
        return None
    first = tuple([cell.percentage for cell in starts])
    last = tuple([cell.percentage for cell in finish])
    return Ends(rooms, starts, finish, first, last, third)


def _all_counted(dates: _Dates) -> _Thirds | None:
    """Rooms and cells where each room is counted once on each date: nearly always, and quickly."""
    flat = list(chain.from_iterable(dates))
    among = [point.denominator or 0 for point in flat]
    named = [point.classroom_id for point in flat]
    size, third = len(dates[0]) if dates else 0, len(dates) // 3
    row = [room for room in named[:size] if room is not None]
    if (
        len(set(row)) < size
        or named != row * len(dates)
        or not all(among)
        or list(map(len, dates)).count(size) < len(dates)
    ):
        return None
    begin, end = third * size, len(flat) - third * size
    first = [point.numerator or 0 for point in flat[:begin]]
    last = [point.numerator or 0 for point in flat[end:]]
    rooms = tuple(sorted(row))
    places = [row.index(room) for room in rooms]
    starts = [Cell(sum(first[n::size]), sum(among[n:begin:size])) for n in places]
    finish = [Cell(sum(last[n::size]), sum(among[end + n :: size])) for n in places]
    return rooms, tuple(starts), tuple(finish), third


def _on_shared(dates: _Dates) -> _Thirds:
    """Rooms and cells on the dates on which each classroom that has any figure has one."""
    known = [{p.classroom_id for p in found if p.classroom_id and not p.missing} for found in dates]
    every = {room for rooms in known for room in rooms}
    rooms = tuple(sorted(every))
    shared = [found for found, there in zip(dates, known, strict=True) if there == every]
    third = len(shared) // 3
    starts = tuple([_cell(shared[:third], room) for room in rooms])
    finish = tuple([_cell(shared[len(shared) - third :], room) for room in rooms])
    return rooms, starts, finish, third


def _cell(dates: _Dates, room: str) -> Cell:
    own = [[p for p in found if p.classroom_id == room] for found in dates]
    values = [[p.value for p in points if p.value is not None] for points in own]
    return Cell(
        sum(p.numerator or 0 for points in own for p in points),
        sum(p.denominator or 0 for points in own for p in points),
        tuple([fmean(each) for each in values if each]),
    )
