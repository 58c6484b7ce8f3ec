"""The page of an aim: how it stands, its measures and cycles, prompts, and three voices on progress."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from markupsafe import Markup
from msgspec import Struct

from api.commands import build
from api.ids import new_id
from api.pages.aims.forms import required
from api.pages.aims.seen import InquirySeen, inquiry_of
from api.pages.converting import converted, shown
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.names import named
from api.pages.pointers import written
from api.pages.stages import stage_names
from api.routes.params import Id
from api.routes.silences import SilenceDraft
from api.store import elements, levels, silences
from api.store.kinds import SILENCE
from pdsa.change_idea import ChangeIdea
from pdsa.charts import measure_charts, svg
from pdsa.cycle import Status
from pdsa.errors import InvalidValue, PdsaError
from pdsa.ids import PersonId
from pdsa.level import STEPS, Level, Voice
from pdsa.measure import Measure, series
from pdsa.monitoring import aim_status
from pdsa.ramp import Ramp, ramp
from pdsa.review import Finding, Record, findings, standing
from pdsa.review.ladder import TITLES
from pdsa.silence import Silence
from pdsa.words import say

#: Prompts that are shown at once; the others are folded.
_MOST = 6


class Seen(Struct, frozen=True):
    """A measure in a line: its curve, its latest figure, what it says, whether the aim rests on it."""

    measure: Measure
    kind: str
    picture: Markup
    latest: str
    on: Any
    reading: str
    of_aim: bool


class Tested(Struct, frozen=True):
    """A change idea with the cycles that tested it."""

    idea: ChangeIdea
    ramp: Ramp


class Left(Struct, frozen=True):
    """A finding that the team leaves as it is, and the silence by which it does."""

    finding: Finding
    silence_id: str


@get("/aims/{aim_id:str}", include_in_schema=False)
async def aim(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """An aim: how it stands, and what would make it better."""
    return await _page(desk, aim_id)


@post("/aims/{aim_id:str}/silences", include_in_schema=False, status_code=303)
async def silence(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Leave a finding as it is, with the reason."""
    given = written(await desk.fields())
    try:
        required(given, "reason", say("the reason: the next reader will ask"))
        found = {name: given[name] for name in ("code", "reason", "element_id") if given.get(name)}
        made = build(
            Silence,
            converted(found, SilenceDraft),
            id=new_id(),
            aim_id=aim_id,
            made_by=PersonId(desk.who.person_id),
            made_on=desk.today,
        )
        await desk.write(silences.add_silence, made)
    except PdsaError as error:
        return await _page(desk, aim_id, given, error)
    return go(f"/aims/{aim_id}#review")


@post(
    "/aims/{aim_id:str}/silences/{silence_id:str}/take-back",
    include_in_schema=False,
    status_code=303,
)
async def unsilence(aim_id: Id, silence_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Let a finding be shown again."""
    await desk.fields()
    await desk.write(elements.remove, SILENCE, silence_id, None)
    return go(f"/aims/{aim_id}#review")


@post("/aims/{aim_id:str}/levels", include_in_schema=False, status_code=303)
async def level(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Say how far the aim has got, as its team or as its coach or ILT."""
    given = written(await desk.fields())
    try:
        await desk.write(levels.say, _level(desk, aim_id, given))
    except PdsaError as error:
        return await _page(desk, aim_id, given, error)
    return go(f"/aims/{aim_id}#progress")


@post(
    "/aims/{aim_id:str}/levels/{level_id:str}/take-back", include_in_schema=False, status_code=303
)
async def unsay(aim_id: Id, level_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Take one's own word on the progress back."""
    await desk.fields()
    await desk.write(levels.take_back, level_id, None)
    return go(f"/aims/{aim_id}#progress")


PAGES = [aim, silence, unsilence, level, unsay]


def _level(desk: PageDesk, aim_id: str, given: Mapping[str, str]) -> Level:
    voice, step = given.get("voice", ""), given.get("level", "")
    if voice not in set(Voice):
        raise InvalidValue("voice", voice, say("in whose voice this is said"))
    if step not in {shown(each) for each in STEPS}:
        raise InvalidValue("level", step, say("one of the ten steps"))
    found = {
        "id": new_id(),
        "aim_id": aim_id,
        "voice": voice,
        "on": desk.today,
        "level": step,
        "reason": given.get("level-reason", ""),
        "said_by": desk.who.person_id,
    }
    return converted(found, Level)


async def _page(
    desk: PageDesk,
    aim_id: str,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
) -> Response[Any]:
    found = await desk.snapshot(inquiry_of, aim_id)
    return await desk.work_out(_shown, desk, found, dict(given or {}), error)


def _shown(
    desk: PageDesk, found: InquirySeen, given: dict[str, str], error: PdsaError | None
) -> Response[Any]:
    seen, inquiry, today = found.seen, found.inquiry, desk.today
    record = Record(inquiry, today, audience=seen.audience)
    every = findings(inquiry, on=today, audience=seen.audience, silenced=seen.of_team)
    theory = inquiry.theory[-1] if inquiry.theory else None
    by_code = {(each.code, each.element_id): each.id for each in inquiry.silences}
    return desk.show_page(
        "aims/aim.html",
        error=error,
        aim=seen.aim,
        team=seen.team,
        may_log=seen.may_log,
        of_team=seen.of_team,
        stands=aim_status(record),
        named=named,
        measures=[_measure(found, each) for each in inquiry.measures],
        tested=[Tested(each, ramp(each.id, inquiry.cycles)) for each in inquiry.change_ideas],
        stages=stage_names(seen.team),
        running=Status.running,
        most=_MOST,
        findings=[each for each in every if each.silenced is None],
        left=[
            Left(each, by_code.get((each.code, None)) or by_code.get((each.code, each.id)) or "")
            for each in every
            if each.silenced is not None
        ],
        standing=standing(record),
        voices=found.voices,
        steps_to_say=[(shown(step), f"{step}: {say(title)}") for step, title in TITLES.items()],
        said=sorted(inquiry.levels, key=lambda each: (each.on, each.id), reverse=True),
        me=desk.who.person_id,
        given=given,
        differs={},
        drivers=() if theory is None else theory.drivers,
        problem=inquiry.problem,
    )


def _measure(found: InquirySeen, measure: Measure) -> Seen:
    inquiry = found.inquiry
    points = [each for each in inquiry.points if each.measure_id == measure.id]
    (chart, *_) = measure_charts(
        measure,
        points,
        calendar=inquiry.calendar,
        cycles=inquiry.cycles,
        phases=inquiry.phases,
    )
    (whole,) = series(measure, points)
    known = [each for each in whole.points if each.value is not None]
    return Seen(
        measure=measure,
        kind=named(measure.kind),
        picture=Markup(svg.sparkline(chart)),  # noqa: S704 - our own picture, escaped by it
        latest=measure.show(known[-1].value) if known else "",
        on=known[-1].on if known else None,
        reading=chart.reading,
        of_aim=measure.id == inquiry.aim.measured_by,
    )
