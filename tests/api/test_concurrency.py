"""Many clients at once: every acknowledged write is there, none is lost or doubled."""

import asyncio
from collections import Counter

import pytest

from tests.api.server import a_team, serving_process

CLIENTS = 64
ROUNDS = 3
WRITERS = 16


@pytest.mark.parametrize(
    "database_url", ["postgresql", pytest.param("sqlite", marks=pytest.mark.slow)], indirect=True
)
async def test_64_clients_that_add_points_and_move_cycles_lose_and_double_nothing(
    database_url: str,
) -> None:
    async with serving_process(database_url) as served:
        team = await a_team(served)
        statuses: Counter[int] = Counter()
        acknowledged: list[str] = []

        async def client(number: int) -> None:
            async with served.client() as http:
                cycle = await team.plan_cycle(http, f"Cycle of client {number}")
                for i in range(ROUNDS):
                    point = await team.add_point(http, numerator=i, denominator=ROUNDS)
                    again = await team.add_point(
                        http,
                        numerator=i,
                        denominator=ROUNDS,
                        key=point.request.headers["idempotency-key"],
                    )
                    assert again.json() == point.json()
                    statuses.update([point.status_code, again.status_code])
                    acknowledged.append(point.json()["id"])
                await team.run_through(http, cycle)

        await asyncio.gather(*(client(number) for number in range(CLIENTS)))
        async with served.client() as http:
            stored = await team.points(http)
            cycles = await team.cycles(http)

    assert statuses == {201: 2 * CLIENTS * ROUNDS}
    assert sorted(stored) == sorted(acknowledged)
    assert Counter(cycle["status"] for cycle in cycles) == {"completed": CLIENTS}
    assert {cycle["version"] for cycle in cycles} == {5}


async def test_clients_that_change_one_aim_never_overwrite_each_other(database_url: str) -> None:
    async with serving_process(database_url) as served:
        team = await a_team(served)
        statuses: Counter[int] = Counter()

        async def client(number: int) -> None:
            async with served.client() as http:
                while True:
                    read = await http.get(f"/api/v1/aims/{team.aim}")
                    text = read.json()["equity"] + f"{number};"
                    sent = await http.patch(
                        f"/api/v1/aims/{team.aim}",
                        json={"equity": text},
                        headers={"If-Match": read.headers["etag"]},
                    )
                    statuses.update([sent.status_code])
                    if sent.status_code == 200:
                        return

        await asyncio.gather(*(client(number) for number in range(WRITERS)))
        async with served.client() as http:
            aim = (await http.get(f"/api/v1/aims/{team.aim}")).json()

    assert set(statuses) <= {200, 412}
    assert sorted(aim["equity"].strip(";").split(";"), key=int) == [str(n) for n in range(WRITERS)]
    assert aim["version"] == 1 + WRITERS


async def test_of_64_who_start_do_at_once_one_does(database_url: str) -> None:
    async with serving_process(database_url) as served:
        team = await a_team(served)
        async with served.client() as http:
            cycle = await team.plan_cycle(http, "One cycle for all")

        async def client() -> int:
            async with served.client() as http:
                moved = await http.post(
                    f"/api/v1/cycles/{cycle['id']}/start-do",
                    json={"on": "2018-01-12"},
                    headers={"If-Match": '"1"'},
                )
                return moved.status_code

        statuses = Counter(await asyncio.gather(*(client() for _ in range(CLIENTS))))

    assert statuses == {200: 1, 412: CLIENTS - 1}
