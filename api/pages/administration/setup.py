"""The first steps on a new server: the district or school, its school year, the first team."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec import Struct
from sqlalchemy import Connection

from api.ids import new_id
from api.pages.administration.calendars import calendar_of, proposal, proposed, rows_of
from api.pages.administration.fields import ELSEWHERE, Sent
from api.pages.administration.membership import mail
from api.pages.administration.names import closure_options
from api.pages.desk import PageDesk
from api.pages.forms import HOME, go
from api.routes.params import Id
from api.security import cookies
from api.store import elements, invitations, people, units
from api.store.access import By, check
from api.store.invitations import Invitation
from api.store.kind import Place
from api.store.kinds import CALENDAR, UNIT
from pdsa.errors import PdsaError
from pdsa.ids import UnitId
from pdsa.units import CLASSROOM, SCHOOL, Action, Role, Unit, may
from pdsa.words import say

SETUP = "/setup"
#: More classrooms than these a team adds on its own page.
_MOST_ROOMS = 30


def is_new(conn: Connection, by: By) -> bool:
    """Whether ``by`` administers a server on which there is no unit yet."""
    if not may(by.principal, Action.administer, (), on=by.on):
        return False
    return not units.any_yet(conn)


@get(SETUP, include_in_schema=False)
async def begin(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Step 1: the district, or a school by itself."""
    await desk.read(_whole_server)
    return _shown(desk, "setup/place.html", SETUP, {"place/kind": "district"})


@post(SETUP, include_in_schema=False, status_code=303)
async def begun(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Make it, with its first school where one is named, and go on to its school year."""
    given = await desk.fields()
    sent = Sent(given)
    try:
        made = _places(sent)

        def work(conn: Connection, by: By) -> None:
            for unit in made:
                units.add(conn, by, unit)

        await desk.write(work)
    except ELSEWHERE:
        raise
    except PdsaError as error:
        return _shown(desk, "setup/place.html", SETUP, given, error=sent.placed(error))
    return go(f"{SETUP}/{made[-1].id}/calendar")


def _places(sent: Sent) -> list[Unit]:
    """The district and its first school, or the school alone. Raises ``InvalidValue``."""
    name, kind = sent.name("name", say("a name")), sent.text("kind")
    if kind not in ("district", SCHOOL):
        raise sent.wrong("kind", say("a district or a school"))
    top = Unit(UnitId(new_id()), kind, name)
    if kind == SCHOOL or not sent.text("school"):
        return [top]
    return [top, Unit(UnitId(new_id()), SCHOOL, sent.name("school", say("a name")), top.id)]


@get(f"{SETUP}/{{unit_id:str}}/calendar", include_in_schema=False)
async def calendar(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Step 2: this school year, proposed."""
    seen = await desk.read(_seen, unit_id)
    return _year(desk, seen, proposal(desk.today))


@post(f"{SETUP}/{{unit_id:str}}/calendar", include_in_schema=False, status_code=303)
async def calendar_made(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Keep it for the district, and go on to the first team."""
    given = await desk.fields()
    seen = await desk.read(_seen, unit_id)
    sent = Sent(given)
    try:
        if sent.what == "propose":
            return _year(desk, seen, proposed(sent))
        made = calendar_of(sent, new_id(), seen.top.id)
        await desk.write(elements.add, CALENDAR, made, Place(seen.top.id, None))
    except ELSEWHERE:
        raise
    except PdsaError as error:
        return _year(desk, seen, given, error=sent.placed(error))
    return go(f"{SETUP}/{unit_id}/team")


@get(f"{SETUP}/{{unit_id:str}}/team", include_in_schema=False)
async def team(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Step 3: the first team, its classrooms and who leads it."""
    seen = await desk.read(_seen, unit_id)
    return _shown(desk, "setup/team.html", f"{SETUP}/{unit_id}/team", {"team/leads": "me"}, seen)


@post(f"{SETUP}/{{unit_id:str}}/team", include_in_schema=False, status_code=303)
async def team_made(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Make it, and go to its page."""
    given = await desk.fields()
    seen = await desk.read(_seen, unit_id)
    sent = Sent(given)
    try:
        made = Unit(UnitId(new_id()), "team", sent.name("name", say("a name")), UnitId(unit_id))
        rooms = _rooms(sent, made.id)
        leads = sent.text("leads")
        if leads not in ("me", "other"):
            raise sent.wrong("leads", say("who leads the team's meetings"))
        name = email = ""
        if leads == "other":
            name = sent.name("who", say("the name of whom you invite"))
            email = sent.email("email")

        def work(conn: Connection, by: By) -> Invitation | None:
            for unit in (made, *rooms):
                units.add(conn, by, unit)
            if leads == "me":
                people.join(conn, by, by.principal.person_id, Role.facilitator, made.id)
                return None
            return invitations.invite(
                conn, by, name=name, email=email, role=Role.facilitator, unit_id=made.id
            )

        mail(desk, await desk.write(work))
    except ELSEWHERE:
        raise
    except PdsaError as error:
        return _shown(
            desk,
            "setup/team.html",
            f"{SETUP}/{unit_id}/team",
            given,
            seen,
            error=sent.placed(error),
        )
    return go(f"/teams/{made.id}" if leads == "me" else HOME)


def _rooms(sent: Sent, team_id: UnitId) -> list[Unit]:
    """The classrooms, one a line. Raises ``InvalidValue``."""
    lines = [" ".join(line.split()) for line in sent.given.get(sent.field("rooms"), "").split("\n")]
    names = list(dict.fromkeys(line for line in lines if line))
    if len(names) > _MOST_ROOMS or any(len(n) > 100 or not n.isprintable() for n in names):
        raise sent.wrong("rooms", say("a label of one line for each classroom, 30 at most"))
    return [Unit(UnitId(new_id()), CLASSROOM, name, team_id) for name in names]


@post(f"{SETUP}/later", include_in_schema=False, status_code=303)
async def later(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Leave the first steps for another time."""
    await desk.fields()
    answer = go(HOME)
    answer.set_cookie(cookies.later(desk.request.app.state.settings))
    return answer


PAGES = [begin, begun, calendar, calendar_made, team, team_made, later]


class Seen(Struct, frozen=True):
    """Where the first team is put, and the uppermost unit of the district."""

    unit: Unit
    top: Unit


def _seen(conn: Connection, by: By, unit_id: str) -> Seen:
    unit = elements.get(conn, by, UNIT, unit_id)
    check(conn, by, Action.administer, unit_id, kind=UNIT.name, id=unit_id)
    top = unit
    while top.parent_id is not None:
        top = elements.get(conn, by, UNIT, top.parent_id)
    return Seen(unit, top)


def _whole_server(conn: Connection, by: By) -> None:
    check(conn, by, Action.administer, None, kind=UNIT.name, id="")


def _year(
    desk: PageDesk, seen: Seen, values: dict[str, str], *, error: PdsaError | None = None
) -> Response[str]:
    return _shown(
        desk,
        "setup/calendar.html",
        f"{SETUP}/{seen.unit.id}/calendar",
        values,
        seen,
        error=error,
        rows=rows_of(values),
        closure_kinds=closure_options(),
    )


def _shown(
    desk: PageDesk,
    name: str,
    action: str,
    values: dict[str, str],
    seen: Seen | None = None,
    *,
    error: PdsaError | None = None,
    **more: Any,
) -> Response[str]:
    return desk.show_page(
        name,
        error=error,
        seen=seen,
        action=action,
        values=values,
        differs={},
        prompts={},
        editable=True,
        **more,
    )
