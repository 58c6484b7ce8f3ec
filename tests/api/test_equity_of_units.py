"""Progress by student group over the aims of a unit, as each audience is given it."""

import csv
import io
from typing import Any

import msgspec
import pytest

from api.store.portfolio.rollup import PortfolioEquity
from pdsa import Equity, GroupTally, Role, group_tally
from tests.api.client import Client
from tests.api.test_portfolio import MODEL, a_district, portfolio

SHOWN = MODEL.aim.measured_by
READERS = {
    "team": (Role.member, MODEL.team.id),
    "school": (Role.ilt_member, "school-a"),
    "above": (Role.leader, "district"),
}


async def equity(client: Client, unit: str = "district", **query: Any) -> PortfolioEquity:
    response = await client.get(f"units/{unit}/equity", params=query)
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=PortfolioEquity)


def tallies(groups: Any) -> tuple[GroupTally, ...]:
    return tuple(each.tally for each in groups)


async def log(client: Client, group: str | None, sizes: dict[str, tuple[int, int]]) -> None:
    """Log tallies of a student group in every classroom: how many of how many, by day."""
    rooms = [each.id for each in MODEL.classrooms if each.kind == "classroom"]
    points = [
        {
            "on": on,
            "numerator": found,
            "denominator": n,
            "student_group": group,
            "classroom_id": room,
        }
        for on, (found, n) in sizes.items()
        for room in rooms
    ]
    sent = await client.post(f"measures/{SHOWN}/points/batch", json={"points": points})
    assert sent.status_code == 201, sent.text


async def test_a_district_has_progress_by_student_group_by_school(database_url: str) -> None:
    async with a_district(database_url) as client:
        found = await equity(client, kind="school")
        right_below = await equity(client)

    (learners, disabled) = found.together
    assert learners.tally == GroupTally(group="EL", aims=1, narrowed=1)
    assert learners.said == (
        "English learner: of 1 aim with figures, the gap to all students narrowed in 1."
    )
    assert (disabled.name, disabled.tally.narrowed) == ("Students with disabilities", 1)
    assert [(each.unit_id, each.kind, each.groups) for each in found.units] == [
        ("school-a", "school", found.together),
        ("school-b", "school", ()),
    ]
    assert right_below == found
    assert found.waiting == 0


async def test_a_unit_has_the_tallies_of_the_units_below_it_together(database_url: str) -> None:
    async with a_district(database_url) as client:
        school = await equity(client, "school-a")
        team = await equity(client, MODEL.team.id)

    assert tallies(school.together) == tallies(team.together) != ()
    assert [each.unit_id for each in school.units] == [MODEL.team.id]


async def test_as_csv_the_unit_comes_first_and_each_group_has_a_row(database_url: str) -> None:
    async with a_district(database_url) as client:
        path = "units/district/equity"
        response = await client.get(path, headers={"Accept": "text/csv"})

    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [(row["unit_id"], row["group"], row["narrowed"]) for row in rows] == [
        ("district", "EL", "1"),
        ("district", "SWD", "1"),
        ("school-a", "EL", "1"),
        ("school-a", "SWD", "1"),
    ]
    assert rows[2]["said"].startswith("English learner: of 1 aim")


async def test_a_portfolio_says_of_each_aim_what_became_of_the_gaps(database_url: str) -> None:
    async with a_district(database_url) as client:
        unmeasured, aim = (await portfolio(client))["items"]
        table = await client.get("units/district/portfolio", headers={"Accept": "text/csv"})

    assert (aim["groups"], aim["gaps"]) == (["EL", "SWD"], {"EL": "narrowed", "SWD": "narrowed"})
    assert (unmeasured["groups"], unmeasured["gaps"]) == ([], {})
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["gaps"] for row in rows] == ["", "EL:narrowed SWD:narrowed"]


@pytest.mark.parametrize("reader", READERS)
async def test_nobody_is_told_more_than_the_measure_by_student_group_tells(
    database_url: str, reader: str
) -> None:
    role, unit = READERS[reader]
    days = sorted({str(point.on) for point in MODEL.points if point.measure_id == SHOWN})
    async with a_district(database_url) as client:
        await log(client, "LTEL", dict.fromkeys(days[:6], (1, 3)))
        await log(client, "FOS", dict.fromkeys(days[:4], (11, 12)))
        who = await client.somebody(role, unit)

        found = await equity(who, unit)
        (aim, *_) = [
            each for each in (await portfolio(who, unit))["items"] if each["aim_id"] == MODEL.aim.id
        ]
        response = await who.get(f"measures/{SHOWN}/equity")

    told = msgspec.json.decode(response.content, type=Equity)
    assert tallies(found.together) == group_tally([[each.progress for each in told.groups]])
    assert aim["gaps"] == {
        each.group: each.progress.gap_change for each in told.groups if each.progress.figures
    }
    assert ("LTEL" in aim["gaps"]) is (reader != "above")
    assert set(aim["gaps"]) <= set(aim["groups"])


@pytest.mark.parametrize("found", [0, 3])
async def test_numbers_of_a_withheld_group_change_nothing_above_the_school(
    database_url: str, found: int
) -> None:
    days = sorted({str(point.on) for point in MODEL.points if point.measure_id == SHOWN})
    async with a_district(database_url) as client:
        leader = await client.somebody(Role.leader, "district")
        without = await leader.get("units/district/equity")

        await log(client, "LTEL", dict.fromkeys(days, (found, 3)))
        withheld = await leader.get("units/district/equity")

    assert withheld.content == without.content


async def test_what_was_written_since_is_counted(database_url: str) -> None:
    async with a_district(database_url) as client:
        ilt = await client.somebody(Role.ilt_member, "school-a")
        before = await equity(ilt, "school-a")

        days = ("2026-03-18", "2026-03-19", "2026-03-20")
        for group, found in ((None, 24), ("EL", 0)):
            await log(client, group, dict.fromkeys(days, (found, 24)))
        after = await equity(ilt, "school-a")

    assert before.together[0].tally == GroupTally(group="EL", aims=1, narrowed=1)
    assert after.together[0].tally == GroupTally(group="EL", aims=1, widened=1)
