"""Equity: a measure by student group, beside all students and over time."""

from pdsa.equity.distance import (
    GradeScore,
    distance_from_standard,
    distance_series,
    mean_distance,
)
from pdsa.equity.gaps import COLUMNS, Equity, GapPoint, GroupGap, equity_of, released_equity, rows
from pdsa.equity.goal import LAUSD_MATHEMATICS, Goal, GoalProgress, goal_progress
from pdsa.equity.progress import GapChange, GroupProgress, group_name, group_progress
from pdsa.equity.tally import GroupFact, GroupTally, group_tally
from pdsa.equity.window import Basis

__all__ = [
    "COLUMNS",
    "LAUSD_MATHEMATICS",
    "Basis",
    "Equity",
    "GapChange",
    "GapPoint",
    "Goal",
    "GoalProgress",
    "GradeScore",
    "GroupFact",
    "GroupGap",
    "GroupProgress",
    "GroupTally",
    "distance_from_standard",
    "distance_series",
    "equity_of",
    "goal_progress",
    "group_name",
    "group_progress",
    "group_tally",
    "mean_distance",
    "released_equity",
    "rows",
]
