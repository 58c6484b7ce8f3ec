"""One page on paper: an aim or a cycle as a tagged PDF, to print before a meeting.

``api.pages`` -> ``api.papers`` -> ``pdsa``: a paper knows what it is given and no store.
"""

from api.papers.aim import aim_paper
from api.papers.cycle import cycle_paper
from api.papers.printing import NoPdf, PaperSize

__all__ = ["NoPdf", "PaperSize", "aim_paper", "cycle_paper"]
