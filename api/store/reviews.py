"""What reviews, profiles and ledgers read: whole inquiries, and what of them is their team's alone."""

from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from api.store import tables as t
from api.store.access import By, audience_of, require_team
from api.store.elements import get, opened
from api.store.inquiries import get_inquiry
from api.store.kind import Kind
from api.store.kinds import AIM, CYCLE, UNIT
from pdsa.cycle import Cycle
from pdsa.interchange import Inquiry
from pdsa.units import CLASSROOM, Audience

_u = t.units.c
# A team's own: what belongs to it and to its classrooms.
_ROOMS = (_u.parent_id == bindparam("team")) & (_u.kind == CLASSROOM)
_OWN = select(_u.id).where(or_(_u.id == bindparam("team"), _ROOMS))
_AIMS = select(t.aims.c.id).where(AIM.unit.in_(_OWN)).order_by(t.aims.c.id)
_CYCLES = CYCLE.select.where(CYCLE.unit.in_(_OWN)).order_by(*CYCLE.order)


def of_aim(conn: Connection, by: By, aim_id: str) -> tuple[Inquiry, Audience]:
    """The inquiry of an aim and the audience that asks; run it as a snapshot.

    Raises ``NotVisible``.
    """
    inquiry = get_inquiry(conn, by, aim_id)
    return inquiry, audience_of(conn, by, inquiry.team.id)


def for_team(conn: Connection, by: By, kind: Kind[Any], id: str) -> Inquiry:
    """The inquiry that an element is a part of, for its team; run it as a snapshot.

    Raises ``NotVisible``, and ``NotAllowed`` for whoever is not of the team.
    """
    _, place = opened(conn, by, kind, id)
    require_team(conn, by, place.home, f"see how a single {kind.name} is judged")
    return get_inquiry(conn, by, place.aim_id or "")


def aims_of_team(conn: Connection, by: By, unit_id: str) -> list[str]:
    """The ids of a team's own aims, for that team. Raises ``NotVisible`` and ``NotAllowed``."""
    get(conn, by, UNIT, unit_id)
    require_team(conn, by, unit_id, "see how a team's work is judged")
    return list(conn.execute(_AIMS, {"team": unit_id}).scalars())


def inquiries_of_team(conn: Connection, by: By, unit_id: str) -> list[Inquiry]:
    """The inquiries of a team, for that team; run it as a snapshot. Raises as ``aims_of_team``."""
    return [get_inquiry(conn, by, id) for id in aims_of_team(conn, by, unit_id)]


def cycles_of_team(conn: Connection, by: By, unit_id: str) -> list[Cycle]:
    """The cycles of all aims of a team, for that team. Raises as ``aims_of_team``."""
    aims_of_team(conn, by, unit_id)
    return [CYCLE.made(row[:-2]) for row in conn.execute(_CYCLES, {"team": unit_id})]
