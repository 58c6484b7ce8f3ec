"""HTTP/1.1 as uvicorn speaks it, with an end to what a client may send before it is heard.

uvicorn gathers the head of a request however long it is and however slowly it comes. Here both have
an end: the connection is answered 400 and closed.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.settings import Settings


def protocol(settings: Settings) -> type[HttpToolsProtocol]:
    """The protocol with the limits of the settings."""

    class Limited(HttpToolsProtocol):
        """Counts the bytes and the seconds of a head."""

        _at = "idle"  # then in the head of a request, then in its body
        _head = 0
        _waiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            before = self._at
            if before != "body":
                self._wait()
            super().data_received(data)
            if self._at != "head" or self.transport.is_closing():
                return
            self._wait()
            if before == "head":  # what came together with an earlier request is not counted
                self._head += len(data)
                if self._head > settings.max_head:
                    self.send_400_response("The head of the request is too large.")

        def on_message_begin(self) -> None:
            self._at, self._head = "head", 0
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._at = "body"
            self._stop()
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            super().on_message_complete()
            self._at = "idle"

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop()
            super().connection_lost(exc)

        def _wait(self) -> None:
            if self._waiting is None:
                self._waiting = self.loop.call_later(settings.slow_request, self._too_slow)

        def _stop(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _too_slow(self) -> None:
            self._waiting = None
            if not self.transport.is_closing():
                self.transport.close()

    return Limited
