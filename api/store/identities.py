"""Who a person is at a provider: known by issuer and subject, never by an e-mail address.

The same address at another provider, or a subject of the same letters there, is somebody else.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update

from api.ids import new_id
from api.store import accounts, elements, links, security_events, sessions
from api.store import tables as t
from api.store.access import By, check
from api.store.elements import Place
from api.store.errors import LinkOver, NotAdmitted
from api.store.kinds import PERSON
from api.store.links import Purpose
from api.store.locks import lock
from api.store.principals import ENABLED, WITH_ACCOUNT
from api.store.sign_ins import BY_PROVIDER, SignIn
from pdsa.errors import InvalidValue, NotVisible
from pdsa.ids import PersonId
from pdsa.units import Action, Person

#: The links through which somebody may choose an account of the district instead of a password.
INVITING = (Purpose.invitation, Purpose.first_administrator)


class Identity(Struct, frozen=True):
    """Who somebody is at a provider."""

    issuer: str
    subject: str
    person_id: str
    created_at: datetime
    signed_in_at: datetime | None


class Newcomer(Struct, frozen=True):
    """Somebody who may become a person here by signing in, without any role."""

    name: str
    email: str = ""


def find(conn: Connection, issuer: str, subject: str) -> str | None:
    """The id of the person with this identity."""
    c = t.identities.c
    return conn.execute(
        select(c.person_id).where(c.issuer == issuer, c.subject == subject)
    ).scalar()


def of_person(conn: Connection, by: By, person_id: str) -> list[Identity]:
    """The identities of a person, the oldest first, for that person or who administers the server."""
    _check(conn, by, person_id)
    c = t.identities.c
    rows = conn.execute(
        select(*c).where(c.person_id == person_id).order_by(c.created_at, c.issuer, c.subject)
    )
    return [Identity(*row) for row in rows]


def link(conn: Connection, by: By, person_id: str, issuer: str, subject: str) -> None:
    """Let a person sign in with this identity, too.

    Raises ``NotAdmitted`` where it is another person's already, and ``NotVisible`` unless ``by`` is
    that person or administers the server.
    """
    _check(conn, by, person_id)
    _link(conn, by, person_id, issuer, subject)


def unlink(conn: Connection, by: By, person_id: str, issuer: str, subject: str) -> None:
    """Take an identity from a person, whose sessions that began with a provider end.

    Raises ``NotVisible``, or ``InvalidValue`` for a person's last way of signing in.
    """
    held = of_person(conn, by, person_id)
    if (issuer, subject) not in [(each.issuer, each.subject) for each in held]:
        raise NotVisible("identity", subject)
    a, c, s = t.accounts.c, t.identities.c, t.sessions.c
    password = select(a.person_id).where(a.person_id == person_id, a.password_hash.is_not(None))
    if len(held) == 1 and conn.execute(password).first() is None:
        raise InvalidValue("subject", subject, "choose a password first: this is the only way in")
    conn.execute(delete(t.identities).where(c.issuer == issuer, c.subject == subject))
    conn.execute(
        update(t.sessions)
        .where(
            s.person_id == person_id, s.signed_in_by.startswith(BY_PROVIDER), s.ended_at.is_(None)
        )
        .values(ended_at=by.at)
    )
    security_events.note(conn, by, "identity.unlinked", person_id=person_id, issuer=issuer)


def arrive(
    conn: Connection,
    by: By,
    sign_in: SignIn,
    issuer: str,
    subject: str,
    newcomer: Newcomer | None,
    *,
    browser: str,
    lifetime: timedelta,
) -> str | None:
    """Sign in whoever has this identity; the secret of the new session, ``None`` where there is one.

    Links the identity first where that is what was begun. ``newcomer`` becomes a person where
    nobody has it. Raises ``NotAdmitted``, and changes nothing then.
    """
    lock(conn, f"identity {issuer} {subject}")
    if sign_in.link_id is not None:
        _link(conn, by, _accept(conn, by, sign_in.link_id), issuer, subject)
    elif sign_in.person_id is not None:
        if by.principal.person_id != sign_in.person_id:
            raise NotAdmitted("session")
        _link(conn, by, sign_in.person_id, issuer, subject)
        return None
    person_id = find(conn, issuer, subject)
    if person_id is None and newcomer is not None:
        person_id = _welcome(conn, by, newcomer)
        _link(conn, by, person_id, issuer, subject)
    if person_id is None:
        raise NotAdmitted("unknown")
    let_in = select(t.people.c.id).select_from(WITH_ACCOUNT)
    mine = (t.people.c.id == person_id, ENABLED, t.people.c.service.is_(False))
    if conn.execute(let_in.where(*mine)).first() is None:
        raise NotAdmitted("disabled")
    return _begin(conn, by, sign_in, person_id, issuer, subject, browser, lifetime)


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
    c, a = t.identities.c, t.accounts.c
    conn.execute(
        update(t.identities)
        .where(c.issuer == issuer, c.subject == subject)
        .values(signed_in_at=by.at)
    )
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


def _link(conn: Connection, by: By, person_id: str, issuer: str, subject: str) -> None:
    lock(conn, f"identity {issuer} {subject}")
    owner = find(conn, issuer, subject)
    if owner == person_id:
        return
    if owner is not None:
        raise NotAdmitted("taken")
    conn.execute(
        insert(t.identities).values(
            issuer=issuer, subject=subject, person_id=person_id, created_at=by.at
        )
    )
    security_events.note(conn, by, "identity.linked", person_id=person_id, issuer=issuer)


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


def _check(conn: Connection, by: By, person_id: str) -> None:
    if by.principal.person_id != person_id:
        check(conn, by, Action.administer, None, kind=PERSON.name, id=person_id)


def inviting(conn: Connection, by: By, secret: str) -> str:
    """The id of the link that invites somebody. Raises ``NotAdmitted``; the link stays."""
    try:
        found = links.look(conn, by, secret)
    except LinkOver as error:
        raise NotAdmitted("invitation") from error
    if found.purpose not in INVITING:
        raise NotAdmitted("invitation")
    return found.id
