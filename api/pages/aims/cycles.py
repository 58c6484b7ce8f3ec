"""A new cycle: on a change idea that there is, or on one that is written in the same form."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from sqlalchemy import Connection

from api.ids import new_id
from api.pages.aims import forms
from api.pages.aims.forms import required
from api.pages.aims.seen import AimSeen, to_write
from api.pages.converting import converted
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.names import options
from api.pages.pointers import written
from api.routes.params import Id
from api.store import lists, parts
from api.store.access import By
from api.store.kinds import CHANGE_IDEA, CYCLE
from pdsa.change_idea import ChangeIdea
from pdsa.cycle import Cycle, Purpose
from pdsa.errors import InvalidValue, PdsaError
from pdsa.words import say

_MOST = 200
#: The choice that leads to a new change idea.
_NEW = "new"


@get("/aims/{aim_id:str}/cycles/new", include_in_schema=False)
async def new(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A new cycle; ``idea`` names the change idea that it is to test."""
    return await _page(desk, aim_id, idea=desk.request.query_params.get("idea", ""))


@post("/aims/{aim_id:str}/cycles/new", include_in_schema=False, status_code=303)
async def added(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Make the cycle, and its change idea where that is new: both or neither."""
    given = await desk.fields()
    id, idea_id = new_id(), new_id()
    try:
        idea, cycle = _made(written(given), aim_id, id, idea_id, desk)
        await desk.write(_add, idea, cycle)
    except PdsaError as error:
        return await _page(desk, aim_id, given, error)
    return go(f"/cycles/{id}/plan")


PAGES = [new, added]


def _made(
    values: Mapping[str, str], aim_id: str, id: str, idea_id: str, desk: PageDesk
) -> tuple[ChangeIdea | None, Cycle]:
    """The cycle, and the idea if it is new. Raises ``InvalidValue`` with the field of the form."""
    chosen, title = values.get("change_idea_id", ""), values.get("idea/title", "")
    if chosen not in ("", _NEW) and title:
        rule = say("either an idea of the list or a new one, not both")
        raise InvalidValue("change_idea_id", chosen, rule)
    idea = None
    if chosen in ("", _NEW):
        if not title:
            raise InvalidValue(
                "idea/title" if chosen else "change_idea_id", "", say("the change that is tested")
            )
        words = {"title": title, "description": values.get("idea/description", "")}
        idea = converted({"id": idea_id, "aim_id": aim_id, **words}, ChangeIdea, "idea")
        chosen = idea_id
    cycle = {
        "id": id,
        "aim_id": aim_id,
        "change_idea_id": chosen,
        "title": required(values, "title", say("the cycle a title")),
        "purpose": values.get("purpose") or Purpose.improvement.value,
        "planned_on": desk.today.isoformat(),
    }
    return idea, converted(cycle, Cycle)


def _add(conn: Connection, by: By, idea: ChangeIdea | None, cycle: Cycle) -> None:
    if idea is not None:
        parts.add(conn, by, CHANGE_IDEA, idea)
    parts.add(conn, by, CYCLE, cycle)


def _seen(conn: Connection, by: By, aim_id: str) -> tuple[AimSeen, list[ChangeIdea]]:
    seen = to_write(conn, by, aim_id)
    found, _ = lists.change_ideas(conn, by, unit=None, aim=aim_id, text=None, after=(), limit=_MOST)
    return seen, found


async def _page(
    desk: PageDesk,
    aim_id: str,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
    *,
    idea: str = "",
) -> Response[Any]:
    seen, found = await desk.read(_seen, aim_id)
    ids = {each.id for each in found}
    stored = {
        "change_idea_id": idea if idea in ids else "" if found else _NEW,
        "idea/title": "",
        "idea/description": "",
        "title": "",
        "purpose": Purpose.improvement.value,
    }
    shown = forms.form_shown(stored, editable=True, given=given, error=error, new=True)
    return desk.show_page(
        "aims/cycle.html",
        aim=seen.aim,
        team=seen.team,
        ideas=[
            *((each.id, each.title, "") for each in found),
            (_NEW, say("A new idea, written below"), ""),
        ],
        purposes=options(Purpose),
        **shown,
    )
