"""Invitations: a role by e-mail address, and links that the operator makes for an address."""

from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, func, select, update

from api.ids import new_id
from api.store import accounts, elements, identities, links
from api.store import tables as t
from api.store.access import By, steps
from api.store.accounts import Login
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from api.store.links import Purpose
from api.store.locks import lock
from pdsa.ids import GrantId, PersonId, UnitId
from pdsa.units import Grant, Person, Role, may_give


class Invitation(Struct, frozen=True, kw_only=True):
    """What is to be mailed: with a link where no way of signing in has been chosen yet."""

    email: str
    name: str
    link: str | None


def invite(
    conn: Connection,
    by: By,
    *,
    name: str,
    email: str,
    role: Role,
    unit_id: str | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Invitation | None:
    """Give whoever has this address a role, with a person and an account where there are none.

    Where several people have it and none has an account by it, none of them gets the role: a new
    person does, as if nobody had it. ``None`` where nothing is to be mailed, because the account is
    disabled. Raises ``NotVisible`` or ``NotAllowed`` unless ``by`` may give the role there.
    """
    lock_address(conn, email)  # two at once would make two people
    login = accounts.by_email(conn, email) or _welcome(conn, by, name, email)
    _give(
        conn,
        by,
        Grant(
            id=GrantId(new_id()),
            person_id=PersonId(login.person_id),
            role=role,
            unit_id=None if unit_id is None else UnitId(unit_id),
            starts_on=starts_on,
            ends_on=ends_on,
        ),
    )
    if login.disabled_at is not None:
        return None
    new = login.password_hash is None and not identities.count(conn, login.person_id)
    link = links.make(conn, by, login.person_id, Purpose.invitation) if new else None
    return Invitation(email=login.email, name=login.name, link=link)


def link_for(conn: Connection, by: By, email: str) -> str | None:
    """A new link for the person with this address, who gets an account if need be.

    ``None`` where nobody has it, or several people have and none an account by it.
    """
    login = accounts.by_email(conn, email)
    if login is not None:
        person_id, purpose = login.person_id, Purpose.reset
    else:
        found = _by_address(conn, email)
        if found is None:
            return None
        accounts.create(conn, by, found.id, email)
        person_id, purpose = found.id, Purpose.invitation
    conn.execute(
        update(t.accounts).where(t.accounts.c.person_id == person_id).values(disabled_at=None)
    )
    return links.make(conn, by, person_id, purpose)


def lock_address(conn: Connection, email: str) -> None:
    """Wait until nobody else invites this address, or is given it, and keep them waiting."""
    lock(conn, f"invitation {email}")


def _by_address(conn: Connection, email: str) -> Person | None:
    """The one person, no service, whose address this is and whose account has none yet."""
    rows = conn.execute(
        select(*t.people.c)
        .where(
            func.lower(t.people.c.email) == email,
            t.people.c.service.is_(False),
            t.people.c.id.not_in(
                select(t.accounts.c.person_id).where(t.accounts.c.email.is_not(None))
            ),
        )
        .limit(2)
    ).all()
    return PERSON.made(rows[0]) if len(rows) == 1 else None


def _person(conn: Connection, by: By, name: str, email: str) -> Person:
    """Whoever has this address; a new person where nobody has it, or several have."""
    person = _by_address(conn, email)
    if person is None:
        person = Person(id=PersonId(new_id()), name=name, email=email)
        elements.store(conn, by, PERSON, [person], Place(None, None), verb="invite")
    return person


def _welcome(conn: Connection, by: By, name: str, email: str) -> Login:
    """A new account for whoever has this address."""
    person = _person(conn, by, name, email)
    accounts.create(conn, by, person.id, email)
    login = accounts.of_person(conn, person.id)
    assert login is not None  # noqa: S101 - it was created just now
    return login


def _give(conn: Connection, by: By, grant: Grant) -> None:
    """Give a role that is not held in just this way already."""
    c = t.grants.c
    same = select(c.id).where(
        c.person_id == grant.person_id,
        c.role == grant.role,
        c.unit_id == grant.unit_id,
        c.starts_on == grant.starts_on,
        c.ends_on == grant.ends_on,
    )
    where = () if grant.unit_id is None else steps(conn, grant.unit_id)
    held = conn.execute(same.limit(1)).first() is not None
    if not (held and may_give(by.principal, grant.role, where, on=by.on)):
        elements.add(conn, by, GRANT, grant, Place(grant.unit_id, None))
