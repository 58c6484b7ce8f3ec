"""Which schema a database has, and how it is brought forward: by migration only.

Alembic is imported to migrate, and for nothing else: every start of a command asks for the schema.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    String,
    Table,
    delete,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from api.store import indexes
from api.store import tables as t
from api.store.database import async_url
from api.store.engine import sqlite_engine
from api.store.errors import SchemaMismatch, StoreUnavailable
from api.store.locks import lock

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")
#: How long a migration waits for a table, in milliseconds, before it lets the others through.
LOCK_TIMEOUT_MS = 500
#: How often it tries again.
ATTEMPTS = 20
_MIGRATIONS = Path(__file__).parents[1] / "migrations"
#: A server that is told to looks after a second whether who asked is still there (PostgreSQL 14).
_NOTICE_THE_END = text(
    "SELECT set_config(name, '1000', true) FROM pg_settings"
    " WHERE name = 'client_connection_check_interval'"
)
_HOLD = {
    "tokens": text("LOCK TABLE tokens IN EXCLUSIVE MODE"),
    "sessions": text("LOCK TABLE sessions IN EXCLUSIVE MODE"),
}
#: Where Alembic keeps the schema of a database.
_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32)))


def config() -> "Config":
    """Alembic's configuration: the migrations that came with this program."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(_MIGRATIONS))
    return found


def head() -> str:
    """The schema that this program works with."""
    return known()[-1]


@cache
def known() -> tuple[str, ...]:
    """Every schema that this program can bring forward, the oldest first: NUMBER_what_it_is.py."""
    files = (_MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def source(revision: str) -> str:
    """The text of a migration."""
    (file,) = (_MIGRATIONS / "versions").glob(f"{revision}_*.py")
    return file.read_text(encoding="utf-8")


def current(conn: Connection) -> str | None:
    """The schema that a database has; ``None`` for an empty one."""
    if not inspect(conn).has_table(_VERSION.name):
        return None
    return conn.execute(select(_VERSION.c.version_num)).scalar()


def oldest_program(conn: Connection) -> str | None:
    """The oldest schema whose programs may work with what a database has.

    ``None`` where nothing is recorded for the schema that it has now.
    """
    if not inspect(conn).has_table(t.schema_reach.name):
        return None
    wanted = select(t.schema_reach.c.oldest).where(t.schema_reach.c.schema == current(conn))
    return conn.execute(wanted).scalar()


def serves(conn: Connection) -> bool:
    """Whether this program may work with the schema of a database (docs/decisions/0013)."""
    found, wanted = current(conn), head()
    if found is None or found in known():
        return found == wanted
    oldest = oldest_program(conn)
    return oldest is not None and oldest <= wanted


def require_current(conn: Connection) -> None:
    """Raise ``SchemaMismatch`` unless this program may work with the schema of the database."""
    if not serves(conn):
        found = current(conn)
        raise SchemaMismatch(found, head(), newer=found is not None and found not in known())


def migrate(url: str, *, to: str = "head") -> tuple[str | None, str]:
    """Bring a database forward in one transaction; the schemas before and after.

    A newer schema with which this program may work stays as it is. Raises ``SchemaMismatch`` for
    any other newer one, with nothing changed, and ``StoreUnavailable``.
    """
    return asyncio.run(migrate_async(url, to=to))


async def migrate_async(url: str, *, to: str = "head") -> tuple[str | None, str]:
    """As ``migrate``, inside a running event loop."""
    engine = migrating_engine(url)
    try:
        before, after = await _patiently(engine, lambda conn: bring_forward(conn, to))
        if after == head():
            await indexes.complete(engine)
        return before, after
    except (DBAPIError, OSError) as error:
        raise StoreUnavailable(str(getattr(error, "orig", error))) from error
    finally:
        await engine.dispose()


def bring_forward(conn: Connection, to: str = "head") -> tuple[str | None, str]:
    """Migrate within the transaction of a connection of ``migrating_engine``."""
    from alembic import command

    lock(conn, "schema")  # two processes may start at once
    before = current(conn)
    if before is not None and before not in known():
        if serves(conn):
            return before, before
        raise SchemaMismatch(before, head(), newer=True)
    if conn.dialect.name == "postgresql":
        # Whoever waits for a table makes everybody wait who comes after.
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
        conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
        conn.execute(_NOTICE_THE_END)
        _hold_writers_back(conn)
    settings = config()
    settings.attributes["connection"] = conn
    command.upgrade(settings, to)
    after = current(conn) or ""
    _record_reach(conn, settings, after)
    check_references(conn)
    return before, after


def _hold_writers_back(conn: Connection) -> None:
    """Wait until no writing transaction of a server runs, and let none begin before this one ends.

    One that holds a table already would wait for the next one that a migration has changed, which
    waits for it. Each begins with the credentials of whoever sends it (``security.authentication``).
    """
    there = set(inspect(conn).get_table_names())
    for table, statement in _HOLD.items():
        if table in there:
            conn.execute(statement)


def _record_reach(conn: Connection, settings: "Config", schema: str) -> None:
    """Write down which programs may work with a schema: those as old as its last contraction."""
    from alembic.script import ScriptDirectory

    if not inspect(conn).has_table(t.schema_reach.name):
        return
    scripts = ScriptDirectory.from_config(settings).iterate_revisions(schema, "base")
    oldest = max(getattr(each.module, "needs", "") for each in scripts)
    conn.execute(delete(t.schema_reach))
    conn.execute(insert(t.schema_reach).values(schema=schema, oldest=oldest))


async def _patiently(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    """Run work in a transaction; once more, after a while, when others hold what it needs."""
    for attempt in range(ATTEMPTS):
        try:
            async with engine.begin() as conn:
                return await conn.run_sync(work)
        except DBAPIError as error:
            if attempt == ATTEMPTS - 1 or not _held_by_others(error):
                raise
        await asyncio.sleep(min(0.1 * 2**attempt, 2))
    raise AssertionError


def _held_by_others(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    code = getattr(error.orig, "sqlite_errorcode", None)
    busy = code is not None and code & 0xFF == sqlite3.SQLITE_BUSY
    return state in ("55P03", "40P01") or busy


def migrating_engine(url: str) -> AsyncEngine:
    """An engine for whole changes of a database: no limit of time, and on SQLite no check of
    references before the end."""
    if url.startswith("sqlite:"):
        file = Path(url.partition("///")[2])
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            with suppress(OSError):  # SQLite says better what is wrong
                file.touch(mode=0o600)  # its owner's alone, and so is its log
        engine = sqlite_engine(url, writes=True)
        event.listen(engine.sync_engine, "connect", _unchecked)
        return engine
    return create_async_engine(async_url(url), hide_parameters=True)


def _unchecked(dbapi_connection: Any, _: Any) -> None:
    # To rebuild a table, SQLite drops it: what refers to it may not stop that (lang_altertable, 7).
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def check_references(conn: Connection) -> None:
    """Raise ``RuntimeError`` where SQLite, with its checks off, was left rows that refer to nothing."""
    if conn.dialect.name == "sqlite":
        broken = {row[0] for row in conn.exec_driver_sql("PRAGMA foreign_key_check")}
        if broken:
            raise RuntimeError(f"the migration leaves rows that refer to nothing in {broken}")
