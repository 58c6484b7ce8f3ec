"""Who a person is at a provider: known by issuer and subject, never by an e-mail address.

The same address at another provider, or a subject of the same letters there, is somebody else.
"""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select, update

from api.store import security_events
from api.store import tables as t
from api.store.access import By, check
from api.store.errors import NotAdmitted
from api.store.kinds import PERSON
from api.store.locks import lock
from api.store.sign_ins import BY_PROVIDER
from pdsa.errors import InvalidValue, NotVisible
from pdsa.units import Action
from pdsa.words import mark


class Identity(Struct, frozen=True):
    """Who somebody is at a provider."""

    issuer: str
    subject: str
    person_id: str
    created_at: datetime
    signed_in_at: datetime | None


def find(conn: Connection, issuer: str, subject: str) -> str | None:
    """The id of the person with this identity."""
    c = t.identities.c
    return conn.execute(
        select(c.person_id).where(c.issuer == issuer, c.subject == subject)
    ).scalar()


def of_person(conn: Connection, by: By, person_id: str) -> list[Identity]:
    """The identities of a person, the oldest first, for that person or who administers the server.

    Raises ``NotVisible``.
    """
    _check(conn, by, person_id)
    c = t.identities.c
    rows = conn.execute(
        select(*c).where(c.person_id == person_id).order_by(c.created_at, c.issuer, c.subject)
    )
    return [Identity(*row) for row in rows]


def count(conn: Connection, person_id: str) -> int:
    """How many identities a person has."""
    c = t.identities.c
    return conn.execute(
        select(func.count()).select_from(t.identities).where(c.person_id == person_id)
    ).scalar_one()


def link(conn: Connection, by: By, person_id: str, issuer: str, subject: str) -> bool:
    """Let a person sign in with this identity, too; whether that is new.

    Raises ``NotAdmitted`` where it is another person's already, and ``NotVisible`` unless ``by`` is
    that person or administers the server.
    """
    _check(conn, by, person_id)
    lock_one(conn, issuer, subject)
    owner = find(conn, issuer, subject)
    if owner == person_id:
        return False
    if owner is not None:
        raise NotAdmitted("taken")
    conn.execute(
        insert(t.identities).values(
            issuer=issuer, subject=subject, person_id=person_id, created_at=by.at
        )
    )
    security_events.note(conn, by, "identity.linked", person_id=person_id, issuer=issuer)
    return True


def unlink(conn: Connection, by: By, person_id: str, issuer: str, subject: str) -> None:
    """Take an identity from a person, whose sessions that began with a provider end.

    Raises ``NotVisible``, or ``InvalidValue`` for a person's last way of signing in.
    """
    lock(conn, f"account of {person_id}")  # two at once would take the last two
    held = of_person(conn, by, person_id)
    if (issuer, subject) not in [(each.issuer, each.subject) for each in held]:
        raise NotVisible("identity", subject)
    a = t.accounts.c
    password = select(a.person_id).where(a.person_id == person_id, a.password_hash.is_not(None))
    if len(held) == 1 and conn.execute(password).first() is None:
        rule = mark("yourself another way to sign in first: this is the only one")
        raise InvalidValue("identity", subject, rule)
    _end(conn, by, person_id, issuer, subject)
    _end_sessions(conn, by, person_id)


def unlink_all(conn: Connection, by: By, person_id: str) -> None:
    """Take every identity from a person, whose sessions that began with a provider end.

    Raises ``NotVisible`` unless ``by`` is that person or administers the server.
    """
    for each in of_person(conn, by, person_id):
        _end(conn, by, person_id, each.issuer, each.subject)
    _end_sessions(conn, by, person_id)


def release(conn: Connection, by: By, person_id: str, issuer: str, subject: str) -> None:
    """Take an identity from a person for somebody else, who is to be linked with it next.

    Raises ``NotVisible`` unless ``by`` is that person or administers the server.
    """
    _check(conn, by, person_id)
    _end(conn, by, person_id, issuer, subject)


def used(conn: Connection, by: By, issuer: str, subject: str) -> None:
    """Note a sign-in. Raises ``NotAdmitted`` where the identity was unlinked meanwhile."""
    c = t.identities.c
    done = conn.execute(
        update(t.identities)
        .where(c.issuer == issuer, c.subject == subject)
        .values(signed_in_at=by.at)
    )
    if not done.rowcount:
        raise NotAdmitted("unknown")


def lock_one(conn: Connection, issuer: str, subject: str) -> None:
    """Wait until nobody else comes with this identity, and keep them waiting."""
    lock(conn, f"identity {issuer} {subject}")


def _end(conn: Connection, by: By, person_id: str, issuer: str, subject: str) -> None:
    c = t.identities.c
    conn.execute(
        delete(t.identities).where(
            c.issuer == issuer, c.subject == subject, c.person_id == person_id
        )
    )
    security_events.note(conn, by, "identity.unlinked", person_id=person_id, issuer=issuer)


def _end_sessions(conn: Connection, by: By, person_id: str) -> None:
    c = t.sessions.c
    conn.execute(
        update(t.sessions)
        .where(
            c.person_id == person_id, c.signed_in_by.startswith(BY_PROVIDER), c.ended_at.is_(None)
        )
        .values(ended_at=by.at)
    )


def _check(conn: Connection, by: By, person_id: str) -> None:
    if by.principal.person_id != person_id:
        check(conn, by, Action.administer, None, kind=PERSON.name, id=person_id)
