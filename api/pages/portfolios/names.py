"""What orders, turns, kinds of units and student groups are called on the pages of a portfolio."""

from collections.abc import Mapping

from api.store.portfolio.page import Sort
from pdsa.equity import group_name
from pdsa.feedback import RequestMove
from pdsa.words import mark, say

_SORTS: Mapping[Sort, str] = {
    Sort.status: mark("what needs a look first"),
    Sort.deadline: mark("deadline"),
    Sort.change: mark("change since the baseline"),
    Sort.share: mark("share of the way"),
    Sort.last_activity: mark("last activity, longest ago first"),
    Sort.aim: mark("aim, by title"),
    Sort.unit: mark("team, by name"),
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


def sorts() -> list[tuple[str, str]]:
    """The orders to choose from, each with its name."""
    return [(each.value, say(name)) for each, name in _SORTS.items()]


def taken(move: RequestMove) -> str:
    """What a turn is called in the list of turns."""
    return say(_TAKEN[move])


def unit_kind(kind: str) -> str:
    """What a kind of unit is called; a district's own kind as it is written."""
    return say(_UNITS[kind]) if kind in _UNITS else kind.replace("_", " ").capitalize()


def group(code: str) -> str:
    """What a student group is called."""
    return say(group_name(code))
