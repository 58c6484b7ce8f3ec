"""Fidelity over HTTP: a team's own with its evidence, and above it nothing of a single cycle."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.store import inquiries, units
from pdsa import NotAllowed, NotVisible, Role, Unit
from pdsa.review.fidelity import ITEMS, inquiry_profile, project
from tests.api.client import Client, operator, refused, serving
from tests.api.sample import AIM, CYCLE, IDEA, TEAM, inquiry, plain
from tests.api.school import a_school
from tests.domain.fidelity_cycles import ended, of
from tests.store.world import renamed


async def said(client: Client, path: str) -> Any:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_team_reads_its_own_profile_with_the_evidence(database_url: str) -> None:
    async with a_school(database_url) as client:
        member = await client.somebody(Role.member, TEAM)
        wanted = plain(inquiry_profile(inquiry()))

        team = await said(member, f"teams/{TEAM}/fidelity")

        assert team == {"unit_id": TEAM, "profile": wanted, "withheld": None}
        assert [item["item"] for item in wanted["items"]] == [item.value for item in ITEMS]
        assert await said(member, f"cycles/{CYCLE}/fidelity") == wanted
        assert await said(member, f"change-ideas/{IDEA}/fidelity") == wanted
        assert await said(member, f"aims/{AIM}/fidelity") == {
            "profile": wanted,
            "project": plain(project(inquiry())),
        }


@pytest.mark.parametrize("unit", ["school", "district"])
async def test_above_the_team_no_single_cycle_is_told(database_url: str, unit: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, unit)

        team = await said(leader, f"teams/{TEAM}/fidelity")

        assert team["profile"] is None
        assert team["withheld"] == "the fidelity of a team's cycles is the team's own"
        for path in (f"cycles/{CYCLE}", f"change-ideas/{IDEA}", f"aims/{AIM}"):
            refused(await leader.get(f"{path}/fidelity"), 403, NotAllowed)
        for place in (TEAM, "school"):
            shares = (await said(leader, f"units/{place}/fidelity"))["items"]
            assert all(share["percent"] is None and share["withheld"] for share in shares)


async def test_what_is_out_of_sight_has_no_fidelity(database_url: str) -> None:
    async with a_school(database_url) as client:
        await client.database.write(
            lambda conn: units.add(conn, operator(), Unit("other", "district", "Other"))  # type: ignore[arg-type]
        )
        stranger = await client.somebody(Role.leader, "other")

        for path in (f"teams/{TEAM}", f"units/{TEAM}", f"cycles/{CYCLE}", f"aims/{AIM}"):
            refused(await stranger.get(f"{path}/fidelity"), 404, NotVisible)


async def test_asking_for_shares_opens_no_record(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")

        for path in (f"units/{TEAM}", "units/school", f"teams/{TEAM}"):
            await said(leader, f"{path}/fidelity")

        assert (await said(client, f"units/{TEAM}/views"))["items"] == []


async def test_a_school_with_enough_teams_is_told_whole_percents_without_counts(
    database_url: str,
) -> None:
    def three_teams(conn: Any) -> None:
        school = Unit("school", "school", "The school")  # type: ignore[arg-type]
        units.add(conn, operator(), school)
        for n in range(3):
            cycles = (ended("one"), ended("two", week=1, predicts=n == 0))
            inquiries.add_inquiry(conn, operator(), renamed(of(*cycles), f"-{n}"), "school")

    async with serving(database_url) as client:
        await client.database.write(three_teams)
        viewer = await client.somebody(Role.viewer, "school")

        told = await said(viewer, "units/school/fidelity")
        again = await viewer.get("units/school/fidelity")

        shares = {share["item"]: share for share in told["items"]}
        assert shares["prediction"] == {
            "item": "prediction",
            "title": "A prediction was made before Do",
            "counted": "fully documented cycles with such an activity",
            "percent": 67,
            "low": 30,
            "high": 90,
            "cycles": 5,
            "published": 12.2,
            "withheld": None,
        }
        assert "evidence" not in again.text
        assert "passed" not in again.text
        today = datetime.now(UTC).date()
        assert today - timedelta(110) < date.fromisoformat(told["through"]) < today
        assert again.headers["ETag"]
