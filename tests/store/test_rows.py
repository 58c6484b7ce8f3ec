"""Rows that go in at once lie in the database as SQLAlchemy would have written them."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Table, delete, insert, text

from api.store import tables as t
from api.store.engine import connect
from api.store.rows import insert_rows
from pdsa.stages import Plan
from tests.builders import AIM, FRAME_USE, IDEA, TEAM

WHOLE_SECOND = datetime(2018, 1, 12, 9, 30, tzinfo=UTC)
ROWS: list[tuple[Table, dict[str, Any]]] = [
    (
        t.activity,
        {
            "id": "new",
            "at": WHOLE_SECOND,
            "person_id": "ana",
            "verb": "add",
            "kind": "data point",
            "element_id": "p1",
            "unit_id": TEAM,
            "aim_id": AIM,
            "version": 1,
            "after": msgspec.Raw(b'{"value":64.0}'),
            "before": b"null",
        },
    ),
    (
        t.points,
        {
            "id": "new",
            "measure_id": FRAME_USE,
            "on": date(2018, 1, 12),
            "numerator": None,
            "denominator": None,
            "value": 64,
            "classroom_id": None,
            "student_group": "EL",
            "cycle_id": None,
            "note": "",
            "version": 1,
        },
    ),
    (
        t.cycles,
        {
            **dict.fromkeys(column.name for column in t.cycles.c),
            "id": "new",
            "aim_id": AIM,
            "change_idea_id": IDEA,
            "title": "Frames",
            "purpose": "learning",
            "stage": "plan",
            "status": "running",
            "planned_on": date(2018, 1, 8),
            "plan": Plan(objective="Find out."),
            "moves": (),
            "version": 1,
        },
    ),
]


@pytest.mark.parametrize(("table", "row"), ROWS, ids=lambda each: getattr(each, "name", ""))
async def test_a_row_lies_there_as_sqlalchemy_writes_it(
    district_url: str, table: Table, row: dict[str, Any]
) -> None:
    def stored(conn: Connection) -> Any:
        found = conn.execute(text(f"SELECT * FROM {table.name} WHERE id = 'new'")).one()
        conn.execute(delete(table).where(table.c.id == "new"))
        return tuple(found)

    def both(conn: Connection) -> tuple[Any, Any]:
        insert_rows(conn, table, [row])
        mine = stored(conn)
        conn.execute(insert(table).values(row))
        return mine, stored(conn)

    async with connect(district_url) as database:
        mine, its = await database.write(both)

        assert mine == its
        assert [type(each) for each in mine] == [type(each) for each in its]
