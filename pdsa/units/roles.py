"""Who may see and do what, as pure functions over the tree of units.

A role is given on a unit, from one day to another. ``ROLES`` is the one table of what each role may
do and how far down it reaches; ``AUDIENCES`` says what of a team's figures each audience is shown.
The documentation of both is made from them (docs/reference/roles.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from pdsa.errors import InvalidValue, NotAllowed, NotVisible
from pdsa.ids import GrantId, Name, PersonId, Ref, UnitId, Version
from pdsa.units.tree import CLASSROOM, SCHOOL, Step
from pdsa.words import mark


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
    """What can be done to the record of a unit.

    Whoever may ``publish`` speaks for the team; whoever may ``assess`` says beside it how far its
    aim has got, as its coach or Instructional Leadership Team.
    """

    see = "see"
    log = "log"
    publish = "publish"
    assess = "assess"
    invite = "invite"
    administer = "administer"


class Reach(StrEnum):
    """How far down from its unit a role reaches."""

    unit = "unit"  #: the unit itself and the classrooms right below it
    subtree = "subtree"  #: the unit and everything under it


class Rights(Struct, frozen=True, kw_only=True):
    """What a role may do and how far it reaches.

    ``official`` roles make their holder a school official with a legitimate educational interest in
    the school (FERPA, 34 CFR 99.31(a)(1)); without it a role on a school is shown no more than one
    above it.
    """

    reach: Reach
    actions: frozenset[Action]
    official: bool
    meaning: str


def _rights(reach: Reach, *actions: Action, official: bool = False, meaning: str) -> Rights:
    return Rights(reach=reach, actions=frozenset(actions), official=official, meaning=meaning)


_SEE, _LOG, _PUBLISH, _INVITE = Action.see, Action.log, Action.publish, Action.invite
_ASSESS = Action.assess

#: Role x action: the one table. What is not in it is not allowed.
ROLES: Mapping[Role, Rights] = MappingProxyType(
    {
        Role.member: _rights(
            Reach.unit, _SEE, _LOG, _PUBLISH, meaning=mark("a teacher of the team"), official=True
        ),
        Role.facilitator: _rights(
            Reach.unit,
            _SEE,
            _LOG,
            _PUBLISH,
            _INVITE,
            meaning=mark("leads the team's meetings"),
            official=True,
        ),
        Role.coach: _rights(
            Reach.unit,
            _SEE,
            _LOG,
            _ASSESS,
            meaning=mark("helps the team, often several teams"),
            official=True,
        ),
        Role.ilt_member: _rights(
            Reach.subtree,
            _SEE,
            _ASSESS,
            meaning=mark("sits on the Instructional Leadership Team"),
            official=True,
        ),
        Role.leader: _rights(
            Reach.subtree,
            _SEE,
            _ASSESS,
            meaning=mark("principal, or supervisor of principals"),
            official=True,
        ),
        Role.viewer: _rights(Reach.subtree, _SEE, meaning=mark("reads: a guest, a data tool")),
        Role.administrator: _rights(
            Reach.subtree,
            _SEE,
            Action.administer,
            meaning=mark("sets up units, calendars, people and roles"),
        ),
    }
)

#: Which roles whoever may ``invite`` gives on their own unit; an administrator gives every role.
INVITED = frozenset({Role.member, Role.coach, Role.viewer})


class Audience(StrEnum):
    """How close somebody stands to a team, the closest first."""

    team = "team"
    school = "school"
    above = "above"
    outside = "outside"


#: What each audience is shown: data points of a classroom, and figures about few students.
AUDIENCES: Mapping[Audience, tuple[str, str]] = MappingProxyType(
    {
        Audience.team: ("all", "all"),
        Audience.school: ("those the team published; else the team's aggregate", "shown"),
        Audience.above: ("never by classroom, unless published", "suppressed and complemented"),
        Audience.outside: ("never", "suppressed, complemented and banded"),
    }
)


class Access(StrEnum):
    """What a token may do at most."""

    read = "read"
    write = "write"
    administer = "administer"


_ACCESS: Mapping[Access, frozenset[Action]] = MappingProxyType(
    {
        Access.read: frozenset({Action.see}),
        Access.write: frozenset({Action.see, Action.log, Action.publish, Action.assess}),
        Access.administer: frozenset(Action),
    }
)


class Scope(Struct, frozen=True):
    """What a token may do at most, in a unit and all under it; no unit means every unit."""

    access: Access
    unit_id: Ref[UnitId] | None = None

    def allows(self, action: Action, path: Sequence[Step]) -> bool:
        """Whether this scope lets ``action`` through to the last unit of ``path``."""
        return action in _ACCESS[self.access] and (
            self.unit_id is None or any(step.id == self.unit_id for step in path)
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

    def on(self, day: date) -> bool:
        """Whether it holds on that day."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or day <= self.ends_on
        )

    @property
    def administers_all(self) -> bool:
        """Whether it is the administrator's of the whole server."""
        return self.role is Role.administrator and self.unit_id is None

    def reaches(self, path: Sequence[Step]) -> bool:
        """Whether it reaches the last unit of ``path`` (root first)."""
        if self.unit_id is None:
            return True
        if ROLES[self.role].reach is Reach.unit:
            return any(step.id == self.unit_id for step in path[owner(path) :])
        return any(step.id == self.unit_id for step in path)


class Principal(Struct, frozen=True, kw_only=True):
    """Who is asking: a person and the roles it holds; a token's scopes narrow them."""

    person_id: Ref[PersonId]
    name: Name
    grants: tuple[Grant, ...] = ()
    scopes: tuple[Scope, ...] | None = None

    def holding(self, action: Action, path: Sequence[Step], on: date) -> Iterator[Grant]:
        """The grants by which the principal may do ``action`` to the last unit of ``path``."""
        if self.scopes is not None and not any(s.allows(action, path) for s in self.scopes):
            return
        for grant in self.grants:
            if action in ROLES[grant.role].actions and grant.on(on) and grant.reaches(path):
                yield grant


def owner(path: Sequence[Step]) -> int:
    """The index of the unit whose record it is: a classroom is a part of the unit above it."""
    last = len(path) - 1
    return last - 1 if last > 0 and path[last].kind == CLASSROOM else max(last, 0)


def may(principal: Principal, action: Action, path: Sequence[Step], *, on: date) -> bool:
    """Whether the principal may do ``action`` to the unit at the end of ``path`` (root first).

    An empty path stands for the place above all roots, which only a grant without a unit reaches.
    """
    return next(principal.holding(action, path, on), None) is not None


def require(
    principal: Principal,
    action: Action,
    path: Sequence[Step],
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
        raise NotVisible(kind, id or path[-1].id)
    raise NotAllowed(action, path[-1].id if path else "")


def may_set_up(principal: Principal, kind: str, path: Sequence[Step], *, on: date) -> bool:
    """Whether the principal may put a unit of that kind under the one at the end of ``path``.

    A team labels its own classrooms; every other unit is set up by an administrator.
    """
    labels = kind == CLASSROOM and bool(path) and may(principal, Action.log, path, on=on)
    return labels or may(principal, Action.administer, path, on=on)


def may_label(principal: Principal, kind: str, path: Sequence[Step], *, on: date) -> bool:
    """Whether the principal may say what the unit at the end of ``path`` is called, and its words.

    A team names itself and its classrooms; a school, and what is above it, an administrator.
    """
    own = kind != SCHOOL and may(principal, Action.log, path, on=on)
    return own or may(principal, Action.administer, path, on=on)


def may_give(
    principal: Principal, role: Role, path: Sequence[Step], *, on: date, to: str | None = None
) -> bool:
    """Whether the principal may give or end a role on the unit at the end of ``path``.

    ``to`` is the person who is given it: whoever may ``invite`` gives themselves none.
    """
    return may(principal, Action.administer, path, on=on) or (
        role in INVITED and to != principal.person_id and may(principal, Action.invite, path, on=on)
    )


def audience(principal: Principal, path: Sequence[Step], *, on: date) -> Audience:
    """How close the principal stands to the unit at the end of ``path`` (root first).

    The team is whoever holds a role on that unit itself (its coach, too); the team's own school are
    school officials with a role on the school or between it and the team; whoever else may see the
    unit stands above the school.
    """
    at = owner(path)
    own = {step.id for step in path[at:]}
    school = max((i for i, step in enumerate(path[: at + 1]) if step.kind == SCHOOL), default=None)
    in_school = set() if school is None else {step.id for step in path[school:]}
    found = Audience.outside
    for grant in principal.holding(Action.see, path, on):
        rights = ROLES[grant.role]
        if grant.unit_id in own or (grant.unit_id is None and rights.reach is Reach.unit):
            return Audience.team
        if rights.official and grant.unit_id in in_school:
            found = Audience.school
        elif found is Audience.outside:
            found = Audience.above
    return found


class Sight(Struct, frozen=True, kw_only=True):
    """Where somebody may look: units whose subtrees, and units that alone (with classrooms).

    ``trees`` ``None`` is everywhere. ``within``, where given, are the units to whose subtrees a
    token is confined on top of that.
    """

    trees: tuple[UnitId, ...] | None = ()
    alone: tuple[UnitId, ...] = ()
    within: tuple[UnitId, ...] | None = None


def sight(principal: Principal, *, on: date) -> Sight:
    """The units that the principal may see on that day; agrees with ``may``."""
    grants = _seeing(principal, on)
    return _sight(
        principal,
        [g.unit_id for g in grants if g.unit_id is None or ROLES[g.role].reach is Reach.subtree],
        [g.unit_id for g in grants if ROLES[g.role].reach is Reach.unit],
    )


def team_sight(principal: Principal, *, on: date) -> Sight:
    """The units to which the principal is team on that day; agrees with ``audience``."""
    own = [
        g.unit_id for g in _seeing(principal, on) if g.unit_id or ROLES[g.role].reach is Reach.unit
    ]
    return _sight(principal, [unit for unit in own if unit is None], own)


def _seeing(principal: Principal, on: date) -> list[Grant]:
    return [g for g in principal.grants if Action.see in ROLES[g.role].actions and g.on(on)]


def _sight(
    principal: Principal, trees: Sequence[UnitId | None], alone: Sequence[UnitId | None]
) -> Sight:
    scopes = principal.scopes
    return Sight(
        trees=None if None in trees else tuple(dict.fromkeys(u for u in trees if u)),
        alone=tuple(dict.fromkeys(unit for unit in alone if unit)),
        within=None
        if scopes is None or any(scope.unit_id is None for scope in scopes)
        else tuple(dict.fromkeys(scope.unit_id for scope in scopes if scope.unit_id)),
    )
