"""A backup takes the place of an SQLite file that is lost or damaged, and of nothing beside it."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.store import archive
from api.store.archive import Occupied, rows
from api.store.archive.files import at_work
from api.store.archive.moment import at_one_moment, file_of
from api.store.engine import connect
from tests.databases import Databases, in_own_loop
from tests.store.world import found_district


@pytest.fixture
def kept(maker: Databases, tmp_path: Path) -> Path:
    """An archive of a small district."""
    url, file = maker.make("sqlite", fill=found_district), tmp_path / "kept.zip"
    archive.backup(url, file)
    maker.drop(url)
    return file


def is_what_was_kept(url: str, kept: Path) -> bool:
    return bool(at_one_moment(url, rows.contents) == archive.read_manifest(kept).contents())


def test_what_a_lost_database_left_beside_its_name_is_not_put_to_the_restored_one(
    kept: Path, tmp_path: Path
) -> None:
    open_still, lost = tmp_path / "open.db", tmp_path / "data" / "pdsa.db"
    lost.parent.mkdir()

    async def cut_off() -> None:
        async with connect(f"sqlite:///{open_still}") as database:
            await database.write(lambda conn: conn.exec_driver_sql("CREATE TABLE a (b)"))
            shutil.copy(f"{open_still}-wal", f"{lost}-wal")

    in_own_loop(cut_off)
    left = Path(f"{lost}-wal").read_bytes()
    assert left

    _, aside = archive.restore(f"sqlite:///{lost}", kept)

    assert aside is None
    assert is_what_was_kept(f"sqlite:///{lost}", kept)
    (found,) = lost.parent.glob("pdsa.db.before_*-wal")
    assert found.read_bytes() == left


@pytest.mark.parametrize("where", [0, 4096], ids=["from its beginning", "after its first page"])
def test_a_damaged_database_file_is_replaced_only_when_told_and_kept_aside(
    where: int, kept: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/pdsa.db"
    archive.restore(url, kept)
    file = file_of(url)
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(where)
        stream.write(b"\xff" * (size - where))
    damaged = file.read_bytes()

    with pytest.raises(Occupied, match=f"{size:,} unreadable bytes"):
        archive.restore(url, kept)
    assert file.read_bytes() == damaged
    _, aside = archive.restore(url, kept, replace=True)

    assert is_what_was_kept(url, kept)
    assert Path(str(aside)).read_bytes() == damaged


#: Restores an archive into a database, and is killed where a step of it would begin.
KILLED = """
import os, signal, sys
from importlib import import_module
restoring = import_module("api.store.archive.restore")
url, file, step = sys.argv[1:]
setattr(restoring, step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
restoring.restore(url, restoring.Path(file), replace=True)
"""


def beside(database: Path) -> list[Path]:
    """What a restore that did not end has left."""
    return sorted(database.parent.glob(f".{database.name}.before_*"))


@pytest.mark.parametrize("step", ["load", "hold_aside", "set_journals_aside", "put_in_place"])
def test_what_a_killed_restore_leaves_is_taken_away_by_the_next_and_no_database_with_it(
    step: str, kept: Path, tmp_path: Path
) -> None:
    database = tmp_path / "data" / "pdsa.db"
    url = f"sqlite:///{database}"
    archive.restore(url, kept)
    old, other = database.read_bytes(), database.with_name(".other.db.before_20180309t120000")
    other.write_bytes(b"of another database")

    killed = subprocess.run([sys.executable, "-c", KILLED, url, kept, step], check=False)

    assert killed.returncode == -signal.SIGKILL
    assert database.read_bytes() == old
    assert len(beside(database)) == 1
    _, aside = archive.restore(url, kept, replace=True)
    assert beside(database) == []
    assert is_what_was_kept(url, kept)
    assert Path(str(aside)).read_bytes() == old
    assert other.exists()


def test_what_another_restore_is_making_is_left_to_it(kept: Path, tmp_path: Path) -> None:
    database = tmp_path / "data" / "pdsa.db"
    database.parent.mkdir()
    making = database.with_name(".pdsa.db.before_20180309t120000")

    with at_work(database):
        making.touch()
        archive.restore(f"sqlite:///{database}", kept)
        assert making.exists()
    archive.restore(f"sqlite:///{database}", kept, replace=True)

    assert not making.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone may give a file to somebody")
def test_a_database_file_that_root_replaces_stays_its_owners(kept: Path, tmp_path: Path) -> None:
    database = tmp_path / "pdsa.db"
    archive.restore(f"sqlite:///{database}", kept)
    os.chown(database, 1234, 5678)
    database.chmod(0o640)

    _, aside = archive.restore(f"sqlite:///{database}", kept, replace=True)

    for file in (database, Path(str(aside))):
        found = file.stat()
        assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (1234, 5678, 0o640)


def test_a_database_file_that_is_replaced_keeps_its_mode(kept: Path, tmp_path: Path) -> None:
    database = tmp_path / "pdsa.db"
    archive.restore(f"sqlite:///{database}", kept)
    fresh = database.stat().st_mode & 0o777
    database.chmod(0o660)

    archive.restore(f"sqlite:///{database}", kept, replace=True)

    assert fresh == 0o600
    assert database.stat().st_mode & 0o777 == 0o660
