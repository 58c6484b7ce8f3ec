"""How an archive is written: whole or not at all, for nobody else to read."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
from sqlalchemy import Connection

from api.store import schema
from api.store.archive import rows
from api.store.archive.errors import BadArchive
from api.store.archive.manifest import FORMAT, NAME, KeptTable, Manifest
from api.store.archive.moment import at_one_moment
from api.store.errors import SchemaMismatch
from pdsa import __version__


def backup(url: str, file: Path) -> Manifest:
    """Write everything that a database holds at one moment into a new file.

    Raises ``BadArchive`` where there is a file already, ``SchemaMismatch`` for a database whose
    schema this program does not know, ``StoreUnavailable``, and ``OSError`` where there is no room.
    """
    if file.exists():
        raise BadArchive(file, "is there already")
    with whole(file) as stream:
        return at_one_moment(url, lambda conn: _write(conn, stream))


def _write(conn: Connection, stream: BinaryIO) -> Manifest:
    found = schema.current(conn)
    if found is None or found not in schema.known():
        raise SchemaMismatch(found, schema.head(), newer=found is not None)
    taken_at, kept = datetime.now(UTC), []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for table in rows.tables(conn):
            columns = tuple(str(column.name) for column in table.columns)
            digest = rows.Digest()
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as member:
                for chunk in rows.lines(conn, table):
                    digest.add(chunk)
                    member.write(b"\n".join(chunk) + b"\n")
            kept.append(KeptTable(str(table.name), columns, digest.rows, str(digest)))
        manifest = Manifest(FORMAT, __version__, found, conn.dialect.name, taken_at, tuple(kept))
        archive.writestr(NAME, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    return manifest


@contextmanager
def whole(file: Path) -> Iterator[BinaryIO]:
    """A new private file that gets its name when all of it is on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        handle = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.rename(file)
        synced(file.parent)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def synced(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
