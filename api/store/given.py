"""Conditions on lists that are given to a statement as one value, whatever their length.

A statement with such a condition is the same for every list, so that it can be a ``Prepared`` one.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
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
