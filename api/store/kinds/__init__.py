"""The kinds of element: which struct lies in which table, where it lives, what it may refer to."""

from api.store.kind import Place
from api.store.kinds.inquiry import (
    AIM,
    CALENDAR,
    CHANGE_IDEA,
    CYCLE,
    MEASURE,
    PHASE,
    POINT,
    PROBLEM,
    PUBLICATION,
    point_refers,
)
from api.store.kinds.units import GRANT, PERSON, UNIT
from api.store.kinds.words import COMMENT, LEVEL, REQUEST, SILENCE
from pdsa.aim import Aim

__all__ = [
    "AIM",
    "CALENDAR",
    "CHANGE_IDEA",
    "COMMENT",
    "CYCLE",
    "GRANT",
    "KINDS",
    "LEVEL",
    "MEASURE",
    "PERSON",
    "PHASE",
    "POINT",
    "PROBLEM",
    "PUBLICATION",
    "REQUEST",
    "SILENCE",
    "TEAM_HISTORY",
    "TEAM_ONLY",
    "UNIT",
    "place_of",
    "point_refers",
]

KINDS = (
    UNIT,
    PERSON,
    GRANT,
    CALENDAR,
    PROBLEM,
    AIM,
    CHANGE_IDEA,
    MEASURE,
    CYCLE,
    POINT,
    PHASE,
    PUBLICATION,
    SILENCE,
    LEVEL,
    REQUEST,
    COMMENT,
)
#: Kinds of which some elements are their team's alone, or not for everybody who sees its unit; what
#: the history says of them is the team's.
TEAM_ONLY = tuple(kind for kind in KINDS if kind.team_rows is not None)
TEAM_HISTORY = (*TEAM_ONLY, *(kind for kind in KINDS if kind.sees is not None))


def place_of(aim: Aim) -> Place:
    """Where the parts of an aim live."""
    return Place(aim.unit_id, aim.id)
