"""F's portfolio: the bare statements over the rows that ours keeps, and nobody asks who is asking."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any

import msgspec
from bare_app import JSON, URL
from litestar import Litestar, Response, get
from litestar.params import QueryParameter

POSTGRES = URL.startswith("postgresql:")
SCOPE = """
  FROM aims a JOIN units u ON u.id = a.unit_id
  JOIN aim_summaries s ON s.aim_id = a.id AND s.audience = :audience
  JOIN aim_statuses x ON x.aim_id = a.id AND x.audience = s.audience
   AND x.from_on <= :on AND x.until_on > :on
 WHERE a.unit_id IN (SELECT descendant_id FROM unit_closure WHERE ancestor_id = :unit)"""
COUNTS = f"SELECT x.status, count(*) {SCOPE} GROUP BY x.status"
ORDER = """CASE x.status WHEN 'overdue' THEN 0 WHEN 'off_track' THEN 1 WHEN 'not_measured' THEN 2
 WHEN 'no_data' THEN 3 WHEN 'not_started' THEN 4 WHEN 'on_track' THEN 5 WHEN 'reached' THEN 6
 WHEN 'held' THEN 7 ELSE 8 END"""
KEYS = f"SELECT a.id {SCOPE} ORDER BY {ORDER}, a.id LIMIT :limit"
PAGE = f"""SELECT a.id AS aim_id, a.title, a.deadline, u.name AS unit_name, x.status, s.statuses,
 s.measure_id, m.name, s.of_aim, s.baseline, s.target, s.latest, s.latest_on, s.level, s.change,
 s.share, s.stage, s.cycle_id, s.running, s.waits_since, s.last_activity, s.blockers, s.advice,
 s.notes, s.progress, s.signal, s.reading, s.days
  FROM aims a JOIN units u ON u.id = a.unit_id
  JOIN aim_summaries s ON s.aim_id = a.id AND s.audience = :audience
  JOIN aim_statuses x ON x.aim_id = a.id AND x.audience = s.audience
   AND x.from_on <= :on AND x.until_on > :on
  LEFT JOIN measures m ON m.id = s.measure_id
 WHERE a.id IN (SELECT id FROM ({KEYS}) AS k) ORDER BY {ORDER}, a.id"""
MONTHS = """SELECT c.ancestor_id AS unit_id, m.month, sum(m.points) AS points,
 sum(m.started) AS started, sum(m.completed) AS completed, sum(m.adopted) AS adopted
  FROM aim_months m JOIN aims a ON a.id = m.aim_id
  JOIN unit_closure c ON c.descendant_id = a.unit_id
  JOIN units u ON u.id = c.ancestor_id
  JOIN unit_closure b ON b.descendant_id = u.id
 WHERE b.ancestor_id = :unit AND u.kind = :kind
 GROUP BY c.ancestor_id, m.month ORDER BY c.ancestor_id, m.month"""
AUDIENCE = os.environ.get("BENCH_AUDIENCE", "team")


class Database:
    """A few readers."""

    async def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        if POSTGRES:
            names = list(values)
            for at, name in enumerate(names, 1):
                sql = sql.replace(f":{name}", f"${at}")
            return [dict(row) for row in await self.pool.fetch(sql, *values.values())]
        given = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
        reader = await self.idle.get()
        try:
            cursor = await reader.execute(sql, given)
            names = [each[0] for each in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
        finally:
            self.idle.put_nowait(reader)


database = Database()


@asynccontextmanager
async def lifespan(_: Litestar) -> AsyncIterator[None]:
    if POSTGRES:
        import asyncpg

        async with asyncpg.create_pool(URL, min_size=4, max_size=20) as database.pool:
            yield
        return
    import asyncio

    import aiosqlite

    database.idle = asyncio.LifoQueue()
    held = [await aiosqlite.connect(URL.removeprefix("sqlite:///")) for _ in range(4)]
    for reader in held:
        database.idle.put_nowait(reader)
    yield
    for reader in held:
        await reader.close()


@get("/api/v1/units/{unit_id:str}/portfolio")
async def portfolio(unit_id: str, limit: Annotated[int, QueryParameter()] = 50) -> Response[bytes]:
    given = {"audience": AUDIENCE, "on": date.today(), "unit": unit_id}  # noqa: DTZ011
    counts = await database.rows(COUNTS, **given)
    items = await database.rows(PAGE, **given, limit=limit)
    for each in items:
        each.pop("days")
        each["statuses"] = msgspec.Raw(each["statuses"].encode())
    body = {"items": items, "counts": {each["status"]: [*each.values()][1] for each in counts}}
    return Response(msgspec.json.encode(body), media_type=JSON)


@get("/api/v1/units/{unit_id:str}/months")
async def months(unit_id: str, kind: Annotated[str, QueryParameter()]) -> Response[bytes]:
    rows = await database.rows(MONTHS, unit=unit_id, kind=kind)
    return Response(msgspec.json.encode(rows), media_type=JSON)


app = Litestar([portfolio, months], lifespan=[lifespan], openapi_config=None, logging_config=None)
