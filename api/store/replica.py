"""PostgreSQL with a streaming replica that takes work off the primary's hands.

What a replica answers must be as true as what the primary would: access that has ended is over at
once, and whoever has written sees it. So the primary is asked how far it is in its log, and the
replica does the work once it has come as far (docs/decisions/0012). Where that takes too long, or
anything goes wrong, the primary does it, and the replica is left alone for a while.
"""

import asyncio
import logging
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import DBAPIError

from api.store.database import Load, Watch, Work
from api.store.errors import StoreUnavailable
from api.store.postgres import Postgres

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger("api")
#: For how many seconds a replica that was behind or did not answer is not asked again.
REST = 1.0
_FIRST_NAP = 0.001
#: What is acknowledged has been written this far, with synchronous_commit as it is by default.
_AT = text("SELECT pg_current_wal_flush_lsn()::text")
_REACHED = text(
    "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= CAST(CAST(:at AS text) AS pg_lsn)"
).bindparams(bindparam("at"))
_WHICH = text(
    "SELECT system_identifier::text || ' ' || current_database() FROM pg_control_system()"
)


class Replicated:
    """A primary, and a replica for ``browse`` and ``snapshot``."""

    dialect = "postgresql"

    def __init__(
        self, primary: Postgres, replica: Postgres, patience: float, watch: Watch | None = None
    ) -> None:
        self._primary, self._replica, self._patience = primary, replica, patience
        self._watch = watch or Watch()
        self._rests_until = 0.0
        self._known: bool | None = None  # whether it is this primary's replica

    @property
    def load(self) -> Load:
        return self._primary.load

    async def read(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._primary.read(fn, *args, **kwargs)

    async def write(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._primary.write(fn, *args, **kwargs)

    async def browse(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        found: T = await self._either("read", fn, *args, **kwargs)
        return found

    async def snapshot(self, fn: Work[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        found: T = await self._either("snapshot", fn, *args, **kwargs)
        return found

    async def _either(self, verb: str, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        if await self._is_up_to_date():
            try:
                found = await getattr(self._replica, verb)(fn, *args, **kwargs)
            except (StoreUnavailable, DBAPIError) as error:  # perhaps recovery needed the rows
                self._rest("down", error)
            else:
                self._watch.read_at("replica")
                return found
        return await getattr(self._primary, verb)(fn, *args, **kwargs)

    async def _is_up_to_date(self) -> bool:
        if self._known is False or monotonic() < self._rests_until:
            return False
        at = await self._primary.read(_position)
        until, nap = monotonic() + self._patience, _FIRST_NAP
        try:
            async with asyncio.timeout(self._patience + 1):  # it may be there and silent
                if not await self._is_ours():
                    return False
                while not await self._replica.read(_has_reached, at):
                    if monotonic() + nap > until:
                        self._rest("behind")
                        return False
                    await asyncio.sleep(nap)
                    nap *= 2
        except (StoreUnavailable, DBAPIError, TimeoutError) as error:
            self._rest("down", error)
            return False
        return True

    async def _is_ours(self) -> bool:
        """Whether what the second URL names is a copy of the first: places in two logs compare
        although they mean nothing to one another."""
        if self._known is None:
            ours, theirs = await self._primary.read(_which), await self._replica.read(_which)
            self._known = ours == theirs
            if not self._known:
                _log.error("PDSA_REPLICA_URL names no replica of PDSA_DATABASE; it is not used")
        return self._known

    def _rest(self, why: str, error: Exception | None = None) -> None:
        self._rests_until = monotonic() + REST
        self._watch.read_at(why)
        if error is not None:
            cause = getattr(error, "cause", None) or type(error).__name__
            _log.warning("the replica did not answer; the primary does its work: %s", cause)


def _position(conn: Connection) -> str:
    return str(conn.execute(_AT).scalar_one())


def _has_reached(conn: Connection, at: str) -> bool:
    return bool(conn.execute(_REACHED, {"at": at}).scalar())


def _which(conn: Connection) -> str:
    return str(conn.execute(_WHICH).scalar_one())
