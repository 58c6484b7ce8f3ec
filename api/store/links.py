"""Links that work once: an invitation, a new password, the first administrator.

Looking at one consumes nothing (mail scanners open every link); ``consume`` takes it, and of two
that come at once one gets it.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from api.ids import new_id
from api.store import tables as t
from api.store.access import By
from api.store.errors import LinkOver
from api.store.locks import lock
from api.store.principals import digest, new_secret


class Purpose(StrEnum):
    """What a link is for."""

    invitation = "invitation"
    reset = "reset"
    first_administrator = "first_administrator"


#: How long a link of each purpose works.
LASTS = {
    Purpose.invitation: timedelta(days=7),
    Purpose.reset: timedelta(hours=1),
    Purpose.first_administrator: timedelta(hours=24),
}
#: How long a link that works no more is kept.
KEPT = timedelta(days=30)


class Link(Struct, frozen=True):
    """A link that works now, and the person whom it lets in."""

    id: str
    purpose: Purpose
    person_id: str
    name: str
    email: str | None
    expires_at: datetime


_FIND = (
    select(
        t.links.c.id,
        t.links.c.purpose,
        t.people.c.id,
        t.people.c.name,
        t.accounts.c.email,
        t.links.c.expires_at,
    )
    .select_from(
        t.links.join(t.people, t.people.c.id == t.links.c.person_id).outerjoin(
            t.accounts, t.accounts.c.person_id == t.people.c.id
        )
    )
    .where(
        t.links.c.hash == bindparam("hash"),
        t.links.c.used_at.is_(None),
        t.links.c.expires_at > bindparam("at"),
        t.people.c.service.is_(False),
        or_(t.accounts.c.person_id.is_(None), t.accounts.c.disabled_at.is_(None)),
    )
)


def make(conn: Connection, by: By, person_id: str, purpose: Purpose) -> str:
    """Make a link's secret; those of the same purpose before it end at once."""
    lock(conn, f"links of {person_id}")  # two made at once would not end each other
    _end(conn, by, person_id, purpose)
    secret = new_secret()
    conn.execute(
        insert(t.links).values(
            id=new_id(),
            person_id=person_id,
            purpose=purpose,
            hash=digest(secret),
            created_at=by.at,
            expires_at=by.at + LASTS[purpose],
            used_at=None,
        )
    )
    return secret


def look(conn: Connection, by: By, secret: str) -> Link:
    """The link of a secret, which stays as it is. Raises ``LinkOver``."""
    found = conn.execute(_FIND, {"hash": digest(secret), "at": by.at}).first()
    if found is None:
        raise LinkOver
    return Link(found[0], Purpose(found[1]), *found[2:])


def consume(conn: Connection, by: By, secret: str) -> Link:
    """Take the link, once; every other link of that person ends with it. Raises ``LinkOver``."""
    link = look(conn, by, secret)
    done = conn.execute(
        update(t.links)
        .where(t.links.c.id == link.id, t.links.c.used_at.is_(None))
        .values(used_at=by.at)
    )
    if done.rowcount != 1:
        raise LinkOver
    end_all(conn, by, link.person_id)
    return link


def end_all(conn: Connection, by: By, person_id: str) -> None:
    """End every link of a person."""
    for purpose in Purpose:
        _end(conn, by, person_id, purpose)


def forget(conn: Connection, by: By) -> int:
    """Drop the links that ran out ``KEPT`` ago; how many there were."""
    old = t.links.c.expires_at < by.at - KEPT
    return conn.execute(delete(t.links).where(old)).rowcount


def _end(conn: Connection, by: By, person_id: str, purpose: Purpose) -> None:
    c = t.links.c
    conn.execute(
        update(t.links)
        .where(
            c.person_id == person_id,
            c.purpose == purpose,
            c.used_at.is_(None),
            c.expires_at > by.at,
        )
        .values(expires_at=by.at)
    )
