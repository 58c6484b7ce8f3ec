"""What a district has decided on small cells."""

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.measure import Counts, Measure
from pdsa.privacy.complement import AT_LEAST
from pdsa.units import Audience
from pdsa.words import say

# Looked up once: a member of an enumeration is ten times as slow to come by as a name.
_TEAM, _SCHOOL, _WORK = Audience.team, Audience.school, Counts.work


class Policy(Struct, frozen=True, kw_only=True):
    """What a district has decided on small cells; it may only be stricter than the default.

    ``at_least`` students are shown; with ``in_schools`` figures about few students are suppressed
    for the team's own school as well. Raises ``InvalidValue`` for less than 11.
    """

    at_least: int = AT_LEAST
    in_schools: bool = False

    def __post_init__(self) -> None:
        if self.at_least < AT_LEAST:
            raise InvalidValue(
                "at_least", self.at_least, say("{least} or more (NCES 2011-603)", least=AT_LEAST)
            )

    def smallest(self, measure: Measure, audience: Audience) -> int | None:
        """The smallest number of students that the audience is shown; ``None`` for every number."""
        if measure.counts is _WORK or audience is _TEAM:
            return None
        return self.at_least if self.in_schools or audience is not _SCHOOL else None
