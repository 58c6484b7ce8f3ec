"""Who sends a request: by bearer token, or by the cookie of a session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import Message, Receive, Scope, Send
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from api.problems import Unauthenticated, refuse
from api.security import cookies, csrf
from api.security.errors import NeedsSession
from api.security.limits import note_refused_token
from api.store import sessions, tokens
from api.store.access import By
from api.store.engine import Database
from api.store.principals import digest
from api.store.sessions import SessionUse
from api.store.standing import AccessMoved, Memory, Standing, stamped
from api.store.tokens import TokenUse
from pdsa.errors import PdsaError

P = ParamSpec("P")
T = TypeVar("T")
Incoming = ASGIConnection[Any, Any, Any, Any]
#: Where a request keeps the standing by which it was let in, until that is confirmed.
_TO_CONFIRM = "pdsa.to_confirm"


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
    Whom this process remembers is let in at first; nothing is answered before the database has
    confirmed that what was remembered still holds. Handlers that answer with what is remembered
    itself are marked ``anew``.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = False

        async def sending(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                try:
                    await _confirm(scope)
                except PdsaError as error:
                    refused = True
                    await refuse(error, scope, send)
            if not refused:
                await send(message)

        try:
            await super().__call__(scope, receive, sending)
        except Exception:  # it is answered further outside
            await _confirm(scope)
            raise

    async def authenticate_request(self, connection: Incoming) -> AuthenticationResult:
        opt = connection.route_handler.opt
        if opt.get("public"):
            return AuthenticationResult(user=None, auth=Auth())
        # What is done with a session itself is for whoever the database knows at once.
        recall = not (opt.get("by_session") or opt.get("anew"))
        return await _authenticated(connection, recall=recall)


async def _authenticated(connection: Incoming, *, recall: bool) -> AuthenticationResult:
    if "authorization" in connection.headers:
        return await _by_token(connection, connection.headers["authorization"], recall)
    auth = await _signed_in(connection, recall)
    if auth is None:
        raise Unauthenticated
    # No websocket comes here, whose scope has no method.
    if connection.scope["method"] not in csrf.SAFE:  # type: ignore[typeddict-item]
        csrf.require(connection, auth.secret, connection.headers.get(csrf.HEADER, ""))
    return AuthenticationResult(user=auth.by_session.principal, auth=auth)


def standing_of(connection: Incoming) -> Standing | None:
    """Where a request was let in by what is remembered, the standing that is to be confirmed."""
    found: Standing | None = cast(Any, connection.scope).get(_TO_CONFIRM)
    return found


def confirmed(connection: Incoming) -> None:
    """Note that a unit of work has confirmed what was remembered."""
    cast(Any, connection.scope).pop(_TO_CONFIRM, None)


async def ask_anew(connection: Incoming) -> None:
    """Ask the database who sends a request. Raises as at first where its credentials are over."""
    confirmed(connection)
    connection.app.state.memory.standing = None
    found = await _authenticated(connection, recall=False)
    connection.scope["user"], connection.scope["auth"] = found.user, found.auth


async def _confirm(scope: Scope) -> None:
    """See that nobody is answered by what was remembered alone. Raises as ``ask_anew`` does."""
    standing: Standing | None = cast(Any, scope).get(_TO_CONFIRM)
    if standing is None:
        return
    connection: Incoming = ASGIConnection(scope)
    try:
        await connection.app.state.database.read(standing.confirm)
    except AccessMoved:
        await ask_anew(connection)
    confirmed(connection)


async def _by_token(connection: Incoming, header: str, recall: bool) -> AuthenticationResult:
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token.startswith(tokens.PREFIX):
        raise Unauthenticated
    state = connection.app.state
    now, hashed = state.clock(), digest(token)
    memory: Memory = state.memory
    known, use = memory.standing, None
    if recall and known is not None:
        use = known.token(hashed, now)
    if use is None:
        stamp, use = await state.database.read(stamped, tokens.use_of, hashed, now)
        if use is None:
            await note_refused_token(connection, token)
            raise Unauthenticated
        if (known := memory.under(stamp)) is not None:
            known.keep_token(hashed, use)
    else:
        cast(Any, connection.scope)[_TO_CONFIRM] = known
    if use.used_at is None or use.used_at + tokens.USED <= now:
        if known is not None:
            known.forget(hashed)
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
    return await _signed_in(connection, recall=False)


async def _signed_in(connection: Incoming, recall: bool) -> Auth | None:
    secret = cookies.read(connection)
    if not secret:
        return None
    state = connection.app.state
    now, hashed, idle = state.clock(), digest(secret), state.settings.idle
    memory: Memory = state.memory
    known, use = memory.standing, None
    if recall and known is not None:
        use = known.session(hashed, now, idle)
    if use is None:
        stamp, use = await state.database.read(stamped, sessions.use_of, hashed, now, idle)
        if use is None:
            return None
        if (known := memory.under(stamp)) is not None:
            known.keep_session(hashed, use)
    else:
        cast(Any, connection.scope)[_TO_CONFIRM] = known
    if use.seen_at + sessions.SEEN <= now:
        if known is not None:
            known.forget(hashed)
        work = state.database.write(sessions.seen, use.session_id, now)
        state.background.start("noting the use of a session", work)
    return Auth(session=use, secret=secret)
