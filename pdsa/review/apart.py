"""Whether the classrooms of a team moved apart on a percentage by more than chance would move them."""

from collections.abc import Sequence
from math import fsum, inf, sqrt
from statistics import NormalDist, fmean, variance

from msgspec import Struct

from pdsa.measure import DataPoint, Measure
from pdsa.review.points import Dates
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


class Ends(Struct, frozen=True):
    """Classrooms over the first and the last third of the dates on which each has a figure.

    ``starts`` and ``ends`` stand in the order of ``rooms``; each third has ``days`` dates.
    """

    rooms: tuple[str, ...]
    starts: tuple[Cell, ...]
    ends: tuple[Cell, ...]
    days: int

    @property
    def first(self) -> tuple[float, ...]:
        """The percentages in the first third."""
        return tuple([cell.percentage for cell in self.starts])

    @property
    def last(self) -> tuple[float, ...]:
        """The percentages in the last third."""
        return tuple([cell.percentage for cell in self.ends])

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


def ends(record: Record, measure: Measure, *, grown: float = -inf) -> Ends | None:
    """The classrooms of a measure over the first and the last third of their dates.

    ``None`` with fewer than two classrooms or fewer than three dates, and where the gap between the
    highest and the lowest room has not grown by as many points as ``grown``.
    """
    dates = record.dates(measure.id)
    growth = _growth(dates)
    if growth is not None and growth < grown:
        return None
    found = _on_shared([same for _, same in dates.each()])
    enough = len(found.rooms) > 1 and found.days
    return found if enough and found.gap_after - found.gap_before >= grown else None


def _growth(dates: Dates) -> float | None:
    """By how many points the gap has grown, found quickly where nearly every record is.

    That is where on each date the same rooms are counted, each once and in the same order; ``None``
    elsewhere.
    """
    size, third = dates.size, len(dates.days) // 3
    if not dates.counted or size < 2 or not third:
        return None
    rooms = [point.classroom_id for point in dates.points]
    row = rooms[:size]
    if len({*row, None}) <= size or rooms != row * len(dates.days):
        return None
    begin, end = third * size, len(rooms) - third * size
    return _gap(dates.points[end:], dates.among[end:], size) - _gap(
        dates.points[:begin], dates.among[:begin], size
    )


def _gap(points: Sequence[DataPoint], among: Sequence[int], size: int) -> float:
    """The points between the highest and the lowest of so many rooms that follow each other."""
    counts = [point.numerator or 0 for point in points]
    shares = sorted([100 * sum(counts[n::size]) / sum(among[n::size]) for n in range(size)])
    return shares[-1] - shares[0]


def _on_shared(dates: _Dates) -> Ends:
    """Rooms and cells on the dates on which each classroom that has any figure has one."""
    known = [{p.classroom_id for p in found if p.classroom_id and not p.missing} for found in dates]
    every = {room for rooms in known for room in rooms}
    rooms = tuple(sorted(every))
    shared = [found for found, there in zip(dates, known, strict=True) if there == every]
    third = len(shared) // 3
    starts = tuple([_cell(shared[:third], room) for room in rooms])
    finish = tuple([_cell(shared[len(shared) - third :], room) for room in rooms])
    return Ends(rooms, starts, finish, third)


def _cell(dates: _Dates, room: str) -> Cell:
    own = [[p for p in found if p.classroom_id == room] for found in dates]
    values = [[p.value for p in points if p.value is not None] for points in own]
    return Cell(
        sum(p.numerator or 0 for points in own for p in points),
        sum(p.denominator or 0 for points in own for p in points),
        tuple([fmean(each) for each in values if each]),
    )
