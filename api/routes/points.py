"""Data points: one at a time, or up to a thousand together."""

from datetime import date
from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.commands import build, change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Day, Id, Limit
from api.store import elements, points
from api.store.kinds import POINT
from pdsa.measure import DataPoint


@draft(DataPoint, without=("measure_id",))
class PointDraft(Struct):
    """A new data point: counts, a value, or neither where the figure is missing."""


class PointDrafts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to 1,000 data points of one measure."""

    points: Annotated[list[PointDraft], Meta(min_length=1, max_length=1000)]


@change(DataPoint, without=("measure_id",))
class PointChange(Struct):
    """A merge patch of a data point."""


@get("/measures/{measure_id:str}/points", operation_id="points_list", tags=["points"])
async def points_list(
    measure_id: Id,
    desk: NamedDependency[Desk],
    first: Day = None,
    last: Day = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[DataPoint]]:
    """A measure's data points by date."""
    return await desk.page(
        points.points_of, measure_id, first, last, from_cursor(cursor, date, str), limit
    )


@post("/measures/{measure_id:str}/points", operation_id="points_create", tags=["points"])
async def points_create(
    measure_id: Id, data: JSONBody[PointDraft], desk: NamedDependency[Desk]
) -> Response[DataPoint]:
    """Add one data point."""
    point = build(DataPoint, data, id=new_id(), measure_id=measure_id)
    return await desk.create("points", points.add_point, point)


@post("/measures/{measure_id:str}/points/batch", operation_id="points_create_many", tags=["points"])
async def points_create_many(
    measure_id: Id, data: JSONBody[PointDrafts], desk: NamedDependency[Desk]
) -> Response[list[DataPoint]]:
    """Add up to 1,000 data points, all of them or none; they come back in the order sent."""
    found = points.numbered(
        lambda each: build(DataPoint, each, id=new_id(), measure_id=measure_id), data.points
    )
    return await desk.create(None, points.add_points, measure_id, found)


@get("/points/{point_id:str}", operation_id="points_get", tags=["points"])
async def points_get(point_id: Id, desk: NamedDependency[Desk]) -> Response[DataPoint]:
    """One data point."""
    return await desk.show(elements.tell, POINT, point_id)


@patch("/points/{point_id:str}", operation_id="points_change", tags=["points"], if_match=True)
async def points_change(
    point_id: Id, data: JSONBody[PointChange], desk: NamedDependency[Desk]
) -> Response[DataPoint]:
    """Correct a data point; what it was stays in the activity."""
    return await desk.change(
        elements.change, POINT, point_id, desk.version(), lambda each: patched(each, data)
    )


@delete(
    "/points/{point_id:str}",
    operation_id="points_remove",
    tags=["points"],
    if_match=True,
    status_code=204,
)
async def points_remove(point_id: Id, desk: NamedDependency[Desk]) -> Response[None]:
    """Take a data point out; what it was stays in the activity."""
    return await desk.remove(elements.remove, POINT, point_id, desk.version())


ROUTES = [
    points_list,
    points_create,
    points_create_many,
    points_get,
    points_change,
    points_remove,
]
