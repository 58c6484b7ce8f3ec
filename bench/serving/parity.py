"""Before anything is timed: all servers give the same answers and write the same rows."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
from endpoints import ENDPOINTS, Asked, Endpoint
from servers import Server
from sqlalchemy import create_engine, make_url, select, text

from api.store import engine, tables
from api.store.access import OPERATOR, By
from api.store.summaries.verify import verify

READY = {
    "one cycle": "cycle",
    "list of 50 cycles": "list",
    "series of 100 with its chart": "chart",
    "add one point": "point",
    "add 500 points": "points",
}
#: What differs because each server makes it anew, or names its own writer.
_OWN = {"id", "element_id", "at", "person_id", "key", "fingerprint", "location", "etag", "body"}
#: What every server sums up; statuses and what hangs on them are ours alone.
_SUMMED_UP = ("days", "months", "latest")


class Different(Exception):
    """Two servers do not give the same."""


def compared(
    servers: Iterable[Server], teams: list[Any], database: str, folder: Path
) -> dict[str, int]:
    """How many bytes each answer has; the answers of ours are kept as those of L."""
    sizes = {}
    for endpoint in ENDPOINTS:
        bodies = {server.name: _answers(server, endpoint, teams, database) for server in servers}
        ours, *others = bodies.values()
        for name, found in zip([*bodies][1:], others, strict=True):
            for mine, its in zip(ours, found, strict=True):
                _same(mine[1], its[1], f"{endpoint.name}, ours and {name}")
        if endpoint.name in READY:
            (folder / READY[endpoint.name]).write_bytes(ours[0][0])
            sizes[endpoint.name] = len(ours[0][0])
    return sizes


def _answers(
    server: Server, endpoint: Endpoint, teams: list[Any], database: str
) -> list[tuple[bytes, Any]]:
    """Bodies with all that is compared: of a write, the rows that it has left, too."""
    asked = endpoint.of(server.name, teams)
    found = []
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for at, each in enumerate(asked[:: max(1, len(asked) // 10)]):
            response = _send(
                client, each, f"parity-{server.name}-{endpoint.name}-{at}".replace(" ", "-")
            )
            body = msgspec.json.decode(response.content)
            if not each.body:
                found.append((response.content, body))
                continue
            again = _send(
                client, each, f"parity-{server.name}-{endpoint.name}-{at}".replace(" ", "-")
            )
            _same(body, msgspec.json.decode(again.content), f"{endpoint.name}, repeated")
            made = [body] if isinstance(body, dict) else body
            rows = _rows(database, [one["id"] for one in made])
            if ("location" in response.headers) is not isinstance(body, dict):
                raise Different(f"{server.name}: {endpoint.name} has no Location")
            found.append((response.content, [_shared(one) for one in made] + rows))
    if asked[0].body:
        asyncio.run(_summed_up(database, teams[::5], f"{server.name}: {endpoint.name}"))
    return found


async def _summed_up(database: str, teams: list[Any], what: str) -> None:
    """Raise unless what is kept of the measures that were written is what their points give."""
    by = By(OPERATOR, datetime.now(UTC))
    aim = select(tables.measures.c.aim_id)
    async with engine.connect(database) as opened:
        aims = [
            await opened.read(
                lambda conn, id: conn.execute(aim.where(tables.measures.c.id == id)).scalar_one(),
                team.written,
            )
            for team in teams
        ]
        for each in await opened.snapshot(verify, by, aims):
            if each.audience == "team" and each.what.startswith(_SUMMED_UP):
                raise Different(f"{what}: {each.what}: {each.kept}\n{each.found}"[:1500])


def _send(client: httpx.Client, asked: Asked, key: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {asked.token}"}
    if asked.body:
        headers |= {"Idempotency-Key": key, "Content-Type": "application/json"}
    response = client.request(asked.method, asked.path, content=asked.body, headers=headers)
    if response.status_code != (201 if asked.body else 200):
        raise Different(
            f"{client.base_url}{asked.path}: {response.status_code} {response.text[:300]}"
        )
    return response


def _rows(database: str, ids: list[str]) -> list[Any]:
    """What lies in the database of new points: themselves, their history, and the kept answer."""
    url = make_url(database)
    if url.drivername == "postgresql":
        return _in_postgres(database, ids)
    opened = create_engine(url)
    with opened.connect() as conn:
        rows = [
            _shared(row._mapping)
            for id in ids
            for statement in _STATEMENTS
            for row in conn.execute(text(statement), {"id": id, "like": f"%{ids[0]}%"})
        ]
    opened.dispose()
    return rows


_STATEMENTS = (
    "SELECT * FROM points WHERE id = :id",
    "SELECT * FROM activity WHERE kind = 'data point' AND element_id = :id",
)


def _in_postgres(database: str, ids: list[str]) -> list[Any]:
    import asyncpg

    async def run() -> list[Any]:
        conn = await asyncpg.connect(database)
        try:
            found = []
            for id in ids:
                for statement in _STATEMENTS:
                    rows = await conn.fetch(statement.replace(":id", "$1"), id)
                    found += [_shared(dict(row)) for row in rows]
            return found
        finally:
            await conn.close()

    return asyncio.run(run())


def _shared(row: Any) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _OWN}
    if "after" in kept:
        kept["after"] = _shared(msgspec.json.decode(kept["after"]))
    return kept


def _same(one: Any, other: Any, what: str) -> None:
    if one != other:
        raise Different(f"{what}:\n{str(one)[:1500]}\n{str(other)[:1500]}")
