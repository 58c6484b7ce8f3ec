"""Connections that hinder each other are handed out one at a time, but a long turn holds up nobody."""

import asyncio

import pytest

from api.store import turns
from api.store.turns import Turn, Turns


@pytest.fixture
def two() -> Turns[str]:
    return Turns(["one", "other"])


async def waiting(found: Turns[str]) -> "asyncio.Task[Turn[str]]":
    """Somebody who has begun to wait."""
    task = asyncio.create_task(found.take())
    await asyncio.sleep(0)
    return task


async def test_the_next_begins_when_the_one_before_has_ended(two: Turns[str]) -> None:
    first = await two.take()
    second, third = await waiting(two), await waiting(two)
    assert (two.in_use, two.waiting) == (1, 2)

    two.give_back(first)
    turn = await second

    assert turn.connection == first.connection, "the one that was used last"
    assert not third.done()
    two.give_back(turn)
    two.give_back(await third)
    assert (two.in_use, two.waiting) == (0, 0)


async def test_beside_a_long_turn_another_begins(
    two: Turns[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONG", 0)
    long = await two.take()

    other = await two.take()

    third = await waiting(two)
    assert {long.connection, other.connection} == {"one", "other"}
    two.give_back(long)
    assert (await third).connection == long.connection


async def test_after_long_turns_there_is_one_at_a_time_again(
    two: Turns[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONG", 0)
    long, other = await two.take(), await two.take()
    monkeypatch.setattr(turns, "LONG", 60)
    two.give_back(long)
    two.give_back(other)

    first, second = await two.take(), await waiting(two)

    assert not second.done()
    two.give_back(first)
    two.give_back(await second)


@pytest.mark.parametrize("when", ["while it waits", "in the moment its turn comes"])
async def test_who_goes_away_keeps_nobody_waiting(two: Turns[str], when: str) -> None:
    first = await two.take()
    gone, patient = await waiting(two), await waiting(two)

    if when == "while it waits":
        gone.cancel()
        two.give_back(first)
    else:
        two.give_back(first)
        gone.cancel()

    two.give_back(await patient)
    assert gone.cancelled()
    assert (two.in_use, two.waiting) == (0, 0)
