"""Student groups over many aims: in how many the gap narrowed."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from pdsa.equity.progress import GapChange, GroupProgress, group_name, ordered
from pdsa.errors import InvalidValue
from pdsa.words import mark, say, say_n


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
            rule = say("{group}: tallies of one group add up", group=self.group)
            raise InvalidValue("group", other.group, rule)
        numbers = {name: getattr(self, name) + getattr(other, name) for name in _NUMBERS}
        return GroupTally(group=self.group, **numbers)

    def sentence(self) -> str:
        """The tally in words."""
        if not self.aims:
            return say("{group}: no aim shows a figure.", group=group_name(self.group))
        said = [say(words, n=number) for words, number in self._parts() if number]
        return say_n(
            "{group}: of {n} aim with figures, the gap to all students {changes}.",
            "{group}: of {n} aims with figures, the gap to all students {changes}.",
            self.aims,
            group=group_name(self.group),
            changes=_joined(said),
        )

    def _parts(self) -> tuple[tuple[str, int], ...]:
        return (
            # Translators: in how many aims the gap to all students did what.
            (mark("narrowed in {n}"), self.narrowed),
            (mark("widened in {n}"), self.widened),
            (mark("stayed as it was in {n}"), self.unchanged),
            (mark("was none at either end in {n}"), self.not_behind),
            (mark("cannot be told in {n}"), self.cannot_tell),
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
    if len(parts) == 1:
        return parts[0]
    return say("{these} and {last}", these=", ".join(parts[:-1]), last=parts[-1])
