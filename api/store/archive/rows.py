"""The rows of a database in one plain form, the same on either engine.

Text is text, numbers are numbers, days ``YYYY-MM-DD``, moments ``YYYY-MM-DD HH:MM:SS.ffffff`` in
UTC, truth 0 or 1: as SQLite stores them. A negative zero is zero, because SQLite keeps no other.
The digest of a table is the sum of the BLAKE2b digests of its rows, so that their order is free.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    MetaData,
    Table,
    cast,
    func,
    inspect,
    literal,
    select,
    type_coerce,
)
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.types import NullType
from sqlalchemy.util import await_only

from api.store.bulk import insert_ready

CHUNK = 5000
#: Made anew wherever a schema is made. What others are told is told anew by a stricter policy than the
#: default, which ``told_under`` says then: where another server kept it, nobody knows by which it was.
OF_THE_SCHEMA = ("alembic_version", "schema_reach", "access_stamp", "told_under")
_BITS = 256


def tables(conn: Connection) -> list[Table]:
    """The tables of a database, each after those that it refers to."""
    found = MetaData()
    found.reflect(conn)
    return [table for table in found.sorted_tables if table.name not in OF_THE_SCHEMA]


def held(conn: Connection) -> dict[str, int]:
    """The tables that hold rows, and how many."""
    names = [name for name in inspect(conn).get_table_names() if name not in OF_THE_SCHEMA]
    count = select(func.count())
    counts = {name: conn.execute(count.select_from(sql_table(name))).scalar_one() for name in names}
    return {name: rows for name, rows in counts.items() if rows}


def lines(conn: Connection, table: Table) -> Iterator[list[bytes]]:
    """The rows of a table as JSON arrays, ``CHUNK`` of them at a time."""
    encode = msgspec.json.Encoder().encode
    plain = _PLAIN[conn.dialect.name]
    found = conn.execute(
        # As the driver gives them: the type of a column would make them something else.
        select(*(type_coerce(plain(column), NullType()) for column in table.columns)),
        execution_options={"stream_results": True, "max_row_buffer": CHUNK},
    )
    for rows in found.partitions(CHUNK):
        yield [encode(tuple(row)) for row in rows]


class Digest:
    """What was seen of a table so far."""

    def __init__(self) -> None:
        self.rows, self._sum = 0, 0

    def add(self, lines: Sequence[bytes]) -> None:
        """Count lines, in whatever order."""
        digests = (blake2b(line, digest_size=_BITS // 8).digest() for line in lines)
        self._sum += sum(int.from_bytes(each, "big") for each in digests)
        self.rows += len(lines)

    def __str__(self) -> str:
        return f"{self._sum % 2**_BITS:0{_BITS // 4}x}"


def contents(conn: Connection, of: Sequence[Table] | None = None) -> dict[str, tuple[int, str]]:
    """Rows and digest of every table, or of those that were looked up before, which takes a while."""
    found = {}
    for table in tables(conn) if of is None else of:
        digest = Digest()
        for chunk in lines(conn, table):
            digest.add(chunk)
        found[table.name] = digest.rows, str(digest)
    return found


def fill(conn: Connection, table: Table, columns: Sequence[str], rows: list[list[Any]]) -> None:
    """Put rows in the plain form into a table, as many as fit into memory."""
    if conn.dialect.name == "sqlite":
        into = sql_table(table.name, *map(sql_column, columns))
        insert_ready(conn, into, [tuple(row) for row in rows])
        return
    for at, name in enumerate(columns):
        parse = _parsed(table.columns[name])
        if parse is not None:
            for row in rows:
                if row[at] is not None:
                    row[at] = parse(row[at])
    driver: Any = conn.connection.driver_connection
    await_only(driver.copy_records_to_table(table.name, records=rows, columns=columns))


def _plain(column: Column[Any]) -> ColumnElement[Any]:
    """How PostgreSQL says a column in the plain form."""
    if isinstance(column.type, DateTime):
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
    if isinstance(column.type, Date):
        return func.to_char(column, "YYYY-MM-DD")
    if isinstance(column.type, Boolean):
        return cast(column, Integer)
    if isinstance(column.type, Float):
        return column + literal(0.0, Double)
    return column


_PLAIN: dict[str, Callable[[Column[Any]], ColumnElement[Any]]] = {
    "sqlite": lambda column: column,
    "postgresql": _plain,
}


def _parsed(column: Column[Any]) -> Callable[[Any], Any] | None:
    """What PostgreSQL's driver wants instead of the plain form; ``None`` for the same."""
    if isinstance(column.type, DateTime):
        return lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC)
    if isinstance(column.type, Date):
        return date.fromisoformat
    return bool if isinstance(column.type, Boolean) else None
