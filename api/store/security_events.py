"""What concerns security: sign-ins, refusals, changes of access. Kept, and told to the log.

``append`` writes an event in the transaction of what it tells of. After the commit, and only then,
``Database.write`` gives it to the logger ``pdsa.security``: one line of JSON in ASCII, so that
nothing in it can begin a line of its own.

Events are dotted words, the noun first: ``sign_in.done``, ``token.refused``, ``role.given``.
Details are ids, words and numbers. No secret and nothing that a person wrote belongs in them.
"""

import json
import logging
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, insert, or_, select

from api.ids import new_id
from api.store import tables as t
from api.store.access import By, check
from pdsa.units import Action

T = TypeVar("T")

_log = logging.getLogger("pdsa.security")
_EVENT = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+")
_SECRETS = {"password", "token", "secret", "cookie", "code", "link", "authorization", "hash"}
_LONGEST = 200
_RECORDED = "pdsa security events"


class SecurityEvent(Struct, frozen=True):
    """One event: whom it concerns (``person_id``), who did it (``by_id``), and from where."""

    id: str
    at: datetime
    event: str
    person_id: str | None
    by_id: str | None
    address: str
    details: msgspec.Raw


_INSERT = insert(t.security_events).values({c.name: bindparam(c.name) for c in t.security_events.c})


def append(
    conn: Connection,
    at: datetime,
    event: str,
    *,
    person_id: str | None = None,
    by_id: str | None = None,
    address: str = "",
    **details: str | int | bool | None,
) -> SecurityEvent:
    """Write an event in this transaction; its line goes to the log after the commit."""
    if not _EVENT.fullmatch(event):
        raise ValueError(f"{event!r} is no event: dotted words in lower case")
    made = SecurityEvent(
        id=new_id(),
        at=at.astimezone(UTC),
        event=event,
        person_id=person_id,
        by_id=by_id,
        address=address[:64],
        details=msgspec.Raw(msgspec.json.encode(_told(details))),
    )
    conn.execute(_INSERT, msgspec.structs.asdict(made))
    conn.info.setdefault(_RECORDED, []).append(made)
    return made


def note(
    conn: Connection,
    by: By,
    event: str,
    *,
    person_id: str | None = None,
    **details: str | int | bool | None,
) -> None:
    """Write what ``by`` did in this transaction, to the person whom it concerns."""
    append(
        conn,
        by.at,
        event,
        person_id=person_id,
        by_id=by.principal.person_id,
        address=by.address,
        **details,
    )


def _told(details: dict[str, str | int | bool | None]) -> dict[str, str | int | bool]:
    found: dict[str, str | int | bool] = {}
    for name, value in details.items():
        if name in _SECRETS or (isinstance(value, str) and value.startswith("pdsa_")):
            raise ValueError(f"{name!r} would be a secret in the log")
        if value is not None:
            found[name] = value[:_LONGEST] if isinstance(value, str) else value
    return found


def recording(conn: Connection, work: Callable[[Connection], T]) -> tuple[T, list[SecurityEvent]]:
    """What a unit of work returns, and the events that it wrote."""
    info = conn.info  # held, because a connection that was lost has none
    events: list[SecurityEvent] = []
    info[_RECORDED] = events
    try:
        return work(conn), events
    finally:
        info.pop(_RECORDED, None)


def announce(*events: SecurityEvent) -> None:
    """Tell the log of events that are committed."""
    for event in events:
        _log.info("%s", line(event))


def announce_only(
    at: datetime,
    event: str,
    *,
    person_id: str | None = None,
    address: str = "",
    **details: str | int | bool | None,
) -> None:
    """Tell the log alone: of refusals that anybody can cause as often as they like."""
    raw = msgspec.Raw(msgspec.json.encode(_told(details)))
    announce(SecurityEvent("", at.astimezone(UTC), event, person_id, None, address[:64], raw))


def line(event: SecurityEvent) -> str:
    """An event as one line of JSON in ASCII."""
    told: dict[str, Any] = {"at": event.at.isoformat().replace("+00:00", "Z"), "event": event.event}
    for name in ("id", "person_id", "by_id", "address"):
        if value := getattr(event, name):
            told[name] = value
    told |= {"details": msgspec.json.decode(event.details)}
    return json.dumps(told, ensure_ascii=True, separators=(",", ":"))


def page(
    conn: Connection,
    by: By,
    *,
    event: str | None,
    person: str | None,
    after: Sequence[Any],
    limit: int,
) -> tuple[list[SecurityEvent], list[Any] | None]:
    """Events, the latest first, for who administers the whole server.

    ``event`` is a whole event or the words that it begins with; ``person`` is whom an event
    concerns or who caused it.
    """
    check(conn, by, Action.administer, None, kind="security event", id="")
    c = t.security_events.c
    conditions = []
    if event is not None:
        conditions.append(or_(c.event == event, c.event.startswith(f"{event}.", autoescape=True)))
    if person is not None:
        conditions.append(or_(c.person_id == person, c.by_id == person))
    if after:
        conditions.append(c.id < after[0])
    rows = conn.execute(select(*c).where(*conditions).order_by(c.id.desc()).limit(limit + 1)).all()
    found = [SecurityEvent(*row) for row in rows[:limit]]
    return found, ([found[-1].id] if len(rows) > limit else None)
