"""What group commit gives: durable point writes by 64 waiting clients, grouped against one by one.

    python bench/writes.py [rounds]

Both sides write the same rows (point, activity, idempotency) into SQLite files of their own on the
same disk, in rounds that alternate; the ratio of each round is formed before the median.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

from api.ids import new_id
from api.store import engine, inquiries, points, schema
from api.store.access import OPERATOR, By
from api.store.idempotency import Reply, once
from pdsa.ids import MeasureId, PointId
from pdsa.interchange import loads
from pdsa.measure import DataPoint
from pdsa.reference import sacramento

CLIENTS = 64
WRITES = 10
MEASURE = MeasureId("measure-sentence-frame")


async def round_of(database: engine.Database) -> float:
    """Writes a second with every client waiting for its own answer."""
    by = By(OPERATOR, datetime.now(UTC))

    async def client() -> None:
        for _ in range(WRITES):
            point = DataPoint(PointId(new_id()), MEASURE, date(2018, 3, 16), 1, 2)
            key = new_id()

            def work(conn: object, point: DataPoint = point) -> Reply:
                made = points.add_point(conn, by, point)  # type: ignore[arg-type]
                return Reply(201, msgspec.json.encode(made))

            await database.write(once, by, key, key, work)

    start = perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return CLIENTS * WRITES / (perf_counter() - start)


async def main(rounds: int = 9) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rates: dict[str, list[float]] = {"grouped": [], "one by one": []}
        groups = {"grouped": engine.GROUP, "one by one": 1}
        urls = {name: f"sqlite:///{Path(folder) / name.replace(' ', '-')}.db" for name in rates}
        for url in urls.values():
            await schema.migrate_async(url)
            async with engine.connect(url) as database:
                by = By(OPERATOR, datetime.now(UTC))
                await database.write(inquiries.add_inquiry, by, loads(sacramento()), None)
        for number in range(rounds + 1):
            for name in list(rates)[:: 1 if number % 2 else -1]:
                engine.GROUP = groups[name]
                async with engine.connect(urls[name]) as database:
                    rate = await round_of(database)
                if number:  # the first round warms up
                    rates[name].append(rate)
    ratios = [a / b for a, b in zip(*rates.values(), strict=True)]
    print(f"{'':<12}{'median writes/s':>16}")
    for name, found in rates.items():
        print(f"{name:<12}{median(found):>16.0f}")
    print(
        f"\nratio of {rounds} rounds: median {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    )


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
