"""Figures for Prometheus: who may read them, what they count, and that nobody is in them."""

import re
from typing import Any

import httpx
import pytest

from api.problems import Unauthenticated
from api.store.errors import StoreUnavailable
from tests.api.client import Client, refused, serving

TOKEN = "sample-token-for-metrics"
LINE = re.compile(r"(\w+)(?:{(.*)})? (\S+)")


async def figures(client: Client) -> dict[tuple[str, str], float]:
    """Every figure by its name and labels."""
    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = (LINE.fullmatch(line) for line in answer.text.splitlines() if line[0] != "#")
    return {(each[1], each[2] or ""): float(each[3]) for each in found if each}


async def test_without_a_token_in_the_settings_there_are_none(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        refused(await client.get("/metrics"), 404)


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", "é"])
async def test_whoever_has_not_the_token_reads_none(sqlite_url: str, given: str | None) -> None:
    async with serving(sqlite_url, metrics_token=TOKEN) as client:
        headers = {} if given is None else {"Authorization": given.encode()}
        nobody = await client.nobody()

        refused(await nobody.get("/metrics", headers=headers), 401, Unauthenticated)
        refused(await client.get("/metrics"), 401, Unauthenticated)


async def test_the_token_opens_nothing_else(sqlite_url: str) -> None:
    async with serving(sqlite_url, metrics_token=TOKEN) as client:
        headers = {"Authorization": f"Bearer {TOKEN}"}

        refused(await client.get("units", headers=headers), 401, Unauthenticated)


async def test_requests_are_counted_by_operation_method_and_class_of_status(
    database_url: str,
) -> None:
    async with serving(database_url, metrics_token=TOKEN) as client:
        unit = await client.make("units", kind="team", name="Sample team")
        for _ in range(2):
            await client.get(f"units/{unit['id']}")
        await client.get("units/nothing")
        await client.get("/nowhere")
        await client.get("/api/v1/" + "x" * 9000)

        found = await figures(client)

        def count(operation: str, method: str, status: str) -> float:
            labels = f'method="{method}",operation="{operation}",status="{status}"'
            return found["pdsa_requests_total", labels]

        assert count("units_create", "POST", "2xx") == 1
        assert count("units_get", "GET", "2xx") == 2
        assert count("units_get", "GET", "4xx") == 1
        assert count("none", "GET", "4xx") == 2
        assert found["pdsa_request_seconds_count", 'operation="units_get"'] == 3
        assert found["pdsa_write_wait_seconds_count", ""] >= 2
        assert found["pdsa_database_connections", ""] in (2, 5)
        if client.database.dialect == "sqlite":
            assert (
                found["pdsa_write_group_size_sum", ""] == found["pdsa_write_wait_seconds_count", ""]
            )
        assert not any(unit["id"] in labels for _, labels in found)


async def test_a_fault_of_ours_is_counted_and_the_databases_is_not(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(sqlite_url, metrics_token=TOKEN) as client:

        async def fail(error: Exception) -> httpx.Response:
            def broken(*_: Any, **__: Any) -> None:
                raise error

            with monkeypatch.context() as patched:
                patched.setattr("api.desk.Desk.read", broken)
                return await client.get("units/team")

        assert (await fail(RuntimeError("a bug"))).status_code == 500
        assert (await fail(StoreUnavailable("away"))).status_code == 503

        found = await figures(client)

    errors = {labels: n for (name, labels), n in found.items() if "unhandled" in name}
    assert errors == {'operation="units_get"': 1}


async def test_what_anybody_sends_makes_no_new_label(sqlite_url: str) -> None:
    async with serving(sqlite_url, metrics_token=TOKEN) as client:
        before = set(await figures(client))
        for n in range(20):
            await client.request("BREW", f"/coffee/{n}")
            await client.request(f"M{n}", "units")
            await client.get(f"units/{n}?text={n}")

        after = set(await figures(client))

    new = {labels for name, labels in after - before if name == "pdsa_requests_total"}
    assert new == {
        'method="other",operation="none",status="4xx"',
        'method="GET",operation="units_get",status="4xx"',
        'method="GET",operation="metrics",status="2xx"',
    }


async def test_the_address_by_which_machines_know_a_server_is_no_wrong_host(
    sqlite_url: str,
) -> None:
    async with serving(sqlite_url, metrics_token=TOKEN, allowed_hosts="pdsa.example.org") as client:
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

        assert answer.status_code == 200
