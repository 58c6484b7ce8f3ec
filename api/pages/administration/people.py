"""People and the tools that work like people: found, invited, given roles, let in and kept out."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from api.desk import to_cursor
from api.ids import new_id
from api.pages.account import ACCESS, draft_of
from api.pages.administration import membership
from api.pages.administration.fields import Act, Sent, done
from api.pages.administration.names import role_named, role_options
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.routes.params import Id
from api.security import letters
from api.security.addresses import canonical
from api.store import accounts, elements, lists, people, services
from api.store.access import By, check
from api.store.invitations import Invitation
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from api.store.people import Known
from api.store.tokens import Token
from api.store.tree import Tree, tree
from pdsa.errors import PdsaError
from pdsa.ids import GrantId, PersonId, UnitId
from pdsa.units import Action, Grant, Person, Role
from pdsa.words import mark, say

PEOPLE = "/administration/people"
_A_PAGE = 50


@get(PEOPLE, include_in_schema=False)
async def listed(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """People by name or address, a page at a time; whom to invite, and tools to add."""
    return await _list(desk)


@post(PEOPLE, include_in_schema=False, status_code=303)
async def added(desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Invite a person to a unit, or add a tool."""
    given = await desk.fields()
    sent = Sent(given)
    unit_id = sent.text("unit_id") or None
    invite = membership.forms(unit_id)["invite"]
    found = await done(desk, sent, {"invite": invite, "service": _service})
    if isinstance(found, PdsaError):
        return await _list(desk, error=found, given=given)
    return go(f"{PEOPLE}?done={found}" if found == "invited" else f"{PEOPLE}/{found}")


async def _service(desk: PageDesk, sent: Sent) -> str:
    name = sent.name("name", say("the tool a name"))
    person = Person(PersonId(new_id()), name, service=True)
    await desk.write(elements.add, PERSON, person, Place(None, None))
    return person.id


async def _list(
    desk: PageDesk, *, error: PdsaError | None = None, given: dict[str, str] | None = None
) -> Response[str]:
    text, after = desk.asked("text"), desk.after(str)

    def work(conn: Connection, by: By) -> tuple[list[Person], Any, Tree]:
        found, key = lists.people(conn, by, text=text or None, after=after, limit=_A_PAGE)
        return found, key, tree(conn, by)

    found, key, units = await desk.read(work)
    more = None
    if key is not None:
        query = {"cursor": to_cursor(key)} | ({"text": text} if text else {})
        more = f"{PEOPLE}?{urlencode(query)}"
    return desk.show_page(
        "administration/people.html",
        error=error,
        people=found,
        text=text,
        more=more,
        action=PEOPLE,
        values={"invite/role": Role.viewer.value} | (given or {}),
        differs={},
        prompts={},
        editable=True,
        roles=list(Role),
        role_options=role_options(Role),
        units=_choices(units),
        whole=units.whole,
        said=say(_DONE.get(desk.request.query_params.get("done") or "", "")),
    )


class Seen(Struct, frozen=True):
    """A person with what else their page shows."""

    known: Known
    tokens: tuple[Token, ...]
    tree: Tree


def seen_of(conn: Connection, by: By, person_id: str) -> Seen:
    """A person, for whoever administers the whole server. Raises ``NotVisible``."""
    check(conn, by, Action.administer, None, kind=PERSON.name, id=person_id)
    known = people.known(conn, by, person_id)
    tokens = services.tokens_of(conn, by, person_id) if known.person.service else []
    return Seen(known, tuple(tokens), tree(conn, by))


@get(f"{PEOPLE}/{{person_id:str}}", include_in_schema=False)
async def one(person_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """One person: name, account, roles; a tool: its tokens."""
    return await _one(desk, person_id)


@post(f"{PEOPLE}/{{person_id:str}}", include_in_schema=False, status_code=303)
async def changed(person_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Change one of them."""
    given = await desk.fields()
    sent = Sent(given)
    if sent.what == "token":
        return await _token(desk, person_id, sent)
    found = await done(desk, sent, _acts(person_id))
    if isinstance(found, PdsaError):
        return await _one(desk, person_id, error=found, given=given)
    return go(f"{PEOPLE}/{person_id}?done={found}")


PAGES = [listed, added, one, changed]

_DONE = {
    "invited": mark("The role is given, and a mail is on its way."),
    "person": mark("The name and the address are saved."),
    "link": mark("A link to choose a password is on its way by mail."),
    "disable": mark("This person may not sign in any more; every session and token is ended."),
    "enable": mark("This person may sign in again."),
    "unlink": mark("The accounts of the district are unlinked."),
    "given": mark("The role is given."),
    "back": mark("The role is ended."),
    "days": mark("The days are saved."),
    "revoke": mark("That token is ended."),
}


def _acts(person_id: str) -> dict[str, Act]:
    async def person(desk: PageDesk, sent: Sent) -> str:
        name = sent.name("name", say("a name"))
        email = sent.email("email") if sent.text("email") else ""
        await desk.write(
            elements.change,
            PERSON,
            person_id,
            None,
            lambda old: replace(old, name=name, email=email),
        )
        return "person"

    async def link(desk: PageDesk, sent: Sent) -> str:
        person = (await desk.read(people.known, person_id)).person
        address = canonical(person.email) if person.email else ""
        found = await desk.write(people.new_link, person_id, address)
        state = desk.request.app.state
        origin = state.settings.origin
        if isinstance(found, Invitation):
            letter = letters.to_invite(found, origin)
        else:
            letter = letters.to_reset(found[0], f"{origin}/link/{found[1]}")
        state.background.start("mailing a link", state.mailer.send(letter))
        return "link"

    async def disable(desk: PageDesk, sent: Sent) -> str:
        await desk.write(accounts.disable, person_id)
        return "disable"

    async def enable(desk: PageDesk, sent: Sent) -> str:
        await desk.write(accounts.enable, person_id)
        return "enable"

    async def unlink(desk: PageDesk, sent: Sent) -> str:
        await desk.write(accounts.unlink, person_id)
        return "unlink"

    async def give(desk: PageDesk, sent: Sent) -> str:
        role, unit = membership.role_of(sent), sent.text("unit_id")
        starts_on, ends_on = sent.days()
        grant = Grant(
            GrantId(new_id()),
            PersonId(person_id),
            role,
            UnitId(unit) if unit else None,
            starts_on,
            ends_on,
        )
        await desk.write(elements.add, GRANT, grant, Place(unit or None, None))
        return "given"

    async def revoke(desk: PageDesk, sent: Sent) -> str:
        await desk.write(services.revoke_token, person_id, sent.id)
        return "revoke"

    return {
        "person": person,
        "link": link,
        "disable": disable,
        "enable": enable,
        "unlink": unlink,
        "give": give,
        "back": membership.back,
        "days": membership.days,
        "revoke": revoke,
    }


async def _token(desk: PageDesk, person_id: str, sent: Sent) -> Response[str]:
    """Make a token of a tool, and show it this once."""
    most = desk.request.app.state.settings.token_days
    plain = {name: sent.text(name) for name in ("name", "access", "days", "unit_id")}
    made = ""

    async def make(desk: PageDesk, sent: Sent) -> str:
        nonlocal made
        draft = draft_of(plain, desk.by, most)
        made = (await desk.write(services.make_token, person_id, draft, most)).token
        return made

    found = await done(desk, sent, {"token": make})
    if isinstance(found, PdsaError):
        return await _one(desk, person_id, error=found, given=dict(sent.given))
    return await _one(desk, person_id, made=made)


async def _one(
    desk: PageDesk,
    person_id: str,
    *,
    error: PdsaError | None = None,
    given: dict[str, str] | None = None,
    made: str = "",
) -> Response[str]:
    seen = await desk.read(seen_of, person_id)
    person = seen.known.person
    values = {
        "person/name": person.name,
        "person/email": person.email,
        "give/role": Role.member.value,
        "token/days": str(min(30, desk.request.app.state.settings.token_days)),
    }
    for grant, _ in seen.known.roles:
        values[f"grant/{grant.id}/starts_on"] = str(grant.starts_on or "")
        values[f"grant/{grant.id}/ends_on"] = str(grant.ends_on or "")
    return desk.show_page(
        "administration/person.html",
        error=error,
        person=person,
        account=seen.known.account,
        grants=[(grant, role_named(grant.role), unit) for grant, unit in seen.known.roles],
        tokens=seen.tokens,
        made=made,
        myself=person.id == desk.who.person_id,
        action=f"{PEOPLE}/{person_id}",
        values=values | (given or {}),
        differs={},
        prompts={},
        editable=True,
        roles=list(Role),
        role_options=role_options(Role),
        units=_choices(seen.tree),
        whole=seen.tree.whole,
        access=[(each.value, say(text)) for each, text in ACCESS.items()],
        said=say(_DONE.get(desk.request.query_params.get("done") or "", "")),
    )


def _choices(found: Tree) -> list[tuple[str, str]]:
    """Units to choose from, in the order of the tree."""
    choices: list[tuple[str, str]] = []

    def walk(above: str, depth: int) -> None:
        for each in found.below.get(above, ()):
            choices.append((each.id, "- " * depth + each.name))
            walk(each.id, depth + 1)

    walk("", 0)
    return choices
