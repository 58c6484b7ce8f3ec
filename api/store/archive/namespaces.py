"""A PostgreSQL database that another one takes the place of: the old tables move to a schema aside."""

from sqlalchemy import Connection, text

from api.store.archive.rows import OF_THE_SCHEMA
from api.store.locks import lock

_NAMES = """
    SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()
    ORDER BY tablename"""


def holds(conn: Connection) -> dict[str, int]:
    """The tables that hold rows, and how many; no migration begins from here on."""
    lock(conn, "schema")
    conn.execute(text("SET LOCAL statement_timeout = 0"))
    names = [name for name in _names(conn) if name not in OF_THE_SCHEMA]
    counts = {
        name: conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608
        for name in names
    }
    return {name: rows for name, rows in counts.items() if rows}


def clear(conn: Connection, aside: str | None) -> None:
    """Take every table away: into a schema of that name, or for good where they are empty."""
    if aside is not None:
        conn.exec_driver_sql(f"CREATE SCHEMA {aside}")
    for name in _names(conn):
        if aside is None:
            conn.exec_driver_sql(f"DROP TABLE {name} CASCADE")
        else:
            conn.exec_driver_sql(f"ALTER TABLE {name} SET SCHEMA {aside}")


def _names(conn: Connection) -> list[str]:
    return list(conn.exec_driver_sql(_NAMES).scalars())
