"""Who is asking, and what ``pdsa.units`` says about it, asked inside the same transaction."""

from datetime import UTC, date, datetime, tzinfo

from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from pdsa.ids import GrantId, PersonId, UnitId
from pdsa.units import Action, Grant, Principal, Role, require, visible_roots


class By(Struct, frozen=True):
    """Who asks and when: the author of what a unit of work changes.

    ``zone`` says which day it is at that moment; ``None`` is the zone of the machine.
    """

    principal: Principal
    at: datetime
    zone: tzinfo | None = UTC

    @property
    def on(self) -> date:
        """The day it is for whoever asks: roles must hold on it, and what is undated gets it."""
        return self.at.astimezone(self.zone).date()


#: Who runs the ``pdsa`` command on the machine itself.
OPERATOR = Principal(
    person_id=PersonId("operator"),
    name="Operator of this server",
    grants=(
        Grant(id=GrantId("operator"), person_id=PersonId("operator"), role=Role.administrator),
    ),
)

_PATH = (
    select(t.unit_closure.c.ancestor_id)
    .where(t.unit_closure.c.descendant_id == bindparam("unit_id"))
    .order_by(t.unit_closure.c.depth.desc())
)


def path(conn: Connection, unit_id: str) -> tuple[UnitId, ...]:
    """The ids from the root down to and including a unit; empty if there is none."""
    return tuple(conn.execute(_PATH, {"unit_id": unit_id}).scalars())


def check(
    conn: Connection, by: By, action: Action, unit_id: str | None, *, kind: str, id: str
) -> None:
    """Raise ``NotVisible`` or ``NotAllowed`` unless ``by`` may do this in the unit.

    ``unit_id`` ``None`` is the place above all units.
    """
    where = path(conn, unit_id) if unit_id is not None else ()
    require(by.principal, action, where, on=by.on, kind=kind, id=id)


def in_sight(by: By, unit_id: ColumnElement[str]) -> ColumnElement[bool] | None:
    """The condition that a row's unit lies where ``by`` may look; ``None`` where it may everywhere."""
    roots = visible_roots(by.principal, on=by.on)
    return None if roots is None else unit_id.in_(_under(roots))


def under(root: str, unit_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a row's unit is this unit or lies under it."""
    return unit_id.in_(_under((root,)))


def _under(roots: tuple[str, ...]) -> Select[tuple[str]]:
    return select(t.unit_closure.c.descendant_id).where(t.unit_closure.c.ancestor_id.in_(roots))
