"""How units of work run: ``Database.read``, ``snapshot`` and ``write``.

A unit of work is a plain function ``fn(conn, *args)`` over a Core ``Connection``. It may be run
again after a lost race, so it touches nothing but the database. Only this module knows about async
and SQL together (docs/decisions/0001).

SQLite: one writer task with group commit, a few long-held readers. PostgreSQL: a pool.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from api.store.errors import StoreUnavailable
from pdsa.errors import PdsaError

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]

#: How many waiting jobs may share one commit.
GROUP = 64
#: How often a PostgreSQL transaction that lost a race is run again.
ATTEMPTS = 5
_RACES = {"40001", "40P01"}  # serialization failure, deadlock (PostgreSQL appendix A)


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
        """Run a unit of work in a transaction; its result comes after the commit."""
        ...


@asynccontextmanager
async def connect(url: str, *, readers: int = 4, pool: int = 20) -> AsyncIterator[Database]:
    """The database at a URL (``sqlite:///FILE`` or ``postgresql://...``), closed at the end."""
    if url.startswith("sqlite:"):
        async with _sqlite(url, readers) as sqlite:
            yield sqlite
    else:
        engine = create_async_engine(
            async_url(url), pool_size=pool, max_overflow=0, pool_pre_ping=False, pool_timeout=30
        )
        try:
            yield Postgres(engine)
        finally:
            await engine.dispose()


def async_url(url: str) -> str:
    """The URL with the driver that this application uses."""
    parsed = make_url(url)
    driver = "sqlite+aiosqlite" if parsed.drivername == "sqlite" else "postgresql+asyncpg"
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


# -- SQLite ------------------------------------------------------------------------------------


def sqlite_engine(url: str, *, writes: bool, connections: int = 1) -> AsyncEngine:
    """An engine with the pragmas of design.md; the writing kind begins IMMEDIATE."""
    engine = create_async_engine(
        async_url(url),
        pool_size=connections,
        max_overflow=0,
        pool_reset_on_return=None,
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

    async def read(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        conn = await self._readers.get()
        try:
            return await conn.run_sync(fn, *args, **kwargs)
        except _BROKEN as error:
            raise StoreUnavailable(str(error.orig)) from error
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
        self._jobs.put_nowait(_Job(lambda conn: fn(conn, *args, **kwargs), answer))
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
            if job.answer.done():
                continue
            if isinstance(outcome, _Failed):
                job.answer.set_exception(_translated(outcome.error))
                job.answer.exception()  # seen, even if its client is gone
            else:
                job.answer.set_result(outcome)


def _run_group(conn: Connection, runs: list[Callable[[Connection], Any]]) -> list[Any]:
    """All jobs in one transaction; if one fails, all again with a SAVEPOINT each."""
    try:
        with conn.begin():
            return [run(conn) for run in runs]
    except Exception as error:
        if len(runs) == 1:
            return [_Failed(error)]
    outcomes: list[Any] = []
    with conn.begin():
        for run in runs:
            try:
                with conn.begin_nested():
                    outcomes.append(run(conn))
            except Exception as error:
                outcomes.append(_Failed(error))
    return outcomes


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
    except _BROKEN as error:
        raise StoreUnavailable(str(error.orig)) from error
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

    async def read(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(self._reading, lambda conn: fn(conn, *args, **kwargs))

    async def snapshot(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(self._at_one_moment, lambda conn: fn(conn, *args, **kwargs))

    async def write(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(ATTEMPTS):
            try:
                return await asyncio.shield(
                    self._run(self._engine, lambda conn: fn(conn, *args, **kwargs))
                )
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _RACES or attempt + 1 == ATTEMPTS:
                    raise _translated(error) from error
        raise AssertionError("unreachable")

    async def _run(self, engine: AsyncEngine, run: Callable[[Connection], T]) -> T:
        try:
            async with engine.begin() as conn:
                return await conn.run_sync(run)
        except (OSError, TimeoutError) as error:
            raise StoreUnavailable(str(error)) from error
        except (OperationalError, InterfaceError, InternalError) as error:
            if getattr(error.orig, "sqlstate", None) in _RACES:
                raise
            raise StoreUnavailable(str(error.orig)) from error


_BROKEN = (OperationalError, InterfaceError, InternalError)


def _translated(error: BaseException) -> BaseException:
    if isinstance(error, PdsaError):
        return error
    if isinstance(error, _BROKEN):
        return StoreUnavailable(str(error.orig))
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return StoreUnavailable(str(error.orig))
    return error
