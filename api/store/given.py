"""Conditions apart from the values that are given to them, lists among them.

The same question is the same condition, whoever asks it about what, so that a statement with it can
be a ``Prepared`` one. A list is one value, whatever its length.
"""

from collections.abc import Callable, Sequence
from functools import cache
from operator import eq, ge, le
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    ARRAY,
    Boolean,
    Dialect,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    column,
    func,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from api.store import tables as t
from pdsa.units import CLASSROOM

#: Before what means any letter, where it means itself.
ESCAPE = "/"


class Words(TypeDecorator[Sequence[str]]):
    """A list of words as one value: an array for PostgreSQL, JSON text for SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        given = [*value]
        return given if dialect.name == "postgresql" else msgspec.json.encode(given).decode()


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        return self  # else SQLite is asked whether it "= 1", and uses no index for it


@compiles(_Among, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    found, words = element.clauses
    each: Select[Any] = select(column("value")).select_from(func.json_each(words))
    return str(compiler.process(found.in_(each), **kw))


@compiles(_Among, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    found, words = element.clauses
    return str(compiler.process(found == any_(words), **kw))


def among(found: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The condition that a column is one of the words that are given under a name."""
    return _Among(found, bindparam(name, type_=Words))


def under_any(unit_id: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The condition that a row's unit is one of those given under a name, or lies under one."""
    c = t.unit_closure.c
    return unit_id.in_(select(c.descendant_id).where(among(c.ancestor_id, name)))


def with_classrooms(name: str) -> ColumnElement[bool]:
    """The condition that a unit is one of those given under a name, or a classroom of one."""
    c = t.units.c
    return or_(among(c.id, name), and_(among(c.parent_id, name), c.kind == CLASSROOM))


class Given(Struct, frozen=True):
    """A condition, always the same one for the same question, and what is given to it by name."""

    condition: ColumnElement[bool]
    values: dict[str, Any]


def conditions(*found: Given | None) -> tuple[tuple[ColumnElement[bool], ...], dict[str, Any]]:
    """The conditions that there are, and the values of all of them."""
    there = [each for each in found if each is not None]
    values: dict[str, Any] = {}
    for each in there:
        values |= each.values
    return tuple(each.condition for each in there), values


def equal(column: ColumnElement[Any], value: object | None) -> Given | None:
    """That a column has this value; nothing for ``None``."""
    return _compared(eq, column, value)


def at_least(column: ColumnElement[Any], value: object | None) -> Given | None:
    """That a column has this value or a greater one; nothing for ``None``."""
    return _compared(ge, column, value)


def at_most(column: ColumnElement[Any], value: object | None) -> Given | None:
    """That a column has this value or a smaller one; nothing for ``None``."""
    return _compared(le, column, value)


def contains(text: str | None, *columns: ColumnElement[str]) -> Given | None:
    """That one of the columns has the text in it, in capitals or not; nothing for ``None``."""
    return None if text is None else Given(_contains(columns), {"text_in": escaped(text)})


def in_unit(column: ColumnElement[str], unit: str | None) -> Given | None:
    """That a row's unit is this one or lies under it; nothing for ``None``."""
    return None if unit is None else Given(_in_unit(column), {"in_unit": [unit]})


def says(name: str, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """That one of the columns has the text in it that is given as ``NAME_in``, in capitals or not."""
    text = bindparam(f"{name}_in", type_=Text)
    return or_(*(column.icontains(text, escape=ESCAPE) for column in columns))


def escaped(text: str) -> str:
    """A text that means itself where ``%`` and ``_`` mean any."""
    for each in (ESCAPE, "%", "_"):
        text = text.replace(each, ESCAPE + each)
    return text


def _compared(
    how: Callable[[Any, Any], Any], column: ColumnElement[Any], value: object | None
) -> Given | None:
    if value is None:
        return None
    condition, name = _comparison(how, column)
    return Given(condition, {name: value})


@cache
def _comparison(
    how: Callable[[Any, Any], Any], column: ColumnElement[Any]
) -> tuple[ColumnElement[bool], str]:
    name = f"{column.table.name}_{column.key}_{how.__name__}"
    return how(column, bindparam(name, type_=column.type)), name


@cache
def _contains(columns: tuple[ColumnElement[str], ...]) -> ColumnElement[bool]:
    return says("text", *columns)


@cache
def _in_unit(column: ColumnElement[str]) -> ColumnElement[bool]:
    return under_any(column, "in_unit")
