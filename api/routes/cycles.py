"""PDSA cycles: a record with a plan, and the verbs that move it from stage to stage."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET, Struct, UnsetType

from api.commands import change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Day, Id, IdFilter, Limit, TextFilter, UnitFilter
from api.routes.plans import PlanChange, PlanDraft, new_plan, revised_plan
from api.store import cycles, elements, lists, parts
from api.store.kinds import CYCLE
from pdsa.cycle import Cycle, Move, Status
from pdsa.ids import Confidence, CycleId, Name, PredictionId, Reason, Ref
from pdsa.prediction import Expectation
from pdsa.stages import Act, Do, Stage, Study

_MADE_BY_MOVES = (
    "stage",
    "status",
    "started_on",
    "ended_on",
    "branched_from",
    "do",
    "study",
    "act",
    "moves",
)


@draft(Cycle, without=_MADE_BY_MOVES, plan=PlanDraft)
class CycleDraft(Struct):
    """A new cycle on a change idea, in Plan; `follows` is the ended cycle before it in the ramp."""


@change(Cycle, without=(*_MADE_BY_MOVES, "aim_id", "change_idea_id", "follows"), plan=PlanChange)
class CycleChange(Struct):
    """A merge patch of a cycle; the plan can be changed in Plan only."""


class StartDo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The day on which the plan begins to be carried out."""

    on: date


@draft(Do)
class Record(Struct):
    """What happened; replaces what was written before."""


class Compare(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Results against predictions, and what was learned."""

    on: date
    study: Study


class Decide(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision with its reason completes the cycle; without one it stays open in Act."""

    on: date
    act: Act


class Amend(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A later change of mind about a locked prediction, shown beside it."""

    prediction_id: Ref[PredictionId]
    on: date
    reason: Reason
    expectation: Expectation | None = None
    confidence: Confidence | None = None


class StepBack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The earlier stage to go back to, and why."""

    to: Stage
    on: date
    reason: Reason


class Stop(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the cycle ends without a decision."""

    on: date
    reason: Reason


class Branch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The title of the second cycle, and why one became two."""

    title: Name
    on: date
    reason: Reason


@get("/cycles", operation_id="cycles_list", tags=["cycles"])
async def cycles_list(
    desk: NamedDependency[Desk],
    unit: UnitFilter = None,
    aim: IdFilter = None,
    change_idea: IdFilter = None,
    stage: Annotated[Stage | None, QueryParameter()] = None,
    status: Annotated[Status | None, QueryParameter()] = None,
    started_from: Day = None,
    started_to: Day = None,
    text: TextFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Cycle]]:
    """Cycles."""
    return await desk.page(
        lists.cycles,
        unit=unit,
        aim=aim,
        change_idea=change_idea,
        stage=stage,
        status=status,
        started_from=started_from,
        started_to=started_to,
        text=text,
        after=from_cursor(cursor, str),
        limit=limit,
    )


@post("/cycles", operation_id="cycles_create", tags=["cycles"])
async def cycles_create(data: JSONBody[CycleDraft], desk: NamedDependency[Desk]) -> Response[Cycle]:
    """Plan a cycle."""
    fields = msgspec.structs.asdict(data)
    fields["planned_on"] = fields["planned_on"] or desk.today
    fields["plan"] = new_plan(fields["plan"], desk.today, _ids())
    return await desk.create("cycles", parts.add, CYCLE, Cycle(id=CycleId(new_id()), **fields))


@get("/cycles/{cycle_id:str}", operation_id="cycles_get", tags=["cycles"])
async def cycles_get(cycle_id: Id, desk: NamedDependency[Desk]) -> Response[Cycle]:
    """One cycle."""
    return await desk.show(elements.tell, CYCLE, cycle_id)


@patch("/cycles/{cycle_id:str}", operation_id="cycles_change", tags=["cycles"], if_match=True)
async def cycles_change(
    cycle_id: Id, data: JSONBody[CycleChange], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Change title, purpose or, in Plan, the plan."""
    plan: PlanChange | UnsetType = getattr(data, "plan", UNSET)

    def make(cycle: Cycle) -> Cycle:
        changed = patched(cycle, data, plan=cycle.plan)
        if plan is UNSET:
            return changed
        return changed.revise_plan(revised_plan(cycle, plan, desk.today, _ids()))

    return await desk.change(elements.change, CYCLE, cycle_id, desk.version(), make)


@post(
    "/cycles/{cycle_id:str}/start-do",
    operation_id="cycles_start_do",
    tags=["cycles"],
    if_match=True,
    status_code=200,
)
async def cycles_start_do(
    cycle_id: Id, data: JSONBody[StartDo], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Carry the plan out: every prediction locks."""
    return await _move(desk, cycle_id, Move.start_do, lambda c: c.start_do(on=data.on))


@post(
    "/cycles/{cycle_id:str}/record",
    operation_id="cycles_record",
    tags=["cycles"],
    if_match=True,
    status_code=200,
)
async def cycles_record(
    cycle_id: Id, data: JSONBody[Record], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Write down what happened, while in Do."""
    do = Do(**msgspec.structs.asdict(data))
    return await _move(desk, cycle_id, Move.record, lambda c: c.record_do(do))


@post(
    "/cycles/{cycle_id:str}/amend",
    operation_id="cycles_amend",
    tags=["cycles"],
    if_match=True,
    status_code=200,
)
async def cycles_amend(
    cycle_id: Id, data: JSONBody[Amend], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Change your mind about a locked prediction; what was predicted stays."""
    return await _move(
        desk,
        cycle_id,
        Move.amend,
        lambda c: c.amend(
            data.prediction_id,
            on=data.on,
            reason=data.reason,
            expectation=data.expectation,
            confidence=data.confidence,
        ),
    )


@post(
    "/cycles/{cycle_id:str}/study",
    operation_id="cycles_study",
    tags=["cycles"],
    if_match=True,
    status_code=200,
)
async def cycles_study(
    cycle_id: Id, data: JSONBody[Compare], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Compare what happened with what was predicted: from Do to Study, or rewritten in Study."""
    return await _move(desk, cycle_id, Move.study, lambda c: c.record_study(data.study, on=data.on))


@post(
    "/cycles/{cycle_id:str}/act",
    operation_id="cycles_act",
    tags=["cycles"],
    if_match=True,
    status_code=200,
)
async def cycles_act(
    cycle_id: Id, data: JSONBody[Decide], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Decide: adopt, adapt, abandon or expand, with a reason."""
    return await _move(desk, cycle_id, Move.act, lambda c: c.record_act(data.act, on=data.on))


@post(
    "/cycles/{cycle_id:str}/step-back",
    operation_id="cycles_step_back",
    tags=["cycles"],
    if_match=True,
    status_code=200,
)
async def cycles_step_back(
    cycle_id: Id, data: JSONBody[StepBack], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Go back to an earlier stage; nothing that was written is lost."""
    return await _move(
        desk,
        cycle_id,
        Move.step_back,
        lambda c: c.step_back(to=data.to, on=data.on, reason=data.reason),
    )


@post(
    "/cycles/{cycle_id:str}/stop",
    operation_id="cycles_stop",
    tags=["cycles"],
    if_match=True,
    status_code=200,
)
async def cycles_stop(
    cycle_id: Id, data: JSONBody[Stop], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Stop early, without a decision."""
    return await _move(desk, cycle_id, Move.stop, lambda c: c.stop(on=data.on, reason=data.reason))


@post(
    "/cycles/{cycle_id:str}/branch",
    operation_id="cycles_branch",
    tags=["cycles"],
    if_match=True,
)
async def cycles_branch(
    cycle_id: Id, data: JSONBody[Branch], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Make two cycles of one; the answer is the new one, in Plan."""
    branch_id = CycleId(new_id())
    return await desk.create(
        "cycles",
        cycles.branch,
        cycle_id,
        desk.version(),
        lambda c: c.branch(
            branch_id, title=data.title, on=data.on, reason=data.reason, new_id=new_id
        ),
    )


async def _move(
    desk: Desk, cycle_id: str, move: Move, make: Callable[[Cycle], Cycle]
) -> Response[Cycle]:
    return await desk.change(
        elements.change, CYCLE, cycle_id, desk.version(), make, verb=move.value
    )


def _ids() -> Iterator[str]:
    while True:
        yield new_id()


ROUTES = [
    cycles_list,
    cycles_create,
    cycles_get,
    cycles_change,
    cycles_start_do,
    cycles_record,
    cycles_amend,
    cycles_study,
    cycles_act,
    cycles_step_back,
    cycles_stop,
    cycles_branch,
]
