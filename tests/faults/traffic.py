"""Clients that write without a pause, and a ledger of what they were told."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from sqlalchemy import Connection, select

from api.ids import new_id
from api.store import tables as t
from api.store.engine import connect
from api.store.kinds import POINT
from tests.api.server import Served, Team

CLIENTS = 16
#: Seconds after which what is waited for will not come any more; it takes one or two.
PATIENCE = 120


class Traffic:
    """What was acknowledged, refused clearly, or answered otherwise.

    ``acknowledged`` has the id of each point by the key of its request. ``wrong`` is every answer
    that is neither the point nor a clear refusal: it stays empty in whatever happens.
    """

    def __init__(self, team: Team) -> None:
        self.team = team
        self.acknowledged: dict[str, str] = {}
        self.in_doubt: set[str] = set()
        self.refused: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.served: Served | None = None
        self._over = False

    async def ask(self, http: httpx.AsyncClient, key: str) -> bool:
        """One write; whether it was acknowledged."""
        try:
            answer = await self.team.add_point(http, numerator=1, denominator=2, key=key)
        except httpx.TransportError as error:
            self.refused[type(error).__name__] += 1
            self.in_doubt.add(key)
            return False
        if answer.status_code == 201:
            self.acknowledged[key] = answer.json()["id"]
            self.in_doubt.discard(key)
            return True
        clear = answer.headers["Content-Type"] == "application/problem+json"
        if clear and (answer.status_code == 503 or "key-in-flight" in answer.text):
            self.refused[str(answer.status_code)] += 1
        else:
            self.wrong.append(f"{answer.status_code} {answer.text}")
        self.in_doubt.add(key)
        return False

    async def _client(self) -> None:
        while not self._over:
            served = self.served
            if served is None:
                await asyncio.sleep(0.02)
                continue
            async with served.client() as http:
                key = new_id()
                while not self._over and self.served is served:
                    if await self.ask(http, key):
                        key = new_id()
                    else:
                        await asyncio.sleep(0.02)  # as a client does: again, under the same key

    @asynccontextmanager
    async def flowing(self, served: Served, clients: int = CLIENTS) -> AsyncIterator[None]:
        """Clients that write for the time of a block; at its end, what is in doubt is asked again."""
        self.served, self._over = served, False
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self._client())
            try:
                yield
            finally:
                self._over = True
        async with self.served.client() as http:
            for key in sorted(self.in_doubt):
                for _ in range(200):
                    if await self.ask(http, key):
                        break
                    await asyncio.sleep(0.05)

    async def more(self, points: int) -> None:
        """Wait until so many more points have been acknowledged."""
        wanted = len(self.acknowledged) + points
        await self._until(lambda: len(self.acknowledged) >= wanted)

    async def refused_more(self, times: int) -> None:
        """Wait until so many more requests have been refused."""
        wanted = self.refused.total() + times
        await self._until(lambda: self.refused.total() >= wanted)

    async def _until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not happened():
                await asyncio.sleep(0.01)
                assert not self.wrong, self.wrong[0]


def stored(conn: Connection) -> list[str]:
    """The ids of all points; fails where a record is there by half."""
    added = (t.activity.c.kind == POINT.name) & (t.activity.c.verb == "add")
    found = list(conn.execute(select(t.points.c.id)).scalars())
    in_history = conn.execute(select(t.activity.c.element_id).where(added)).scalars()
    bodies = [json.loads(body) for body in conn.execute(select(t.idempotency.c.body)).scalars()]
    answered = [body["id"] for body in bodies if "measure_id" in body]
    assert sorted(in_history) == sorted(found), "points without history, or the other way round"
    assert sorted(answered) == sorted(found), "points without a kept answer, or the reverse"
    return found


async def audit(database_url: str, traffic: Traffic) -> None:
    """Every acknowledged write is there, once and whole, and no answer was wrong."""
    async with connect(database_url) as database:
        found = await database.snapshot(stored)
    assert traffic.wrong == []
    assert not traffic.in_doubt
    assert sorted(found) == sorted(traffic.acknowledged.values())
