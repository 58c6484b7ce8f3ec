"""What a process remembers of who may do what, and how it knows that nothing of it has changed.

The database has a stamp that its triggers set anew in every transaction which changes who may do
what: tokens, sessions, accounts, people, roles, the tree of units (docs/decisions/0014). What was
read under a stamp holds as long as the database has the same one, which whoever relies on it asks
in the very unit of work that reads for them. What depends on the clock is not remembered: whether a
token has run out, or on which days a role holds, is asked of the clock each time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, select

from api.store.prepared import Prepared
from api.store.tables import access_stamp
from pdsa.units import Step

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
W = TypeVar("W", bound=Callable[..., Any])

#: The stamp, as a column of a question for something else.
STAMP = select(access_stamp.c.stamp).scalar_subquery()
_STAMP = Prepared(select(access_stamp.c.stamp))
#: How many tokens, sessions and units a process remembers, of each; then it begins anew.
REMEMBERED = 5000


class AccessMoved(Exception):
    """What was remembered need not hold any more."""


class Standing:
    """What was read under one stamp; of a token or a session its hash is kept, never the secret."""

    __slots__ = ("_paths", "_sessions", "_tokens", "stamp")

    def __init__(self, stamp: str) -> None:
        self.stamp = stamp
        self._tokens: dict[str, Any] = {}
        self._sessions: dict[str, Any] = {}
        self._paths: dict[str, tuple[Step, ...]] = {}

    def confirm(self, conn: Connection) -> None:
        """Raise ``AccessMoved`` unless the database has the same stamp now."""
        self.require(stamp(conn))

    def require(self, stamp: str | None) -> None:
        """Raise ``AccessMoved`` unless this is the stamp."""
        if stamp != self.stamp:
            raise AccessMoved

    def path(self, unit_id: str, ask: Callable[[], tuple[Step, ...]]) -> tuple[Step, ...]:
        """The units down to a unit; to be confirmed."""
        found = self._paths.get(unit_id, ())
        if not found and (found := ask()):  # a unit that is not there may come
            _keep(self._paths, unit_id, found)
        return found

    def token(self, hash: str, at: datetime) -> Any:
        """The use of a token (``tokens.TokenUse``) that has not run out; to be confirmed."""
        use = self._tokens.get(hash)
        return use if use is not None and use.lasts(at) else None

    def session(self, hash: str, at: datetime, idle: timedelta) -> Any:
        """The use of a session (``sessions.SessionUse``) that is not over; to be confirmed."""
        use = self._sessions.get(hash)
        return use if use is not None and use.lasts(at, idle) else None

    def keep_token(self, hash: str, use: Any) -> None:
        """Remember the use of a token."""
        _keep(self._tokens, hash, use)

    def keep_session(self, hash: str, use: Any) -> None:
        """Remember the use of a session."""
        _keep(self._sessions, hash, use)

    def forget(self, hash: str) -> None:
        """Ask again for a token or session: that it is used is noted now."""
        self._tokens.pop(hash, None)
        self._sessions.pop(hash, None)


class Memory:
    """The standing that a process goes by at the moment."""

    def __init__(self) -> None:
        self.standing: Standing | None = None

    def under(self, stamp: str | None) -> Standing | None:
        """The standing of a stamp, begun where it is a new one; ``None`` without a stamp."""
        if stamp is None:
            return None
        if self.standing is None or self.standing.stamp != stamp:
            self.standing = Standing(stamp)
        return self.standing


def as_known(
    conn: Connection,
    by: Any,
    work: Callable[Concatenate[Connection, Any, P], T],
    /,
    *args: P.args,
    **kw: P.kwargs,
) -> T:
    """What a unit of work reads for somebody (``By``), whose standing is confirmed in it.

    Raises ``AccessMoved``.
    """
    if by.standing is not None and not getattr(work, "confirms", False):
        by.standing.confirm(conn)
    return work(conn, by, *args, **kw)


def confirms(work: W) -> W:
    """Mark a unit of work that confirms the standing of its ``By`` itself, in its own question."""
    work.confirms = True  # type: ignore[attr-defined]
    return work


def stamp(conn: Connection) -> str | None:
    """The stamp that the database has now; ``None`` for a database without one."""
    row = _STAMP.first(conn, {})
    return None if row is None else row[0]


def stamped(
    conn: Connection,
    work: Callable[Concatenate[Connection, P], T],
    /,
    *args: P.args,
    **kw: P.kwargs,
) -> tuple[str | None, T]:
    """A stamp under which what the unit of work reads may be remembered, and what it reads.

    The stamp comes first: what changes after it, the work may have seen already, and the stamp that
    is there then will be another.
    """
    before = stamp(conn)
    return before, work(conn, *args, **kw)


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    if len(kept) >= REMEMBERED:
        kept.clear()
    kept[key] = value
