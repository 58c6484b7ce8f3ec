"""How an archive becomes a database again: it is looked through before anybody can see it."""

import asyncio
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

from api.store import schema
from api.store.archive.errors import BadArchive, Occupied
from api.store.archive.files import (
    at_work,
    hold_aside,
    holds_of_file,
    own,
    put_in_place,
    set_journals_aside,
    unfinished,
)
from api.store.archive.loading import load
from api.store.archive.manifest import Manifest, opened, read_manifest
from api.store.archive.moment import file_of, is_file
from api.store.archive.namespaces import clear, holds
from api.store.errors import SchemaMismatch, StoreUnavailable

T = TypeVar("T")


def check(file: Path) -> Manifest:
    """Restore an archive into a temporary database beside it, and look whether it is all there.

    Raises ``BadArchive``, ``SchemaMismatch`` for a newer schema, ``Differs``, and ``OSError`` or
    ``StoreUnavailable`` where there is no room.
    """
    with tempfile.TemporaryDirectory(prefix=".pdsa-check", dir=file.resolve().parent) as folder:
        return _into_file(file, Path(folder) / "checked.db")


def restore(url: str, file: Path, *, replace: bool = False) -> tuple[Manifest, str | None]:
    """Put an archive in the place of an empty database; what it is, and where the old one is kept.

    ``replace`` keeps a database that holds something aside: a file beside it, or a schema of
    PostgreSQL. Raises as ``check`` does, ``Occupied``, and ``InUse`` for a file that a server uses.
    """
    aside = f"before_{datetime.now(UTC):%Y%m%dt%H%M%S%f}"
    read_manifest(file)
    if is_file(url):
        return _replace_file(file_of(url), file, aside, replace)
    with opened(file) as (archive, manifest):
        _require_known(manifest)

        def work(conn: Connection) -> str | None:
            found = holds(conn)
            if found and not replace:
                raise Occupied(found)
            clear(conn, aside if found else None)
            load(conn, archive, manifest)
            return aside if found else None

        return manifest, _run(url, file, work)


def _replace_file(
    database: Path, file: Path, aside: str, replace: bool
) -> tuple[Manifest, str | None]:
    found = holds_of_file(database)
    if found and not replace:
        raise Occupied(found)
    own(database)
    database.parent.mkdir(parents=True, exist_ok=True)
    fresh = unfinished(database, aside)
    with at_work(database):
        try:
            manifest = _into_file(file, fresh)
            own(database)  # no server began to use it meanwhile
            kept = hold_aside(database, aside) if found else None
            set_journals_aside(database, aside)
            put_in_place(fresh, database)
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
    return manifest, None if kept is None else str(kept)


def _into_file(file: Path, fresh: Path) -> Manifest:
    with opened(file) as (archive, manifest):
        _require_known(manifest)
        _run(f"sqlite:///{fresh}", file, lambda conn: load(conn, archive, manifest))
        return manifest


def _require_known(manifest: Manifest) -> None:
    if manifest.schema not in schema.known():
        raise SchemaMismatch(manifest.schema, schema.head(), newer=True)


def _run(url: str, file: Path, work: Callable[[Connection], T]) -> T:
    """Do the work in one transaction. Raises ``BadArchive`` for rows that the database refuses."""

    async def run() -> T:
        engine = schema.migrating_engine(url)
        if is_file(url):
            event.listen(engine.sync_engine, "connect", _of_no_worth_yet)
        try:
            async with engine.begin() as conn:
                return await conn.run_sync(work)
        except DBAPIError as error:
            raise _told(file, error.orig) from error
        except (zipfile.BadZipFile, OSError, EOFError):
            raise
        except Exception as error:
            if getattr(error, "sqlstate", None) is None:
                raise
            raise _told(file, error) from error  # from COPY, which the driver does itself
        finally:
            await engine.dispose()

    try:
        return asyncio.run(run())
    except ConnectionError as error:
        raise StoreUnavailable(str(error)) from error


def _told(file: Path, error: Any) -> Exception:
    """Rows that do not fit are the archive's fault, all else the database's."""
    state = getattr(error, "sqlstate", None) or ""
    code = getattr(error, "sqlite_errorname", "")
    if state.startswith(("22", "23")) or code.startswith("SQLITE_CONSTRAINT"):
        return BadArchive(file, f"does not fit into the database ({error})")
    return StoreUnavailable(str(error))


def _of_no_worth_yet(dbapi_connection: Any, _: Any) -> None:
    # The file gets its name when it is whole and on the disk: until then nothing need be safe.
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA journal_mode=OFF")
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.execute("PRAGMA cache_size=-64000")
    cursor.close()
