"""Opens a database (``connect``), and how units of work run on SQLite.

SQLite: one writer task with group commit, a few long-held readers. PostgreSQL: a pool, and perhaps
a replica. Only the modules of the three know about async and SQL together (docs/decisions/0001).
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import Context, copy_context
from pathlib import Path
from time import monotonic
from typing import Any, ParamSpec, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from api.store.database import (
    BROKEN,
    Database,
    Load,
    Watch,
    Work,
    async_url,
    translated,
)
from api.store.security_events import announce, recording
from api.store.turns import Turns
from api.timeouts import Timeouts

__all__ = ["Database", "async_url", "connect"]

P = ParamSpec("P")
T = TypeVar("T")

#: How many waiting jobs may share one commit.
GROUP = 64
#: After so many seconds of work a transaction takes no more of them: the first ones want their answer.
LONG = 0.1


@asynccontextmanager
async def connect(
    url: str,
    *,
    readers: int = 4,
    pool: int = 20,
    timeouts: Timeouts | None = None,
    replica: str = "",
    patience: float = 0.05,
    watch: Watch | None = None,
) -> AsyncIterator[Database]:
    """The database at a URL (``sqlite:///FILE`` or ``postgresql://...``), closed at the end.

    Work that a ``replica`` may do waits ``patience`` seconds for it to catch up.
    """
    watch = watch or Watch()
    if url.startswith("sqlite:"):
        async with _sqlite(url, readers, watch) as sqlite:
            yield sqlite
        return
    from api.store.postgres import Postgres, postgres_engine
    from api.store.replica import Replicated

    timeouts = timeouts or Timeouts()
    primary = Postgres(postgres_engine(url, pool, timeouts), watch)
    try:
        if not replica:
            yield primary
            return
        other = Postgres(postgres_engine(replica, pool, timeouts))
        try:
            yield Replicated(primary, other, patience, watch)
        finally:
            await other.close()
    finally:
        await primary.close()


def sqlite_engine(url: str, *, writes: bool, connections: int = 1) -> AsyncEngine:
    """An engine whose commits are durable (WAL, FULL); the writing kind begins IMMEDIATE."""
    engine = create_async_engine(
        async_url(url),
        pool_size=connections,
        max_overflow=0,
        pool_reset_on_return=None,
        hide_parameters=True,  # an error in the log must not hold what somebody wrote, or a hash
        connect_args={"isolation_level": None},
    )
    _prepare(engine.sync_engine, writes=writes)
    return engine


def _prepare(engine: Engine, *, writes: bool) -> None:
    @event.listens_for(engine, "connect")
    def pragmas(dbapi_connection: Any, _: Any) -> None:
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.execute("PRAGMA foreign_keys=ON")
        if writes:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
        else:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    if writes:

        @event.listens_for(engine, "begin")
        def begin(conn: Connection) -> None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")


class _Held:
    """A connection of aiosqlite that is held for good: whole units of work run in its thread.

    Over SQLAlchemy's own ``AsyncConnection`` each statement goes there and back five times, which
    costs more than the statement. Who asked may go away: its work goes on to the end, and the
    thread takes the next one only then.
    """

    def __init__(self, driver: aiosqlite.Connection, engine: Engine) -> None:
        self._driver, self._engine = driver, engine
        self._conn: Connection | None = None

    @classmethod
    async def opened(cls, url: str, *, writes: bool) -> "_Held":
        parsed = make_url(url)
        args, options = parsed.get_dialect()().create_connect_args(parsed)
        driver = await aiosqlite.connect(*args, **{**options, "isolation_level": None})
        engine = create_engine(
            parsed, poolclass=StaticPool, creator=lambda: driver._conn, hide_parameters=True
        )
        _prepare(engine, writes=writes)
        held = cls(driver, engine)
        try:
            await held._in_thread(held._connect, writes)
        except BaseException:
            await driver.close()
            raise
        return held

    def _connect(self, writes: bool) -> None:
        conn = self._engine.connect()
        if writes:
            conn.close()  # each group has a fresh one
        else:
            self._conn = conn.execution_options(isolation_level="AUTOCOMMIT")

    async def run(self, fn: Callable[..., T], *args: Any) -> T:
        """What the function gives back, run in the thread of this connection."""
        return await self._in_thread(self._run, fn, *args)

    def _run(self, fn: Callable[..., T], *args: Any) -> T:
        if self._conn is not None:
            return fn(self._conn, *args)
        with self._engine.connect() as conn:
            return fn(conn, *args)

    async def _in_thread(self, fn: Callable[..., T], *args: Any) -> T:
        # aiosqlite has no public name for it; tests notice when it goes.
        done: T = await self._driver._execute(fn, *args)  # type: ignore[no-untyped-call]
        return done

    async def close(self) -> None:
        if self._conn is not None:
            await self._in_thread(self._conn.close)
        await self._driver.close()


class _Job:
    """One unit of work that waits for the writer, and where its answer goes."""

    __slots__ = ("answer", "asked", "context", "run")

    def __init__(self, run: Callable[[Connection], Any], answer: "asyncio.Future[Any]") -> None:
        self.run, self.answer, self.asked = run, answer, monotonic()
        self.context: Context = copy_context()  # whose request it is, for the log


class _Failed:
    """The error of a job whose part of the transaction was rolled back."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Sqlite:
    """One file: a writer task with group commit, and long-held readers in AUTOCOMMIT."""

    dialect = "sqlite"

    def __init__(
        self,
        writer: "_Held",
        readers: Turns["_Held"],
        watch: Watch | None = None,
    ) -> None:
        self._writer = writer
        self._readers = readers
        self._jobs: asyncio.Queue[_Job | None] = asyncio.Queue()
        self._watch = watch or Watch()

    @property
    def load(self) -> Load:
        readers = self._readers
        return Load(
            connections=readers.size,
            in_use=readers.in_use,
            waiting=readers.waiting,
            queued=self._jobs.qsize(),
        )

    async def read(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        turn = await self._readers.take()
        try:
            return await turn.connection.run(lambda conn: fn(conn, *args, **kwargs))
        except asyncio.CancelledError:
            turn.left = True
            raise
        except DBAPIError as error:
            raise translated(error) from error
        finally:
            self._readers.give_back(turn)

    browse = read

    async def snapshot(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        def at_one_moment(conn: Connection) -> T:
            conn.exec_driver_sql("BEGIN")
            try:
                return fn(conn, *args, **kwargs)
            finally:
                conn.exec_driver_sql("ROLLBACK")

        return await self.read(at_one_moment)

    async def write(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def run(conn: Connection) -> Any:
            return recording(conn, lambda conn: fn(conn, *args, **kwargs))

        self._jobs.put_nowait(_Job(run, answer))
        # A client that goes away must not cancel what others' commit depends on.
        return await asyncio.shield(answer)

    async def serve_writes(self) -> None:
        """The writer: up to ``GROUP`` jobs a transaction, until ``None`` arrives."""
        ending = False
        while not ending:
            group: list[_Job] = []
            first = await self._jobs.get()
            jobs: list[_Job | None] = [first]
            while len(jobs) < GROUP and not self._jobs.empty():
                jobs.append(self._jobs.get_nowait())
            for job in jobs:
                if job is None:
                    ending = True
                else:
                    group.append(job)
            while group:
                group = await self._commit(group)

    def end_writes(self) -> None:
        """Let the writer end once the jobs that already wait are done."""
        self._jobs.put_nowait(None)

    async def _commit(self, group: list[_Job]) -> list[_Job]:
        """Those of a group that are left over when a transaction has taken long enough."""
        now = monotonic()
        try:
            outcomes = await self._writer.run(_run_group, [job.run for job in group])
        except Exception as error:
            outcomes = [_Failed(error)] * len(group)
        done, left = group[: len(outcomes)], group[len(outcomes) :]
        self._watch.grouped(len(done))
        for job, outcome in zip(done, outcomes, strict=True):
            self._watch.waited(now - job.asked)
            if not isinstance(outcome, _Failed):
                job.context.run(announce, *outcome[1])
            if job.answer.done():
                continue
            if isinstance(outcome, _Failed):
                job.answer.set_exception(translated(outcome.error))
                job.answer.exception()  # seen, even if its client is gone
            else:
                job.answer.set_result(outcome[0])
        return left


def _run_group(conn: Connection, runs: list[Callable[[Connection], Any]]) -> list[Any]:
    """The jobs in one transaction, as many as go into ``LONG``; if one fails, again with a SAVEPOINT each.

    A commit that fails and a full disk end the whole transaction: then each job has one of its own.
    """
    for one in (_plainly, _in_savepoint):
        try:
            with conn.begin():
                return _until_long(conn, runs, one)
        except Exception as error:
            conn.connection.rollback()  # after a failing commit the transaction is still open
            if len(runs) == 1 or _locked(error):
                return [_Failed(error)] * len(runs)
    return [_run_group(conn, [run])[0] for run in runs]


def _until_long(
    conn: Connection,
    runs: list[Callable[[Connection], Any]],
    one: Callable[[Connection, Callable[[Connection], Any]], Any],
) -> list[Any]:
    outcomes: list[Any] = []
    end = monotonic() + LONG
    for run in runs:
        outcomes.append(one(conn, run))
        if monotonic() >= end:
            break
    return outcomes


def _plainly(conn: Connection, run: Callable[[Connection], Any]) -> Any:
    return run(conn)


def _in_savepoint(conn: Connection, run: Callable[[Connection], Any]) -> Any:
    try:
        with conn.begin_nested():
            return run(conn)
    except (*BROKEN, MemoryError):
        raise  # SQLite may have rolled back everything, the other savepoints too
    except Exception as error:
        return _Failed(error)


def _locked(error: Exception) -> bool:
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY


@asynccontextmanager
async def _sqlite(url: str, readers: int, watch: Watch) -> AsyncIterator[Sqlite]:
    file = make_url(url).database
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    held: list[_Held] = []
    try:
        # Makes the file and its WAL before a reader needs them.
        held.append(writer := await _Held.opened(url, writes=True))
        for _ in range(readers):
            held.append(await _Held.opened(url, writes=False))
        database = Sqlite(writer, Turns(held[1:]), watch)
        task = asyncio.create_task(database.serve_writes())
        try:
            yield database
        finally:
            database.end_writes()
            await task
    except DBAPIError as error:
        raise translated(error) from error
    finally:
        for each in held:
            await each.close()
