"""Answers kept for retries: the row of an Idempotency-Key lies in the transaction of its effect."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import BigInteger, Connection, and_, bindparam, delete, func, literal, select
from sqlalchemy.exc import IntegrityError

from api.store import tables as t
from api.store.access import By, can
from api.store.errors import KeyInFlight, KeyReused
from api.store.kinds import KINDS
from api.store.prepared import Prepared, Row
from api.store.rows import insert_rows
from pdsa.errors import AccessError, NotVisible, PdsaError, UnknownElement
from pdsa.units import Action

#: How long an answer is kept.
KEPT = timedelta(days=2)

_C = t.idempotency.c
_MINE = (_C.person_id == bindparam("person"), _C.key == bindparam("wanted"))
_ANSWER = (_C.fingerprint, _C.status, _C.location, _C.etag, _C.body, _C.at)
_FIND = Prepared(select(*_ANSWER).where(*_MINE))
_ONE = select(literal(1).label("one")).subquery()
#: The same with whether nobody else is at it; a row whether there is an answer or not.
_LOCK_AND_FIND = Prepared(
    select(
        func.pg_try_advisory_xact_lock(bindparam("lock", type_=BigInteger)), *_ANSWER
    ).select_from(_ONE.outerjoin(t.idempotency, and_(*_MINE)))
)


class Reply(Struct, frozen=True):
    """An answer as it goes over the wire."""

    status: int
    body: bytes
    etag: str | None = None
    location: str | None = None


def once(
    conn: Connection, by: By, key: str, fingerprint: str, work: Callable[[Connection], Reply]
) -> Reply:
    """Do the work unless it was done under this key; then give the answer that was given.

    Raises ``KeyReused`` for another request under the key, ``KeyInFlight`` while the first one
    is running elsewhere, and ``NotVisible``, ``NotAllowed`` or ``UnknownElement`` where what it is
    about is hidden now.
    """
    person = by.principal.person_id
    row = _answered(conn, person, key)
    if row is not None:
        known, status, location, etag, body, at = row
        if known != fingerprint:
            raise KeyReused(key)
        _refuse_who_may_no_more(conn, by, at, work)
        return Reply(status, body.encode(), etag, location)
    reply = work(conn)
    kept = {
        "person_id": person,
        "key": key,
        "fingerprint": fingerprint,
        "at": by.at,
        "status": reply.status,
        "location": reply.location,
        "etag": reply.etag,
        "body": reply.body.decode(),
    }
    try:
        insert_rows(conn, t.idempotency, [kept])
    except IntegrityError as error:
        raise KeyInFlight(key) from error
    return reply


def _answered(conn: Connection, person: str, key: str) -> Row | None:
    """The answer that was given under a key. Raises ``KeyInFlight``."""
    wanted = {"person": person, "wanted": key}
    if conn.dialect.name != "postgresql":
        return _FIND.first(conn, wanted)
    seed = hashlib.sha256(f"{person}\0{key}".encode()).digest()[:8]
    lock = int.from_bytes(seed, "big", signed=True)
    locked, *row = _LOCK_AND_FIND.rows(conn, {**wanted, "lock": lock})[0]
    if not locked:
        raise KeyInFlight(key)
    return None if row[0] is None else tuple(row)


def _refuse_who_may_no_more(
    conn: Connection, by: By, at: datetime, work: Callable[[Connection], Reply]
) -> None:
    """Do the work again for nothing but its refusal: access may have ended since it was done.

    A refusal may also come of what was done itself (a team that is set up is there then), or of
    what was taken out since. So what counts is whether ``by`` sees all that it is about.
    """
    again = conn.begin_nested()
    refusal: PdsaError | None = None
    try:
        work(conn)
    except (AccessError, UnknownElement) as error:
        refusal = error
    except PdsaError:
        pass  # it is done, so that it cannot be done again
    finally:
        again.rollback()
    units = _units(conn, by, at)
    if refusal is not None and (not units or _hidden(conn, refusal)):
        raise refusal
    for unit_id in units:
        if not can(conn, by, Action.see, unit_id):
            raise refusal or NotVisible("unit", unit_id)


def _hidden(conn: Connection, refusal: PdsaError) -> bool:
    """Whether a refusal is for something out of sight, and not for what is not there any more."""
    if not isinstance(refusal, UnknownElement):
        return isinstance(refusal, NotVisible)
    tables = {kind.name: kind.table for kind in KINDS}
    if refusal.kind not in tables:
        return False
    id = tables[refusal.kind].c.id
    return conn.execute(select(id).where(id == refusal.id)).first() is not None


def _units(conn: Connection, by: By, at: datetime) -> list[str]:
    """The units in which ``by`` did something at that moment, by the history."""
    c = t.activity.c
    mine = (c.person_id == by.principal.person_id, c.at == at, c.unit_id.is_not(None))
    return list(conn.execute(select(c.unit_id).where(*mine).distinct()).scalars())


def forget(conn: Connection, by: By) -> int:
    """Drop the answers that are older than ``KEPT``; how many there were."""
    old = t.idempotency.c.at < by.at - KEPT
    return conn.execute(delete(t.idempotency).where(old)).rowcount
