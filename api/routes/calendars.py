"""School calendars: in force for a unit and all under it."""

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from api.commands import build, change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, Limit, UnitFilter
from api.store import elements, lists
from api.store.kind import Place
from api.store.kinds import CALENDAR
from pdsa.calendar import SchoolCalendar


@draft(SchoolCalendar)
class CalendarDraft(Struct):
    """A new school year."""


@change(SchoolCalendar, without=("unit_id",))
class CalendarChange(Struct):
    """A merge patch of a school year; closures are replaced as a whole."""


@get("/calendars", operation_id="calendars_list", tags=["calendars"])
async def calendars_list(
    desk: NamedDependency[Desk],
    unit: UnitFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[SchoolCalendar]]:
    """School calendars."""
    return await desk.page(lists.calendars, unit=unit, after=from_cursor(cursor, str), limit=limit)


@post("/calendars", operation_id="calendars_create", tags=["calendars"])
async def calendars_create(
    data: JSONBody[CalendarDraft], desk: NamedDependency[Desk]
) -> Response[SchoolCalendar]:
    """Add a school year."""
    calendar = build(SchoolCalendar, data, id=new_id())
    place = Place(calendar.unit_id, None)
    return await desk.create("calendars", elements.add, CALENDAR, calendar, place)


@get("/calendars/{calendar_id:str}", operation_id="calendars_get", tags=["calendars"])
async def calendars_get(calendar_id: Id, desk: NamedDependency[Desk]) -> Response[SchoolCalendar]:
    """One school year."""
    return await desk.show(elements.tell, CALENDAR, calendar_id)


@patch(
    "/calendars/{calendar_id:str}",
    operation_id="calendars_change",
    tags=["calendars"],
    if_match=True,
)
async def calendars_change(
    calendar_id: Id, data: JSONBody[CalendarChange], desk: NamedDependency[Desk]
) -> Response[SchoolCalendar]:
    """Change a school year."""
    return await desk.change(
        elements.change, CALENDAR, calendar_id, desk.version(), lambda each: patched(each, data)
    )


ROUTES = [calendars_list, calendars_create, calendars_get, calendars_change]
