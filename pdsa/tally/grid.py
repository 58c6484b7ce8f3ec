"""The grid of a tally: the days of a test, the team's classrooms, and what stands in each cell."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice

from msgspec import Struct

from pdsa.calendar import SchoolCalendar
from pdsa.cycle import Cycle
from pdsa.errors import InvalidValue, UnknownElement
from pdsa.ids import CycleId, UnitId
from pdsa.measure import DataPoint, Measure, of_everybody
from pdsa.measure import figure as figure_of
from pdsa.tally import rules
from pdsa.tally.cell import Figure, show_cell
from pdsa.units.tree import Unit
from pdsa.words import say


class TallyColumn(Struct, frozen=True):
    """A classroom of the team, or with ``classroom_id`` ``None`` the team as a whole.

    ``extra`` columns are there for figures that stand beside those of the team's classrooms: nothing
    is added in them.
    """

    classroom_id: UnitId | None
    label: str
    extra: bool = False


class TallyCell(Struct, frozen=True, kw_only=True):
    """One day in one classroom: the points that stand there, their figure, and it as a text.

    ``size`` is of how many a bare count is read. ``read_only`` says why the cell cannot be written
    and is empty where it can.
    """

    day: date
    classroom_id: UnitId | None
    points: tuple[DataPoint, ...] = ()
    figure: Figure | None = None
    text: str = ""
    size: int | None = None
    read_only: str = ""

    @property
    def version(self) -> str:
        """What stands here, to hand back to ``fill``: ids and versions of the points, or nothing."""
        return ",".join(f"{point.id}:{point.version}" for point in self.points)

    @property
    def note(self) -> str:
        """The notes of the points, one under the other."""
        return "\n".join(point.note for point in self.points if point.note)


class TallyGrid(Struct, frozen=True, kw_only=True):
    """Days down, classrooms across: ``rows`` holds for each day one cell per column.

    ``sizes`` has the denominator last seen in each classroom, over all points of the measure.
    """

    measure: Measure
    cycle_id: CycleId
    days: tuple[date, ...]
    columns: tuple[TallyColumn, ...]
    rows: tuple[tuple[TallyCell, ...], ...]
    sizes: Mapping[UnitId | None, int]

    def cell(self, day: date, classroom_id: UnitId | None) -> TallyCell:
        """One cell. Raises ``UnknownElement`` for a day or classroom that is not in the grid."""
        for on, row in zip(self.days, self.rows, strict=True):
            for cell in row if on == day else ():
                if cell.classroom_id == classroom_id:
                    return cell
        raise UnknownElement("cell", f"{day} {classroom_id or ''}".strip(), within="the tally")

    def cells(self) -> Iterable[TallyCell]:
        """All cells, day by day."""
        return (cell for row in self.rows for cell in row)

    def points(self) -> tuple[DataPoint, ...]:
        """All points that stand in the grid, day by day."""
        return tuple(point for cell in self.cells() for point in cell.points)


def grid(
    measure: Measure,
    cycle: Cycle,
    points: Iterable[DataPoint],
    *,
    classrooms: Sequence[Unit] = (),
    calendar: SchoolCalendar | None = None,
    days: Iterable[date] = (),
    today: date | None = None,
) -> TallyGrid:
    """The tally of one measure in one cycle, from the measure's points.

    The days are those of the window that the plan gives (to ``today`` or from the first Do where it
    gives one end), as far as they are taught by the calendar, or Monday to Friday without one or
    where it covers none of them; every day with a point of the cycle; and ``days``. Without a window
    they are the days with points of this cycle or of none, and ``today``.
    The columns are the classrooms, or the team as a whole where there are none. Points of a student
    group are not in the grid; those of another cycle, and several in one cell, are read-only.

    Raises ``InvalidValue`` for more than 400 days.
    """
    found = [p for p in of_everybody(points) if p.measure_id == measure.id]
    dates = _days(cycle, found, calendar, days, today)
    at: dict[tuple[date, UnitId | None], list[DataPoint]] = {}
    on_days = frozenset(dates)
    for point in found:
        if point.on in on_days:
            at.setdefault((point.on, point.classroom_id), []).append(point)
    columns = _columns(classrooms, at)
    sizes = _sizes(found)
    rows = tuple(
        tuple(
            _cell(measure, cycle, day, column, at.get((day, column.classroom_id), ()), sizes)
            for column in columns
        )
        for day in dates
    )
    return TallyGrid(
        measure=measure, cycle_id=cycle.id, days=dates, columns=columns, rows=rows, sizes=sizes
    )


def _days(
    cycle: Cycle,
    found: Sequence[DataPoint],
    calendar: SchoolCalendar | None,
    asked: Iterable[date],
    today: date | None,
) -> tuple[date, ...]:
    """Days of the grid in order; nothing longer than the limit is ever gone through."""
    days = {p.on for p in found if p.cycle_id == cycle.id}
    days.update(islice(asked, rules.MAX_DAYS + 1))
    first = cycle.plan.first_day or (cycle.plan.last_day and cycle.started_on)
    last = cycle.plan.last_day or (cycle.plan.first_day and today)
    if first and last and first <= last:
        days.update(_window(first, last, calendar))
    else:
        days.update(p.on for p in found if p.cycle_id is None)
        days.update((today,) if today else ())
    if len(days) > rules.MAX_DAYS:
        raise InvalidValue("days", len(days), rules.too_many_days())
    return tuple(sorted(days))


def _window(first: date, last: date, calendar: SchoolCalendar | None) -> list[date]:
    length = (last - first).days + 1
    if length > 7 * rules.MAX_DAYS:  # even of Mondays alone there are too many
        raise InvalidValue("days", length, rules.too_many_days())
    all_days = [first + timedelta(n) for n in range(length)]
    if calendar and calendar.first_day <= last and first <= calendar.last_day:
        return [day for day in all_days if calendar.is_instructional(day)]
    return [day for day in all_days if day.weekday() < 5]


def _columns(
    classrooms: Sequence[Unit], at: Iterable[tuple[date, UnitId | None]]
) -> tuple[TallyColumn, ...]:
    columns = [TallyColumn(unit.id, unit.name) for unit in classrooms]
    columns = columns or [TallyColumn(None, say(rules.WHOLE_TEAM))]
    known = {column.classroom_id for column in columns}
    others = sorted({room for _, room in at} - known, key=lambda room: room or "")
    return (*columns, *(TallyColumn(r, r or say(rules.WHOLE_TEAM), extra=True) for r in others))


def _sizes(found: Iterable[DataPoint]) -> dict[UnitId | None, int]:
    last: dict[UnitId | None, DataPoint] = {}
    for point in found:
        room = point.classroom_id
        if point.denominator and (room not in last or last[room].on <= point.on):
            last[room] = point
    return {room: point.denominator for room, point in last.items() if point.denominator}


def _cell(
    measure: Measure,
    cycle: Cycle,
    day: date,
    column: TallyColumn,
    points: Sequence[DataPoint],
    sizes: Mapping[UnitId | None, int],
) -> TallyCell:
    room = column.classroom_id
    size = sizes.get(room)
    if not points:
        reason = say(rules.NOT_OF_THE_TEAM) if column.extra else ""
        return TallyCell(day=day, classroom_id=room, size=size, read_only=reason)
    if len(points) > 1:
        reason = say(rules.SEVERAL_POINTS)
        both = figure_of(measure, day, points)
        counted = both.denominator is not None
        shown = Figure(both.numerator, both.denominator, None if counted else both.value)
    else:
        (point,) = points
        reason = say(rules.OTHER_CYCLE) if point.cycle_id not in (None, cycle.id) else ""
        shown = Figure.of(point)
        size = point.denominator or size
    return TallyCell(
        day=day,
        classroom_id=room,
        points=tuple(points),
        figure=shown,
        text=show_cell(measure, shown),
        size=size,
        read_only=reason,
    )
