"""Units: the district's tree, down to the classrooms of a team."""

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from api.commands import build, change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, IdFilter, Limit, TextFilter, UnitFilter
from api.store import elements, lists, units
from api.store.kinds import UNIT
from pdsa.units import Unit


@draft(Unit)
class UnitDraft(Struct):
    """A new unit; without a parent it is a district of its own."""


@change(Unit)
class UnitChange(Struct):
    """A merge patch of a unit; another parent moves it with all that is under it."""


@get("/units", operation_id="units_list", tags=["units"])
async def units_list(
    desk: NamedDependency[Desk],
    unit: UnitFilter = None,
    parent: IdFilter = None,
    kind: IdFilter = None,
    text: TextFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Unit]]:
    """The units that you may see."""
    after = from_cursor(cursor, str)
    return await desk.page(
        lists.units, unit=unit, parent=parent, kind=kind, text=text, after=after, limit=limit
    )


@post("/units", operation_id="units_create", tags=["units"])
async def units_create(data: JSONBody[UnitDraft], desk: NamedDependency[Desk]) -> Response[Unit]:
    """Put a unit under another one."""
    return await desk.create("units", units.add, build(Unit, data, id=new_id()))


@get("/units/{unit_id:str}", operation_id="units_get", tags=["units"])
async def units_get(unit_id: Id, desk: NamedDependency[Desk]) -> Response[Unit]:
    """One unit."""
    return await desk.show(elements.tell, UNIT, unit_id)


@patch("/units/{unit_id:str}", operation_id="units_change", tags=["units"], if_match=True)
async def units_change(
    unit_id: Id, data: JSONBody[UnitChange], desk: NamedDependency[Desk]
) -> Response[Unit]:
    """Rename a unit or move it."""
    return await desk.change(
        units.change, unit_id, desk.version(), lambda unit: patched(unit, data)
    )


ROUTES = [units_list, units_create, units_get, units_change]
