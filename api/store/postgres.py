"""PostgreSQL: a pool of connections; READ COMMITTED with version guards."""

from collections.abc import Callable
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, QueuePool
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from api.store.database import (
    Load,
    UnderWay,
    Watch,
    Work,
    async_url,
    sqlstate,
    translated,
)
from api.store.errors import StoreUnavailable
from api.store.security_events import announce, recording
from api.timeouts import Timeouts

P = ParamSpec("P")
T = TypeVar("T")

#: How often a transaction that lost a race is run again.
ATTEMPTS = 5
_RACES = {"40001", "40P01"}  # serialization failure, deadlock (PostgreSQL appendix A)
#: How much longer than the server itself we wait for it to give a statement up, in seconds.
_LONGER = 5


def postgres_engine(url: str, pool: int, timeouts: Timeouts) -> AsyncEngine:
    """An engine with a pool of ``pool`` connections that give up after the ``timeouts``."""
    said = {
        "statement_timeout": timeouts.statement,
        "lock_timeout": timeouts.lock,
        "idle_in_transaction_session_timeout": timeouts.idle,
    }
    options: dict[str, Any] = {
        "timeout": timeouts.connect,
        "server_settings": {name: f"{round(s * 1000)}" for name, s in said.items() if s},
    }
    if timeouts.statement:
        options["command_timeout"] = timeouts.statement + _LONGER  # for a server that is silent
    return create_async_engine(
        async_url(url),
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=False,
        pool_timeout=timeouts.pool,
        hide_parameters=True,
        connect_args=options,
    )


class Postgres:
    """A pool of connections to one server.

    A connection that turns out to be lost before anything was committed costs nobody an answer: the
    unit of work is run once more, on a new one.
    """

    dialect = "postgresql"

    def __init__(self, engine: AsyncEngine, watch: Watch | None = None) -> None:
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._at_one_moment = engine.execution_options(isolation_level="REPEATABLE READ")
        self._watch = watch or Watch()
        self._in_use = self._waiting = 0
        self.under_way = UnderWay()

    @property
    def load(self) -> Load:
        pool = self._engine.sync_engine.pool
        size = pool.size() if isinstance(pool, QueuePool) else 0
        return Load(connections=size, in_use=self._in_use, waiting=self._waiting)

    async def read(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(self._reading, lambda conn: fn(conn, *args, **kwargs))

    browse = read

    async def snapshot(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(self._at_one_moment, lambda conn: fn(conn, *args, **kwargs))

    async def write(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.under_way.finish(self._write(lambda conn: fn(conn, *args, **kwargs)))

    async def close(self) -> None:
        """Let what is under way end, and the connections go."""
        await self.under_way.end()
        await self._engine.dispose()

    async def _write(self, run: Callable[[Connection], T]) -> T:
        result, events = await self._run(
            self._engine, lambda conn: recording(conn, run), attempts=ATTEMPTS, told=True
        )
        announce(*events)
        return result

    async def _run(
        self,
        engine: AsyncEngine,
        run: Callable[[Connection], T],
        *,
        attempts: int = 1,
        told: bool = False,
    ) -> T:
        fresh = False  # whether it is known by now that the pool's connections are
        while True:
            attempts -= 1
            ran = False

            def noted(conn: Connection) -> T:
                nonlocal ran
                result = run(conn)
                ran = True
                return result

            try:
                return await self._once(engine, noted, told)
            except DBAPIError as error:
                if error.connection_invalidated and not ran and not fresh:
                    fresh, attempts = True, attempts + 1
                elif not attempts or sqlstate(error) not in _RACES:
                    raise translated(error) from error

    async def _once(self, engine: AsyncEngine, run: Callable[[Connection], T], told: bool) -> T:
        asked = monotonic()
        self._waiting += 1
        waiting = True

        def transaction() -> T:
            nonlocal waiting
            with engine.sync_engine.begin() as conn:
                self._waiting -= 1
                self._in_use += 1
                waiting = False
                if told:
                    self._watch.waited(monotonic() - asked)
                return run(conn)

        try:
            # All of it in one greenlet: over ``AsyncConnection`` there would be four.
            return await greenlet_spawn(transaction)
        except (OSError, TimeoutError) as error:  # no server; no connection of the pool free
            raise StoreUnavailable(str(error)) from error
        finally:
            if waiting:
                self._waiting -= 1
            else:
                self._in_use -= 1
