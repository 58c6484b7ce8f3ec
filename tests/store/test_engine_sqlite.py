"""What is particular to SQLite: one writer, readers that cannot write, a lock, a full disk."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, make_url

from api.store import engine
from api.store.database import Watch
from api.store.engine import Database, connect
from api.store.errors import StoreUnavailable
from tests.store.test_engine import log, logged, set_up


@contextmanager
def another_process(url: str) -> Iterator[sqlite3.Connection]:
    """A connection that holds the write lock."""
    conn = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield conn
    finally:
        conn.close()


def pragma(conn: Connection, setting: str) -> object:
    return conn.exec_driver_sql(f"PRAGMA {setting}").scalar()


async def test_readers_cannot_write(sqlite_url: str) -> None:
    async with connect(sqlite_url) as database:
        await database.write(set_up)

        for run in (database.read, database.snapshot):
            with pytest.raises(StoreUnavailable):
                await run(log, 1)

        assert await database.read(logged) == set()


@pytest.mark.parametrize(
    ("setting", "wanted"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
async def test_the_writer_is_durable_and_checks_references(
    sqlite_url: str, setting: str, wanted: object
) -> None:
    async with connect(sqlite_url) as database:
        found = await database.write(pragma, setting)

    assert found == wanted


async def test_a_lock_held_too_long_makes_the_store_unavailable(sqlite_url: str) -> None:
    async with connect(sqlite_url) as database:
        await database.write(set_up)
        await database.write(pragma, "busy_timeout=20")

        with another_process(sqlite_url):
            outcomes = await asyncio.gather(
                *(database.write(log, n) for n in range(3)), return_exceptions=True
            )
            assert await database.read(logged) == set(), "reading goes on"

        assert [type(each) for each in outcomes] == [StoreUnavailable] * 3
        assert await database.write(log, 9) == 9
        assert await database.read(logged) == {9}


async def test_a_writer_waits_for_a_lock_that_is_given_up_in_time(sqlite_url: str) -> None:
    async with connect(sqlite_url) as database:
        await database.write(set_up)

        with another_process(sqlite_url) as other:
            write = asyncio.create_task(database.write(log, 1))
            done, _ = await asyncio.wait({write}, timeout=0.05)
            other.execute("ROLLBACK")

        assert not done
        assert await write == 1


async def test_a_full_disk_loses_nothing_that_was_acknowledged(sqlite_url: str) -> None:
    def fill(conn: Connection, n: int) -> int:
        for _ in range(2):
            conn.exec_driver_sql("INSERT INTO heap VALUES (zeroblob(2000000))")
        return log(conn, n)

    async with connect(sqlite_url) as database:
        await database.write(set_up)
        await database.write(
            lambda conn: conn.exec_driver_sql("CREATE TABLE heap (b BLOB)").close()
        )
        pages = await database.write(pragma, "page_count")
        await database.write(pragma, f"max_page_count={int(str(pages)) + 600}")

        outcomes = await asyncio.gather(
            *(database.write(log, n) for n in range(10)),
            database.write(fill, 10),
            *(database.write(log, n) for n in range(11, 20)),
            return_exceptions=True,
        )

        assert isinstance(outcomes[10], StoreUnavailable)
        acknowledged = {n for n in range(20) if outcomes[n] == n}
        assert await database.read(logged) == acknowledged == set(range(20)) - {10}
        assert await _heaps(database) == 0, "nothing half written"


async def _heaps(database: Database) -> object:
    return await database.read(
        lambda conn: conn.exec_driver_sql("SELECT count(*) FROM heap").scalar()
    )


async def test_a_database_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/folder/pdsa.db"

    async with connect(url) as database:
        await database.write(set_up)

    assert (tmp_path / "new" / "folder" / "pdsa.db").exists()


async def test_what_is_no_database_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Friday: collect the tickets. " * 200)

    with pytest.raises(StoreUnavailable):
        async with connect(f"sqlite:///{tmp_path}/notes.txt"):
            pass


class Commits(Watch):
    """How many jobs each commit had."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def grouped(self, jobs: int) -> None:
        self.sizes.append(jobs)


@pytest.mark.parametrize(("long", "wanted"), [(60.0, [1, 9]), (0.0, [1] * 10)])
async def test_a_commit_takes_as_many_jobs_as_it_has_time_for(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, long: float, wanted: list[int]
) -> None:
    monkeypatch.setattr(engine, "LONG", long)
    seen = Commits()
    async with connect(sqlite_url, watch=seen) as database:
        await database.write(set_up)

        done = await asyncio.gather(*(database.write(log, n) for n in range(9)))

        assert done == list(range(9))
        assert await database.read(logged) == set(range(9))
    assert seen.sizes == wanted


async def test_one_that_fails_costs_no_other_its_place_however_long_they_take(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LONG", 0.0)
    async with connect(sqlite_url) as database:
        await database.write(set_up)
        await database.write(log, 4)

        done = await asyncio.gather(
            *(database.write(log, n) for n in range(9)), return_exceptions=True
        )

        assert [n for n, each in enumerate(done) if each != n] == [4]
        assert await database.read(logged) == set(range(9))
