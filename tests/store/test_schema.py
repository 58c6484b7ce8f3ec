"""The schema of a database is brought forward by migration only."""

import asyncio
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from api.store import elements, schema
from api.store.engine import connect
from api.store.errors import SchemaMismatch, StoreUnavailable
from api.store.kinds import KINDS, MEASURE, POINT, UNIT
from api.store.tables import metadata
from pdsa import StageWords
from tests.databases import Databases
from tests.store.world import ADMIN, found_district

pytestmark = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
FOLDER = Path(schema.__file__).parents[1] / "migrations"
OLDER = [None, *schema.known()[:-1]]


def tables(conn: Connection) -> dict[str, list[str]]:
    found = inspect(conn)
    return {
        name: [column["name"] for column in found.get_columns(name)]
        for name in sorted(found.get_table_names())
    }


def differences(conn: Connection) -> list[Any]:
    context = MigrationContext.configure(conn, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def at(maker: Databases, kind: str, revision: str | None) -> str:
    """A database at a schema; ``None`` for an empty one."""
    url = maker.make(kind, empty=True)
    if revision is not None:
        await schema.migrate_async(url, to=revision)
    return url


@pytest.mark.parametrize("revision", [None, *schema.known()])
async def test_every_schema_comes_forward_to_that_of_the_program(
    kind: str, revision: str | None, maker: Databases
) -> None:
    url = await at(maker, kind, revision)

    before, after = await schema.migrate_async(url)

    assert (before, after) == (revision, schema.head())
    async with connect(url) as database:
        await database.read(schema.require_current)
        assert await database.read(differences) == []
        await database.write(found_district)


@pytest.mark.parametrize("revision", OLDER)
async def test_an_older_schema_is_refused_and_says_what_to_do(
    kind: str, revision: str | None, maker: Databases
) -> None:
    url = await at(maker, kind, revision)

    async with connect(url) as database:
        with pytest.raises(SchemaMismatch, match="run `pdsa migrate`") as caught:
            await database.read(schema.require_current)

    error = caught.value
    assert (error.found, error.wanted, error.newer) == (revision, schema.head(), False)


async def test_a_newer_schema_is_refused_and_left_alone(kind: str, maker: Databases) -> None:
    url = maker.make(kind)
    async with connect(url) as database:
        await database.write(
            lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        )
        before = await database.read(tables)

        with pytest.raises(SchemaMismatch, match="newer than this program") as migrating:
            await schema.migrate_async(url)
        with pytest.raises(SchemaMismatch, match="newer than this program") as starting:
            await database.read(schema.require_current)

        for error in (migrating.value, starting.value):
            assert (error.found, error.newer) == ("9999", True)
        assert await database.read(schema.current) == "9999"
        assert await database.read(tables) == before


async def test_a_migration_of_what_is_current_changes_nothing(kind: str, maker: Databases) -> None:
    url = maker.make(kind)
    async with connect(url) as database:
        await database.write(found_district)

    assert await schema.migrate_async(url) == (schema.head(), schema.head())

    async with connect(url) as database:
        for each in KINDS:
            found, _ = await database.read(elements.page, ADMIN, each, limit=1)
            assert found or each.name in ("grant", "publication")


async def test_programs_that_start_at_once_migrate_once(kind: str, maker: Databases) -> None:
    url = maker.make(kind, empty=True)
    program = "import sys; from api.store import schema; print(schema.migrate(sys.argv[1]))"

    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, url, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    said = [(await each.communicate())[0].decode().strip() for each in started]

    head = schema.head()
    assert sorted(said) == sorted([str((None, head)), str((head, head))])
    async with connect(url) as database:
        assert await database.read(differences) == []


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Adds a migration to those of the program; takes the lines of its ``upgrade``."""

    def add(*lines: str) -> None:
        shutil.copytree(FOLDER, tmp_path / "migrations", ignore=shutil.ignore_patterns("*.pyc"))
        head = schema.head()
        text = "\n".join(
            (
                "import sqlalchemy as sa",
                "from alembic import op",
                "revision = 'next'",
                f"down_revision = {head!r}",
                "def upgrade():",
                *(f"    {line}" for line in lines),
            )
        )
        (tmp_path / "migrations" / "versions" / "next.py").write_text(text)
        config = Config()
        config.set_main_option("script_location", str(tmp_path / "migrations"))
        monkeypatch.setattr(schema, "config", lambda: config)

    return add


ADD_AND_EMPTY = (
    "op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))",
    "op.execute('DELETE FROM points')",
    "op.add_column('aims', sa.Column('half', sa.Text()))",
)


@pytest.mark.parametrize(
    ("last", "error"),
    [("raise ZeroDivisionError", ZeroDivisionError), ("op.drop_table('nix')", StoreUnavailable)],
)
async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    kind: str, last: str, error: type[Exception], maker: Databases, next_release: Any
) -> None:
    url = maker.make(kind)
    async with connect(url) as database:
        await database.write(found_district)
        before = await database.read(tables)
        points = await database.read(elements.page, ADMIN, POINT, limit=100)
    released = schema.head()
    next_release(*ADD_AND_EMPTY, last)

    with pytest.raises(error):
        await schema.migrate_async(url)

    async with connect(url) as database:
        assert await database.read(schema.current) == released
        assert await database.read(tables) == before
        assert await database.read(elements.page, ADMIN, POINT, limit=100) == points


async def test_a_migration_may_rebuild_a_table_that_others_refer_to(
    kind: str, maker: Databases, next_release: Any
) -> None:
    url = maker.make(kind)
    async with connect(url) as database:
        await database.write(found_district)
        points = await database.read(elements.page, ADMIN, POINT, limit=100)
    next_release(
        "with op.batch_alter_table('aims') as aims:",
        "    aims.alter_column('title', existing_type=sa.Text(), nullable=True)",
    )

    await schema.migrate_async(url)

    async with connect(url) as database:
        assert await database.read(elements.page, ADMIN, POINT, limit=100) == points
        foreign = await database.read(lambda conn: inspect(conn).get_foreign_keys("measures"))
        assert [key["referred_table"] for key in foreign] == ["aims"]


async def test_a_migration_may_not_leave_rows_that_refer_to_nothing(
    kind: str, maker: Databases, next_release: Any
) -> None:
    url = maker.make(kind)
    async with connect(url) as database:
        await database.write(found_district)
    released = schema.head()
    next_release("op.execute('DELETE FROM measures')")

    with pytest.raises((RuntimeError, StoreUnavailable)):
        await schema.migrate_async(url)

    async with connect(url) as database:
        assert await database.read(schema.current) == released
        measures, _ = await database.read(elements.page, ADMIN, MEASURE, limit=100)
        assert len(measures) == 2


async def test_a_database_that_cannot_be_reached_is_unavailable(kind: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Friday: collect the tickets. " * 200)
    nowhere = {
        "sqlite": f"sqlite:///{tmp_path}/notes.txt",
        "postgresql": "postgresql://nobody@127.0.0.1:1/nothing",
    }

    with pytest.raises(StoreUnavailable):
        await schema.migrate_async(nowhere[kind])


async def test_a_team_of_before_keeps_the_words_that_it_had(kind: str, maker: Databases) -> None:
    url = await at(maker, kind, "0013")
    async with connect(url) as database:
        await database.write(
            lambda conn: conn.execute(
                text("INSERT INTO units (id, kind, name, version) VALUES ('t', 'team', 'T', 1)")
            )
        )

    await schema.migrate_async(url)

    async with connect(url) as database:
        found, _ = await database.read(elements.find, UNIT, "t")
        assert found.stage_words is StageWords.pdsa
