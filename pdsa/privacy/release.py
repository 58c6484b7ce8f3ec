"""What of a measure's points each audience is given: the one way by which figures leave a team.

Every representation (JSON, CSV, charts with their texts, reviews, documents) is made from what this
returns, and from nothing else: points pooled over classrooms, figures about few students withheld,
and nothing that, beside what the audience was told before, would give a withheld figure away.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import blake2b

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import PointId
from pdsa.measure import (
    Counts,
    DataPoint,
    Measure,
    MeasureUnit,
    Series,
    SeriesPoint,
    SplitBy,
    Withheld,
    countable,
    pooled,
    series,
)
from pdsa.privacy.bands import share, whole_percent
from pdsa.privacy.complement import AT_LEAST
from pdsa.privacy.differencing import given_away
from pdsa.privacy.groups import partitions
from pdsa.privacy.publication import Publication, Told
from pdsa.privacy.tables import ALL, TOTAL, Cell, Table, suppress
from pdsa.units import Audience

#: A figure of a measure: its day, the code of the group ("" for all students), and the id of the
#: classroom ("" for the whole team).
Figure = tuple[date, str, str]


class Policy(Struct, frozen=True, kw_only=True):
    """What a district has decided on small cells; it may only be stricter than the default.

    ``at_least`` students are shown; with ``in_schools`` figures about few students are suppressed
    for the team's own school as well. Raises ``InvalidValue`` for less than 11.
    """

    at_least: int = AT_LEAST
    in_schools: bool = False

    def __post_init__(self) -> None:
        if self.at_least < AT_LEAST:
            raise InvalidValue("at_least", self.at_least, f"{AT_LEAST} or more (NCES 2011-603)")

    def suppresses(self, measure: Measure, audience: Audience) -> bool:
        """Whether figures of this measure about few students are withheld from the audience."""
        if measure.counts is Counts.work or audience is Audience.team:
            return False
        return self.in_schools or audience is not Audience.school


class Release(Struct, frozen=True, kw_only=True):
    """What an audience is given of a measure.

    ``points`` are figures as data points: the team's pooled over its classrooms, and those of
    classrooms where published. ``withheld`` says of the others why they are not there, ``bands``
    what a share near 0 or 100 percent reads as. ``told`` is what the audience has not met before:
    keep it, and give it back the next time.
    """

    points: tuple[DataPoint, ...]
    withheld: Mapping[Figure, Withheld]
    bands: Mapping[Figure, str]
    told: tuple[Told, ...] = ()


class _Cell(Struct):
    """A figure in the making: its points, the classrooms they are of, the number of students."""

    kept: list[DataPoint]
    rooms: frozenset[str]
    students: int | None
    of: tuple[str, ...]
    withheld: Withheld | None = None


def release(
    measure: Measure,
    points: Iterable[DataPoint],
    audience: Audience,
    *,
    publications: Iterable[Publication] = (),
    told: Iterable[Told] = (),
    policy: Policy | None = None,
) -> Release:
    """What the audience is given of a measure's points.

    The team is given its points as they are. Everybody else is given the team's figure of each day
    and student group, unless it rests on a single classroom that is not published; single
    classrooms where ``publications`` show them. Above the school, figures about few students are
    withheld with their complement and shares are whole percents without counts; outside, they are
    banded too, and no classroom is shown (privacy rules: docs/guide/privacy.md).

    ``told`` is what this audience has met before. A new figure that together with it would give
    away what is withheld is held back; where points have only been added since, the figure stays
    as it was told.
    """
    found = tuple(points)
    if audience is Audience.team:
        return Release(points=found, withheld={}, bands={})
    policy = policy or Policy()
    days: dict[date, dict[str, list[DataPoint]]] = {}
    for point in found:
        group = "" if point.student_group in (None, "ALL") else str(point.student_group)
        days.setdefault(point.on, {}).setdefault(group, []).append(point)
    before: dict[tuple[date, str], list[Told]] = defaultdict(list)
    for each in told:
        before[each.on, each.student_group or ""].append(each)
    shown = [each for each in publications if each.measure_id == measure.id]
    out = _Out(measure, audience, policy, before)
    for on, groups in sorted(days.items()):
        out.day(on, groups, published=any(each.shows(on, audience) for each in shown))
    return Release(
        points=tuple(out.points), withheld=out.withheld, bands=out.bands, told=tuple(out.told)
    )


def released_series(
    measure: Measure, given: Release, *, by: SplitBy | None = None
) -> tuple[Series, ...]:
    """A measure's series as released, each withheld figure with its reason.

    Parts and pooling as in ``pdsa.series``.
    """
    marks: dict[str, dict[date, SeriesPoint]] = defaultdict(dict)
    for figures in (given.withheld, given.bands):
        for on, group, room in figures:
            if by is None and (group or room):
                continue
            part = "" if by is None else group if by is SplitBy.student_group else room
            if by is not None and (not part or (by is SplitBy.classroom and group)):
                continue
            if by is SplitBy.student_group and room:
                continue
            key = (on, group, room)
            marks[part][on] = SeriesPoint(
                on=on, value=None, withheld=given.withheld.get(key), band=given.bands.get(key)
            )
    made = {each.part: each for each in series(measure, given.points, by=by)}
    for part, each in marks.items():
        if part not in made:
            made[part] = Series(measure_id=measure.id, part=part, points=())
        kept = [point for point in made[part].points if point.on not in each]
        points = sorted([*kept, *each.values()], key=lambda point: point.on)
        made[part] = Series(measure_id=measure.id, part=part, points=tuple(points))
    return tuple(made[part] for part in sorted(made))


class _Out:
    """What is released so far, day by day."""

    def __init__(
        self,
        measure: Measure,
        audience: Audience,
        policy: Policy,
        before: Mapping[tuple[date, str], list[Told]],
    ) -> None:
        self.measure, self.audience, self.policy, self.before = measure, audience, policy, before
        self.suppresses = policy.suppresses(measure, audience)
        self.points: list[DataPoint] = []
        self.withheld: dict[Figure, Withheld] = {}
        self.bands: dict[Figure, str] = {}
        self.told: list[Told] = []

    def day(self, on: date, groups: Mapping[str, list[DataPoint]], *, published: bool) -> None:
        """Release the figures of one day."""
        whole = {group: _cell(countable(found)) for group, found in groups.items()}
        for cell in whole.values():
            if not published and len(cell.rooms) == 1 and "" not in cell.rooms:
                cell.withheld = Withheld.one_classroom
        parts: dict[tuple[str, str], _Cell] = {}
        if published:
            for group, cell in whole.items():
                for room in sorted(cell.rooms - {""}):
                    parts[group, room] = _cell([p for p in cell.kept if p.classroom_id == room])
        if self.suppresses:
            self._suppress(on, whole, parts)
        for group, cell in sorted(whole.items()):
            known = self._singles(on, group, cell, parts)
            self._show(on, group, "", cell, known)
            self._show_missing(on, group, cell, groups[group] if published else ())
            for room in sorted(cell.rooms - {""}):
                if (group, room) in parts:
                    self._show(on, group, room, parts[group, room], known)
                else:
                    self.withheld[on, group, room] = Withheld.not_published

    def _suppress(
        self, on: date, whole: Mapping[str, _Cell], parts: Mapping[tuple[str, str], _Cell]
    ) -> None:
        """Mark what has to be withheld because of few students, on one day."""
        for cell in (*whole.values(), *parts.values()):
            if cell.kept and cell.students is None and cell.withheld is None:
                cell.withheld = Withheld.unknown_number
        groups = [group for group in sorted(whole) if group]
        rooms = sorted({room for _, room in parts})
        if not parts or any("" in cell.rooms for cell in whole.values()):
            rooms.append("")  # figures that stand for the whole team

        def at(group: str, room: str) -> _Cell | None:
            if room:
                return parts.get((group, room))
            cell = whole.get(group)
            return cell if cell and (not parts or "" in cell.rooms) else None

        table = _table(
            groups, [{g: _students(at(g, room)) for g in ("", *groups)} for room in rooms]
        )
        asked: set[Cell] = set()
        cells: list[tuple[Cell, str, _Cell]] = []
        for column, group in ((ALL, ""), *enumerate(groups)):
            for row, room in enumerate(rooms):
                part = at(group, room)
                if part is not None and part.kept:
                    cells.append(((row, column), group, part))
            if group in whole:
                cells.append(((TOTAL, column), group, whole[group]))
        for key, group, cell in cells:
            if cell.withheld is not None or self._was_withheld(on, group, cell):
                asked.add(key)
        hidden = suppress(table, at_least=self.policy.at_least, withheld=asked)
        for key, _, cell in cells:
            if cell.withheld is None and key in hidden:
                cell.withheld = Withheld.few_students

    def _was_withheld(self, on: date, group: str, cell: _Cell) -> bool:
        return any(
            not each.shown and frozenset(each.of) == frozenset(cell.of)
            for each in self.before[on, group]
        )

    def _singles(
        self, on: date, group: str, cell: _Cell, parts: Mapping[tuple[str, str], _Cell]
    ) -> set[frozenset[str]]:
        """The sums of single classrooms' figures that the audience knows: told before, or now."""
        known = {frozenset(each.of) for each in self.before[on, group] if each.shown}
        for room in cell.rooms:
            part = parts.get((group, room))
            if part is not None and part.withheld is None:
                known.add(frozenset(part.of))
        return known

    def _show(
        self, on: date, group: str, room: str, cell: _Cell, known: set[frozenset[str]]
    ) -> None:
        """Give a figure, or say why it is withheld, and note what the audience has now met."""
        if not cell.kept:
            return
        of, key = frozenset(cell.of), (on, group, room)
        before = [each for each in self.before[on, group] if (each.classroom_id or "") == room]
        if cell.withheld is None and of not in known and given_away([*known, of]):
            earlier = max(
                (each for each in before if each.shown and frozenset(each.of) < of),
                key=lambda each: len(each.of),
                default=None,
            )
            if earlier is not None:
                self._add(key, cell, earlier.value, earlier.numerator, earlier.denominator)
                return
            cell.withheld = Withheld.one_classroom
        met = any(frozenset(each.of) == of for each in before)
        value = numerator = denominator = None
        if cell.withheld is not None:
            self.withheld[key] = cell.withheld
        else:
            figure = pooled(self.measure, on, cell.kept)
            value, numerator, denominator = figure.value, figure.numerator, figure.denominator
            if self.suppresses and denominator:
                value = self._as_share(key, value, numerator or 0, denominator)
                numerator = denominator = None
            self._add(key, cell, value, numerator, denominator)
            known.add(of)
        if not met and (cell.withheld is None or self.suppresses):
            self.told.append(
                Told(
                    on=on,
                    student_group=group or None,
                    classroom_id=room or None,  # type: ignore[arg-type] # an id that came as text
                    of=cell.of,
                    shown=cell.withheld is None,
                    value=value,
                    numerator=numerator,
                    denominator=denominator,
                )
            )

    def _show_missing(
        self, on: date, group: str, cell: _Cell, published: Iterable[DataPoint]
    ) -> None:
        """Keep a day on which nothing was found: a missing figure is no secret."""
        rooms = {point.classroom_id or "" for point in published} - cell.rooms - {""}
        for room in sorted(rooms if cell.kept else rooms | {""}):
            self._add((on, group, room), _cell([]), None, None, None)

    def _as_share(self, key: Figure, value: float | None, numerator: int, n: int) -> float | None:
        """A figure without its counts: a whole percent, or a rate to one decimal."""
        if self.measure.unit is not MeasureUnit.percentage:
            return None if value is None else round(value, 1)
        if self.audience is not Audience.outside:
            return float(whole_percent(numerator, n))
        shown = share(numerator, n)
        if shown.band is not None:
            self.bands[key] = shown.band
        return None if shown.percent is None else float(shown.percent)

    def _add(
        self,
        key: Figure,
        cell: _Cell,
        value: float | None,
        numerator: int | None,
        denominator: int | None,
    ) -> None:
        on, group, room = key
        cycles = {point.cycle_id for point in cell.kept}
        counted = denominator is not None
        self.points.append(
            DataPoint(
                id=_id(self.measure, key),
                measure_id=self.measure.id,
                on=on,
                numerator=numerator,
                denominator=denominator,
                value=None if counted else value,
                classroom_id=room or None,  # type: ignore[arg-type] # an id that came as text
                student_group=group or None,
                cycle_id=cycles.pop() if len(cycles) == 1 else None,
            )
        )


def _cell(kept: list[DataPoint]) -> _Cell:
    rooms: dict[str, list[str]] = defaultdict(list)
    for point in kept:
        rooms[point.classroom_id or ""].append(f"{point.id}@{point.version}")
    counted = all(point.denominator for point in kept)
    return _Cell(
        kept=kept,
        rooms=frozenset(rooms),
        students=sum(point.denominator or 0 for point in kept) if counted else None,
        of=tuple(sorted("+".join(sorted(points)) for points in rooms.values())),
    )


def _students(cell: _Cell | None) -> int | None:
    return None if cell is None or not cell.kept else cell.students


def _table(groups: Sequence[str], rows: Sequence[Mapping[str, int | None]]) -> Table:
    """The table of one day. Where nobody says how many students there are in all, none is told."""
    everybody = []
    for row in rows:
        n = row[""]
        # Without a figure for all students nothing can be taken from one: the rest is without end.
        everybody.append(sum(row[g] or 0 for g in groups) + 1_000_000 if n is None else n)
    return Table(
        cells=tuple(tuple(row[group] or 0 for group in groups) for row in rows),
        all_students=tuple(everybody),
        partitions=partitions(groups),
    )


def _id(measure: Measure, key: Figure) -> PointId:
    """The id of a pooled figure: always the same for the same figure."""
    text = "|".join((measure.id, str(key[0]), key[1], key[2]))
    return PointId(f"pooled-{blake2b(text.encode(), digest_size=12).hexdigest()}")
