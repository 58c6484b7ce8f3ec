"""Locks for what no row stands for: PostgreSQL's advisory ones. SQLite has one writer anyway."""

from sqlalchemy import Connection, text

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext(:what))")
_TOGETHER = text("SELECT pg_advisory_xact_lock_shared(hashtext(:what))")


def lock(conn: Connection, what: str, *, shared: bool = False) -> None:
    """Wait until no other transaction holds this lock, and hold it to the end of this one.

    Those that ask for a ``shared`` lock keep only the others out.
    """
    if conn.dialect.name == "postgresql":
        statement = _TOGETHER if shared else _ALONE
        conn.execute(statement, {"what": f"pdsa-tracker {what}"})
