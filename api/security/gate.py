"""What stands before everything else: every request passes here, and every answer.

A request that is too long, slow or meant for another host goes no further. HEAD is answered as GET
without its body. Every answer gets its headers here, those of failures too.
"""

import asyncio
import re
from typing import Any

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import HeadTooLarge, PathTooLong, SlowRequest, WrongHost, refuse
from api.security.client_address import client_of, proxies
from api.security.headers import hardened
from api.settings import Settings
from pdsa.errors import PdsaError

#: The longest path with its query, in bytes.
LONGEST_PATH = 8000
#: Asked by machines that know this server by its address.
_ANY_HOST = ("/health/", "/metrics")
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")


class Gate:
    """Wraps an application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._proxies = proxies(settings.trusted_proxies, settings.proxy_header)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        if head:
            scope["method"] = HttpMethod.GET  # of the copy that api.operating.requests made
        sending = self._sending(scope, send, head=head)
        wrong = self._wrong(scope)
        if wrong is not None:
            await refuse(wrong, scope, sending)
            return
        await self._app(scope, self._receiving(receive), sending)

    def _wrong(self, scope: Scope) -> PdsaError | None:
        raw = scope.get("raw_path") or scope["path"].encode()
        path = len(raw) + len(scope.get("query_string", b""))
        if path > LONGEST_PATH:
            return PathTooLong(LONGEST_PATH)
        if path + sum(len(n) + len(v) + 4 for n, v in scope["headers"]) > self._settings.max_head:
            return HeadTooLarge(self._settings.max_head)
        given = [value for name, value in scope["headers"] if name == b"host"]
        host = _HOST.fullmatch(given[0].decode("latin-1").lower()) if len(given) == 1 else None
        if host is None and (given or scope.get("http_version") != "1.0"):
            return WrongHost()
        hosts = self._settings.hosts
        known = host is not None and host["name"] in hosts
        if hosts and not known and not scope["path"].startswith(_ANY_HOST):
            return WrongHost()
        return None

    def _receiving(self, receive: Receive) -> Receive:
        complete = False

        async def receiving() -> Any:
            nonlocal complete
            if complete:
                return await receive()  # waits for the client to go away, as long as that takes
            try:
                message = await asyncio.wait_for(receive(), self._settings.slow_request)
            except TimeoutError:
                raise SlowRequest(self._settings.slow_request) from None
            complete = not message.get("more_body", False)
            return message

        return receiving

    def _sending(self, scope: Scope, send: Send, *, head: bool) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _, scheme = client_of(scope, self._proxies)
                headers = hardened(
                    list(message["headers"]),
                    scope,
                    hsts=self._settings.hsts,
                    secure=scheme == "https",
                )
                await send({**message, "headers": headers})
            elif head and message["type"] == "http.response.body":
                await send({**message, "body": b""})
            else:
                await send(message)

        return sending
