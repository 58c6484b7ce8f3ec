"""What the sentences and sources of several rules have in common."""

from pdsa.cycle import Cycle
from pdsa.review.finding import Hit

MCNICHOLAS = "McNicholas et al. 2019, BMJ Qual Saf 28:356"


def about(cycle: Cycle, field: str, message: str, then: str) -> Hit:
    """A hit on a field of a cycle, in a sentence that begins with its title."""
    return Hit(field=field, message=f"The cycle “{cycle.title}” {message}.", next=then)
