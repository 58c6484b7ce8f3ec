"""Which programs may work with a schema, and what a migration may do to keep it so."""

from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text, update

from api.store import indexes, schema
from api.store.engine import connect
from api.store.errors import SchemaMismatch
from api.store.tables import schema_reach
from tests.databases import Databases

pytestmark = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
#: Since this one, migrations say when programs before them have to end.
FIRST = next(each for each in schema.known() if "needs = revision" in schema.source(each))


def a_newer_schema(oldest: str) -> Any:
    """What a newer program leaves in the database whose schema is good for those since ``oldest``."""

    def write(conn: Connection) -> None:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        conn.execute(update(schema_reach).values(schema="9999", oldest=oldest))

    return write


async def test_a_newer_schema_that_only_adds_serves_this_program(
    kind: str, maker: Databases
) -> None:
    url = maker.make(kind)
    async with connect(url) as database:
        await database.write(a_newer_schema(schema.head()))

        await database.read(schema.require_current)
        assert await schema.migrate_async(url) == ("9999", "9999")


async def test_a_newer_schema_that_took_something_away_refuses_this_program(
    kind: str, maker: Databases
) -> None:
    url = maker.make(kind)
    async with connect(url) as database:
        await database.write(a_newer_schema("9998"))

        with pytest.raises(SchemaMismatch, match="newer than this program"):
            await database.read(schema.require_current)
    with pytest.raises(SchemaMismatch, match="newer than this program"):
        await schema.migrate_async(url)


async def test_what_is_recorded_of_another_schema_counts_for_nothing(
    kind: str, maker: Databases
) -> None:
    url = maker.make(kind)
    async with connect(url) as database:
        await database.write(
            lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        )

        assert await database.read(schema.oldest_program) is None
        assert not await database.read(schema.serves)


def shape(conn: Connection) -> dict[str, Any]:
    """Each column with what a program of before relies on, each rule that could refuse its rows."""
    found = inspect(conn)
    said: dict[str, Any] = {}
    for table in found.get_table_names():
        for column in found.get_columns(table):
            given = column["nullable"] or column["default"] is not None
            said[f"{table}.{column['name']}"] = (str(column["type"]), given)
        rules = [*found.get_unique_constraints(table), *found.get_foreign_keys(table)]
        rules += [each for each in found.get_indexes(table) if each["unique"]]
        said[table] = {str(rule["name"]) for rule in rules}
    return said


@pytest.mark.parametrize("revision", [each for each in schema.known() if each > FIRST] or [None])
async def test_a_migration_that_does_not_say_otherwise_only_adds(
    kind: str, revision: str | None, maker: Databases
) -> None:
    if revision is None or "\nneeds = " in schema.source(revision):
        pytest.skip("nothing only adds since programs ask")
    url = maker.make(kind, empty=True)
    await schema.migrate_async(url, to=schema.known()[schema.known().index(revision) - 1])
    async with connect(url) as database:
        before = await database.read(shape)

    await schema.migrate_async(url, to=revision)

    async with connect(url) as database:
        after = await database.read(shape)
    for what, said in before.items():
        if isinstance(said, set):
            assert after[what] <= said, f"{what} got a rule that refuses rows of before"
        else:
            assert after.get(what) == said, f"{what} is not what it was"
    for what, said in after.items():
        if what not in before and what.partition(".")[0] in before:
            assert said[1], f"{what} is new and has no default"


async def test_an_index_that_is_missing_or_was_left_half_made_is_made(
    kind: str, maker: Databases
) -> None:
    url = maker.make(kind)
    async with connect(url) as database:
        await database.write(lambda conn: conn.exec_driver_sql("DROP INDEX ix_points_cycle_id"))
        await database.write(lambda conn: conn.exec_driver_sql("DROP INDEX ix_grants_unit_id"))
        if kind == "postgresql":
            await database.write(half_made)

        assert await schema.migrate_async(url) == (schema.head(), schema.head())

        assert await database.read(indexes.missing) == []
        if kind == "postgresql":
            broken = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
            assert await database.read(lambda conn: conn.exec_driver_sql(broken).scalar()) == 0
    maker.drop(url)


def half_made(conn: Connection) -> None:
    """What CREATE INDEX CONCURRENTLY leaves when it is interrupted."""
    conn.exec_driver_sql("CREATE INDEX ix_points_cycle_id ON points (note)")
    conn.exec_driver_sql(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_points_cycle_id'::regclass"
    )
