"""Roll-ups as pages show them: with the way to the unit, and with names in place of ids."""

from typing import Generic, TypeVar

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from api.store import tables as t
from api.store.access import By
from api.store.given import among
from api.store.portfolio.overview import Place, place
from api.store.portfolio.rollup import (
    PortfolioEquity,
    PortfolioRollUp,
    UnitMonth,
    by_group,
    by_idea,
    by_month,
    by_unit,
)
from api.store.portfolio.scope import U
from api.store.prepared import Prepared
from pdsa.monitoring.rollup import IdeaOutcome
from pdsa.units import CLASSROOM

T = TypeVar("T")
_KINDS = Prepared(
    select(U.kind)
    .select_from(t.unit_closure.join(t.units, U.id == t.unit_closure.c.descendant_id))
    .where(
        t.unit_closure.c.ancestor_id == bindparam("unit"),
        t.unit_closure.c.depth > 1,
        U.kind != CLASSROOM,
    )
    .distinct()
    .order_by(U.kind)
)
_NAMES = Prepared(select(U.id, U.name).where(among(U.id, "units")))


class Below(Struct, Generic[T], frozen=True, kw_only=True):
    """A roll-up of the units below one: by those right below, or by one of the ``kinds`` further down.

    ``names`` are those of units that the roll-up tells of by their ids.
    """

    place: Place
    kinds: tuple[str, ...]
    found: T
    names: dict[str, str]


def units_below(conn: Connection, by: By, unit_id: str, kind: str | None) -> Below[PortfolioRollUp]:
    """How many aims have which status, by unit. Raises ``NotVisible``; run as a snapshot."""
    where = place(conn, by, unit_id)
    found = by_unit(conn, by, unit_id, kind, by.on)
    return Below(place=where, kinds=_kinds(conn, unit_id), found=found, names={})


def groups_below(
    conn: Connection, by: By, unit_id: str, kind: str | None
) -> Below[PortfolioEquity]:
    """What became of the gaps of student groups, by unit. Raises ``NotVisible``."""
    where = place(conn, by, unit_id)
    found = by_group(conn, by, unit_id, kind)
    return Below(place=where, kinds=_kinds(conn, unit_id), found=found, names={})


def months_below(
    conn: Connection, by: By, unit_id: str, kind: str | None, first: str, last: str
) -> Below[list[UnitMonth]]:
    """What was done month by month, by unit. Raises ``NotVisible``."""
    where = place(conn, by, unit_id)
    found = by_month(conn, by, unit_id, kind, first, last)
    names = _names(conn, {each.unit_id for each in found})
    return Below(place=where, kinds=_kinds(conn, unit_id), found=found, names=names)


def ideas_below(
    conn: Connection, by: By, unit_id: str, text: str | None, most: int
) -> Below[tuple[IdeaOutcome, ...]]:
    """Which change ideas held up where, those that most teams took up. Raises ``NotVisible``."""
    where = place(conn, by, unit_id)
    found = by_idea(conn, by, unit_id, text)
    ids = {id for each in found[:most] for id in (*each.units, *each.without)}
    return Below(place=where, kinds=(), found=found, names=_names(conn, ids))


def _kinds(conn: Connection, unit_id: str) -> tuple[str, ...]:
    return tuple(kind for (kind,) in _KINDS.rows(conn, {"unit": unit_id}))


def _names(conn: Connection, unit_ids: set[str]) -> dict[str, str]:
    return dict(_NAMES.rows(conn, {"units": unit_ids})) if unit_ids else {}
