"""Data points on pages: one more, one corrected, one taken out."""

from collections.abc import Iterable, Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import Connection

from api.charting import group_names
from api.commands import build
from api.ids import new_id
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.measures.point_fields import drafted, groups, point_values
from api.pages.measures.seen import rooms_of, seen_of
from api.pages.measures.showing import page_of, query_beside
from api.pages.measures.views import day_of
from api.pages.measures.words import refused_at
from api.pages.merging import TextsDiffer, opened_with
from api.pages.pointers import written
from api.pages.saving import save
from api.routes.params import Id
from api.store import elements, points
from api.store.access import By, can
from api.store.elements import find, opened
from api.store.errors import StaleVersion
from api.store.kinds import MEASURE, POINT
from pdsa.errors import InvalidValue, PdsaError
from pdsa.measure import DataPoint, Measure
from pdsa.units import Action
from pdsa.words import say


class PointSeen(Struct, frozen=True):
    """A data point with its measure, for its team."""

    point: DataPoint
    measure: Measure
    rooms: dict[str, str]
    may_log: bool


def point_seen(conn: Connection, by: By, point_id: str) -> PointSeen:
    """A data point as its team sees it. Raises ``NotVisible``."""
    point, place = opened(conn, by, POINT, point_id)
    return PointSeen(
        point=point,
        measure=find(conn, MEASURE, point.measure_id)[0],
        rooms=rooms_of(conn, place.home),
        may_log=can(conn, by, Action.log, place.home),
    )


@post("/measures/{measure_id:str}/points", include_in_schema=False, status_code=303)
async def add(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Add one data point."""
    given = await desk.fields()

    def work(conn: Connection, by: By) -> DataPoint:
        fields = {name.removeprefix("point/"): text for name, text in written(given).items()}
        with refused_at("point"):
            draft = drafted(fields, desk.today)
            point = build(DataPoint, draft, id=new_id(), measure_id=measure_id)
            if point.missing and not point.note:
                rule = say("a figure, or a note that says why there is none")
                raise InvalidValue("note", "", rule)
            return points.add_point(conn, by, point)

    try:
        made = await desk.write(work)
    except PdsaError as error:
        seen = await desk.snapshot(seen_of, measure_id)
        return await page_of(desk, seen, sent=written(given), error=error)
    return go(f"/measures/{measure_id}{query_beside(desk)}#day-{made.on}")


@get("/measures/{measure_id:str}/points", include_in_schema=False)
async def of_a_day(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The single points of a day, for the team to correct."""
    seen = await desk.snapshot(seen_of, measure_id)
    try:
        on = day_of(desk.request.query_params, "on")
    except InvalidValue:
        return go(f"/measures/{measure_id}")
    if not seen.of_team:
        return go(f"/measures/{measure_id}")
    found = [point for point in seen.points if point.on == on]
    return desk.show_page(
        "measures/day.html",
        seen=seen,
        measure=seen.matter.measure,
        on=on,
        found=found,
        group_names=group_names(),
    )


@get("/points/{point_id:str}", include_in_schema=False)
async def point(point_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A data point, to be corrected."""
    return _page(desk, await desk.read(point_seen, point_id))


@post("/points/{point_id:str}", include_in_schema=False, status_code=303)
async def correct(point_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Correct a data point; what it was stays in the history."""
    given = await desk.fields()

    def make(found: DataPoint, values: Mapping[str, str]) -> DataPoint:
        draft = drafted(values)
        return replace(found, **(asdict(draft) | {"cycle_id": found.cycle_id}))

    try:
        with refused_at(""):
            found = await save(desk, POINT, point_id, given, point_values, make)
    except PdsaError as error:
        seen = await desk.read(point_seen, point_id)
        return _page(desk, seen, given=given, error=error)
    return go(f"/measures/{found.measure_id}#day-{found.on}")


@get("/points/{point_id:str}/remove", include_in_schema=False)
async def ask_to_remove(point_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Ask whether a data point is to be taken out."""
    seen = await desk.read(point_seen, point_id)
    return desk.show_page(
        "measures/remove_point.html", seen=seen, changed=False, group_names=group_names()
    )


@post("/points/{point_id:str}/remove", include_in_schema=False, status_code=303)
async def remove(point_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Take a data point out, as it was when that was asked; it stays in the history."""
    version = (await desk.fields()).get("version", "")
    seen = await desk.read(point_seen, point_id)
    try:
        known = seen.point.version if version == str(seen.point.version) else -1
        await desk.write(elements.remove, POINT, point_id, known)
    except StaleVersion:
        seen = await desk.read(point_seen, point_id)
        return desk.show_page(
            "measures/remove_point.html",
            status=409,
            seen=seen,
            changed=True,
            group_names=group_names(),
        )
    return go(f"/measures/{seen.measure.id}")


def _page(
    desk: PageDesk,
    seen: PointSeen,
    *,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
) -> Response[Any]:
    """The page of a data point, after ``given`` could not be saved because of ``error``."""
    stored = point_values(seen.point)
    differences = error.differences if isinstance(error, TextsDiffer) else ()
    sent = {} if given is None else written(given)
    return desk.show_page(
        "measures/point.html",
        status=409 if differences else 200,
        error=None if differences else error,
        seen=seen,
        measure=seen.measure,
        values=stored | sent,
        was=opened_with(stored) if given is None or differences else given.get("was", ""),
        differs={each.field: each.theirs for each in differences},
        prompts={},
        editable=seen.may_log,
        rooms=with_own(seen.rooms.items(), seen.point.classroom_id),
        groups=with_own(groups(), seen.point.student_group),
    )


def with_own(options: Iterable[tuple[str, str]], own: str | None) -> list[tuple[str, str]]:
    """What to choose from, and what is chosen already, should it not be among it."""
    found = [*options]
    return found if own is None or own in dict(found) else [*found, (own, own)]


PAGES = [add, of_a_day, point, correct, ask_to_remove, remove]
