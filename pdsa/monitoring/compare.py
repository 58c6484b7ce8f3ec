"""An aim on two days: what has happened since the last meeting."""

from datetime import date

from msgspec import Struct

from pdsa.aim import Aim
from pdsa.ids import AimId, UnitId
from pdsa.measure import Measure
from pdsa.monitoring.status import AimStatus
from pdsa.monitoring.summary import AimFigures, Standpoint


class AimSince(Struct, frozen=True, kw_only=True):
    """What has happened to an aim between two days.

    The statuses and figures are those of either day, worked out from what is known today of the days
    up to it: where the aim names no baseline, each rests on the first figures by then. ``figures``
    counts the days with a figure after the first and up to the second, and ``started`` and ``ended``
    the cycles that began and ended in that time.
    """

    aim_id: AimId
    unit_id: UnitId
    unit_name: str
    title: str
    before: AimStatus
    now: AimStatus
    reason: str
    then: Standpoint
    today: Standpoint
    figures: int
    started: int
    ended: int


def since(
    figures: AimFigures,
    aim: Aim,
    measure: Measure | None,
    *,
    first: date,
    last: date,
    unit_name: str,
    started: int,
    ended: int,
) -> AimSince:
    """What has happened to an aim after ``first`` and up to ``last``.

    ``measure`` is the one that is shown of it.
    """
    return AimSince(
        aim_id=figures.aim_id,
        unit_id=aim.unit_id,
        unit_name=unit_name,
        title=aim.title,
        before=figures.status(first).status,
        now=figures.status(last).status,
        reason=figures.reason(last, aim, measure),
        then=figures.at(first, aim, measure),
        today=figures.at(last, aim, measure),
        figures=sum(value is not None and first < on <= last for on, value in figures.days),
        started=started,
        ended=ended,
    )
