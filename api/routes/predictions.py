"""What became of predictions, what a decision rests on, how large a test should be: for the team."""

from datetime import date

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from api.desk import JSON, Desk
from api.routes.charts import SVG, Theme, Width
from api.routes.params import Id
from api.store import elements, reviews
from api.store.kind import Kind
from api.store.kinds import CHANGE_IDEA, CYCLE
from pdsa import review
from pdsa.change_idea import ChangeIdea
from pdsa.charts import svg
from pdsa.cycle import Cycle, Move
from pdsa.errors import NotVisible, UnknownElement
from pdsa.ids import Amount, PredictionId, Text
from pdsa.prediction import Outcome, PredictionResult
from pdsa.review.advice import ScaleAdvice, advice
from pdsa.review.calibration import Calibration, calibration
from pdsa.review.conditions import ConditionsMatrix, conditions
from pdsa.review.evidence import DecisionEvidence, evidence
from pdsa.review.ledger import LedgerEntry, entries


class Confirm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a prediction, as the team says: what was proposed, or otherwise."""

    on: date
    outcome: Outcome
    observed: Amount | None = None
    note: Text = ""


@get("/cycles/{cycle_id:str}/predictions", operation_id="cycles_predictions", tags=["predictions"])
async def cycles_predictions(
    cycle_id: Id, desk: NamedDependency[Desk]
) -> Response[list[LedgerEntry]]:
    """Each prediction with what the figures say of it and what its team says.

    A proposal is shown, and the team confirms it or says otherwise.
    """
    record = await _record(desk, CYCLE, cycle_id)
    return desk.answer(await desk.work_out(entries, record, record.cycles[cycle_id]))


@post(
    "/cycles/{cycle_id:str}/predictions/{prediction_id:str}/confirm",
    operation_id="cycles_confirm",
    tags=["predictions"],
    if_match=True,
    status_code=200,
)
async def cycles_confirm(
    cycle_id: Id, prediction_id: Id, data: JSONBody[Confirm], desk: NamedDependency[Desk]
) -> Response[Cycle]:
    """Say what became of one prediction, while in Study; the other results stay."""
    result = PredictionResult(
        prediction_id=PredictionId(prediction_id),
        outcome=data.outcome,
        observed=data.observed,
        note=data.note,
    )

    def make(cycle: Cycle) -> Cycle:
        try:
            return cycle.settle(result, on=data.on)
        except UnknownElement as error:  # it stands in the path
            raise NotVisible(error.kind, error.id) from error

    return await desk.change(
        elements.change, CYCLE, cycle_id, desk.version(), make, verb=Move.study.value
    )


@get("/cycles/{cycle_id:str}/evidence", operation_id="cycles_evidence", tags=["predictions"])
async def cycles_evidence(cycle_id: Id, desk: NamedDependency[Desk]) -> Response[DecisionEvidence]:
    """What the decision of a cycle rests on, and what speaks against it; it forbids none."""
    record = await _record(desk, CYCLE, cycle_id)
    return desk.answer(await desk.work_out(evidence, record, record.cycles[cycle_id]))


@get("/cycles/{cycle_id:str}/scale", operation_id="cycles_scale", tags=["predictions"])
async def cycles_scale(cycle_id: Id, desk: NamedDependency[Desk]) -> Response[ScaleAdvice]:
    """How large the test should be, beside how large it is planned."""
    record = await _record(desk, CYCLE, cycle_id)
    return desk.answer(await desk.work_out(advice, record, record.cycles[cycle_id]))


@get(
    "/change-ideas/{idea_id:str}/conditions",
    operation_id="change_ideas_conditions",
    tags=["predictions"],
)
async def change_ideas_conditions(
    idea_id: Id, desk: NamedDependency[Desk]
) -> Response[ConditionsMatrix]:
    """Under which conditions the cycles on an idea have tested it, and under which not yet."""
    record = await _record(desk, CHANGE_IDEA, idea_id)
    return desk.answer(await desk.work_out(conditions, record, idea_id))


@get(
    "/teams/{unit_id:str}/calibration",
    operation_id="teams_calibration",
    tags=["predictions"],
    produces=(JSON, SVG),
)
async def teams_calibration(
    unit_id: Id, desk: NamedDependency[Desk], width: Width = 560, theme: Theme = "auto"
) -> Response[Calibration]:
    """How sure a team was of its predictions, and how often they came out; nobody else sees it.

    With `Accept: image/svg+xml` as a reliability diagram.
    """
    media_type = desk.accepted(JSON, SVG)
    cycles = await desk.browse(reviews.cycles_of_team, unit_id)
    found = await desk.work_out(calibration, cycles)
    if media_type == JSON:
        return desk.answer(found)
    return desk.answer(svg.reliability(found, width=width, theme=theme).encode(), media_type)


async def _record(desk: Desk, kind: Kind[Cycle] | Kind[ChangeIdea], id: str) -> review.Record:
    return review.Record(await desk.snapshot(reviews.for_team, kind, id), desk.today)


ROUTES = [
    cycles_predictions,
    cycles_confirm,
    cycles_evidence,
    cycles_scale,
    change_ideas_conditions,
    teams_calibration,
]
