"""Whether the classrooms of a team moved apart on a percentage by more than chance would move them."""

from collections.abc import Iterable, Sequence
from itertools import chain
from math import fsum, sqrt
from operator import attrgetter
from statistics import NormalDist, variance

from msgspec import Struct

from pdsa.ids import UnitId
from pdsa.measure import DataPoint, Measure
from pdsa.review.record import Record

#: How often equal rooms may be told from each other by chance.
ALPHA = 0.05

#: Bare percentages say how far they scatter from so many dates on.
DATES = 3

_denominator = attrgetter("denominator")
_Dates = Sequence[Sequence[DataPoint]]


class Ends(Struct, frozen=True):
    """Classrooms over the first and the last third of the dates on which each has a figure.

    ``first`` and ``last`` are their percentages in the order of ``rooms``; each third has ``days``
    dates, whose points are ``starts`` and ``ends``.
    """

    rooms: tuple[UnitId, ...]
    first: tuple[float, ...]
    last: tuple[float, ...]
    days: int
    starts: _Dates
    ends: _Dates

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
        54:280); of bare percentages it is their sample variance over their number, and fewer than
        ``DATES`` of them tell nothing. z is 1.96 for two rooms; for k rooms it is that of a share of
        5% over k(k - 1)/2 pairs, because the two furthest apart are looked for (Bonferroni; Dunn
        1961, JASA 56:52). Students are taken as if they were others on each date.
        """
        changes = [b - a for a, b in zip(self.first, self.last, strict=True)]
        low = self.rooms[changes.index(min(changes))]
        high = self.rooms[changes.index(max(changes))]
        cells = [
            _variance(dates, room) for dates in (self.starts, self.ends) for room in (low, high)
        ]
        known = [each for each in cells if each is not None]
        if len(known) < len(cells):
            return False
        pairs = len(changes) * (len(changes) - 1) / 2
        z = NormalDist().inv_cdf(1 - ALPHA / (2 * pairs))
        return max(changes) - min(changes) > z * sqrt(fsum(known))


def ends(record: Record, measure: Measure) -> Ends | None:
    """The classrooms of a measure over the first and the last third of their dates.

    ``None`` with fewer than two classrooms or fewer than three dates.
    """
    dates = list(record.by_date(measure.id).values())
    named = [[p.classroom_id for p in found] for found in dates]
    rooms: set[UnitId | None] = set().union(*named)
    rooms.discard(None)
    if len(rooms) < 2:
        return None
    if named.count(named[0]) == len(named) and rooms == set(named[0]) and _counted(dates):
        shared = dates  # nearly always: every classroom on every date
    else:
        shared = [
            found
            for found in dates
            if rooms <= {p.classroom_id for p in found if p.denominator or p.value is not None}
        ]
    third = len(shared) // 3
    if third < 1:
        return None
    starts, finish = shared[:third], shared[-third:]
    first, last = _pooled(starts), _pooled(finish)
    order = tuple(sorted(room for room in rooms if room is not None))
    return Ends(
        order,
        tuple(first[room] for room in order),
        tuple(last[room] for room in order),
        third,
        starts,
        finish,
    )


def _counted(dates: Iterable[Iterable[DataPoint]]) -> bool:
    """Whether every point has counts."""
    return all(map(_denominator, chain.from_iterable(dates)))


def _pooled(dates: Iterable[Iterable[DataPoint]]) -> dict[str | None, float]:
    """The percentage of each classroom over several dates: of all who were counted, else the mean."""
    counted: dict[str | None, list[int]] = {}
    values: dict[str | None, list[float]] = {}
    for found in dates:
        for point in found:
            room = point.classroom_id
            if point.denominator:
                sums = counted.get(room)
                if sums is None:
                    counted[room] = [point.numerator or 0, point.denominator]
                else:
                    sums[0] += point.numerator or 0
                    sums[1] += point.denominator
            elif point.value is not None:
                values.setdefault(room, []).append(point.value)
    shares = {room: 100 * num / den for room, (num, den) in counted.items()}
    if values:
        means = {room: sum(known) / len(known) for room, known in values.items()}
        return means | shares
    return shares


def _variance(dates: _Dates, room: UnitId) -> float | None:
    """The variance of a classroom's percentage over these dates, in points squared."""
    points = [p for found in dates for p in found if p.classroom_id == room]
    among = sum(p.denominator or 0 for p in points)
    if among:
        share = (sum(p.numerator or 0 for p in points) + 1) / (among + 2)
        return 1e4 * share * (1 - share) / (among + 2)
    values = [p.value for p in points if p.value is not None]
    return variance(values) / len(values) if len(values) >= DATES else None
