"""Rows by the ten thousand, as quickly as the driver takes them, in the transaction of a unit of work.

PostgreSQL takes them by COPY, SQLite by one prepared statement. The values are those that the
column types (``api.store.types``) make, so that nobody can tell how a row came.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Date, Dialect, Table, TableClause, insert, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError

from api.store.engine import async_url
from api.store.types import Word

#: Types of which the same few values come again and again: days and words.
_FEW = (Date, Word)
Row = Sequence[Any]


def write_structs(conn: Connection, table: Table, found: Sequence[Struct]) -> None:
    """Insert elements; their fields stand in the order of the columns. Raises as ``write`` does."""
    write(conn, table, [msgspec.structs.astuple(each) for each in found])


def write(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, a value for each column.

    Raises ``IntegrityError`` for an id that is taken and for what refers to nothing.
    """
    write_ready(conn, table, ready(conn.dialect.name, table, rows))


def write_ready(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that ``ready`` has made. Raises as ``write`` does."""
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        insert_ready(conn, table, rows)
    else:
        _copy(conn, table, rows)


def insert_ready(conn: Connection, into: TableClause, rows: Sequence[Row]) -> None:
    """Insert rows as SQLite's driver takes them, a value for each column."""
    conn.exec_driver_sql(inserting(conn.dialect, into), rows)


@lru_cache(maxsize=64)
def inserting(dialect: Dialect, into: TableClause) -> str:
    """The INSERT of a row as SQLAlchemy writes it, which quotes the names of table and columns."""
    return str(insert(into).compile(dialect=dialect))


def ready(dialect: str, table: Table, rows: Sequence[Row]) -> list[Row]:
    """The rows as the driver of a dialect (``sqlite``, ``postgresql``) takes them.

    Column by column, which is twice as quick as row by row.
    """
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    for i, make in _processors(dialect, table) if rows else ():
        columns[i] = map(make, columns[i])
    return list(zip(*columns, strict=True))


@lru_cache(maxsize=64)
def _processors(name: str, table: Table) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    dialect = make_url(async_url(f"{name}://")).get_dialect()()
    found = (
        (i, column.type.dialect_impl(dialect).bind_processor(dialect))
        for i, column in enumerate(table.c)
    )
    return tuple(
        (i, lru_cache(maxsize=4096)(make) if isinstance(table.c[i].type, _FEW) else make)
        for i, make in found
        if make is not None
    )


def _copy(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    import asyncpg  # type: ignore[import-untyped]

    conn.exec_driver_sql("SELECT 1")  # the adapter begins a transaction with its first statement
    columns = [column.name for column in table.c]

    def copying(driver: Any) -> Any:
        return driver.copy_records_to_table(table.name, records=rows, columns=columns)

    what = f"COPY {table.name}"
    adapted: Any = conn.connection.dbapi_connection
    try:
        adapted.run_async(copying)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(what, None, error) from error
    except asyncpg.PostgresError as error:
        raise DBAPIError(what, None, error) from error
    except (asyncpg.InterfaceError, OSError) as error:
        raise InterfaceError(what, None, error) from error
