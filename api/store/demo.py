"""The database of a demo: its mark, which no other database has, and its return to what it was.

Only ``pdsa demo`` writes the mark. It is a table of its own that no migration makes, so that a
database has it by nobody's mistake, and a backup of a demo is restored nowhere else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec
from sqlalchemy import (
    URL,
    Column,
    Connection,
    MetaData,
    NullPool,
    String,
    Table,
    create_engine,
    delete,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError

from api.store import schema
from api.store.archive import rows
from api.store.errors import NotADemo

#: The database that is served, and the copy by which it starts over, in the folder of the data.
SERVED, PREPARED = "demo.db", "demo-prepared.db"
#: The parts that a visitor can play, each with the id of the synthetic person who plays it.
TEACHER = "demo-teacher"
PARTS = {"teacher": TEACHER, "ilt": "lausd-ilt-member", "leader": "lausd-leader"}
_MARK = Table("pdsa_demo", MetaData(), Column("made_by", String(100), nullable=False))
#: What a return leaves as it is, beside what belongs to the schema: who is signed in, what is
#: limited, and the mark.
_STAYS = frozenset({"sessions", "rates", _MARK.name})


def mark(conn: Connection, made_by: str) -> None:
    """Say that everything in this database is synthetic. For ``pdsa demo`` alone."""
    _MARK.create(conn)
    conn.execute(insert(_MARK), {"made_by": made_by})


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
    try:
        with _reading(file) as found:
            return found.execute(select(_MARK.c.made_by)).scalar() if is_demo(found) else None
    except DBAPIError:  # no database at all
        return None


def start_over(conn: Connection, prepared: Path) -> None:
    """Make everything in a demo what it is in its prepared copy; who is signed in stays so.

    In one transaction, so that nobody sees half of it. Raises ``NotADemo`` for any other database,
    and where the copy is that of none, or of another schema.
    """
    require_demo(conn)
    if conn.dialect.name != "sqlite" or made_by(prepared) is None:
        raise NotADemo
    with _reading(prepared) as copy:
        if schema.current(copy) != schema.current(conn):
            raise NotADemo
        # References are looked at once all is there.
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        found = [table for table in rows.tables(copy) if table.name not in _STAYS]
        for table in found:
            conn.execute(delete(table))
        for table in found:
            for lines in rows.lines(copy, table):
                told = [msgspec.json.decode(line) for line in lines]
                rows.fill(conn, table, table.columns.keys(), told)


@contextmanager
def _reading(file: Path) -> Iterator[Connection]:
    """A connection to an SQLite file that writes nothing."""
    found = {"mode": "ro", "uri": "true"}
    url = URL.create("sqlite", database=f"file:{quote(str(file.resolve()))}", query=found)
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as conn:
        yield conn
