"""The theory of an aim: its driver diagram in versions."""

from datetime import date
from typing import Annotated

from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from api.commands import build, draft
from api.desk import Desk, Page, from_cursor
from api.problems import PreconditionRequired
from api.routes.params import Cursor, Day, Id, Limit
from api.store import theories
from pdsa.ids import Version
from pdsa.theory import Theory, TheoryDiff


@draft(Theory, without=("aim_id",))
class TheoryDraft(Struct):
    """The next version of a driver diagram, whole: drivers with ids of your own, and all links."""


@get("/aims/{aim_id:str}/theory", operation_id="theories_get", tags=["theory"])
async def theories_get(aim_id: Id, desk: NamedDependency[Desk], on: Day = None) -> Response[Theory]:
    """The version in force, today or on a day."""
    return await desk.show(theories.get, aim_id, on)


@put("/aims/{aim_id:str}/theory", operation_id="theories_put", tags=["theory"], if_match="or none")
async def theories_put(
    aim_id: Id, data: JSONBody[TheoryDraft], desk: NamedDependency[Desk]
) -> Response[Theory]:
    """Draw the next version; the versions before it stay.

    `If-Match` names the version that this one follows; `If-None-Match: *` says that it is the
    first.
    """
    if desk.request.headers.get("if-none-match", "").strip() == "*":
        version: int | None = 0
    elif "if-match" in desk.request.headers:
        version = desk.version()
    else:
        raise PreconditionRequired("If-Match (or If-None-Match: * for the first version)")
    return await desk.change(theories.put, build(Theory, data, aim_id=aim_id), version)


@get("/aims/{aim_id:str}/theory/versions", operation_id="theories_list", tags=["theory"])
async def theories_list(
    aim_id: Id, desk: NamedDependency[Desk], limit: Limit = 50, cursor: Cursor = None
) -> Response[Page[Theory]]:
    """Every version, the oldest first."""
    after = from_cursor(cursor, Version)
    return await desk.page(theories.page, aim_id, after=after[0] if after else 0, limit=limit)


@get("/aims/{aim_id:str}/theory/diff", operation_id="theories_diff", tags=["theory"])
async def theories_diff(
    aim_id: Id,
    first: Annotated[date, QueryParameter(description="The earlier day.")],
    last: Annotated[date, QueryParameter(description="The later day.")],
    desk: NamedDependency[Desk],
) -> Response[TheoryDiff]:
    """What the team believed otherwise on one day than on another."""
    return await desk.show(theories.compare, aim_id, first, last)


ROUTES = [theories_get, theories_put, theories_list, theories_diff]
