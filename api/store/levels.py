"""Levels of progress that people give to an aim."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from api.store import tables as t
from api.store.access import By, check
from api.store.elements import find, get, page, remove, store
from api.store.given import equal
from api.store.kinds import AIM, LEVEL
from pdsa.errors import NotAllowed
from pdsa.level import SPEAKS, Level


def say(conn: Connection, by: By, level: Level) -> Level:
    """Store a word of the team or of its coach or ILT. Raises ``NotVisible`` and ``NotAllowed``."""
    _, place = find(conn, AIM, level.aim_id)
    check(conn, by, SPEAKS[level.voice], place.unit_id, kind=AIM.name, id=level.aim_id)
    store(conn, by, LEVEL, [level], place, verb="add")
    return level


def take_back(conn: Connection, by: By, id: str, version: int | None) -> None:
    """Take one's own word back, or as an administrator of the unit anybody's.

    Raises as ``elements.remove`` does.
    """
    try:
        remove(conn, by, LEVEL, id, version)
    except NotAllowed as error:
        raise NotAllowed("take back what somebody else said", error.unit) from error


def page_of(
    conn: Connection, by: By, aim_id: str, after: Sequence[Any], limit: int
) -> tuple[list[Level], list[Any] | None]:
    """A page of the levels that were given to an aim, by date. Raises ``NotVisible``."""
    get(conn, by, AIM, aim_id)
    return page(conn, by, LEVEL, equal(t.levels.c.aim_id, aim_id), after=after, limit=limit)
