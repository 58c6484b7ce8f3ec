"""The four stages of a cycle, each on a page of its own: shown, saved, and gone on from."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec import Struct

from api.pages.cycles import plan_fields, rest_fields, showing
from api.pages.cycles.tally_view import Tally, shown_tally
from api.pages.cycles.view import WRITES, Seen, seen_of, stage_page, told_of
from api.pages.desk import PageDesk
from api.pages.forms import field_of, go, words_of
from api.pages.merging import TextsDiffer
from api.pages.pointers import written
from api.pages.saving import Values, as_differing, as_saved, pulse, save
from api.routes.params import Id
from api.store import elements
from api.store.kinds import CYCLE
from api.store.tally import grids_of
from pdsa.cycle import Cycle, Move
from pdsa.errors import InvalidValue, PdsaError
from pdsa.stages import Act, Stage, Study
from pdsa.words import say


class Form(Struct, frozen=True):
    """How the fields of a stage are read and written, and how the cycle goes on from it."""

    values: Values[Cycle]
    make: Callable[[Cycle, Mapping[str, str], PageDesk, Seen], Cycle]
    go: tuple[Move, Callable[[Cycle, Mapping[str, str], date], Cycle], Stage]
    #: Fields that only say how to go on.
    aside: frozenset[str] = frozenset()


def _day(given: Mapping[str, str], name: str, today: date) -> date:
    text = given.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        raise InvalidValue(name, text, say("a day, such as 2026-09-14")) from None


FORMS = {
    Stage.plan: Form(
        plan_fields.plan_values,
        lambda cycle, values, desk, seen: plan_fields.with_plan(
            cycle, values, only=_only_measure(seen), on=desk.today
        ),
        (
            Move.start_do,
            lambda cycle, given, today: cycle.start_do(on=_day(given, "start-on", today)),
            Stage.do,
        ),
        frozenset({"start-on"}),
    ),
    Stage.do: Form(
        rest_fields.do_values,
        lambda cycle, values, desk, seen: rest_fields.with_do(cycle, values),
        (
            Move.study,
            lambda cycle, given, today: cycle.record_study(cycle.study or Study(), on=today),
            Stage.study,
        ),
    ),
    Stage.study: Form(
        rest_fields.study_values,
        lambda cycle, values, desk, seen: rest_fields.with_study(cycle, values, on=desk.today),
        (
            Move.act,
            lambda cycle, given, today: cycle.record_act(
                msgspec.structs.replace(cycle.act or Act(), decision=None), on=today
            ),
            Stage.act,
        ),
    ),
    Stage.act: Form(
        rest_fields.act_values,
        lambda cycle, values, desk, seen: rest_fields.with_act(cycle, values, on=desk.today),
        (
            Move.act,
            lambda cycle, given, today: rest_fields.decided(cycle, given, on=today),
            Stage.act,
        ),
        frozenset({"act/decision"}),
    ),
}


@get("/cycles/{cycle_id:str}", include_in_schema=False)
async def cycle(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """To the stage that the cycle is in."""
    found = await desk.read(elements.get, CYCLE, cycle_id)
    return go(f"/cycles/{cycle_id}/{found.stage.value}")


@get(
    [f"/cycles/{{cycle_id:str}}/{stage.value}" for stage in Stage],
    include_in_schema=False,
)
async def shown(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The page of a stage."""
    seen = await desk.snapshot(seen_of, cycle_id)
    return await page_of(desk, seen, _stage(desk), days=_days(desk))


@post(
    [f"/cycles/{{cycle_id:str}}/{stage.value}" for stage in Stage],
    include_in_schema=False,
    status_code=303,
)
async def saved(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Save what was written of a stage; and go on to the next, where that is asked for."""
    stage = _stage(desk)
    form, given = FORMS[stage], await desk.fields()
    seen = await desk.snapshot(seen_of, cycle_id)
    mine = {name: text for name, text in given.items() if name not in form.aside}

    def make(found: Cycle, values: Mapping[str, str]) -> Cycle:
        return form.make(found, values, desk, seen)

    try:
        found = await save(desk, CYCLE, cycle_id, mine, form.values, make, verb=_verb(stage))
        if given.get("do") == "go":
            found = await _gone_on(desk, found, form, given)
            return go(f"/cycles/{cycle_id}/{form.go[2].value}")
    except PdsaError as error:
        return await _refused(desk, cycle_id, stage, given, error)
    if desk.scripted:
        return desk.facts(as_saved(desk, found, None, form.values, without=form.aside))
    at = "#content" if given.get("do") != "more" else "#plan/questions"
    return go(f"/cycles/{cycle_id}/{stage.value}{at}")


@get("/cycles/{cycle_id:str}/pulse", include_in_schema=False)
async def beat(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """For our script: what the fields of a stage hold now, where that is not the version it has."""
    query = desk.request.query_params
    stage = Stage(query.get("stage", "plan")) if query.get("stage") in set(Stage) else Stage.plan
    found, touch = await desk.read(pulse, CYCLE, cycle_id)
    if str(found.version) == query.get("version"):
        return Response(None, status_code=204, headers={"Cache-Control": "no-store"})
    form = FORMS[stage]
    return desk.facts(as_saved(desk, found, touch, form.values, without=form.aside))


async def page_of(
    desk: PageDesk,
    seen: Seen,
    stage: Stage,
    *,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
    tally: Tally | None = None,
    days: Sequence[date] = (),
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Response[str]:
    """The page of a stage, after ``given`` could not be saved because of ``error``.

    ``tally`` stands in the place of the grid of the same measure, ``days`` are added to every grid,
    ``typed`` is what was written in the form of a move that was refused.
    """
    form = FORMS[stage]
    told = await desk.work_out(told_of, seen, desk.today)
    stored = form.values(seen.cycle)
    sent = None if given is None else written(given)
    differences = error.differences if isinstance(error, TextsDiffer) else ()
    more = await desk.work_out(showing.SHOWS[stage], seen, told, {**stored, **(sent or {})}, desk)
    if stage is Stage.do:
        more["tallies"] = await _tallies(desk, seen, tally, days)
    return stage_page(
        desk,
        seen,
        told,
        stage,
        stored,
        sections=showing.SECTIONS[stage],
        sent=sent,
        opened=(given or {}).get("was", ""),
        error=None if differences else error,
        differences=differences,
        status=409 if differences else 200,
        typed=typed,
        **more,
    )


async def _gone_on(desk: PageDesk, found: Cycle, form: Form, given: Mapping[str, str]) -> Cycle:
    move, step, _ = form.go

    def work(conn: Any, by: Any) -> Cycle:
        return elements.change(
            conn,
            by,
            CYCLE,
            found.id,
            found.version,
            lambda each: step(each, given, desk.today),
            verb=move.value,
        )

    return await desk.write(work)


async def _refused(
    desk: PageDesk, cycle_id: str, stage: Stage, given: Mapping[str, str], error: PdsaError
) -> Response[Any]:
    """What could not be saved: for our script in facts, else on the page, with all that was written."""
    if desk.scripted:
        if isinstance(error, TextsDiffer):
            found, _ = await desk.read(pulse, CYCLE, cycle_id)
            return desk.facts(as_differing(error, found, FORMS[stage].values), status=409)
        return desk.facts({"field": field_of(error), "why": words_of(error)}, status=422)
    seen = await desk.snapshot(seen_of, cycle_id)
    return await page_of(desk, seen, stage, given=given, error=error)


async def _tallies(
    desk: PageDesk, seen: Seen, replaced: Tally | None, days: Sequence[date]
) -> list[Tally]:
    if not seen.of_team:
        return []
    grids = await desk.snapshot(grids_of, seen.cycle.id, days=days)
    return [
        replaced
        if replaced is not None and replaced.measure.id == each.measure.id
        else shown_tally(each, today=desk.today)
        for each in grids
    ]


def _days(desk: PageDesk) -> list[date]:
    """The days that somebody asks for, beside those of the plan."""
    try:
        return [date.fromisoformat(each) for each in desk.request.query_params.getall("day", [])]
    except ValueError:
        return []


def _stage(desk: PageDesk) -> Stage:
    return Stage(desk.request.url.path.rpartition("/")[2])


def _verb(stage: Stage) -> str:
    return "change" if stage is Stage.plan else WRITES[stage].value


def _only_measure(seen: Seen) -> str:
    measures = seen.inquiry.measures
    return measures[0].id if len(measures) == 1 else ""


PAGES = [cycle, shown, saved, beat]
