"""What a store is for whoever uses it: units of work, and how they fail.

A unit of work is a plain function ``fn(conn, *args)`` over a Core ``Connection``. It may be run
again after a lost race, so it touches nothing but the database (docs/decisions/0001).
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from msgspec import Struct
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
)

from api.store.errors import StoreUnavailable, TookTooLong

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]

#: Connection lost, a standby, a race, no room, out of our hands, operator, disk: all may pass.
_PASSING = ("08", "25006", "40", "53", "57", "58")
#: Cancelled, a lock that was not given up, a transaction that did nothing (PostgreSQL appendix A).
_TIMED_OUT = {"57014", "55P03", "25P03"}
#: What leaves nothing of a transaction standing, or may.
BROKEN = (OperationalError, InterfaceError, InternalError)


class Load(Struct, frozen=True, kw_only=True):
    """How busy a database is, as seen from this process."""

    connections: int
    in_use: int
    waiting: int
    queued: int = 0


class Watch:
    """Is told what a database does; this one listens to nothing."""

    def waited(self, seconds: float) -> None:
        """A write waited for its turn: for the writer of SQLite, or a connection to PostgreSQL."""

    def grouped(self, jobs: int) -> None:
        """So many writes shared one commit."""

    def read_at(self, place: str) -> None:
        """Work that a replica may do was done at the ``replica`` or, because it is ``behind`` or
        ``down``, at the primary."""


class Database(Protocol):
    """A database that runs units of work; open it with ``api.store.engine.connect``."""

    dialect: str

    @property
    def load(self) -> Load:
        """How busy it is at this moment."""
        ...

    async def read(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work that only reads; each statement sees what is committed."""
        ...

    async def browse(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``read``, for what takes a while: a replica may do it where there is one.

        It sees everything that was committed when it was asked for, wherever it runs.
        """
        ...

    async def snapshot(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``browse``, all of it at one moment."""
        ...

    async def write(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work in a transaction; its result comes after the commit.

        The security events that it wrote are told to the log then, too.
        """
        ...


class UnderWay:
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


def async_url(url: str) -> str:
    """The URL with the driver that this application uses."""
    parsed = make_url(url)
    driver = "sqlite+aiosqlite" if parsed.drivername == "sqlite" else "postgresql+asyncpg"
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def translated(error: BaseException) -> BaseException:
    """``StoreUnavailable`` for what may pass without anybody changing the program."""
    if not isinstance(error, DBAPIError):
        return error
    state = sqlstate(error)
    if state in _TIMED_OUT:
        return TookTooLong(str(error.orig))
    if (
        isinstance(error, BROKEN)
        or type(error) is DatabaseError  # SQLite: not a database, or a damaged one
        or error.connection_invalidated
        or state.startswith(_PASSING)
    ):
        return StoreUnavailable(str(error.orig))
    return error


def sqlstate(error: DBAPIError) -> str:
    """PostgreSQL's code of an error; empty for others."""
    return str(getattr(error.orig, "sqlstate", None) or "")
