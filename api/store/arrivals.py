"""Coming in by a provider: signing in, accepting an invitation, linking an account of the district."""

from datetime import timedelta

from msgspec import Struct
from sqlalchemy import Connection, select, update

from api.ids import new_id
from api.store import accounts, elements, identities, links, security_events, sessions
from api.store import tables as t
from api.store.access import By
from api.store.elements import Place
from api.store.errors import LinkOver, NotAdmitted
from api.store.kinds import PERSON
from api.store.links import Purpose
from api.store.principals import ENABLED, WITH_ACCOUNT
from api.store.sign_ins import BY_PROVIDER, SignIn
from pdsa.ids import PersonId
from pdsa.units import Person

#: The links through which somebody may choose an account of the district instead of a password.
INVITING = (Purpose.invitation, Purpose.first_administrator)


class Newcomer(Struct, frozen=True):
    """Whom a provider sends: ``email`` is an address that it vouches for, or nothing.

    Who is ``welcome`` becomes a person here by signing in, without any role.
    """

    name: str
    email: str = ""
    welcome: bool = True


def arrive(
    conn: Connection,
    by: By,
    sign_in: SignIn,
    issuer: str,
    subject: str,
    newcomer: Newcomer,
    *,
    browser: str,
    lifetime: timedelta,
) -> str:
    """Sign in whoever has this identity; the secret of the new session.

    Links the identity with the person who is invited first, where that is what was begun. Raises
    ``NotAdmitted``, and changes nothing then.
    """
    identities.lock_one(conn, issuer, subject)
    if sign_in.link_id is not None:
        invited = _accept(conn, by, sign_in.link_id)
        identities.link(conn, by, invited, issuer, subject)
    person_id = identities.find(conn, issuer, subject)
    if person_id is None and newcomer.welcome:
        person_id = _welcome(conn, by, newcomer)
        identities.link(conn, by, person_id, issuer, subject)
    if person_id is None:
        raise NotAdmitted("unknown")
    let_in = select(t.people.c.id).select_from(WITH_ACCOUNT)
    mine = (t.people.c.id == person_id, ENABLED, t.people.c.service.is_(False))
    if conn.execute(let_in.where(*mine)).first() is None:
        raise NotAdmitted("disabled")
    return _begin(conn, by, sign_in, person_id, issuer, subject, browser, lifetime)


def link(conn: Connection, by: By, sign_in: SignIn, issuer: str, subject: str) -> str:
    """Link an identity with the person who began that while signed in, and is ``by`` still.

    The address to tell of it; empty where there is none, or nothing new. Raises ``NotAdmitted``.
    """
    person_id = by.principal.person_id
    if person_id != sign_in.person_id:
        raise NotAdmitted("session")
    if not identities.link(conn, by, person_id, issuer, subject):
        return ""
    login = accounts.of_person(conn, person_id)
    if login is not None and login.email:
        return login.email
    return elements.find(conn, PERSON, person_id)[0].email


def inviting(conn: Connection, by: By, secret: str) -> str:
    """The id of the link that invites somebody. Raises ``NotAdmitted``; the link stays."""
    try:
        found = links.look(conn, by, secret)
    except LinkOver as error:
        raise NotAdmitted("invitation") from error
    if found.purpose not in INVITING:
        raise NotAdmitted("invitation")
    return found.id


def _begin(
    conn: Connection,
    by: By,
    sign_in: SignIn,
    person_id: str,
    issuer: str,
    subject: str,
    browser: str,
    lifetime: timedelta,
) -> str:
    identities.used(conn, by, issuer, subject)
    a = t.accounts.c
    conn.execute(update(t.accounts).where(a.person_id == person_id).values(signed_in_at=by.at))
    security_events.append(
        conn,
        by.at,
        "sign_in.done",
        person_id=person_id,
        by_id=person_id,
        address=by.address,
        by=f"{BY_PROVIDER}{sign_in.provider}",
    )
    return sessions.begin(
        conn,
        by,
        person_id,
        address=by.address,
        browser=browser,
        signed_in_by=f"{BY_PROVIDER}{sign_in.provider}",
        lifetime=lifetime,
    )


def _accept(conn: Connection, by: By, link_id: str) -> str:
    """Take an invitation, once; the id of the person whom it invites."""
    c = t.links.c
    row = conn.execute(
        update(t.links)
        .where(
            c.id == link_id,
            c.purpose.in_(INVITING),
            c.used_at.is_(None),
            c.expires_at > by.at,
        )
        .values(used_at=by.at)
        .returning(c.person_id)
    ).first()
    if row is None:
        raise NotAdmitted("invitation")
    links.end_all(conn, by, row.person_id)
    return str(row.person_id)


def _welcome(conn: Connection, by: By, newcomer: Newcomer) -> str:
    person = Person(id=PersonId(new_id()), name=newcomer.name, email=newcomer.email)
    elements.store(conn, by, PERSON, [person], Place(None, None), verb="sign_in")
    accounts.create(conn, by, person.id, None)  # by which an administrator can keep them out
    return person.id
