"""Silences of findings: made and taken back by the team, each with its reason."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from api.store import tables as t
from api.store.access import By, check
from api.store.elements import find, get, page, store
from api.store.given import equal
from api.store.inquiries import get_inquiry
from api.store.kinds import AIM, SILENCE
from api.store.locks import lock
from pdsa.review import check_silence
from pdsa.silence import Silence


def add_silence(conn: Connection, by: By, silence: Silence) -> Silence:
    """Store a silence. Raises ``NotVisible``, ``NotAllowed``, and as ``check_silence``."""
    _, place = find(conn, AIM, silence.aim_id)
    check(conn, by, SILENCE.writes, place.unit_id, kind=AIM.name, id=silence.aim_id)
    lock(conn, f"silences of {silence.aim_id}")  # two at once could both find room
    check_silence(silence, get_inquiry(conn, by, silence.aim_id))
    store(conn, by, SILENCE, [silence], place, verb="add")
    return silence


def page_of(
    conn: Connection, by: By, aim_id: str, after: Sequence[Any], limit: int
) -> tuple[list[Silence], list[Any] | None]:
    """A page of what the team of an aim has silenced; for others there is none."""
    get(conn, by, AIM, aim_id)
    return page(conn, by, SILENCE, equal(t.silences.c.aim_id, aim_id), after=after, limit=limit)
