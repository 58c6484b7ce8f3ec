"""Units as a tree whose kinds are data, and the people who work in them.

A district has levels of its own (LAUSD: Division of Instruction, local district, community of
schools, school, teacher team), so a unit's ``kind`` is a word and not a class. Two words mean
something to the rules of access: a ``classroom`` is a part of the unit right above it, under the
label that the team chooses, and a ``school`` is where school officials end and the levels above
begin.
"""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from pdsa.errors import Circle, InvalidValue, UnknownElement
from pdsa.ids import Line, Name, PersonId, Ref, Slug, UnitId, Version
from pdsa.words import say

CLASSROOM = "classroom"
SCHOOL = "school"


class StageWords(StrEnum):
    """What a team calls the stages of a cycle: Plan, Do, Study, Act; or Plan, Teach, Study, Act."""

    pdsa = "pdsa"
    teaching = "teaching"


class Unit(Struct, frozen=True):
    """A part of the district: the district itself, a school, a team, a classroom.

    ``stage_words`` are those that a team has chosen for its own pages.
    """

    id: Ref[UnitId]
    kind: Slug
    name: Name
    parent_id: Ref[UnitId] | None = None
    stage_words: StageWords = StageWords.pdsa
    version: Version = 1


def only_labels(old: Unit, new: Unit) -> bool:
    """Whether a change touches nothing but what a unit is called and the words that it uses."""
    return replace(old, name=new.name, stage_words=new.stage_words) == new


def check_kind(old: Unit, new: Unit) -> None:
    """Raise ``InvalidValue`` where a change of kind would move the borders of access.

    What was told of a unit, and to whom, went by its kind.
    """
    if old.kind != new.kind and {old.kind, new.kind} & {CLASSROOM, SCHOOL}:
        rule = say("{kind}, as it is: set up another unit for one of another kind", kind=old.kind)
        raise InvalidValue("kind", new.kind, rule)


class Step(Struct, frozen=True):
    """A unit on the way from the root of the tree to another unit: as much as access asks for."""

    id: Ref[UnitId]
    kind: Slug


class Person(Struct, frozen=True):
    """Somebody who works with the tracker, or with ``service`` a tool that does; never a student."""

    id: Ref[PersonId]
    name: Name
    email: Line = ""
    service: bool = False
    version: Version = 1


class UnitTree:
    """Units by id with the ways up and down.

    Raises ``UnknownElement`` for a parent that is not among the units, ``InvalidValue`` for an id
    given twice and ``Circle`` where parents run in a circle.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units: dict[str, Unit] = {}
        self.children: dict[str, list[Unit]] = {}
        for unit in units:
            if unit.id in self.units:
                raise InvalidValue("id", unit.id, "each unit has an id of its own")
            self.units[unit.id] = unit
        for unit in self.units.values():
            if unit.parent_id is not None:
                if unit.parent_id not in self.units:
                    raise UnknownElement("unit", unit.parent_id, field="parent_id")
                self.children.setdefault(unit.parent_id, []).append(unit)
        known: set[str] = set()
        for unit_id in self.units:
            walked: dict[str, None] = {}
            at: str | None = unit_id
            while at is not None and at not in known:
                if at in walked:
                    raise Circle("the unit tree", [*walked, at])
                walked[at] = None
                at = self.units[at].parent_id
            known.update(walked)

    def path(self, unit_id: UnitId) -> tuple[Step, ...]:
        """The units from the root down to and including this one."""
        if unit_id not in self.units:
            raise UnknownElement("unit", unit_id)
        path: list[Step] = []
        at: UnitId | None = unit_id
        while at is not None:
            unit = self.units[at]
            path.append(Step(unit.id, unit.kind))
            at = unit.parent_id
        return tuple(reversed(path))

    def subtree(self, unit_id: UnitId) -> tuple[Unit, ...]:
        """This unit and everything under it, parents before children."""
        if unit_id not in self.units:
            raise UnknownElement("unit", unit_id)
        found = [self.units[unit_id]]
        for unit in found:
            found.extend(self.children.get(unit.id, ()))
        return tuple(found)
