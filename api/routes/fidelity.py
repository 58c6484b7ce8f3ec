"""Fidelity: how much of the method a record shows; for a team its own, above it shares of many."""

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from api.desk import Desk
from api.routes.params import Id
from api.store import fidelity, reviews
from api.store.kinds import AIM, CHANGE_IDEA, CYCLE
from pdsa.interchange import Inquiry
from pdsa.review.fidelity import (
    Profile,
    Project,
    cycle_profile,
    inquiry_profile,
    project,
    ramp_profile,
)
from pdsa.review.fidelity.above import GroupProfile


class TeamFidelity(Struct, frozen=True, kw_only=True):
    """A team's profile; or why it is ``withheld`` from whoever asks."""

    unit_id: str
    profile: Profile | None
    withheld: str | None


class InquiryFidelity(Struct, frozen=True, kw_only=True):
    """The profile of an inquiry's cycles, and the four features of a project that used PDSA."""

    profile: Profile
    project: Project


@get("/teams/{unit_id:str}/fidelity", operation_id="teams_fidelity", tags=["fidelity"])
async def teams_fidelity(unit_id: Id, desk: NamedDependency[Desk]) -> Response[TeamFidelity]:
    """A team's own fidelity profile, with the evidence for each yes and no.

    For all of its aims together. Whoever sees the team and is not of it gets none: nothing here is
    a grade.
    """
    found = await desk.snapshot(fidelity.team_profile, unit_id)
    why = "the fidelity of a team's cycles is the team's own" if found is None else None
    return desk.answer(TeamFidelity(unit_id=unit_id, profile=found, withheld=why))


@get("/units/{unit_id:str}/fidelity", operation_id="units_fidelity", tags=["fidelity"])
async def units_fidelity(unit_id: Id, desk: NamedDependency[Desk]) -> Response[GroupProfile]:
    """The fidelity of a unit's teams together, over 5 cycles of 3 teams at least.

    From quarters of the school year that are over; each is told once, and then stands.
    """
    return desk.answer(await desk.snapshot(fidelity.unit_profile, unit_id))


@get("/aims/{aim_id:str}/fidelity", operation_id="aims_fidelity", tags=["fidelity"])
async def aims_fidelity(aim_id: Id, desk: NamedDependency[Desk]) -> Response[InquiryFidelity]:
    """The fidelity profile of an inquiry, with its evidence, for its team."""
    inquiry = await desk.snapshot(reviews.for_team, AIM, aim_id)
    return desk.answer(await desk.work_out(_of_inquiry, inquiry))


@get(
    "/change-ideas/{idea_id:str}/fidelity", operation_id="change_ideas_fidelity", tags=["fidelity"]
)
async def change_ideas_fidelity(idea_id: Id, desk: NamedDependency[Desk]) -> Response[Profile]:
    """The fidelity profile of the cycles on one change idea, for their team."""
    inquiry = await desk.snapshot(reviews.for_team, CHANGE_IDEA, idea_id)
    return desk.answer(await desk.work_out(ramp_profile, inquiry, idea_id))


@get("/cycles/{cycle_id:str}/fidelity", operation_id="cycles_fidelity", tags=["fidelity"])
async def cycles_fidelity(cycle_id: Id, desk: NamedDependency[Desk]) -> Response[Profile]:
    """The fidelity profile of one cycle and of the series that it is in, for its team."""
    inquiry = await desk.snapshot(reviews.for_team, CYCLE, cycle_id)
    return desk.answer(await desk.work_out(cycle_profile, inquiry, cycle_id))


def _of_inquiry(inquiry: Inquiry) -> InquiryFidelity:
    return InquiryFidelity(profile=inquiry_profile(inquiry), project=project(inquiry))


ROUTES = [
    teams_fidelity,
    units_fidelity,
    aims_fidelity,
    change_ideas_fidelity,
    cycles_fidelity,
]
