"""What there is to choose from in a form: the members of the domain's enumerations by their names."""

from collections.abc import Iterable
from enum import StrEnum

from api.words.names import named
from pdsa.stages import Decision
from pdsa.words import mark, say

__all__ = ["explained", "named", "options"]

_MORE: dict[StrEnum, str] = {
    Decision.adopt: mark("it works here: make it part of how we teach"),
    Decision.adapt: mark("change it, and test it again"),
    Decision.expand: mark("the same change with more students or classrooms"),
    Decision.abandon: mark("leave it, and keep what we learned"),
}


def options(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """What to choose from: each member's value with its name."""
    return [(each.value, named(each)) for each in members]


def explained(members: Iterable[StrEnum]) -> list[tuple[str, str, str]]:
    """The same, each with a few words more."""
    return [
        (each.value, named(each), say(_MORE[each]) if each in _MORE else "") for each in members
    ]
