"""Home: the teams and other units in which somebody has a role; and a team's own page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import Connection

from api.pages.administration.setup import SETUP, is_new
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.pictures import fitting
from api.pages.stages import stage_names
from api.routes.params import Id
from api.security import cookies
from api.store import elements, lists, reviews
from api.store.access import By, audience_of, can
from api.store.kinds import UNIT
from pdsa.aim import Aim
from pdsa.charts import measure_charts, svg
from pdsa.cycle import Cycle, Status
from pdsa.feedback import Request, RequestState
from pdsa.interchange import Inquiry
from pdsa.measure import Measure
from pdsa.monitoring import aim_figures
from pdsa.next_step import NextStep, next_step
from pdsa.ramp import in_order
from pdsa.review import Finding, Record
from pdsa.review.linter import findings_of
from pdsa.units import CLASSROOM, Action, Audience, Role, Unit
from pdsa.units.roles import ROLES, Reach

#: As many units of a kind as a page of links can hold.
_MOST = 200
#: Aims that a team's page shows whole.
_AIMS = 20
#: Prompts that a team's page shows; the aim's page has all of them.
_PROMPTS = 3


class Places(Struct, frozen=True):
    """Where somebody works: teams in which they have a role, and units that they watch."""

    teams: tuple[Unit, ...]
    watched: tuple[Unit, ...]
    administers: bool


def places_of(conn: Connection, by: By) -> Places:
    """The units in which ``by`` has a role today."""
    teams: dict[str, Unit] = {}
    watched: dict[str, Unit] = {}
    for grant in by.principal.grants:
        if not grant.on(by.on):
            continue
        reaches = ROLES[grant.role].reach is Reach.subtree
        if grant.unit_id is not None:
            unit = elements.find(conn, UNIT, grant.unit_id)[0]
            (watched if reaches else teams)[unit.id] = unit
        elif reaches:
            watched |= {each.id: each for each in _units(conn, by, kind=None) if not each.parent_id}
        else:
            teams |= {each.id: each for each in _units(conn, by, kind="team")}
    return Places(
        teams=tuple(teams.values()),
        watched=tuple(
            each for each in watched.values() if each.kind != CLASSROOM and each.id not in teams
        ),
        administers=any(
            each.role is Role.administrator and each.on(by.on) for each in by.principal.grants
        ),
    )


def _units(conn: Connection, by: By, *, kind: str | None) -> Sequence[Unit]:
    found, _ = lists.units(
        conn, by, unit=None, parent=None, kind=kind, text=None, after=(), limit=_MOST
    )
    return found


class CycleAtWork(Struct, frozen=True):
    """A cycle that is not over, with its next step where it has one."""

    cycle: Cycle
    step: NextStep | None


class AimAtWork(Struct, frozen=True):
    """An aim on its team's page; ``answered`` are requests that wait for the team to close them."""

    aim: Aim
    at_work: tuple[CycleAtWork, ...]
    over: tuple[Cycle, ...]
    measures: tuple[Measure, ...]
    shown: Measure | None
    picture: Markup | None
    reading: str
    prompts: tuple[Finding, ...]
    more_prompts: int
    answered: tuple[Request, ...]


class TeamSeen(Struct, frozen=True):
    """A team as somebody sees it: its last aims with all that is in them, and the ``earlier`` ones.

    ``leads_on`` says that there are units below it which do the work.
    """

    team: Unit
    leads_on: bool
    inquiries: tuple[tuple[Inquiry, Audience], ...]
    earlier: tuple[Aim, ...]
    may_log: bool
    of_team: bool
    may_administer: bool


def team_of(conn: Connection, by: By, unit_id: str) -> TeamSeen:
    """A team with the inquiries of its aims; run it as a snapshot. Raises ``NotVisible``."""
    team = elements.get(conn, by, UNIT, unit_id)
    below, _ = lists.units(
        conn, by, unit=None, parent=unit_id, kind=None, text=None, after=(), limit=_MOST
    )
    leads_on = any(each.kind != CLASSROOM for each in below)
    aims: list[Aim] = []
    if not leads_on:
        aims, _ = lists.aims(
            conn, by, unit=unit_id, text=None, due_from=None, due_to=None, after=(), limit=_MOST
        )
    return TeamSeen(
        team=team,
        leads_on=leads_on,
        inquiries=tuple(reviews.of_aim(conn, by, aim.id) for aim in aims[-_AIMS:]),
        earlier=tuple(aims[:-_AIMS]),
        may_log=can(conn, by, Action.log, unit_id),
        of_team=audience_of(conn, by, unit_id) is Audience.team,
        may_administer=can(conn, by, Action.administer, unit_id)
        or can(conn, by, Action.invite, unit_id),
    )


def at_work(inquiry: Inquiry, audience: Audience, on: date) -> AimAtWork:
    """An aim with what is due now, its chart and the prompts that weigh most."""
    of_team = audience is Audience.team
    cycles = in_order(inquiry.cycles)
    steps = {
        cycle.id: next_step(cycle, inquiry.cycles, on=on) if of_team else None for cycle in cycles
    }
    open_ = [
        cycle for cycle in cycles if cycle.status is Status.running or steps[cycle.id] is not None
    ]
    record = Record(inquiry, on, audience=audience)
    found = [
        each
        for each in findings_of(record)
        if each.element != "cycle" or any(each.id == cycle.id for cycle in open_)
    ]
    shown = record.measures.get(aim_figures(record).measure_id or "")
    picture, reading = None, ""
    if shown is not None:
        charts = measure_charts(
            shown,
            inquiry.points_of(shown.id),
            calendar=inquiry.calendar,
            cycles=inquiry.cycles,
            phases=inquiry.phases,
        )
        reading = charts[0].reading
        picture = fitting(
            lambda width, id: svg.chart(charts[0], width=width, id=id), f"chart-{shown.id}"
        )
    return AimAtWork(
        aim=inquiry.aim,
        at_work=tuple(CycleAtWork(cycle, steps[cycle.id]) for cycle in reversed(open_)),
        over=tuple(cycle for cycle in reversed(cycles) if cycle not in open_),
        measures=inquiry.measures,
        shown=shown,
        picture=picture,
        reading=reading,
        prompts=tuple(found[:_PROMPTS]),
        more_prompts=max(0, len(found) - _PROMPTS),
        answered=tuple(
            each for each in inquiry.requests if of_team and each.state is RequestState.answered
        ),
    )


@get("/home", include_in_schema=False)
async def home(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Where somebody works; straight to their team or school where there is nothing else."""
    places = await desk.read(places_of)
    nowhere = not places.teams and not places.watched
    later = cookies.read(desk.request, cookies.SETUP_LATER)
    if nowhere and not later and await desk.read(is_new):
        return go(SETUP)
    if len(places.teams) + len(places.watched) == 1 and not places.administers:
        teams, watched = places.teams, places.watched
        return go(f"/teams/{teams[0].id}" if teams else f"/units/{watched[0].id}")
    return desk.show_page("home.html", places=places)


@get("/teams/{unit_id:str}", include_in_schema=False)
async def team(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A team: what is due now, its charts, its cycles; of teams together, their portfolio."""
    seen = await desk.snapshot(team_of, unit_id)
    if seen.leads_on:
        return go(f"/units/{unit_id}")
    aims = [
        await desk.work_out(at_work, inquiry, audience, desk.today)
        for inquiry, audience in seen.inquiries
    ]
    return desk.show_page("teams/team.html", seen=seen, aims=aims, stages=stage_names(seen.team))


PAGES = [home, team]
