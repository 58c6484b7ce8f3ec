"""Elements that are parts of an aim: change ideas, measures, cycles."""

from typing import TypeVar

from sqlalchemy import Connection

from api.store import elements
from api.store.access import By
from api.store.kind import Kind
from api.store.kinds import AIM, place_of
from pdsa.change_idea import ChangeIdea
from pdsa.cycle import Cycle
from pdsa.measure import Measure

Part = TypeVar("Part", ChangeIdea, Measure, Cycle)


def add(conn: Connection, by: By, kind: Kind[Part], part: Part) -> Part:
    """Store a new part of an aim. Raises ``UnknownElement`` for an aim out of sight."""
    aim, _ = elements.refer(conn, by, AIM, part.aim_id, "aim_id")
    return elements.add(conn, by, kind, part, place_of(aim))
