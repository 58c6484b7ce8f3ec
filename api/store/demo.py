"""The database of a demo: its mark, which no other database has, and its return to what it was.

Only ``pdsa demo`` writes the mark. It is a table of its own that no migration makes, so that a
database has it by nobody's mistake, and a backup of a demo is restored nowhere else.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect

from api.store import schema
from api.store.errors import NotADemo

#: The database that is served, and the copy by which it starts over, in the folder of the data.
SERVED, PREPARED = "demo.db", "demo-prepared.db"
_MARK = Table("pdsa_demo", MetaData(), Column("made_by", String(100), nullable=False))
#: What a return leaves as it is: the schema, who is signed in, what is limited, and the mark.
_STAYS = frozenset(
    {"alembic_version", "schema_reach", "access_stamp", "sessions", "rates", _MARK.name}
)
_ROWS = 1000


def mark(conn: Connection, made_by: str) -> None:
    """Say that everything in this database is synthetic. For ``pdsa demo`` alone."""
    _MARK.create(conn)
    conn.execute(insert(_MARK).values(made_by=made_by))


def is_demo(conn: Connection) -> bool:
    """Whether ``pdsa demo`` has made this database."""
    return inspect(conn).has_table(_MARK.name)


def require_demo(conn: Connection) -> None:
    """Raise ``NotADemo`` for a database that ``pdsa demo`` has not made."""
    if not is_demo(conn):
        raise NotADemo


def made_by(file: Path) -> str | None:
    """What made the demo in an SQLite file; ``None`` where there is none, or another database."""
    if not file.exists():
        return None
    with closing(_reading(file)) as found:
        try:
            row = found.execute(f"SELECT made_by FROM {_MARK.name}").fetchone()  # noqa: S608
        except sqlite3.DatabaseError:
            return None
    return None if row is None else str(row[0])


def start_over(conn: Connection, prepared: Path) -> None:
    """Make everything in a demo what it is in its prepared copy; who is signed in stays so.

    In one transaction, so that nobody sees half of it. Raises ``NotADemo`` for any other database,
    and where the copy is that of none, or of another schema.
    """
    require_demo(conn)
    if conn.dialect.name != "sqlite" or made_by(prepared) is None:
        raise NotADemo
    with closing(_reading(prepared)) as copy:
        (version,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        if version != schema.current(conn):
            raise NotADemo
        # References are looked at once all is there.
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        names = [name for name in inspect(conn).get_table_names() if name not in _STAYS]
        for name in names:
            conn.exec_driver_sql(f'DELETE FROM "{name}"')  # noqa: S608 - a table of ours
        for name in names:
            _fill(conn.exec_driver_sql, copy, name)


def _fill(execute: Callable[..., object], copy: sqlite3.Connection, name: str) -> None:
    found = copy.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - a table of ours
    columns = [each[0] for each in found.description]
    quoted, places = ", ".join(f'"{each}"' for each in columns), ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{name}" ({quoted}) VALUES ({places})'  # noqa: S608
    while rows := found.fetchmany(_ROWS):
        execute(statement, rows)


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True)
