"""Requests and barriers of teams: raised, answered above them, passed up, closed."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, IdFilter, Limit, UnitFilter
from api.store import elements, requests
from api.store.kinds import REQUEST
from pdsa.feedback import (
    Age,
    Party,
    Request,
    RequestKind,
    RequestMove,
    RequestState,
    Waiting,
    raise_request,
)
from pdsa.ids import AimId, CycleId, Name, PersonId, Reason, Ref, RequestId, Text, UnitId


class RequestDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the team asks for or what stands in its way, about an aim and perhaps one cycle of it."""

    aim_id: Ref[AimId]
    kind: RequestKind
    title: Name
    words: Text = ""
    cycle_id: Ref[CycleId] | None = None


class Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said with it: an answer, or why it is passed up or opened again."""

    words: Reason


class WordsOrNone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said with it, if anything."""

    words: Text = ""


@get("/requests", operation_id="requests_list", tags=["feedback"])
async def requests_list(
    desk: NamedDependency[Desk],
    unit: UnitFilter = None,
    at: Annotated[
        str | None,
        QueryParameter(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$(?![\s\S])",
            min_length=1,
            max_length=64,
            description="At this very unit above the team.",
        ),
    ] = None,
    aim: IdFilter = None,
    cycle: IdFilter = None,
    kind: Annotated[RequestKind | None, QueryParameter()] = None,
    in_state: Annotated[RequestState | None, QueryParameter()] = None,
    waits_for: Annotated[Party | None, QueryParameter()] = None,
    more_than: Annotated[
        int | None,
        QueryParameter(
            ge=1, le=500, description="Open, and waiting for more instructional days than this."
        ),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Waiting]]:
    """Requests with their age, the longest waiting first.

    A team sees its own; whoever stands above sees what has got to a unit on which they hold a role.
    """
    return await desk.page(
        requests.page_of,
        unit=unit,
        at=at,
        aim=aim,
        cycle=cycle,
        kind=kind,
        state=in_state,
        waits_for=waits_for,
        more_than=more_than,
        after=from_cursor(cursor, date, str),
        limit=limit,
    )


@post("/requests", operation_id="requests_create", tags=["feedback"])
async def requests_create(
    data: JSONBody[RequestDraft], desk: NamedDependency[Desk]
) -> Response[Request]:
    """Raise a request or report a barrier: it waits at the unit right above the team."""
    id = RequestId(new_id())

    def make(to: UnitId) -> Request:
        return raise_request(
            id,
            aim_id=data.aim_id,
            kind=data.kind,
            title=data.title,
            to=to,
            on=desk.today,
            words=data.words,
            cycle_id=data.cycle_id,
            by=_me(desk),
        )

    return await desk.create("requests", requests.raise_to, data.aim_id, make)


@get("/requests/{request_id:str}", operation_id="requests_get", tags=["feedback"])
async def requests_get(request_id: Id, desk: NamedDependency[Desk]) -> Response[Request]:
    """One request with every turn that it took."""
    return await desk.show(elements.get, REQUEST, request_id)


@get("/requests/{request_id:str}/age", operation_id="requests_age", tags=["feedback"])
async def requests_age(request_id: Id, desk: NamedDependency[Desk]) -> Response[Age]:
    """How long a request has waited, for whom, and whether it is overdue."""
    return await desk.show(requests.age_of, request_id)


@post(
    "/requests/{request_id:str}/answer",
    operation_id="requests_answer",
    tags=["feedback"],
    if_match=True,
    status_code=200,
)
async def requests_answer(
    request_id: Id, data: JSONBody[Words], desk: NamedDependency[Desk]
) -> Response[Request]:
    """Answer, or add to an answer; then it waits for the team."""
    return await _take(
        desk,
        request_id,
        RequestMove.answer,
        lambda each, on: each.answer(data.words, on=on, by=_me(desk)),
    )


@post(
    "/requests/{request_id:str}/pass-up",
    operation_id="requests_pass_up",
    tags=["feedback"],
    if_match=True,
    status_code=200,
)
async def requests_pass_up(
    request_id: Id, data: JSONBody[Words], desk: NamedDependency[Desk]
) -> Response[Request]:
    """Pass it up to the unit right above, and say why."""
    return await desk.change(
        requests.pass_up,
        request_id,
        desk.version(),
        lambda each, on, to: each.pass_up(data.words, to=to, on=on, by=_me(desk)),
    )


@post(
    "/requests/{request_id:str}/close",
    operation_id="requests_close",
    tags=["feedback"],
    if_match=True,
    status_code=200,
)
async def requests_close(
    request_id: Id, data: JSONBody[WordsOrNone], desk: NamedDependency[Desk]
) -> Response[Request]:
    """The team closes its request, answered or not."""
    return await _take(
        desk,
        request_id,
        RequestMove.close,
        lambda each, on: each.close(data.words, on=on, by=_me(desk)),
    )


@post(
    "/requests/{request_id:str}/reopen",
    operation_id="requests_reopen",
    tags=["feedback"],
    if_match=True,
    status_code=200,
)
async def requests_reopen(
    request_id: Id, data: JSONBody[Words], desk: NamedDependency[Desk]
) -> Response[Request]:
    """The team says why an answer does not do; it waits again where it was."""
    return await _take(
        desk,
        request_id,
        RequestMove.reopen,
        lambda each, on: each.reopen(data.words, on=on, by=_me(desk)),
    )


def _me(desk: Desk) -> PersonId:
    return PersonId(desk.by.principal.person_id)


async def _take(
    desk: Desk, request_id: str, move: RequestMove, make: Callable[[Request, date], Request]
) -> Response[Request]:
    return await desk.change(requests.take, request_id, desk.version(), move, make)


ROUTES = [
    requests_list,
    requests_create,
    requests_get,
    requests_age,
    requests_answer,
    requests_pass_up,
    requests_close,
    requests_reopen,
]
