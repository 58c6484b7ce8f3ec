"""Small cells: which numbers of students are shown, and shares as bands."""

from pdsa.privacy.bands import Band, Shown, band, share
from pdsa.privacy.tables import ALL, TOTAL, Cell, Hidden, Table, suppress

__all__ = ["ALL", "TOTAL", "Band", "Cell", "Hidden", "Shown", "Table", "band", "share", "suppress"]
