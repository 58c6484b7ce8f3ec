"""What has happened in a portfolio between two days: since our last meeting."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, and_, exists, func, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from api.store.access import By
from api.store.portfolio.scope import A, S, Scope, U, X, in_force, look_first, scope
from pdsa.monitoring import AimFigures, AimStatus
from pdsa.monitoring.compare import AimSince, since

_C = t.cycles.c
_BEFORE = t.aim_statuses.alias("before")
_FIGURES = [S[name] for name in AimFigures.__struct_fields__]


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
    b = _BEFORE.c
    then = and_(b.aim_id == X.aim_id, b.audience == X.audience)
    both = seen.statuses(summaries=False).join(_BEFORE, then)
    days = or_(_within(_C.started_on, first, last), _within(_C.ended_on, first, last))
    happened = or_(
        b.status != X.status,
        _within(S.latest_on, first, last),
        exists().where(_C.aim_id == A.id, days),
    )
    rows = conn.execute(
        select(*_FIGURES, A.unit_id, U.name, A.title)
        .select_from(seen.with_summaries(both).join(t.units, U.id == A.unit_id))
        .where(
            *seen.where,
            in_force(last),
            and_(b.from_on <= first, b.until_on > first),
            happened,
            *([A.id > after[0]] if after else []),
        )
        .order_by(A.id)
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    moved = _moved(conn, [row[0] for row in shown], first, last)
    items = tuple(
        since(
            AimFigures(**dict(zip(AimFigures.__struct_fields__, row[:-3], strict=True))),
            first=first,
            last=last,
            unit_id=row[-3],
            unit_name=row[-2],
            title=row[-1],
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


def _within(column: ColumnElement[Any], first: date, last: date) -> ColumnElement[bool]:
    return (column > first) & (column <= last)


def _moved(
    conn: Connection, aim_ids: Sequence[str], first: date, last: date
) -> dict[str, dict[str, int]]:
    """How many cycles of some aims began and ended."""
    found: dict[str, dict[str, int]] = {id: {"started": 0, "ended": 0} for id in aim_ids}
    rows = conn.execute(select(_C.aim_id, _C.started_on, _C.ended_on).where(_C.aim_id.in_(aim_ids)))
    for aim_id, started, ended in rows:
        found[aim_id]["started"] += started is not None and first < started <= last
        found[aim_id]["ended"] += ended is not None and first < ended <= last
    return found


def _counts(conn: Connection, seen: Scope, on: date) -> dict[AimStatus, int]:
    counted = (
        select(X.status, func.count())
        .select_from(seen.statuses(summaries=False))
        .where(*seen.where, in_force(on))
        .group_by(X.status)
    )
    counts = {row[0]: row[1] for row in conn.execute(counted)}
    return {each: counts[each] for each in AimStatus if each in counts}
