"""Whose figure a point is: a classroom's, with everything that lies under it."""

import pytest

from pdsa import Role
from tests.api.client import at
from tests.api.sample import MEASURE
from tests.api.school import SERIES, a_school


async def test_what_lies_under_a_classroom_is_that_classrooms(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        for period, n in (("Period 1", 12), ("Period 2", 16)):
            unit = await client.make("units", kind="classroom", name=period, parent_id="room-a")
            body = {
                "on": "2031-01-10",
                "numerator": 9,
                "denominator": n,
                "classroom_id": unit["id"],
            }
            await client.make(f"measures/{MEASURE}/points", **body)

        (series,) = (await leader.get(SERIES)).json()

        assert series["points"][-1] | {"band": None} == {
            "on": "2031-01-10",
            "value": None,
            "numerator": None,
            "denominator": None,
            "withheld": "one_classroom",
            "band": None,
        }


async def test_an_aim_of_a_classroom_is_about_that_classroom(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        aim = await client.make("aims", unit_id="room-a", title="Room A alone")
        measure = await client.make(
            "measures", aim_id=aim["id"], name="Alone", kind="process", unit="percentage"
        )
        path = f"measures/{measure['id']}"
        await client.make(f"{path}/points", on="2018-01-12", numerator=3, denominator=19)

        (series,) = (await leader.get(f"{path}/series")).json()

        assert [point["withheld"] for point in series["points"]] == ["one_classroom"]


async def test_parts_of_a_classroom_are_that_classroom_once_it_is_another_teams(
    database_url: str,
) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        team = await client.make("units", kind="team", name="Team 2", parent_id="school")
        for half, n in (("AM", 15), ("PM", 16)):
            unit = await client.make("units", kind="classroom", name=half, parent_id="room-a")
            body = {"numerator": 9, "denominator": n, "classroom_id": unit["id"]}
            await client.make(f"measures/{MEASURE}/points", on="2031-01-10", **body)
        room = (await client.get("units/room-a")).json()

        moved = await client.patch(
            "units/room-a", json={"parent_id": team["id"]}, headers=at(room["version"])
        )
        (series,) = (await leader.get(SERIES)).json()

        assert moved.status_code == 200, moved.text
        assert series["points"][-1]["withheld"] == "one_classroom"


@pytest.mark.parametrize("part", [None, "small-group"])
async def test_an_aim_within_a_classroom_is_about_that_classroom(
    database_url: str, part: str | None
) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        units = {}
        for kind, parent in (("classroom", "room-a"), ("small-group", "classroom")):
            units[kind] = await client.make(
                "units", kind=kind, name=kind, parent_id=units.get(parent, {"id": parent})["id"]
            )
        aim = await client.make("aims", unit_id=units["small-group"]["id"], title="One table")
        measure = await client.make(
            "measures", aim_id=aim["id"], name="Alone", kind="process", unit="percentage"
        )
        path = f"measures/{measure['id']}"
        room = {"classroom_id": units[part]["id"]} if part else {}
        await client.make(f"{path}/points", on="2018-01-12", numerator=7, denominator=19, **room)
        await client.make(
            f"{path}/points", on="2018-01-12", numerator=7, denominator=12, student_group="EL"
        )

        series = (await leader.get(f"{path}/series?by=student_group")).json()
        (whole,) = (await leader.get(f"{path}/series")).json()

        assert [point["withheld"] for each in series for point in each["points"]] == [
            "one_classroom"
        ]
        assert [point["withheld"] for point in whole["points"]] == ["one_classroom"]
