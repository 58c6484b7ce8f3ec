"""The grid of a tally as its page shows it."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from msgspec import Struct

from api.pages.forms import words_of
from pdsa.ids import UnitId
from pdsa.measure import Measure
from pdsa.tally import Filled, Filling, TallyCell, TallyGrid, Unplaced, tally_summary
from pdsa.words import say

#: Days before and after today that are always shown.
_NEAR = 10
#: What a form calls the column of the team as a whole.
WHOLE = "-"


class Cell(Struct, frozen=True):
    """A cell as the page shows it; ``state`` says what became of the text that was sent for it."""

    key: str
    label: str
    text: str
    seen: str
    read_only: str
    state: str = ""
    why: str = ""
    theirs: str = ""


class Row(Struct, frozen=True):
    """The cells of a day. An ``idle`` one says nothing and lies far from today: it can be hidden."""

    day: date
    cells: tuple[Cell, ...]
    idle: bool = False


class Tally(Struct, frozen=True):
    """One grid on the page; ``seen`` is what the form says of the cells that it was opened with."""

    measure: Measure
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    seen: str
    summary: str
    totals: tuple[str, ...]
    example: str
    unplaced: tuple[Unplaced, ...] = ()
    pasted: bool = False
    wrong: str = ""
    block: str = ""


def key_of(day: date, classroom_id: UnitId | None) -> str:
    """What a form calls a cell."""
    return f"{day}/{classroom_id or WHOLE}"


def shown_tally(
    grid: TallyGrid,
    *,
    today: date,
    filled: Sequence[Filled] = (),
    texts: Mapping[str, str] | None = None,
    unplaced: Sequence[Unplaced] = (),
    wrong: str = "",
    block: str = "",
) -> Tally:
    """A grid for the page, with what became of what was sent, or with ``texts`` not saved yet.

    ``wrong`` is what cannot be read in a pasted ``block``.
    """
    told = {key_of(each.day, each.classroom_id): each for each in filled}
    pasted = texts or {}
    rows = []
    for day, row in zip(grid.days, grid.rows, strict=True):
        cells = []
        for column, cell in zip(grid.columns, row, strict=True):
            key = key_of(cell.day, cell.classroom_id)
            cells.append(_cell(key, column.label, cell, told.get(key), pasted.get(key)))
        rows.append(Row(day, tuple(cells), idle=_is_idle(day, cells, today)))
    if all(row.idle for row in rows) or not any(cell.points for cell in grid.cells()):
        rows = [Row(row.day, row.cells) for row in rows]
    summary = tally_summary(grid)
    return Tally(
        measure=grid.measure,
        columns=tuple(column.label for column in grid.columns),
        rows=tuple(rows),
        seen=seen_in(grid),
        summary=summary_of(grid),
        totals=tuple(
            grid.measure.show(each.total.value) if each.total is not None else ""
            for each in summary.columns
        ),
        example=_example(grid),
        unplaced=tuple(unplaced),
        pasted=bool(pasted),
        wrong=wrong,
        block=block,
    )


def _is_idle(day: date, cells: Sequence[Cell], today: date) -> bool:
    return abs((day - today).days) > _NEAR and not any(cell.text or cell.state for cell in cells)


def _cell(key: str, label: str, cell: TallyCell, told: Filled | None, pasted: str | None) -> Cell:
    found = Cell(key=key, label=label, text=cell.text, seen=cell.version, read_only=cell.read_only)
    if pasted is not None and pasted != cell.text:
        return msgspec.structs.replace(found, text=pasted, state="waiting")
    if told is None or told.filling not in (Filling.refused, Filling.conflict):
        return found
    why = words_of(told.refusal) if told.refusal is not None else ""
    return msgspec.structs.replace(
        found, text=told.text, state=told.filling.value, why=why, theirs=told.shown
    )


def _example(grid: TallyGrid) -> str:
    unit = grid.measure.unit.value
    if unit in ("percentage", "rate"):
        return say("Write how many of how many, such as 10/25; a dash where there is no figure.")
    return say("Write one number, such as 12; a dash where there is no figure.")


def seen_in(grid: TallyGrid) -> str:
    """The cells that say something, each with its version and text."""
    told = {
        key_of(cell.day, cell.classroom_id): (cell.version, cell.text)
        for cell in grid.cells()
        if cell.points
    }
    return msgspec.json.encode(told).decode()


def summary_of(grid: TallyGrid) -> str:
    """How far the tally has got, in words."""
    found = tally_summary(grid)
    return say("{filled} of {cells} cells are filled in.", filled=found.filled, cells=found.cells)
