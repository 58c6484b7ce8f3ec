"""The server is killed in the middle of work: nothing that was acknowledged is missing."""

import asyncio
import os
import subprocess
from pathlib import Path

import httpx
import pytest

from api.ids import new_id
from tests.api.server import PDSA, Served, Team, a_team, start


class Ledger:
    """What clients were told, and what they do not know."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, str] = {}
        self.in_doubt: set[str] = set()
        self.completed: set[str] = set()


async def work_until_it_dies(served: Served, team: Team, ledger: Ledger) -> None:
    """Add points and run cycles through until the connection breaks."""
    async with served.client() as http:
        key = new_id()
        try:
            while True:
                key = new_id()
                point = await team.add_point(http, numerator=1, denominator=2, key=key)
                assert point.status_code == 201, point.text
                ledger.acknowledged[key] = point.json()["id"]
                cycle = await team.plan_cycle(http, f"Cycle after {key}")
                done = await team.run_through(http, cycle)
                ledger.completed.add(done["id"])
        except httpx.TransportError:
            if key not in ledger.acknowledged:
                ledger.in_doubt.add(key)


async def settle(served: Served, team: Team, ledger: Ledger) -> None:
    """Ask again, under the same keys, for what is in doubt."""
    async with served.client() as http:
        for key in sorted(ledger.in_doubt):
            point = await team.add_point(http, numerator=1, denominator=2, key=key)
            assert point.status_code == 201, point.text
            ledger.acknowledged[key] = point.json()["id"]
        ledger.in_doubt.clear()


@pytest.mark.parametrize(
    ("kills", "clients"),
    [
        pytest.param(2, 8, id="twice"),
        pytest.param(10, 64, id="ten times", marks=pytest.mark.slow),
    ],
)
async def test_a_server_killed_in_the_middle_of_work_has_lost_and_doubled_nothing(
    database_url: str, kills: int, clients: int, tmp_path: Path
) -> None:
    ledger = Ledger()
    served = await start(database_url, tmp_path)
    team = await a_team(served)

    for kill in range(kills):
        working = [
            asyncio.create_task(work_until_it_dies(served, team, ledger)) for _ in range(clients)
        ]
        wanted = (kill + 1) * 2 * clients
        while len(ledger.acknowledged) < wanted:
            await asyncio.sleep(0.01)
            assert not any(client.done() and client.exception() for client in working)
        await served.kill()
        await asyncio.gather(*working)
        served = await start(database_url, tmp_path)
        await settle(served, team, ledger)

    async with served.client() as http:
        stored = await team.points(http)
        cycles = {cycle["id"]: cycle for cycle in await team.cycles(http)}
    assert sorted(stored) == sorted(ledger.acknowledged.values())
    assert {cycles[id]["status"] for id in ledger.completed} == {"completed"}
    assert await served.stop() == 0
    doctor = await asyncio.to_thread(
        subprocess.run,
        [PDSA, "doctor"],
        env=os.environ | {"PDSA_DATABASE": database_url, "PDSA_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert doctor.stdout.endswith("nothing is wrong\n"), doctor.stdout
