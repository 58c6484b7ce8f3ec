"""The log of a server: which request a line belongs to, and what must not be in it."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.operating import logs
from api.settings import Settings
from tests.api.client import Client, serving
from tests.logs import log_apart

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The lines of a log in JSON, since they were last asked for."""
    said = io.StringIO()

    def read() -> list[dict[str, Any]]:
        found = [json.loads(line) for line in said.getvalue().splitlines()]
        said.seek(0)
        said.truncate()
        return found

    with log_apart():
        logs.configure(Settings(log="json"), said)
        yield read


def proxied(client: Client) -> Client:
    """The client as if it came through the proxy of the settings."""
    client._transport.client = ("10.0.0.9", 1234)  # type: ignore[attr-defined]
    return client


async def test_every_answer_names_its_request_and_no_two_are_the_same(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        answers = [await client.get(path) for path in ("units", "/", "/nowhere", "/health/live")]
        answers.append(await client.get("/x" * 5000))

    ids = [each.headers.get_list("x-request-id") for each in answers]
    assert all(len(each) == 1 for each in ids)
    assert len({each[0] for each in ids}) == 5


@pytest.mark.parametrize(
    ("given", "believed"),
    [("trace-0815.a_b", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("", False)],
)
async def test_a_trusted_proxy_names_a_request_if_it_does_so_properly(
    sqlite_url: str, given: str, believed: bool
) -> None:
    async with serving(sqlite_url, trusted_proxies="10.0.0.0/8") as client:
        answer = await proxied(client).get("units", headers={"X-Request-Id": given})

    assert (answer.headers["x-request-id"] == given) is believed


async def test_nobody_else_names_a_request(sqlite_url: str) -> None:
    async with serving(sqlite_url, trusted_proxies="10.0.0.0/8") as client:
        answer = await client.get("units", headers={"X-Request-Id": "trace-0815"})

    assert answer.headers["x-request-id"] != "trace-0815"


async def test_every_line_of_a_request_names_it(
    database_url: str, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(database_url, log_requests=True) as client:
        lines()
        made = await client.post("people", json={"name": "Ana"})
        wrong = await client.get("units", headers={"Authorization": "Bearer pdsa_nothing"})

        def broken(*_: Any, **__: Any) -> None:
            raise RuntimeError("a bug")

        with monkeypatch.context() as patched:
            patched.setattr("api.desk.Desk.page", broken)
            failed = await client.get("units")
        found = lines()

    told = {
        id: [
            (line["logger"], line["message"].partition(" in ")[0])
            for line in found
            if line["request_id"] == id
        ]
        for id in (each.headers["x-request-id"] for each in (made, wrong, failed))
    }
    assert list(told.values()) == [
        [("pdsa.security", "person.added"), ("pdsa.requests", "POST people_create 201")],
        [("pdsa.security", "token.refused"), ("pdsa.requests", "GET units_list 401")],
        [("api", "GET /api/v1/units failed"), ("pdsa.requests", "GET units_list 500")],
    ]
    (failure,) = (line for line in found if line["logger"] == "api")
    assert "RuntimeError: a bug" in failure["exc_info"]
    events = [line["security"] for line in found if line["logger"] == "pdsa.security"]
    assert [each["event"] for each in events] == ["person.added", "token.refused"]


async def test_writes_that_share_a_commit_keep_their_own_request(
    sqlite_url: str, lines: Lines
) -> None:
    async with serving(sqlite_url) as client:
        lines()
        made = await asyncio.gather(
            *(client.post("people", json={"name": "Ana"}) for _ in range(10))
        )
        found = lines()

    ids = {each.headers["x-request-id"]: each.json()["id"] for each in made}
    told = {line["request_id"]: line["security"]["person_id"] for line in found}
    assert told == ids


async def test_no_secret_of_a_request_is_in_the_log(sqlite_url: str, lines: Lines) -> None:
    async with serving(sqlite_url, log_requests=True) as client:
        await client.get("units?text=hunter2&cursor=hunter2")
        await client.get("/link/hunter2")
        await client.get("/nowhere/hunter2?token=hunter2")
        await client.post("session", json={"email": "hunter2@example.org", "password": "hunter2"})
        await client.get("units", headers={"Authorization": "Bearer pdsa_hunter2"})
        found = lines()

    assert len(found) >= 5
    assert "hunter2" not in json.dumps(found)


def test_a_plain_line_is_one_line_whatever_is_in_it() -> None:
    record = logging.LogRecord("api", logging.ERROR, "", 0, "GET %s failed", ("/a\n2026 b",), None)
    record.request_id = "r"

    line = logs.Plain().format(record)

    assert line.endswith("Z ERROR api [r] GET /a\\n2026 b failed")
    assert "\n" not in line
