"""Which schema a database has, and how it is brought forward: by migration only.

Alembic is imported to migrate, and for nothing else: every start of a command asks for the schema.
"""

import asyncio
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, MetaData, String, Table, event, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from api.store.engine import async_url, sqlite_engine
from api.store.errors import SchemaMismatch, StoreUnavailable
from api.store.locks import lock

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
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


def current(conn: Connection) -> str | None:
    """The schema that a database has; ``None`` for an empty one."""
    if not inspect(conn).has_table(_VERSION.name):
        return None
    return conn.execute(select(_VERSION.c.version_num)).scalar()


def require_current(conn: Connection) -> None:
    """Raise ``SchemaMismatch`` unless the database has the schema of this program."""
    found, wanted = current(conn), head()
    if found != wanted:
        raise SchemaMismatch(found, wanted, newer=found is not None and found not in known())


def migrate(url: str, *, to: str = "head") -> tuple[str | None, str]:
    """Bring a database forward in one transaction; the schemas before and after.

    Raises ``SchemaMismatch`` for a newer schema, with nothing changed, and ``StoreUnavailable``.
    """
    return asyncio.run(migrate_async(url, to=to))


async def migrate_async(url: str, *, to: str = "head") -> tuple[str | None, str]:
    """As ``migrate``, inside a running event loop."""
    from alembic import command

    def upgrade(conn: Connection) -> tuple[str | None, str]:
        lock(conn, "schema")  # two processes may start at once
        before = current(conn)
        if before is not None and before not in known():
            raise SchemaMismatch(before, head(), newer=True)
        settings = config()
        settings.attributes["connection"] = conn
        command.upgrade(settings, to)
        _check_references(conn)
        return before, current(conn) or ""

    engine = _engine(url)
    try:
        async with engine.begin() as conn:
            return await conn.run_sync(upgrade)
    except (DBAPIError, OSError) as error:
        raise StoreUnavailable(str(getattr(error, "orig", error))) from error
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    if url.startswith("sqlite:"):
        file = url.partition("///")[2]
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        engine = sqlite_engine(url, writes=True)
        event.listen(engine.sync_engine, "connect", _unchecked)
        return engine
    return create_async_engine(async_url(url))


def _unchecked(dbapi_connection: Any, _: Any) -> None:
    # To rebuild a table, SQLite drops it: what refers to it may not stop that (lang_altertable, 7).
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _check_references(conn: Connection) -> None:
    if conn.dialect.name == "sqlite":
        broken = {row[0] for row in conn.exec_driver_sql("PRAGMA foreign_key_check")}
        if broken:
            raise RuntimeError(f"the migration leaves rows that refer to nothing in {broken}")
