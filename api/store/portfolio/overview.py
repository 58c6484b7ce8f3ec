"""A unit with its portfolio as a page shows it: the way to it, what is below, aims with their lines."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from api.store import elements, lists
from api.store import tables as t
from api.store.access import By
from api.store.given import among
from api.store.kinds import UNIT
from api.store.portfolio.filters import Filters
from api.store.portfolio.page import PortfolioPage, Sort, page
from api.store.portfolio.scope import SHAPES, A, S, Scope, Shape, U, scope
from api.store.prepared import Prepared
from pdsa.monitoring import Day
from pdsa.units import CLASSROOM, Action, Step, Unit, may

#: The kind of a new team, before it has classrooms or an aim.
TEAM = "team"
#: As many units below as a page of links can hold.
MOST_BELOW = 200
_WAY = Prepared(
    select(U.id, U.kind, U.name)
    .select_from(t.unit_closure.join(t.units, U.id == t.unit_closure.c.ancestor_id))
    .where(t.unit_closure.c.descendant_id == bindparam("unit"))
    .order_by(t.unit_closure.c.depth.desc())
)
_AIMS = Prepared(select(A.id).where(A.unit_id == bindparam("unit")).limit(1))


class InTree(Struct, frozen=True):
    """A unit among others: what a link to it needs."""

    id: str
    kind: str
    name: str


class Place(Struct, frozen=True, kw_only=True):
    """A unit in the tree: the units ``above`` it, root first, that whoever asks may see, and ``below``.

    ``is_team`` says that it works on aims itself: nothing is below it but classrooms, which nobody is
    shown here.
    """

    unit: InTree
    above: tuple[InTree, ...]
    below: tuple[InTree, ...]
    is_team: bool


class Overview(Struct, frozen=True, kw_only=True):
    """A page of a unit's portfolio with the figures by day of each aim on it."""

    place: Place
    page: PortfolioPage
    lines: Mapping[str, tuple[Day, ...]]


def place(conn: Connection, by: By, unit_id: str) -> Place:
    """Where a unit stands in the tree. Raises ``NotVisible``."""
    unit = elements.get(conn, by, UNIT, unit_id)
    way = [InTree(*row) for row in _WAY.rows(conn, {"unit": unit_id})]
    path = [Step(each.id, each.kind) for each in way]  # type: ignore[arg-type]
    below, _ = lists.units(
        conn,
        by,
        unit=None,
        parent=unit_id,
        kind=None,
        text=None,
        after=(),
        limit=MOST_BELOW,
    )
    units = [InTree(each.id, each.kind, each.name) for each in below if each.kind != CLASSROOM]
    return Place(
        unit=way[-1],
        above=tuple(
            each
            for at, each in enumerate(way[:-1], start=1)
            if may(by.principal, Action.see, path[:at], on=by.on)
        ),
        below=tuple(sorted(units, key=lambda each: (each.name, each.id))),
        is_team=not units and _works(conn, unit, below),
    )


def _works(conn: Connection, unit: Unit, rooms: Sequence[Unit]) -> bool:
    return bool(rooms or unit.kind in (TEAM, CLASSROOM) or _AIMS.rows(conn, {"unit": unit.id}))


def overview(
    conn: Connection,
    by: By,
    unit_id: str,
    filters: Filters,
    sort: Sort,
    after: Sequence[Any],
    limit: int,
) -> tuple[Overview, list[Any] | None]:
    """A page of a unit's portfolio, and the key of the next one; run it as a snapshot.

    Raises as ``page`` of the portfolio does.
    """
    where = place(conn, by, unit_id)
    made, key = page(conn, by, unit_id, filters, sort, after, limit)
    lines = lines_of(conn, scope(conn, by, unit_id), [each.aim_id for each in made.items])
    return Overview(place=where, page=made, lines=lines), key


def lines_of(conn: Connection, seen: Scope, aim_ids: Sequence[str]) -> dict[str, tuple[Day, ...]]:
    """The figures by day of the measure that is shown of each of these aims, in one statement.

    They are those that the audience was told of it: what is kept of the aim, never its points.
    """
    if not aim_ids:
        return {}
    return dict(_lines(seen.shape).rows(conn, {**seen.values, "aims": aim_ids}))


@lru_cache(maxsize=SHAPES)
def _lines(shape: Shape) -> Prepared:
    given = select(A.id, S.days).select_from(shape.with_summaries(t.aims))
    return Prepared(given.where(among(A.id, "aims")))
