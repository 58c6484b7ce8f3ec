"""Many rows at once, without what SQLAlchemy does for each parameter of each of them."""

from collections.abc import Callable, Iterable
from functools import cache
from operator import itemgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple
from sqlalchemy import Connection, Dialect, Table, bindparam, insert

from api.store.prepared import execute

Bind = Callable[[Any], Any]


def insert_rows(conn: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that have every column. Raises as ``Connection.execute`` does."""
    _insert(conn, table, map(itemgetter(*(column.name for column in table.c)), rows))


def insert_structs(conn: Connection, table: Table, found: Iterable[Struct]) -> None:
    """Insert structs whose fields are the columns, in their order. Raises as ``insert_rows`` does."""
    _insert(conn, table, map(astuple, found))


def _insert(conn: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    sql, binds = _statement(table, conn.dialect)
    columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
    if not columns:
        return
    for at, bind in binds:
        columns[at] = map(bind, columns[at])
    execute(conn, sql, list(zip(*columns, strict=True))).close()


@cache
def _statement(table: Table, dialect: Dialect) -> tuple[str, tuple[tuple[int, Bind], ...]]:
    """The INSERT in the order of the columns, and what brings values into the driver's form."""
    names = tuple(column.name for column in table.c)
    statement = insert(table).values({name: bindparam(name) for name in names})
    # The type as the dialect has it: a type of ours around the plain one would miss the driver's form.
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.c]
    binds = tuple((at, bind) for at, bind in enumerate(processors) if bind is not None)
    return str(statement.compile(dialect=dialect)), binds
