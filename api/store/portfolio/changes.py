"""What has happened in a portfolio between two days: since our last meeting."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Date, and_, bindparam, exists, func, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By
from api.store.given import among
from api.store.portfolio.scope import (
    IN_FORCE,
    SHAPES,
    A,
    S,
    Scope,
    Shape,
    U,
    X,
    look_first,
    measures_of,
    scope,
)
from api.store.prepared import Prepared
from pdsa.aim import Aim
from pdsa.monitoring import AimFigures, AimStatus
from pdsa.monitoring.compare import AimSince, since

_C = t.cycles.c
_BEFORE = t.aim_statuses.alias("before")
_FIRST, _LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
_FIGURES = [S[name] for name in AimFigures.__struct_fields__]
_MEASURE = AimFigures.__struct_fields__.index("measure_id")
_END = len(_FIGURES)
_REST = _END + len(t.aims.c)


class PortfolioChanges(Struct, frozen=True, kw_only=True):
    """What has happened in a portfolio after the day ``first`` and up to the day ``last``.

    ``before`` and ``now`` count the aims with each status on either day; ``items`` are the aims to
    which something happened.
    """

    first: date
    last: date
    before: dict[AimStatus, int]
    now: dict[AimStatus, int]
    items: tuple[AimSince, ...]
    waiting: int
    next: str | None = None


def changes(
    conn: Connection,
    by: By,
    unit_id: str,
    first: date,
    last: date,
    after: Sequence[Any],
    limit: int,
) -> tuple[PortfolioChanges, list[Any] | None]:
    """A page of what happened in a unit's portfolio. Raises as ``page`` of the portfolio does."""
    seen = scope(conn, by, unit_id)
    waiting = look_first(conn, by, seen)
    given = {**seen.values, "first": first, "last": last, "limit": limit + 1}
    given |= {"after": after[0]} if after else {}
    rows = _happened(seen.shape, bool(after)).rows(conn, given)
    shown = rows[:limit]
    moved = _moved(conn, [row[0] for row in shown], first, last)
    measures = measures_of(conn, [row[_MEASURE] for row in shown])
    items = tuple(
        since(
            AimFigures(**dict(zip(AimFigures.__struct_fields__, row[:_END], strict=True))),
            Aim(*row[_END:_REST]),
            measures.get(row[_MEASURE]),
            first=first,
            last=last,
            unit_name=row[-1],
            **moved.get(row[0], {"started": 0, "ended": 0}),
        )
        for row in shown
    )
    made = PortfolioChanges(
        first=first,
        last=last,
        before=_counts(conn, seen, first),
        now=_counts(conn, seen, last),
        items=items,
        waiting=waiting,
    )
    return made, [shown[-1][0]] if len(rows) > limit else None


def _moved(
    conn: Connection, aim_ids: Sequence[str], first: date, last: date
) -> dict[str, dict[str, int]]:
    """How many cycles of some aims began and ended."""
    found: dict[str, dict[str, int]] = {id: {"started": 0, "ended": 0} for id in aim_ids}
    for aim_id, started, ended in _CYCLES.rows(conn, {"aims": aim_ids}):
        found[aim_id]["started"] += started is not None and first < started <= last
        found[aim_id]["ended"] += ended is not None and first < ended <= last
    return found


def _counts(conn: Connection, seen: Scope, on: date) -> dict[AimStatus, int]:
    counts: dict[AimStatus, int] = {}
    counts |= _counted(seen.shape).rows(conn, {**seen.values, "on": on})
    return {each: counts[each] for each in AimStatus if each in counts}


_CYCLES = Prepared(select(_C.aim_id, _C.started_on, _C.ended_on).where(among(_C.aim_id, "aims")))


@lru_cache(maxsize=SHAPES)
def _counted(shape: Shape) -> Prepared:
    return Prepared(
        select(X.status, func.count())
        .select_from(shape.statuses(summaries=False))
        .where(*shape.where, IN_FORCE)
        .group_by(X.status)
    )


@lru_cache(maxsize=SHAPES)
def _happened(shape: Shape, going_on: bool) -> Prepared:
    """The aims to which something happened, from the first on or those after one."""
    b = _BEFORE.c
    then = and_(b.aim_id == X.aim_id, b.audience == X.audience)
    both = shape.statuses(summaries=False).join(_BEFORE, then)
    return Prepared(
        select(*_FIGURES, *t.aims.c, U.name)
        .select_from(shape.with_summaries(both).join(t.units, U.id == A.unit_id))
        .where(
            *shape.where,
            and_(b.from_on <= _FIRST, b.until_on > _FIRST),
            and_(X.from_on <= _LAST, X.until_on > _LAST),
            or_(
                b.status != X.status,
                _since(S.latest_on),
                exists().where(_C.aim_id == A.id, or_(_since(_C.started_on), _since(_C.ended_on))),
            ),
            *([A.id > bindparam("after")] if going_on else []),
        )
        .order_by(A.id)
        .limit(bindparam("limit"))
    )


def _since(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return (column > _FIRST) & (column <= _LAST)
