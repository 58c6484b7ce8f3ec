"""The fields of a form are named by JSON pointers: ``plan/questions/01abc/text``.

The same pointers name what findings and refusals are about, so that each stands beside its field.
A list whose rows have ids is keyed by them, any other by numbers.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pdsa.errors import InvalidValue
from pdsa.words import say

#: Before the name of a field of which somebody else's text is taken.
TAKE = "take/"
#: What a form says of itself, beside what somebody wrote.
OWN = frozenset({"csrf", "was", "do"})
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
#: Deeper than any form of ours.
_DEPTH = 8


def seen(text: str) -> str:
    """A text with a blank for each sign that nobody can see: no store takes it.

    Where there is nothing else, a sign that can be seen: what was sent is not taken for empty.
    """
    found = _UNSEEN.sub(" ", text)
    return "\ufffd" if found != text and not found.strip() else found


def written(given: Mapping[str, str]) -> dict[str, str]:
    """What somebody wrote into a form: line breaks as the store has them, no blanks at the ends.

    What a word processor leaves in a text that nobody can see is a blank: no store takes it.
    """
    return {
        name: _UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        for name, text in given.items()
        if name not in OWN
    }


def nested(given: Mapping[str, str], lists: Iterable[str]) -> dict[str, Any]:
    """Fields as the objects and lists that they were made of; empty ones are left out.

    ``lists`` are the names of lists; rows keep the order of the form, and one in which nothing is
    written but its id, or what was offered in it, is none. Raises ``InvalidValue`` for names that
    no form of ours has, such as one of a text and of a list at once.
    """
    found: dict[str, Any] = {}
    for pointer, text in given.items():
        *path, last = pointer.split("/")
        at = found
        for name in path:
            at = at.setdefault(name, {})
            if not isinstance(at, dict):
                raise _foreign(pointer)
        if last in at or len(path) > _DEPTH:
            raise _foreign(pointer)
        at[last] = text
    return _made(found, frozenset(lists))


def row_number(text: str) -> int | None:
    """The number of a row that is told by one; ``None`` for anything else."""
    return int(text) if len(text) <= 9 and text.isascii() and text.isdigit() else None


def written_rows(name: str, values: Mapping[str, str]) -> list[str]:
    """The rows of a list in which something is written, in the order of the form."""
    start = f"{name}/"
    found = (
        at[len(start) :].split("/")[0]
        for at, text in values.items()
        if at.startswith(start) and text
    )
    return list(dict.fromkeys(found))


def numbered(name: str, values: Mapping[str, str], *, more: int = 1) -> list[int]:
    """The numbers of a list's rows in the form, and of ``more`` to fill in."""
    found = map(row_number, written_rows(name, values))
    taken = sorted({number for number in found if number is not None})
    last = max(taken, default=-1)
    return [*taken, *range(last + 1, last + 1 + more)]


def _foreign(pointer: str) -> InvalidValue:
    return InvalidValue(pointer, None, say("the form as it was opened"))


def _made(value: dict[str, Any], lists: frozenset[str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, each in value.items():
        if name in lists:
            made[name] = _rows(name, each, lists)
        elif isinstance(each, dict):
            if inner := _made(each, lists):
                made[name] = inner
        elif each != "":
            made[name] = each
    return made


def _rows(name: str, value: Any, lists: frozenset[str]) -> list[dict[str, Any]]:
    if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
        raise _foreign(name)
    return [
        ({"id": key} if row_number(key) is None else {}) | row
        for key, each in value.items()
        if (row := _made(each, lists))
    ]
