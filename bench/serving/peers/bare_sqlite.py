"""F on SQLite: readers by aiosqlite, one writing thread with the sqlite3 module."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from queue import SimpleQueue
from typing import Any, Self

import aiosqlite

GROUP = int(os.environ.get("BENCH_GROUP", "64"))


class Store:
    """One file."""

    def __init__(self, file: str, idle: "asyncio.LifoQueue[aiosqlite.Connection]") -> None:
        self._file, self._idle = file, idle
        self._loop = asyncio.get_running_loop()
        self._jobs: SimpleQueue[Any] = SimpleQueue()
        self._writer = threading.Thread(target=self._serve)
        self._writer.start()

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator[Self]:
        file = url.removeprefix("sqlite:///")
        idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        held = [await aiosqlite.connect(file, isolation_level=None) for _ in range(4)]
        for reader in held:
            await reader.execute("PRAGMA query_only=ON")
            idle.put_nowait(reader)
        store = cls(file, idle)
        try:
            yield store
        finally:
            store._jobs.put(None)
            store._writer.join()
            for reader in held:
                await reader.close()

    async def rows(self, sql: str, *values: Any) -> Any:
        reader = await self._idle.get()
        try:
            return await reader.execute_fetchall(sql, values)
        finally:
            self._idle.put_nowait(reader)

    async def several(self, id: str, *statements: str) -> list[Any]:
        reader = await self._idle.get()
        try:
            await reader.execute("BEGIN")
            found = [await reader.execute_fetchall(sql, (id,)) for sql in statements]
            await reader.execute("COMMIT")
            return found
        finally:
            self._idle.put_nowait(reader)

    async def write(self, write: Any) -> Any:
        answer = self._loop.create_future()
        self._jobs.put((write, answer))
        return await answer

    def _serve(self) -> None:
        conn = sqlite3.connect(self._file, isolation_level=None)
        for pragma in ("busy_timeout=5000", "foreign_keys=ON", "synchronous=FULL"):
            conn.execute(f"PRAGMA {pragma}")
        job = self._jobs.get()
        while job is not None:
            group = [job]
            while len(group) < GROUP and not self._jobs.empty() and group[-1] is not None:
                group.append(self._jobs.get())
            ends = group[-1] is None
            done = self._commit(conn, [job for job in group if job is not None])
            self._loop.call_soon_threadsafe(_answer, done)
            job = None if ends else self._jobs.get()
        conn.close()

    def _commit(self, conn: sqlite3.Connection, group: list[Any]) -> list[Any]:
        try:
            conn.execute("BEGIN IMMEDIATE")
            answers = [_write(conn, write) for write, _ in group]
            conn.execute("COMMIT")
        except BaseException as error:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            answers = [error] * len(group)
        return [(future, answer) for (_, future), answer in zip(group, answers, strict=True)]


def _answer(done: list[Any]) -> None:
    for future, answer in done:
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        elif not future.done():
            future.set_result(answer)


def _write(conn: sqlite3.Connection, write: Any) -> Any:
    import bare_app as app

    kept = conn.execute(app.KEPT, (app.PERSON, write.key)).fetchone()
    if kept is not None:
        if kept[0] != write.fingerprint:
            return 422, None, b""
        return kept[1], kept[2], kept[3].encode()
    home = conn.execute(app.HOME, (write.measure_id,)).fetchone()
    if home is None:
        return 404, None, b""
    at = app.moment().replace(tzinfo=None).isoformat(" ", "microseconds")
    unit_id, aim_id, days, months = home
    on = [draft.on.isoformat() for draft in write.drafts]
    known = conn.execute(app.ON_DAYS, (write.measure_id, min(on), max(on)))
    sums = app.sums_of(write.drafts, days, months, known)
    points, activity, body, where = app.rows_of(write, unit_id, aim_id, at)
    points = [(each[0], each[1], each[2].isoformat(), *each[3:]) for each in points]
    conn.executemany(f"INSERT INTO points VALUES ({_marks(11)})", points)
    conn.executemany(f"INSERT INTO activity ({app.ACTIVITY}) VALUES ({_marks(11)})", activity)
    conn.execute(
        f"INSERT INTO idempotency ({app.IDEMPOTENCY}) VALUES ({_marks(8)})",
        (app.PERSON, write.key, write.fingerprint, at, 201, where, None, body.decode()),
    )
    conn.execute(app.KEEP_DAYS, (sums.days, sums.months, write.measure_id))
    conn.execute(app.KEEP_AIM, (sums.days, sums.latest, sums.latest_on.isoformat(), aim_id))
    conn.execute(app.STALE, (at, aim_id))
    conn.executemany(app.COUNT, [(aim_id, *each) for each in sums.more])
    return 201, where, body


def _marks(n: int) -> str:
    return ", ".join("?" * n)
