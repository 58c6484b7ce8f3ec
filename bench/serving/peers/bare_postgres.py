"""F on PostgreSQL: a pool of asyncpg, a write in three statements."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from itertools import count
from typing import Any, Self

import asyncpg

# The home of the measure and the answer that is kept, in one question.
_ASK = """
    SELECT a.unit_id, a.id, i.fingerprint, i.status, i.location, i.body, s.days, s.months
    FROM measures m JOIN aims a ON a.id = m.aim_id
    JOIN measure_summaries s ON s.measure_id = m.id
    LEFT JOIN idempotency i ON i.person_id = $2 AND i.key = $3
    WHERE m.id = $1
    FOR NO KEY UPDATE OF s"""
# All rows of one point, and what is kept.
_TELL = """
    WITH p AS (INSERT INTO points VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)),
    a AS (
        INSERT INTO activity (
            id, at, person_id, verb, kind, element_id, unit_id, aim_id, version, after, before
        ) VALUES ($12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
    ),
    d AS (UPDATE measure_summaries SET days = $26, months = $27 WHERE measure_id = $2),
    s AS (
        UPDATE aim_summaries SET reviewed_on = NULL, written_at = $13,
            days = CASE audience WHEN 'team' THEN $26 ELSE days END,
            latest = CASE audience WHEN 'team' THEN $28 ELSE latest END,
            latest_on = CASE audience WHEN 'team' THEN $29 ELSE latest_on END
        WHERE aim_id = $19
    ),
    n AS (
        INSERT INTO aim_months (aim_id, month, points, started, completed, adopted)
        VALUES ($19, $30, 1, 0, 0, 0)
        ON CONFLICT (aim_id, month) DO UPDATE SET points = aim_months.points + 1
    )
    INSERT INTO idempotency (person_id, key, fingerprint, at, status, location, etag, body)
    VALUES ($14, $23, $24, $13, 201, $25, NULL, $21)"""


@cache
def _numbered(sql: str) -> str:
    numbers = count(1)
    return "".join(f"${next(numbers)}" if sign == "?" else sign for sign in sql)


class Store:
    """A pool of connections."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator[Self]:
        async with asyncpg.create_pool(url, min_size=20, max_size=20, reset=_as_it_is) as pool:
            yield cls(pool)

    async def rows(self, sql: str, *values: Any) -> Any:
        return await self._pool.fetch(_numbered(sql), *values)

    async def several(self, id: str, *statements: str) -> list[Any]:
        async with (
            self._pool.acquire() as conn,
            conn.transaction(isolation="repeatable_read", readonly=True),
        ):
            return [await conn.fetch(_numbered(sql), id) for sql in statements]

    async def write(self, write: Any) -> Any:
        import bare_app as app

        async with self._pool.acquire() as conn, conn.transaction():
            found = await conn.fetchrow(_ASK, write.measure_id, app.PERSON, write.key)
            if found is None:
                return 404, None, b""
            unit_id, aim_id, fingerprint, status, location, kept, days, months = found
            if fingerprint is not None:
                if fingerprint != write.fingerprint:
                    return 422, None, b""
                return status, location, kept.encode()
            at = app.moment()
            points, activity, body, where = app.rows_of(write, unit_id, aim_id, at)
            on = [draft.on for draft in write.drafts]
            known = await conn.fetch(_numbered(app.ON_DAYS), write.measure_id, min(on), max(on))
            sums = app.sums_of(write.drafts, days, months, known)
            latest = (sums.latest, sums.latest_on)
            if write.single:
                values = (*points[0], *activity[0], write.key, write.fingerprint, where)
                await conn.execute(_TELL, *values, sums.days, sums.months, *latest, sums.more[0][0])
                return 201, where, body
            await conn.copy_records_to_table("points", records=points)
            columns = app.ACTIVITY.split(", ")
            await conn.copy_records_to_table("activity", records=activity, columns=columns)
            await conn.execute(
                f"INSERT INTO idempotency ({app.IDEMPOTENCY}) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                *(app.PERSON, write.key, write.fingerprint, at, 201, where, None, body.decode()),
            )
            keep, aim = _numbered(app.KEEP_DAYS), _numbered(app.KEEP_AIM)
            await conn.execute(keep, sums.days, sums.months, write.measure_id)
            await conn.execute(aim, sums.days, *latest, aim_id)
            await conn.execute(_numbered(app.STALE), at, aim_id)
            more = [(aim_id, *each) for each in sums.more]
            await conn.executemany(_numbered(app.COUNT), more)
            return 201, where, body


async def _as_it_is(_: Any) -> None:
    """Nothing is set on a connection that would have to be taken back."""
    await asyncio.sleep(0)
