"""Roles: ending one at once."""

from sqlalchemy import Connection

from api.store import elements
from api.store.access import By
from api.store.kinds import GRANT


def remove(conn: Connection, by: By, id: str, version: int | None) -> None:
    """End a role; it stays in the history.

    Raises as ``elements.remove`` does, and ``InvalidValue`` for the last administrator's.
    """
    elements.remove(conn, by, GRANT, id, version)
