"""How units of work run: ``Database.read``, ``snapshot`` and ``write``.

A unit of work is a plain function ``fn(conn, *args)`` over a Core ``Connection``. It may be run
again after a lost race, so it touches nothing but the database. Only this module knows about async
and SQL together (docs/decisions/0001).

SQLite: one writer task with group commit, a few long-held readers. PostgreSQL: a pool.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    TimeoutError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from api.store.errors import StoreUnavailable
from api.store.security_events import announce, recording

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]

#: How many waiting jobs may share one commit.
GROUP = 64
#: How often a PostgreSQL transaction that lost a race is run again.
ATTEMPTS = 5
_RACES = {"40001", "40P01"}  # serialization failure, deadlock (PostgreSQL appendix A)
#: Connection lost, a standby, a race, no room, out of our hands, operator, disk: all may pass.
_PASSING = ("08", "25006", "40", "53", "55P03", "57", "58")
_BROKEN = (OperationalError, InterfaceError, InternalError)


class Database(Protocol):
    """A database that runs units of work; open it with ``connect``."""

    dialect: str

    async def read(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work that only reads; each statement sees what is committed."""
        ...

    async def snapshot(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work that only reads, all of it at one moment."""
        ...

    async def write(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work in a transaction; its result comes after the commit.

        The security events that it wrote are told to the log then, too.
        """
        ...


@asynccontextmanager
async def connect(url: str, *, readers: int = 4, pool: int = 20) -> AsyncIterator[Database]:
    """The database at a URL (``sqlite:///FILE`` or ``postgresql://...``), closed at the end."""
    if url.startswith("sqlite:"):
        async with _sqlite(url, readers) as sqlite:
            yield sqlite
    else:
        engine = create_async_engine(
            async_url(url),
            pool_size=pool,
            max_overflow=0,
            pool_pre_ping=False,
            pool_timeout=30,
            hide_parameters=True,
        )
        postgres = Postgres(engine)
        try:
            yield postgres
        finally:
            await postgres.under_way.end()
            await engine.dispose()


def async_url(url: str) -> str:
    """The URL with the driver that this application uses."""
    parsed = make_url(url)
    driver = "sqlite+aiosqlite" if parsed.drivername == "sqlite" else "postgresql+asyncpg"
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


class _UnderWay:
    """Work that goes on to its end although whoever asked for it has gone away."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    async def end(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen, even if its client is gone


# -- SQLite ------------------------------------------------------------------------------------


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

    @event.listens_for(engine.sync_engine, "connect")
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

        @event.listens_for(engine.sync_engine, "begin")
        def begin(conn: Connection) -> None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class _Job:
    """One unit of work that waits for the writer, and where its answer goes."""

    __slots__ = ("answer", "run")

    def __init__(self, run: Callable[[Connection], Any], answer: "asyncio.Future[Any]") -> None:
        self.run, self.answer = run, answer


class _Failed:
    """The error of a job whose part of the transaction was rolled back."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Sqlite:
    """One file: a writer task with group commit, and long-held readers in AUTOCOMMIT."""

    dialect = "sqlite"

    def __init__(self, writer: AsyncEngine, readers: "asyncio.LifoQueue[AsyncConnection]") -> None:
        self._writer = writer
        self._readers = readers
        self._jobs: asyncio.Queue[_Job | None] = asyncio.Queue()
        self.under_way = _UnderWay()

    async def read(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        # SQLAlchemy gives a connection up when its task is cancelled; these are held for good.
        return await self.under_way.finish(self._read(lambda conn: fn(conn, *args, **kwargs)))

    async def _read(self, run: Callable[[Connection], T]) -> T:
        conn = await self._readers.get()
        try:
            return await conn.run_sync(run)
        except DBAPIError as error:
            raise _translated(error) from error
        finally:
            self._readers.put_nowait(conn)

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
            if group:
                await self._commit(group)

    def end_writes(self) -> None:
        """Let the writer end once the jobs that already wait are done."""
        self._jobs.put_nowait(None)

    async def _commit(self, group: list[_Job]) -> None:
        try:
            async with self._writer.connect() as conn:
                outcomes = await conn.run_sync(_run_group, [job.run for job in group])
        except Exception as error:
            outcomes = [_Failed(error)] * len(group)
        for job, outcome in zip(group, outcomes, strict=True):
            if not isinstance(outcome, _Failed):
                announce(*outcome[1])
            if job.answer.done():
                continue
            if isinstance(outcome, _Failed):
                job.answer.set_exception(_translated(outcome.error))
                job.answer.exception()  # seen, even if its client is gone
            else:
                job.answer.set_result(outcome[0])


def _run_group(conn: Connection, runs: list[Callable[[Connection], Any]]) -> list[Any]:
    """All jobs in one transaction; if one fails, all again with a SAVEPOINT each.

    A commit that fails and a full disk end the whole transaction: then each job has one of its own.
    """
    for one in (_plainly, _in_savepoint):
        try:
            with conn.begin():
                return [one(conn, run) for run in runs]
        except Exception as error:
            conn.connection.rollback()  # after a failing commit the transaction is still open
            if len(runs) == 1 or _locked(error):
                return [_Failed(error)] * len(runs)
    return [_run_group(conn, [run])[0] for run in runs]


def _plainly(conn: Connection, run: Callable[[Connection], Any]) -> Any:
    return run(conn)


def _in_savepoint(conn: Connection, run: Callable[[Connection], Any]) -> Any:
    try:
        with conn.begin_nested():
            return run(conn)
    except (*_BROKEN, MemoryError):
        raise  # SQLite may have rolled back everything, the other savepoints too
    except Exception as error:
        return _Failed(error)


def _locked(error: Exception) -> bool:
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY


@asynccontextmanager
async def _sqlite(url: str, readers: int) -> AsyncIterator[Sqlite]:
    file = make_url(url).database
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    writer = sqlite_engine(url, writes=True)
    reading = sqlite_engine(url, writes=False, connections=readers)
    reading = reading.execution_options(isolation_level="AUTOCOMMIT")
    held: list[AsyncConnection] = []
    try:
        async with writer.connect():
            pass  # makes the file and its WAL before a reader needs them
        idle: asyncio.LifoQueue[AsyncConnection] = asyncio.LifoQueue()
        for _ in range(readers):
            held.append(await reading.connect())
            idle.put_nowait(held[-1])
        database = Sqlite(writer, idle)
        task = asyncio.create_task(database.serve_writes())
        try:
            yield database
        finally:
            database.end_writes()
            await task
            await database.under_way.end()
    except DBAPIError as error:
        raise _translated(error) from error
    finally:
        for conn in held:
            await conn.close()
        await reading.dispose()
        await writer.dispose()


# -- PostgreSQL --------------------------------------------------------------------------------


class Postgres:
    """A pool of connections; READ COMMITTED with version guards."""

    dialect = "postgresql"

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._at_one_moment = engine.execution_options(isolation_level="REPEATABLE READ")
        self.under_way = _UnderWay()

    async def read(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(self._reading, lambda conn: fn(conn, *args, **kwargs))

    async def snapshot(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(self._at_one_moment, lambda conn: fn(conn, *args, **kwargs))

    async def write(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.under_way.finish(self._write(lambda conn: fn(conn, *args, **kwargs)))

    async def _write(self, run: Callable[[Connection], T]) -> T:
        result, events = await self._attempts(lambda conn: recording(conn, run))
        announce(*events)
        return result

    async def _attempts(self, run: Callable[[Connection], T]) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._once(self._engine, run)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _RACES:
                    raise _translated(error) from error
        return await self._run(self._engine, run)

    async def _run(self, engine: AsyncEngine, run: Callable[[Connection], T]) -> T:
        try:
            return await self._once(engine, run)
        except DBAPIError as error:
            raise _translated(error) from error

    async def _once(self, engine: AsyncEngine, run: Callable[[Connection], T]) -> T:
        try:
            async with engine.begin() as conn:
                return await conn.run_sync(run)
        except (OSError, TimeoutError) as error:  # no server; no connection of the pool free
            raise StoreUnavailable(str(error)) from error


def _translated(error: BaseException) -> BaseException:
    """``StoreUnavailable`` for what may pass without anybody changing the program."""
    if not isinstance(error, DBAPIError):
        return error
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if (
        isinstance(error, _BROKEN)
        or type(error) is DatabaseError  # SQLite: not a database, or a damaged one
        or error.connection_invalidated
        or state.startswith(_PASSING)
    ):
        return StoreUnavailable(str(error.orig))
    return error
