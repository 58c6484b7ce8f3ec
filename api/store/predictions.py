"""What predictions, decisions and tests are judged from: for the team alone, to learn from."""

from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from api.store import tables as t
from api.store.access import By, require_team, steps
from api.store.elements import Kind, opened
from api.store.inquiries import get_inquiry
from api.store.kinds import CYCLE
from pdsa.cycle import Cycle
from pdsa.errors import NotVisible
from pdsa.interchange import Inquiry
from pdsa.units import CLASSROOM, Action, may

_u = t.units.c
_ROOMS = (_u.parent_id == bindparam("team")) & (_u.kind == CLASSROOM)
_OWN = select(_u.id).where(or_(_u.id == bindparam("team"), _ROOMS))
_CYCLES = CYCLE.select.where(CYCLE.unit.in_(_OWN)).order_by(*CYCLE.order)


def inquiry_of(conn: Connection, by: By, kind: Kind[Any], id: str) -> Inquiry:
    """The inquiry that an element is a part of, for its team; run it as a snapshot.

    Raises ``NotVisible``, and ``NotAllowed`` for whoever is not of the team.
    """
    element, place = opened(conn, by, kind, id)
    require_team(conn, by, place.home, f"see how a {kind.name} is judged")
    return get_inquiry(conn, by, element.aim_id)


def cycles_of(conn: Connection, by: By, unit_id: str) -> list[Cycle]:
    """The cycles of all aims of a team and of its classrooms, for that team.

    Raises ``NotVisible`` and ``NotAllowed``.
    """
    where = steps(conn, unit_id)
    if not where or not may(by.principal, Action.see, where, on=by.on):
        raise NotVisible("unit", unit_id)
    require_team(conn, by, unit_id, "see how sure its predictions were")
    return [CYCLE.made(row[:-2]) for row in conn.execute(_CYCLES, {"team": unit_id})]
