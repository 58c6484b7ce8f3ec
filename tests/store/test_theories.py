"""The theory of an aim: versions that are only ever added to."""

import asyncio
from datetime import date
from typing import Any

import pytest

import pdsa
from api.store import theories
from api.store.engine import connect
from api.store.errors import StaleVersion
from pdsa import InvalidValue, Link, NotVisible, Theory, UnknownElement
from tests.builders import AIM, IDEA, a_theory
from tests.store.world import ADMIN, OTHER

OCTOBER, NOVEMBER, JANUARY = date(2017, 10, 20), date(2017, 11, 10), date(2018, 1, 8)
LANGUAGE = pdsa.Driver(id=pdsa.DriverId("driver-language"), text="Students have the words for it")
REWORDED = pdsa.Driver(id=pdsa.DriverId("driver-reasoning"), text="Students say why")
SAFE = pdsa.Driver(id=pdsa.DriverId("driver-safe"), text="It is safe to be wrong")


def later(on: date = JANUARY, **changes: Any) -> Theory:
    return a_theory(on=on, **changes)


async def test_every_version_stays(district_url: str) -> None:
    second, third = later(NOVEMBER, drivers=(*a_theory().drivers, SAFE)), later(note="As before")
    async with connect(district_url) as database:
        made = [
            await database.write(theories.put, ADMIN, second, 1),
            await database.write(theories.put, ADMIN, third, 2),
        ]

        assert [theory.version for theory in made] == [2, 3]
        assert await database.read(theories.versions, AIM) == [a_theory(), *made]
        assert await database.read(theories.get, ADMIN, AIM) == made[-1]


async def test_a_day_has_the_version_that_was_in_force(district_url: str) -> None:
    async with connect(district_url) as database:
        for note, on in (("two", NOVEMBER), ("three", NOVEMBER), ("four", JANUARY)):
            await database.write(theories.put, ADMIN, later(on, note=note), None)

        async def version_on(day: date) -> int:
            found = await database.read(theories.get, ADMIN, AIM, day)
            return found.version

        days = (OCTOBER, date(2017, 11, 9), NOVEMBER, date(2018, 1, 7), JANUARY, date(2030, 1, 1))
        assert [await version_on(day) for day in days] == [1, 1, 3, 3, 4, 4]
        with pytest.raises(NotVisible):
            await version_on(date(2017, 10, 19))


async def test_two_days_are_compared(district_url: str) -> None:
    new = later(
        drivers=(REWORDED, SAFE),
        links=(
            Link(source="driver-reasoning", target=AIM, strength=pdsa.Strength.weak),
            Link(source="driver-safe", target="driver-reasoning"),
        ),
    )
    async with connect(district_url) as database:
        await database.write(theories.put, ADMIN, new, 1)

        diff = await database.read(theories.compare, ADMIN, AIM, OCTOBER, JANUARY)
        same = await database.read(theories.compare, ADMIN, AIM, OCTOBER, NOVEMBER)

        assert (diff.from_version, diff.to_version) == (1, 2)
        assert (diff.drivers_added, diff.drivers_removed) == ((SAFE,), (LANGUAGE,))
        assert [each.after for each in diff.drivers_reworded] == [REWORDED]
        assert [link.source for link in diff.links_added] == ["driver-safe"]
        assert [link.source for link in diff.links_removed] == ["driver-language", IDEA]
        assert [link.source for link in diff.links_restated] == ["driver-reasoning"]
        assert (same.from_version, same.to_version, same.drivers_added) == (1, 1, ())
        with pytest.raises(NotVisible):
            await database.read(theories.compare, ADMIN, AIM, date(2017, 1, 1), JANUARY)


@pytest.mark.parametrize("given", [0, 2, 77])
async def test_a_version_that_has_not_read_the_last_one_is_refused(
    district_url: str, given: int
) -> None:
    async with connect(district_url) as database:
        with pytest.raises(StaleVersion) as caught:
            await database.write(theories.put, ADMIN, later(), given)

        assert (caught.value.given, caught.value.current) == (given, 1)
        assert await database.read(theories.versions, AIM) == [a_theory()]


async def test_of_many_versions_after_the_same_one_one_is_kept(district_url: str) -> None:
    async with connect(district_url) as database:
        outcomes = await asyncio.gather(
            *(database.write(theories.put, ADMIN, later(note=f"{n}"), 1) for n in range(30)),
            return_exceptions=True,
        )

        (made,) = [each for each in outcomes if not isinstance(each, BaseException)]
        assert {type(each) for each in outcomes if each is not made} == {StaleVersion}
        assert await database.read(theories.versions, AIM) == [a_theory(), made]


async def test_a_version_is_not_dated_before_the_last_one(district_url: str) -> None:
    async with connect(district_url) as database:
        with pytest.raises(InvalidValue) as caught:
            await database.write(theories.put, ADMIN, later(date(2017, 10, 19)), 1)

        assert caught.value.field == "on"
        assert await database.read(theories.versions, AIM) == [a_theory()]


async def test_the_same_theory_again_is_no_new_version(district_url: str) -> None:
    async with connect(district_url) as database:
        same = await database.write(theories.put, ADMIN, a_theory(version=5), 1)

        assert same == a_theory()
        assert await database.read(theories.versions, AIM) == [a_theory()]


@pytest.mark.parametrize("source", ["nothing", IDEA + OTHER])
async def test_a_link_begins_in_a_driver_or_an_idea_of_this_aim(
    district_url: str, source: str
) -> None:
    links = (*a_theory().links, Link(source=source, target="driver-reasoning"))
    async with connect(district_url) as database:
        with pytest.raises(UnknownElement) as caught:
            await database.write(theories.put, ADMIN, later(links=links), 1)

        assert (caught.value.field, caught.value.id) == ("links/3/source", source)


async def test_an_aim_may_be_without_a_theory(district_url: str) -> None:
    def forget(conn: Any) -> None:
        conn.exec_driver_sql("DELETE FROM theories")

    async with connect(district_url) as database:
        await database.write(forget)

        with pytest.raises(NotVisible):
            await database.read(theories.get, ADMIN, AIM)
        assert await database.read(theories.page, ADMIN, AIM) == ([], None)
        first = await database.write(theories.put, ADMIN, a_theory(), 0)
        assert first.version == 1


async def test_no_theory_is_written_for_an_aim_that_is_not_there(district_url: str) -> None:
    async with connect(district_url) as database:
        with pytest.raises(NotVisible):
            await database.write(
                theories.put, ADMIN, Theory(aim_id=pdsa.AimId("nothing"), on=JANUARY), 0
            )
