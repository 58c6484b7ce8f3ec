"""What statuses, orders, turns and kinds of units are called on the pages of a portfolio."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from api.store.portfolio.page import Sort
from pdsa.equity import group_name
from pdsa.feedback import RequestKind, RequestMove, RequestState
from pdsa.monitoring import AimStatus
from pdsa.words import mark, say

_NAMES: Mapping[StrEnum, str] = {
    AimStatus.overdue: mark("Overdue"),
    AimStatus.off_track: mark("Off track"),
    AimStatus.not_measured: mark("Not measured"),
    AimStatus.no_data: mark("Too early to say"),
    AimStatus.not_started: mark("Not started"),
    AimStatus.on_track: mark("On track"),
    AimStatus.reached: mark("Reached"),
    AimStatus.held: mark("Held"),
    AimStatus.stopped: mark("Stopped"),
    Sort.status: mark("what needs a look first"),
    Sort.deadline: mark("deadline"),
    Sort.change: mark("change since the baseline"),
    Sort.share: mark("share of the way"),
    Sort.last_activity: mark("last activity, longest ago first"),
    Sort.aim: mark("aim, by title"),
    Sort.unit: mark("team, by name"),
    RequestKind.request: mark("A request"),
    RequestKind.barrier: mark("A barrier"),
    RequestState.waiting: mark("Waiting for an answer"),
    RequestState.answered: mark("Answered: the team's turn"),
    RequestState.closed: mark("Closed"),
}
#: What a turn is called once it was taken.
_TAKEN: Mapping[RequestMove, str] = {
    RequestMove.raise_: mark("raised"),
    RequestMove.answer: mark("answered"),
    RequestMove.pass_up: mark("handed up"),
    RequestMove.close: mark("closed"),
    RequestMove.reopen: mark("opened again"),
}
_UNITS: Mapping[str, str] = {
    "district": mark("District"),
    "division": mark("Division"),
    "local_district": mark("Local district"),
    "community_of_schools": mark("Community of schools"),
    "school": mark("School"),
    "team": mark("Team"),
}


def named(member: StrEnum) -> str:
    """What a status, an order, a kind or a state of a request is called."""
    return say(_NAMES[member])


def taken(move: RequestMove) -> str:
    """What a turn is called in the list of turns."""
    return say(_TAKEN[move])


def unit_kind(kind: str) -> str:
    """What a kind of unit is called; a district's own kind as it is written."""
    return say(_UNITS[kind]) if kind in _UNITS else kind.replace("_", " ").capitalize()


def options(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """What to choose from: each member's value with its name."""
    return [(each.value, named(each)) for each in members]


def group(code: str) -> str:
    """What a student group is called."""
    return say(group_name(code))
