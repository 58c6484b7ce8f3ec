"""Requests that are too long, slow, odd or meant for somebody else."""

import asyncio
import gzip
from typing import Any

import httpx
import pytest

from api.problems import HeadTooLarge, PathTooLong, UnsupportedMediaType, WrongHost
from api.security.gate import LONGEST_PATH
from tests.api.client import ORIGIN, Client, refused, serving
from tests.api.contract import CONTRACT
from tests.api.sample import AIM, with_sample

JSON = {"Content-Type": "application/json"}


def plain(client: Client) -> httpx.AsyncClient:
    """Requests that no description is held against: they stop before any operation."""
    headers = {"Authorization": f"Bearer {client.token}"}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(client.app), base_url=ORIGIN, headers=headers
    )


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd", "gzip, gzip", "x-anything"])
async def test_a_packed_body_is_refused_and_not_unpacked(database_url: str, coding: str) -> None:
    bomb = gzip.compress(b'{"kind": "team", "name": "' + b" " * 5_000_000 + b'"}')
    async with serving(database_url) as client:
        before = await client.record()

        for operation in CONTRACT.operations:
            if operation.path == "/api/v1/units" and operation.method == "POST":
                answer = await client.post(
                    operation.path, content=bomb, headers=JSON | {"Content-Encoding": coding}
                )
                refused(answer, 415, UnsupportedMediaType)
                assert coding in answer.json()["detail"]
        assert await client.record() == before


async def test_a_body_that_says_it_is_not_packed_is_read(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        answer = await client.post(
            "units", json={"kind": "team", "name": "T"}, headers={"Content-Encoding": "identity"}
        )

    assert answer.status_code == 201


async def test_a_path_or_a_head_that_is_too_long_goes_no_further(sqlite_url: str) -> None:
    async with serving(sqlite_url, max_head=16_384) as client, plain(client) as http:
        path = await http.get(f"/api/v1/units?text={'x' * LONGEST_PATH}")
        many = await http.get("/api/v1/units", headers=[("X-A", "x" * 100)] * 200)
        one = await http.get("/api/v1/units", headers={"X-A": "x" * 20_000})
        enough = await http.get("/api/v1/units", headers={"X-A": "x" * 10_000})

    refused(path, 414, PathTooLong)
    refused(many, 431, HeadTooLarge)
    refused(one, 431, HeadTooLarge)
    assert enough.status_code == 200


async def test_a_body_that_stops_coming_is_given_up(sqlite_url: str) -> None:
    async def stops() -> Any:
        yield b'{"kind": '
        await asyncio.Event().wait()

    async with serving(sqlite_url, slow_request=1) as client:
        before = await client.record()
        async with plain(client) as http:
            answer = await http.post("/api/v1/units", content=stops(), headers=JSON)

        problem = refused(answer, 408)
        assert problem["type"] == "/problems#slow-request"
        assert answer.headers["Connection"] == "close"
        assert await client.record() == before


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("pdsa.example.org", 200),
        ("PDSA.example.org:443", 200),
        ("10.0.0.5:8000", 200),
        ("evil.example.org", 421),
        ("pdsa.example.org.evil.test", 421),
        ("pdsa.example.org@evil.test", 421),
        ("pdsa.example.org/evil", 421),
        ("", 421),
    ],
)
async def test_only_the_hosts_of_the_settings_are_answered(
    sqlite_url: str, host: str, status: int
) -> None:
    allowed = "pdsa.example.org, 10.0.0.5"
    async with serving(sqlite_url, allowed_hosts=allowed) as client, plain(client) as http:
        for path in ("/api/v1/me", "/reference"):
            answer = await http.get(path, headers={"Host": host})

            assert answer.status_code == status
            if status == 421:
                refused(answer, 421, WrongHost)
        assert (await http.get("/health/live", headers={"Host": "10.9.9.9"})).status_code == 200


async def test_two_hosts_are_none(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client, plain(client) as http:
        answer = await http.get("/", headers=[("Host", "a.test"), ("Host", "b.test")])

    refused(answer, 421, WrongHost)


async def test_head_tells_what_get_would_and_sends_no_body(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        for path in (f"/api/v1/aims/{AIM}", "/api/v1/units", "/", "/nothing", "/static/pdsa.css"):
            got, told = await client.get(path), await client.head(path)

            assert (told.status_code, told.content) == (got.status_code, b"")
            assert told.headers.pop("x-request-id") != got.headers.pop("x-request-id")
            assert dict(told.headers) == dict(got.headers)
        assert (await client.head("/api/v1/inquiries")).status_code == 405


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get", "FOO"])
async def test_methods_that_nobody_needs_are_refused(sqlite_url: str, method: str) -> None:
    async with serving(sqlite_url) as client, plain(client) as http:
        for path in ("/", "/api/v1/units", "/health/live"):
            request = http.build_request("GET", path, headers={"X-Secret": "echo"})
            request.method = method
            answer = await http.send(request)

            assert answer.status_code in (405, 501), path
            assert "echo" not in answer.text


@pytest.mark.parametrize(
    "override", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]
)
async def test_no_header_makes_another_method_of_a_request(sqlite_url: str, override: str) -> None:
    async with serving(sqlite_url) as client:
        await with_sample(client)

        answer = await client.get(f"aims/{AIM}", headers={override: "DELETE", "If-Match": "*"})
        posted = await client.post(
            "units", json={"kind": "team", "name": "T"}, headers={override: "GET"}
        )

        assert answer.status_code == 200
        assert posted.status_code == 201
        assert (await client.get(f"aims/{AIM}")).status_code == 200


@pytest.mark.parametrize("depth", [200, 100_000])
async def test_json_that_is_nested_too_deep_is_malformed(sqlite_url: str, depth: int) -> None:
    body = b'{"kind": "team", "name": ' + b"[" * depth + b"]" * depth + b"}"
    async with serving(sqlite_url) as client:
        for path in ("units", "inquiries"):
            answer = await client.post(path, content=body, headers=JSON)

            refused(answer, 400)


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.git/HEAD",
        "/static/",
        "/static",
        "/static/../api/app.py",
        "/static/%2e%2e/reference.py",
        "/static/..%2f..%2fapp.py",
        "/static/pdsa.css.map",
        "/pyproject.toml",
        "/api/app.py",
        "/pdsa-data/pdsa.db",
        "/admin-token",
        "//etc/passwd",
        "/schema",
        "/docs",
        "/debug",
        "/metrics",
    ],
)
async def test_no_file_is_served_that_is_not_on_the_list(sqlite_url: str, path: str) -> None:
    async with serving(sqlite_url) as client:
        url = httpx.URL(ORIGIN).copy_with(raw_path=path.encode())
        answer = await client.get(str(url))

    assert answer.status_code in (404, 405), path
