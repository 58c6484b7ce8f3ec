"""A database of every released schema comes forward with nothing lost."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Date, DateTime, MetaData, Table, insert

from api.store import inquiries, schema
from api.store.access import OPERATOR, By
from api.store.engine import connect
from pdsa.interchange import Inquiry, loads
from pdsa.reference import sacramento
from tests.databases import Databases

#: What the sample says today and a released schema could not hold.
NOT_YET: dict[str, Callable[[Inquiry], dict[str, Any]]] = {
    "0001": lambda sample: {"aim": msgspec.structs.replace(sample.aim, statement="")},
}
RELEASED = sorted((Path(__file__).parent / "released").glob("*.json"))


def fill(conn: Connection, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Insert rows as they were stored, whatever columns the schema of today has."""
    for name, rows in tables.items():
        table = Table(name, MetaData(), autoload_with=conn)
        conn.execute(insert(table), [stored(table, row) for row in rows])


def stored(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    values = dict(row)
    for column in table.c:
        value = values.get(column.name)
        if isinstance(value, str) and isinstance(column.type, DateTime):
            values[column.name] = datetime.fromisoformat(f"{value}+00:00")
        elif isinstance(value, str) and isinstance(column.type, Date):
            values[column.name] = date.fromisoformat(value)
    return values


def test_the_schemas_that_are_known_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(schema.config())

    assert [each.revision for each in scripts.walk_revisions()] == [*reversed(schema.known())]
    assert scripts.get_heads() == [schema.head()]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("released", RELEASED, ids=lambda file: file.stem)
async def test_a_released_schema_comes_forward_with_its_inquiry(
    released: Path, kind: str, maker: Databases
) -> None:
    url = maker.make(kind, empty=True)
    await schema.migrate_async(url, to=released.stem)
    async with connect(url) as database:
        await database.write(fill, json.loads(released.read_text()))

    before, after = await schema.migrate_async(url)

    assert (before, after) == (released.stem, schema.head())
    async with connect(url) as database:
        by = By(OPERATOR, datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
        found = await database.snapshot(inquiries.get_inquiry, by, "aim-discourse")
    sample = loads(sacramento())
    sample = msgspec.structs.replace(sample, **NOT_YET.get(released.stem, lambda _: {})(sample))
    assert found == sample
