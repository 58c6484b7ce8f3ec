"""Statements that run all the time, without what SQLAlchemy does for each execution of one.

SQLAlchemy writes the SQL once, and its column types bring values in and out, so that nobody can tell
how a row came or went; what is left out is the work of a ``Result`` and of a cache key.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Dialect, Insert, Select, Update

Value = Callable[[Any], Any]
Row = tuple[Any, ...]


class _Ready(Struct, frozen=True):
    """The SQL for one kind of database; values that are in it, by name, in its order."""

    sql: str
    fixed: dict[str, Any]
    binds: tuple[tuple[str, Value | None], ...]


class Prepared:
    """A statement whose parameters are all ``bindparam`` with a name.

    With ``besides``, statements that change other rows in the same breath: PostgreSQL gets them all
    at once, SQLite, where nothing is far away, one after the other.
    """

    def __init__(self, statement: Select[Any] | Insert | Update, *besides: Insert | Update) -> None:
        self._statement, self._besides = statement, besides
        self._columns = tuple(statement.selected_columns) if isinstance(statement, Select) else ()
        self._ready: dict[str, tuple[_Ready, ...]] = {}
        self._made: dict[str, tuple[tuple[int, Value], ...]] = {}

    def run(self, conn: Connection, values: dict[str, Any]) -> None:
        """Do what the statements say. Raises as ``Connection.execute`` does."""
        for each in self._for(conn.dialect):
            _execute(conn, each, values).close()

    def run_each(self, conn: Connection, values: Sequence[dict[str, Any]]) -> None:
        """The same for each of the values. Raises as ``Connection.execute`` does."""
        (ready,) = self._for(conn.dialect)
        if values:
            _execute(conn, ready, *values).close()

    def rows(self, conn: Connection, values: dict[str, Any]) -> list[Row]:
        """The rows that a SELECT finds. Raises as ``Connection.execute`` does."""
        (ready,) = self._for(conn.dialect)
        cursor = _execute(conn, ready, values)
        found: Sequence[Sequence[Any]] = cursor.fetchall()
        if not found:
            cursor.close()
            return []
        made = self._made.get(conn.dialect.name)
        if made is None:
            made = self._made[conn.dialect.name] = self._processors(conn.dialect, cursor)
        cursor.close()
        columns: list[Iterable[Any]] = list(zip(*found, strict=True))
        for at, make in made:
            columns[at] = map(make, columns[at])
        return list(zip(*columns, strict=True))

    def first(self, conn: Connection, values: dict[str, Any]) -> Row | None:
        """The first of those rows, if there is one."""
        rows = self.rows(conn, values)
        return rows[0] if rows else None

    def _for(self, dialect: Dialect) -> tuple[_Ready, ...]:
        found = self._ready.get(dialect.name)
        if found is None:
            each: tuple[Select[Any] | Insert | Update, ...] = (self._statement, *self._besides)
            if self._besides and dialect.name == "postgresql":
                others = [one.cte(f"other_{n}") for n, one in enumerate(self._besides)]
                each = (self._statement.add_cte(*others),)
            found = self._ready[dialect.name] = tuple(_ready(one, dialect) for one in each)
        return found

    def _processors(self, dialect: Dialect, cursor: Any) -> tuple[tuple[int, Value], ...]:
        """What brings the values of a row into their form here."""
        found = (
            (at, column.type.dialect_impl(dialect).result_processor(dialect, said[1]))
            for at, (column, said) in enumerate(zip(self._columns, cursor.description, strict=True))
        )
        return tuple((at, make) for at, make in found if make is not None)


def _ready(statement: Any, dialect: Dialect) -> _Ready:
    compiled = statement.compile(dialect=dialect)
    binds = []
    for name in compiled.positiontup:
        # The type as the dialect has it: a type of ours around the plain one would miss the driver's form.
        type_ = compiled.binds[name].type.dialect_impl(dialect)
        binds.append((name, type_.bind_processor(dialect)))
    fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    return _Ready(str(compiled), fixed, tuple(binds))


def _execute(conn: Connection, ready: _Ready, *values: dict[str, Any]) -> Any:
    bound = [
        tuple(each[name] if bind is None else bind(each[name]) for name, bind in ready.binds)
        for each in ({**ready.fixed, **given} for given in values)
    ]
    return execute(conn, ready.sql, bound)


def execute(conn: Connection, sql: str, bound: Sequence[Row]) -> Any:
    """The driver's cursor, once it has run a statement with these values in the driver's form.

    Raises as ``Connection.execute`` does.
    """
    cursor = conn.connection.cursor()
    try:
        if len(bound) == 1:
            cursor.execute(sql, bound[0])
        else:
            cursor.executemany(sql, bound)
    except BaseException as error:
        # SQLAlchemy tells of it, and does without connections that are lost or were given up in the
        # middle. It has no public name for it; tests notice when it goes.
        conn._handle_dbapi_exception(error, sql, bound, cursor, None)
    return cursor
