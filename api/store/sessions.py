"""Sessions: a browser that is signed in, known by the hash of its cookie, ended by a moment."""

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from api.ids import new_id
from api.store import security_events
from api.store import tables as t
from api.store.access import By
from api.store.principals import ENABLED, WITH_ACCOUNT, digest, held, new_secret, principal
from pdsa.errors import NotVisible
from pdsa.units import Principal

#: ``seen_at`` is written no more often than this.
SEEN = timedelta(minutes=5)
#: How long a session lasts, used or not, and how long without use, where nothing else is set.
LIFETIME, IDLE = timedelta(hours=168), timedelta(hours=12)
#: How long an ended session is kept, for whoever asks what happened.
KEPT = timedelta(days=30)

_BY_HASH = (
    select(
        t.people.c.id,
        t.people.c.name,
        t.sessions.c.id,
        t.sessions.c.signed_in_by,
        t.sessions.c.seen_at,
        t.sessions.c.expires_at,
    )
    .select_from(WITH_ACCOUNT.join(t.sessions, t.sessions.c.person_id == t.people.c.id))
    .where(
        t.sessions.c.hash == bindparam("hash"),
        t.sessions.c.ended_at.is_(None),
        t.sessions.c.expires_at > bindparam("at"),
        t.sessions.c.seen_at > bindparam("since"),
        ENABLED,
        t.people.c.service.is_(False),
    )
)

_HELD = held(_BY_HASH, t.sessions)


class Session(Struct, frozen=True, kw_only=True):
    """A session as its owner sees it: which browser, from where, since when."""

    id: str
    browser: str
    address: str
    signed_in_by: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool = False


class SessionUse(Struct, frozen=True):
    """A session that is good now, and whose it is."""

    principal: Principal
    session_id: str
    signed_in_by: str
    seen_at: datetime
    expires_at: datetime

    def lasts(self, at: datetime, idle: timedelta) -> bool:
        """Whether it is not over at that moment, and was used within ``idle``."""
        return self.expires_at > at and self.seen_at > at - idle


def begin(
    conn: Connection,
    by: By,
    person_id: str,
    *,
    address: str,
    browser: str,
    signed_in_by: str,
    lifetime: timedelta = LIFETIME,
) -> str:
    """Make a session, and return its secret: the value of the cookie, of which the hash is kept."""
    secret = new_secret()
    conn.execute(
        insert(t.sessions).values(
            id=new_id(),
            person_id=person_id,
            hash=digest(secret),
            created_at=by.at,
            seen_at=by.at,
            expires_at=by.at + lifetime,
            ended_at=None,
            address=address[:64],
            browser=_plain(browser)[:200],
            signed_in_by=signed_in_by,
        )
    )
    return secret


def use_of(
    conn: Connection,
    session_hash: str,
    at: datetime,
    idle: timedelta = IDLE,
    *,
    hold: bool = False,
) -> SessionUse | None:
    """Whose session this is, with the roles of that person now; ``None`` if it is over.

    With ``hold`` nobody ends it, or one of the roles, until this transaction is over.
    """
    given = {"hash": session_hash, "at": at, "since": at - idle}
    found = conn.execute(_HELD if hold else _BY_HASH, given).first()
    if found is None:
        return None
    person_id, name, *rest = found
    return SessionUse(principal(conn, person_id, name, hold=hold), *rest)


def seen(conn: Connection, session_id: str, at: datetime) -> None:
    """Note that a session was used."""
    conn.execute(update(t.sessions).where(t.sessions.c.id == session_id).values(seen_at=at))


def of_person(
    conn: Connection, by: By, person_id: str, idle: timedelta = IDLE, *, current: str = ""
) -> list[Session]:
    """The sessions of a person that are good, the newest first; ``current`` is the one that asks."""
    c = t.sessions.c
    rows = conn.execute(
        select(c.id, c.browser, c.address, c.signed_in_by, c.created_at, c.seen_at, c.expires_at)
        .where(
            c.person_id == person_id,
            c.ended_at.is_(None),
            c.expires_at > by.at,
            c.seen_at > by.at - idle,
        )
        .order_by(c.id.desc())
        .limit(200)
    )
    names = Session.__struct_fields__
    return [
        Session(**dict(zip(names, row, strict=False)), current=row[0] == current) for row in rows
    ]


def end(conn: Connection, by: By, session_id: str) -> None:
    """End one of one's own sessions at once. Raises ``NotVisible`` where there is none (any more)."""
    c, person_id = t.sessions.c, by.principal.person_id
    done = conn.execute(
        update(t.sessions)
        .where(c.id == session_id, c.person_id == person_id, c.ended_at.is_(None))
        .values(ended_at=by.at)
    )
    if not done.rowcount:
        raise NotVisible("session", session_id)
    security_events.note(conn, by, "session.ended", person_id=person_id, session_id=session_id)


def end_others(conn: Connection, by: By, session_id: str) -> None:
    """End all of one's own sessions but one."""
    person_id = by.principal.person_id
    n = end_all(conn, by, person_id, but=session_id)
    security_events.note(conn, by, "session.others_ended", person_id=person_id, count=n)


def end_all(conn: Connection, by: By, person_id: str, *, but: str = "") -> int:
    """End every session of a person at once, ``but`` one; how many there were."""
    c = t.sessions.c
    done = conn.execute(
        update(t.sessions)
        .where(c.person_id == person_id, c.ended_at.is_(None), c.id != but)
        .values(ended_at=by.at)
    )
    return done.rowcount


def forget(conn: Connection, by: By) -> int:
    """Drop the sessions that have been over for ``KEPT``; how many there were."""
    old = t.sessions.c.expires_at < by.at - KEPT
    return conn.execute(delete(t.sessions).where(old)).rowcount


def _plain(text: str) -> str:
    """A browser's name for itself, on one line and without control characters."""
    return "".join(c if c.isprintable() else " " for c in text)
