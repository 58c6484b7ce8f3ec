"""What a meeting about a portfolio takes up: cycles that were decided, requests that are new."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By, in_sight
from api.store.elements import PAGES, page
from api.store.given import Given, among, at_least, at_most, conditions, in_unit
from api.store.kinds import CYCLE, REQUEST
from api.store.portfolio.changes import PortfolioChanges, changes
from api.store.portfolio.overview import Place, place
from api.store.portfolio.scope import SHAPES, A, S, Scope, Shape, U, scope
from api.store.prepared import Prepared
from pdsa.cycle import Cycle
from pdsa.feedback import Request
from pdsa.measure import MeasureUnit

#: As many cycles or requests as a meeting can take up.
MOST = 50


class AimNamed(Struct, frozen=True):
    """An aim by its title, with its team."""

    aim_id: str
    title: str
    unit_id: str
    unit_name: str


class Happened(Struct, frozen=True, kw_only=True):
    """What has happened in a unit between two days.

    ``units`` are those of the figures of each aim, ``names`` the aims that are told of. ``more`` says
    that there were more cycles, or more requests, than ``MOST``.
    """

    place: Place
    changes: PortfolioChanges
    units: Mapping[str, MeasureUnit]
    decided: tuple[Cycle, ...]
    raised: tuple[Request, ...]
    names: Mapping[str, AimNamed]
    more: bool


def happened(
    conn: Connection,
    by: By,
    unit_id: str,
    first: date,
    last: date,
    after: Sequence[Any],
    limit: int,
) -> tuple[Happened, list[Any] | None]:
    """What has happened after ``first`` and up to ``last``, and the key of the next page of aims.

    Whose cycles are told of reads in their view log who looked. Run it as a snapshot; raises as
    ``changes`` does.
    """
    where = place(conn, by, unit_id)
    made, key = changes(conn, by, unit_id, first, last, after, limit)
    decided, more_decided = _decided(conn, by, unit_id, first, last)
    raised, more_raised = _raised(conn, by, unit_id, first, last)
    aims = {each.aim_id for each in decided} | {each.aim_id for each in raised}
    found = Happened(
        place=where,
        changes=made,
        units=units_of(conn, scope(conn, by, unit_id), [each.aim_id for each in made.items]),
        decided=tuple(sorted(decided, key=lambda each: (each.ended_on or last, each.id))),
        raised=tuple(raised),
        names=names_of(conn, by, aims),
        more=more_decided or more_raised,
    )
    return found, key


def _decided(
    conn: Connection, by: By, unit_id: str, first: date, last: date
) -> tuple[list[Cycle], bool]:
    c = t.cycles.c
    found, key = page(
        conn,
        by,
        CYCLE,
        in_unit(t.aims.c.unit_id, unit_id),
        at_least(c.ended_on, _day_after(first)),
        at_most(c.ended_on, last),
        limit=MOST,
        only_told=False,
    )
    return found, key is not None


def _raised(
    conn: Connection, by: By, unit_id: str, first: date, last: date
) -> tuple[list[Request], bool]:
    """What was raised waits since that day or, after a turn, since a later one."""
    found, key = page(
        conn,
        by,
        REQUEST,
        in_unit(t.aims.c.unit_id, unit_id),
        at_least(t.requests.c.since, _day_after(first)),
        limit=4 * MOST,
        only_told=False,
    )
    new = [each for each in found if first < each.raised_on <= last]
    return new[:MOST], key is not None or len(new) > MOST


def _day_after(day: date) -> date:
    return min(day, date.max - timedelta(days=1)) + timedelta(days=1)


def names_of(conn: Connection, by: By, aim_ids: Iterable[str]) -> dict[str, AimNamed]:
    """The titles and teams of those of these aims that ``by`` may see."""
    wanted = {*aim_ids}
    if not wanted:
        return {}
    where, values = conditions(in_sight(by, A.unit_id), Given(_THESE, {"aims": wanted}))
    return {row[0]: AimNamed(*row) for row in _named(where).rows(conn, values)}


_THESE = among(A.id, "aims")


@lru_cache(maxsize=PAGES)
def _named(where: tuple[ColumnElement[bool], ...]) -> Prepared:
    source = t.aims.join(t.units, U.id == A.unit_id)
    return Prepared(select(A.id, A.title, U.id, U.name).select_from(source).where(*where))


def units_of(conn: Connection, seen: Scope, aim_ids: Sequence[str]) -> dict[str, MeasureUnit]:
    """In which unit the figures of the measure are that is shown of each of these aims."""
    if not aim_ids:
        return {}
    return dict(_units(seen.shape).rows(conn, {**seen.values, "aims": aim_ids}))


@lru_cache(maxsize=SHAPES)
def _units(shape: Shape) -> Prepared:
    source = shape.with_summaries(t.aims).join(t.measures, t.measures.c.id == S.measure_id)
    given = select(A.id, t.measures.c.unit).select_from(source)
    return Prepared(given.where(among(A.id, "aims")))
