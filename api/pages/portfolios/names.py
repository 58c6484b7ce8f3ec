"""What orders, turns and student groups are called on the pages of a portfolio."""

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


def sorts() -> list[tuple[str, str]]:
    """The orders to choose from, each with its name."""
    return [(each.value, say(name)) for each, name in _SORTS.items()]


def taken(move: RequestMove) -> str:
    """What a turn is called in the list of turns."""
    return say(_TAKEN[move])


def group(code: str) -> str:
    """What a student group is called."""
    return say(group_name(code))
