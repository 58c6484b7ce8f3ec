"""A backup takes the place of an SQLite file that is lost or damaged, and of nothing beside it."""

import shutil
from pathlib import Path

import pytest

from api.store import archive
from api.store.archive import Occupied, rows
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
