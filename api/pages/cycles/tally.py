"""What a team counts in Do: a grid of days and classrooms, typed or pasted, saved cell by cell."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from msgspec import Struct

from api.pages.cycles.stages import page_of
from api.pages.cycles.tally_view import WHOLE, Tally, key_of, shown_tally, summary_of
from api.pages.cycles.view import seen_of
from api.pages.desk import PageDesk
from api.pages.forms import go, words_of
from api.routes.params import Id
from api.store import elements, tally
from api.store.access import By
from api.store.kinds import CYCLE
from pdsa.errors import InvalidValue, PdsaError
from pdsa.ids import UnitId
from pdsa.stages import Stage
from pdsa.tally import Entry, Filled, Filling, TallyGrid, read_table
from pdsa.words import say

Place = tuple[date, UnitId | None]


def entries_of(given: Mapping[str, str]) -> dict[Place, Entry]:
    """What a form was sent with. Raises ``InvalidValue`` for what is no form of ours."""
    try:
        seen = msgspec.json.decode(given.get("seen") or "{}", type=dict[str, tuple[str, str]])
    except msgspec.MsgspecError:
        raise InvalidValue("seen", "", say("the form as it was opened")) from None
    found: dict[Place, Entry] = {}
    for name, text in given.items():
        if not name.startswith("cell/"):
            continue
        key = name.removeprefix("cell/")
        version, was = seen.get(key, ("", ""))
        day, _, room = key.partition("/")
        try:
            on = date.fromisoformat(day)
        except ValueError:
            raise InvalidValue(name, day, say("a day, such as 2026-09-14")) from None
        found[on, None if room == WHOLE else UnitId(room)] = Entry(text.strip(), version, was)
    return found


class CellSaved(Struct, frozen=True):
    """What our script is told of a cell: what stands there now, or why it was not saved."""

    state: str
    text: str
    seen: str
    why: str
    shown: str


class TallySaved(Struct, frozen=True):
    """What our script is told of cells that it sent."""

    cells: dict[str, CellSaved]
    summary: str
    at: str


@post("/cycles/{cycle_id:str}/tally/{measure_id:str}", include_in_schema=False, status_code=303)
async def save(cycle_id: Id, measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Save what was counted; what cannot be read stays in its cell, with what to write instead."""
    given = await desk.fields()
    try:
        entries = entries_of(given)
        found, grid = await desk.write(tally.write_tally, cycle_id, measure_id, entries)
    except PdsaError as error:
        return await _refused(desk, cycle_id, error)
    if desk.scripted:
        return desk.facts(_saved(desk, found, grid))
    if any(each.filling in (Filling.refused, Filling.conflict) for each in found):
        return await _again(desk, cycle_id, shown_tally(grid, today=desk.today, filled=found))
    return go(f"/cycles/{cycle_id}/do#tally")


@post(
    "/cycles/{cycle_id:str}/tally/{measure_id:str}/paste",
    include_in_schema=False,
    status_code=200,
)
async def paste(cycle_id: Id, measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Lay a block from a spreadsheet over the grid, to be looked at before it is saved."""
    given = await desk.fields()

    def read(conn: Any, by: By) -> TallyGrid:
        cycle = elements.get(conn, by, CYCLE, cycle_id)
        return tally.grid_of(conn, by, cycle, measure_id)

    grid = await desk.snapshot(read)
    try:
        block = await desk.work_out(
            read_table,
            grid.measure,
            given.get("text", ""),
            classrooms=grid.columns,
            days=grid.days,
        )
    except InvalidValue as error:
        if desk.scripted:
            return desk.facts({"why": words_of(error)}, status=422)
        return await _again(
            desk,
            cycle_id,
            shown_tally(grid, today=desk.today, wrong=words_of(error), block=given.get("text", "")),
        )
    texts = {key_of(each.day, each.classroom_id): each.text for each in block.cells}
    if desk.scripted:
        return desk.facts({"cells": texts, "unplaced": block.unplaced})
    return await _again(
        desk, cycle_id, shown_tally(grid, today=desk.today, texts=texts, unplaced=block.unplaced)
    )


PAGES = [save, paste]


def _saved(desk: PageDesk, found: Sequence[Filled], grid: TallyGrid) -> TallySaved:
    now = {key_of(cell.day, cell.classroom_id): cell for cell in grid.cells()}
    cells = {}
    for each in found:
        key = key_of(each.day, each.classroom_id)
        cell = now.get(key)
        kept = each.filling not in (Filling.refused, Filling.conflict)
        cells[key] = CellSaved(
            state="saved" if kept else each.filling.value,
            text=cell.text if cell is not None and kept else each.text,
            seen=cell.version if cell is not None else "",
            why=words_of(each.refusal) if each.refusal is not None else "",
            shown=cell.text if cell is not None else "",
        )
    return TallySaved(
        cells=cells,
        summary=summary_of(grid),
        at=desk.language.time(desk.by.at, desk.by.zone),
    )


async def _again(desk: PageDesk, cycle_id: str, replaced: Tally) -> Response[str]:
    seen = await desk.snapshot(seen_of, cycle_id)
    return await page_of(desk, seen, Stage.do, tally=replaced)


async def _refused(desk: PageDesk, cycle_id: str, error: PdsaError) -> Response[Any]:
    if desk.scripted:
        return desk.facts({"why": words_of(error)}, status=422)
    seen = await desk.snapshot(seen_of, cycle_id)
    return await page_of(desk, seen, Stage.do, error=error)
