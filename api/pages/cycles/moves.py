"""The moves beside the straight way: step back, branch, stop, and the next cycle."""

from collections.abc import Callable
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency

from api.ids import new_id
from api.pages.converting import number
from api.pages.cycles.stages import page_of
from api.pages.cycles.view import seen_of
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.routes.params import Id
from api.store import cycles, elements, parts
from api.store.access import By
from api.store.kinds import CYCLE
from pdsa.cycle import Cycle, Move
from pdsa.errors import InvalidValue, PdsaError
from pdsa.ids import CycleId, PredictionId
from pdsa.prediction import ExpectText
from pdsa.ramp import following
from pdsa.stages import Stage
from pdsa.words import say


@post("/cycles/{cycle_id:str}/step-back", include_in_schema=False, status_code=303)
async def step_back(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Back to an earlier stage."""
    given = await desk.fields()
    to, reason = given.get("to", ""), given.get("reason", "").strip()

    def make(cycle: Cycle) -> Cycle:
        if to not in set(Stage):
            raise InvalidValue("to", to, say("the stage to go back to"))
        return cycle.step_back(to=Stage(to), on=desk.today, reason=reason)

    return await _moved(desk, cycle_id, Move.step_back, make)


@post("/cycles/{cycle_id:str}/stop", include_in_schema=False, status_code=303)
async def stop(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Stop early, without a decision."""
    reason = (await desk.fields()).get("reason", "").strip()
    return await _moved(
        desk, cycle_id, Move.stop, lambda cycle: cycle.stop(on=desk.today, reason=reason)
    )


@post("/cycles/{cycle_id:str}/amend", include_in_schema=False, status_code=303)
async def amend(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Change one's mind about a locked prediction; what was predicted stays."""
    given = {name: text.strip() for name, text in (await desk.fields()).items()}
    id, words = PredictionId(given.get("prediction", "")), given.get("words", "")

    def make(cycle: Cycle) -> Cycle:
        confidence = number(given.get("confidence", ""))
        if confidence != "" and not (isinstance(confidence, float) and confidence.is_integer()):
            rule = say("a percentage between 0 and 100")
            raise InvalidValue(f"amend-{id}-confidence", confidence, rule)
        return cycle.amend(
            id,
            on=desk.today,
            reason=given.get("reason", "")[:2000],
            expectation=ExpectText(text=words[:2000]) if words else None,
            confidence=None if confidence == "" else int(confidence),
        )

    try:
        await desk.write(elements.change, CYCLE, cycle_id, None, make, verb=Move.amend.value)
    except PdsaError as error:
        return await _refused(desk, cycle_id, error, Stage.plan)
    return go(f"/cycles/{cycle_id}/plan#plan/questions")


@post("/cycles/{cycle_id:str}/branch", include_in_schema=False, status_code=303)
async def branch(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Make two cycles of one, and go to the new one."""
    given = await desk.fields()
    made = CycleId(new_id())
    title, reason = _title(given), given.get("reason", "").strip()

    def make(cycle: Cycle) -> tuple[Cycle, Cycle]:
        if not title:
            raise InvalidValue("branch-title", "", say("the second cycle a title"))
        return cycle.branch(made, title=title, on=desk.today, reason=reason, new_id=new_id)

    try:
        await desk.write(cycles.branch, cycle_id, None, make)
    except PdsaError as error:
        return await _refused(desk, cycle_id, error)
    return go(f"/cycles/{made}/plan")


@post("/cycles/{cycle_id:str}/next", include_in_schema=False, status_code=303)
async def next_(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Plan the next cycle, with what this one leads to filled in."""
    title, made = _title(await desk.fields()), CycleId(new_id())

    def work(conn: Any, by: By) -> Cycle:
        if not title:
            raise InvalidValue("next-title", "", say("the next cycle a title"))
        before = elements.get(conn, by, CYCLE, cycle_id)
        cycle = following(before, made, title=title, on=desk.today, new_id=new_id)
        return parts.add(conn, by, CYCLE, cycle)

    try:
        await desk.write(work)
    except PdsaError as error:
        return await _refused(desk, cycle_id, error)
    return go(f"/cycles/{made}/plan")


PAGES = [step_back, stop, branch, amend, next_]


async def _moved(
    desk: PageDesk, cycle_id: str, move: Move, make: Callable[[Cycle], Cycle]
) -> Response[Any]:
    try:
        found = await desk.write(elements.change, CYCLE, cycle_id, None, make, verb=move.value)
    except PdsaError as error:
        return await _refused(desk, cycle_id, error)
    return go(f"/cycles/{cycle_id}/{found.stage.value}")


async def _refused(
    desk: PageDesk, cycle_id: str, error: PdsaError, stage: Stage | None = None
) -> Response[Any]:
    seen = await desk.snapshot(seen_of, cycle_id)
    return await page_of(desk, seen, stage or seen.cycle.stage, error=error)


def _title(given: dict[str, str]) -> str:
    return " ".join(given.get("title", "").split())[:200]
