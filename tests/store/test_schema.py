"""The schema of a database is brought forward by migration only."""

import pytest

from api.store import schema
from api.store.engine import connect
from tests.databases import Databases


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_an_empty_database_is_brought_to_the_schema_of_the_program(
    kind: str, maker: Databases
) -> None:
    url = maker.make(kind, empty=True)

    before, after = await schema.migrate_async(url)

    assert (before, after) == (None, schema.head())
    async with connect(url) as database:
        await database.read(schema.require_current)
