"""How much of a rate limit is used up, in the database: it holds for every process that serves.

The generic cell rate algorithm keeps one number for a bucket: the moment at which all of it is free
again. A request moves it on by the time that one unit takes to come back, and is refused where that
would put it further ahead than the limit's whole period. A burst may spend the whole amount at once.
"""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any, cast

from msgspec import Struct
from sqlalchemy import BindParameter, Connection, Float, bindparam, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from api.store import tables as t
from api.store.access import By


class Limit(Struct, frozen=True):
    """``amount`` units in ``per`` seconds. ``name`` is what a client reads: lower case and hyphens."""

    name: str
    amount: int
    per: int

    @property
    def step(self) -> float:
        """How many seconds one unit takes to come back."""
        return self.per / self.amount


class Taken(Struct, frozen=True, kw_only=True):
    """Whether units could be taken from a limit, and what is left of it.

    ``reset_after`` is when all of it is free again and ``retry_after`` when as much as was asked for
    is (0 where it was given), both in whole seconds from now.
    """

    limit: Limit
    allowed: bool
    remaining: int
    reset_after: int
    retry_after: int = 0


_C = t.rates.c
_NOW: BindParameter[float] = bindparam("now", type_=Float(53))
_COST: BindParameter[float] = bindparam("cost", type_=Float(53))
_PER: BindParameter[float] = bindparam("per", type_=Float(53))
_BASE = case((_C.free_at > _NOW, _C.free_at), else_=_NOW)
_FREE_AT = select(_C.free_at).where(_C.bucket == bindparam("wanted"))


def _upsert(insert: Any) -> Any:
    """One statement that takes from a bucket, or changes nothing and returns no row."""
    return (
        insert(t.rates)
        .values(bucket=bindparam("bucket"), free_at=bindparam("first"))
        .on_conflict_do_update(
            index_elements=[_C.bucket],
            set_={"free_at": _BASE + _COST},
            where=_BASE + _COST <= _NOW + _PER,
        )
        .returning(_C.free_at)
    )


_TAKE = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}


def take(conn: Connection, bucket: str, limit: Limit, now: datetime, units: int = 1) -> Taken:
    """Take units from a bucket, all of them or none."""
    at, cost = now.timestamp(), units * limit.step
    if units > limit.amount:
        raise ValueError("more units than the limit ever has")
    values = {
        "bucket": bucket,
        "first": at + cost,
        "now": at,
        "cost": cost,
        # The moments are binary64 of 2.4e-7 s: what adds up over a period must not cost a unit.
        "per": limit.per + limit.step / 100,
    }
    found = conn.execute(_TAKE[conn.dialect.name], values).scalar()
    if found is not None:
        return state(limit, cast(float, found), at)
    ahead = conn.execute(_FREE_AT, {"wanted": bucket}).scalar_one()
    left = state(limit, ahead, at)
    wait = max(1, ceil(round(ahead - at + cost - limit.per, 3)))
    return Taken(
        limit=limit,
        allowed=False,
        remaining=left.remaining,
        reset_after=max(wait, left.reset_after),
        retry_after=wait,
    )


def state(limit: Limit, free_at: float, at: float) -> Taken:
    """What is left of a limit whose whole amount is free again at ``free_at``."""
    ahead = max(0.0, free_at - at)
    left = int((limit.per - ahead) / limit.step + 0.01)
    return Taken(
        limit=limit,
        allowed=True,
        remaining=min(limit.amount, max(0, left)),
        reset_after=ceil(round(ahead, 3)),
    )


def give_back(
    conn: Connection, whole: Sequence[str], some: Sequence[tuple[str, float]] = ()
) -> None:
    """Empty the buckets ``whole``; from those of ``some`` take out so many seconds each."""
    conn.execute(delete(t.rates).where(_C.bucket.in_(whole)))
    for bucket, seconds in some:
        less = update(t.rates).where(_C.bucket == bucket)
        conn.execute(less.values(free_at=_C.free_at - seconds))


def forget(conn: Connection, by: By) -> int:
    """Drop the buckets that are whole again; how many there were."""
    return conn.execute(delete(t.rates).where(_C.free_at < by.at.timestamp())).rowcount
