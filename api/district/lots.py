"""A lot of synthetic teams as the rows that are written of them, made wherever there is a core to spare."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from msgspec import Struct

from api.district.ids import dated_id
from api.district.shape import District
from api.store import districts
from api.store.access import By
from api.store.districts import Dated, Placed
from pdsa.cycle import Cycle
from pdsa.interchange import Inquiry
from pdsa.units import Step

#: The units from the root down to and including each of some units.
Places = Mapping[str, tuple[Step, ...]]


class Lot(Struct, frozen=True):
    """The rows of the teams from ``first`` on, and how many teams, cycles and points they are.

    ``above`` are the units from the root down to each of their schools.
    """

    first: int
    teams: int
    cycles: int
    points: int
    above: Places
    rows: districts.Rows


def make_lot(
    district: District,
    by: By,
    dialect: str,
    teams: range,
    above: Places,
) -> Lot:
    """The lot of these teams, for a database of that dialect."""
    found = []
    for team in teams:
        inquiry = district.team(team)
        found.append(Placed(inquiry, above[district.school_of(team)], _dates(inquiry, team)))
    return Lot(
        first=teams.start,
        teams=len(found),
        cycles=sum(len(each.inquiry.cycles) for each in found),
        points=sum(len(each.inquiry.points) for each in found),
        above=above,
        rows=districts.inquiry_rows(dialect, by, found),
    )


def _dates(inquiry: Inquiry, team: int) -> Dated:
    """When each part of an inquiry was written: cycles and levels on their last day, the rest first."""
    starts_on = inquiry.aim.starts_on or date.min
    last = max((point.on for point in inquiry.points), default=starts_on)
    numbers = count()

    def dated(element: Any) -> tuple[str, datetime]:
        on = starts_on
        if isinstance(element, Cycle):
            on = element.moves[-1].on if element.moves else element.planned_on or starts_on
        elif isinstance(element, districts.ImportedPoints):
            on = last
        else:
            on = getattr(element, "on", starts_on)
        return numbered(datetime.combine(on, time(23), UTC), team, numbers, element)

    return dated


def numbered(at: datetime, team: int, numbers: "count[int]", _: Any) -> tuple[str, datetime]:
    """The next id of a team, dated at a moment."""
    return dated_id(at, team + 1, next(numbers)), at
