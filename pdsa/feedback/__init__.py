"""The feedback loop between a team and the levels above it: requests, their age, comments.

A team asks for something or reports a barrier; the level above answers or passes it up; both see
how it stands until the team closes it.
"""

from pdsa.feedback.age import OVERDUE_AFTER, Age, Waiting, age, waiting_since
from pdsa.feedback.comment import Comment, may_speak
from pdsa.feedback.request import (
    Party,
    Request,
    RequestKind,
    RequestMove,
    RequestState,
    Turn,
    raise_request,
)
from pdsa.feedback.sight import (
    check_way,
    level_above,
    may_see_request,
    may_take,
    require_bringing,
    require_turn,
    standing,
    stands_on,
)

__all__ = [
    "OVERDUE_AFTER",
    "Age",
    "Comment",
    "Party",
    "Request",
    "RequestKind",
    "RequestMove",
    "RequestState",
    "Turn",
    "Waiting",
    "age",
    "check_way",
    "level_above",
    "may_see_request",
    "may_speak",
    "may_take",
    "raise_request",
    "require_bringing",
    "require_turn",
    "standing",
    "stands_on",
    "waiting_since",
]
