"""An SQLite file that another one takes the place of."""

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from api.store.archive.errors import InUse
from api.store.archive.rows import held
from api.store.archive.writing import synced
from api.store.errors import StoreUnavailable

#: What SQLite keeps beside a file while it is open, and after a crash.
_JOURNALS = ("-wal", "-shm", "-journal")
#: What a restore that was killed left of the database it was making, by its name beside the old one.
_UNFINISHED = re.compile(r"\.before_\d{8}t\d+(-wal|-shm|-journal)?")


def holds_of_file(file: Path) -> dict[str, int]:
    """The tables of a database file that hold rows, and how many; nothing where there is no file.

    A file that SQLite cannot read holds bytes. Raises ``StoreUnavailable``.
    """
    if not file.exists():
        return {}
    url = URL.create("sqlite", database=str(file))
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": 5})
    try:
        with engine.connect() as conn:
            return held(conn)
    except DBAPIError as error:
        if _is_damage(error.orig):
            return {"unreadable bytes": file.stat().st_size}
        raise StoreUnavailable(f"{file}: {error.orig}") from error


def own(file: Path) -> None:
    """Bring all of a database into its one file, unless it is damaged.

    Raises ``InUse`` while another process has it.
    """
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=1)) as conn:
        try:
            conn.execute("PRAGMA journal_mode=DELETE")  # possible to the only user of a file alone
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise InUse(file) from error


def _is_damage(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def unfinished(file: Path, name: str) -> Path:
    """Where a database is made that is to take the place of this one."""
    return file.with_name(f".{file.name}.{name}")


@contextmanager
def at_work(file: Path) -> Iterator[None]:
    """Make a database beside this one; what restores before it left unfinished is taken away first.

    Not while another one is at work in the folder: nothing there is left then. An unfinished
    database is never the only one: its archive is whole, and what it was to replace is in its place.
    """
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # others are at work, or the file system knows no locks
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _clear_unfinished(file)
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_SH)
        yield
    finally:
        os.close(folder)


def _clear_unfinished(file: Path) -> None:
    begins = f".{file.name}"
    for each in list(file.parent.iterdir()):
        if each.name.startswith(begins) and _UNFINISHED.fullmatch(each.name[len(begins) :]):
            each.unlink()


def hold_aside(file: Path, name: str) -> Path:
    """Keep a database under a second name beside its own."""
    kept = file.with_name(f"{file.name}.{name}")
    os.link(file, kept)
    synced(file.parent)
    return kept


def set_journals_aside(file: Path, name: str) -> None:
    """Take away what a lost or damaged database left beside its name.

    SQLite would put it to the new one. It is kept: it belongs to the old file, should that be found.
    """
    for ending in _JOURNALS:
        left = file.with_name(file.name + ending)
        if left.exists():
            left.rename(file.with_name(f"{file.name}.{name}{ending}"))
    synced(file.parent)


def put_in_place(fresh: Path, file: Path) -> None:
    """Give a new database the name of the old one, in one step and on the disk.

    Whoever could read and write the old one can do so with the new one: it gets the same mode and,
    from root, the same owner.
    """
    old = file.stat() if file.exists() else None
    if old is not None and os.geteuid() == 0:
        with suppress(PermissionError):  # a root that may not, or a file system without owners
            os.chown(fresh, old.st_uid, old.st_gid)
    fresh.chmod(0o600 if old is None else old.st_mode & 0o7777)
    handle = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(file)
    synced(file.parent)
