"""What a review reads: a whole inquiry, and how close whoever asks stands to its team."""

from sqlalchemy import Connection

from api.store.access import By, audience_of, require_team
from api.store.elements import opened
from api.store.inquiries import get_inquiry
from api.store.kinds import CYCLE
from pdsa.interchange import Inquiry
from pdsa.units import Audience


def of_aim(conn: Connection, by: By, aim_id: str) -> tuple[Inquiry, Audience]:
    """The inquiry of an aim and the audience that asks; run it as a snapshot.

    Raises ``NotVisible``.
    """
    inquiry = get_inquiry(conn, by, aim_id)
    return inquiry, audience_of(conn, by, inquiry.team.id)


def of_cycle(conn: Connection, by: By, cycle_id: str) -> Inquiry:
    """The inquiry that a cycle is of, for its team; run it as a snapshot.

    Raises ``NotVisible``, and ``NotAllowed`` for whoever is not of the team.
    """
    cycle, place = opened(conn, by, CYCLE, cycle_id)
    require_team(conn, by, place.home, "review a single cycle")
    return get_inquiry(conn, by, cycle.aim_id)
