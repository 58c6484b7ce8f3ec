"""Withholding figures of one day: those of few students, and whatever would give a withheld one away.

The steps are repeated until none of them withholds anything more. The team's figures are told as
they are without a publication; where a classroom could be hidden only behind one of those, no
classroom is shown.
"""

from collections.abc import Mapping, Sequence

from pdsa.measure import Withheld
from pdsa.privacy import unknown
from pdsa.privacy.complement import AT_LEAST
from pdsa.privacy.entry import Entry, Of, counts, withheld
from pdsa.privacy.groups import families, nested, own, partitions
from pdsa.privacy.residuals import Secret, Sum, Tie, few_of_classrooms, follows, given_away, secrets
from pdsa.privacy.tables import ALL, TOTAL, Cell, Table, suppress

#: Nobody says how many students there are in all: then nothing can be had by taking from them.
_UNKNOWN = 1_000_000


def hide(
    whole: Mapping[str, Entry], known: tuple[Tie, ...], at_least: int | None, *, by_room: bool
) -> None:
    """Withhold figures of the team: of fewer than ``at_least`` students, and what tells of them.

    ``known`` are the ties of the day; ``by_room`` withholds what together tells of a single
    classroom, too.
    """
    if at_least is not None:
        for figure in whole.values():
            if figure.kept and figure.students is None and figure.withheld is None:
                figure.withheld = Withheld.unknown_number
    for group in unknown.too_many(counts(whole)):
        whole[group].withheld = whole[group].withheld or _why(at_least)
    few: tuple[Secret, ...] | None = None
    if not by_room:
        few = few_of_classrooms(counts(whole), at_least) if known and at_least else ()
    while True:
        _hide_in_total(whole, at_least)
        further = _further(whole, at_least)
        for group in further:
            whole[group].withheld = _why(at_least)
        if not further and not (known and _hide_sums(whole, known, at_least, few)):
            return


def hide_singles(
    whole: Mapping[str, Entry],
    singles: Mapping[Of, Entry],
    known: tuple[Tie, ...],
    at_least: int,
) -> None:
    """Withhold single classrooms of few students, and what would give them away.

    A group that has to be withheld in one classroom because of the other groups there is withheld
    in all of them, because it could be had from the team's figure. Where few students still follow,
    no classroom shows groups that overlap; else no classroom is shown.
    """
    if not singles:
        return
    groups = [group for group, figure in whole.items() if group and "" not in figure.rooms]
    place = {"": ALL} | {group: column for column, group in enumerate(groups)}
    of_team = "" in whole and "" in whole[""].rooms
    everywhere = {group for group in whole if of_team or group not in place}
    everywhere.update(unknown.too_many(counts(whole)))
    by_room: dict[str, dict[str, Entry]] = {room: {} for room in sorted({r for _, r in singles})}
    for (group, room), figure in singles.items():
        if group in place:
            by_room[room][group] = figure
    rows = [{group: each.students for group, each in here.items()} for here in by_room.values()]
    overlap = any(unknown.overlap(counts(each)) for each in (whole, *by_room.values()))
    table = _table(groups, rows, overlap=overlap)
    uneasy = {*own(tuple(whole))}.union(
        *((parent, *inner) for parent, inner in nested(tuple(whole)))
    )
    few = few_of_classrooms(counts(whole), at_least)
    for figure in singles.values():
        if figure.students is None and figure.withheld is None:
            figure.withheld = Withheld.few_students
    while True:
        for (group, _), figure in singles.items():
            if group in everywhere and figure.withheld is None:
                figure.withheld = Withheld.few_students
        asked: set[Cell] = {(TOTAL, place[group]) for group in withheld(whole) if group in place}
        for row, here in enumerate(by_room.values()):
            asked |= {(row, place[group]) for group in withheld(here)}
        hidden = suppress(table, at_least=at_least, withheld=asked)
        more: set[str] = set()
        if any((TOTAL, place[g]) in hidden for g in place if g in whole and whole[g].shown):
            more.update(whole)
        for row, here in enumerate(by_room.values()):
            for group, figure in here.items():
                if figure.withheld is None and (row, place[group]) in hidden:
                    figure.withheld = Withheld.few_students
            more |= _further(here, at_least)
        if more <= everywhere:
            shown = [key for key, figure in singles.items() if figure.shown]
            secret = few + secrets(counts(whole), withheld(whole), at_least)
            if not shown or not follows(_shown(whole), shown, secret, known):
                return
            more = uneasy if not uneasy <= everywhere else {*whole}
        everywhere |= more


def _hide_in_total(whole: Mapping[str, Entry], at_least: int | None) -> None:
    """Withhold figures of few students, and those that add up with a withheld one."""
    groups = [group for group in whole if group]
    columns = ((ALL, ""), *enumerate(groups))
    missing = withheld(whole)
    asked = {(row, column) for column, group in columns for row in (0, TOTAL) if group in missing}
    if at_least is None and not asked:
        return
    numbers = [{group: figure.students for group, figure in whole.items()}]
    table = _table(groups, numbers, overlap=unknown.overlap(counts(whole)))
    hidden = suppress(table, at_least=at_least, withheld=asked)
    for column, group in columns:
        if group in whole and whole[group].shown and (0, column) in hidden:
            whole[group].withheld = _why(at_least)


def _why(at_least: int | None) -> Withheld:
    return Withheld.one_classroom if at_least is None else Withheld.few_students


def _further(figures: Mapping[str, Entry], at_least: int | None) -> set[str]:
    """What groups within groups, and such as the server does not know, would give away."""
    hidden = withheld(figures)
    if at_least is None and not hidden:
        return set()
    more = _nested(figures, hidden, at_least or AT_LEAST)
    if at_least is not None:
        more |= unknown.to_withhold(counts(figures), hidden | more, at_least)
    return {group for group in more if figures[group].shown}


def _nested(figures: Mapping[str, Entry], hidden: set[str], at_least: int) -> set[str]:
    """Groups within a group that is withheld, or of which few students are the rest."""
    found: set[str] = set()
    for parent, inner in nested(tuple(figures)):
        n = figures[parent].students or 0
        parts = [figures[group].students or 0 for group in inner]
        few = any(0 < n - part < at_least for part in (*parts, sum(parts)))
        if parent in hidden or few or (len(inner) > 1 and not hidden.isdisjoint(inner)):
            found.update(inner)
    return found


def _hide_sums(
    whole: Mapping[str, Entry],
    known: tuple[Tie, ...],
    at_least: int | None,
    few: tuple[Secret, ...] | None,
) -> bool:
    """Withhold the smallest of figures that together tell what they should not.

    That is any classroom, or where they are shown otherwise, a ``few`` of their students.
    """
    found = False
    while True:
        secret = secrets(counts(whole), withheld(whole), at_least) + (few or ())
        groups = given_away(_shown(whole), secret, known, one_room=few is None)
        if not groups:
            return found
        least = min((not group, sum(whole[group].counts.values()), group) for group in groups)
        whole[least[-1]].withheld = _why(at_least)
        found = True


def _shown(whole: Mapping[str, Entry]) -> tuple[Sum, ...]:
    return tuple((g, tuple(sorted(each.rooms))) for g, each in whole.items() if each.shown)


def _table(
    groups: Sequence[str], rows: Sequence[Mapping[str, int | None]], *, overlap: bool
) -> Table:
    return Table(
        cells=tuple(tuple(row.get(group) or 0 for group in groups) for row in rows),
        all_students=tuple(_everybody(groups, row) for row in rows),
        partitions=partitions(groups, overlap=overlap),
    )


def _everybody(groups: Sequence[str], row: Mapping[str, int | None]) -> int:
    """All students; where nobody says how many, as many as the larger of two families holds."""
    if (n := row.get("")) is not None:
        return n
    given = tuple(groups)
    found = [
        sum(row.get(group) or 0 for group in family) for family in (*families(given), own(given))
    ]
    return max(found) if sum(map(bool, found)) > 1 else sum(found) + _UNKNOWN
