"""Phases of a measure, and everything that its charts are made of."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select, union

from api.store import released
from api.store import tables as t
from api.store.access import By, check
from api.store.elements import find, get, opened, page, store
from api.store.given import equal
from api.store.inquiries import calendar_of
from api.store.kinds import CYCLE, MEASURE, PHASE
from api.store.prepared import Prepared
from pdsa.calendar import SchoolCalendar
from pdsa.cycle import Cycle
from pdsa.measure import Measure
from pdsa.phase import Phase
from pdsa.privacy import Release

_CYCLES = Prepared(
    select(*t.cycles.c).where(t.cycles.c.aim_id == bindparam("id")).order_by(t.cycles.c.id)
)
_NAMES = Prepared(
    select(t.units.c.id, t.units.c.name).where(
        t.units.c.id.in_(
            union(
                *(
                    select(table.c.classroom_id).where(table.c.measure_id == bindparam("id"))
                    for table in (t.points, t.phases)
                )
            )
        )
    )
)


class ChartMatter(Struct, frozen=True, kw_only=True):
    """What the charts of a measure are made of.

    ``given`` is what of its points whoever asks is given, ``phases`` stand in the order of their
    days, ``calendar`` is the one in force for the team, ``cycles`` are those of the measure's aim,
    and ``names`` says what the classrooms of points and phases are called.
    """

    measure: Measure
    given: Release
    calendar: SchoolCalendar | None
    cycles: list[Cycle]
    phases: list[Phase]
    names: dict[str, str]


def add_phase(conn: Connection, by: By, phase: Phase) -> Phase:
    """Store a freeze or a rebase that a person has decided on.

    Raises as ``elements.add`` does, and ``InvalidValue`` where another phase is in the way.
    """
    _, place = find(conn, MEASURE, phase.measure_id)
    check(conn, by, PHASE.writes, place.unit_id, kind=MEASURE.name, id=phase.measure_id)
    PHASE.references(conn, by, phase, None)
    store(conn, by, PHASE, [phase], place, verb="add")
    return phase


def page_of(
    conn: Connection, by: By, measure_id: str, after: Sequence[Any], limit: int
) -> tuple[list[Phase], list[Any] | None]:
    """A page of a measure's phases by date. Raises ``NotVisible``."""
    get(conn, by, MEASURE, measure_id)
    return page(conn, by, PHASE, equal(t.phases.c.measure_id, measure_id), after=after, limit=limit)


def chart_matter(conn: Connection, by: By, measure_id: str) -> ChartMatter:
    """What the charts of a measure are made of; run it as a snapshot. Raises ``NotVisible``."""
    measure, place = opened(conn, by, MEASURE, measure_id)
    team_id = place.home
    return ChartMatter(
        measure=measure,
        given=released.given(conn, by, measure, team_id),
        calendar=calendar_of(conn, team_id),
        cycles=[CYCLE.made(row) for row in _CYCLES.rows(conn, {"id": measure.aim_id})],
        phases=released.phases_of(conn, by, measure_id, team_id),
        names=dict(_NAMES.rows(conn, {"id": measure_id})),
    )
