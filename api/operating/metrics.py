"""Metrics for Prometheus, by its own library. No label holds an id, an address or a text of people.

With several processes each writes its figures into a folder (``PROMETHEUS_MULTIPROC_DIR``, which
``pdsa serve`` makes), and whichever is asked tells those of all. A gauge is taken once a second.
"""

import asyncio
import os
import platform
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from litestar.datastructures import State

from api.store.database import Database, Watch
from pdsa import __version__

if TYPE_CHECKING:
    pass

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_JOBS = (1, 2, 4, 8, 16, 32, 64)


class Metrics(Watch):
    """The figures of one process."""

    def __init__(self) -> None:
        # Set where somebody asks for metrics: the library chooses its files when it is imported.
        from prometheus_client import (
            CollectorRegistry,
            Counter,
            Gauge,
            Histogram,
            disable_created_metrics,
        )
        from prometheus_client.process_collector import ProcessCollector

        disable_created_metrics()  # type: ignore[no-untyped-call]  # a third more lines, which nothing here needs
        self._registry = CollectorRegistry()
        self._folder = os.environ.get(FOLDER, "")
        if not self._folder:
            ProcessCollector(registry=self._registry)
        into: Any = {"registry": self._registry}

        def gauge(name: str, text: str, *labels: str, how: Any = "livesum") -> Gauge:
            return Gauge(f"pdsa_{name}", text, labels, multiprocess_mode=how, **into)

        def seconds(name: str, text: str, *labels: str) -> Histogram:
            return Histogram(f"pdsa_{name}_seconds", text, labels, buckets=_SECONDS, **into)

        self._requests = Counter(
            "pdsa_requests",
            "Requests by operation, method and class of status (0xx: the client went away).",
            ["operation", "method", "status"],
            **into,
        )
        self._latency = seconds(
            "request", "Time from request to the end of its answer.", "operation"
        )
        self._errors = Counter(
            "pdsa_unhandled_errors", "Answers with 500: a fault of ours.", ["operation"], **into
        )
        self._waits = seconds("write_wait", "Time a write waited for the writer or a connection.")
        self._groups = Histogram(
            "pdsa_write_group_size",
            "Writes that shared one commit (SQLite).",
            buckets=_JOBS,
            **into,
        )
        self._queue = gauge("write_queue", "Writes that wait for the writer (SQLite).")
        self._connections = gauge("database_connections", "Connections that there may be.")
        self._in_use = gauge("database_connections_in_use", "Connections that work.")
        self._waiting = gauge("database_waiting", "Units of work that wait for a connection.")
        self._replica = Counter(
            "pdsa_replica_reads",
            "Work for the replica: done there, or here because it was behind or down.",
            ["place"],
            **into,
        )
        self._computations = gauge(
            "computations", "Long computations that run or wait (people, guests).", "of"
        )
        self._passwords = gauge("password_checks", "Passwords that are hashed or wait for it.")
        self._lag = gauge(
            "loop_lag_seconds", "How late the event loop was with its last tick.", how="livemax"
        )
        built = gauge("build_info", "What runs here: 1.", "version", "python", how="livemax")
        built.labels(__version__, platform.python_version()).set(1)
        self._known: dict[tuple[str, str, int], Callable[[float], None]] = {}

    def answered(self, operation: str, method: str, status: int, seconds: float) -> None:
        """A request was answered, or its client went away before (status 0)."""
        key = operation, method, status // 100
        tell = self._known.get(key)
        if tell is None:
            tell = self._known[key] = self._counting(*key)
        tell(seconds)
        if status == 500:
            self._errors.labels(operation).inc()

    def _counting(self, operation: str, method: str, kind: int) -> Callable[[float], None]:
        count = self._requests.labels(operation, method, f"{kind}xx").inc
        observe = self._latency.labels(operation).observe

        def tell(seconds: float) -> None:
            count()
            observe(seconds)

        return tell

    def waited(self, seconds: float) -> None:
        self._waits.observe(seconds)

    def grouped(self, jobs: int) -> None:
        self._groups.observe(jobs)

    def read_at(self, place: str) -> None:
        self._replica.labels(place).inc()

    def sample(self, state: State) -> None:
        """Take the gauges of this process."""
        database: Database = state.database
        load = database.load
        self._queue.set(load.queued)
        self._connections.set(load.connections)
        self._in_use.set(load.in_use)
        self._waiting.set(load.waiting)
        for name in ("pool", "guests"):
            of = "people" if name == "pool" else name
            self._computations.labels(of).set(state[name].under_way)
        self._passwords.set(state.passwords.under_way)

    async def keep_sampling(self, state: State) -> None:
        """Take the gauges every second, until cancelled."""
        while True:
            self.sample(state)
            due = monotonic() + 1
            await asyncio.sleep(1)
            self._lag.set(max(0.0, monotonic() - due))

    def text(self) -> bytes:
        """Everything, as Prometheus reads it; of all processes."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry: CollectorRegistry = self._registry
        if self._folder:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, self._folder)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
