"""The load: wrk against one server, with what both sides used meanwhile."""

import resource
import subprocess
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from time import perf_counter

import msgspec
from endpoints import Asked
from msgspec import Struct
from servers import HERE, Server

_runs = count()


class Load(Struct, frozen=True):
    """What one run found: requests a second, milliseconds, and cores used by either side."""

    rate: float
    p50: float
    p99: float
    server: float
    client: float

    @property
    def work(self) -> float:
        """Microseconds of the server's processor time for a request."""
        return self.server / self.rate * 1e6 if self.rate else 0.0


class _Told(Struct):
    requests: int
    seconds: float
    p50: float
    p99: float
    failed: int
    lost: int


def written(folder: Path, name: str, asked: Sequence[Asked]) -> Path:
    """The file of requests that the script of wrk reads."""
    lines = []
    for each in asked:
        body = ""
        if each.body:
            file = folder / f"body-{abs(hash(each.body))}"
            file.write_bytes(each.body)
            body = str(file)
        lines.append("\t".join((each.method, each.path, each.token, body)))
    file = folder / name
    file.write_text("\n".join(lines) + "\n")
    return file


def send(server: Server, requests: Path, connections: int, seconds: float) -> Load:
    """Run wrk for some seconds. Ends the program where a request fails.

    What wrk leaves behind at its end is done before anybody else is measured.
    """
    prefix = f"{server.name}-{next(_runs)}"
    command = [
        *("wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"),
        *("-s", str(HERE / "requests.lua"), server.url, "--", str(requests), prefix),
    ]
    before, used, start = server.cpu(), _children(), perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    took = perf_counter() - start
    _, _, line = done.stdout.rpartition("\nJSON ")
    told = msgspec.json.decode(line, type=_Told)
    if told.failed or told.lost:
        raise SystemExit(f"{server.name}: {told} for {requests.read_text()[:200]}")
    found = Load(
        rate=told.requests / told.seconds,
        p50=told.p50,
        p99=told.p99,
        server=(server.cpu() - before) / took,
        client=(_children() - used) / took,
    )
    server.wait_until_idle()
    return found


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
