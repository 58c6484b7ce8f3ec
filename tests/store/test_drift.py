"""The tables hold exactly what the structs hold."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, MetaData, Table, insert, select
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

import pdsa
from api.store import tables as t
from api.store.activity import Activity
from api.store.elements import row, write_rows
from api.store.engine import connect
from api.store.kinds import KINDS
from api.store.types import Double, JsonOf, Moment, RawJson, Word
from tests.builders import completed, in_study
from tests.store.world import SAMPLES, taken_back

STORED: dict[str, tuple[type, Table]] = {
    **{kind.name: (kind.type, kind.table) for kind in KINDS},
    "theory": (pdsa.Theory, t.theories),
    "activity": (Activity, t.activity),
}
WORDS = [
    (column, word)
    for _, table in STORED.values()
    for column in table.c
    if isinstance(column.type, Word)
    for word in column.type.enum
]


@pytest.mark.parametrize("name", STORED)
def test_the_columns_of_a_table_are_the_fields_of_its_struct(name: str) -> None:
    struct, table = STORED[name]

    columns = tuple(column.name for column in table.c)

    assert columns == struct.__struct_fields__


@pytest.mark.parametrize("name", STORED)
def test_a_column_may_be_null_where_the_field_may_be_none(name: str) -> None:
    struct, table = STORED[name]

    nullable = {column.name for column in table.c if column.nullable}

    assert nullable == {field for field, hint in hints(struct) if NoneType in members(hint)}


@pytest.mark.parametrize("name", STORED)
def test_the_type_of_a_column_is_the_type_of_its_field(name: str) -> None:
    struct, table = STORED[name]

    for field, hint in hints(struct):
        (wanted,) = members(hint) - {NoneType}
        type_ = table.c[field].type
        if isinstance(type_, JsonOf):
            assert type_.type_ == wanted
        elif isinstance(type_, Word):
            assert type_.enum is wanted
        elif isinstance(type_, Double | Moment | RawJson):
            assert {Double: float, Moment: datetime, RawJson: msgspec.Raw}[type(type_)] is wanted
        else:
            assert type_.python_type is wanted


def hints(struct: type) -> Iterator[tuple[str, Any]]:
    found = get_type_hints(struct)
    return ((field, found[field]) for field in struct.__struct_fields__)  # type: ignore[attr-defined]


def members(hint: Any) -> set[Any]:
    """The plain types that a hint allows."""
    if get_origin(hint) is Annotated:
        return members(get_args(hint)[0])
    if get_origin(hint) in (UnionType, Union):
        return {each for arg in get_args(hint) for each in members(arg)}
    return {getattr(hint, "__supertype__", hint)}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind.name)
async def test_an_element_comes_back_as_it_went_in(district_url: str, sample: Any) -> None:
    def there_and_back(conn: Connection) -> list[Any]:
        kind = sample.kind
        write_rows(conn, kind, [sample.new])
        wanted = select(*kind.table.c).where(kind.table.c.id == sample.new.id)
        return [kind.type(*found) for found in conn.execute(wanted)]

    async with connect(district_url) as database:
        back = await taken_back(database, there_and_back)

    assert back == [sample.new]
    assert [type(value) for value in row(back[0]).values() if isinstance(value, StrEnum)] == [
        type(value) for value in row(sample.new).values() if isinstance(value, StrEnum)
    ]


async def test_every_word_of_every_enumeration_comes_back(database_url: str) -> None:
    words = Table("words", MetaData(), *(Column(f"w{i}", c.type) for i, (c, _) in enumerate(WORDS)))

    def there_and_back(conn: Connection) -> Any:
        words.create(conn)
        conn.execute(insert(words), {f"w{i}": word for i, (_, word) in enumerate(WORDS)})
        return conn.execute(select(words)).one()

    async with connect(database_url) as database:
        back = await taken_back(database, there_and_back)

    assert tuple(back) == tuple(word for _, word in WORDS)
    assert [type(word) for word in back] == [type(word) for _, word in WORDS]


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf"], include_characters="\n\t"), max_size=60
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    texts=st.lists(TEXT, min_size=4, max_size=4),
    number=st.floats(min_value=-1e12, max_value=1e12),
    counts=st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)),
    on=st.dates(),
    moment=st.datetimes(
        min_value=datetime(1970, 1, 2),
        max_value=datetime(2200, 1, 1),
    ),
    hours=st.integers(-11, 13),
)
async def test_text_numbers_days_and_moments_come_back_exactly(
    database_url: str,
    texts: list[str],
    number: float,
    counts: tuple[int, int],
    on: date,
    moment: datetime,
    hours: int,
) -> None:
    at = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    raw = msgspec.json.encode({"text": texts[0], "number": number})
    study = pdsa.Study(learned=texts[1], surprises=texts[2])
    cycle = msgspec.structs.replace(in_study(), study=study)
    values = Table(
        "exact",
        MetaData(),
        *(
            Column(column.name, column.type)
            for column in (
                t.activity.c.at,
                t.activity.c.after,
                t.cycles.c.study,
                t.cycles.c.moves,
                t.points.c.on,
                t.points.c.numerator,
                t.points.c.denominator,
                t.points.c.value,
                t.points.c.note,
            )
        ),
    )
    given = (at, raw, study, cycle.moves, on, *counts, number, texts[3])

    def there_and_back(conn: Connection) -> Any:
        values.create(conn)
        names = [column.name for column in values.c]
        conn.execute(insert(values), dict(zip(names, given, strict=True)))
        return conn.execute(select(values)).one()

    async with connect(database_url, readers=1) as database:
        back = await taken_back(database, there_and_back)

    assert (back[0], bytes(back[1]), *back[2:]) == given
    assert back.at.tzinfo is UTC
    assert repr(back.value) == repr(number) or number == 0


async def test_the_json_of_a_struct_is_stored_as_it_is_sent(district_url: str) -> None:
    cycle = completed()

    def as_text(conn: Connection) -> Any:
        return conn.exec_driver_sql(
            "SELECT plan, study, act, moves FROM cycles WHERE id = 'cycle-1'"
        ).one()

    async with connect(district_url) as database:
        stored = await taken_back(database, as_text)

    written = (cycle.plan, cycle.study, cycle.act, cycle.moves)
    assert [text.encode() for text in stored] == [msgspec.json.encode(each) for each in written]


def test_a_moment_needs_its_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2018, 3, 9), None)  # type: ignore[arg-type]


def test_a_word_that_the_enumeration_lacks_is_not_stored() -> None:
    with pytest.raises(ValueError, match="sideways"):
        Word(pdsa.Direction).bind_processor(SQLiteDialect())("sideways")
