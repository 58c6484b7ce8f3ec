"""The summaries of inquiries that come by the hundred, made without a database.

They are the rows that keeping and looking make (``kept``, ``look``), and what the two outer audiences
were told: the school first, and whoever is above it beside what the school was told.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table

from api.store import tables as t
from api.store.access import By
from api.store.bulk import Row
from api.store.inquiries import for_others
from api.store.released import by_classroom
from api.store.summaries import kept, look
from api.store.summaries.groups import group_rows
from api.store.summaries.months import idea_rows, month_rows
from pdsa.calendar import SchoolCalendar
from pdsa.interchange import Inquiry
from pdsa.privacy import Release, Told, release
from pdsa.units import CLASSROOM, Audience, Step

_TEAM = Audience.team
_OTHERS = (Audience.school, Audience.above)


def summary_rows(
    inquiry: Inquiry, by: By, where: Sequence[Step], calendar: SchoolCalendar | None
) -> Iterator[tuple[Table, Row]]:
    """The rows of one inquiry, each with its table, as of the moment of ``by``.

    The inquiry is new, nothing of it was published, and it stands in the order of an export.
    ``where`` are the units from the root down to its team, ``calendar`` the one in force there.
    """
    aim_id = inquiry.aim.id
    months = []
    days = {}
    for measure in inquiry.measures:
        own = kept.days_and_months(measure, inquiry.points_of(measure.id))
        yield t.measure_summaries, (measure.id, aim_id, *own)
        days[measure.id] = own[0]
        months.append(own[1])
    for row in month_rows(aim_id, inquiry.cycles, months):
        yield t.aim_months, tuple(row.values())
    for row in idea_rows(aim_id, inquiry.cycles):
        yield t.idea_summaries, tuple(row.values())
    began = kept.first_done((cycle.started_on for cycle in inquiry.cycles), days.values())
    yield from _looked_at(inquiry, _TEAM, by, calendar, began)
    told: dict[str, dict[date, Told]] = {measure.id: {} for measure in inquiry.measures}
    rooms = _topmost_classrooms(inquiry, where)
    for to in _OTHERS:
        if look.stand_in(where, to, by.on) is None:
            yield t.aim_summaries, _row(aim_id, to, by, {"reviewed_on": by.on, "as_of": by.at})
            continue
        given = _released(inquiry, rooms, to, by, told)
        yield from _looked_at(for_others(inquiry, given), to, by, calendar)
    for measure_id, found in told.items():
        for on, each in found.items():
            yield t.releases, (measure_id, on, each)


def _released(
    inquiry: Inquiry,
    rooms: Mapping[str, str],
    to: Audience,
    by: By,
    told: dict[str, dict[date, Told]],
) -> list[Release]:
    """What an audience is given of each measure; ``told`` is what anybody was, and is kept up."""
    found = []
    for measure in inquiry.measures:
        before = told[measure.id]
        points = by_classroom(inquiry.points_of(measure.id), inquiry.team.id, rooms)
        given = release(measure, points, to, told=before.values(), policy=by.policy)
        before.update((each.on, each) for each in given.told)
        found.append(given)
    return found


def _looked_at(
    inquiry: Inquiry,
    to: Audience,
    by: By,
    calendar: SchoolCalendar | None,
    began: date | None = None,
) -> Iterator[tuple[Table, Row]]:
    """The rows of an aim as an audience is given it."""
    figures, review, groups = look.summed(inquiry, to, by.on)
    values = look.values_of(review, groups, by, calendar)
    values |= {name: getattr(figures, name) for name in kept.FIGURES}
    yield t.aim_summaries, _row(inquiry.aim.id, to, by, {**values, "began": began})
    for row in kept.status_rows(figures, to):
        yield t.aim_statuses, tuple(row.values())
    for row in group_rows(inquiry.aim.id, to, groups):
        yield t.aim_groups, tuple(row.values())


def _row(aim_id: str, to: Audience, by: By, values: Mapping[str, Any]) -> Row:
    known = {
        **kept.NO_FIGURES,
        **values,
        "aim_id": aim_id,
        "audience": to,
        "written_at": by.at,
    }
    return tuple(known.get(column.name) for column in t.aim_summaries.c)


def _topmost_classrooms(inquiry: Inquiry, where: Sequence[Step]) -> dict[str, str]:
    """Of each unit that is in a classroom, the topmost one."""
    found: dict[str, str] = {}
    for step in where:
        if step.kind == CLASSROOM:
            found[inquiry.team.id] = step.id
            break
    for unit in inquiry.classrooms:
        above = found.get(unit.parent_id or "")
        if above is not None or unit.kind == CLASSROOM:
            found[unit.id] = above or unit.id
    return found
