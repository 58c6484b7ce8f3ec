"""Traces: a span for each request with its operation, and nothing of what was asked."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.operating.traces import Traces, traces
from api.settings import BadSetting
from tests.api.client import serving
from tests.api.server import start

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_a_request_is_a_span_with_its_operation(sqlite_url: str) -> None:
    kept = InMemorySpanExporter()
    async with serving(sqlite_url) as client:
        client.app.state.traces = Traces(kept)
        answer = await client.get("units?text=hunter2")
        await client.get("/link/hunter2", headers={"traceparent": PARENT})
        client.app.state.traces.close()

        listed, link = kept.get_finished_spans()

    assert listed.name == "units_list"
    assert dict(listed.attributes or {}) == {
        "pdsa.operation": "units_list",
        "pdsa.request_id": answer.headers["x-request-id"],
        "http.request.method": "GET",
        "http.response.status_code": 200,
    }
    assert "hunter2" not in listed.to_json() + link.to_json()
    assert link.parent is None, "a client by itself begins no trace of ours"


async def test_a_trace_that_a_trusted_proxy_began_goes_on(sqlite_url: str) -> None:
    kept = InMemorySpanExporter()
    async with serving(sqlite_url, trusted_proxies="127.0.0.1") as client:
        client.app.state.traces = Traces(kept)
        await client.get("units", headers={"traceparent": PARENT})
        client.app.state.traces.close()

    (span,) = kept.get_finished_spans()
    assert span.parent is not None
    assert f"{span.parent.trace_id:032x}" == PARENT.split("-")[1]


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """A collector of OTLP over HTTP: where it is, and what it was sent."""
    found: list[ExportTraceServiceRequest] = []

    class Collecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            found.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collecting)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", found
    finally:
        server.shutdown()
        server.server_close()


async def test_a_server_sends_its_spans_to_the_collector_of_the_settings(
    sqlite_url: str, tmp_path: Path
) -> None:
    with collector() as (where, found):
        served = await start(sqlite_url, tmp_path, otel=where)
        async with served.client() as http:
            await http.get("/api/v1/units?text=hunter2")
        assert await served.stop() == 0

    spans = [
        s for each in found for r in each.resource_spans for c in r.scope_spans for s in c.spans
    ]
    assert "units_list" in {span.name for span in spans}
    assert not any(b"hunter2" in each.SerializeToString() for each in found)


def test_without_the_extra_the_setting_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)

    assert traces("") is None
    with pytest.raises(BadSetting, match=r"pdsa-tracker\[otel\]"):
        traces("http://localhost:4318")
