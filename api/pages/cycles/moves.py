"""The moves beside the straight way: step back, branch, stop, and the next cycle."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from msgspec import Struct
from sqlalchemy import Connection

from api.ids import new_id
from api.pages.converting import converted, number
from api.pages.cycles.stages import page_of
from api.pages.cycles.view import seen_of
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.pointers import written
from api.routes.cycles import Amend, Branch, StepBack, Stop
from api.routes.params import Id
from api.store import cycles, elements, parts
from api.store.access import By
from api.store.kinds import CYCLE
from pdsa.cycle import Cycle, Move
from pdsa.errors import InvalidValue, PdsaError
from pdsa.ids import CycleId, Name
from pdsa.ramp import following
from pdsa.stages import Stage
from pdsa.words import say

Fields = Mapping[str, str]
Work = Callable[[Connection, By, Fields], Cycle]


class Next(Struct, frozen=True):
    """The title of the next cycle."""

    title: Name


@post("/cycles/{cycle_id:str}/step-back", include_in_schema=False, status_code=303)
async def step_back(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Back to an earlier stage."""

    def work(conn: Connection, by: By, given: Fields) -> Cycle:
        if given.get("to") not in set(Stage):
            raise InvalidValue("to", given.get("to"), say("the stage to go back to"))
        made = converted({**_reasoned(given), "to": given["to"], "on": desk.today}, StepBack)

        def make(cycle: Cycle) -> Cycle:
            return cycle.step_back(to=made.to, on=made.on, reason=made.reason)

        return elements.change(conn, by, CYCLE, cycle_id, None, make, verb=Move.step_back.value)

    return await _moved(desk, cycle_id, "back", work)


@post("/cycles/{cycle_id:str}/stop", include_in_schema=False, status_code=303)
async def stop(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Stop early, without a decision."""

    def work(conn: Connection, by: By, given: Fields) -> Cycle:
        made = converted({**_reasoned(given), "on": desk.today}, Stop)

        def make(cycle: Cycle) -> Cycle:
            return cycle.stop(on=made.on, reason=made.reason)

        return elements.change(conn, by, CYCLE, cycle_id, None, make, verb=Move.stop.value)

    return await _moved(desk, cycle_id, "stop", work)


@post("/cycles/{cycle_id:str}/amend", include_in_schema=False, status_code=303)
async def amend(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Change one's mind about a locked prediction; what was predicted stays."""

    def work(conn: Connection, by: By, given: Fields) -> Cycle:
        words, sure = given.get("words", ""), given.get("confidence", "")
        if not words and not sure:
            rule = say("what you expect now in words, or how sure you are")
            raise InvalidValue("words", "", rule)
        found = {**_reasoned(given), "prediction_id": given.get("prediction", ""), "on": desk.today}
        if words:
            found["expectation"] = {"kind": "text", "text": words}
        if sure:
            found["confidence"] = number(sure)
        made = converted(found, Amend)

        def make(cycle: Cycle) -> Cycle:
            return cycle.amend(
                made.prediction_id,
                on=made.on,
                reason=made.reason,
                expectation=made.expectation,
                confidence=made.confidence,
            )

        return elements.change(conn, by, CYCLE, cycle_id, None, make, verb=Move.amend.value)

    return await _moved(desk, cycle_id, "amend", work, Stage.plan, "#plan/questions")


@post("/cycles/{cycle_id:str}/branch", include_in_schema=False, status_code=303)
async def branch(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Make two cycles of one, and go to the new one."""
    new = CycleId(new_id())

    def work(conn: Connection, by: By, given: Fields) -> Cycle:
        if not given.get("title"):
            raise InvalidValue("title", "", say("the second cycle a title"))
        fields = {**_reasoned(given), "title": _line(given["title"]), "on": desk.today}
        made = converted(fields, Branch)

        def make(cycle: Cycle) -> tuple[Cycle, Cycle]:
            return cycle.branch(
                new, title=made.title, on=made.on, reason=made.reason, new_id=new_id
            )

        return cycles.branch(conn, by, cycle_id, None, make)

    return await _moved(desk, cycle_id, "branch", work)


@post("/cycles/{cycle_id:str}/next", include_in_schema=False, status_code=303)
async def next_(cycle_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Plan the next cycle, with what this one leads to filled in."""
    new = CycleId(new_id())

    def work(conn: Connection, by: By, given: Fields) -> Cycle:
        if not given.get("title"):
            raise InvalidValue("title", "", say("the next cycle a title"))
        made = converted({"title": _line(given["title"])}, Next)
        before = elements.get(conn, by, CYCLE, cycle_id)
        cycle = following(before, new, title=made.title, on=desk.today, new_id=new_id)
        return parts.add(conn, by, CYCLE, cycle)

    return await _moved(desk, cycle_id, "next", work)


PAGES = [step_back, stop, branch, amend, next_]


async def _moved(
    desk: PageDesk,
    cycle_id: str,
    form: str,
    work: Work,
    stage: Stage | None = None,
    at: str = "",
) -> Response[Any]:
    """On to the cycle that a move made; else back, with what was written in its form.

    What stands in the form is called as its fields are: ``branch-title``.
    """
    given = written(await desk.fields())
    if prediction := given.get("prediction"):
        form = f"{form}-{prediction}"

    def run(conn: Connection, by: By) -> Cycle:
        try:
            return work(conn, by, given)
        except InvalidValue as error:
            raise InvalidValue(f"{form}-{error.field}", error.value, error.rule) from error

    try:
        found = await desk.write(run)
    except PdsaError as error:
        seen = await desk.snapshot(seen_of, cycle_id)
        typed = {f"{form}-{name}": text for name, text in given.items()}
        return await page_of(desk, seen, stage or seen.cycle.stage, error=error, typed=typed)
    return go(f"/cycles/{found.id}/{(stage or found.stage).value}{at}")


def _reasoned(given: Fields) -> dict[str, Any]:
    """The reason of a move. Raises ``InvalidValue``."""
    if not given.get("reason"):
        raise InvalidValue("reason", "", say("the reason: the next reader will ask"))
    return {"reason": given["reason"]}


def _line(text: str) -> str:
    return " ".join(text.split())
