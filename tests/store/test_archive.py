"""A database is kept in a file, and comes back on either engine with nothing lost."""

import asyncio
import importlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, insert, select, text, update

from api.store import archive, schema
from api.store import tables as t
from api.store.archive import BadArchive, ChangedSince, Differs, InUse, Occupied, rows
from api.store.archive.manifest import NAME
from api.store.archive.moment import at_one_moment
from api.store.archive.restore import restore
from api.store.engine import connect
from api.store.errors import SchemaMismatch, StoreUnavailable
from api.store.inquiries import add_inquiry
from pdsa import Inquiry
from tests.databases import Databases, in_own_loop
from tests.store.odd_rows import odd_rows
from tests.store.strategies import inquiries_of_a_team
from tests.store.world import ADMIN, found_district, renamed

KINDS = ["sqlite", "postgresql"]
Urls = Callable[..., str]
OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


def run(url: str, work: Callable[[Connection], Any]) -> Any:
    """Write to a database from a test that has no event loop."""

    async def there() -> Any:
        async with connect(url) as database:
            return await database.write(work)

    return in_own_loop(there)


def everything(url: str) -> dict[str, list[Any]]:
    """Every row of every table as the drivers give it, beside the plain form that archives use."""

    def look(conn: Connection) -> dict[str, list[Any]]:
        return {
            table.name: sorted(conn.execute(select(*table.c)).all(), key=str)
            for table in t.metadata.sorted_tables
            if table not in (t.schema_reach, t.access_stamp, t.told_under)
        }

    return at_one_moment(url, look)  # type: ignore[no-any-return]


@pytest.fixture
def urls(maker: Databases) -> Iterator[Urls]:
    made: list[str] = []

    def make(kind: str, **options: Any) -> str:
        made.append(maker.make(kind, **options))
        return made[-1]

    yield make
    for url in made:
        maker.drop(url)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("to", KINDS)
def test_what_an_archive_holds_comes_back_on_either_engine(
    kind: str, to: str, urls: Urls, tmp_path: Path
) -> None:
    source, target = urls(kind, fill=found_district), urls(to, empty=True)
    file = tmp_path / "kept.zip"

    made = archive.backup(source, file)
    checked = archive.check(file)
    restored, aside = archive.restore(target, file)

    assert made == checked == restored
    assert (made.engine, made.schema, aside) == (kind, schema.head(), None)
    assert made.contents()["points"][0] > 0
    assert everything(target) == everything(source)
    assert at_one_moment(target, lambda conn: schema.require_current(conn)) is None
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["kept.zip"]  # noqa: PTH208


Row = dict[str, Any]


def there_and_back(
    kind: str, found: dict[str, list[Row]], inquiry: Inquiry, maker: Databases
) -> None:
    def fill(conn: Connection) -> None:
        found_district(conn)
        add_inquiry(conn, ADMIN, renamed(inquiry, "-drawn"), None)
        for name, each in found.items():
            conn.execute(insert(t.metadata.tables[name]), each)

    first = maker.make(kind)
    second, third = (maker.make(each, empty=True) for each in (OTHER[kind], kind))
    with tempfile.TemporaryDirectory() as folder:
        run(first, fill)
        before = everything(first)

        archive.move(first, second, folder=Path(folder))
        archive.move(second, third, folder=Path(folder))

        assert everything(second) == before
        assert everything(third) == before
        plain = at_one_moment(first, rows.contents)
        assert plain == at_one_moment(second, rows.contents) == at_one_moment(third, rows.contents)
    for url in (first, second, third):
        maker.drop(url)


ANY_TIME = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.parametrize("kind", KINDS[:1])
@settings(max_examples=1, suppress_health_check=ANY_TIME)
@given(found=odd_rows(), inquiry=inquiries_of_a_team())
def test_a_database_moves_to_the_other_engine_and_back_to_the_last_bit(
    kind: str, found: dict[str, list[Row]], inquiry: Inquiry, maker: Databases
) -> None:
    there_and_back(kind, found, inquiry, maker)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, suppress_health_check=ANY_TIME)
@given(found=odd_rows(), inquiry=inquiries_of_a_team())
def test_many_databases_move_to_the_other_engine_and_back_to_the_last_bit(
    kind: str, found: dict[str, list[Row]], inquiry: Inquiry, maker: Databases
) -> None:
    there_and_back(kind, found, inquiry, maker)


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_that_holds_something_is_replaced_only_when_told_and_kept_aside(
    kind: str, urls: Urls, tmp_path: Path
) -> None:
    source, target = urls(kind), urls(kind, fill=found_district)
    before, file = everything(target), tmp_path / "kept.zip"
    archive.backup(source, file)

    with pytest.raises(Occupied) as refused:
        archive.restore(target, file)
    assert everything(target) == before
    assert refused.value.tables["aims"] == 2
    _, aside = archive.restore(target, file, replace=True)

    assert everything(target) == everything(source)
    assert aside is not None
    if kind == "sqlite":
        assert everything(f"sqlite:///{aside}") == before
    else:
        count = text(f"SELECT count(*) FROM {aside}.points")
        kept = at_one_moment(target, lambda conn: conn.execute(count).scalar())
        assert kept == len(before["points"])


DEFINITIONS = {
    "sqlite": text("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"),
    "postgresql": text(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace"
        " UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes"
        " WHERE schemaname = current_schema() ORDER BY 1, 2, 3"
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_back_has_the_indexes_and_references_of_a_migrated_database(
    kind: str, urls: Urls, tmp_path: Path
) -> None:
    source, target = urls(kind), urls(kind, empty=True)
    file = tmp_path / "kept.zip"
    archive.backup(source, file)

    archive.restore(target, file)

    def definitions(conn: Connection) -> list[Any]:
        return conn.execute(DEFINITIONS[kind]).all()  # type: ignore[return-value]

    assert at_one_moment(target, definitions) == at_one_moment(source, definitions)


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_with_columns_of_another_schema_differs(
    kind: str, urls: Urls, kept: Path
) -> None:
    file = rewritten(kept, lambda _, text: text.replace(b'"deadline"', b'"id\\") --"'))

    with pytest.raises(Differs, match="aims"):
        archive.restore(urls(kind), file)


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_of_an_older_schema_comes_back_at_that_schema(
    kind: str, urls: Urls, tmp_path: Path
) -> None:
    source, target = urls("sqlite", empty=True), urls(kind)
    schema.migrate(source, to="0004")
    file = tmp_path / "kept.zip"
    archive.backup(source, file)

    manifest, _ = archive.restore(target, file)

    assert manifest.schema == "0004"
    assert at_one_moment(target, schema.current) == "0004"
    assert schema.migrate(target) == ("0004", schema.head())


@pytest.fixture(scope="session")
def kept_once(maker: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    url, file = maker.make("sqlite", fill=found_district), tmp_path_factory.mktemp("kept") / "zip"
    archive.backup(url, file)
    maker.drop(url)
    return file


@pytest.fixture
def kept(kept_once: Path, tmp_path: Path) -> Path:
    """An archive of the district."""
    return shutil.copy(kept_once, tmp_path / "kept.zip")


def rewritten(file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same archive with members changed, or left out for ``None``."""
    new = file.with_name("rewritten.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(new, "w") as out:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                out.writestr(name, content)
    return new


def flipped(file: Path) -> Path:
    """The same archive with one byte of its rows changed."""
    with zipfile.ZipFile(file) as archived:
        at = archived.getinfo("activity.jsonl").header_offset
    content = bytearray(file.read_bytes())
    content[at + 200] ^= 0xFF
    return written(file, bytes(content))


def written(file: Path, content: bytes) -> Path:
    new = file.with_name("other.zip")
    new.write_bytes(content)
    return new


WRONG: dict[str, tuple[Callable[[Path], Path], type[Exception], str]] = {
    "not there": (lambda file: file.with_name("nix.zip"), BadArchive, "is not there"),
    "empty": (lambda file: written(file, b""), BadArchive, "cut off, damaged or no backup"),
    "text": (lambda file: written(file, b"Friday" * 99), BadArchive, "damaged or no backup"),
    "cut off": (
        lambda file: written(file, file.read_bytes()[:-99]),
        BadArchive,
        "cut off, damaged or no backup",
    ),
    "damaged": (flipped, BadArchive, "cut off, damaged or no backup"),
    "another zip": (
        lambda file: rewritten(file, lambda name, text: None if name == NAME else text),
        BadArchive,
        "is no backup of this program",
    ),
    "newer": (
        lambda file: rewritten(
            file, lambda _, text: text.replace(f'"{schema.head()}"'.encode(), b'"9999"')
        ),
        SchemaMismatch,
        "9999, which is newer than this program",
    ),
    "rows left out": (
        lambda file: rewritten(file, lambda name, text: b"" if name == "phases.jsonl" else text),
        Differs,
        r"differs from what was kept \(phases\)",
    ),
    "rows of nobody": (
        lambda file: rewritten(file, lambda name, text: b"" if name == "aims.jsonl" else text),
        Exception,
        "aims|does not fit|refer",
    ),
    "no row": (
        lambda file: rewritten(
            file, lambda name, text: b"[1,2\n" if name == "aims.jsonl" else text
        ),
        BadArchive,
        "no backup",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", WRONG)
def test_a_file_that_is_no_whole_archive_is_refused_and_changes_nothing(
    kind: str, how: str, urls: Urls, kept: Path
) -> None:
    spoil, error, said = WRONG[how]
    file, target = spoil(kept), urls(kind)
    before = everything(target)

    with pytest.raises(error, match=said):
        archive.restore(target, file)

    assert everything(target) == before
    assert [each.name for each in kept.parent.iterdir() if each.name.startswith(".")] == []


@pytest.mark.parametrize("how", WRONG)
def test_a_file_that_is_no_whole_archive_is_found_out_by_looking(how: str, kept: Path) -> None:
    spoil, error, said = WRONG[how]
    file = spoil(kept)

    with pytest.raises(error, match=said):
        archive.check(file)

    assert [each.name for each in kept.parent.iterdir() if each.name.startswith(".")] == []


def test_an_archive_takes_the_place_of_no_other_file(urls: Urls, kept: Path) -> None:
    before = kept.read_bytes()

    with pytest.raises(BadArchive, match="is there already"):
        archive.backup(urls("sqlite"), kept)

    assert kept.read_bytes() == before


def test_a_database_file_that_a_server_uses_is_not_replaced(urls: Urls, kept: Path) -> None:
    url = urls("sqlite", fill=found_district)
    before = everything(url)

    async def while_it_is_open() -> None:
        async with connect(url):
            await asyncio.to_thread(archive.restore, url, kept, replace=True)

    with pytest.raises(InUse):
        in_own_loop(while_it_is_open)

    assert everything(url) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_move_during_which_something_was_written_says_so(
    kind: str, urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = urls(kind, fill=found_district), urls(OTHER[kind], empty=True)

    def meanwhile(*words: Any, **options: Any) -> Any:
        run(source, lambda conn: conn.execute(update(t.points).values(note="Ünter")))
        return restore(*words, **options)

    moving = importlib.import_module("api.store.archive.move")
    monkeypatch.setattr(moving, "restore", meanwhile)
    with pytest.raises(ChangedSince, match="points"):
        archive.move(source, target, folder=tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_where_there_is_no_database_there_is_no_archive(kind: str, tmp_path: Path) -> None:
    nowhere = {
        "sqlite": f"sqlite:///{tmp_path}/nix.db",
        "postgresql": "postgresql://nobody@127.0.0.1:1/nothing",
    }

    with pytest.raises((SchemaMismatch, StoreUnavailable)):
        archive.backup(nowhere[kind], tmp_path / "kept.zip")

    assert list(tmp_path.iterdir()) == []
