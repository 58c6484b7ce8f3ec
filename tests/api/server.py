"""The real server as a process of its own, and a team that works with it."""

import asyncio
import os
import re
import signal
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from api.ids import new_id

#: Plain HTTP needs none, and reading those of the system for each client takes a while.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PDSA = Path(sys.executable).with_name("pdsa")


#: Every server that was started; whoever forgets one leaves it to ``end_what_is_left``.
_STARTED: list[psutil.Process] = []


class Served:
    """A running server: its address, token and process."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, token: str) -> None:
        self.process, self.url, self.token = process, url, token

    def client(self) -> httpx.AsyncClient:
        """A client that signs in; open it where it is used."""
        return httpx.AsyncClient(
            base_url=self.url,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=60,
            verify=NO_CERTIFICATES,
        )

    async def kill(self) -> None:
        """End the process at once, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> int:
        """End the process as an operator would; its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()


async def start(database_url: str, data: Path, *words: str, **settings: str) -> Served:
    """Start ``pdsa serve`` on a free port and wait until it answers."""
    process = await asyncio.create_subprocess_exec(
        PDSA,
        "serve",
        "--migrate",
        *words,
        env=os.environ
        | {"PDSA_DATABASE": database_url, "PDSA_DATA": str(data), "PDSA_PORT": "0"}
        | {
            "PDSA_RATE_PER_MINUTE": "0",
            "PDSA_REFUSED_PER_MINUTE": "0",
            "PDSA_REVIEWS_PER_MINUTE": "0",
        }
        | {f"PDSA_{name.upper()}": value for name, value in settings.items()},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    with suppress(psutil.NoSuchProcess):  # it ended at once, as is told below
        _STARTED.append(psutil.Process(process.pid))
    said = b""
    while (found := re.search(rb"http://[\d.:]+", said)) is None:
        line = await process.stdout.readline()
        assert line, f"the server ended: {said.decode()}"
        said += line
    url = found[0].decode()
    token = (data / "admin-token").read_text().strip()
    async with httpx.AsyncClient(verify=NO_CERTIFICATES) as http:
        while True:
            try:
                await http.get(f"{url}/health/live")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                break
        await join_every_team(http, url, token)
    return Served(process, url, token)


def end_what_is_left() -> None:
    """Kill the servers that a test has not ended, because it failed before it came to that."""
    while _STARTED:
        with suppress(psutil.NoSuchProcess):
            server = _STARTED.pop()
            family = [server, *server.children(recursive=True)]
            for each in family:
                each.kill()
            psutil.wait_procs(family, timeout=10)


async def until(happened: Callable[[], bool]) -> None:
    """Wait for what other processes do in their own time."""
    async with asyncio.timeout(60):
        while True:
            if happened():
                return
            await asyncio.sleep(0.01)


async def join_every_team(http: httpx.AsyncClient, url: str, token: str) -> None:
    """Make the administrator, who sets up and does not log, a facilitator of every team, once."""
    headers = {"Authorization": f"Bearer {token}"}
    me = (await http.get(f"{url}/api/v1/me", headers=headers)).json()
    if all(grant["role"] != "facilitator" for grant in me["grants"]):
        body = {"person_id": me["person_id"], "role": "facilitator"}
        done = await http.post(f"{url}/api/v1/grants", json=body, headers=headers)
        assert done.status_code == 201, done.text


@asynccontextmanager
async def serving_process(database_url: str) -> AsyncIterator[Served]:
    """A server on the database for the time of a test."""
    with tempfile.TemporaryDirectory(prefix="pdsa") as data:
        served = await start(database_url, Path(data))
        try:
            yield served
        finally:
            await served.stop()


class Team:
    """A team with an aim, an idea and a measure, by their ids."""

    def __init__(self, unit: str, aim: str, idea: str, measure: str) -> None:
        self.unit, self.aim, self.idea, self.measure = unit, aim, idea, measure

    async def add_point(
        self, http: httpx.AsyncClient, *, numerator: int, denominator: int, key: str | None = None
    ) -> httpx.Response:
        """Add one point under an idempotency key."""
        return await http.post(
            f"/api/v1/measures/{self.measure}/points",
            json={"on": "2018-01-12", "numerator": numerator, "denominator": denominator},
            headers={"Idempotency-Key": key or new_id()},
        )

    async def plan_cycle(self, http: httpx.AsyncClient, title: str) -> dict[str, Any]:
        """Plan a cycle on the idea."""
        body = {"aim_id": self.aim, "change_idea_id": self.idea, "title": title}
        return _done(await http.post("/api/v1/cycles", json=body))

    async def run_through(self, http: httpx.AsyncClient, cycle: dict[str, Any]) -> dict[str, Any]:
        """Move a cycle from Plan to its decision, each move on the version before it."""
        day = "2018-01-12"
        for verb, body in (
            ("start-do", {"on": day}),
            ("record", {"what_happened": "Everyone handed in a ticket."}),
            ("study", {"on": day, "study": {"learned": "Half used the frame."}}),
            ("act", {"on": day, "act": {"decision": "adapt", "reason": "Half did not."}}),
        ):
            cycle = _done(
                await http.post(
                    f"/api/v1/cycles/{cycle['id']}/{verb}",
                    json=body,
                    headers={"If-Match": f'"{cycle["version"]}"'},
                )
            )
        return cycle

    async def points(self, http: httpx.AsyncClient) -> list[str]:
        """The ids of all points, page by page."""
        return [each["id"] for each in await _all(http, f"/api/v1/measures/{self.measure}/points")]

    async def cycles(self, http: httpx.AsyncClient) -> list[dict[str, Any]]:
        """All cycles of the aim, page by page."""
        return await _all(http, f"/api/v1/cycles?aim={self.aim}")


async def a_team(served: Served) -> Team:
    """Set up a team through the API."""
    async with served.client() as http:

        async def post(path: str, **body: Any) -> str:
            return str(_done(await http.post(f"/api/v1/{path}", json=body))["id"])

        unit = await post("units", kind="team", name="Sample team")
        aim = await post("aims", unit_id=unit, title="Academic discourse")
        idea = await post("change-ideas", aim_id=aim, title="Exit ticket")
        measure = await post(
            "measures", aim_id=aim, name="Frame use", kind="process", unit="percentage"
        )
    return Team(unit, aim, idea, measure)


async def _all(http: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = f"{path}{'&' if '?' in path else '?'}limit=200"
    while following is not None:
        page = await http.get(following)
        found += page.json()["items"]
        following = page.links.get("next", {}).get("url")
    return found


def _done(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code in (200, 201), (response.status_code, response.text)
    body: dict[str, Any] = response.json()
    return body
