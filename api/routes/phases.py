"""Phases of a measure: a person freezes the baseline or begins a new one, and says why."""

from datetime import date

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from api.commands import build, change, draft, patched
from api.desk import Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, Limit
from api.store import elements, phases
from api.store.kinds import PHASE
from pdsa.ids import PersonId
from pdsa.phase import Phase

#: Who did it and when is never taken from a client.
SIGNATURE = ("made_by", "made_on")


@draft(Phase, without=("measure_id", *SIGNATURE))
class PhaseDraft(Struct):
    """A freeze or a rebase, and why; who does it and when is written by the server."""


@change(Phase, without=("measure_id", "kind", "on", "classroom_id", *SIGNATURE))
class PhaseChange(Struct):
    """A merge patch of a phase's reason; another day or kind is another act."""


@get("/measures/{measure_id:str}/phases", operation_id="phases_list", tags=["phases"])
async def phases_list(
    measure_id: Id, desk: NamedDependency[Desk], limit: Limit = 50, cursor: Cursor = None
) -> Response[Page[Phase]]:
    """A measure's phases by date."""
    return await desk.page(phases.page_of, measure_id, from_cursor(cursor, date, str), limit)


@post("/measures/{measure_id:str}/phases", operation_id="phases_create", tags=["phases"])
async def phases_create(
    measure_id: Id, data: JSONBody[PhaseDraft], desk: NamedDependency[Desk]
) -> Response[Phase]:
    """Freeze the baseline, or begin a new phase.

    A series (the whole, or one classroom) has one freeze at most, before its first rebase, and one
    phase a day.
    """
    phase = build(
        Phase,
        data,
        id=new_id(),
        measure_id=measure_id,
        made_by=PersonId(desk.by.principal.person_id),
        made_on=desk.today,
    )
    return await desk.create("phases", phases.add_phase, phase)


@get("/phases/{phase_id:str}", operation_id="phases_get", tags=["phases"])
async def phases_get(phase_id: Id, desk: NamedDependency[Desk]) -> Response[Phase]:
    """One phase."""
    return await desk.show(elements.tell, PHASE, phase_id)


@patch("/phases/{phase_id:str}", operation_id="phases_change", tags=["phases"], if_match=True)
async def phases_change(
    phase_id: Id, data: JSONBody[PhaseChange], desk: NamedDependency[Desk]
) -> Response[Phase]:
    """Say the reason better; the words before stay in the activity."""
    return await desk.change(
        elements.change, PHASE, phase_id, desk.version(), lambda each: patched(each, data)
    )


@delete(
    "/phases/{phase_id:str}",
    operation_id="phases_remove",
    tags=["phases"],
    if_match=True,
    status_code=204,
)
async def phases_remove(phase_id: Id, desk: NamedDependency[Desk]) -> Response[None]:
    """Take a phase back; that it was made, by whom and why stays in the activity."""
    return await desk.remove(elements.remove, PHASE, phase_id, desk.version())


ROUTES = [
    phases_list,
    phases_create,
    phases_get,
    phases_change,
    phases_remove,
]
