"""An SQLite file that another one takes the place of."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from api.store.archive.errors import InUse
from api.store.archive.rows import OF_THE_SCHEMA
from api.store.archive.writing import synced
from api.store.errors import StoreUnavailable


def holds_of_file(file: Path) -> dict[str, int]:
    """The tables of a database file that hold rows, and how many; nothing where there is no file.

    Raises ``StoreUnavailable`` for a file that is no database.
    """
    if not file.exists():
        return {}
    with closing(sqlite3.connect(file, timeout=5)) as conn:
        try:
            found = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            names = [name for (name,) in found if name not in OF_THE_SCHEMA]
            counts = {
                name: conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
                for name in names
            }
        except sqlite3.DatabaseError as error:
            raise StoreUnavailable(f"{file}: {error}") from error
    return {name: rows for name, rows in counts.items() if rows}


def own(file: Path) -> None:
    """Bring all of a database into its one file. Raises ``InUse`` while another process has it."""
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=1)) as conn:
        try:
            conn.execute("PRAGMA journal_mode=DELETE")  # possible to the only user of a file alone
        except sqlite3.OperationalError as error:
            raise InUse(file) from error


def hold_aside(file: Path, name: str) -> Path:
    """Keep a database under a second name beside its own."""
    kept = file.with_name(f"{file.name}.{name}")
    os.link(file, kept)
    synced(file.parent)
    return kept


def put_in_place(fresh: Path, file: Path) -> None:
    """Give a new database the name of the old one, in one step and on the disk."""
    fresh.chmod(file.stat().st_mode if file.exists() else 0o600)
    handle = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(file)
    synced(file.parent)
