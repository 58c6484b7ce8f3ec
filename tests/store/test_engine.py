"""What both databases promise about units of work."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.store.engine import Database, connect
from tests.databases import in_own_loop

LOG = Table("log", MetaData(), Column("n", Integer, primary_key=True))
COUNTER = Table("counter", MetaData(), Column("n", Integer, nullable=False))


def set_up(conn: Connection) -> None:
    LOG.create(conn)
    COUNTER.create(conn)
    conn.execute(insert(COUNTER).values(n=0))


def count_one_up(conn: Connection) -> int:
    n = conn.execute(select(COUNTER.c.n).with_for_update()).scalar_one()
    conn.execute(update(COUNTER).values(n=n + 1))
    return n + 1


def log(conn: Connection, n: int) -> int:
    conn.execute(insert(LOG).values(n=n))
    return n


def logged(conn: Connection) -> set[int]:
    return set(conn.execute(select(LOG.c.n)).scalars())


def log_then_fail(conn: Connection, n: int) -> None:
    log(conn, n)
    raise ValueError(f"job {n}")


async def test_every_acknowledged_write_is_there(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(set_up)

        answers = await asyncio.gather(*(database.write(count_one_up) for _ in range(600)))

        assert sorted(answers) == list(range(1, 601))
    async with connect(database_url) as database:
        assert await database.read(lambda conn: conn.scalar(select(COUNTER.c.n))) == 600


async def test_a_failing_job_takes_no_other_with_it(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(set_up)
        await database.write(log, 7)

        jobs: list[Callable[..., object]] = [log] * 100
        jobs[40] = log_then_fail
        outcomes = await asyncio.gather(
            *(database.write(job, n) for n, job in enumerate(jobs)), return_exceptions=True
        )

        assert isinstance(outcomes[7], IntegrityError)
        assert isinstance(outcomes[40], ValueError)
        assert str(outcomes[40]) == "job 40"
        done = set(range(100)) - {7, 40}
        assert {n for n in range(100) if outcomes[n] == n} == done
        assert await database.read(logged) == done | {7}


async def test_a_job_that_fails_at_the_commit_takes_no_other_with_it(database_url: str) -> None:
    def note_deferred(conn: Connection) -> None:
        set_up(conn)
        conn.exec_driver_sql(
            "CREATE TABLE note (n INTEGER REFERENCES log (n) DEFERRABLE INITIALLY DEFERRED)"
        )

    def note(conn: Connection, n: int) -> None:
        conn.exec_driver_sql(f"INSERT INTO note VALUES ({n})")

    async with connect(database_url) as database:
        await database.write(note_deferred)

        outcomes = await asyncio.gather(
            *(database.write(log, n) for n in range(5)),
            database.write(note, 77),
            *(database.write(log, n) for n in range(5, 10)),
            return_exceptions=True,
        )

        assert isinstance(outcomes.pop(5), IntegrityError)
        assert outcomes == list(range(10))
        assert await database.read(logged) == set(range(10))


async def test_an_answer_comes_after_the_commit(database_url: str) -> None:
    async def write_and_look(database: Database, elsewhere: Database, n: int) -> bool:
        await database.write(log, n)
        return n in await elsewhere.read(logged)

    async with connect(database_url) as database, connect(database_url) as elsewhere:
        await database.write(set_up)

        seen = await asyncio.gather(*(write_and_look(database, elsewhere, n) for n in range(80)))

        assert all(seen)


async def test_a_client_that_goes_away_cancels_nobody_else(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(set_up)
        writes = [asyncio.create_task(database.write(log, n)) for n in range(30)]
        await asyncio.sleep(0)

        writes[3].cancel()
        outcomes = await asyncio.gather(*writes, return_exceptions=True)

        assert isinstance(outcomes.pop(3), asyncio.CancelledError)
        assert outcomes == [n for n in range(30) if n != 3]
    async with connect(database_url) as database:
        assert await database.read(logged) == set(range(30)), "asked for, so done at closing"


async def test_closing_waits_for_what_was_asked_before(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(set_up)
        writes = [asyncio.create_task(database.write(log, n)) for n in range(200)]
        await asyncio.sleep(0)

    assert await asyncio.gather(*writes) == list(range(200))
    async with connect(database_url) as database:
        assert await database.read(logged) == set(range(200))


async def test_a_snapshot_sees_one_moment(database_url: str) -> None:
    async def write_elsewhere() -> None:
        async with connect(database_url) as database:
            await database.write(log, 1)

    def look_twice(conn: Connection) -> tuple[set[int], set[int]]:
        before = logged(conn)
        in_own_loop(write_elsewhere)
        return before, logged(conn)

    async with connect(database_url, readers=1) as database:
        await database.write(set_up)

        before, after = await database.snapshot(look_twice)

        assert (before, after) == (set(), set())
        assert await database.read(logged) == {1}, "the next reader sees what was written"


async def test_a_plain_read_sees_what_is_committed_meanwhile(database_url: str) -> None:
    async def write_elsewhere() -> None:
        async with connect(database_url) as database:
            await database.write(log, 1)

    def look_twice(conn: Connection) -> tuple[set[int], set[int]]:
        before = logged(conn)
        in_own_loop(write_elsewhere)
        return before, logged(conn)

    async with connect(database_url, readers=1) as database:
        await database.write(set_up)

        before, after = await database.read(look_twice)

        assert (before, after) == (set(), {1})


@pytest.mark.parametrize("fails", [ValueError, KeyError])
async def test_a_read_that_fails_leaves_its_connection_fit_for_the_next(
    database_url: str, fails: type[Exception]
) -> None:
    def fail(conn: Connection) -> None:
        conn.execute(select(func.count()).select_from(LOG))
        raise fails

    async with connect(database_url, readers=1, pool=1) as database:
        await database.write(set_up)
        for run in (database.read, database.snapshot):
            with pytest.raises(fails):
                await run(fail)

        await database.write(log, 5)

        assert await database.read(logged) == {5}
        assert await database.snapshot(logged) == {5}


@pytest.mark.parametrize("verb", ["read", "snapshot"])
async def test_a_reader_that_goes_away_leaves_its_connection_fit_for_the_next(
    database_url: str, verb: str
) -> None:
    begun, loop = asyncio.Event(), asyncio.get_running_loop()

    def count_for_long(conn: Connection) -> object:
        logged(conn)
        loop.call_soon_threadsafe(begun.set)
        return conn.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
            " SELECT count(*) FROM n"
        ).scalar()

    async with connect(database_url, readers=1, pool=1) as database:
        await database.write(set_up)
        for n in range(3):
            begun.clear()
            reading = asyncio.create_task(getattr(database, verb)(count_for_long))
            await begun.wait()

            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading

            await database.write(log, n)
            assert await database.read(logged) == set(range(n + 1))


async def test_a_read_that_nobody_waits_for_any_more_holds_up_no_other(sqlite_url: str) -> None:
    begun, ended = threading.Event(), threading.Event()

    def for_long(conn: Connection) -> None:
        begun.set()
        ended.wait(30)

    async with connect(sqlite_url, readers=2) as database:
        await database.write(set_up)
        reading = asyncio.create_task(database.read(for_long))
        await asyncio.to_thread(begun.wait, 30)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

        try:
            assert await asyncio.wait_for(database.read(logged), 10) == set()
            assert await asyncio.wait_for(database.read(logged), 10) == set()
        finally:
            ended.set()
