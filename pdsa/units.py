"""Units as a tree whose kinds are data; people, their roles, and who may do what.

A district has levels of its own (LAUSD: Division of Instruction, local district, community of
schools, school, teacher team), so a unit's ``kind`` is a word and not a
class. A classroom is a unit below its team, under the label that the team chooses.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from pdsa.errors import Circle, InvalidValue, NotAllowed, NotVisible, UnknownElement
from pdsa.ids import GrantId, Line, Name, PersonId, Ref, Slug, UnitId, Version


class Unit(Struct, frozen=True):
    """A part of the district: the district itself, a school, a team, a classroom."""

    id: Ref[UnitId]
    kind: Slug
    name: Name
    parent_id: Ref[UnitId] | None = None
    version: Version = 1


class Person(Struct, frozen=True):
    """Somebody who works with the tracker; never a student."""

    id: Ref[PersonId]
    name: Name
    email: Line = ""
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

    def path(self, unit_id: UnitId) -> tuple[UnitId, ...]:
        """The ids from the root down to and including this unit."""
        if unit_id not in self.units:
            raise UnknownElement("unit", unit_id)
        path: list[UnitId] = []
        at: UnitId | None = unit_id
        while at is not None:
            path.append(at)
            at = self.units[at].parent_id
        return tuple(reversed(path))

    def subtree(self, unit_id: UnitId) -> tuple[Unit, ...]:
        """This unit and everything under it, parents before children."""
        if unit_id not in self.units:
            raise UnknownElement("unit", unit_id)
        found = [self.units[unit_id]]
        for unit in found:
            found.extend(self.children.get(unit.id, ()))
        return tuple(found)


class Role(StrEnum):
    """What somebody is to a unit."""

    member = "member"
    facilitator = "facilitator"
    coach = "coach"
    ilt_member = "ilt_member"
    leader = "leader"
    viewer = "viewer"
    administrator = "administrator"


class Action(StrEnum):
    """What can be done to the record of a unit."""

    see = "see"
    log = "log"
    administer = "administer"


#: Role x action. A role given on a unit reaches the whole subtree of that unit.
ROLE_ACTIONS: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        Role.member: frozenset({Action.see, Action.log}),
        Role.facilitator: frozenset({Action.see, Action.log}),
        Role.coach: frozenset({Action.see, Action.log}),
        Role.ilt_member: frozenset({Action.see}),
        Role.leader: frozenset({Action.see}),
        Role.viewer: frozenset({Action.see}),
        Role.administrator: frozenset({Action.see, Action.log, Action.administer}),
    }
)


class Grant(Struct, frozen=True):
    """A person's role on a unit, from one day to another (both included); no unit means every unit.

    Raises ``InvalidValue`` for a role that ends before it starts.
    """

    id: Ref[GrantId]
    person_id: Ref[PersonId]
    role: Role
    unit_id: Ref[UnitId] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    version: Version = 1

    def __post_init__(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise InvalidValue("ends_on", str(self.ends_on), "not before starts_on")

    def holds(self, path: Sequence[UnitId], on: date) -> bool:
        """Whether this grant reaches the last unit of ``path`` on that day."""
        return (
            (self.unit_id is None or self.unit_id in path)
            and (self.starts_on is None or self.starts_on <= on)
            and (self.ends_on is None or on <= self.ends_on)
        )


class Principal(Struct, frozen=True, kw_only=True):
    """Who is asking: a person and the roles it holds."""

    person_id: Ref[PersonId]
    name: Name
    grants: tuple[Grant, ...] = ()


def may(principal: Principal, action: Action, path: Sequence[UnitId], *, on: date) -> bool:
    """Whether the principal may do ``action`` to the unit at the end of ``path`` (root first).

    An empty path stands for the place above all roots, which only a grant without a unit reaches.
    """
    return any(
        action in ROLE_ACTIONS[grant.role] and grant.holds(path, on) for grant in principal.grants
    )


def require(
    principal: Principal,
    action: Action,
    path: Sequence[UnitId],
    *,
    on: date,
    kind: str = "unit",
    id: str = "",
) -> None:
    """Raise ``NotVisible`` or ``NotAllowed`` unless the principal may do ``action`` there.

    ``kind`` and ``id`` name what was asked for, so that a hidden element and one that does not
    exist read the same. The place above all units is no secret: ``NotAllowed``.
    """
    if may(principal, action, path, on=on):
        return
    if (path or id) and not may(principal, Action.see, path, on=on):
        raise NotVisible(kind, id or path[-1])
    raise NotAllowed(action, path[-1] if path else "")


def visible_roots(principal: Principal, *, on: date) -> tuple[UnitId, ...] | None:
    """The units whose subtrees the principal may see on that day; ``None`` means all of them."""
    roots: list[UnitId] = []
    for grant in principal.grants:
        if Action.see in ROLE_ACTIONS[grant.role] and grant.holds(
            () if grant.unit_id is None else (grant.unit_id,), on
        ):
            if grant.unit_id is None:
                return None
            roots.append(grant.unit_id)
    return tuple(dict.fromkeys(roots))
