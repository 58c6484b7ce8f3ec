"""What is particular to PostgreSQL: lost races, dropped connections, a pool that is used up."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import await_only

from api.store.database import Database, async_url
from api.store.engine import connect
from api.store.errors import StoreUnavailable, TookTooLong
from api.store.postgres import ATTEMPTS, Postgres
from api.timeouts import Timeouts
from tests.store.test_engine import log, logged, set_up

LOSE = text("DO $$ BEGIN RAISE EXCEPTION 'lost the race' USING ERRCODE = '40001'; END $$")


def fall_dead(conn: Connection) -> None:
    conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def end_every_connection(url: str) -> None:
    async with connect(url, pool=1) as other:
        await other.read(
            lambda conn: conn.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            ).all()
        )


async def test_a_deadlock_is_run_again(postgres_url: str) -> None:
    both_hold_one = asyncio.Barrier(2)
    runs = {1: 0, 2: 0}

    def touch_both(conn: Connection, first: int, second: int) -> int:
        runs[first] += 1
        conn.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
        conn.execute(text("UPDATE pair SET n = n + 1 WHERE id = :id"), {"id": first})
        if runs[first] == 1:
            await_only(both_hold_one.wait())
        conn.execute(text("UPDATE pair SET n = n + 1 WHERE id = :id"), {"id": second})
        return first

    async with connect(postgres_url) as database:
        await database.write(
            lambda conn: conn.exec_driver_sql(
                "CREATE TABLE pair AS SELECT i AS id, 0 AS n FROM generate_series(1, 2) AS i"
            ).close()
        )

        answers = await asyncio.gather(
            database.write(touch_both, 1, 2), database.write(touch_both, 2, 1)
        )

        assert answers == [1, 2]
        assert sum(runs.values()) == 3
        counted = await database.read(lambda conn: conn.execute(text("SELECT n FROM pair")).all())
        assert [tuple(row) for row in counted] == [(2,), (2,)]


@pytest.mark.parametrize("losses", [1, ATTEMPTS - 1])
async def test_a_lost_race_is_run_again(postgres_url: str, losses: int) -> None:
    runs: list[int] = []

    def lose_at_first(conn: Connection) -> int:
        runs.append(log(conn, len(runs)))
        if len(runs) <= losses:
            conn.execute(LOSE)
        return runs[-1]

    async with connect(postgres_url) as database:
        await database.write(set_up)

        answer = await database.write(lose_at_first)

        assert answer == losses
        assert await database.read(logged) == {losses}


async def test_a_race_that_is_always_lost_makes_the_store_unavailable(postgres_url: str) -> None:
    runs: list[int] = []

    def lose(conn: Connection) -> None:
        runs.append(log(conn, 1))
        conn.execute(LOSE)

    async with connect(postgres_url) as database:
        await database.write(set_up)

        with pytest.raises(StoreUnavailable):
            await database.write(lose)

        assert len(runs) == ATTEMPTS
        assert await database.read(logged) == set()


@pytest.mark.parametrize("verb", ["read", "snapshot", "write"])
async def test_a_connection_that_drops_makes_the_store_unavailable_once(
    postgres_url: str, verb: str
) -> None:
    async with connect(postgres_url) as database:
        await database.write(set_up)

        with pytest.raises(StoreUnavailable):
            await getattr(database, verb)(fall_dead)

        assert await database.write(log, 1) == 1
        assert await database.read(logged) == {1}


@pytest.mark.parametrize("verb", ["read", "snapshot", "write"])
async def test_connections_that_were_lost_while_nobody_used_them_cost_no_answer(
    postgres_url: str, verb: str
) -> None:
    async def call(database: Database) -> Any:
        return await getattr(database, verb)(logged)

    async with connect(postgres_url, pool=4) as database:
        await database.write(set_up)
        at_once = asyncio.Barrier(4)
        await asyncio.gather(
            *(database.read(lambda conn: await_only(at_once.wait())) for _ in range(4))
        )
        await end_every_connection(postgres_url)

        answers = await asyncio.gather(*(call(database) for _ in range(8)))

        assert answers == [set()] * 8


async def test_a_unit_of_work_that_lost_its_connection_is_run_once_more_and_counts_once(
    postgres_url: str,
) -> None:
    runs: list[int] = []

    def fall_dead_at_first(conn: Connection) -> int:
        runs.append(log(conn, len(runs)))
        if len(runs) == 1:
            fall_dead(conn)
        return runs[-1]

    async with connect(postgres_url) as database:
        await database.write(set_up)

        answer = await database.write(fall_dead_at_first)

        assert (answer, runs) == (1, [0, 1])
        assert await database.read(logged) == {1}


@pytest.mark.parametrize("verb", ["read", "snapshot", "write"])
async def test_a_statement_that_takes_too_long_is_given_up_and_the_connection_stays(
    postgres_url: str, verb: str
) -> None:
    async with connect(postgres_url, pool=1, timeouts=Timeouts(statement=0.05)) as database:
        await database.write(set_up)

        with pytest.raises(TookTooLong):
            await getattr(database, verb)(
                lambda conn: conn.execute(text("SELECT pg_sleep(60)")).all()
            )

        assert await database.write(log, 1) == 1


async def test_a_lock_that_is_not_given_up_is_not_waited_for_any_longer(postgres_url: str) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    def hold(conn: Connection) -> None:
        conn.execute(text("LOCK TABLE log IN EXCLUSIVE MODE"))
        begun.set()
        await_only(may_end.wait())

    async with connect(postgres_url, timeouts=Timeouts(lock=0.05)) as database:
        await database.write(set_up)
        holding = asyncio.create_task(database.write(hold))
        await begun.wait()

        with pytest.raises(TookTooLong):
            await database.write(log, 1)

        may_end.set()
        await holding
        assert await database.write(log, 2) == 2
        assert await database.read(logged) == {2}


async def test_a_transaction_that_does_nothing_is_ended_and_leaves_nothing(
    postgres_url: str,
) -> None:
    def idle(conn: Connection) -> None:
        log(conn, 1)
        await_only(asyncio.sleep(0.5))
        log(conn, 2)

    async with connect(postgres_url, timeouts=Timeouts(idle=0.05)) as database:
        await database.write(set_up)

        with pytest.raises(StoreUnavailable):
            await database.write(idle)

        assert await database.read(logged) == set()


async def test_a_server_that_is_not_there_makes_the_store_unavailable() -> None:
    async with connect("postgresql://nobody@127.0.0.1:1/nothing") as database:
        for run in (database.read, database.snapshot, database.write):
            with pytest.raises(StoreUnavailable):
                await run(logged)


async def test_a_pool_that_is_used_up_makes_the_store_unavailable(postgres_url: str) -> None:
    engine = create_async_engine(
        async_url(postgres_url), pool_size=1, max_overflow=0, pool_timeout=0.01
    )
    database, may_end = Postgres(engine), asyncio.Event()
    holding, begun = None, asyncio.Event()

    def hold(conn: Connection) -> None:
        begun.set()
        await_only(may_end.wait())

    try:
        holding = asyncio.create_task(database.write(hold))
        await begun.wait()

        with pytest.raises(StoreUnavailable):
            await database.read(logged)
    finally:
        may_end.set()
        if holding is not None:
            await holding
        await engine.dispose()
