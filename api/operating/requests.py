"""Every request as it is watched: it gets an id, is counted, timed, told to the log and traced.

Nothing here looks at a path, a query or a body: links carry their secret in the path.
"""

import logging
from time import perf_counter
from typing import Any

from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.operating.request_id import CURRENT, HEADER, id_of

_log = logging.getLogger("pdsa.requests")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: Asked by machines all day long; their answers are counted, but tell the log nothing.
_BY_MACHINES = frozenset({"health_live", "health_ready", "metrics"})
#: What no operation was found for: a path or a method that is not there, a request refused before.
NONE = "none"


class Observed:
    """Wraps an application, outside of everything else."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app, self._state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        # A copy: the gate changes it, and the router writes in it which operation it is.
        inner: Any = dict(scope)
        state, began, status = self._state, perf_counter(), 0
        request_id = id_of(scope, state.proxies)
        CURRENT.set(request_id)  # stays until the task ends: the server may have more to log

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                others = [field for field in message["headers"] if field[0].lower() != HEADER]
                message["headers"] = [*others, (HEADER, request_id.encode())]
            await send(message)

        if state.traces is None:
            try:
                await self._app(inner, receive, sending)
            finally:
                self._tell(inner, scope["method"], status, perf_counter() - began)
            return
        with state.traces.span(scope, state.proxies) as span:
            try:
                await self._app(inner, receive, sending)
            finally:
                operation, method = self._tell(
                    inner, scope["method"], status, perf_counter() - began
                )
                state.traces.tell(span, operation, method, status, request_id)

    def _tell(self, scope: Scope, method: str, status: int, seconds: float) -> tuple[str, str]:
        operation = operation_of(scope)
        method = method if method in _METHODS else "other"
        metrics = self._state.metrics
        if metrics is not None:
            metrics.answered(operation, method, status, seconds)
        if self._state.settings.log_requests and operation not in _BY_MACHINES:
            ms = round(seconds * 1000, 1)
            told = {"operation": operation, "method": method, "status": status, "ms": ms}
            _log.info("%s %s %d in %s ms", method, operation, status, ms, extra=told)
        return operation, method


def operation_of(scope: Scope) -> str:
    """The id of the operation that was found for a request, or where its page is made."""
    handler: Any = scope.get("route_handler")
    if handler is None:
        return NONE
    if isinstance(handler.operation_id, str):
        return handler.operation_id
    fn = handler.fn
    return f"{fn.__module__.rpartition('.')[2]}.{fn.__name__}"
