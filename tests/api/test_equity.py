"""A measure by student group over HTTP, for the team and for whoever stands above its school."""

import csv
import io
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from pdsa import Equity, InvalidValue, Role
from pdsa.equity import COLUMNS
from tests.api.client import Client, refused
from tests.api.sample import AIM
from tests.api.school import a_school

STARTED = date(2018, 1, 12)
DAYS = [str(STARTED + timedelta(weeks=week)) for week in range(6)]
CSV, SVG = {"Accept": "text/csv"}, {"Accept": "image/svg+xml"}
#: Sample tallies of six weeks: of how many students, and how many of them.
TALLIES = {
    "ALL": (60, (24, 25, 24, 30, 31, 33)),
    "EL": (25, (6, 7, 6, 11, 12, 11)),
    "SWD": (4, (1, 1, 2, 1, 2, 2)),
}


async def with_groups(client: Client, **measure: Any) -> str:
    """The path of a new measure's equity, with sample tallies by group."""
    body = {
        "name": "Sample tickets",
        "kind": "process",
        "unit": "percentage",
        "direction": "increase",
    }
    made = await client.make("measures", **{"aim_id": AIM, **body, **measure})
    points = [
        {
            "on": day,
            "numerator": numerators[week],
            "denominator": n,
            "student_group": None if group == "ALL" else group,
        }
        for group, (n, numerators) in TALLIES.items()
        for week, day in enumerate(DAYS)
    ]
    sent = await client.post(f"measures/{made['id']}/points/batch", json={"points": points})
    assert sent.status_code == 201, sent.text
    return f"measures/{made['id']}/equity"


async def shown(client: Client, path: str) -> Equity:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=Equity)


async def test_the_team_reads_every_group_beside_all_students(database_url: str) -> None:
    async with a_school(database_url) as client:
        found = await shown(client, await with_groups(client))

    learners, disabled = found.groups
    assert [each.group for each in found.groups] == ["EL", "SWD"]
    assert (learners.points[0].value, learners.points[0].all_students) == (24, 40)
    assert (learners.progress.gain, learners.progress.faster) == (20, True)
    assert disabled.points[0].gap == -15
    assert "improved by 20 points, all students improved by 11.7 points: faster" in found.reading


async def test_above_the_school_gaps_are_of_whole_percents_and_small_groups_are_withheld(
    database_url: str,
) -> None:
    async with a_school(database_url) as client:
        path = await with_groups(client)
        above = await client.somebody(Role.leader, "district")

        found = await shown(above, path)

    learners, disabled = found.groups
    assert [p.all_students for p in learners.points] == [40, 42, 40, 50, 52, 55]
    assert [p.gap for p in learners.points] == [-16, -14, -16, -6, -4, -11]
    assert learners.progress.acceleration == 8
    assert all(p.value is p.gap is None for p in disabled.points)
    assert {p.withheld for p in disabled.points} == {"few_students"}
    assert (disabled.progress.gain, disabled.progress.faster, disabled.gap) == (None, None, None)


async def test_a_table_and_a_picture_hold_no_more_than_the_numbers(database_url: str) -> None:
    async with a_school(database_url) as client:
        path = await with_groups(client)
        above = await client.somebody(Role.leader, "district")

        table = await above.get(path, headers=CSV)
        picture = await above.get(path, headers=SVG)

    head, *lines = csv.reader(io.StringIO(table.text))
    assert tuple(head) == COLUMNS
    assert lines[0] == ["EL", DAYS[0], "24.0", "40.0", "-16.0", ""]
    assert lines[6:] == [
        ["SWD", day, "", all_students, "", "too few students"]
        for day, all_students in zip(
            DAYS, ["40.0", "42.0", "40.0", "50.0", "52.0", "55.0"], strict=True
        )
    ]
    drawn = "".join(ET.fromstring(picture.content).itertext())  # noqa: S314
    assert picture.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    for name in ("All students", "English learner", "Students with disabilities"):
        assert name in drawn
    assert "25%" not in drawn  # a student of four


async def test_windows_and_groups_choose_among_what_is_given(database_url: str) -> None:
    async with a_school(database_url) as client:
        path = await with_groups(client)

        found = await shown(client, f"{path}?first={DAYS[1]}&last={DAYS[4]}&groups=SWD,LTEL,EL")

    assert [each.group for each in found.groups] == ["SWD", "LTEL", "EL"]
    assert [str(point.on) for point in found.groups[2].points] == DAYS[1:5]
    assert found.groups[2].progress.why.startswith("Only 4 days have both figures")
    assert found.groups[1].progress.why == "There are no figures of this group."


async def test_mean_scores_of_a_grade_become_distances_from_standard(database_url: str) -> None:
    async with a_school(database_url) as client:
        made = await client.make(
            "measures", aim_id=AIM, name="Sample scores", kind="outcome", unit="mean"
        )
        points = [
            {"on": f"{year}-05-20", "value": 2500.0 + gain, "student_group": group}
            for group, year, gain in (
                (None, 2019, 0),
                (None, 2022, 10),
                ("EL", 2019, -30),
                ("EL", 2022, 5),
            )
        ]
        await client.make(f"measures/{made['id']}/points", **points[0])
        await client.post(f"measures/{made['id']}/points/batch", json={"points": points[1:]})
        path = f"measures/{made['id']}/equity"

        found = await shown(client, f"{path}?grade=5")
        above = await shown(await client.somebody(Role.leader, "district"), f"{path}?grade=5")
        wrong = await client.get(f"{path}?grade=9")

    (learners,) = found.groups
    assert [(p.value, p.all_students) for p in learners.points] == [(-58, -28), (-23, -18)]
    assert (learners.progress.gain, learners.progress.faster) == (35, True)
    assert {p.withheld for p in above.groups[0].points} == {"unknown_number"}
    assert all(p.all_students is None for p in above.groups[0].points)
    refused(wrong, 422, InvalidValue)


@pytest.mark.parametrize("query", ["first=2018-03-01&last=2018-02-01", "grade=5"])
@pytest.mark.parametrize("accept", ["application/json", "text/csv", "image/svg+xml"])
async def test_what_cannot_be_is_refused(sqlite_url: str, query: str, accept: str) -> None:
    async with a_school(sqlite_url) as client:
        path = await with_groups(client)

        refused(await client.get(f"{path}?{query}", headers={"Accept": accept}), 422, InvalidValue)
