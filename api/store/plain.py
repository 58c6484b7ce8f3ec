"""Structs of the domain as the store holds them: the same JSON, read without a second look.

What lies in a JSON column was checked when it was written. To tell it to a client it is only read so
that fields that came later get their defaults: patterns, limits, dates and words of an enumeration
need no second look, which takes most of the time of a list.
"""

from datetime import date, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, Struct
from sqlalchemy import Table, Text, type_coerce

from api.store.types import JsonOf, Word

_AS_TEXT = (date, datetime)


@cache
def plain(type_: Any) -> Any:
    """A type that reads the same JSON as ``type_`` and writes it the same, with no rule checked."""
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return plain(args[0])
    if origin in (Union, UnionType):
        return Union[tuple(plain(each) for each in args)]  # noqa: UP007 - made at run time
    if origin is not None:
        return origin[tuple(each if each is Ellipsis else plain(each) for each in args)]
    if hasattr(type_, "__supertype__"):  # a NewType
        return plain(type_.__supertype__)
    if isinstance(type_, type):
        if issubclass(type_, Struct):
            return _struct(type_)
        if issubclass(type_, Enum) or type_ in _AS_TEXT:
            return str
    return type_


def _struct(type_: type[Struct]) -> type[Struct]:
    hints = get_type_hints(type_, include_extras=True)
    settings = type_.__struct_config__
    return msgspec.defstruct(
        type_.__name__,
        [_field(field, plain(hints[field.name])) for field in msgspec.structs.fields(type_)],
        tag_field=settings.tag_field,
        tag=settings.tag,
        frozen=True,
        gc=False,
    )


def _field(field: msgspec.structs.FieldInfo, type_: Any) -> Any:
    if field.default_factory is not NODEFAULT:
        return field.name, type_, msgspec.field(default_factory=field.default_factory)
    if field.default is not NODEFAULT:
        return field.name, type_, field.default
    return field.name, type_


def told(type_: Any, table: Table) -> tuple[Any, list[Any]]:
    """The struct as which rows of a table are told to clients, and the columns to select for it.

    It is ``type_`` itself where no column holds JSON.
    """
    if not any(isinstance(column.type, JsonOf) for column in table.c):
        return type_, [*table.c]
    fields: list[Any] = [(name, Any) for name in type_.__struct_fields__]
    return msgspec.defstruct(type_.__name__, fields, frozen=True, gc=False), [
        type_coerce(column, JsonOf(plain(column.type.type_)))
        if isinstance(column.type, JsonOf)
        else type_coerce(column, Text())
        if isinstance(column.type, Word)
        else column
        for column in table.c
    ]
