"""The exit tickets of two fifth-grade classrooms, from the first unit to the next cycle, over HTTP."""

from datetime import datetime
from typing import Any

import pytest

from pdsa import Role, loads
from pdsa import findings as findings_of
from tests.api.client import Client, at, refused, serving
from tests.api.sample import plain, sample

TALLIES = {
    "2017-10-13": ((12, 29), (10, 26)),
    "2017-10-20": ((14, 29), (9, 25)),
    "2017-10-27": ((15, 28), (10, 26)),
}
PLAN = {
    "objective": "See whether students take the frame up.",
    "questions": [
        {
            "text": "How many students will use the frame?",
            "predictions": [
                {"expectation": {"kind": "text", "text": "Most will"}, "confidence": 70}
            ],
        }
    ],
    "scale": "small",
}


async def a_facilitator(client: Client) -> tuple[Client, str]:
    """What an administrator sets up: the district with its year, a team, and who leads it."""
    district = await client.make("units", kind="district", name="Sample district")
    team = await client.make(
        "units", kind="team", name="Grade 5 mathematics", parent_id=district["id"]
    )
    await client.make(
        "calendars",
        unit_id=district["id"],
        name="2017-18",
        first_day="2017-08-31",
        last_day="2018-06-14",
        closures=[
            {"name": "Winter break", "first_day": "2017-12-25", "last_day": "2018-01-05"},
        ],
    )
    return await client.somebody(Role.facilitator, team["id"], "Ana"), team["id"]


async def an_inquiry_under_way(ana: Client, team: str) -> dict[str, Any]:
    """Classrooms, problem, aim, idea, theory and measure, as a facilitator writes them down."""
    rooms = [
        await ana.make("units", kind="classroom", name=name, parent_id=team)
        for name in ("Room A", "Room B")
    ]
    problem = await ana.make(
        "problems",
        unit_id=team,
        title="Students seldom put their reasoning into words",
        evidence=[{"source": "student_work", "summary": "Answers without explanations."}],
    )
    aim = await ana.make(
        "aims",
        unit_id=team,
        title="Academic discourse",
        population="students in the two fifth-grade classrooms",
        what="are engaged in academic discourse",
        indicator="share of lesson time in academic discourse",
        target=51,
        deadline="2018-06-14",
        problem_id=problem["id"],
    )
    idea = await ana.make(
        "change-ideas", aim_id=aim["id"], title="Exit ticket with a sentence frame"
    )
    theory = await ana.put(
        f"aims/{aim['id']}/theory",
        json={
            "on": "2017-10-06",
            "drivers": [{"id": "words", "text": "Students have words for reasoning"}],
            "links": [
                {"source": idea["id"], "target": "words", "strength": "weak"},
                {"source": "words", "target": aim["id"]},
            ],
        },
        headers={"If-None-Match": "*"},
    )
    assert theory.status_code == 200, theory.text
    measure = await ana.make(
        "measures",
        aim_id=aim["id"],
        name="Sentence-frame use",
        kind="process",
        unit="percentage",
        driver_id="words",
    )
    return {"rooms": rooms, "aim": aim, "idea": idea, "measure": measure}


async def a_decided_cycle(ana: Client, found: dict[str, Any]) -> dict[str, Any]:
    """A cycle from its plan to *adapt*."""
    measure = found["measure"]["id"]
    cycle = await ana.make(
        "cycles",
        aim_id=found["aim"]["id"],
        change_idea_id=found["idea"]["id"],
        title="Exit ticket in both classrooms",
        plan=PLAN,
    )
    here = f"cycles/{cycle['id']}"
    patch = {"plan": {"data": [{"measure_id": measure, "when": "Fridays"}], "size": 2}}
    revised = await ana.patch(here, json=patch, headers=at(1))
    assert revised.json()["plan"]["objective"] == PLAN["objective"]
    assert revised.json()["plan"]["size"] == 2
    (prediction,) = revised.json()["plan"]["questions"][0]["predictions"]

    started = await ana.move(f"{here}/start-do", 2, on="2017-10-13")
    assert started["stage"] == "do"
    await ana.move(f"{here}/record", 3, as_planned="partly", what_happened="One assembly.")
    await ana.move(
        f"{here}/amend",
        4,
        prediction_id=prediction["id"],
        on="2017-10-20",
        reason="Room A goes faster than we thought.",
        confidence=85,
    )
    await ana.move(
        f"{here}/study",
        5,
        on="2018-03-14",
        study={
            "results": [{"prediction_id": prediction["id"], "outcome": "held"}],
            "learned": "Taken up in Room A, hardly in Room B.",
        },
    )
    return await ana.move(
        f"{here}/act",
        6,
        on="2018-03-16",
        act={"decision": "adapt", "reason": "Room B needs another way into the frame."},
    )


async def test_a_facilitator_leads_an_inquiry_from_classrooms_to_the_next_cycle(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        ana, team = await a_facilitator(client)
        found = await an_inquiry_under_way(ana, team)
        cycle = await a_decided_cycle(ana, found)
        follower = await ana.make(
            "cycles",
            aim_id=found["aim"]["id"],
            change_idea_id=found["idea"]["id"],
            title="Said to a partner first",
            follows=cycle["id"],
            plan={"scale": "large"},
        )

        (prediction,) = cycle["plan"]["questions"][0]["predictions"]
        assert (cycle["status"], cycle["version"]) == ("completed", 7)
        assert (prediction["confidence"], prediction["locked_on"]) == (70, "2017-10-13")
        assert prediction["amendments"][0]["confidence"] == 85
        ramp = (await ana.get(f"change-ideas/{found['idea']['id']}/ramp")).json()
        assert [step["cycle_id"] for step in ramp["steps"]] == [cycle["id"], follower["id"]]
        assert ramp["grows"] is True


async def test_the_points_of_the_team_become_a_series_and_a_chart(database_url: str) -> None:
    async with serving(database_url) as client:
        ana, team = await a_facilitator(client)
        found = await an_inquiry_under_way(ana, team)
        here = f"measures/{found['measure']['id']}"
        points = [
            {"on": on, "numerator": num, "denominator": den, "classroom_id": room["id"]}
            for on, pair in TALLIES.items()
            for room, (num, den) in zip(found["rooms"], pair, strict=True)
        ]

        one = await ana.make(f"{here}/points", **points[0])
        rest = await ana.post(f"{here}/points/batch", json={"points": points[1:]})

        assert [each["on"] for each in rest.json()] == [each["on"] for each in points[1:]]
        assert one["classroom_id"] == found["rooms"][0]["id"]
        (whole,) = (await ana.get(f"{here}/series")).json()
        assert [point["value"] for point in whole["points"]] == pytest.approx(
            [40, 100 * 23 / 54, 100 * 25 / 54]
        )
        rooms = (await ana.get(f"{here}/series?by=classroom")).json()
        assert {series["part"] for series in rooms} == {room["id"] for room in found["rooms"]}
        (chart,) = (await ana.get(f"{here}/chart")).json()
        assert chart["chart"]["points"]["y"] == [point["value"] for point in whole["points"]]


async def test_the_review_the_sentence_and_the_activity_tell_what_was_done(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        ana, team = await a_facilitator(client)
        found = await an_inquiry_under_way(ana, team)
        await a_decided_cycle(ana, found)
        aim = f"aims/{found['aim']['id']}"

        said = (await ana.get(f"{aim}/statement")).json()
        findings = (await ana.get(f"{aim}/review")).json()
        done = (await ana.get(f"activity?aim={found['aim']['id']}")).json()["items"]

        assert said["sentence"].startswith("By 14 June 2018, students in the two fifth-grade")
        inquiry = loads((await ana.get(f"{aim}/inquiry")).content)
        assert findings == plain(findings_of(inquiry, on=datetime.now().astimezone().date()))
        assert [each["verb"] for each in done[:7]] == [
            "act",
            "study",
            "amend",
            "record",
            "start_do",
            "change",
            "add",
        ]
        assert {each["person_id"] for each in done} == {ana.person_id}


async def test_an_exported_inquiry_is_imported_elsewhere_and_exported_equal(
    database_url: str, sqlite_url: str
) -> None:
    async with serving(database_url) as client:
        ana, team = await a_facilitator(client)
        found = await an_inquiry_under_way(ana, team)
        await a_decided_cycle(ana, found)
        first = await ana.get(f"aims/{found['aim']['id']}/inquiry")
    document = {"Content-Type": "application/json"}

    async with serving(sqlite_url) as other:
        imported = await other.post("inquiries", content=first.content, headers=document)
        second = await other.get(f"aims/{found['aim']['id']}/inquiry")
        again = await other.post("inquiries", content=first.content, headers=document)

        assert imported.status_code == 201
        assert imported.content == first.content
        assert second.content == first.content
        refused(again, 409)


async def test_an_inquiry_is_put_under_a_school(database_url: str) -> None:
    async with serving(database_url) as client:
        school = await client.make("units", kind="school", name="Sample school")

        imported = await client.post(
            f"inquiries?under={school['id']}",
            content=sample(),
            headers={"Content-Type": "application/json"},
        )

        assert imported.json()["team"]["parent_id"] is None
        team = await client.get(f"units/{imported.json()['team']['id']}")
        assert team.json()["parent_id"] == school["id"]
        refused(
            await client.post(
                "inquiries?under=nowhere",
                content=sample(2),
                headers={"Content-Type": "application/json"},
            ),
            422,
        )
