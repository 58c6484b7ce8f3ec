"""The settings of a team and of any other unit: its name, its parts, its calendars, its people."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from api.ids import new_id
from api.pages.administration import membership
from api.pages.administration.fields import Act, Sent, done
from api.pages.administration.names import kind_named, kind_options, role_options
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.stages import named_in
from api.routes.params import Id
from api.store import elements, lists, units
from api.store.access import By, can, steps_for
from api.store.kinds import UNIT
from api.store.members import Member, members, roles_to_give
from api.store.tree import Tree, tree
from pdsa.calendar import SchoolCalendar
from pdsa.errors import NotAllowed, PdsaError
from pdsa.ids import UnitId
from pdsa.units import CLASSROOM, SCHOOL, Action, Role, StageWords, Unit, may_label
from pdsa.words import mark, say

#: As many parts of a unit as one page can hold.
_MOST = 200
#: The roles that people have on a team; others look at it from above.
_OF_TEAM = (Role.member, Role.facilitator, Role.coach, Role.viewer)


class Seen(Struct, frozen=True):
    """A unit as whoever looks after it sees it; ``above`` are those that they look after, too."""

    unit: Unit
    above: tuple[Unit, ...]
    parts: tuple[Unit, ...]
    calendars: tuple[SchoolCalendar, ...]
    members: tuple[Member, ...]
    roles: tuple[Role, ...]
    labels: bool
    administers: bool
    tree: Tree | None


def seen_of(conn: Connection, by: By, unit_id: str, *, as_team: bool) -> Seen:
    """A unit with its parts and people. Raises ``NotVisible`` or ``NotAllowed``."""
    unit = elements.get(conn, by, UNIT, unit_id)
    where = steps_for(conn, by, unit_id)
    roles = roles_to_give(conn, by, unit_id)
    administers = can(conn, by, Action.administer, unit_id)
    labels = may_label(by.principal, unit.kind, where, on=by.on)
    if not administers and not (as_team and (labels or roles)):
        raise NotAllowed("set up", unit_id)
    parts, _ = lists.units(
        conn,
        by,
        unit=None,
        parent=unit_id,
        kind=CLASSROOM if as_team else None,
        text=None,
        after=(),
        limit=_MOST,
    )
    calendars: tuple[SchoolCalendar, ...] = ()
    if administers and not as_team:
        found, _ = lists.calendars(conn, by, unit=unit_id, after=(), limit=_MOST)
        own = [each for each in found if each.unit_id == unit_id]
        calendars = tuple(sorted(own, key=lambda each: each.first_day, reverse=True))
    return Seen(
        unit=unit,
        above=tuple(
            elements.find(conn, UNIT, step.id)[0]
            for step in where[:-1]
            if can(conn, by, Action.administer, step.id)
        ),
        parts=tuple(sorted(parts, key=lambda each: each.name)),
        calendars=calendars,
        members=tuple(members(conn, by, unit_id)) if roles else (),
        roles=tuple(role for role in roles if not as_team or role in _OF_TEAM),
        labels=labels,
        administers=administers,
        tree=tree(conn, by) if administers and not as_team else None,
    )


@get("/teams/{unit_id:str}/settings", include_in_schema=False)
async def team(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A team's name, classrooms, words and people."""
    return await _shown(desk, unit_id, as_team=True)


@post("/teams/{unit_id:str}/settings", include_in_schema=False, status_code=303)
async def team_changed(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Change one of them."""
    return await _changed(desk, unit_id, as_team=True)


@get("/units/{unit_id:str}/settings", include_in_schema=False)
async def unit(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A unit's name and place, the units below it, its calendars and people."""
    return await _shown(desk, unit_id, as_team=False)


@post("/units/{unit_id:str}/settings", include_in_schema=False, status_code=303)
async def unit_changed(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Change one of them."""
    return await _changed(desk, unit_id, as_team=False)


PAGES = [team, team_changed, unit, unit_changed]

_DONE = {
    "name": mark("The name is changed."),
    "words": mark("The words are chosen: the pages of this team use them now."),
    "room": mark("The classroom has its new name."),
    "new-room": mark("The classroom is there."),
    "new-part": mark("The unit is there."),
    "place": mark("The unit has moved, with everything below it."),
    "invited": mark("The role is given, and a mail is on its way."),
    "again": mark("A new invitation is on its way; the one before does not work any more."),
    "back": mark("The role is ended."),
    "days": mark("The days are saved."),
    "calendar": mark("The school calendar is saved."),
}


async def _changed(desk: PageDesk, unit_id: str, *, as_team: bool) -> Response[Any]:
    given = await desk.fields()
    sent = Sent(given)
    found = await done(desk, sent, _acts(unit_id, as_team=as_team))
    if isinstance(found, PdsaError):
        return await _shown(desk, unit_id, as_team=as_team, error=found, given=given)
    return go(f"{_path(unit_id, as_team=as_team)}?done={found}")


def _path(unit_id: str, *, as_team: bool) -> str:
    return f"/{'teams' if as_team else 'units'}/{unit_id}/settings"


def _acts(unit_id: str, *, as_team: bool) -> dict[str, Act]:
    async def name(desk: PageDesk, sent: Sent) -> str:
        text = sent.name("name", say("a name"))
        await desk.write(units.change, unit_id, None, lambda unit: replace(unit, name=text))
        return "name"

    async def words(desk: PageDesk, sent: Sent) -> str:
        text = sent.text("stage_words")
        if text not in StageWords.__members__:
            raise sent.wrong("stage_words", say("one of the two"))
        chosen = StageWords(text)
        await desk.write(
            units.change, unit_id, None, lambda unit: replace(unit, stage_words=chosen)
        )
        return "words"

    async def room(desk: PageDesk, sent: Sent) -> str:
        text = sent.name("name", say("a label for the classroom, such as Room 12"))
        await desk.write(units.change, sent.id, None, lambda unit: replace(unit, name=text))
        return "room"

    async def new_room(desk: PageDesk, sent: Sent) -> str:
        text = sent.name("name", say("a label for the classroom, such as Room 12"))
        made = Unit(UnitId(new_id()), CLASSROOM, text, UnitId(unit_id))
        await desk.write(units.add, made)
        return "new-room"

    async def new_part(desk: PageDesk, sent: Sent) -> str:
        await desk.write(units.add, part_of(sent, unit_id))
        return "new-part"

    async def place(desk: PageDesk, sent: Sent) -> str:
        above = sent.text("parent_id")
        parent_id = UnitId(above) if above else None
        await desk.write(
            units.change, unit_id, None, lambda unit: replace(unit, parent_id=parent_id)
        )
        return "place"

    of_team: dict[str, Act] = {"words": words, "room": room, "new-room": new_room}
    of_unit: dict[str, Act] = {"new-part": new_part, "place": place}
    return {"name": name} | membership.forms(unit_id) | (of_team if as_team else of_unit)


def part_of(sent: Sent, parent_id: str | None) -> Unit:
    """The unit that a form describes. Raises ``InvalidValue``."""
    name = sent.name("name", say("a name"))
    kind = "_".join((sent.text("other") or sent.text("kind")).lower().split())
    if not (kind.isascii() and kind.replace("_", "").isalnum() and kind[0].isalpha()):
        raise sent.wrong("other" if sent.text("other") else "kind", say("what kind of unit it is"))
    return Unit(UnitId(new_id()), kind[:40], name, None if parent_id is None else UnitId(parent_id))


async def _shown(
    desk: PageDesk,
    unit_id: str,
    *,
    as_team: bool,
    error: PdsaError | None = None,
    given: dict[str, str] | None = None,
) -> Response[str]:
    seen = await desk.read(seen_of, unit_id, as_team=as_team)
    values = {
        "name/name": seen.unit.name,
        "words/stage_words": seen.unit.stage_words.value,
        "place/parent_id": seen.unit.parent_id or "",
        "invite/role": Role.member.value if as_team else Role.viewer.value,
        "new-part/kind": _usual_part(seen.unit),
    }
    values |= {f"room/{part.id}/name": part.name for part in seen.parts}
    values |= membership.values_of(list(seen.members)) | (given or {})
    return desk.show_page(
        "administration/team.html" if as_team else "administration/unit.html",
        error=error,
        seen=seen,
        action=_path(unit_id, as_team=as_team),
        values=values,
        differs={},
        prompts={},
        editable=True,
        said=say(_DONE.get(desk.request.query_params.get("done") or "", "")),
        members=membership.told(list(seen.members)),
        roles=seen.roles,
        role_options=role_options(seen.roles),
        kind=kind_named(seen.unit.kind),
        kind_named=kind_named,
        kinds=kind_options(),
        words=[(each.value, ", ".join(named_in(each).values()), "") for each in StageWords],
        places=_places(seen),
    )


def _usual_part(unit: Unit) -> str:
    """What usually stands right below a unit."""
    return "team" if unit.kind == SCHOOL else SCHOOL


def _places(seen: Seen) -> list[tuple[str, str]]:
    """Where a unit can be put: every other one that is not below it."""
    if seen.tree is None:
        return []
    below = {seen.unit.id}
    found: list[tuple[str, str]] = []

    def walk(above: str, depth: int) -> None:
        for each in seen.tree.below.get(above, ()) if seen.tree else ():
            if each.id in below:
                continue
            found.append((each.id, "- " * depth + each.name))
            walk(each.id, depth + 1)

    walk("", 0)
    return found
