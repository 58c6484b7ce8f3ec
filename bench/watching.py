"""What watching costs: processor time a request with metrics, and a line of the log too, against none.

    python bench/watching.py [rounds]

One application over an SQLite file answers the same small request (`GET /api/v1/me`) in blocks of 100
that alternate between the three; the ratio of each round is formed before the median. No network is
in it: with that, the shares are smaller.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from msgspec.structs import replace

from api.app import create_app
from api.operating import logs
from api.operating.metrics import Metrics
from api.settings import Settings
from api.store import people, schema
from api.store.access import OPERATOR, By

BLOCK = 100


async def answered(app: Any, token: str) -> None:
    """One request, answered with 200."""
    said: list[Any] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/me",
        "raw_path": b"/api/v1/me",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"a"), (b"authorization", f"Bearer {token}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    await app(scope, receive, send)
    assert said[0]["status"] == 200, said


async def main(rounds: int = 60) -> None:
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        settings = Settings(database=f"sqlite:///{folder}/pdsa.db", rate_per_minute=0, log="json")
        await schema.migrate_async(settings.database)
        logs.configure(settings, log)
        app, metrics = create_app(settings), Metrics()
        kinds: dict[str, tuple[Metrics | None, bool]] = {
            "nothing": (None, False),
            "metrics": (metrics, False),
            "metrics and log": (metrics, True),
        }
        costs: dict[str, list[float]] = {kind: [] for kind in kinds}
        async with app.lifespan():
            made = await app.state.database.write(
                lambda conn: people.first_administrator(conn, By(OPERATOR, app.state.clock()))
            )
            for number in range(rounds + 1):
                for kind in list(kinds)[:: 1 if number % 2 else -1]:
                    app.state.metrics, told = kinds[kind]
                    app.state.settings = replace(settings, log_requests=told)
                    start = process_time()
                    for _ in range(BLOCK):
                        await answered(app, made[1])
                    if number:  # the first round warms up
                        costs[kind].append((process_time() - start) / BLOCK * 1e6)
    print(f"{'watched by':<18}{'median us/request':>18}{'ratio to nothing':>28}")
    for kind, found in costs.items():
        ratios = sorted(a / b for a, b in zip(found, costs["nothing"], strict=True))
        half = f"{ratios[len(ratios) // 4]:.2f} to {ratios[len(ratios) * 3 // 4]:.2f}"
        print(f"{kind:<18}{median(found):>18.0f}{f'{median(ratios):.3f} (half: {half})':>28}")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
