"""People as an administrator looks after them, and those whom the command makes or gives a role."""

from collections.abc import Iterable
from contextlib import suppress

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, select

from api.ids import new_id
from api.store import accounts, administrators, identities, links, security_events
from api.store import tables as t
from api.store.access import By, check
from api.store.accounts import Account, Login
from api.store.elements import add, find, get
from api.store.invitations import Invitation
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from api.store.links import Purpose
from api.store.locks import lock
from api.store.tokens import new_token
from pdsa.errors import InvalidValue, NotVisible
from pdsa.ids import GrantId, PersonId, UnitId
from pdsa.units import Action, Grant, Person, Role
from pdsa.words import mark

_ROLES = (
    select(*t.grants.c, t.units.c.name)
    .select_from(t.grants.outerjoin(t.units, t.units.c.id == t.grants.c.unit_id))
    .where(t.grants.c.person_id == bindparam("person"))
    .order_by(t.grants.c.id)
    .limit(200)
)


class Known(Struct, frozen=True):
    """Somebody as whoever administers the whole server looks after them."""

    person: Person
    account: Account | None
    roles: tuple[tuple[Grant, str], ...]


def known(conn: Connection, by: By, person_id: str) -> Known:
    """A person with their account, and their roles with the name of each unit.

    Raises ``NotVisible``, for whoever does not administer the whole server, too.
    """
    person = get(conn, by, PERSON, person_id)
    found: Account | None = None
    with suppress(NotVisible):
        found = accounts.get(conn, by, person_id)
    rows = conn.execute(_ROLES, {"person": person_id})
    width = len(t.grants.c)
    return Known(
        person=person,
        account=found,
        roles=tuple((Grant(*row[:width]), row[width] or "") for row in rows),
    )


def new_link(
    conn: Connection, by: By, person_id: str, address: str
) -> Invitation | tuple[Login, str]:
    """What is to be mailed so that somebody can choose a password: an invitation, or a new link.

    ``address`` is that of the person in its canonical form, for whoever has no account by one yet.
    Raises ``NotVisible``, and ``InvalidValue`` for whoever has no address, or may not sign in.
    """
    check(conn, by, Action.administer, None, kind=PERSON.name, id=person_id)
    person, _ = find(conn, PERSON, person_id)
    if accounts.of_person(conn, person_id) is None or not _login(conn, person_id).email:
        if not address or person.service:
            raise InvalidValue("email", person.email, mark("an e-mail address first, and save it"))
        accounts.create(conn, by, person_id, address)
    login = _login(conn, person_id)
    if login.disabled_at is not None:
        raise InvalidValue("email", login.email, mark("an account that is not disabled"))
    if login.password_hash is None and not identities.count(conn, person_id):
        link = links.make(conn, by, person_id, Purpose.invitation)
        return Invitation(email=login.email, name=login.name, link=link)
    security_events.note(conn, by, "password.reset_asked", person_id=person_id)
    return login, links.make(conn, by, person_id, Purpose.reset)


def _login(conn: Connection, person_id: str) -> Login:
    found = accounts.of_person(conn, person_id)
    assert found is not None  # noqa: S101 - it is there, or was made just now
    return found


def names(conn: Connection, by: By, ids: Iterable[str]) -> dict[str, str]:
    """What people are called, for whoever administers the whole server."""
    check(conn, by, Action.administer, None, kind=PERSON.name, id="")
    c = t.people.c
    rows = conn.execute(select(c.id, c.name).where(c.id.in_(sorted(set(ids)))))
    return {row[0]: row[1] for row in rows}


def first_administrator(conn: Connection, by: By) -> tuple[Person, str] | None:
    """One administrator of the whole server with a token, unless there are people already."""
    lock(conn, "first administrator")
    if conn.execute(select(func.count()).select_from(t.people)).scalar_one():
        return None
    person = new_administrator(conn, by)
    return person, new_token(conn, by, person.id, "first start")


def new_administrator(conn: Connection, by: By) -> Person:
    """A new person who administers the whole server."""
    person = Person(id=PersonId(new_id()), name="Administrator")
    add(conn, by, PERSON, person, Place(None, None))
    grant = Grant(id=GrantId(new_id()), person_id=person.id, role=Role.administrator)
    add(conn, by, GRANT, grant, Place(None, None))
    return person


def an_administrator(conn: Connection, by: By) -> str:
    """The id of somebody who administers the whole server: a new person where nobody does."""
    return administrators.first(conn, by) or new_administrator(conn, by).id


def join(conn: Connection, by: By, person_id: str, role: Role, unit_id: str) -> None:
    """Give a person a role on a unit, unless it holds one there already."""
    c = t.grants.c
    held = select(c.id).where(c.person_id == person_id, c.role == role, c.unit_id == unit_id)
    if conn.execute(held.limit(1)).first() is None:
        grant = Grant(
            id=GrantId(new_id()),
            person_id=PersonId(person_id),
            role=role,
            unit_id=UnitId(unit_id),
        )
        add(conn, by, GRANT, grant, Place(unit_id, None))
