"""How aims stand, for whoever watches many of them: status, summaries, comparison, roll-up."""

from pdsa.monitoring.groups import aim_groups
from pdsa.monitoring.status import AimStatus, StatusOn, aim_status, status_on, statuses, timeline
from pdsa.monitoring.summary import (
    AimFigures,
    AimReview,
    Day,
    Standpoint,
    aim_figures,
    aim_review,
    figures_of,
)

__all__ = [
    "AimStatus",
    "StatusOn",
    "aim_status",
    "status_on",
    "statuses",
    "timeline",
    "AimFigures",
    "AimReview",
    "Day",
    "Standpoint",
    "aim_figures",
    "aim_groups",
    "aim_review",
    "figures_of",
]
