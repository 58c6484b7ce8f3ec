"""Aims: the statement with its milestones, and what it says in a sentence."""

from datetime import date

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType

from api.commands import build, change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Day, Id, Limit, TextFilter, UnitFilter
from api.store import elements, lists
from api.store.kinds import AIM, place_of
from pdsa.aim import Aim
from pdsa.ids import Reason

_STOPPED = ("stopped_on", "stopped_because")


@draft(Aim, without=("measured_by", *_STOPPED))
class AimDraft(Struct):
    """A new aim; which measure measures its indicator is said later, once there is one."""


@change(Aim, without=("unit_id", *_STOPPED))
class AimChange(Struct):
    """A merge patch of an aim; milestones are replaced as a whole."""


class StopAim(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the team gives the aim up; without a day, as of today."""

    reason: Reason
    on: date | UnsetType = UNSET


class Statement(Struct, frozen=True, kw_only=True):
    """An aim in a sentence, and where its indicator should be today if all goes straight."""

    aim_id: str
    sentence: str
    expected_today: float | None


@get("/aims", operation_id="aims_list", tags=["aims"])
async def aims_list(
    desk: NamedDependency[Desk],
    unit: UnitFilter = None,
    text: TextFilter = None,
    due_from: Day = None,
    due_to: Day = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Aim]]:
    """Aims."""
    return await desk.page(
        lists.aims,
        unit=unit,
        text=text,
        due_from=due_from,
        due_to=due_to,
        after=from_cursor(cursor, str),
        limit=limit,
    )


@post("/aims", operation_id="aims_create", tags=["aims"])
async def aims_create(data: JSONBody[AimDraft], desk: NamedDependency[Desk]) -> Response[Aim]:
    """State an aim."""
    aim = build(Aim, data, id=new_id())
    return await desk.create("aims", elements.add, AIM, aim, place_of(aim))


@get("/aims/{aim_id:str}", operation_id="aims_get", tags=["aims"])
async def aims_get(aim_id: Id, desk: NamedDependency[Desk]) -> Response[Aim]:
    """One aim."""
    return await desk.show(elements.tell, AIM, aim_id)


@patch("/aims/{aim_id:str}", operation_id="aims_change", tags=["aims"], if_match=True)
async def aims_change(
    aim_id: Id, data: JSONBody[AimChange], desk: NamedDependency[Desk]
) -> Response[Aim]:
    """Change an aim, or say which measure measures its indicator."""
    return await desk.change(
        elements.change, AIM, aim_id, desk.version(), lambda each: patched(each, data)
    )


@get("/aims/{aim_id:str}/statement", operation_id="aims_statement", tags=["aims"])
async def aims_statement(aim_id: Id, desk: NamedDependency[Desk]) -> Response[Statement]:
    """The aim as one sentence."""

    aim = await desk.read(elements.get, AIM, aim_id)
    expected = aim.expected_on(desk.today)
    return desk.answer(Statement(aim_id=aim.id, sentence=aim.sentence(), expected_today=expected))


@post(
    "/aims/{aim_id:str}/stop",
    operation_id="aims_stop",
    tags=["aims"],
    if_match=True,
    status_code=200,
)
async def aims_stop(
    aim_id: Id, data: JSONBody[StopAim], desk: NamedDependency[Desk]
) -> Response[Aim]:
    """Give an aim up, with the reason; its record stays."""
    on = desk.today if data.on is UNSET else data.on
    return await desk.change(
        elements.change,
        AIM,
        aim_id,
        desk.version(),
        lambda aim: aim.stopped(on=on, reason=data.reason),
        verb="stop",
    )


@post(
    "/aims/{aim_id:str}/resume",
    operation_id="aims_resume",
    tags=["aims"],
    if_match=True,
    status_code=200,
)
async def aims_resume(aim_id: Id, desk: NamedDependency[Desk]) -> Response[Aim]:
    """Take an aim up again."""
    return await desk.change(
        elements.change, AIM, aim_id, desk.version(), Aim.resumed, verb="resume"
    )


ROUTES = [aims_list, aims_create, aims_get, aims_change, aims_statement, aims_stop, aims_resume]
