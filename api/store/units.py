"""Units and their closure table."""

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, delete, insert, literal, select, true

from api.store import activity, elements
from api.store import tables as t
from api.store.access import By, check, steps
from api.store.elements import find, write_rows
from api.store.kinds import UNIT
from api.store.locks import lock
from api.store.prepared import Prepared
from api.store.summaries import kept
from pdsa.units import CLASSROOM, Action, Unit, check_kind, may_set_up, only_labels

_CLASSROOMS = Prepared(
    select(*t.units.c)
    .where(t.units.c.parent_id == bindparam("team"), t.units.c.kind == CLASSROOM)
    .order_by(t.units.c.name, t.units.c.id)
)


def add(conn: Connection, by: By, unit: Unit) -> Unit:
    """Store a unit under its parent. Raises ``UnknownElement`` for a parent out of sight."""
    if unit.parent_id is not None:
        lock(conn, "units", shared=True)  # a unit above may be on the move
    UNIT.references(conn, by, unit, None)
    where = () if unit.parent_id is None else steps(conn, unit.parent_id)
    if not may_set_up(by.principal, unit.kind, where, on=by.on):
        check(conn, by, Action.administer, unit.parent_id, kind="unit", id=unit.parent_id or "")
    write(conn, [unit])
    activity.append(
        conn,
        activity.entry(by, "add", "unit", unit.id, version=unit.version, unit_id=unit.id, new=unit),
    )
    return unit


def classrooms_of(conn: Connection, team_id: str) -> list[Unit]:
    """The classrooms of a team by name, whoever asks."""
    return [Unit(*row) for row in _CLASSROOMS.rows(conn, {"team": team_id})]


def any_yet(conn: Connection) -> bool:
    """Whether there is a unit at all, whoever asks."""
    return conn.execute(select(t.units.c.id).limit(1)).first() is not None


def write(conn: Connection, units: list[Unit]) -> None:
    """Insert units, parents before children, with their closure rows."""
    write_rows(conn, UNIT, units)
    for unit in units:
        _join_tree(conn, unit.id, unit.parent_id)


def change(
    conn: Connection, by: By, id: str, version: int | None, make: Callable[[Unit], Unit]
) -> Unit:
    """Rename a unit or move it, with all that is under it, to another parent.

    A team gives itself and its classrooms other names; everything else an administrator changes. Raises as ``elements.change`` does, ``Circle`` for a parent under the unit itself, and
    ``InvalidValue`` for a kind by which others would have access.
    """
    old, _ = find(conn, UNIT, id)

    def placed(unit: Unit) -> Unit:
        new = make(unit)
        if not only_labels(unit, new):
            check(conn, by, Action.administer, id, kind="unit", id=id)
        check_kind(unit, new)
        if new.parent_id != unit.parent_id:
            lock(conn, "units")  # two moves at once could make a circle
        return new

    new = elements.change(conn, by, UNIT, id, version, placed)
    if new.parent_id != old.parent_id:
        check(conn, by, Action.administer, new.parent_id, kind="unit", id=new.parent_id or "")
        _move(conn, id, new.parent_id)
        kept.stale_under(conn, id, by.at)
    return new


def _join_tree(conn: Connection, id: str, parent_id: str | None) -> None:
    closure = t.unit_closure.c
    conn.execute(insert(t.unit_closure).values(ancestor_id=id, descendant_id=id, depth=0))
    if parent_id is not None:
        conn.execute(
            insert(t.unit_closure).from_select(
                ["ancestor_id", "descendant_id", "depth"],
                select(closure.ancestor_id, literal(id), closure.depth + 1).where(
                    closure.descendant_id == parent_id
                ),
            )
        )


def _move(conn: Connection, id: str, parent_id: str | None) -> None:
    closure = t.unit_closure.c
    inside = select(closure.descendant_id).where(closure.ancestor_id == id)
    conn.execute(
        delete(t.unit_closure).where(
            closure.descendant_id.in_(inside.scalar_subquery()),
            closure.ancestor_id.not_in(inside.scalar_subquery()),
        )
    )
    if parent_id is None:
        return
    above, below = t.unit_closure.alias("above"), t.unit_closure.alias("below")
    conn.execute(
        insert(t.unit_closure).from_select(
            ["ancestor_id", "descendant_id", "depth"],
            select(above.c.ancestor_id, below.c.descendant_id, above.c.depth + below.c.depth + 1)
            .select_from(above.join(below, true()))  # everything above with everything below
            .where(above.c.descendant_id == parent_id, below.c.ancestor_id == id),
        )
    )
