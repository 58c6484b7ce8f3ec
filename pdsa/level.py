"""Progress levels that people give: the team's own word, and the coach's or ILT's, with dates.

The scale is IHI's collaborative assessment scale, 0.5 to 5.0, in words of our own
(``pdsa.review.progress`` has them and computes a third voice from the record). None of the voices
overwrites another.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from msgspec import Meta, Struct

from pdsa.errors import InvalidValue
from pdsa.ids import AimId, LevelId, PersonId, Ref, Text, Version
from pdsa.units import Action, Principal, Step, may

#: The ten steps of the scale.
STEPS = tuple(half / 2 for half in range(1, 11))

#: A step of the scale, in halves.
ScaleStep = Annotated[
    float,
    Meta(ge=0.5, le=5, multiple_of=0.5, description="A step of the scale: 0.5, 1.0 ... 5.0."),
]


class Voice(StrEnum):
    """Who says it: the team itself, or its coach or Instructional Leadership Team."""

    team = "team"
    coach = "coach"


#: What whoever speaks with a voice must be allowed to do: a team's word is given by whoever speaks
#: for it, the coach's by its coach or by whoever leads the school.
SPEAKS: Mapping[Voice, Action] = MappingProxyType(
    {Voice.team: Action.publish, Voice.coach: Action.assess}
)


class Level(Struct, frozen=True):
    """Where an aim stands, as one voice says on one day. A later word stands beside it.

    ``said_by`` says who gave it, for the team or as its coach or ILT.

    Raises ``InvalidValue`` for a level that is not one of the ten steps.
    """

    id: Ref[LevelId]
    aim_id: Ref[AimId]
    voice: Voice
    on: date
    level: ScaleStep
    reason: Text = ""
    said_by: Ref[PersonId] | None = None
    version: Version = 1

    def __post_init__(self) -> None:
        if self.level not in STEPS:
            raise InvalidValue("level", self.level, "a step of the scale: 0.5, 1.0 ... 5.0")


def may_say(principal: Principal, voice: Voice, path: Sequence[Step], *, on: date) -> bool:
    """Whether the principal may give a level with this voice in the unit at the end of ``path``."""
    return may(principal, SPEAKS[voice], path, on=on)


def latest(levels: Iterable[Level], voice: Voice, *, on: date) -> Level | None:
    """The last word of a voice up to a day; of two on one day, the one with the greater id."""
    said = (level for level in levels if level.voice is voice and level.on <= on)
    return max(said, key=lambda level: (level.on, level.id), default=None)
