"""Who sends a request: by bearer token, or by the cookie of a session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from api.problems import Unauthenticated
from api.security import cookies, csrf
from api.security.errors import NeedsSession
from api.security.limits import note_refused_token
from api.store import sessions, tokens
from api.store.access import By
from api.store.engine import Database
from api.store.principals import digest
from api.store.sessions import SessionUse
from api.store.tokens import TokenUse

P = ParamSpec("P")
T = TypeVar("T")
Incoming = ASGIConnection[Any, Any, Any, Any]


class Auth(Struct, frozen=True):
    """How a request is authenticated; ``secret`` is that of its session's cookie."""

    session: SessionUse | None = None
    token_id: str = ""
    secret: str = ""
    token_hash: str = ""

    @property
    def by_session(self) -> SessionUse:
        """The session of a person who is signed in. Raises ``NeedsSession`` for a token."""
        if self.session is None:
            raise NeedsSession
        return self.session

    @property
    def session_id(self) -> str:
        """The id of the session; empty for a token."""
        return "" if self.session is None else self.session.session_id

    @property
    def how(self) -> str:
        """``token``, or how the session was begun: ``password``, ``link`` ..."""
        return "token" if self.session is None else self.session.signed_in_by


class Authentication(AbstractAuthenticationMiddleware):
    """Refuses every request without valid credentials, but for handlers marked ``public``.

    With a cookie, a request that may change something must prove that this site's pages sent it.
    """

    async def authenticate_request(self, connection: Incoming) -> AuthenticationResult:
        if connection.route_handler.opt.get("public"):
            return AuthenticationResult(user=None, auth=Auth())
        if "authorization" in connection.headers:
            return await _by_token(connection, connection.headers["authorization"])
        auth = await signed_in(connection)
        if auth is None:
            raise Unauthenticated
        # No websocket comes here, whose scope has no method.
        if connection.scope["method"] not in csrf.SAFE:  # type: ignore[typeddict-item]
            csrf.require(connection, auth.secret, connection.headers.get(csrf.HEADER, ""))
        return AuthenticationResult(user=auth.by_session.principal, auth=auth)


async def _by_token(connection: Incoming, header: str) -> AuthenticationResult:
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token.startswith(tokens.PREFIX):
        raise Unauthenticated
    state = connection.app.state
    now = state.clock()
    hashed = digest(token)
    use = await state.database.read(tokens.use_of, hashed, now)
    if use is None:
        await note_refused_token(connection, token)
        raise Unauthenticated
    if use.used_at is None or use.used_at + tokens.USED <= now:
        work = state.database.write(tokens.used, use.token_id, now)
        state.background.start("noting the use of a token", work)
    return AuthenticationResult(
        user=use.principal, auth=Auth(token_id=use.token_id, token_hash=hashed)
    )


def still(conn: Connection, auth: Auth, by: By, idle: timedelta) -> By:
    """``by``, with whom a request's credentials stand for now, to the transaction's end.

    A body may come long after the head by which its sender was let in: whatever writes asks again,
    in its own transaction. Raises ``Unauthenticated`` for credentials that are over.
    """
    use: SessionUse | TokenUse | None
    if auth.session is None:
        use = tokens.use_of(conn, auth.token_hash, by.at, hold=True)
    else:
        use = sessions.use_of(conn, digest(auth.secret), by.at, idle, hold=True)
    if use is None:
        raise Unauthenticated
    return replace(by, principal=use.principal)


async def write_as(
    state: State,
    auth: Auth,
    by: By,
    work: Callable[Concatenate[Connection, By, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """What a unit of work gives back, done as whoever the credentials stand for ``still``.

    Raises ``Unauthenticated``.
    """
    database: Database = state.database
    idle = state.settings.idle
    return await database.write(
        lambda conn: work(conn, still(conn, auth, by, idle), *args, **kwargs)
    )


async def signed_in(connection: Incoming) -> Auth | None:
    """The session of this browser, if it has one that is not over."""
    secret = cookies.read(connection)
    if not secret:
        return None
    state = connection.app.state
    now = state.clock()
    use = await state.database.read(sessions.use_of, digest(secret), now, state.settings.idle)
    if use is None:
        return None
    if use.seen_at + sessions.SEEN <= now:
        work = state.database.write(sessions.seen, use.session_id, now)
        state.background.start("noting the use of a session", work)
    return Auth(session=use, secret=secret)
