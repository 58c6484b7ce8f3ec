"""Limits as a client meets them: 429 with when to come back, shared by every process."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.security import rates
from api.security.rates import Limit, Limiter, TooManyRequests, bucket, by_address
from api.store import tables
from api.store.engine import connect
from api.store.errors import StoreUnavailable
from pdsa import Role
from tests.api.client import Client, refused, serving

# Late enough that the servers' own tidying, by the real clock, leaves what is taken then alone.
NOON = datetime(2100, 3, 16, 12, 0, tzinfo=UTC)
FORTY = Limit("default", 40, 60)


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def stop(*clients: Client) -> Clock:
    """Give servers one clock that stands."""
    clock = Clock()
    for client in clients:
        client.app.state.clock = clock
    return clock


async def events(client: Client) -> list[tuple[str, str]]:
    c = tables.security_events.c
    return await client.database.read(
        lambda conn: [tuple(row) for row in conn.execute(select(c.event, c.address).order_by(c.id))]
    )


async def wrong_token(client: Client, end: str = "wrong") -> httpx.Response:
    nobody = await client.nobody()
    return await nobody.get("me", headers={"Authorization": f"Bearer pdsa_{end}"})


# -- use by one person -------------------------------------------------------------------------


async def test_every_answer_tells_what_is_left_of_the_limit(database_url: str) -> None:
    async with serving(database_url, rate_per_minute=40) as client:
        stop(client)

        first = await client.get("me")
        missing = await client.get("units/nothing")

    assert first.headers["RateLimit-Policy"] == '"default";q=40;w=60'
    assert first.headers["RateLimit"] == '"default";r=39;t=3'
    assert missing.headers["RateLimit"] == '"default";r=38;t=3'
    assert "Retry-After" not in first.headers


async def test_beyond_the_limit_it_says_when_to_come_back_and_then_there_is_room(
    database_url: str,
) -> None:
    async with serving(database_url, rate_per_minute=40) as client:
        clock = stop(client)
        for _ in range(40):
            assert (await client.get("me")).status_code == 200

        over = await client.get("me")
        clock.wait(float(over.headers["Retry-After"]))
        later = await client.get("me")

    problem = refused(over, 429, TooManyRequests)
    assert over.headers["Retry-After"] == "2"
    assert over.headers["RateLimit"] == '"default";r=0;t=2'
    assert over.headers["RateLimit-Policy"] == '"default";q=40;w=60'
    assert over.headers["Cache-Control"] == "no-store"
    assert "2 s" in problem["detail"]
    assert later.status_code == 200


async def test_two_servers_on_one_database_share_a_persons_limit(database_url: str) -> None:
    async with (
        serving(database_url, rate_per_minute=40) as one,
        serving(database_url, token=one.token, rate_per_minute=40) as other,
    ):
        stop(one, other)
        answers = [
            (await client.get("me")).status_code for _ in range(30) for client in (one, other)
        ]

    assert answers.count(200) == 40
    assert set(answers[-10:]) == {429}


async def test_the_limit_is_a_persons_own(database_url: str) -> None:
    async with serving(database_url, rate_per_minute=20) as client:
        stop(client)
        ana = await client.somebody(Role.viewer, None)
        for _ in range(20):
            await client.get("me")

        assert (await client.get("me")).status_code == 429
        assert (await ana.get("me")).status_code == 200


async def test_reading_seldom_writes(database_url: str) -> None:
    async with serving(database_url, rate_per_minute=400) as client:
        stop(client)
        written: list[Any] = []
        database = client.database
        real = database.write

        async def counted(fn: Any, *args: Any, **kwargs: Any) -> Any:
            written.append(fn)
            return await real(fn, *args, **kwargs)

        database.write = counted  # type: ignore[method-assign]
        for _ in range(100):
            assert (await client.get("units")).status_code == 200

    takes = [each for each in written if each.__module__ == rates.__name__]
    assert len(takes) == 5  # a lease is a twentieth of the limit


async def test_without_a_limit_nothing_is_told_and_nothing_kept(database_url: str) -> None:
    async with serving(database_url, rate_per_minute=0) as client:
        answer = await client.get("me")
        kept = await client.database.read(
            lambda conn: conn.execute(select(tables.rates)).fetchall()
        )

    assert "RateLimit" not in answer.headers
    assert kept == []


async def test_a_lease_is_given_where_the_database_cannot_write(sqlite_url: str) -> None:
    class Full:
        dialect = "sqlite"

        async def write(self, *_: Any, **__: Any) -> Any:
            raise StoreUnavailable("the disk is full")

    limiter = Limiter()
    taken = await limiter.spend(Full(), "a", FORTY, NOON)  # type: ignore[arg-type]

    assert taken.allowed


# -- refused tokens ----------------------------------------------------------------------------


async def test_wrong_tokens_from_one_address_are_looked_at_so_often_and_no_more(
    database_url: str,
) -> None:
    async with serving(database_url, refused_per_minute=3) as client:
        clock = stop(client)
        answers = [await wrong_token(client, str(i)) for i in range(5)]
        clock.wait(20)
        again = await wrong_token(client)
        found = await events(client)

    assert [each.status_code for each in answers] == [401, 401, 401, 429, 429]
    refused(answers[-1], 429, TooManyRequests)
    assert answers[-1].headers["RateLimit-Policy"] == '"refused-tokens";q=3;w=60'
    assert answers[-1].headers["Retry-After"] == "20"
    assert again.status_code == 401
    told = [each for each in found if each[0] in ("token.refused", "rate.exceeded")]
    refusal = ("token.refused", "127.0.0.1")
    assert told == [refusal] * 3 + [("rate.exceeded", "127.0.0.1"), refusal]


async def test_two_servers_share_the_limit_of_wrong_tokens(database_url: str) -> None:
    async with (
        serving(database_url, refused_per_minute=4) as one,
        serving(database_url, token=one.token, refused_per_minute=4) as other,
    ):
        stop(one, other)
        answers = [
            (await wrong_token(client)).status_code for _ in range(3) for client in (one, other)
        ]

    assert answers == [401, 401, 401, 401, 429, 429]


async def test_a_valid_token_is_never_refused_for_wrong_ones_of_its_address(
    database_url: str,
) -> None:
    async with serving(database_url, refused_per_minute=2) as client:
        stop(client)
        for _ in range(5):
            await wrong_token(client)

        assert (await client.get("me")).status_code == 200


async def test_what_is_no_token_of_ours_costs_nothing(database_url: str) -> None:
    async with serving(database_url, refused_per_minute=1) as client:
        stop(client)
        nobody = await client.nobody()
        before = await client.record()

        for credentials in ("", "Bearer", "Bearer eyJ0eXAi", "Basic YTpi"):
            for _ in range(2):
                answer = await nobody.get("me", headers={"Authorization": credentials})
                assert answer.status_code == 401
        assert await client.record() == before


# -- what others call --------------------------------------------------------------------------


async def test_a_name_and_its_spellings_share_a_bucket_that_does_not_tell_it() -> None:
    limit = Limit("sign-in-to-account", 10, 900)

    assert bucket(limit, " Ana@Example.org") == bucket(limit, "ana@example.org")
    assert bucket(limit, "ana@example.org") != bucket(limit, "ben@example.org")
    assert "ana" not in bucket(limit, "ana@example.org")
    assert len(bucket(Limit("x" * 60, 1, 1), "y" * 900)) <= 120


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_a_client_counts_by_its_address_and_by_its_network_in_ipv6(
    one: str, other: str, same: bool
) -> None:
    limit = Limit("sign-in", 100, 3600)

    assert (by_address(limit, one) == by_address(limit, other)) is same


async def test_who_was_refused_costs_no_write_until_there_is_room(database_url: str) -> None:
    limit = Limit("sign-in", 2, 60)
    limiter, clock = Limiter(), Clock()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connect(database_url))
        for _ in range(2):
            await limiter.require(database, "a", limit, clock(), address="203.0.113.7")
        with pytest.raises(TooManyRequests) as raised:
            await limiter.require(database, "a", limit, clock(), address="203.0.113.7")
        assert raised.value.taken.retry_after == 30
        c = tables.security_events.c
        clock.wait(1)
        for _ in range(3):
            again = await limiter.take(database, "a", limit, clock(), address="203.0.113.7")
        assert (again.allowed, again.retry_after) == (False, 29)
        told = await database.read(lambda conn: conn.execute(select(c.event)).scalars().all())
        assert told == ["rate.exceeded"]
        clock.wait(29)
        assert (await limiter.take(database, "a", limit, clock())).allowed


async def test_a_process_remembers_no_more_buckets_than_it_may(database_url: str) -> None:
    limiter = Limiter(remembered=3)
    async with connect(database_url) as database:
        for i in range(10):
            await limiter.spend(database, f"a{i}", FORTY, NOON)
            for _ in range(2):
                await limiter.take(database, f"b{i}", Limit("one", 1, 60), NOON)

    assert len(limiter._leases) == len(limiter._refused) == 3
