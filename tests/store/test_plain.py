"""What is told to clients reads like the element itself, without a second look at its rules."""

import msgspec
import pytest
from sqlalchemy import text

from api.store import elements
from api.store.engine import connect
from api.store.kinds import CYCLE
from api.store.plain import plain
from pdsa.prediction import Expectation
from pdsa.stages import Plan
from tests.store.world import ADMIN, SAMPLES, Sample


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind.name)
async def test_an_element_is_told_as_the_domain_reads_it(district_url: str, sample: Sample) -> None:
    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)

        told = await database.read(elements.tell, ADMIN, sample.kind, sample.new.id)

        read = await database.read(elements.get, ADMIN, sample.kind, sample.new.id)
        assert msgspec.json.encode(told) == msgspec.json.encode(read)


def test_every_kind_of_expectation_is_told_with_its_kind() -> None:
    written = [
        b'{"kind":"direction","measure_id":"m","change":"increase"}',
        b'{"kind":"value","measure_id":"m","value":64.0,"tolerance":0.0}',
        b'{"kind":"range","measure_id":"m","low":60.0,"high":70.0}',
        b'{"kind":"category","category":"most students"}',
        b'{"kind":"text","text":"It will be louder."}',
    ]

    told = [msgspec.json.decode(each, type=plain(Expectation)) for each in written]

    assert [msgspec.json.encode(each) for each in told] == written


async def test_what_an_older_version_wrote_is_told_with_the_fields_that_came_later(
    district_url: str,
) -> None:
    async with connect(district_url) as database:
        cycle_id = (await database.read(elements.page, ADMIN, CYCLE))[0][0].id
        older = text('UPDATE cycles SET plan = \'{"objective": "Find out."}\' WHERE id = :id')
        await database.write(lambda conn: conn.execute(older, {"id": cycle_id}).close())

        told = await database.read(elements.tell, ADMIN, CYCLE, cycle_id)

        assert msgspec.json.encode(told.plan) == msgspec.json.encode(Plan(objective="Find out."))
