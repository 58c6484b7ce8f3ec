"""Rate limits in the database: exact, atomic, and the same on both."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from api.store import rates, tables
from api.store.access import OPERATOR, By
from api.store.engine import connect
from api.store.rates import Limit, Taken

NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)
TEN = Limit("ten", 10, 60)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def test_a_burst_may_take_all_of_a_limit_and_not_one_more(database_url: str) -> None:
    async with connect(database_url) as database:
        taken = [await database.write(rates.take, "a", TEN, NOON) for _ in range(11)]

    assert [each.allowed for each in taken] == [True] * 10 + [False]
    assert [each.remaining for each in taken] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]
    assert [each.reset_after for each in taken[:3]] == [6, 12, 18]
    assert taken[-1] == Taken(limit=TEN, allowed=False, remaining=0, reset_after=60, retry_after=6)


async def test_units_come_back_one_by_one(database_url: str) -> None:
    async with connect(database_url) as database:
        for _ in range(10):
            await database.write(rates.take, "a", TEN, NOON)

        early = await database.write(rates.take, "a", TEN, later(5.9))
        one = await database.write(rates.take, "a", TEN, later(6))
        another = await database.write(rates.take, "a", TEN, later(6))
        rested = await database.write(rates.take, "a", TEN, later(600))

    assert (early.allowed, early.retry_after) == (False, 1)
    assert one.allowed
    assert (another.allowed, another.retry_after) == (False, 6)
    assert (rested.allowed, rested.remaining) == (True, 9)


@pytest.mark.parametrize("amount", [1, 3, 7, 1200, 9999])
async def test_rounding_neither_gives_nor_keeps_a_unit(sqlite_url: str, amount: int) -> None:
    limit = Limit("odd", amount, 60)
    units = max(1, amount // 20)

    async with connect(sqlite_url) as database:
        n = 0
        while (await database.write(rates.take, "a", limit, later(0.123457), units)).allowed:
            n += units
        assert n == amount - amount % units


async def test_buckets_do_not_share(database_url: str) -> None:
    async with connect(database_url) as database:
        for _ in range(10):
            await database.write(rates.take, "a", TEN, NOON)

        assert (await database.write(rates.take, "b", TEN, NOON)).remaining == 9
        assert not (await database.write(rates.take, "a", TEN, NOON)).allowed


async def test_a_refusal_takes_nothing(database_url: str) -> None:
    async with connect(database_url) as database:
        for _ in range(8):
            await database.write(rates.take, "a", TEN, NOON)

        three = await database.write(rates.take, "a", TEN, NOON, 3)
        two = await database.write(rates.take, "a", TEN, NOON, 2)

    assert (three.allowed, three.remaining, three.retry_after) == (False, 2, 6)
    assert (two.allowed, two.remaining) == (True, 0)


async def test_many_at_once_on_several_processes_take_exactly_what_there_is(
    database_url: str,
) -> None:
    async with connect(database_url) as one, connect(database_url) as other:
        taken = await asyncio.gather(
            *(
                database.write(rates.take, "a", TEN, NOON)
                for database in (one, other)
                for _ in range(20)
            )
        )

    assert sum(each.allowed for each in taken) == 10


async def test_a_bucket_that_is_given_back_is_whole(database_url: str) -> None:
    async with connect(database_url) as database:
        for _ in range(10):
            await database.write(rates.take, "a", TEN, NOON)
        await database.write(rates.give_back, ["a"])

        assert (await database.write(rates.take, "a", TEN, NOON)).remaining == 9


async def test_whole_buckets_are_forgotten_and_others_kept(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(rates.take, "a", TEN, NOON)
        await database.write(rates.take, "b", TEN, later(60))

        assert await database.write(rates.forget, By(OPERATOR, later(30))) == 1
        left = select(func.count()).select_from(tables.rates)
        assert await database.read(lambda conn: conn.execute(left).scalar()) == 1


def test_no_limit_gives_more_than_it_has() -> None:
    with pytest.raises(ValueError, match="more units"):
        rates.take(None, "a", TEN, NOON, 11)  # type: ignore[arg-type]
