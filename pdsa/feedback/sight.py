"""Who sees a request and who may take which turn, over the tree of units and the table of roles.

A request is the team's and is seen, beside it, at every unit that it has got to: the unit right
above the team and each one that it was passed up through. Whoever stands higher sees it once it is
passed up to them, even if they may see the team's record otherwise: asking for help is improvement,
and nobody above is told who asked for it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from pdsa.errors import IllegalTurn, InvalidValue, NotAllowed, NotVisible
from pdsa.feedback.request import Request, RequestMove
from pdsa.ids import UnitId
from pdsa.units import ROLES, Action, Audience, Principal, Reach, Step, audience, may
from pdsa.units.roles import owner
from pdsa.words import mark, say

#: What the team's turns ask of whoever takes them, in the team: whoever works in it may raise a
#: request, and whoever speaks for it says whether an answer does.
TEAM_TURNS: Mapping[RequestMove, Action] = MappingProxyType(
    {
        RequestMove.raise_: Action.log,
        RequestMove.close: Action.publish,
        RequestMove.reopen: Action.publish,
    }
)
#: Roles that make whoever holds one on a unit above the team one of those whom a request has got to
#: there: they see the team's record, too, or may answer. A member of a school's own team does not.
AT_LEVEL = frozenset(
    role
    for role, rights in ROLES.items()
    if Action.see in rights.actions
    and (rights.reach is Reach.subtree or Action.assess in rights.actions)
)
#: What the level's turns ask, by a role on the very unit that the request is at: either of them.
LEVEL_TURNS = (Action.assess, Action.administer)


def level_above(path: Sequence[Step], unit_id: str | None = None) -> UnitId | None:
    """The unit right above the team whose ``path`` (root first) it is, or above one of those units.

    ``None`` where there is none, or where the unit is not above the team.
    """
    above = [step.id for step in path[: owner(path)]]
    if unit_id is None:
        return above[-1] if above else None
    at = above.index(UnitId(unit_id)) if unit_id in above else 0
    return above[at - 1] if at else None


def check_way(request: Request, path: Sequence[Step]) -> None:
    """Raise ``InvalidValue`` unless the request goes up unit by unit from the team at the path's end.

    A request that is not above the team, because the team has moved or the record comes from
    somewhere else, is the team's alone and passes.
    """
    if request.at not in [step.id for step in path[: owner(path)]]:
        return
    at = level_above(path)
    for i, unit_id in enumerate(request.reached):
        if unit_id != at:
            rule = say("{unit}, the unit right above", unit=at)
            raise InvalidValue(f"turns/{i}/at", unit_id, rule)
        at = level_above(path, unit_id)


def standing(principal: Principal, *, on: date) -> tuple[UnitId, ...]:
    """The units at which requests get to the principal on that day; agrees with ``stands_on``."""
    held = (g.unit_id for g in principal.grants if g.role in AT_LEVEL and g.on(on))
    return tuple(dict.fromkeys(unit for unit in held if unit is not None))


def stands_on(
    principal: Principal, action: Action, unit_id: str, path: Sequence[Step], *, on: date
) -> bool:
    """Whether a role on this very unit above the team lets the principal do ``action`` there.

    ``path`` leads to the team whose record it is about: a token's scopes are held against that.
    """
    if principal.scopes is not None and not any(s.allows(action, path) for s in principal.scopes):
        return False
    return any(
        grant.unit_id == unit_id
        and grant.role in AT_LEVEL
        and action in ROLES[grant.role].actions
        and grant.on(on)
        for grant in principal.grants
    )


def may_see_request(
    principal: Principal, request: Request, path: Sequence[Step], *, on: date
) -> bool:
    """Whether the principal sees a request of the team at the end of ``path`` (root first)."""
    if audience(principal, path, on=on) is Audience.team:
        return True
    above = [step.id for step in path[: owner(path)]]
    reached = above[above.index(request.at) :] if request.at in above else []
    return any(stands_on(principal, Action.see, unit, path, on=on) for unit in reached)


def may_take(
    principal: Principal, move: RequestMove, request: Request, path: Sequence[Step], *, on: date
) -> bool:
    """Whether the principal may take this turn, whatever state the request is in."""
    if move in TEAM_TURNS:
        return may(principal, TEAM_TURNS[move], path, on=on)
    above = [step.id for step in path[: owner(path)]]
    return request.at in above and any(
        stands_on(principal, action, request.at, path, on=on) for action in LEVEL_TURNS
    )


def require_turn(
    principal: Principal, move: RequestMove, request: Request, path: Sequence[Step], *, on: date
) -> None:
    """Raise ``NotVisible`` or ``NotAllowed`` unless the principal may take this turn.

    Raises ``IllegalTurn`` for a request that cannot be passed up, since nothing is above.
    """
    if not may_see_request(principal, request, path, on=on):
        raise NotVisible("request", request.id)
    if not may_take(principal, move, request, path, on=on):
        unit = path[owner(path)].id if move in TEAM_TURNS else request.at
        raise NotAllowed(f"{move.replace('_', ' ')} a request", unit)
    if move is RequestMove.pass_up and level_above(path, request.at) is None:
        raise IllegalTurn(
            request=request.id,
            title=request.title,
            state=request.state,
            move=move,
            legal=[each for each in request.legal() if each is not move],
            why=mark("there is no unit above the one that it is at"),
        )


def require_bringing(
    principal: Principal, request: Request, path: Sequence[Step], *, on: date
) -> None:
    """Raise ``NotAllowed`` unless the principal may bring along what levels above here have said.

    Turns of units that are not above this team were taken somewhere else, and are no word of anyone
    here.
    """
    above = {step.id for step in path[: owner(path)]}
    at = request.turns[0].at
    for turn in request.turns[1:]:
        here = turn.move not in TEAM_TURNS and at in above
        if here and not any(stands_on(principal, each, at, path, on=on) for each in LEVEL_TURNS):
            action = say("bring along a turn that was taken there ({move})", move=turn.move)
            raise NotAllowed(action, at)
        at = turn.at
