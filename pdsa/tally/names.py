"""The side of a pasted block that names classrooms: which columns of the block are whose."""

from collections.abc import Sequence

from msgspec import Struct

from pdsa.tally import rules
from pdsa.tally.cell import plain
from pdsa.tally.grid import TallyColumn
from pdsa.words import say

#: How a heading says which of the two numbers of a classroom stands under it.
_COUNTED = ("count", "counted", "n", "num", "numerator", "used", "yes", "numerador")
_OF = ("of", "out of", "total", "size", "students", "denominator", "den", "de", "denominador")


class Slot(Struct, frozen=True):
    """Columns of a block, from 0, that hold one classroom: one, or a numerator and a denominator.

    ``why`` says why they are nobody's; then ``column`` is ``None``.
    """

    places: tuple[int, ...]
    column: TallyColumn | None = None
    why: str = ""


class Heading(Struct, frozen=True):
    """What stands over one column of a block: a name, and which of two numbers it is over."""

    text: str
    key: str
    part: str


class Names:
    """The names of a grid's classrooms; case and spaces make no difference."""

    def __init__(self, columns: Sequence[TallyColumn]) -> None:
        self.columns: dict[str, list[TallyColumn]] = {}
        for column in columns:
            self.columns.setdefault(squeezed(column.label), []).append(column)

    def heading(self, text: str) -> Heading:
        """A heading, with the word for one of two numbers taken off where a classroom is left."""
        key = squeezed(text)
        if key not in self.columns:
            *name, last = plain(text).casefold().split() or [""]
            bare = squeezed("".join(name).rstrip(":-("))
            if (found := part(last)) and bare in self.columns:
                return Heading(text, bare, found)
        return Heading(text, key, "")

    def slots(self, headings: Sequence[Heading], *, first: int) -> list[Slot]:
        """Whose the columns under some headings are, from the place ``first`` on."""
        under: dict[str, list[tuple[int, Heading]]] = {}
        for place, heading in enumerate(headings, first):
            under.setdefault(heading.key, []).append((place, heading))
        return [self._slot(key, found) for key, found in under.items()]

    def _slot(self, key: str, found: list[tuple[int, Heading]]) -> Slot:
        places = tuple(place for place, _ in found)
        text, parts = found[0][1].text, [heading.part for _, heading in found]
        named = self.columns.get(key, []) if key else []
        if not named:
            return Slot(places, why=rules.unknown_classroom(text))
        if len(named) > 1:
            return Slot(places, why=rules.two_classrooms(text))
        if parts == ["of"]:
            return Slot(places, why=say(rules.HALF_A_PAIR))
        if parts == ["of", "counted"]:
            places = places[::-1]
        elif len(places) > 1 and parts != ["counted", "of"]:
            return Slot(places, why=rules.repeated_classroom(text))
        return Slot(places, named[0])


def part(text: str) -> str:
    """Which of a classroom's two numbers a word stands for: ``counted``, ``of`` or none."""
    word = plain(text).casefold().strip("()[]:.- ")
    return "counted" if word in _COUNTED else "of" if word in _OF else ""


def squeezed(text: str) -> str:
    """A name without case and spaces."""
    return "".join(plain(text).casefold().split())
