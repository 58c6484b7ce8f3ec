"""Cycles: the one move that makes two of them."""

from collections.abc import Callable

from sqlalchemy import Connection

from api.store.access import By
from api.store.elements import change, find, store
from api.store.kinds import CYCLE
from pdsa.cycle import Cycle, Move


def branch(
    conn: Connection,
    by: By,
    cycle_id: str,
    version: int | None,
    make: Callable[[Cycle], tuple[Cycle, Cycle]],
) -> Cycle:
    """Branch a cycle; both are stored, and the new one is returned. Raises as ``change`` does."""
    made: list[Cycle] = []

    def split(cycle: Cycle) -> Cycle:
        kept, new = make(cycle)
        made[:] = [new]
        return kept

    change(conn, by, CYCLE, cycle_id, version, split, verb=Move.branch.value)
    _, place = find(conn, CYCLE, cycle_id)
    store(conn, by, CYCLE, made, place, verb="add")
    return made[0]
