"""Texts of a form as values of the domain, refused by the name of the field that they stand in."""

from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.interchange import explain

S = TypeVar("S", bound=Struct)


def converted(found: dict[str, Any], type_: type[S], at: str = "") -> S:
    """The struct that fields make. Raises ``InvalidValue`` with the field below ``at``."""
    try:
        return msgspec.convert(found, type_, strict=False)
    except msgspec.ValidationError as error:
        if isinstance(cause := error.__cause__, InvalidValue):
            field = f"{at}/{cause.field}".strip("/")
            raise InvalidValue(field, cause.value, cause.rule) from error
        pointer, rule = explain(error)
        raise InvalidValue(f"{at}{pointer}".strip("/"), None, rule) from error


def number(text: str) -> Any:
    """A number as somebody typed it, with a decimal point or comma; else as it is."""
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return text


def shown(value: Any) -> str:
    """A value as it stands in a field: nothing where there is none."""
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
