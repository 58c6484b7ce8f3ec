"""Activity: who did what, when, with the patch there and back."""

from litestar import Response, get
from litestar.di import NamedDependency

from api.desk import Desk, Page, from_cursor
from api.routes.params import Cursor, IdFilter, Limit, UnitFilter
from api.store import lists
from api.store.activity import Activity


@get("/activity", operation_id="activity_list", tags=["activity"])
async def activity_list(
    desk: NamedDependency[Desk],
    unit: UnitFilter = None,
    aim: IdFilter = None,
    element: IdFilter = None,
    person: IdFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Activity]]:
    """What was done, the latest first."""
    return await desk.page(
        lists.activity,
        unit=unit,
        aim=aim,
        element=element,
        person=person,
        after=from_cursor(cursor, str),
        limit=limit,
    )


ROUTES = [activity_list]
