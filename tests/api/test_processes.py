"""Several processes on one database, and how a server ends: nobody's work is lost by either."""

import asyncio
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.api.server import NO_CERTIFICATES, Served, Team, a_team, start, until

TOKEN = "sample-token-for-metrics"


def workers(served: Served) -> list[psutil.Process]:
    """The processes that serve, without those that only keep resources."""
    found = []
    for each in psutil.Process(served.process.pid).children():
        with suppress(psutil.ZombieProcess):
            if "spawn_main" in " ".join(each.cmdline()):
                found.append(each)
    return found


async def requests_counted(served: Served, operation: str) -> int:
    """How often an operation was answered, by the metrics of all processes."""
    async with httpx.AsyncClient(verify=NO_CERTIFICATES) as http:
        told = await http.get(f"{served.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    wanted = f'pdsa_requests_total{{method="GET",operation="{operation}",status="2xx"}}'
    (found,) = (line for line in told.text.splitlines() if line.startswith(wanted))
    return int(float(found.split()[-1]))


async def ask(served: Served, times: int) -> None:
    """So many requests, each on a connection of its own."""
    for _ in range(times):
        async with served.client() as http:
            assert (await http.get("/api/v1/units")).status_code == 200


async def test_several_processes_are_one_server_and_one_that_dies_is_replaced(
    postgres_url: str, tmp_path: Path
) -> None:
    served = await start(postgres_url, tmp_path, "--processes", "2", metrics_token=TOKEN)
    try:
        await asyncio.gather(*(ask(served, 5) for _ in range(8)))
        assert {await requests_counted(served, "units_list") for _ in range(10)} == {40}
        async with served.client() as http:
            people = (await http.get("/api/v1/people")).json()["items"]
        assert len(people) == 1, "the first administrator, made once"

        first, _ = workers(served)
        first.kill()
        await until(lambda: len({*workers(served)} - {first}) == 2)
        await ask(served, 10)
        assert await requests_counted(served, "units_list") == 50, "nothing counted is forgotten"
    finally:
        left = workers(served)
        assert await served.stop() == 0
    assert not any(each.is_running() for each in left)


@pytest.mark.slow
async def test_processes_whose_keeper_was_killed_end_by_themselves(
    postgres_url: str, tmp_path: Path
) -> None:
    served = await start(postgres_url, tmp_path, "--processes", "2")
    left = workers(served)
    assert len(left) == 2

    await served.kill()

    await until(lambda: not any(each.is_running() for each in left))


async def write_until_it_ends(served: Served, team: Team, acknowledged: list[str]) -> list[int]:
    """Add points until nobody answers; what else was answered."""
    others: list[int] = []
    async with served.client() as http:
        while True:
            try:
                answer = await team.add_point(http, numerator=1, denominator=2)
            except httpx.TransportError:
                return others
            if answer.status_code == 201:
                acknowledged.append(answer.json()["id"])
            else:
                others.append(answer.status_code)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        pytest.param("sqlite", (), id="one", marks=pytest.mark.slow),
        pytest.param("postgresql", ("--processes", "2"), id="two"),
    ],
)
async def test_a_server_that_is_told_to_end_says_so_first_and_loses_nothing(
    kind: str, words: tuple[str, ...], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    served = await start(url, tmp_path, *words, drain="1")
    team, acknowledged = await a_team(served), list[str]()
    writing = [
        asyncio.create_task(write_until_it_ends(served, team, acknowledged)) for _ in range(16)
    ]
    await until(lambda: len(acknowledged) >= 50)

    ending, seen = asyncio.create_task(served.stop()), set[int]()
    async with httpx.AsyncClient(base_url=served.url, verify=NO_CERTIFICATES) as probe:
        while seen != {200, 503}:
            seen.add((await probe.get("/health/ready")).status_code)
            if 503 in seen:
                seen.add((await probe.get("/health/live")).status_code)
    told = len(acknowledged)

    assert await ending == 0
    assert await asyncio.gather(*writing) == [[]] * 16, "no request was answered with an error"
    assert len(acknowledged) > told, "what came while it drained was done"
    again = await start(url, tmp_path)
    async with again.client() as http:
        stored = await team.points(http)
    assert {*acknowledged} <= {*stored}
    assert len(stored) <= len(acknowledged) + 16, "one each at most was not acknowledged in time"
    assert await again.stop() == 0
