"""The database goes away and comes back while the server works: clear answers, and no hands."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.util import await_only

from api.store import postgres
from api.store.engine import connect
from api.store.errors import StoreUnavailable, TookTooLong
from api.timeouts import Timeouts
from tests.api.client import refused, serving
from tests.api.server import Served, Team, a_team, start, until
from tests.clusters import Cluster, cluster


def one(conn: Connection) -> int:
    return int(conn.execute(text("SELECT 1")).scalar_one())


@pytest.fixture
def own() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


class Work:
    """What clients were told while they wrote and read."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.types: set[str] = set()
        self.since = 0
        self.going = True


async def work(served: Served, team: Team, done: Work) -> None:
    async with served.client() as http:

        def told(what: str, answer: httpx.Response) -> None:
            done.statuses[what, answer.status_code] += 1
            if not answer.is_success:
                done.types.add(answer.json()["type"])

        while done.going:
            added = await team.add_point(http, numerator=1, denominator=2)
            told("write", added)
            if added.status_code == 201:
                done.acknowledged.append(added.json()["id"])
                done.since += 1
            told("read", await http.get(f"/api/v1/measures/{team.measure}/points?limit=1"))
            if not added.is_success:
                await asyncio.sleep(0.05)


async def until_ready(http: httpx.AsyncClient, status: int) -> None:
    found = 0
    while found != status:
        found = (await http.get("/health/ready")).status_code
        await asyncio.sleep(0.05)


async def test_a_database_that_restarts_costs_clear_refusals_and_no_acknowledged_write(
    own: Cluster, tmp_path: Path
) -> None:
    served = await start(own.url(), tmp_path, pool="8")
    team, done = await a_team(served), Work()
    clients = [asyncio.create_task(work(served, team, done)) for _ in range(16)]
    async with served.client() as http:
        for _ in range(2):
            done.since = 0
            await until(lambda: done.since >= 30)
            await asyncio.to_thread(own.stop)
            await until_ready(http, 503)
            await asyncio.to_thread(own.start)
            await until_ready(http, 200)
        done.statuses.clear()
        await until(lambda: done.statuses["write", 201] >= 50)
        done.going = False
        await asyncio.gather(*clients)
        stored = await team.points(http)

    assert {status for _, status in done.statuses} <= {200, 201}, "it came back by itself"
    assert done.types <= {"/problems#store-unavailable"}
    assert {*done.acknowledged} <= {*stored}
    assert await served.stop() == 0


async def test_a_database_that_restarts_while_nobody_asks_is_not_noticed(
    own: Cluster, tmp_path: Path
) -> None:
    served = await start(own.url(), tmp_path)
    team, done = await a_team(served), Work()
    clients = [asyncio.create_task(work(served, team, done)) for _ in range(8)]
    await until(lambda: len(done.acknowledged) >= 30)
    done.going = False
    await asyncio.gather(*clients)

    own.stop("fast")
    own.start()
    done.going = True
    clients = [asyncio.create_task(work(served, team, done)) for _ in range(8)]
    await until(lambda: len(done.acknowledged) >= 60)
    done.going = False
    await asyncio.gather(*clients)

    assert {status for _, status in done.statuses} == {200, 201}
    assert await served.stop() == 0


async def test_a_lock_that_somebody_else_holds_is_a_clear_refusal(postgres_url: str) -> None:
    async with serving(postgres_url, lock_timeout=1) as client, connect(postgres_url) as other:
        held, may_end = asyncio.Event(), asyncio.Event()

        def hold(conn: Connection) -> None:
            conn.execute(text("LOCK TABLE units"))
            held.set()
            await_only(may_end.wait())

        holding = asyncio.create_task(other.write(hold))
        await held.wait()

        answer = await client.post("units", json={"kind": "team", "name": "Waiting"})

        refused(answer, 503, TookTooLong)
        assert answer.headers["retry-after"] == "1"
        may_end.set()
        await holding
        await client.make("units", kind="team", name="Waiting")


async def test_a_database_that_stands_still_is_given_up_and_taken_up_again(
    own: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_LONGER", 0.2)
    timeouts = Timeouts(statement=0.2, connect=0.5, pool=0.5)
    async with connect(own.url(), pool=2, timeouts=timeouts) as database:
        assert await database.read(one) == 1
        own.hold()
        try:
            for verb in ("read", "snapshot", "write"):
                with pytest.raises(StoreUnavailable):
                    await getattr(database, verb)(one)
        finally:
            own.let_go()

        assert await asyncio.gather(*(database.read(one) for _ in range(4))) == [1] * 4
        assert await database.write(one) == 1
