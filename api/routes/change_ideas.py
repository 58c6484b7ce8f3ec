"""Change ideas, where they came from, and the ramp of cycles that tested them."""

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from api.commands import build, change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, IdFilter, Limit, TextFilter, UnitFilter
from api.store import lists, parts
from api.store.elements import change as change_element
from api.store.elements import get as get_element
from api.store.kinds import CHANGE_IDEA
from pdsa.change_idea import ChangeIdea
from pdsa.ramp import Ramp


@draft(ChangeIdea)
class ChangeIdeaDraft(Struct):
    """A new change idea under an aim."""


@change(ChangeIdea, without=("aim_id",))
class ChangeIdeaChange(Struct):
    """A merge patch of a change idea."""


@get("/change-ideas", operation_id="change_ideas_list", tags=["change ideas"])
async def change_ideas_list(
    desk: NamedDependency[Desk],
    unit: UnitFilter = None,
    aim: IdFilter = None,
    text: TextFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[ChangeIdea]]:
    """Change ideas."""
    after = from_cursor(cursor, str)
    return await desk.page(
        lists.change_ideas, unit=unit, aim=aim, text=text, after=after, limit=limit
    )


@post("/change-ideas", operation_id="change_ideas_create", tags=["change ideas"])
async def change_ideas_create(
    data: JSONBody[ChangeIdeaDraft], desk: NamedDependency[Desk]
) -> Response[ChangeIdea]:
    """Add a change idea."""
    idea = build(ChangeIdea, data, id=new_id())
    return await desk.create("change-ideas", parts.add, CHANGE_IDEA, idea)


@get("/change-ideas/{idea_id:str}", operation_id="change_ideas_get", tags=["change ideas"])
async def change_ideas_get(idea_id: Id, desk: NamedDependency[Desk]) -> Response[ChangeIdea]:
    """One change idea."""
    return await desk.show(get_element, CHANGE_IDEA, idea_id)


@patch(
    "/change-ideas/{idea_id:str}",
    operation_id="change_ideas_change",
    tags=["change ideas"],
    if_match=True,
)
async def change_ideas_change(
    idea_id: Id, data: JSONBody[ChangeIdeaChange], desk: NamedDependency[Desk]
) -> Response[ChangeIdea]:
    """Change a change idea."""
    return await desk.change(
        change_element, CHANGE_IDEA, idea_id, desk.version(), lambda each: patched(each, data)
    )


@get(
    "/change-ideas/{idea_id:str}/lineage",
    operation_id="change_ideas_lineage",
    tags=["change ideas"],
)
async def change_ideas_lineage(
    idea_id: Id, desk: NamedDependency[Desk]
) -> Response[list[ChangeIdea]]:
    """The idea and those it was adapted from, the oldest first."""
    return await desk.show(lists.lineage_of, idea_id)


@get("/change-ideas/{idea_id:str}/ramp", operation_id="change_ideas_ramp", tags=["change ideas"])
async def change_ideas_ramp(idea_id: Id, desk: NamedDependency[Desk]) -> Response[Ramp]:
    """The cycles on this idea, one after another."""
    return await desk.show(lists.ramp_of, idea_id)


ROUTES = [
    change_ideas_list,
    change_ideas_create,
    change_ideas_get,
    change_ideas_change,
    change_ideas_lineage,
    change_ideas_ramp,
]
