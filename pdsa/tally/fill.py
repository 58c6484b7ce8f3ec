"""Filling a tally: what each text that a team typed or pasted would do, before anything is written."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from pdsa.errors import InvalidValue
from pdsa.ids import PointId, UnitId
from pdsa.measure import DataPoint
from pdsa.tally import rules
from pdsa.tally.cell import Figure, read_cell
from pdsa.tally.grid import TallyCell, TallyGrid


class Entry(Struct, frozen=True):
    """What a team wants to stand in a cell, and the ``version`` of the cell that it saw.

    ``was`` is the text that it saw, where that is known: a cell that nobody touched is left alone,
    whatever became of it since.
    """

    text: str
    seen: str = ""
    was: str | None = None


class Filling(StrEnum):
    """What becomes of a cell."""

    unchanged = "unchanged"
    add = "add"
    change = "change"
    remove = "remove"
    refused = "refused"
    conflict = "conflict"


class Filled(Struct, frozen=True, kw_only=True):
    """What an entry does in its cell: ``figure`` in the place of ``stands``, the point there.

    ``figure`` is there to ``add`` and to ``change``, ``stands`` to ``change`` and to ``remove``,
    ``refusal`` where it is ``refused``; in a ``conflict``, ``shown`` is what the cell says now.
    """

    day: date
    classroom_id: UnitId | None
    filling: Filling
    text: str
    shown: str = ""
    figure: Figure | None = None
    stands: DataPoint | None = None
    refusal: InvalidValue | None = None

    def point(self, grid: TallyGrid, *, id: PointId) -> DataPoint | None:
        """The point to store: a new one under ``id`` or the one that stands, changed; else ``None``.

        Its note, cycle and version stay as they are.
        """
        if self.figure is None:
            return None
        num, den, value = self.figure.numerator, self.figure.denominator, self.figure.value
        if self.stands is not None:
            return replace(self.stands, numerator=num, denominator=den, value=value)
        return self.figure.point(
            id,
            grid.measure.id,
            self.day,
            classroom_id=self.classroom_id,
            cycle_id=grid.cycle_id,
        )


def fill(grid: TallyGrid, entries: Mapping[tuple[date, UnitId | None], Entry]) -> list[Filled]:
    """What each entry does, day by day and column by column; entries of no cell come last.

    A text that says what stands there changes nothing, however it is written. An empty text removes
    what stands. A cell that is another than the one seen is a conflict, a read-only cell and a text
    that cannot be read are refused. Nothing is written here.
    """
    cells = {(cell.day, cell.classroom_id): cell for cell in grid.cells()}
    known = [_fill(grid, cell, entries[at]) for at, cell in cells.items() if at in entries]
    unknown = [
        Filled(
            day=at[0],
            classroom_id=at[1],
            filling=Filling.refused,
            text=entry.text,
            refusal=InvalidValue("cell", f"{at[0]} {at[1] or ''}".strip(), rules.NO_SUCH_CELL),
        )
        for at, entry in entries.items()
        if at not in cells
    ]
    return known + unknown


def _fill(grid: TallyGrid, cell: TallyCell, entry: Entry) -> Filled:
    stands = cell.points[0] if len(cell.points) == 1 else None
    found = Filled(
        day=cell.day,
        classroom_id=cell.classroom_id,
        filling=Filling.unchanged,
        text=entry.text,
        shown=cell.text,
        stands=stands,
    )
    if entry.text.strip() == cell.text or entry.text == entry.was:
        return found
    try:
        figure = read_cell(grid.measure, entry.text, size=cell.size)
    except InvalidValue as refusal:
        return replace(found, filling=Filling.refused, refusal=refusal)
    if figure == cell.figure:
        return found
    if cell.read_only:
        why = InvalidValue("text", entry.text, cell.read_only)
        return replace(found, filling=Filling.refused, refusal=why)
    if entry.seen != cell.version:
        return replace(found, filling=Filling.conflict)
    if figure is None:
        return replace(found, filling=Filling.remove)
    return replace(found, filling=Filling.change if stands else Filling.add, figure=figure)
