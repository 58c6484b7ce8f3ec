"""Small cells, and who sees what of a team's figures."""

from pdsa.privacy.bands import Band, Shown, band, share, whole_percent
from pdsa.privacy.policy import Policy
from pdsa.privacy.publication import Publication, Told
from pdsa.privacy.release import Figure, Release, release
from pdsa.privacy.released import released_series
from pdsa.privacy.results import without_observed
from pdsa.privacy.tables import ALL, TOTAL, Cell, Hidden, Table, suppress

__all__ = [
    "ALL",
    "TOTAL",
    "Band",
    "Cell",
    "Figure",
    "Hidden",
    "Policy",
    "Publication",
    "Release",
    "Shown",
    "Table",
    "Told",
    "band",
    "release",
    "released_series",
    "share",
    "suppress",
    "whole_percent",
    "without_observed",
]
