"""The application beside small apps over the same rows, under the same load.

    python bench/serving/run.py [--seconds 5] [--rounds 5] [--connections 16,64]
        [--databases sqlite,postgresql] [--only "one cycle"] [--fsync 2] [--peer-python PYTHON]

D is FastAPI with SQLAlchemy's async ORM and pydantic, F Litestar with the bare drivers, L Litestar
with bytes that are there already. Ours checks who asks, what they may see and how often they ask;
the others answer anybody. Rounds alternate between the servers; a ratio is formed in each round,
and told as the median with the least and the greatest. Needs wrk (Debian: ``apt install wrk``).
"""

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from endpoints import ENDPOINTS, Endpoint
from load import Load, send, written
from parity import compared
from sample import Team, seed
from servers import ROOT, Server, postgres, servers, slow_disk

Found = dict[str, list[Load]]


def measured(
    running: dict[str, Server],
    endpoint: Endpoint,
    teams: list[Team],
    folder: Path,
    given: argparse.Namespace,
    connections: int,
) -> Found:
    """Each server's runs, in the order of the rounds; one round before them warms up."""
    files = {
        name: written(folder, f"requests-{name}", endpoint.of(name, teams)) for name in running
    }
    found: Found = {name: [] for name in running}
    for number in range(given.rounds + 1):
        order = list(running)
        for name in order[number % len(order) :] + order[: number % len(order)]:
            seconds = given.seconds if number else min(2, given.seconds)
            run = send(running[name], files[name], connections, seconds * endpoint.longer)
            if number:
                found[name].append(run)
    return found


def ratio(found: Found, one: str, other: str) -> str:
    """How many times as fast, in the middle round, with the least and the greatest."""
    each = [a.rate / b.rate for a, b in zip(found[one], found[other], strict=True)]
    return f"{median(each):6.2f} ({min(each):.2f}-{max(each):.2f})"


def middle(found: list[Load], name: str) -> float:
    return median(getattr(each, name) for each in found)


def told(title: str, found: Found, wanted: tuple[float, float]) -> None:
    """The lines of one endpoint."""
    print(f"\n{title}", flush=True)
    for name, runs in found.items():
        work, rate = middle(runs, "work"), middle(runs, "rate")
        print(
            f"  {name:<7}{rate:>9.0f}/s  p50 {middle(runs, 'p50'):>7.1f} ms  p99 "
            f"{middle(runs, 'p99'):>7.1f} ms  cores {middle(runs, 'server'):.2f} "
            f"+ wrk {middle(runs, 'client'):.2f}  {work:>7.0f} us each"
        )
    first, *others = found
    if not all(run.rate for runs in found.values() for run in runs):
        print("  a round ended before its first answer: give it more --seconds")
        return
    for name in others:
        least = {"D": wanted[0], "F": wanted[1]}.get(name, 0)
        goal = f"  wanted {least:g}" if least else ""
        used = middle(found[name], "work") / middle(found[first], "work")
        print(f"  {first} / {name:<7}{ratio(found, first, name)}  by work {used:.2f}{goal}")


@contextmanager
def filled(kind: str, folder: Path) -> Iterator[tuple[str, list[Team]]]:
    """A database with the rows of the benchmark, and the teams to ask for."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'bench.db'}"
        yield url, asyncio.run(seed(url))
    else:
        with postgres(folder) as url:
            yield url, asyncio.run(seed(url))


def side_by_side(kind: str, given: argparse.Namespace) -> None:
    """Every endpoint on one kind of database."""
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        with filled(kind, folder) as (url, teams):
            with servers(url, folder, "ours,D,F", given.peer_python, {}) as running:
                sizes = compared(running.values(), teams, url, folder)
            print(f"\n== {kind}: the same answers; bytes of each: {sizes}")
            with servers(url, folder, "ours,D,F,L", given.peer_python, {}) as running:
                for endpoint in ENDPOINTS:
                    if given.only not in endpoint.name:
                        continue
                    wanted = endpoint.wanted
                    goals = (wanted[0], wanted[2]) if kind == "sqlite" else (wanted[1], 0.0)
                    for connections in given.connections:
                        found = measured(running, endpoint, teams, folder, given, connections)
                        told(f"{kind}, {endpoint.name}, {connections} connections", found, goals)
                print(f"\n{kind}, most memory of each server")
                for server in running.values():
                    print(f"  {server.name:<7}{server.peak():>6.0f} MB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def on_a_slow_disk(given: argparse.Namespace) -> None:
    """One point at a time where fsync takes longer: commits of many beside commits of one."""
    (one,) = (each for each in ENDPOINTS if each.name == "add one point")
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        with filled("sqlite", folder) as (url, teams):
            preload = slow_disk(folder, given.fsync)
            names = "ours,single,D,F,S"
            with servers(url, folder, names, given.peer_python, preload) as running:
                for connections in given.connections:
                    found = measured(running, one, teams, folder, given, connections)
                    title = f"sqlite, {one.name}, fsync {given.fsync:g} ms longer"
                    told(f"{title}, {connections} connections", found, (0, 0))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", default="16,64")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--only", default="", help="endpoints with this in their name")
    parser.add_argument("--fsync", type=float, default=2, help="milliseconds; 0: not measured")
    parser.add_argument("--peer-python", default=str(ROOT / ".venv-bench/bin/python"))
    given = parser.parse_args()
    given.connections = [int(each) for each in given.connections.split(",")]
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not here (Debian: apt install wrk)")
    for kind in filter(None, given.databases.split(",")):
        side_by_side(kind, given)
    if given.fsync:
        on_a_slow_disk(given)


if __name__ == "__main__":
    main()
