"""Lists that are given to a statement as one value find the same rows, whatever is in them."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, select

from api.store import tables as t
from api.store import units
from api.store.engine import connect
from api.store.given import among, under_any, with_classrooms
from api.store.prepared import Prepared
from pdsa import Unit, UnitId
from tests.store.world import ADMIN

_ID = t.units.c.id
AMONG = Prepared(select(_ID).where(among(_ID, "units")))
UNDER = Prepared(select(_ID).where(under_any(_ID, "units")))
THEIRS = Prepared(select(_ID).where(with_classrooms("units")))
OTHERS = Prepared(select(_ID).where(~among(_ID, "units")))


def _found(conn: Connection) -> None:
    for id, kind, parent in (
        ("school", "school", None),
        ("team", "team", "school"),
        ("room", "classroom", "team"),
        ('o"dd, {one}', "team", "school"),
    ):
        above = None if parent is None else UnitId(parent)
        units.add(conn, ADMIN, Unit(UnitId(id), kind, f"Sample {kind}", above))


@pytest.mark.parametrize(
    ("statement", "given", "found"),
    [
        (AMONG, (), set()),
        (AMONG, ("team", "nothing", "room"), {"team", "room"}),
        (AMONG, ('o"dd, {one}',), {'o"dd, {one}'}),
        (AMONG, [f"no-{n}" for n in range(3000)] + ["school"], {"school"}),
        (OTHERS, ("team", "school"), {"room", 'o"dd, {one}'}),
        (UNDER, ("team",), {"team", "room"}),
        (UNDER, ("room", "school"), {"school", "team", "room", 'o"dd, {one}'}),
        (THEIRS, ("team",), {"team", "room"}),
        (THEIRS, ("school",), {"school"}),
    ],
)
async def test_a_list_is_one_value_whatever_its_length(
    database_url: str, statement: Prepared, given: Sequence[str], found: set[str]
) -> None:
    async with connect(database_url) as database:
        await database.write(_found)

        rows = await database.read(statement.rows, {"units": given})

        assert {id for (id,) in rows} == found
