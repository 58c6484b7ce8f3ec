"""Progress levels that people give: the team's own word, and the coach's or ILT's, with dates.

The scale is IHI's collaborative assessment scale, 0.5 to 5.0, in words of our own
(``pdsa.review.progress`` has them and computes a third voice from the record). None of the voices
overwrites another.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from pdsa.errors import InvalidValue
from pdsa.ids import AimId, LevelId, PersonId, Ref, Text, Version

#: The ten steps of the scale.
STEPS = tuple(half / 2 for half in range(1, 11))

#: A step of the scale, in halves.
Step = Annotated[
    float,
    Meta(ge=0.5, le=5, multiple_of=0.5, description="A step of the scale: 0.5, 1.0 ... 5.0."),
]


class Voice(StrEnum):
    """Who says it: the team itself, or its coach or Instructional Leadership Team."""

    team = "team"
    coach = "coach"


class Level(Struct, frozen=True):
    """Where an aim stands, as one voice says on one day. A later word stands beside it.

    Raises ``InvalidValue`` for a level that is not one of the ten steps.
    """

    id: Ref[LevelId]
    aim_id: Ref[AimId]
    voice: Voice
    on: date
    level: Step
    reason: Text = ""
    said_by: Ref[PersonId] | None = None
    version: Version = 1

    def __post_init__(self) -> None:
        if self.level not in STEPS:
            raise InvalidValue("level", self.level, "a step of the scale: 0.5, 1.0 ... 5.0")
