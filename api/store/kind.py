"""What a kind of element is.

A ``Kind`` ties a domain struct to its table and says where an element lives (its unit and aim)
and what must be true of its references.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

from msgspec import Struct
from sqlalchemy import (
    Connection,
    FromClause,
    Select,
    Table,
    bindparam,
    delete,
    null,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement

from api.store.access import By
from api.store.errors import UnreadableRow
from api.store.given import Given
from api.store.plain import told
from api.store.prepared import Prepared
from api.store.standing import STAMP
from pdsa.errors import InvalidValue
from pdsa.units import Action, Principal, Step

E = TypeVar("E", bound=Any)
#: An element before and after a change: ``None`` where there was or is none.
Change = tuple[E | None, E | None]


class Place(Struct, frozen=True):
    """Where an element lives."""

    unit_id: str | None
    aim_id: str | None

    @property
    def home(self) -> str:
        """The unit of an element that always lives in one, as whatever belongs to an aim does."""
        return self.unit_id or ""


class Kind(Generic[E]):
    """A kind of element.

    ``unit`` and ``aim`` are the columns that say where an element lives, reached over ``home``
    (a join from the element's table). ``references`` raises ``UnknownElement`` for what an element
    refers to and must not, but for what it referred to before an edit; ``writes`` is what a
    principal needs to change one, unless ``permits`` says that it may, and ``reads`` what it needs
    to see one. ``team_only`` elements (in SQL: ``team_rows``) are the team's own: for others there
    are none; ``shared`` is what others are given of one that is not. ``sees`` (in SQL: ``seen_rows``)
    says who sees one where that is another matter than seeing its unit. ``notices`` is told of every
    change, before and after, ``None`` where there was or is none; what it raises takes the change
    back. ``keeps`` is told of all changes of one place at once, to keep up what is summed up of them.
    """

    def __init__(
        self,
        name: str,
        type_: type[E],
        table: Table,
        *,
        home: FromClause | None = None,
        unit: ColumnElement[Any] | None = None,
        aim: ColumnElement[Any] | None = None,
        references: Callable[[Connection, By, E, E | None], None] = lambda *_: None,
        writes: Action = Action.log,
        reads: Action = Action.see,
        permits: Callable[[Principal, E, Sequence[Step], date], bool] = lambda *_: False,
        team_only: Callable[[E], bool] = lambda _: False,
        team_rows: ColumnElement[bool] | None = None,
        shared: Callable[[E], E] | None = None,
        sees: Callable[[Principal, E, Sequence[Step], date], bool] | None = None,
        seen_rows: Callable[[By], Given | None] | None = None,
        notices: Callable[[Connection, By, E | None, E | None], None] = lambda *_: None,
        keeps: Callable[[Connection, By, Place, Sequence[Change[E]]], None] = lambda *_: None,
        order: Sequence[ColumnElement[Any]] = (),
    ) -> None:
        self.name, self.type, self.table, self.writes = name, type_, table, writes
        self.home = home if home is not None else table
        self.unit: ColumnElement[Any] = unit if unit is not None else null()
        self.aim: ColumnElement[Any] = aim if aim is not None else null()
        self.references, self.permits, self.notices = references, permits, notices
        self.keeps = keeps
        self.reads, self.team_only, self.team_rows = reads, team_only, team_rows
        self.shared, self.sees, self.seen_rows = shared, sees, seen_rows
        #: Whoever above a team opens one of these is written to its view log.
        self.recorded = aim is not None
        self.order = tuple(order) or (table.c.id,)
        self.fields = tuple(column.name for column in table.c)
        row: Select[Any] = select(*table.c, self.unit, self.aim).select_from(self.home)
        self.select = row
        self.find = Prepared(row.where(table.c.id == bindparam("wanted")))
        #: The same for those who only pass it on.
        self.told, columns = told(type_, table)
        as_told: Select[Any] = select(*columns, self.unit, self.aim).select_from(self.home)
        self.select_told = as_told
        self.find_told = Prepared(
            as_told.add_columns(STAMP).where(table.c.id == bindparam("wanted"))
        )
        self.update = (
            update(table)
            .where(table.c.id == bindparam("wanted"), table.c.version == bindparam("was"))
            .values({name: bindparam(f"new_{name}") for name in self.fields if name != "id"})
        )
        self.delete = delete(table).where(
            table.c.id == bindparam("wanted"), table.c.version == bindparam("was")
        )

    def made(self, row: Sequence[Any]) -> E:
        """The element of a row. Raises ``UnreadableRow``."""
        return self._made(self.type, row)

    def made_told(self, row: Sequence[Any]) -> E:
        """The element of a row of ``select_told``. Raises ``UnreadableRow``."""
        return self._made(self.told, row)

    def _made(self, type_: Any, row: Sequence[Any]) -> E:
        try:
            made: E = type_(*row)
            return made
        except InvalidValue as error:
            raise UnreadableRow(self.name, row[0], str(error)) from error
