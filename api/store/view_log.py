"""Who from above a team opened its record; the team can read it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, select, true
from sqlalchemy.dialects import postgresql, sqlite

from api.ids import new_id
from api.store import tables as t
from api.store.access import By, of_own_team, steps
from api.store.errors import Unrecorded
from pdsa.errors import NotAllowed, NotVisible
from pdsa.units import CLASSROOM, Action, Audience, audience, may, sight, team_sight

#: By dialect; of two requests at once one row is enough.
_INSERT_NEW = {
    "sqlite": sqlite.insert(t.views).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(t.views).on_conflict_do_nothing(),
}


class View(Struct, frozen=True):
    """Somebody from above the team opened the record of one of its aims, the first time that day."""

    id: str
    unit_id: str
    aim_id: str
    person_id: str
    name: str
    on: date
    at: datetime


def note_views(conn: Connection, by: By, opened: Iterable[tuple[str | None, str | None]]) -> None:
    """Write to the view log that ``by`` opened these aims, each with its team, as no team's member.

    A classroom's aim is its team's.
    Raises ``Unrecorded`` where there is something to write and the unit of work only reads.
    """
    if by.unattended or team_sight(by.principal, on=by.on) == sight(by.principal, on=by.on):
        return  # nobody looks, or nothing in sight but the own teams
    aims = {aim: unit for unit, aim in opened if aim is not None and unit is not None}
    if not aims:
        return
    own = of_own_team(by, t.units.c.id)
    mine = select(t.units.c.id).where(
        t.units.c.id.in_({*aims.values()}), true() if own is None else own.condition
    )
    teams = set(conn.execute(mine, {} if own is None else own.values).scalars())
    c = t.views.c
    known = select(c.aim_id).where(
        c.aim_id.in_(aims), c.person_id == by.principal.person_id, c.on == by.on
    )
    seen = set(conn.execute(known).scalars())
    new = {aim: unit for aim, unit in aims.items() if aim not in seen and unit not in teams}
    if not new:
        return
    if not by.recording:
        raise Unrecorded
    u = t.units.c
    rooms = select(u.id, u.parent_id).where(
        u.id.in_({*new.values()}), u.kind == CLASSROOM, u.parent_id.is_not(None)
    )
    above = {room.id: room.parent_id for room in conn.execute(rooms)}
    rows = [
        {
            "id": new_id(),
            "unit_id": above.get(unit, unit),
            "aim_id": aim,
            "person_id": by.principal.person_id,
            "on": by.on,
            "at": by.at,
        }
        for aim, unit in new.items()
    ]
    conn.execute(_INSERT_NEW[conn.dialect.name], rows)


def views_of(
    conn: Connection, by: By, unit_id: str, after: Sequence[Any], limit: int
) -> tuple[list[View], list[Any] | None]:
    """A page of a team's view log, the latest first; for the team alone.

    Raises ``NotVisible`` and ``NotAllowed``.
    """
    where = steps(conn, unit_id)
    if not where or not may(by.principal, Action.see, where, on=by.on):
        raise NotVisible("unit", unit_id)
    if audience(by.principal, where, on=by.on) is not Audience.team:
        raise NotAllowed("read the view log", unit_id)
    c = t.views.c
    wanted = [c.unit_id == unit_id, *([c.id < after[0]] if after else [])]
    rows = conn.execute(
        select(c.id, c.unit_id, c.aim_id, c.person_id, t.people.c.name, c.on, c.at)
        .select_from(t.views.outerjoin(t.people, t.people.c.id == c.person_id))
        .where(*wanted)
        .order_by(c.id.desc())
        .limit(limit + 1)
    ).all()
    found = [View(*(row[:4]), row.name or "", row.on, row.at) for row in rows[:limit]]
    return found, ([found[-1].id] if len(rows) > limit else None)
