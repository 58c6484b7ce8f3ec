"""What a team shows of its classrooms to whoever stands above it."""

from datetime import date

import msgspec
from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import MeasureId, PersonId, PublicationId, Ref, Text, Version
from pdsa.measure import DataPoint, Withheld
from pdsa.units import Audience


class Publication(Struct, frozen=True):
    """A measure's points by classroom, up to and including ``through``, shown as far up as ``to``.

    It covers every classroom of the team at once: of a team of two, one classroom's points would
    tell the other's, too. Withdrawn, it shows nothing from that day on; what was seen was seen.

    Raises ``InvalidValue`` for a publication to the team itself.
    """

    id: Ref[PublicationId]
    measure_id: Ref[MeasureId]
    through: date
    to: Audience = Audience.school
    reason: Text = ""
    published_by: Ref[PersonId] | None = None
    published_on: date | None = None
    withdrawn_by: Ref[PersonId] | None = None
    withdrawn_on: date | None = None
    version: Version = 1

    def __post_init__(self) -> None:
        if self.to in (Audience.team, Audience.outside):
            raise InvalidValue("to", str(self.to), "school or above")

    def withdrawn(self, *, by: PersonId, on: date) -> "Publication":
        """The publication as it is once it is withdrawn; one that is already stays as it was."""
        if self.withdrawn_on is not None:
            return self
        return msgspec.structs.replace(self, withdrawn_by=by, withdrawn_on=on)

    def shows(self, on: date, audience: Audience) -> bool:
        """Whether a classroom's point of that day is shown to that audience."""
        return (
            self.withdrawn_on is None
            and on <= self.through
            and (audience is Audience.school or self.to is audience)
            and audience is not Audience.outside
        )


class Told(Struct, frozen=True, kw_only=True):
    """A day of a measure as it was told to somebody who is not of the team.

    ``points`` are the team's points of that day as they were then; ``singles`` the audiences that
    were shown figures of single classrooms among them. ``withheld`` are the figures that were
    withheld and stay so: audience, group ("" for all students), classroom ("" for the team), and
    why. ``again`` says that it was told otherwise before; ``first`` are the points from which
    numbers of students have changed by few since, if any have; ``joined`` says that classrooms came
    to it.
    """

    on: date
    points: tuple[DataPoint, ...]
    singles: tuple[Audience, ...] = ()
    withheld: tuple[tuple[Audience, str, str, Withheld], ...] = ()
    again: bool = False
    first: tuple[DataPoint, ...] = ()
    joined: bool = False
