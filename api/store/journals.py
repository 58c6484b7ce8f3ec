"""What is only ever added to, and read in the order of its ids."""

from sqlalchemy import Connection, func, select

from api.store import tables as t

_NEWEST = [select(func.max(journal.c.id)) for journal in (t.activity, t.security_events, t.views)]


def newest_id(conn: Connection) -> str:
    """The id that sorts after all others of the journals; empty where there is none yet."""
    return max(conn.execute(each).scalar() or "" for each in _NEWEST)
