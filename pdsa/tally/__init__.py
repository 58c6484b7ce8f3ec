"""Tallies: what was counted in each classroom on each day of a test, as teachers write it down."""

from pdsa.tally.cell import Figure, read_cell, read_number, show_cell
from pdsa.tally.fill import Entry, Filled, Filling, fill
from pdsa.tally.grid import TallyCell, TallyColumn, TallyGrid, grid
from pdsa.tally.summary import TallySummary, TallyTotal, tally_summary
from pdsa.tally.table import PastedTable, Placed, Unplaced, read_table

__all__ = [
    "Entry",
    "Figure",
    "Filled",
    "Filling",
    "PastedTable",
    "Placed",
    "TallyCell",
    "TallyColumn",
    "TallyGrid",
    "TallySummary",
    "TallyTotal",
    "Unplaced",
    "fill",
    "grid",
    "read_cell",
    "read_number",
    "read_table",
    "show_cell",
    "tally_summary",
]
