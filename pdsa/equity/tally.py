"""Student groups over many aims: in how many the gap narrowed."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from pdsa.equity.progress import GapChange, GroupProgress, group_name, ordered
from pdsa.errors import InvalidValue


class GroupFact(Struct, frozen=True, gc=False):
    """What a tally takes of a group's progress in one aim; fields as in ``GroupProgress``."""

    group: str
    figures: int
    gap_change: GapChange


class GroupTally(Struct, frozen=True, kw_only=True):
    """Of how many ``aims`` a figure of the group is shown, and what became of the gap in them.

    The others add up to ``aims``; ``not_behind`` are aims in which the group was behind all students
    at neither end of the window.
    """

    group: str
    aims: int = 0
    narrowed: int = 0
    widened: int = 0
    unchanged: int = 0
    not_behind: int = 0
    cannot_tell: int = 0

    def __add__(self, other: "GroupTally") -> "GroupTally":
        if other.group != self.group:
            raise InvalidValue("group", other.group, f"{self.group}: tallies of one group add up")
        numbers = {name: getattr(self, name) + getattr(other, name) for name in _NUMBERS}
        return GroupTally(group=self.group, **numbers)

    def sentence(self) -> str:
        """The tally in words."""
        if not self.aims:
            return f"{group_name(self.group)}: no aim shows a figure."
        said = [f"{words} in {number}" for words, number in self._parts() if number]
        aims = "aim" if self.aims == 1 else "aims"
        return (
            f"{group_name(self.group)}: of {self.aims} {aims} with figures,"
            f" the gap to all students {_joined(said)}."
        )

    def _parts(self) -> tuple[tuple[str, int], ...]:
        return (
            ("narrowed", self.narrowed),
            ("widened", self.widened),
            ("stayed as it was", self.unchanged),
            ("was none at either end", self.not_behind),
            ("cannot be told", self.cannot_tell),
        )


_NUMBERS = ("aims", *(change.value for change in GapChange))


def group_tally(aims: Iterable[Iterable[GroupProgress | GroupFact]]) -> tuple[GroupTally, ...]:
    """What became of the gaps, by group, over the progress of groups in each of many aims.

    An aim counts for a group where a figure of the group is shown. The progress has to be what the
    reader is given: ``group_progress`` of series released to the same audience. Then every number
    follows from what it is given anyway, and nothing withheld does.
    Raises ``InvalidValue`` for an aim that tells of one group twice.
    """
    found: dict[str, Counter[str]] = {}
    for aim in aims:
        seen: set[str] = set()
        for each in aim:
            if each.group in seen:
                raise InvalidValue("aims", each.group, "each group once in an aim")
            seen.add(each.group)
            if each.figures:
                found.setdefault(each.group, Counter())[each.gap_change.value] += 1
    return tuple(
        GroupTally(group=code, aims=found[code].total(), **found[code]) for code in ordered(found)
    )


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
