"""The server itself: one process, or several that share a socket, and how they end in order."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import parent_process
from types import FrameType
from typing import Any

import uvicorn
from litestar import Litestar
from uvicorn.supervisors import Multiprocess

from api.app import create_app
from api.cli.listen import Listening
from api.cli.protocol import protocol
from api.operating import logs
from api.operating.metrics import FOLDER
from api.settings import Settings

#: Seconds for which an idle connection is kept: longer than proxies keep theirs (60 by default), or
#: they would send a request just as it is closed.
KEEP_ALIVE = 75


class Config(uvicorn.Config):
    """How uvicorn serves; another process makes it anew from the settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__(
            partial(application, settings),
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.processes,
            log_config=None,
            log_level="warning",
            lifespan="on",
            timeout_graceful_shutdown=settings.grace,
            timeout_keep_alive=KEEP_ALIVE,
            server_header=False,
            # api.security.client_address reads them, from trusted proxies alone.
            proxy_headers=False,
            http=protocol(settings),
            ws="none",
            limit_concurrency=settings.connections,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Config, (self.settings,)

    def configure_logging(self) -> None:
        logs.configure(self.settings)
        super().configure_logging()


class Supervisor(Multiprocess):
    """Keeps the processes going; ``failed`` once one of them could not even start."""

    failed = False

    def init_processes(self) -> None:
        super().init_processes()
        self._known = self._pids()

    def keep_subprocess_alive(self) -> None:
        if not self.should_exit.is_set():
            super().keep_subprocess_alive()
            self.failed = self.should_exit.is_set()
        for gone in self._known - self._pids():
            _forget(gone)
        self._known = self._pids()

    def _pids(self) -> set[int | None]:
        return {process.pid for process in self.processes}


def serve_one(settings: Settings, listening: Listening) -> bool:
    """Serve until told to end, in this process. Whether the server had started."""
    server = uvicorn.Server(Config(settings))
    # uvicorn ends in order on SIGTERM and then raises it once more, which would end us with -15
    signal.signal(signal.SIGTERM, lambda *_: None)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    return server.started


def serve_several(settings: Settings, listening: Listening) -> bool:
    """Serve until told to end, in processes of their own. Whether they could start."""
    with _figures_together(bool(settings.metrics_token)):
        supervisor = Supervisor(Config(settings), [listening])
        supervisor.run()
    return not supervisor.failed


def application(settings: Settings) -> Litestar:
    """The application of a process that serves: it says so when it is about to end."""
    app = create_app(settings)
    app.on_startup.append(_end_in_order)
    return app


async def _end_in_order(app: Litestar) -> None:
    """On SIGTERM, be no longer ready, and go on for a while until nobody sends requests here."""
    loop, settings = asyncio.get_running_loop(), app.state.settings
    ends = signal.getsignal(signal.SIGTERM)

    def told(number: int, frame: FrameType | None) -> None:
        if app.state.readiness.ending:
            return  # told already: by whoever keeps the processes, and by who keeps them all
        app.state.readiness.ending = True
        if not callable(ends):
            return
        if settings.drain:
            loop.call_soon_threadsafe(loop.call_later, settings.drain, ends, number, frame)
        else:
            ends(number, frame)

    signal.signal(signal.SIGTERM, told)
    if keeper := parent_process():
        # Whoever keeps the processes is gone: nobody would ever end this one.
        loop.add_reader(keeper.sentinel, _orphaned, loop, keeper.sentinel)


def _orphaned(loop: asyncio.AbstractEventLoop, sentinel: int) -> None:
    loop.remove_reader(sentinel)
    signal.raise_signal(signal.SIGTERM)


@contextmanager
def _figures_together(wanted: bool) -> Iterator[None]:
    """A folder in which the processes keep their metrics, so that any of them can tell them all."""
    if not wanted:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="pdsa-metrics") as folder:
        os.environ[FOLDER] = folder
        yield


def _forget(pid: int | None) -> None:
    if FOLDER in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]
