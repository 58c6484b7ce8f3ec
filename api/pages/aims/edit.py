"""The statement builder: an aim is written and rewritten, with its sentence beside it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from sqlalchemy import Connection

from api.ids import new_id
from api.pages.aims import forms
from api.pages.aims.fields import (
    aim_values,
    checks,
    is_live,
    new_aim,
    stated,
    with_values,
)
from api.pages.aims.forms import required
from api.pages.aims.seen import InquirySeen, inquiry_of
from api.pages.converting import converted
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.names import options
from api.pages.pointers import numbered, written
from api.pages.saving import last_saved
from api.routes.aims import StopAim
from api.routes.params import Id
from api.store import elements
from api.store.access import By, check
from api.store.kinds import AIM, UNIT, place_of
from pdsa.aim import Aim
from pdsa.errors import InvalidValue, PdsaError
from pdsa.ids import MeasureId
from pdsa.measure import Direction, MeasureUnit
from pdsa.review import findings
from pdsa.units import Action, Unit
from pdsa.words import say

#: The field of the reason for which an aim is given up.
_STOP = "stop-reason"


@get("/teams/{unit_id:str}/aims/new", include_in_schema=False)
async def new(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A new aim, to be written."""
    team = await desk.read(_team_to_write, unit_id)
    return await _page_of_new(desk, team)


@post("/teams/{unit_id:str}/aims/new", include_in_schema=False, status_code=303)
async def added(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Write an aim down; or only show its sentence."""
    given = await desk.fields()
    if given.get("do") == "sentence":
        team = await desk.read(_team_to_write, unit_id)
        return await _page_of_new(desk, team, given)
    id = new_id()
    try:
        aim = with_values(new_aim(id, unit_id), written(given))
        await desk.write(elements.add, AIM, aim, place_of(aim))
    except PdsaError as error:
        team = await desk.read(_team_to_write, unit_id)
        return await _page_of_new(desk, team, given, error)
    return go(f"/aims/{id}")


@post("/aims/sentence", include_in_schema=False, status_code=200)
async def sentence(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """For our script: the sentence that the fields make so far, and what would make it better."""
    found = stated(written(await desk.fields()), desk.today)
    return desk.facts(found)


@get("/aims/{aim_id:str}/edit", include_in_schema=False)
async def edit(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """An aim in the builder."""
    return await _page(desk, aim_id)


@post("/aims/{aim_id:str}/edit", include_in_schema=False, status_code=303)
async def changed(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Save what was written of an aim; or only show its sentence."""
    given = await desk.fields()
    if given.get("do") == "sentence":
        return await _page(desk, aim_id, given)
    again = partial(_page, desk, aim_id)
    then = f"/aims/{aim_id}/edit#content" if given.get("do") == "more" else f"/aims/{aim_id}"
    return await forms.saved(desk, AIM, aim_id, given, aim_values, with_values, again, then)


@get("/aims/{aim_id:str}/pulse", include_in_schema=False)
async def beat(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """For our script: what the fields of an aim hold now, where that is not the version it has."""
    return await forms.beat(desk, AIM, aim_id, aim_values)


@post("/aims/{aim_id:str}/stop", include_in_schema=False, status_code=303)
async def stop(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Give an aim up, with the reason; its record stays."""
    given = written(await desk.fields())

    def make(aim: Aim) -> Aim:
        try:
            required(given, "reason", say("the reason: the next reader will ask"))
            made = converted({"reason": given["reason"]}, StopAim)
            return aim.stopped(on=desk.today, reason=made.reason)
        except InvalidValue as error:
            raise InvalidValue(_STOP, given.get("reason", ""), error.rule) from error

    return await _moved(desk, aim_id, make, "stop")


@post("/aims/{aim_id:str}/resume", include_in_schema=False, status_code=303)
async def resume(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Take an aim up again."""
    await desk.fields()
    return await _moved(desk, aim_id, Aim.resumed, "resume")


@post("/aims/{aim_id:str}/measured-by", include_in_schema=False, status_code=303)
async def measured_by(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Say which measure measures the aim."""
    measure_id = MeasureId((await desk.fields()).get("measured_by", ""))
    return await _moved(
        desk, aim_id, lambda aim: with_values(aim, aim_values(aim) | {"measured_by": measure_id})
    )


PAGES = [new, added, sentence, edit, changed, beat, stop, resume, measured_by]


async def _moved(desk: PageDesk, aim_id: str, make: Any, verb: str = "change") -> Response[Any]:
    try:
        await desk.write(elements.change, AIM, aim_id, None, make, verb=verb)
    except PdsaError as error:
        return await _page(desk, aim_id, None, error)
    return go(f"/aims/{aim_id}")


def _team_to_write(conn: Connection, by: By, unit_id: str) -> Unit:
    team = elements.get(conn, by, UNIT, unit_id)
    check(conn, by, Action.log, unit_id, kind=UNIT.name, id=unit_id)
    return team


async def _page_of_new(
    desk: PageDesk,
    team: Unit,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
) -> Response[Any]:
    sent = None if given is None else written(given)
    said = await desk.work_out(stated, sent or {}, desk.today)
    empty = aim_values(new_aim("new", team.id)) | {"title": ""}
    shown = forms.form_shown(
        empty,
        editable=True,
        given=given,
        error=error,
        prompts=said.checks if sent else (),
        new=True,
    )
    return desk.show_page(
        "aims/edit.html",
        aim=None,
        team=team,
        changed=None,
        sentence=said.sentence if sent else "",
        **_choices(shown["values"]),
        **shown,
    )


def _shown(
    desk: PageDesk,
    found: InquirySeen,
    given: Mapping[str, str] | None,
    error: PdsaError | None,
) -> Response[Any]:
    seen, aim = found.seen, found.seen.aim
    prompts = [
        each
        for each in findings(found.inquiry, on=desk.today, audience=seen.audience)
        if each.element == AIM.name and (each.field or each.code.startswith("AIM"))
    ]
    sentence, codes = aim.sentence(), {each.code for each in prompts}
    left = {each.code for each in checks(aim, desk.today)} - codes
    if given is not None:
        said = stated(written(given), desk.today)
        sentence = said.sentence
        prompts = [each for each in prompts if not is_live(each.code)]
        prompts += [each for each in said.checks if each.code not in left]
    shown = forms.form_shown(
        aim_values(aim), editable=seen.may_log, given=given, error=error, prompts=prompts
    )
    return desk.show_page(
        "aims/edit.html",
        aim=aim,
        team=seen.team,
        changed=last_saved(desk, found.touch),
        sentence=sentence,
        left=" ".join(sorted(left)),
        measures=[(each.id, each.name) for each in found.inquiry.measures],
        stop_reason=error.value if isinstance(error, InvalidValue) and error.field == _STOP else "",
        **_choices(shown["values"]),
        **shown,
    )


_page = forms.page(inquiry_of, _shown)


def _choices(values: Mapping[str, str]) -> dict[str, Any]:
    return {
        "units": options(MeasureUnit),
        "directions": options(Direction),
        "milestones": numbered("milestones", values),
    }
