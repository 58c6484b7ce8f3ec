"""The limits that every request to the API meets: refused tokens, and much use by one person."""

from datetime import datetime
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy import Connection

from api.security.client_address import address_of
from api.security.rates import (
    Limiter,
    TooManyRequests,
    bucket,
    by_address,
    fields,
    take_noted,
)
from api.settings import Settings
from api.store import security_events, tokens
from api.store.engine import Database
from api.store.errors import StoreUnavailable
from api.store.principals import digest
from api.store.rates import Limit, Taken


def per_person(settings: Settings) -> Limit | None:
    """What one person may do in a minute; ``None`` for any number of requests."""
    n = settings.rate_per_minute
    return Limit("default", n, 60) if n else None


def refused_tokens(settings: Settings) -> Limit | None:
    """How many wrong tokens of an address are looked at in a minute; ``None`` for any number."""
    n = settings.refused_per_minute
    return Limit("refused-tokens", n, 60) if n else None


class PersonLimits(ASGIMiddleware):
    """Refuses what goes beyond a person's limit, and tells in every answer what is left of it.

    It stands behind the authentication: whoever has none is not counted here.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        state = scope["litestar_app"].state
        limit = per_person(state.settings)
        user = scope.get("user")
        if limit is None or user is None:
            await next_app(scope, receive, send)
            return
        limiter: Limiter = state.limiter
        mine = bucket(limit, user.person_id)
        taken = await limiter.spend(state.database, mine, limit, state.clock())
        if not taken.allowed:
            raise TooManyRequests(taken)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                given = {name.lower() for name, _ in headers}
                told = ((k.lower().encode(), v.encode()) for k, v in fields(taken).items())
                headers += (field for field in told if field[0] not in given)
                message["headers"] = headers
            await send(message)

        await next_app(scope, receive, tell)


async def note_refused_token(connection: ASGIConnection[Any, Any, Any, Any], token: str) -> None:
    """Note a token that is not valid (any more); call it, then raise ``Unauthenticated``.

    Raises ``TooManyRequests`` for an address beyond its limit, which costs no write any more. Only
    what looks like a token of ours is worth noting: the rest is refused without a look.
    """
    state = connection.app.state
    limit = refused_tokens(state.settings)
    now, address = state.clock(), address_of(connection)
    limiter: Limiter = state.limiter
    database: Database = state.database
    where = "" if limit is None else by_address(limit, address)
    if limit is not None and (known := limiter.known(where, limit, now)) is not None:
        raise TooManyRequests(known)
    try:
        taken = await database.write(_refuse, where, limit, now, address, digest(token))
    except StoreUnavailable:
        return  # it is refused all the same
    if taken is not None:
        limiter.note(where, taken, now)
        if not taken.allowed:
            raise TooManyRequests(taken)


def _refuse(
    conn: Connection, where: str, limit: Limit | None, now: datetime, address: str, hash: str
) -> Taken | None:
    taken = None if limit is None else take_noted(conn, where, limit, now, address)
    if taken is not None and not taken.allowed:
        return taken
    person_id, why = tokens.refused(conn, hash, now)
    security_events.append(
        conn, now, "token.refused", person_id=person_id, address=address, reason=why
    )
    return taken
