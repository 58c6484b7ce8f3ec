"""Comments on an aim, on its cycles, and on the points of its charts."""

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from api.commands import build, draft
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Day, Id, IdFilter, Limit
from api.store import comments, elements
from api.store.kinds import COMMENT
from pdsa.feedback import Comment
from pdsa.ids import PersonId


@draft(Comment, without=("aim_id", "said_by", "said_on"))
class CommentDraft(Struct):
    """What is said, about the aim, a cycle, or a measure and a day; `shared` with those above."""


@get("/aims/{aim_id:str}/comments", operation_id="comments_list", tags=["feedback"])
async def comments_list(
    aim_id: Id,
    desk: NamedDependency[Desk],
    cycle: IdFilter = None,
    measure: IdFilter = None,
    on: Day = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Comment]]:
    """What was said about an aim, its cycles and its charts: all to the team, to others what is shared."""
    return await desk.page(
        comments.page_of,
        aim_id,
        cycle=cycle,
        measure=measure,
        on=on,
        after=from_cursor(cursor, str),
        limit=limit,
    )


@post("/aims/{aim_id:str}/comments", operation_id="comments_create", tags=["feedback"])
async def comments_create(
    aim_id: Id, data: JSONBody[CommentDraft], desk: NamedDependency[Desk]
) -> Response[Comment]:
    """Comment on an aim, a cycle, or a point of a chart.

    What the team says is its own unless it shares it; what is said from above is for both.
    """
    comment = build(
        Comment,
        data,
        id=new_id(),
        aim_id=aim_id,
        said_by=PersonId(desk.by.principal.person_id),
        said_on=desk.today,
    )
    return await desk.create("comments", comments.say, comment)


@get("/comments/{comment_id:str}", operation_id="comments_get", tags=["feedback"])
async def comments_get(comment_id: Id, desk: NamedDependency[Desk]) -> Response[Comment]:
    """One comment."""
    return await desk.show(elements.get, COMMENT, comment_id)


@delete(
    "/comments/{comment_id:str}",
    operation_id="comments_remove",
    tags=["feedback"],
    if_match=True,
    status_code=204,
)
async def comments_remove(comment_id: Id, desk: NamedDependency[Desk]) -> Response[None]:
    """Take one's own comment back; that it was said stays in the activity.

    An administrator of the unit may, too, if it is shared.
    """
    return await desk.remove(comments.take_back, comment_id, desk.version())


ROUTES = [comments_list, comments_create, comments_get, comments_remove]
