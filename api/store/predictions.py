"""What predictions, decisions and tests are judged from: for the team alone, to learn from."""

from typing import Any

from sqlalchemy import Connection

from api.store.access import By, require_team, steps
from api.store.elements import Kind, opened
from api.store.inquiries import get_inquiry
from api.store.kinds import CYCLE
from pdsa.cycle import Cycle
from pdsa.errors import NotVisible
from pdsa.interchange import Inquiry
from pdsa.units import Action, may


def inquiry_of(conn: Connection, by: By, kind: Kind[Any], id: str) -> Inquiry:
    """The inquiry that an element is a part of, for its team; run it as a snapshot.

    Raises ``NotVisible``, and ``NotAllowed`` for whoever is not of the team.
    """
    element, place = opened(conn, by, kind, id)
    require_team(conn, by, place.home, f"see how a {kind.name} is judged")
    return get_inquiry(conn, by, element.aim_id)


def cycles_of(conn: Connection, by: By, unit_id: str) -> list[Cycle]:
    """The cycles of all aims of a team, for that team. Raises ``NotVisible`` and ``NotAllowed``."""
    where = steps(conn, unit_id)
    if not where or not may(by.principal, Action.see, where, on=by.on):
        raise NotVisible("unit", unit_id)
    require_team(conn, by, unit_id, "see how sure its predictions were")
    rows = conn.execute(CYCLE.select.where(CYCLE.unit == unit_id).order_by(*CYCLE.order))
    return [CYCLE.made(row[:-2]) for row in rows]
