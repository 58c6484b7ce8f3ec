"""What every body and answer must be, before a route sees it and after."""

from functools import lru_cache
from typing import Any

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import UnsupportedMediaType
from pdsa.errors import UnknownField
from pdsa.interchange import unknown_fields

_JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)


class JsonBodies(ASGIMiddleware):
    """Refuses a body that is not declared as JSON in UTF-8 (Litestar would parse any)."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        method = scope["method"]  # type: ignore[typeddict-item]
        if method in ("POST", "PUT", "PATCH"):
            given = next((v for k, v in scope["headers"] if k == b"content-type"), b"")
            name, _, rest = given.decode("latin-1").lower().partition(";")
            wanted = (_JSON, _MERGE_PATCH) if method == "PATCH" else (_JSON,)
            charset = rest.replace(" ", "").replace('"', "").partition("charset=")[2] or "utf-8"
            if name.strip() not in wanted or charset not in ("utf-8", "utf8"):
                raise UnsupportedMediaType(given.decode("latin-1"), " or ".join(wanted))
        await next_app(scope, receive, send)


async def refuse_unknown_fields(request: Request[Any, Any, Any]) -> None:
    """Raise ``UnknownField`` for a field anywhere in the body that its type does not have.

    Commands refuse their own unknown fields; the domain structs inside them do not, because rows
    are read with the same types and may have been written by another version.
    """
    reads = reads_nested(request.route_handler)
    if reads is None:
        return
    body = await request.body()
    try:
        given, known = msgspec.json.decode(body), msgspec.json.decode(body, type=reads)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return  # the route's own decoding says what is wrong
    for pointer in unknown_fields(given, msgspec.to_builtins(known)):
        raise UnknownField(pointer, "no such field here")


@lru_cache(maxsize=1024)
def reads_nested(handler: Any) -> Any:
    """The type of the body where it holds structs that let unknown fields pass, else ``None``."""
    data = handler.parsed_fn_signature.parameters.get("data")
    if data is None:
        return None
    _, parts = msgspec.json.schema_components([data.annotation])
    objects = [part for part in parts.values() if part.get("type") == "object"]
    lax = any(part.get("additionalProperties") is not False for part in objects)
    return data.annotation if lax else None


class SafeHeaders(ASGIMiddleware):
    """Adds the headers that keep a browser from guessing."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_SAFE]
            await send(message)

        await next_app(scope, receive, with_headers)
