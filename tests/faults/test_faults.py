"""What goes wrong under a server that takes writes: nothing acknowledged is lost, nothing is half."""

import asyncio
import os
import resource
import shutil
import subprocess
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import select

from api.store import archive
from api.store import tables as t
from api.store.archive.moment import file_of
from api.store.engine import connect
from tests.api.server import PDSA, a_team, start, until
from tests.databases import Databases
from tests.faults.postgres import a_server, compiled
from tests.faults.traffic import Traffic, audit, stored

#: Servers under load, killed and started again: minutes, and a machine of their own.
slow = pytest.mark.slow

IN_ORDER = select(t.activity.c.element_id, t.activity.c.at).order_by(t.activity.c.id)
CLOCK, DISK = (Path(__file__).with_name(name) for name in ("clock.c", "disk.c"))
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


async def test_a_disk_that_is_full_refuses_clearly_until_there_is_room(
    sqlite_url: str, tmp_path: Path
) -> None:
    served = await start(sqlite_url, tmp_path)
    traffic = Traffic(await a_team(served))
    file = file_of(sqlite_url)
    grown = max(file.stat().st_size, file.with_name(file.name + "-wal").stat().st_size)

    async with traffic.flowing(served):
        await traffic.more(20)
        limit = (grown + 100_000, resource.RLIM_INFINITY)
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, limit)
        await traffic.refused_more(50)
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, UNLIMITED)
        await traffic.more(50)

    assert await served.stop() == 0
    assert set(traffic.refused) == {"503"}
    await audit(sqlite_url, traffic)


@slow
@pytest.mark.usefixtures("c_compiler")
async def test_a_database_server_whose_disk_is_full_refuses_clearly_until_there_is_room(
    tmp_path: Path,
) -> None:
    with a_server(DISK) as postgres:
        served = await start(postgres.url, tmp_path)
        traffic = Traffic(await a_team(served))

        async with traffic.flowing(served):
            conn = await asyncpg.connect(postgres.url)
            await conn.execute("SELECT pg_switch_wal()")  # its log has a file of its own to fill
            await conn.close()
            await traffic.more(50)
            postgres.full.touch()
            await traffic.refused_more(50)
            assert postgres.runs()
            postgres.full.unlink()
            await traffic.more(50)

        assert await served.stop() == 0
        assert set(traffic.refused) == {"503"}
        await audit(postgres.url, traffic)


@slow
@pytest.mark.usefixtures("c_compiler")
async def test_a_database_server_that_ends_for_want_of_room_is_used_again_when_it_is_back(
    tmp_path: Path,
) -> None:
    with a_server(DISK) as postgres:
        served = await start(postgres.url, tmp_path)
        traffic = Traffic(await a_team(served))

        async with traffic.flowing(served):
            await traffic.more(50)
            conn = await asyncpg.connect(postgres.url)
            postgres.full.touch()
            with suppress(asyncpg.PostgresError, OSError):
                await conn.execute("SELECT pg_switch_wal()")  # its log needs a new file now
            conn.terminate()
            await until(lambda: not postgres.runs())
            await traffic.refused_more(50)
            postgres.full.unlink()
            await asyncio.to_thread(postgres.start)  # as whoever watches over it would
            await traffic.more(50)

        assert await served.stop() == 0
        assert set(traffic.refused) == {"503"}
        await audit(postgres.url, traffic)


async def test_connections_that_break_in_a_transaction_are_asked_again(
    postgres_url: str, tmp_path: Path
) -> None:
    served = await start(postgres_url, tmp_path)
    traffic = Traffic(await a_team(served))
    others = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"""

    async with traffic.flowing(served):
        broken, conn = 0, await asyncpg.connect(postgres_url)
        while broken < 50:
            await traffic.more(5)
            broken += await conn.fetchval(others)
        await conn.close()
        await traffic.more(50)

    assert await served.stop() == 0
    assert set(traffic.refused) <= {"503"}
    await audit(postgres_url, traffic)


@slow
async def test_a_database_server_that_crashes_and_comes_back_is_used_again(tmp_path: Path) -> None:
    with a_server() as postgres:
        served = await start(postgres.url, tmp_path)
        traffic = Traffic(await a_team(served))

        async with traffic.flowing(served):
            for _ in range(2):
                await traffic.more(50)
                await asyncio.to_thread(postgres.crash)
                await traffic.refused_more(50)
                await asyncio.to_thread(postgres.start)
            await traffic.more(50)

        assert await served.stop() == 0
        assert set(traffic.refused) == {"503"}
        await audit(postgres.url, traffic)


@slow
async def test_a_server_that_is_killed_again_and_again_has_kept_its_word(
    database_url: str, tmp_path: Path
) -> None:
    served = await start(database_url, tmp_path)
    traffic = Traffic(await a_team(served))

    async with traffic.flowing(served):
        for _ in range(2):
            await traffic.more(50)
            await served.kill()
            served = await start(database_url, tmp_path)
            traffic.served = served
        await traffic.more(50)

    assert await served.stop() == 0
    assert "503" not in traffic.refused
    await audit(database_url, traffic)


@slow
async def test_a_backup_under_load_is_of_one_moment_and_comes_back(
    database_url: str, tmp_path: Path, maker: Databases
) -> None:
    served = await start(database_url, tmp_path)
    traffic = Traffic(await a_team(served))
    file = tmp_path / "kept.zip"
    environ = os.environ | {"PDSA_DATABASE": database_url, "PDSA_DATA": str(tmp_path)}

    async with traffic.flowing(served):
        await traffic.more(50)
        before = set(traffic.acknowledged.values())
        backup = await asyncio.create_subprocess_exec(
            PDSA, "backup", file, env=environ, stdout=subprocess.PIPE
        )
        said, _ = await backup.communicate()
        await traffic.more(50)

    assert await served.stop() == 0
    assert b"verified by restoring it" in said
    assert traffic.refused.total() == 0
    for kind in ("sqlite", "postgresql"):
        url = maker.make(kind, empty=True)
        await asyncio.to_thread(archive.restore, url, file)
        async with connect(url) as database:
            kept = set(await database.snapshot(stored))
        assert before <= kept <= set(traffic.acknowledged.values())
        maker.drop(url)
    await audit(database_url, traffic)


@pytest.fixture
def c_compiler() -> None:
    """Skips where there is none: what moves the clock and fills the disk is written in C."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")


@pytest.fixture
def moved_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, c_compiler: None) -> Path:
    """The file of the seconds by which the clock of the processes that begin now is moved."""
    library = compiled(CLOCK, tmp_path)
    monkeypatch.setenv("LD_PRELOAD", str(library))
    monkeypatch.setenv("CLOCK_MOVED_BY", str(tmp_path / "moved-by"))
    return tmp_path / "moved-by"


@slow
async def test_a_clock_that_goes_back_loses_nothing_and_keeps_the_order(
    database_url: str, tmp_path: Path, moved_by: Path
) -> None:
    served = await start(database_url, tmp_path)
    traffic = Traffic(await a_team(served))

    async with traffic.flowing(served):
        await traffic.more(50)
        moved_by.write_text("-7200")
        await traffic.more(50)
        moved_by.write_text("-86400")
        await traffic.more(50)
    async with served.client() as http:
        last = (await traffic.team.add_point(http, numerator=3, denominator=4)).json()
    traffic.acknowledged["last"] = last["id"]

    assert await served.stop() == 0
    assert traffic.refused.total() == 0
    await audit(database_url, traffic)
    async with connect(database_url) as database:
        history = await database.read(lambda conn: conn.execute(IN_ORDER).all())
    assert history[-1].element_id == last["id"]
    assert history[-1].at < history[0].at - timedelta(hours=23)


@slow
async def test_a_server_that_starts_again_with_its_clock_back_keeps_the_order(
    database_url: str, tmp_path: Path, moved_by: Path
) -> None:
    first = await start(database_url, tmp_path)
    team = await a_team(first)
    async with first.client() as http:
        added = [(await team.add_point(http, numerator=1, denominator=4)).json()["id"]]
    assert await first.stop() == 0

    for seconds in (-7200, -86400):
        moved_by.write_text(str(seconds))
        served = await start(database_url, tmp_path)
        async with served.client() as http:
            for _ in range(2):
                point = (await team.add_point(http, numerator=1, denominator=4)).json()
                added.append(point["id"])
        assert await served.stop() == 0

    async with connect(database_url) as database:
        history = await database.read(lambda conn: conn.execute(IN_ORDER).all())
    assert [each.element_id for each in history[-5:]] == added == sorted(added)
    assert history[-1].at < history[0].at - timedelta(hours=23)
