"""Comments on an aim, on a cycle of it, or on a day of a measure's chart."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from pdsa.errors import InvalidValue
from pdsa.ids import (
    AimId,
    CommentId,
    CycleId,
    MeasureId,
    PersonId,
    Reason,
    Ref,
    UnitId,
    Version,
)
from pdsa.units import Action, Principal, Step, may

#: Whoever works on the record or stands beside it may speak; who only reads or sets up does not.
SPEAKING = (Action.log, Action.assess)


class Comment(Struct, frozen=True):
    """What somebody says about an aim, about its cycle, or about a day of its measure's chart.

    ``measure_id`` and ``on`` name the point of a chart, with ``classroom_id`` of one classroom's.
    ``shared`` comments are for whoever sees the aim, the others for its team alone; of a classroom
    none is shared.

    Raises ``InvalidValue`` for a blank text, for a measure without a day or the other way round, and
    for what is about two things at once.
    """

    id: Ref[CommentId]
    aim_id: Ref[AimId]
    text: Reason
    cycle_id: Ref[CycleId] | None = None
    measure_id: Ref[MeasureId] | None = None
    on: date | None = None
    classroom_id: Ref[UnitId] | None = None
    shared: bool = False
    said_by: Ref[PersonId] | None = None
    said_on: date | None = None
    version: Version = 1

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidValue("text", self.text, "say something")
        if (self.measure_id is None) != (self.on is None):
            field = "measure_id" if self.measure_id is None else "on"
            raise InvalidValue(field, None, "a point of a chart is a measure and a day")
        if self.cycle_id is not None and self.measure_id is not None:
            raise InvalidValue("cycle_id", self.cycle_id, "about a cycle or a point, not both")
        if self.classroom_id is not None and self.measure_id is None:
            raise InvalidValue("classroom_id", self.classroom_id, "of a point of a chart")
        if self.classroom_id is not None and self.shared:
            raise InvalidValue("shared", True, "false: a classroom's points are its team's alone")


def may_speak(principal: Principal, path: Sequence[Step], *, on: date) -> bool:
    """Whether the principal may comment on the record of the team at the end of ``path``."""
    return any(may(principal, action, path, on=on) for action in SPEAKING)
