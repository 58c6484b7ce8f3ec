"""Fidelity: how much of the PDSA method a record shows, item by item, with the evidence.

Nothing here is a grade. The profile of a team's cycles is the team's own; what is told above it
passes ``pdsa.privacy.shares``.
"""

from pdsa.review.fidelity.evidence import Data, Evidence, data_of, evidence
from pdsa.review.fidelity.items import DEFINITIONS, ITEMS, OF_SERIES, SOURCE, Definition, Item
from pdsa.review.fidelity.knudsen import Feature, Met, Project, project
from pdsa.review.fidelity.profile import (
    Profile,
    Share,
    Tally,
    cycle_profile,
    cycles_profile,
    inquiry_profile,
    inquiry_tally,
    one_profile,
    profile,
    ramp_profile,
    tally,
)
from pdsa.review.fidelity.text import text

__all__ = [
    "DEFINITIONS",
    "ITEMS",
    "OF_SERIES",
    "SOURCE",
    "Data",
    "Definition",
    "Evidence",
    "Feature",
    "Item",
    "Met",
    "Profile",
    "Project",
    "Share",
    "Tally",
    "cycle_profile",
    "cycles_profile",
    "data_of",
    "evidence",
    "inquiry_profile",
    "inquiry_tally",
    "one_profile",
    "profile",
    "project",
    "ramp_profile",
    "tally",
    "text",
]
