"""Whether a server lives, and whether it should be sent requests."""

import asyncio

import pytest
from sqlalchemy import text, update

from api.operating import readiness
from api.problems import NotReady
from api.store import schema
from tests.api.client import Client, refused, serving

VERSION = schema._VERSION


async def ready(client: Client) -> int:
    return (await client.get("/health/ready")).status_code


@pytest.fixture(autouse=True)
def every_answer_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "HOLDS", -1)


async def test_a_server_with_its_database_is_ready_and_asks_for_no_token(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        nobody = await client.nobody()

        assert (await nobody.get("/health/ready")).json() == {"status": "ready"}
        assert (await nobody.get("/health/live")).json() == {"status": "live"}


async def test_a_server_that_is_about_to_end_is_not_ready_and_still_answers(
    sqlite_url: str,
) -> None:
    async with serving(sqlite_url) as client:
        client.app.state.readiness.ending = True

        refused(await client.get("/health/ready"), 503, NotReady)
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("units")).status_code == 200


async def test_a_database_that_was_taken_back_to_an_older_schema_is_not_ours(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await client.database.write(
            lambda conn: conn.execute(update(VERSION).values(version_num=schema.known()[-2]))
        )

        problem = refused(await client.get("/health/ready"), 503, NotReady)

        assert "schema" in problem["detail"]


async def test_a_newer_schema_that_came_while_the_server_runs_lets_it_go_on(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await client.database.write(
            lambda conn: conn.execute(update(VERSION).values(version_num="9999"))
        )

        assert await ready(client) == 200


async def test_a_database_that_does_not_answer_is_told_without_waiting_for_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.05)
    async with serving(postgres_url) as client:
        assert await ready(client) == 200
        begun = asyncio.Event()
        held = asyncio.create_task(
            client.database.write(
                lambda conn: (
                    conn.execute(text("LOCK TABLE alembic_version")),
                    begun.set(),
                    conn.execute(text("SELECT pg_sleep(0.5)")),
                )
            )
        )
        await begun.wait()

        answers = await asyncio.gather(*(client.get("/health/ready") for _ in range(20)))

        assert {each.status_code for each in answers} == {503}
        assert client.database.load.in_use == 2, "the one that holds it, and one that asks"
        await held
        assert await ready(client) == 200
