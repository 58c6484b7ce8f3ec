"""Who sends a request: by bearer token, or by the cookie of a session."""

from datetime import datetime, timedelta
from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from msgspec import Struct
from sqlalchemy import Connection

from api.problems import Unauthenticated
from api.security import cookies, csrf
from api.security.limits import note_refused_token
from api.store import sessions, tokens
from api.store.principals import digest
from api.store.sessions import SessionUse
from api.store.tokens import TokenUse
from pdsa.units import Principal

Incoming = ASGIConnection[Any, Any, Any, Any]


class Auth(Struct, frozen=True):
    """How a request is authenticated; ``secret`` is that of its session's cookie."""

    session: SessionUse | None = None
    token_id: str = ""
    secret: str = ""
    token_hash: str = ""

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
        if auth is None or auth.session is None:
            raise Unauthenticated
        if connection.scope["method"] not in csrf.SAFE:  # type: ignore[typeddict-item]
            csrf.require(connection, auth.secret, connection.headers.get(csrf.HEADER, ""))
        return AuthenticationResult(user=auth.session.principal, auth=auth)


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


def still(conn: Connection, auth: Auth, at: datetime, idle: timedelta) -> Principal:
    """Whom a request's credentials stand for now, with the roles of now, to the transaction's end.

    A body may come long after the head by which its sender was let in: whatever writes asks again,
    in its own transaction. Raises ``Unauthenticated`` for credentials that are over.
    """
    use: SessionUse | TokenUse | None
    if auth.session is None:
        use = tokens.use_of(conn, auth.token_hash, at, hold=True)
    else:
        use = sessions.use_of(conn, digest(auth.secret), at, idle, hold=True)
    if use is None:
        raise Unauthenticated
    return use.principal


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
