"""A primary and its streaming replica: who does the work, and that nobody is told what is past."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Connection, text

from api.store import replica
from api.store.database import Database, Watch
from api.store.engine import connect
from tests.clusters import Cluster, cluster, replica_of
from tests.store.test_engine import log, logged, set_up


class Places(Watch):
    """Keeps where work was done that a replica may do."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def read_at(self, place: str) -> None:
        self.seen.append(place)


@pytest.fixture(scope="module")
def primary() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture(scope="module")
def standby(primary: Cluster) -> Iterator[Cluster]:
    with replica_of(primary) as made:
        yield made


@asynccontextmanager
async def both(
    primary: Cluster, other: str, *, patience: float = 10
) -> AsyncIterator[tuple[Database, Places]]:
    """A database with a replica, and an empty log in it."""
    places = Places()
    async with connect(primary.url(), pool=4) as alone:
        await alone.write(lambda conn: conn.execute(text("DROP TABLE IF EXISTS log, counter")))
        await alone.write(set_up)
    async with connect(
        primary.url(), pool=4, replica=other, patience=patience, watch=places
    ) as database:
        yield database, places


def on_a_replica(conn: Connection) -> bool:
    return bool(conn.execute(text("SELECT pg_is_in_recovery()")).scalar())


async def test_lists_and_snapshots_are_the_replicas_work_and_all_else_the_primarys(
    primary: Cluster, standby: Cluster
) -> None:
    async with both(primary, standby.url()) as (database, places):
        assert await database.browse(on_a_replica)
        assert await database.snapshot(on_a_replica)
        assert not await database.read(on_a_replica)
        assert not await database.write(on_a_replica)

    assert places.seen == ["replica", "replica"]


@pytest.mark.parametrize("verb", ["browse", "snapshot"])
async def test_whoever_has_written_sees_it_wherever_it_is_read(
    primary: Cluster, standby: Cluster, verb: str
) -> None:
    async with (
        both(primary, standby.url()) as (database, places),
        connect(primary.url(), pool=4) as another_process,
    ):
        for n in range(30):
            await (database if n % 2 else another_process).write(log, n)

            assert n in await getattr(database, verb)(logged)

    assert places.seen.count("replica") == 30


async def test_many_who_write_and_read_at_once_each_see_their_own(
    primary: Cluster, standby: Cluster
) -> None:
    async def somebody(database: Database, numbers: range) -> None:
        for n in numbers:
            await database.write(log, n)
            assert n in await database.browse(logged)

    async with both(primary, standby.url()) as (database, places):
        await asyncio.gather(*(somebody(database, range(k * 100, k * 100 + 20)) for k in range(8)))

    assert "replica" in places.seen


async def test_a_replica_that_falls_behind_is_left_alone_and_taken_up_again(
    primary: Cluster, standby: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "REST", 0)
    async with (
        both(primary, standby.url(), patience=0.05) as (database, places),
        connect(standby.url(), pool=1) as beside,
    ):
        await beside.read(lambda conn: conn.execute(text("SELECT pg_wal_replay_pause()")).all())
        await database.write(log, 1)

        assert await database.browse(logged) == {1}
        assert places.seen == ["behind"]

        await beside.read(lambda conn: conn.execute(text("SELECT pg_wal_replay_resume()")).all())
        while "replica" not in places.seen:
            assert await database.browse(logged) == {1}


async def test_a_replica_that_is_behind_is_not_asked_again_at_once(
    primary: Cluster, standby: Cluster
) -> None:
    async with (
        both(primary, standby.url(), patience=0) as (database, places),
        connect(standby.url(), pool=1) as beside,
    ):
        await beside.read(lambda conn: conn.execute(text("SELECT pg_wal_replay_pause()")).all())
        try:
            await database.write(log, 1)
            for _ in range(5):
                assert await database.browse(logged) == {1}
        finally:
            await beside.read(
                lambda conn: conn.execute(text("SELECT pg_wal_replay_resume()")).all()
            )

    assert places.seen == ["behind"]


async def test_without_its_replica_the_primary_does_everything(
    primary: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "REST", 0)
    with replica_of(primary) as mortal:
        async with both(primary, mortal.url()) as (database, places):
            await database.write(log, 1)
            assert await database.browse(logged) == {1}

            mortal.stop()
            for verb in ("browse", "snapshot"):
                assert await getattr(database, verb)(logged) == {1}
            assert places.seen == ["replica", "down", "down"]

            mortal.start()
            assert await database.browse(on_a_replica)


async def test_a_database_that_is_no_replica_of_this_one_is_never_read(
    primary: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    with cluster() as stranger:
        async with both(primary, stranger.url()) as (database, places):
            assert not await database.browse(on_a_replica)
            assert await database.browse(logged) == set()

    assert places.seen == []
    assert "PDSA_REPLICA_URL names no replica" in caplog.text


async def test_a_replica_that_stands_still_keeps_nobody_waiting_for_good(
    primary: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "REST", 0)
    with replica_of(primary) as mortal:
        async with both(primary, mortal.url(), patience=0.05) as (database, places):
            await database.write(log, 1)
            while "replica" not in places.seen:  # a busy machine lets it fall behind at first
                assert await database.browse(logged) == {1}

            mortal.hold()
            try:
                assert await database.browse(logged) == {1}
                assert await database.snapshot(logged) == {1}
            finally:
                mortal.let_go()

    assert places.seen[-2:] == ["down", "down"]
