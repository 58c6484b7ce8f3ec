"""A request that is sent again is answered again and done once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, func, select
from sqlalchemy.util import await_only

from api.store import elements
from api.store import tables as t
from api.store.access import By
from api.store.engine import connect
from api.store.errors import KeyInFlight, KeyReused
from api.store.idempotency import KEPT, Reply, forget, once
from api.store.kind import Place
from api.store.kinds import PERSON
from pdsa import Person, Role
from tests.store.world import ADMIN, AT, by

ANSWER = Reply(201, '{"name":"Zoë"}'.encode(), '"1"', "/api/v1/people/new")
AGAIN = Reply(201, b"{}", '"7"', "/elsewhere")


def adding(answer: Reply = ANSWER, id: str = "new") -> Callable[[Connection], Reply]:
    def work(conn: Connection) -> Reply:
        person = Person(id, "Zoë")  # type: ignore[arg-type]
        elements.add(conn, ADMIN, PERSON, person, Place(None, None))
        return answer

    return work


def kept(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(t.idempotency)).scalar_one()


def people(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(t.people)).scalar_one()


async def test_a_repeated_request_gets_the_first_answer(database_url: str) -> None:
    async with connect(database_url) as database:
        first = await database.write(once, ADMIN, "key", "body", adding())

        again = await database.write(once, ADMIN, "key", "body", adding(AGAIN, "other"))

        assert first == again == ANSWER
        assert await database.read(people) == 1


async def test_an_answer_may_be_empty(database_url: str) -> None:
    nothing = Reply(204, b"")
    async with connect(database_url) as database:
        await database.write(once, ADMIN, "key", "body", adding(nothing))

        assert await database.write(once, ADMIN, "key", "body", adding(AGAIN)) == nothing


async def test_a_key_is_not_taken_for_another_request(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(once, ADMIN, "key", "body", adding())

        with pytest.raises(KeyReused) as caught:
            await database.write(once, ADMIN, "key", "another body", adding(AGAIN, "other"))

        assert caught.value.key == "key"
        assert await database.read(people) == 1


async def test_a_request_that_failed_may_be_sent_again(database_url: str) -> None:
    def fail(conn: Connection) -> Reply:
        adding()(conn)
        raise ZeroDivisionError

    async with connect(database_url) as database:
        with pytest.raises(ZeroDivisionError):
            await database.write(once, ADMIN, "key", "body", fail)
        assert (await database.read(kept), await database.read(people)) == (0, 0)

        assert await database.write(once, ADMIN, "key", "body", adding()) == ANSWER


async def test_everybody_has_keys_of_their_own(database_url: str) -> None:
    ben = by(Role.member, None, person="ben")
    async with connect(database_url) as database:
        await database.write(once, ADMIN, "key", "body", adding())

        theirs = await database.write(once, ben, "key", "another", adding(AGAIN, "other"))

        assert theirs == AGAIN
        assert await database.read(kept) == 2


async def test_of_many_requests_at_once_one_is_done(database_url: str) -> None:
    async with connect(database_url) as database:
        outcomes = await asyncio.gather(
            *(database.write(once, ADMIN, "key", "body", adding()) for _ in range(30)),
            return_exceptions=True,
        )

        assert ANSWER in outcomes
        assert [each for each in outcomes if each != ANSWER and type(each) is not KeyInFlight] == []
        assert await database.read(people) == 1


async def test_a_key_is_in_flight_until_its_request_is_answered(postgres_url: str) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    def slowly(conn: Connection) -> Reply:
        begun.set()
        await_only(may_end.wait())
        return adding()(conn)

    async with connect(postgres_url) as one, connect(postgres_url) as other:
        first = asyncio.create_task(one.write(once, ADMIN, "key", "body", slowly))
        await begun.wait()

        with pytest.raises(KeyInFlight):
            await other.write(once, ADMIN, "key", "body", adding(AGAIN, "other"))
        assert await other.write(once, ADMIN, "second", "body", adding(AGAIN, "b")) == AGAIN
        may_end.set()

        assert await first == ANSWER
        assert await other.write(once, ADMIN, "key", "body", adding(AGAIN, "other")) == ANSWER


async def test_answers_are_forgotten_after_two_days(database_url: str) -> None:
    def at(age: timedelta) -> By:
        return replace(ADMIN, at=AT - age)

    async with connect(database_url) as database:
        for n, age in enumerate((KEPT * 2, KEPT + timedelta(seconds=1), KEPT, timedelta())):
            await database.write(once, at(age), f"key-{n}", "body", adding(id=f"person-{n}"))

        assert await database.write(forget, ADMIN) == 2

        assert await database.read(kept) == 2
        assert await database.write(forget, ADMIN) == 0
        assert await database.write(once, ADMIN, "key-0", "new body", adding(id="anew")) == ANSWER
