"""Reviews over HTTP: of an inquiry, of one cycle for its team, of a document that is not stored."""

import asyncio
import json
import threading
from datetime import date
from typing import Any

import pytest

from api.pool import Pool
from api.problems import Busy
from api.routes.reviews import LARGEST
from pdsa import InvalidValue, NotAllowed, NotVisible, Role, dumps, findings
from pdsa.reference import sacramento
from tests.api.client import Client, refused, serving
from tests.api.sample import AIM, CYCLE, IDEA, TEAM, inquiry, plain
from tests.api.school import a_school

DAY = date(2018, 6, 15)
ON = f"on={DAY}"
JSON = {"Content-Type": "application/json"}


async def said(client: Client, path: str) -> list[Any]:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    found: list[Any] = response.json()
    return found


def elements(found: list[Any]) -> set[str]:
    return {each["element"] for each in found}


async def test_the_team_is_told_everything_and_whoever_stands_above_nothing_of_a_single_cycle(
    database_url: str,
) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")
        idea = {"aim_id": AIM, "change_idea_id": IDEA, "title": "Say it first"}
        planned = (await client.make("cycles", **idea))["id"]

        team = await said(client, f"aims/{AIM}/review?{ON}")
        school = await said(leader, f"aims/{AIM}/review?{ON}")
        cycle = await said(client, f"cycles/{planned}/review?{ON}")

        assert "cycle" in elements(team)
        assert "cycle" not in elements(school)
        assert {"AIM201", "MEA201"} <= {each["code"] for each in school}
        assert "PLN101" in {each["code"] for each in cycle}
        assert cycle == [each for each in team if each["id"] == planned]
        refused(await leader.get(f"cycles/{CYCLE}/review"), 403, NotAllowed)
        refused(await client.get("cycles/cycle-2/review"), 404, NotVisible)


async def test_findings_are_selected_and_ignored(database_url: str) -> None:
    async with serving(database_url, review_ignore="AIM103") as client:
        await client.post("inquiries", content=sacramento(), headers=JSON)
        path = f"aims/{AIM}/review?{ON}"

        every = {each["code"] for each in await said(client, path)}
        aim = {each["code"] for each in await said(client, f"{path}&select=AIM,MEA2")}
        less = {each["code"] for each in await said(client, f"{path}&select=AIM&ignore=AIM1")}

        assert "AIM103" not in every
        assert aim == {code for code in every if code.startswith(("AIM", "MEA2"))}
        assert less == {code for code in aim if code.startswith("AIM2")} != set()
        refused(await client.get(f"{path}&select=XYZ"), 422, InvalidValue)
        refused(await client.get(f"{path}&select=aim"), 400)


async def test_a_document_is_reviewed_without_an_account_and_nothing_is_stored(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        wanted = plain(findings(inquiry(), on=DAY))
        nobody = await client.nobody()

        response = await nobody.post(f"review?{ON}", content=dumps(inquiry()), headers=JSON)

        assert (response.status_code, response.json()) == (200, wanted)
        assert response.headers["cache-control"] == "no-store"
        assert (await client.get("aims")).json()["items"] == []


async def test_a_review_is_answered_in_sarif_too(database_url: str) -> None:
    async with serving(database_url) as client:
        await client.post("inquiries", content=sacramento(), headers=JSON)
        headers = {**JSON, "Accept": "application/sarif+json"}

        stored = await client.get(f"aims/{AIM}/review?{ON}", headers=headers)
        document = await client.post(f"review?{ON}", content=sacramento(), headers=headers)

        assert stored.headers["content-type"].startswith("application/sarif+json")
        assert stored.json() == document.json()
        (run,) = document.json()["runs"]
        assert "AIM201" in {each["ruleId"] for each in run["results"]}


async def test_a_circle_in_the_theory_of_a_document_is_a_finding(database_url: str) -> None:
    document = json.loads(sacramento())
    link = {"source": "driver-habit", "target": "driver-words"}
    document["theory"][0]["links"] += [link, {"source": "driver-words", "target": "driver-habit"}]
    async with serving(database_url) as client:
        response = await client.post("review", json=document)
        imported = await client.post("inquiries", json=document)

        elsewhere = await client.post("review?select=AIM", json=document)

    assert [(each["code"], each["severity"]) for each in response.json()] == [("DRV103", "blocker")]
    assert elsewhere.status_code == 422  # nothing else can be found: that does not make it sound
    assert imported.status_code == 422


@pytest.mark.parametrize(
    ("content", "status"),
    [("{}", 400), ("[]", 400), ('{"format": "pdsa-inquiry", "version": 2}', 400)],
)
async def test_what_is_no_document_is_refused(content: str, status: int, sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        response = await client.post("review", content=content, headers=JSON)

        refused(response, status)


async def test_one_address_has_so_many_documents_reviewed_in_a_minute(database_url: str) -> None:
    async with serving(database_url, reviews_per_minute=2) as client:
        answers = [
            await client.post("review", content=sacramento(), headers=JSON) for _ in range(3)
        ]

        assert [each.status_code for each in answers] == [200, 200, 429]
        assert answers[0].headers["ratelimit-policy"] == '"reviews";q=2;w=60'
        assert int(answers[2].headers["retry-after"]) > 0


async def test_the_portfolio_of_a_team_is_for_that_team(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school")

        found = (await client.get(f"teams/{TEAM}/portfolio")).json()

        assert found["portfolio"] | {"tests": 0, "untold": 1, "inquiries": 1} == found["portfolio"]
        assert found["without_improvement"] == [0.0, 1.0]  # one held, one did not
        assert found["findings"] == []
        refused(await leader.get(f"teams/{TEAM}/portfolio"), 403, NotAllowed)
        refused(await client.get("teams/elsewhere/portfolio"), 404, NotVisible)


async def test_guests_wait_for_each_other_and_not_without_end(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        guests = client.app.state.guests = Pool(workers=1, waiting=1)
        go_on = threading.Event()
        running = [asyncio.create_task(guests.run(go_on.wait, 10)) for _ in range(2)]
        await asyncio.sleep(0)

        response = await client.post("review", content=sacramento(), headers=JSON)

        refused(response, 503, Busy)
        assert response.headers["retry-after"] == "1"
        go_on.set()
        await asyncio.gather(*running)
        assert (await client.post("review", content=sacramento(), headers=JSON)).is_success


async def test_a_document_of_a_guest_has_a_limit(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        response = await client.post("review", content=b" " * (LARGEST + 1), headers=JSON)

        assert response.status_code == 413
