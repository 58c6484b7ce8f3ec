"""Rate limits of the server: what is limited, by whom, and the answer 429.

Three kinds of use are limited, each in buckets of the database, so that any number of processes
share them:

- tokens that are refused, for a client address (setting ``refused_per_minute``);
- whatever tries a password or asks for a link: for the address and for the account that it names
  (``api.security.door``, ``RESET_BY_NAME``);
- use with valid credentials, for the person (setting ``rate_per_minute``).

The last would cost a write for each read. So a process takes a twentieth of the limit at once (a
lease) and spends it by itself: one write for that many requests. The bound: with P processes, what
passes in a period is at most what the limit allows and P leases more, because leases that were taken
before may be spent in it.

A valid token is never refused because of wrong ones from the same address: a whole school may share
one.
"""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from datetime import datetime, timedelta
from math import ceil

import msgspec
from sqlalchemy import Connection

from api.security.client_address import network_of
from api.store import rates, security_events
from api.store.engine import Database
from api.store.errors import StoreUnavailable
from api.store.rates import Limit, Taken
from pdsa.errors import PdsaError

__all__ = [
    "RESET_BY_NAME",
    "Limit",
    "Limiter",
    "Taken",
    "TooManyRequests",
    "bucket",
    "by_address",
    "fields",
]

_log = logging.getLogger("api")

RESET_BY_NAME = Limit("reset-of-account", 3, 3600)

#: How many buckets a process remembers, leases and refusals alike; the least used go first.
REMEMBERED = 10_000
#: Which part of a limit a lease takes at once.
LEASED = 20


class TooManyRequests(PdsaError):
    """More requests than a limit allows; ``Retry-After`` says in how many seconds there is room."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        super().__init__(f"too many requests: try again in {taken.retry_after} s")


def bucket(limit: Limit, *of: str) -> str:
    """The bucket of a limit for somebody or something; what names it is not readable in it.

    Names that differ in case or in space around them share one.
    """
    name = "\0".join(part.strip().casefold() for part in of)
    return f"{limit.name}:{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def by_address(limit: Limit, address: str) -> str:
    """The bucket of a limit for a client address; IPv6 counts by its /64, which one client has."""
    return bucket(limit, network_of(address))


def fields(taken: Taken) -> dict[str, str]:
    """The headers that tell a client where it stands (draft-ietf-httpapi-ratelimit-headers-11)."""
    limit = taken.limit
    found = {
        "RateLimit-Policy": f'"{limit.name}";q={limit.amount};w={limit.per}',
        "RateLimit": f'"{limit.name}";r={taken.remaining};t={taken.reset_after}',
    }
    if not taken.allowed:
        # Never earlier than the window that RateLimit tells of (section 6 of the draft).
        found["RateLimit"] = f'"{limit.name}";r={taken.remaining};t={taken.retry_after}'
        found["Retry-After"] = str(taken.retry_after)
    return found


def take_noted(conn: Connection, bucket: str, limit: Limit, now: datetime, address: str) -> Taken:
    """Take one unit; a refusal is a security event, ``rate.exceeded``, from the address."""
    taken = rates.take(conn, bucket, limit, now)
    if not taken.allowed:
        security_events.append(conn, now, "rate.exceeded", address=address, limit=limit.name)
    return taken


def _take_up_to(
    conn: Connection, bucket: str, limit: Limit, now: datetime, units: int
) -> tuple[Taken, int]:
    """Take that many units, or as many as there still are."""
    taken = rates.take(conn, bucket, limit, now, units)
    if not taken.allowed and units > 1:
        units = max(1, min(units, taken.remaining))
        taken = rates.take(conn, bucket, limit, now, units)
    return taken, units


class _Lease:
    """What one process may still spend of a bucket without asking the database."""

    __slots__ = ("left", "lock", "taken")

    def __init__(self) -> None:
        self.left = 0
        self.taken: Taken | None = None
        self.lock = asyncio.Lock()


class Limiter:
    """The limits as one process keeps them; make one for an application."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._leases: OrderedDict[str, _Lease] = OrderedDict()
        self._refused: OrderedDict[str, datetime] = OrderedDict()

    async def take(
        self, database: Database, bucket: str, limit: Limit, now: datetime, *, address: str = ""
    ) -> Taken:
        """Take one unit. Whoever is refused costs no further write until there is room.

        The first refusal is a security event, ``rate.exceeded``, from the address.
        """
        if (known := self.known(bucket, limit, now)) is not None:
            return known
        taken = await database.write(take_noted, bucket, limit, now, address)
        self.note(bucket, taken, now)
        return taken

    async def require(
        self, database: Database, bucket: str, limit: Limit, now: datetime, *, address: str = ""
    ) -> Taken:
        """Take one unit as ``take`` does, or raise ``TooManyRequests``."""
        taken = await self.take(database, bucket, limit, now, address=address)
        if not taken.allowed:
            raise TooManyRequests(taken)
        return taken

    def known(self, bucket: str, limit: Limit, now: datetime) -> Taken | None:
        """The refusal of a bucket that had no room and cannot have any yet."""
        until = self._refused.get(bucket)
        if until is None:
            return None
        wait = (until - now).total_seconds()
        if not 0 < wait <= limit.per:
            del self._refused[bucket]
            return None
        seconds = ceil(wait)
        return Taken(
            limit=limit, allowed=False, remaining=0, reset_after=seconds, retry_after=seconds
        )

    def note(self, bucket: str, taken: Taken, now: datetime) -> None:
        """Remember a refusal of the database."""
        if not taken.allowed:
            self._refused[bucket] = now + timedelta(seconds=taken.retry_after)
            self._refused.move_to_end(bucket)
            while len(self._refused) > self._remembered:
                self._refused.popitem(last=False)

    async def spend(self, database: Database, bucket: str, limit: Limit, now: datetime) -> Taken:
        """Take one unit from the lease of this process, and a new lease where it is used up.

        Where the database cannot write, a lease is given all the same: a limit that is there
        against too much use must not end all use, and whatever changes something fails anyway.
        """
        lease = self._lease(bucket)
        async with lease.lock:
            if lease.left == 0:
                if (known := self.known(bucket, limit, now)) is not None:
                    return known
                lease.taken, lease.left = await self._renewed(database, bucket, limit, now)
                self.note(bucket, lease.taken, now)
                if not lease.taken.allowed:
                    lease.left = 0
                    return lease.taken
            lease.left -= 1
            taken = lease.taken
        assert taken is not None  # noqa: S101 - a lease with units left was taken
        remaining = min(limit.amount, taken.remaining + lease.left)
        return msgspec.structs.replace(taken, remaining=remaining)

    def _lease(self, bucket: str) -> _Lease:
        lease = self._leases.setdefault(bucket, _Lease())
        self._leases.move_to_end(bucket)
        while len(self._leases) > self._remembered:
            self._leases.popitem(last=False)
        return lease

    async def _renewed(
        self, database: Database, bucket: str, limit: Limit, now: datetime
    ) -> tuple[Taken, int]:
        """A lease: a twentieth of the limit, or as much as there still is."""
        wanted = max(1, limit.amount // LEASED)
        try:
            taken, wanted = await database.write(_take_up_to, bucket, limit, now, wanted)
        except StoreUnavailable:
            _log.warning("the database cannot write; rate limits are kept loosely until it can")
            whole = Taken(limit=limit, allowed=True, remaining=0, reset_after=limit.per)
            return whole, wanted
        return taken, wanted
