"""Progress levels: the team's own word and its coach's or ILT's, beside what the record shows."""

from datetime import date, timedelta

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Struct, UnsetType

from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, Limit
from api.store import elements, levels, reviews
from api.store.kinds import LEVEL
from pdsa import review
from pdsa.errors import InvalidValue
from pdsa.ids import AimId, LevelId, PersonId, Text
from pdsa.level import Level, ScaleStep, Voice
from pdsa.review import Standing, standing


class LevelDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A voice, its level and why; without a day, as of today."""

    voice: Voice
    level: ScaleStep
    reason: Text = ""
    on: date | UnsetType = UNSET


@get("/aims/{aim_id:str}/levels", operation_id="levels_list", tags=["review"])
async def levels_list(
    aim_id: Id, desk: NamedDependency[Desk], limit: Limit = 50, cursor: Cursor = None
) -> Response[Page[Level]]:
    """What the team and its coach or ILT have said of an aim's progress, by date."""
    return await desk.page(levels.page_of, aim_id, from_cursor(cursor, date, str), limit)


@post("/aims/{aim_id:str}/levels", operation_id="levels_create", tags=["review"])
async def levels_create(
    aim_id: Id, data: JSONBody[LevelDraft], desk: NamedDependency[Desk]
) -> Response[Level]:
    """Say how far an aim has got, as its team or as its coach or ILT.

    A later word stands beside the ones before it, and neither voice overwrites the other. Its day
    is today or before.
    """
    on = desk.today if data.on is UNSET else data.on
    if on > desk.today + timedelta(days=1):  # where the client is, the day may have begun
        raise InvalidValue("on", str(on), "no later than today; a word is about what is there")
    level = Level(
        id=LevelId(new_id()),
        aim_id=AimId(aim_id),
        voice=data.voice,
        on=on,
        level=data.level,
        reason=data.reason,
        said_by=PersonId(desk.by.principal.person_id),
    )
    return await desk.create("levels", levels.say, level)


@get("/levels/{level_id:str}", operation_id="levels_get", tags=["review"])
async def levels_get(level_id: Id, desk: NamedDependency[Desk]) -> Response[Level]:
    """One word on an aim's progress."""
    return await desk.show(elements.tell, LEVEL, level_id)


@delete(
    "/levels/{level_id:str}",
    operation_id="levels_remove",
    tags=["review"],
    if_match=True,
    status_code=204,
)
async def levels_remove(level_id: Id, desk: NamedDependency[Desk]) -> Response[None]:
    """Take one's own word back; that it was said stays in the activity.

    An administrator of the unit may, too.
    """
    return await desk.remove(levels.take_back, level_id, desk.version())


@get("/aims/{aim_id:str}/progress", operation_id="aims_progress", tags=["review"])
async def aims_progress(aim_id: Id, desk: NamedDependency[Desk]) -> Response[Standing]:
    """How far an aim has got: what the record shows, the team's last word, and the coach's.

    Each step of the scale comes with what it rests on, and the differences stand in sentences.
    """
    inquiry, audience = await desk.snapshot(reviews.of_aim, aim_id)
    record = review.Record(inquiry, desk.today, audience=audience)
    return desk.answer(await desk.work_out(standing, record))


ROUTES = [levels_list, levels_create, levels_get, levels_remove, aims_progress]
