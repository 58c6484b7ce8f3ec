"""Texts of a form as values of the domain, refused by the name of the field that they stand in."""

import re
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from api.pages.pointers import row_number
from pdsa.errors import InvalidValue
from pdsa.interchange import explain
from pdsa.tally import read_number
from pdsa.words import mark, say

S = TypeVar("S", bound=Struct)

#: What a teacher is told where msgspec speaks of types; the first that fits.
_IN_WORDS = (
    (r"Expected str of length <= (?P<n>\d+)", mark("at most {n} characters")),
    (r"Expected str of length >= 1|.*field is required", mark("a text: nothing is written here")),
    (
        r"Invalid date|.*\bdate\b.*|Invalid ISO8601.*|Invalid RFC3339.*",
        mark("a day, such as 2026-09-14"),
    ),
    (r"Expected int >= (?P<low>-?\d+)", mark("a number that is not below {low}")),
    (r"Expected int <= (?P<high>\d+)", mark("a number of at most {high}")),
    (r"Expected int\b.*", mark("a whole number, 0 or more")),
    (r"Expected float\b.*", mark("a number, such as 64")),
    (r"Invalid enum value.*", mark("one of the list")),
    (r"One line.*", mark("one line, without tabs")),
)


def converted(found: dict[str, Any], type_: type[S], at: str = "") -> S:
    """The struct that fields make. Raises ``InvalidValue`` with the field below ``at``."""
    try:
        return msgspec.convert(found, type_, strict=False)
    except msgspec.ValidationError as error:
        pointer, rule = explain(error)
        cause = error.__cause__
        value = cause.value if isinstance(cause, InvalidValue) else None
        raise InvalidValue(f"{at}{pointer}".strip("/"), value, _in_words(rule)) from error


def _in_words(rule: str) -> str:
    for pattern, words in _IN_WORDS:
        if found := re.fullmatch(pattern, rule):
            return say(words, **found.groupdict())
    return rule


def number(text: Any) -> Any:
    """A number as somebody typed it, with a decimal point or comma; else what was given."""
    if not isinstance(text, str):
        return text
    try:
        return read_number(text.strip().removesuffix("%"))
    except InvalidValue:
        return text


def version(text: str) -> int:
    """The version that a form was opened with; none that ever was for what is no number."""
    found = row_number(text)
    return -1 if found is None else found


def shown(value: Any) -> str:
    """A value as it stands in a field: nothing where there is none."""
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
