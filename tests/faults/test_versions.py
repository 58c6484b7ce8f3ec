"""A migration that only adds something, while a server of the release before serves."""

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from api.store import schema
from api.store.engine import connect
from tests.api.server import a_team, start
from tests.faults import next_release
from tests.faults.traffic import Traffic, audit

#: Servers under load, killed and started again: minutes, and a machine of their own.
pytestmark = pytest.mark.slow

EXPAND = (
    "op.create_table('notices', sa.Column('id', sa.String(64), primary_key=True))",
    "op.add_column('points', sa.Column('seen', sa.Text(), nullable=False, server_default=''))",
    "op.add_column('activity', sa.Column('via', sa.String(40)))",
    "op.add_column('aims', sa.Column('stars', sa.Integer(), nullable=False, server_default='0'))",
)
#: The last schema that took something away: programs from there on may run on all that came since.
LAST_CONTRACTION = max(each for each in schema.known() if "\nneeds = " in schema.source(each))
#: Done, and then held open for longer than the test lasts.
SLEEP = {
    "sqlite": "__import__('time').sleep(60)",
    "postgresql": "op.execute('SELECT pg_sleep(60)')",
}


async def migrating(url: str, *lines: str) -> asyncio.subprocess.Process:
    """The migration of the next release, as a process of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        next_release.__file__,
        url,
        *lines,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def test_an_older_server_goes_on_while_and_after_something_is_added(
    database_url: str, tmp_path: Path
) -> None:
    served = await start(database_url, tmp_path)
    traffic = Traffic(await a_team(served))

    async with traffic.flowing(served):
        await traffic.more(50)
        done = await migrating(database_url, *EXPAND)
        said, _ = await done.communicate()
        assert done.returncode == 0, said.decode()
        await traffic.more(50)
        # another process of the older release starts beside the newer schema
        beside = await start(database_url, tmp_path)
        traffic.served = beside
        await traffic.more(50)

    assert [await each.stop() for each in (served, beside)] == [0, 0]
    assert traffic.refused.total() == 0
    await audit(database_url, traffic)
    async with connect(database_url) as database:
        assert await database.read(schema.current) == "next"
        assert await database.read(schema.oldest_program) == LAST_CONTRACTION


async def test_a_migration_that_waits_for_somebody_lets_the_others_write(
    postgres_url: str, tmp_path: Path
) -> None:
    served = await start(postgres_url, tmp_path)
    traffic = Traffic(await a_team(served))
    engine = schema.migrating_engine(postgres_url)

    async with traffic.flowing(served), engine.connect() as slow:
        await slow.execute(text("SELECT count(*) FROM points"))  # and goes on looking
        migration = await migrating(postgres_url, *EXPAND)
        await traffic.more(200)
        assert migration.returncode is None
        await slow.rollback()
        said, _ = await migration.communicate()
        assert migration.returncode == 0, said.decode()
        await traffic.more(50)
    await engine.dispose()

    assert await served.stop() == 0
    assert traffic.refused.total() == 0
    await audit(postgres_url, traffic)


async def test_a_migration_that_is_killed_has_changed_nothing_and_is_run_again(
    database_url: str, tmp_path: Path
) -> None:
    served = await start(database_url, tmp_path)
    traffic = Traffic(await a_team(served))
    async with traffic.flowing(served):
        await traffic.more(30)
    sleep = SLEEP[database_url.partition(":")[0]]

    killed = await migrating(database_url, *EXPAND, "print('all added', flush=True)", sleep)
    assert killed.stdout is not None
    while b"all added" not in (line := await killed.stdout.readline()):
        assert line, "the migration ended"
    killed.kill()
    await killed.wait()

    async with connect(database_url) as database:
        assert await database.read(schema.current) == schema.head()
    async with traffic.flowing(served):
        await traffic.more(30)
        again = await migrating(database_url, *EXPAND)
        said, _ = await again.communicate()
        assert again.returncode == 0, said.decode()
        await traffic.more(30)
    assert await served.stop() == 0
    await audit(database_url, traffic)
