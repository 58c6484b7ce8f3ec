"""What an audience is given of one day of a measure, at one look."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from pdsa.measure import DataPoint, Withheld, countable
from pdsa.privacy.entry import Entry, Of, by_group, counts, entry
from pdsa.privacy.hiding import hide, hide_singles
from pdsa.privacy.residuals import ties


class Day(Struct):
    """The figures of one day: the team's by group, and those of single classrooms where published."""

    whole: dict[str, Entry]
    singles: dict[Of, Entry]

    def entries(self) -> dict[Of, Entry]:
        """All of them by figure."""
        return {(group, ""): each for group, each in self.whole.items()} | self.singles

    def shown(self) -> dict[Of, bool]:
        """Which figures are shown, of those that are there."""
        return {key: each.shown for key, each in self.entries().items() if each.kept}


def day(
    points: Sequence[DataPoint],
    *,
    published: bool,
    at_least: int | None,
    withheld: Mapping[Of, Withheld] = MappingProxyType({}),
    adds_up: bool = False,
) -> Day:
    """What is given of the points of one day.

    ``published`` says whether this audience may see single classrooms; ``at_least`` is the smallest
    number of students that it may be shown, ``None`` for every number; ``withheld`` are figures
    that were withheld from it before, and why; ``adds_up`` says that values are numbers of
    something, so that those of two groups may be taken from each other. A single classroom that is
    not published is withheld, and so is whatever would give it away.
    """
    groups = by_group(points)
    whole = {group: entry(countable(found), adds_up) for group, found in groups.items()}
    for figure in whole.values():
        if not published and len(figure.rooms) == 1 and "" not in figure.rooms:
            figure.withheld = Withheld.one_classroom
    if not published or at_least is not None:
        for (group, room), why in withheld.items():
            if not room and group in whole and whole[group].withheld is None:
                whole[group].withheld = why
    known = ties(counts(whole)) if not published or at_least is not None else ()
    if not published:
        hide(whole, known, None, by_room=True)  # first, so that it is the same for every audience
    if at_least is not None:
        hide(whole, known, at_least, by_room=not published)
    singles: dict[Of, Entry] = {}
    if published:
        for group, figure in whole.items():
            for room in sorted(figure.rooms - {""}):
                kept = [point for point in figure.kept if point.classroom_id == room]
                singles[group, room] = entry(kept, adds_up)
        if at_least is not None:
            for key, why in withheld.items():
                if key in singles:
                    singles[key].withheld = why
            hide_singles(whole, singles, known, at_least)
    return Day(whole=whole, singles=singles)
