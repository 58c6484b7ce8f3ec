"""The fields of a form are named by JSON pointers: ``plan/questions/01abc/text``.

The same pointers name what findings and refusals are about, so that each stands beside its field.
A list whose rows have ids is keyed by them, any other by numbers.
"""

from collections.abc import Iterable, Mapping
from typing import Any

#: What a form says of itself, beside what somebody wrote.
OWN = frozenset({"csrf", "was", "do"})


def written(given: Mapping[str, str]) -> dict[str, str]:
    """What somebody wrote into a form: line breaks as the store has them, no blanks at the ends."""
    return {
        name: text.replace("\r\n", "\n").replace("\r", "\n").strip()
        for name, text in given.items()
        if name not in OWN
    }


def nested(given: Mapping[str, str], lists: Iterable[str]) -> dict[str, Any]:
    """Fields as the objects and lists that they were made of; empty ones are left out.

    ``lists`` are the names of lists; rows keep the order of the form, and one in which nothing is
    written but its id, or what was offered in it, is none.
    """
    found: dict[str, Any] = {}
    for pointer, text in given.items():
        *path, last = pointer.split("/")
        at = found
        for name in path:
            at = at.setdefault(name, {})
        at[last] = text
    return _made(found, frozenset(lists))


def _made(value: dict[str, Any], lists: frozenset[str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, each in value.items():
        if name in lists and isinstance(each, dict):
            made[name] = [
                ({} if key.isdigit() else {"id": key}) | row
                for key, inner in each.items()
                if (row := _made(inner, lists))
            ]
        elif isinstance(each, dict):
            if inner := _made(each, lists):
                made[name] = inner
        elif each != "":
            made[name] = each
    return made
