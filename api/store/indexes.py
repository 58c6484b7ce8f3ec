"""The indexes that a database lacks, made while others read and write.

A migration makes the indexes of the tables that it makes. An index on a table that has rows already
stands in ``api.store.tables`` alone: it is made after the migration, and after an interrupted one.
"""

import asyncio

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import CreateIndex, DropIndex, Index

from api.store.tables import metadata

_TRY = text("SELECT pg_try_advisory_lock(hashtext('pdsa-tracker indexes'))")
_BROKEN = text(
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace"
)


def missing(conn: Connection) -> list[Index]:
    """The indexes of the tables that a database at the schema of this program does not have."""
    found = inspect(conn)
    there = {
        name: {each["name"] for each in found.get_indexes(name)} for name in found.get_table_names()
    }
    return [
        index
        for table in metadata.sorted_tables
        for index in sorted(table.indexes, key=lambda each: str(each.name))
        if table.name in there and index.name not in there[table.name]
    ]


async def complete(engine: AsyncEngine) -> list[str]:
    """Make the missing indexes; their names. On PostgreSQL nobody's writes wait for them."""
    if engine.dialect.name == "sqlite":
        async with engine.begin() as conn:
            return await conn.run_sync(_all)
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with alone.connect() as conn:
        if not await conn.run_sync(missing) and not (await conn.execute(_BROKEN)).first():
            return []
        # Not by waiting in a statement: what builds an index waits for every statement's end.
        while not (await conn.execute(_TRY)).scalar_one():  # noqa: ASYNC110 # another process
            await asyncio.sleep(0.2)
        try:
            return await _concurrently(conn)
        finally:
            await conn.execute(text("SELECT pg_advisory_unlock_all()"))


async def _concurrently(conn: AsyncConnection) -> list[str]:
    await conn.exec_driver_sql("SET statement_timeout = 0")
    broken = set((await conn.execute(_BROKEN)).scalars())  # their making was interrupted
    ours = [index for table in metadata.tables.values() for index in table.indexes]
    for index in ours:
        if index.name in broken:
            await _while_others_work(conn, index, DropIndex(index, if_exists=True))
    made = await conn.run_sync(missing)
    for index in made:
        await _while_others_work(conn, index, CreateIndex(index))
    return [str(index.name) for index in made]


async def _while_others_work(
    conn: AsyncConnection, index: Index, statement: CreateIndex | DropIndex
) -> None:
    index.dialect_options["postgresql"]["concurrently"] = True
    try:
        await conn.execute(statement)
    finally:
        index.dialect_options["postgresql"]["concurrently"] = False


def _all(conn: Connection) -> list[str]:
    made = missing(conn)
    for index in made:
        index.create(conn)
    return [str(index.name) for index in made]
