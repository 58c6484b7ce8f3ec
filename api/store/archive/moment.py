"""One moment of a database that others go on writing to."""

import asyncio
from collections.abc import Callable
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.store import schema
from api.store.engine import async_url, sqlite_engine
from api.store.errors import SchemaMismatch, StoreUnavailable

T = TypeVar("T")
_NO_MIGRATION = text("SELECT pg_advisory_lock_shared(hashtext('pdsa-tracker schema'))")
_NO_LIMIT = text("SET statement_timeout = 0")


def at_one_moment(url: str, work: Callable[[Connection], T]) -> T:
    """Do what only reads while others write; nobody waits for it but a migration.

    Raises ``SchemaMismatch`` where there is no database file, and ``StoreUnavailable``.
    """
    try:
        return asyncio.run(_on_sqlite(url, work) if is_file(url) else _on_postgres(url, work))
    except DBAPIError as error:
        raise StoreUnavailable(str(error.orig)) from error
    except OSError as error:
        if error.errno in (ENOSPC, EFBIG, EDQUOT):
            raise  # of the file that the work writes
        raise StoreUnavailable(str(error)) from error


def is_file(url: str) -> bool:
    """Whether a URL names an SQLite file."""
    return url.startswith("sqlite:")


def file_of(url: str) -> Path:
    """The SQLite file of a URL."""
    return Path(make_url(url).database or "")


async def _on_sqlite(url: str, work: Callable[[Connection], T]) -> T:
    if not file_of(url).exists():
        raise SchemaMismatch(None, schema.head(), newer=False)
    engine = sqlite_engine(url, writes=False)
    try:
        async with engine.connect() as conn:
            await conn.exec_driver_sql("BEGIN")
            try:
                return await conn.run_sync(work)
            finally:
                await conn.exec_driver_sql("ROLLBACK")
    finally:
        await engine.dispose()


async def _on_postgres(url: str, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(async_url(url), poolclass=NullPool, hide_parameters=True)
    moment = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        async with moment.connect() as conn:
            # Held by the session: the moment begins when no migration is under way any more.
            await conn.execute(_NO_MIGRATION)
            await conn.execute(_NO_LIMIT)
            await conn.commit()
            return await conn.run_sync(work)
    finally:
        await engine.dispose()
