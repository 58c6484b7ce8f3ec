"""How far a student group has come beside all students, over one window.

Gains and gaps count in the direction that is wanted of the measure: a gain above zero is better, a
gap below zero is behind all students, whichever way the measure points. All students are all of
them, the group's own included, as in the California School Dashboard.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from pdsa.aim import show_date
from pdsa.equity.window import Basis, Ends, check_window, ends, figure, school_year, show_year
from pdsa.measure import (
    Direction,
    Measure,
    MeasureUnit,
    Series,
    SeriesPoint,
    show_amount,
)
from pdsa.reference import student_groups
from pdsa.words import mark, say, say_n

#: Gains that differ by less read the same, to one decimal.
_THE_SAME = 0.05


class GapChange(StrEnum):
    """What became of the distance by which a group is behind all students."""

    narrowed = "narrowed"
    widened = "widened"
    unchanged = "unchanged"
    not_behind = "not_behind"
    cannot_tell = "cannot_tell"


class GroupProgress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the figures of one group did, beside those of all students over the same days.

    ``figures`` counts the days of the window on which the group's figure is shown. ``first`` and
    ``latest`` are the figures at the ends of the window, in the measure's unit, as of ``since`` and
    ``until``; ``gain`` and the gaps count in the wanted direction. ``faster`` is ``None`` where it
    cannot be told; ``why`` says so, or what it rests on.
    """

    group: str
    figures: int = 0
    since: date | None = None
    until: date | None = None
    first: float | None = None
    latest: float | None = None
    gain: float | None = None
    gap_first: float | None = None
    gap_latest: float | None = None
    basis: Basis | None = None
    faster: bool | None = None
    gap_change: GapChange = GapChange.cannot_tell
    why: str = ""

    @property
    def acceleration(self) -> float | None:
        """The group's gain less all students' gain, which is what the gap changed by."""
        if self.gap_first is None or self.gap_latest is None:
            return None
        return self.gap_latest - self.gap_first + 0.0


def group_progress(
    measure: Measure,
    everybody: Series | None,
    groups: Iterable[Series],
    *,
    first: date | None = None,
    last: date | None = None,
    wanted: Sequence[str] | None = None,
) -> tuple[GroupProgress, ...]:
    """The progress of each group, from series as they are released to whoever is told of it.

    ``everybody`` is the series of all students, ``groups`` one series a group. ``first`` and
    ``last`` are the days of the window, both included; ``wanted`` are the groups to tell of, in
    order, else all that there are in the order of the published list.

    A gain is taken from the days on which both figures are shown (``pdsa.equity.window``). Gains of
    figures that are rounded, to whole percents or as coarsely, are told apart only where rounding
    alone could not turn them round. Raises ``InvalidValue`` for a window that ends before it begins.
    """
    check_window(first, last)
    of_all = {point.on: point for point in within(everybody, first, last)}
    found = {each.part: each for each in groups}
    return tuple(
        _progress(measure, of_all, within(found.get(code), first, last), code)
        for code in (ordered(found) if wanted is None else dict.fromkeys(wanted))
    )


def within(series: Series | None, first: date | None, last: date | None) -> list[SeriesPoint]:
    """The points of a series in a window."""
    return [
        point
        for point in (series.points if series else ())
        if (first is None or first <= point.on) and (last is None or point.on <= last)
    ]


def gap(measure: Measure, value: float | None, of_all: float | None) -> float | None:
    """How far a group's figure is from that of all students; below zero is behind.

    ``None`` without one of them, and for counts, where a group's figure is a part of that of all.
    """
    if value is None or of_all is None or measure.unit is MeasureUnit.count_:
        return None
    return wanted_way(measure, value - of_all)


def wanted_way(measure: Measure, difference: float) -> float:
    """A difference of two figures, above zero where it goes the wanted way."""
    return (difference if measure.direction is Direction.increase else -difference) + 0.0


def ordered(codes: Iterable[str]) -> list[str]:
    """Groups in the order of the published list, then a district's own by code: never by merit."""
    place = {group.code: at for at, group in enumerate(student_groups())}
    return sorted(codes, key=lambda code: (place.get(code, len(place)), code))


def group_name(code: str) -> str:
    """What a group is called; a district's own by its code."""
    return next((say(group.name) for group in student_groups() if group.code == code), code)


def show_difference(measure: Measure, amount: float) -> str:
    """A difference of two figures in words, without its sign: ``9 points`` of a percentage."""
    if measure.unit is MeasureUnit.percentage:
        text = show_amount(abs(amount), MeasureUnit.mean)
        return say_n("{text} point", "{text} points", 1 if text == "1" else 2, text=text)
    return show_amount(abs(amount), measure.unit, per=measure.per)


def moved(measure: Measure, gain: float) -> str:
    """A gain in words: ``improved by 9 points``, ``fell back by 2 points``, ``stayed the same``."""
    if abs(gain) < _THE_SAME:
        return say("stayed the same")
    if gain > 0:
        return say("improved by {difference}", difference=show_difference(measure, gain))
    return say("fell back by {difference}", difference=show_difference(measure, gain))


def _progress(
    measure: Measure, of_all: Mapping[date, SeriesPoint], points: Sequence[SeriesPoint], code: str
) -> GroupProgress:
    own = {point.on: point.value for point in points if point.value is not None}
    everybody = {on: point.value for on, point in of_all.items() if point.value is not None}
    found = ends(own.keys() & everybody.keys())
    if measure.unit is MeasureUnit.count_:
        found = Ends(why=say("A count of a group is a part of the count of all: there is no gap."))
    elif not points:
        found = Ends(why=say("There are no figures of this group."))
    if found.basis is None:
        why = f"{found.why}{_withheld(of_all, points)}"
        return GroupProgress(group=code, figures=len(own), why=why)
    first, latest = (figure(own, days) for days in (found.first, found.last))
    then, now = (figure(everybody, days) for days in (found.first, found.last))
    gain = wanted_way(measure, latest - first)
    gap_first, gap_latest = wanted_way(measure, first - then), wanted_way(measure, latest - now)
    used = {*found.first, *found.last}
    step = _rounded_to(
        measure, [of_all[on] for on in used] + [point for point in points if point.on in used]
    )
    faster = _faster(gap_latest - gap_first, step)
    return GroupProgress(
        group=code,
        figures=len(own),
        since=found.first[0],
        until=found.last[-1],
        first=first,
        latest=latest,
        gain=gain,
        gap_first=gap_first,
        gap_latest=gap_latest,
        basis=found.basis,
        faster=faster,
        gap_change=_change(gap_first, gap_latest, faster),
        why=_why(measure, found, gain, wanted_way(measure, now - then), faster, step),
    )


def _faster(more: float, step: float) -> bool | None:
    """Four rounded figures are off by half a step each: a difference of two steps is sure."""
    if abs(more) < 2 * step:
        return None
    return more >= _THE_SAME


def _change(then: float, now: float, faster: bool | None) -> GapChange:
    behind_then, behind_now = max(0.0, -then), max(0.0, -now)
    if not behind_then and not behind_now:
        return GapChange.not_behind
    if faster is None:
        return GapChange.cannot_tell
    if abs(behind_now - behind_then) < _THE_SAME:
        return GapChange.unchanged
    return GapChange.narrowed if behind_now < behind_then else GapChange.widened


def _rounded_to(measure: Measure, points: Iterable[SeriesPoint]) -> float:
    """The step to which figures without counts are rounded; 0 where they are not."""
    step = {MeasureUnit.percentage: 1.0, MeasureUnit.rate: measure.per / 100}.get(measure.unit, 0)
    bare = [p.value for p in points if p.numerator is None and p.value is not None]
    whole = all(abs(value / step - round(value / step)) < 1e-9 for value in bare) if step else False
    return step if bare and whole else 0.0


def _why(
    measure: Measure, found: Ends, gain: float, of_all: float, faster: bool | None, step: float
) -> str:
    if found.basis is Basis.years:
        then, now = (show_year(school_year(days[0])) for days in (found.first, found.last))
    else:
        then, now = show_date(found.first[0]), show_date(found.last[-1])
    finest = f"{step:g}"
    if faster is None:
        said = mark(
            "Between {first} and {last} it {moved}, all students {all_moved}: rounding to {finest} "
            "could make that difference."
        )
        if measure.unit is MeasureUnit.percentage:
            finest = say("whole percents")
    elif abs(gain - of_all) < _THE_SAME:
        said = mark("Between {first} and {last} it {moved}, all students {all_moved}: as fast.")
    elif faster:
        said = mark("Between {first} and {last} it {moved}, all students {all_moved}: faster.")
    else:
        said = mark("Between {first} and {last} it {moved}, all students {all_moved}: slower.")
    return say(
        said,
        first=then,
        last=now,
        # Translators: “it” is a student group; it stayed the same, improved by, fell back by.
        moved=moved(measure, gain),
        all_moved=moved(measure, of_all),
        finest=finest,
    )


def _withheld(of_all: Mapping[date, SeriesPoint], points: Iterable[SeriesPoint]) -> str:
    sides = [(point, of_all.get(point.on)) for point in points]
    hidden = sum(any(each and each.withheld for each in pair) for pair in sides)
    banded = sum(any(each and each.band for each in pair) for pair in sides)
    said = []
    if hidden:
        said.append(
            say_n("On {n} day a figure is withheld.", "On {n} days a figure is withheld.", hidden)
        )
    if banded:
        said.append(
            say_n(
                "On {n} day a figure is given as a band.",
                "On {n} days a figure is given as a band.",
                banded,
            )
        )
    return "".join(f" {each}" for each in said)
