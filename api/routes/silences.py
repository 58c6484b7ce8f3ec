"""Silences: findings that a team leaves as they are, each with its reason."""

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from api.commands import build, change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, Limit
from api.store import elements, silences
from api.store.kinds import SILENCE
from pdsa.ids import PersonId
from pdsa.silence import Silence

#: Who did it and when is never taken from a client.
SIGNATURE = ("made_by", "made_on")


@draft(Silence, without=("aim_id", *SIGNATURE))
class SilenceDraft(Struct):
    """The code of a finding and why it is left; without an element, for the whole inquiry."""


@change(Silence, without=("aim_id", "code", "element_id", *SIGNATURE))
class SilenceChange(Struct):
    """A merge patch of a silence's reason; another finding is another silence."""


@get("/aims/{aim_id:str}/silences", operation_id="silences_list", tags=["review"])
async def silences_list(
    aim_id: Id, desk: NamedDependency[Desk], limit: Limit = 50, cursor: Cursor = None
) -> Response[Page[Silence]]:
    """The findings that the team of an aim leaves as they are; told to that team alone."""
    return await desk.page(silences.page_of, aim_id, from_cursor(cursor, str), limit)


@post("/aims/{aim_id:str}/silences", operation_id="silences_create", tags=["review"])
async def silences_create(
    aim_id: Id, data: JSONBody[SilenceDraft], desk: NamedDependency[Desk]
) -> Response[Silence]:
    """Silence a finding.

    It is shown no more, of one element or of the whole inquiry; nothing else changes by it.
    """
    silence = build(
        Silence,
        data,
        id=new_id(),
        aim_id=aim_id,
        made_by=PersonId(desk.by.principal.person_id),
        made_on=desk.today,
    )
    return await desk.create("silences", silences.add_silence, silence)


@get("/silences/{silence_id:str}", operation_id="silences_get", tags=["review"])
async def silences_get(silence_id: Id, desk: NamedDependency[Desk]) -> Response[Silence]:
    """One silence."""
    return await desk.show(elements.tell, SILENCE, silence_id)


@patch("/silences/{silence_id:str}", operation_id="silences_change", tags=["review"], if_match=True)
async def silences_change(
    silence_id: Id, data: JSONBody[SilenceChange], desk: NamedDependency[Desk]
) -> Response[Silence]:
    """Say the reason better; the words before stay in the activity."""
    return await desk.change(
        elements.change, SILENCE, silence_id, desk.version(), lambda each: patched(each, data)
    )


@delete(
    "/silences/{silence_id:str}",
    operation_id="silences_remove",
    tags=["review"],
    if_match=True,
    status_code=204,
)
async def silences_remove(silence_id: Id, desk: NamedDependency[Desk]) -> Response[None]:
    """Let the finding be shown again; who silenced it and why stays in the activity."""
    return await desk.remove(elements.remove, SILENCE, silence_id, desk.version())


ROUTES = [silences_list, silences_create, silences_get, silences_change, silences_remove]
