"""Traces by OpenTelemetry, where a setting asks for them: one span for each request.

Made here and not by a ready middleware: that would note paths and queries, which may hold secrets,
and a span for each part of a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from litestar.types import Scope

from api.operating.request_id import from_proxy
from api.security.client_address import Proxies
from api.settings import BadSetting
from pdsa import __version__

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span


#: How many seconds a collector has, at the end of the process too.
PATIENCE = 5


class Traces:
    """Sends spans to an exporter, a few at a time and beside the requests."""

    def __init__(self, exporter: SpanExporter) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        what = {"service.name": "pdsa-tracker", "service.version": __version__}
        self._provider = TracerProvider(resource=Resource.create(what), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("pdsa-tracker", __version__)
        self._propagator = TraceContextTextMapPropagator()
        self._kind = SpanKind.SERVER

    @contextmanager
    def span(self, scope: Scope, trusted: Proxies) -> Iterator[Span]:
        """The span of a request; a part of the trace that a trusted proxy has begun."""
        carried: dict[str, str] = {}
        if from_proxy(scope, trusted):
            for name, value in scope["headers"]:
                if name in (b"traceparent", b"tracestate"):
                    carried[name.decode()] = value.decode("latin-1")
        context = self._propagator.extract(carried)
        with self._tracer.start_as_current_span("request", context, self._kind) as span:
            yield span

    def tell(self, span: Span, operation: str, method: str, status: int, request_id: str) -> None:
        """Say in a span what the request was, and how it ended."""
        from opentelemetry.trace import StatusCode

        span.update_name(operation)
        told: dict[str, Any] = {
            "pdsa.operation": operation,
            "pdsa.request_id": request_id,
            "http.request.method": method,
            "http.response.status_code": status,
        }
        span.set_attributes(told)
        if status >= 500:
            span.set_status(StatusCode.ERROR)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def traces(endpoint: str) -> Traces | None:
    """What sends to an OTLP endpoint; ``None`` for none. Raises ``BadSetting``."""
    if not endpoint:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ModuleNotFoundError as error:
        raise BadSetting("PDSA_OTEL", "empty, or pip install 'pdsa-tracker[otel]'") from error
    where = f"{endpoint.rstrip('/')}/v1/traces"
    return Traces(OTLPSpanExporter(endpoint=where, timeout=PATIENCE))
