"""What a client may send, derived from the domain structs: never ids, versions or authors.

``draft`` makes the struct of a new element, ``change`` that of a merge patch (RFC 7396). Both
refuse unknown fields. A field that is added to a domain struct is thereby added to what clients may
send, unless ``without`` keeps it out.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_type_hints

import msgspec
from msgspec import UNSET, Struct, UnsetType

T = TypeVar("T", bound=type)
S = TypeVar("S", bound=Struct)


def draft(of: type[Struct], *, without: Iterable[str] = (), **replaced: Any) -> Callable[[T], T]:
    """Decorate a class so that it becomes the struct of a new ``of``, but for some fields.

    ``replaced`` gives other types to some fields.
    """

    def make(cls: T) -> T:
        hints = get_type_hints(of, include_extras=True) | replaced
        fields: list[Any] = [
            (field.name, hints[field.name])
            if field.required
            else (field.name, hints[field.name], _default(field))
            for field in msgspec.structs.fields(of)
            if field.name not in {*without, "id", "version"}
        ]
        return _struct(cls, fields)

    return make


def change(of: type[Struct], *, without: Iterable[str] = (), **replaced: Any) -> Callable[[T], T]:
    """Decorate a class so that it becomes the merge patch of an ``of``: every field may be absent.

    ``null`` puts a field back to its default; a field without one refuses it.
    """

    def make(cls: T) -> T:
        hints = get_type_hints(of, include_extras=True) | replaced
        fields: list[Any] = [
            (
                field.name,
                hints[field.name] | UnsetType
                if field.required or field.name in replaced
                else hints[field.name] | None | UnsetType,
                UNSET,
            )
            for field in msgspec.structs.fields(of)
            if field.name not in {*without, "id", "version"}
        ]
        return _struct(cls, fields)

    return make


def build(type_: type[S], data: Struct, **owned: Any) -> S:
    """The element that a draft describes, with what the server owns.

    Raises ``InvalidValue`` where the domain refuses it.
    """
    return type_(**msgspec.structs.asdict(data), **owned)


def patched(element: S, data: Struct, **replaced: Any) -> S:
    """The element with a merge patch applied. Raises ``InvalidValue`` where the domain refuses it."""
    defaults = {field.name: field for field in msgspec.structs.fields(type(element))}
    changes = {
        name: _default(defaults[name]) if value is None else value
        for name, value in msgspec.structs.asdict(data).items()
        if value is not UNSET and name not in replaced
    }
    return msgspec.structs.replace(element, **changes, **replaced)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _struct(cls: T, fields: list[Any]) -> T:
    made = msgspec.defstruct(
        cls.__name__,
        fields,
        module=cls.__module__,
        namespace={"__doc__": cls.__doc__},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    return made  # type: ignore[return-value]
