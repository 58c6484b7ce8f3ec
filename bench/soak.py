"""A server at half of what it can do, for half an hour: does its memory grow, does anything fail?

    python bench/soak.py [--minutes 30] [--database sqlite|postgresql] [--share 0.5]
        [--processes 1] [--clients 32]

`pdsa serve` over the rows of the serving benchmark is asked for what teams and their leaders ask for
all day (``bench/serving/workday.py``). 20 seconds without a pause find the greatest rate; then requests
come at a share of it, each at its moment whether or not those before it are answered, so that a wait
counts. Ends with 1 where

- memory of all processes of the server grew by 5 % or more after the first five minutes: the median
  of the last quarter of the rest beside that of its first quarter;
- any request was answered otherwise than expected, or the log of the server tells of a fault;
- the server did not end in order, or ``pdsa doctor --verify`` then finds anything wrong.
"""

import argparse
import asyncio
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import linear_regression, median, quantiles
from time import monotonic
from typing import Any

import httpx
from msgspec import Struct

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "serving"))

from run import filled  # noqa: E402
from sample import Team  # noqa: E402
from servers import ROOT, Server, servers  # noqa: E402
from workday import Place, Said, Worker  # noqa: E402

from api.store import elements, engine, tokens  # noqa: E402
from api.store.access import OPERATOR, By  # noqa: E402
from api.store.kind import Place as Where  # noqa: E402
from api.store.kinds import CYCLE, GRANT, MEASURE, PERSON, UNIT  # noqa: E402
from pdsa.ids import GrantId, PersonId, UnitId  # noqa: E402
from pdsa.units import Grant, Person, Role  # noqa: E402

#: Seconds: to warm up, to find the greatest rate, between two looks at the memory.
WARM_UP, PEAK, LOOK = 10.0, 20.0, 5.0
#: From when on memory may not grow, in seconds, but no later than half of the run.
SETTLED = 300.0
GROWTH = 0.05


class Asked(Struct, frozen=True, gc=False):
    """A request that is over: its answer, and seconds from the moment at which it was due."""

    said: Said
    took: float


class Run(Struct):
    """Everything that was asked in one go; ``wrong`` are answers that were not expected."""

    seconds: float
    asked: list[Asked]
    wrong: list[str]

    @property
    def rate(self) -> float:
        return len(self.asked) / self.seconds

    def told(self) -> None:
        """A line for each kind of request, and one for all."""
        every: dict[str, list[float]] = defaultdict(list)
        for each in self.asked:
            every[each.said.what].append(each.took * 1000)
        print(f"\n{'':<24}{'requests':>9}{'p50 ms':>9}{'p99 ms':>9}")
        total = [each.took * 1000 for each in self.asked]
        for what, took in [*sorted(every.items()), ("all of them", total)]:
            p99 = quantiles(took, n=100)[98] if len(took) > 1 else took[0]
            print(f"{what:<24}{len(took):>9,}{median(took):>9.1f}{p99:>9.1f}")
        statuses = Counter(each.said.status for each in self.asked)
        print("answers: " + ", ".join(f"{status}: {n:,}" for status, n in sorted(statuses.items())))


class Look(Struct, frozen=True):
    """The memory of the server at a moment of the run: seconds, and MB."""

    at: float
    resident: float


async def places(url: str, teams: list[Team]) -> list[Place]:
    """Where the workers work, with a leader of each school, who is made here."""
    by = By(OPERATOR, datetime.now(UTC))
    leaders: dict[str, str] = {}

    def placed(conn: Any, team: Team) -> Place:
        school = elements.get(conn, by, UNIT, team.unit).parent_id or ""
        if school not in leaders:
            person = Person(PersonId(f"leader-{school}"), "Sample leader")
            elements.add(conn, by, PERSON, person, Where(None, None))
            grant = Grant(GrantId(f"grant-{school}"), person.id, Role.leader, UnitId(school))
            elements.add(conn, by, GRANT, grant, Where(UnitId(school), None))
            leaders[school] = tokens.new_token(conn, by, person.id, "soak")
        cycle = elements.get(conn, by, CYCLE, team.cycles[0])
        measure = elements.get(conn, by, MEASURE, team.charted[0])
        return Place(
            team, cycle.aim_id, cycle.change_idea_id, measure.aim_id, school, leaders[school]
        )

    async with engine.connect(url) as database:
        return [await database.write(placed, team) for team in teams]


async def asked(workers: list[Worker], seconds: float, rate: float | None = None) -> Run:
    """Let the workers ask for some seconds, at a rate together or without a pause."""
    began, found, number = monotonic(), list[Asked](), 0

    async def work(worker: Worker) -> None:
        nonlocal number
        while True:
            due = monotonic() - began if rate is None else number / rate
            if due >= seconds:
                return
            number += 1
            await asyncio.sleep(max(0.0, began + due - monotonic()))
            said = await worker.ask()
            found.append(Asked(said, monotonic() - began - due))

    async with asyncio.TaskGroup() as group:
        for worker in workers:
            group.create_task(work(worker))
    wrong = [each for worker in workers for each in worker.wrong]
    return Run(monotonic() - began, found, wrong)


async def watched(server: Server, looks: list[Look]) -> None:
    """Look at the memory of the server, until this is cancelled."""
    began, told = monotonic(), 0.0
    while True:
        looks.append(Look(monotonic() - began, server.resident()))
        if looks[-1].at >= told:
            print(f"{told / 60:>5.0f} min {looks[-1].resident:>8.1f} MB", flush=True)
            told += 120
        await asyncio.sleep(LOOK)


async def soaked(
    server: Server, where: list[Place], given: argparse.Namespace
) -> tuple[Run, list[Look]]:
    """Find the greatest rate, and keep to a share of it for as long as is wanted."""
    client = httpx.AsyncClient(
        base_url=server.url,
        timeout=60,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # plain HTTP needs none
        limits=httpx.Limits(max_connections=given.clients, keepalive_expiry=60),  # as proxies do
    )
    async with client as http:
        workers = [Worker(http, where, number) for number in range(given.clients)]
        await asked(workers, WARM_UP)
        peak = (await asked(workers, PEAK)).rate
        rate = peak * given.share
        print(f"{peak:.0f} requests/s at most; {rate:.0f}/s from now on", flush=True)
        looks: list[Look] = []
        watching = asyncio.create_task(watched(server, looks))
        found = await asked(workers, given.minutes * 60, rate)
        watching.cancel()
    return found, looks


def grown(looks: list[Look]) -> float:
    """The share by which memory grew after it had settled."""
    over = looks[-1].at
    settled = [each for each in looks if each.at >= min(SETTLED, over / 2)]
    quarter = max(1, len(settled) // 4)
    first, last = (
        median(each.resident for each in part) for part in (settled[:quarter], settled[-quarter:])
    )
    slope = 0.0
    if len(settled) > 1:
        slope = linear_regression(
            [each.at / 3600 for each in settled], [each.resident for each in settled]
        ).slope
    most = max(each.resident for each in looks)
    print(
        f"memory: {looks[0].resident:.1f} MB at first, {first:.1f} MB settled, {last:.1f} MB at the "
        f"end, {most:.1f} MB at most; {100 * (last / first - 1):+.1f} %, {slope:+.1f} MB an hour"
    )
    return last / first - 1


def commanded(url: str, folder: Path, *words: str) -> bool:
    """Run ``pdsa`` as an operator does, and show what it says last. Whether it went well."""
    done = subprocess.run(
        [sys.executable, "-m", "api", *words],
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "PDSA_DATABASE": url, "PDSA_DATA": str(folder / "data")},
        capture_output=True,
        text=True,
    )
    print(f"pdsa {' '.join(words)}: {(done.stdout + done.stderr).strip().rpartition(chr(10))[2]}")
    return done.returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--share", type=float, default=0.5, help="of the greatest rate")
    parser.add_argument("--processes", type=int, default=1, help="with PostgreSQL alone")
    parser.add_argument("--clients", type=int, default=32)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    broken: list[str] = []
    try:
        with filled(given.database, folder) as (url, teams):
            where = asyncio.run(places(url, teams))
            commanded(url, folder, "token")  # the first administrator, whom the doctor misses
            settings = {"PDSA_PROCESSES": str(given.processes), "PDSA_LOG": "json"}
            with servers(url, folder, "ours", sys.executable, settings) as running:
                server = running["ours"]
                found, looks = asyncio.run(soaked(server, where, given))
                ended = server.end()
            found.told()
            kept = found.rate * found.seconds / (given.minutes * 60)
            print(f"{kept:.1f} requests/s over {given.minutes:g} minutes")
            if grown(looks) >= GROWTH:
                broken.append(f"memory grew by {GROWTH:.0%} or more")
            if found.wrong:
                broken.append(f"{len(found.wrong)} answers were not expected: {found.wrong[:3]}")
            faults = [
                line
                for line in (folder / "ours.log").read_text().splitlines()
                if '"level":"ERROR"' in line or line.startswith("Traceback")
            ]
            if faults:
                broken.append(f"{len(faults)} faults in the log, the first of them {faults[0]}")
            if ended:
                broken.append(f"the server ended with {ended}")
            if not commanded(url, folder, "doctor", "--verify"):
                broken.append("pdsa doctor --verify found something")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(f"broken: {each}" for each in broken) or "every bound was held")
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
