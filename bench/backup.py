"""What it takes to back up a database, to verify the backup, and to move it to PostgreSQL.

    python bench/backup.py [POINTS]

The database is a file of the sample district with so many points and their history (1.5 million
unless said). Each step is a ``pdsa`` command: seconds on the wall and of the processor, memory.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from api.store import schema  # noqa: E402
from api.store.engine import connect  # noqa: E402
from tests.databases import databases  # noqa: E402
from tests.store.world import found_district  # noqa: E402

PDSA = Path(sys.executable).with_name("pdsa")
NUMBERS = "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {n})"
ID = "printf('01923f6e-7c1a-7000-8000-%012d', i)"
POINTS = """
    INSERT INTO points (id, measure_id, "on", numerator, denominator, note, version) {numbers}
    SELECT {id}, (SELECT min(id) FROM measures), date('2018-01-01', '+' || (i % 300) || ' days'),
           i % 30, 30, '', 1 FROM s"""
HISTORY = """
    INSERT INTO activity (id, at, person_id, verb, kind, element_id, version, after, before)
    {numbers} SELECT {id}, '2018-01-12 08:00:00.123456', 'operator', 'add', 'data point', {id}, 1,
    json_object('id', {id}, 'on', '2018-01-12', 'numerator', i % 30, 'denominator', 30,
                'value', NULL, 'student_group', NULL, 'note', '', 'version', 1), 'null' FROM s"""


async def fill(url: str, points: int) -> None:
    def rows(conn: Connection) -> None:
        found_district(conn)
        for statement in (POINTS, HISTORY):
            conn.exec_driver_sql(statement.format(numbers=NUMBERS.format(n=points), id=ID))

    await schema.migrate_async(url)
    async with connect(url) as database:
        await database.write(rows)


def command(what: str, environ: dict[str, str], *words: str | Path) -> None:
    began = perf_counter()
    process = subprocess.Popen([PDSA, *words], env=environ, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, what
    took, processor = perf_counter() - began, used.ru_utime + used.ru_stime
    print(
        f"{what:<28} {took:6.1f} s  {processor:6.1f} s of processor {used.ru_maxrss // 1024:5} MB"
    )


def main(points: int = 1_500_000) -> None:
    with tempfile.TemporaryDirectory(prefix="pdsa") as folder, databases() as maker:
        here = Path(folder)
        url = f"sqlite:///{here}/district.db"
        asyncio.run(fill(url, points))
        environ = os.environ | {"PDSA_DATABASE": url, "PDSA_DATA": folder}
        command("backup", environ, "backup", "--no-verify", here / "kept.zip")
        command("verify", environ, "backup", "--check", here / "kept.zip")
        there = maker.make("postgresql", empty=True)
        command("move to PostgreSQL", environ, "move", "--to", there)
        environ["PDSA_DATABASE"] = there
        command("backup of PostgreSQL", environ, "backup", "--no-verify", here / "there.zip")
        for name in ("district.db", "kept.zip"):
            print(f"{name:<28} {(here / name).stat().st_size / 1e6:6.0f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
