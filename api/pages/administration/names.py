"""What roles, states and kinds are called on the pages for whoever gives and sets up."""

from collections.abc import Iterable

from api.store.members import State
from pdsa.calendar import ClosureKind
from pdsa.units import Role
from pdsa.words import mark, say

_ROLES = {
    Role.member: (mark("teacher of the team"), mark("writes and sees everything of the team")),
    Role.facilitator: (
        mark("facilitator"),
        mark("leads the team's meetings, and invites others"),
    ),
    Role.coach: (mark("coach"), mark("writes with the team, and says how far it has got")),
    Role.ilt_member: (
        mark("member of the Instructional Leadership Team"),
        mark("sees the aims of the school"),
    ),
    Role.leader: (mark("leader"), mark("principal, or supervisor of principals: sees the aims")),
    Role.viewer: (mark("guest"), mark("reads, and changes nothing")),
    Role.administrator: (
        mark("administrator"),
        mark("sets up units, calendars, people and roles"),
    ),
}
_STATES = {
    State.active: mark("signs in"),
    State.invited: mark("invited, has not come yet"),
    State.lapsed: mark("not invited, or the invitation has run out"),
    State.disabled: mark("may not sign in"),
    State.service: mark("a tool"),
}
_CLOSURES = {
    ClosureKind.break_: mark("break"),
    ClosureKind.holiday: mark("holiday"),
    ClosureKind.non_instructional: mark("day without teaching"),
}
#: Kinds of units that have a name; a district may have others, whose word is their name.
_KINDS = {
    "district": mark("district"),
    "division": mark("division"),
    "local_district": mark("local district"),
    "community_of_schools": mark("community of schools"),
    "school": mark("school"),
    "team": mark("teacher team"),
    "classroom": mark("classroom"),
}


def role_named(role: Role) -> str:
    """What a role is called."""
    return say(_ROLES[role][0])


def role_options(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Roles to choose from, each with what it may do."""
    return [
        (role.value, say("{role}: {meaning}", role=say(name), meaning=say(meaning)))
        for role in roles
        for name, meaning in [_ROLES[role]]
    ]


def state_named(state: State) -> str:
    """How far somebody has got with signing in."""
    return say(_STATES[state])


def closure_options() -> list[tuple[str, str]]:
    """Why no teaching takes place, to choose from."""
    return [(kind.value, say(name)) for kind, name in _CLOSURES.items()]


def kind_named(kind: str) -> str:
    """What a kind of unit is called."""
    return say(_KINDS[kind]) if kind in _KINDS else kind.replace("_", " ")


def kind_options() -> list[tuple[str, str]]:
    """The kinds that are known, to choose from, the uppermost first."""
    return [(kind, say(name)) for kind, name in _KINDS.items() if kind != "classroom"]
