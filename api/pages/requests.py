"""Requests and barriers of teams: raised on an aim, listed where they wait, answered, closed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency

from api.desk import to_cursor
from api.ids import new_id
from api.pages.converting import converted, version
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.names import named, options
from api.pages.pointers import written
from api.pages.portfolios.names import taken
from api.routes.params import Id
from api.routes.requests import RequestDraft, WordsOrNone
from api.store import requests, waiting
from api.store.errors import StaleVersion
from pdsa.errors import InvalidValue, NotAllowed, NotVisible, PdsaError, UnknownElement
from pdsa.feedback import Request, RequestKind, RequestMove, RequestState, raise_request
from pdsa.feedback.sight import TEAM_TURNS
from pdsa.ids import PersonId, RequestId, UnitId
from pdsa.words import mark, say

#: Requests on one page.
_LIMIT = 50
#: What each move is called on its button.
_BUTTONS: Mapping[RequestMove, str] = {
    RequestMove.answer: mark("Answer"),
    RequestMove.pass_up: mark("Hand up"),
    RequestMove.close: mark("Close it"),
    RequestMove.reopen: mark("Open it again"),
}
_MORE: Mapping[RequestKind, str] = {
    RequestKind.request: mark("the team asks for something"),
    RequestKind.barrier: mark("something stands in the team's way"),
}


@get("/units/{unit_id:str}/requests", include_in_schema=False)
async def at_unit(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The requests that wait at a unit, with their age; of a team, those that it has raised."""
    aim = desk.asked("aim") or None
    state = _state(desk.asked("state"), everything=aim is not None)
    after = desk.after(date, str)
    found, key = await desk.browse(waiting.waiting_at, unit_id, aim, state, after, _LIMIT)
    kept = {"aim": aim, "state": state, "cursor": to_cursor(key) if key else None}
    return desk.show_page(
        "requests/at_unit.html",
        place=found.place,
        found=found,
        state=state,
        states=options(RequestState),
        aim=aim,
        named=named,
        next=key and f"?{urlencode({name: text for name, text in kept.items() if text})}",
    )


def _state(text: str, *, everything: bool) -> RequestState | None:
    if text in set(RequestState):
        return RequestState(text)
    return None if everything else RequestState.waiting


@get("/requests/{request_id:str}", include_in_schema=False)
async def shown(request_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A request with every turn that it took, and what can be done now."""
    return await _page(desk, request_id)


@post("/requests/{request_id:str}", include_in_schema=False, status_code=303)
async def turned(request_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Take a turn: answer, hand up, close or open again, as the button says."""
    given = written(await desk.fields())
    who = PersonId(desk.who.person_id)
    try:
        move, known = _move(given.get("move", "")), version(given.get("version", ""))
        words = converted({"words": given.get("words", "")}, WordsOrNone).words
        if move is RequestMove.pass_up:
            await desk.write(
                requests.pass_up,
                request_id,
                known,
                lambda each, on, to: each.pass_up(words, to=to, on=on, by=who),
            )
        else:

            def make(each: Request, on: date) -> Request:
                if move is RequestMove.answer:
                    return each.answer(words, on=on, by=who)
                if move is RequestMove.reopen:
                    return each.reopen(words, on=on, by=who)
                return each.close(words, on=on, by=who)

            await desk.write(requests.take, request_id, known, move, make)
    except (NotAllowed, NotVisible):
        raise
    except PdsaError as error:
        if isinstance(error, InvalidValue) and error.field == "words" and not given.get("words"):
            error = InvalidValue("words", "", say("a few words: what you answer, or why"))
        return await _page(desk, request_id, given=given, error=error)
    return go(f"/requests/{request_id}")


def _move(text: str) -> RequestMove:
    if text not in set(RequestMove) or text == RequestMove.raise_:
        raise InvalidValue("move", text, say("one of the buttons below"))
    return RequestMove(text)


async def _page(
    desk: PageDesk,
    request_id: str,
    *,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
) -> Response[str]:
    found = await desk.snapshot(waiting.opened, request_id)
    stale = isinstance(error, StaleVersion)
    return desk.show_page(
        "requests/request.html",
        status=409 if stale else 200,
        error=None if stale else error,
        stale=stale,
        found=found,
        request=found.request,
        buttons=[(move.value, say(_BUTTONS[move])) for move in found.moves],
        values=given or {},
        named=named,
        taken=taken,
        team_turns=TEAM_TURNS,
    )


@get("/aims/{aim_id:str}/requests/new", include_in_schema=False)
async def new(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The form by which a team asks for something, or reports what stands in its way."""
    return await _form(desk, aim_id)


@post("/aims/{aim_id:str}/requests/new", include_in_schema=False, status_code=303)
async def raised(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Raise it: it waits at the unit right above the team."""
    given = written(await desk.fields())
    id, who = RequestId(new_id()), PersonId(desk.who.person_id)
    try:
        draft = converted(
            {
                "aim_id": aim_id,
                "kind": given.get("kind", ""),
                "title": given.get("title", ""),
                "words": given.get("words", ""),
                "cycle_id": given.get("cycle_id") or None,
            },
            RequestDraft,
        )

        def make(to: UnitId) -> Request:
            return raise_request(
                id,
                aim_id=draft.aim_id,
                kind=draft.kind,
                title=draft.title,
                to=to,
                on=desk.today,
                words=draft.words,
                cycle_id=draft.cycle_id,
                by=who,
            )

        await desk.write(requests.raise_to, aim_id, make)
    except (NotAllowed, NotVisible):
        raise
    except PdsaError as error:
        return await _form(desk, aim_id, given=given, error=error)
    return go(f"/requests/{id}")


async def _form(
    desk: PageDesk,
    aim_id: str,
    *,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
) -> Response[str]:
    found = await desk.snapshot(waiting.asking, aim_id)
    if isinstance(error, UnknownElement) and error.field == "cycle_id":
        error = InvalidValue("cycle_id", None, say("a cycle of this aim"))
    elif isinstance(error, InvalidValue) and error.field == "aim_id":
        error = InvalidValue("", None, error.rule)
    return desk.show_page(
        "requests/new.html",
        error=error,
        found=found,
        kinds=[(each.value, named(each), say(_MORE[each])) for each in RequestKind],
        cycles=[(each.id, each.title) for each in found.cycles],
        values={"kind": RequestKind.request.value, **(given or {})},
        editable=True,
        prompts={},
        differs={},
    )


PAGES = [at_unit, shown, turned, new, raised]
