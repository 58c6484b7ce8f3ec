"""A PostgreSQL database that another one takes the place of: the old tables move to a schema aside."""

from sqlalchemy import DDL, Connection, MetaData, Table, inspect, text
from sqlalchemy.schema import CreateSchema

from api.store.archive.rows import held
from api.store.locks import lock

# The names are those of the table that each is said of, quoted by SQLAlchemy.
_AWAY = DDL("DROP TABLE %(table)s CASCADE")  # type: ignore[no-untyped-call]
_ASIDE = DDL("ALTER TABLE %(table)s SET SCHEMA %(schema)s")  # type: ignore[no-untyped-call]


def holds(conn: Connection) -> dict[str, int]:
    """The tables that hold rows, and how many; no migration begins from here on."""
    lock(conn, "schema")
    conn.execute(text("SET LOCAL statement_timeout = 0"))
    return held(conn)


def clear(conn: Connection, aside: str | None) -> None:
    """Take every table away: into a schema of that name, or for good where they are empty."""
    if aside is not None:
        conn.execute(CreateSchema(aside))
    statement = _AWAY if aside is None else _ASIDE
    for name in inspect(conn).get_table_names():
        conn.execute(statement.against(Table(name, MetaData(), schema=aside)))
