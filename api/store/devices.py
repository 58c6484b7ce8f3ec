"""Browsers that have signed in to an account before (OWASP: device cookies)."""

from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from api.store import tables as t
from api.store.access import By
from api.store.principals import digest

#: How long a browser is known after its last sign-in.
KEPT = timedelta(days=365)


def known(conn: Connection, by: By, person_id: str, secret: str) -> bool:
    """Whether this browser has signed in to this person's account."""
    c = t.devices.c
    found = select(c.hash).where(
        c.person_id == person_id, c.hash == digest(secret), c.seen_at > by.at - KEPT
    )
    return bool(secret) and conn.execute(found).first() is not None


def remember(conn: Connection, by: By, person_id: str, secret: str) -> None:
    """Know this browser the next time."""
    c = t.devices.c
    hashed = digest(secret)
    done = conn.execute(
        update(t.devices).where(c.person_id == person_id, c.hash == hashed).values(seen_at=by.at)
    )
    if not done.rowcount:
        conn.execute(insert(t.devices).values(person_id=person_id, hash=hashed, seen_at=by.at))


def forget_all(conn: Connection, person_id: str) -> None:
    """Know none of a person's browsers any more."""
    conn.execute(delete(t.devices).where(t.devices.c.person_id == person_id))


def forget(conn: Connection, by: By) -> int:
    """Drop the browsers that have not signed in for ``KEPT``; how many there were."""
    old = t.devices.c.seen_at < by.at - KEPT
    return conn.execute(delete(t.devices).where(old)).rowcount
