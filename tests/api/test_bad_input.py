"""What a team may get wrong is refused with its place, and nothing has changed afterwards."""

from typing import Any

import httpx
import pytest

from api.store.errors import AlreadyExists, StaleVersion
from pdsa import Circle, IllegalMove, InvalidValue, PdsaError, PredictionLocked, UnknownElement
from tests.api.client import Client, at, refused, serving
from tests.api.sample import AIM, CYCLE, IDEA, MEASURE, POINT, TEAM, sample, with_sample

POINTS = f"measures/{MEASURE}/points"
DAY = "2018-01-12"
LONG = "x" * 10_001
Body = dict[str, Any]


async def refuses(
    client: Client,
    method: str,
    path: str,
    body: Body,
    status: int,
    kind: type[PdsaError] | None = None,
    **place: str,
) -> httpx.Response:
    """Send a body that must be refused, and hold the record before against the record after."""
    before = await client.record()
    response = await client.request(method, path, json=body, headers={"If-Match": "*"})
    refused(response, status, kind, **place)
    assert await client.record() == before
    return response


NO_DATES = ("2018-02-30", "12.1.2018", "yesterday", "", 20180112, None, "2018-01-12T00:00:00")
WRONG_POINTS: list[tuple[Body, int, str]] = [
    ({"numerator": 13, "denominator": 12}, 422, "/numerator"),
    ({"numerator": 1, "denominator": 0}, 422, "/denominator"),
    ({"numerator": 1}, 422, "/denominator"),
    ({"denominator": 1}, 422, "/numerator"),
    ({"numerator": -1, "denominator": 12}, 400, "/numerator"),
    ({"numerator": 1, "denominator": -12}, 400, "/denominator"),
    ({"numerator": 1.5, "denominator": 12}, 400, "/numerator"),
    ({"numerator": "1", "denominator": 12}, 400, "/numerator"),
    ({"numerator": 1, "denominator": 2_000_000_000}, 400, "/denominator"),
    ({"numerator": 1, "denominator": 12, "value": 8}, 422, "/value"),
    ({"value": -0.1}, 422, "/value"),
    ({"value": 100.1}, 422, "/value"),
    ({"value": 1e13}, 400, "/value"),
    ({"note": LONG}, 400, "/note"),
    ({"student_group": "English Learners"}, 400, "/student_group"),
]


async def test_a_date_that_is_none_is_refused(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        for wrong in NO_DATES:
            await refuses(client, "POST", POINTS, {"on": wrong}, 400, pointer="/on")
            body = {"unit_id": TEAM, "title": "Aim", "milestones": [{"on": wrong, "value": 1}]}
            await refuses(client, "POST", "aims", body, 400, pointer="/milestones/0/on")


async def test_a_figure_that_cannot_be_is_refused_alone_in_a_batch_and_as_a_correction(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        for wrong, status, pointer in WRONG_POINTS:
            body = {"on": DAY, **wrong}
            batch = {"points": [{"on": DAY, "value": 1}, {"on": DAY, "value": 2}, body]}
            cleared = {"numerator": None, "denominator": None, "value": None, **wrong}

            await refuses(client, "POST", POINTS, body, status, pointer=pointer)
            await refuses(
                client, "POST", f"{POINTS}/batch", batch, status, pointer=f"/points/2{pointer}"
            )
            await refuses(client, "PATCH", f"points/{POINT}", cleared, status, pointer=pointer)


async def test_a_figure_of_an_imported_document_is_held_to_the_same_rules(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        document = sample().replace(b'"numerator": 12,', b'"numerator": 99,', 1)
        before = await client.record()

        response = await client.post(
            "inquiries", content=document, headers={"Content-Type": "application/json"}
        )

        refused(response, 422, pointer="/points/0/numerator")
        assert await client.record() == before


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_what_is_no_number_in_json_is_none_here(database_url: str, word: str) -> None:
    bodies = {
        POINTS: f'{{"on": "{DAY}", "value": {word}}}',
        "aims": f'{{"unit_id": "{TEAM}", "title": "Aim", "target": {word}}}',
    }
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()

        for path, content in bodies.items():
            response = await client.post(
                path, content=content, headers={"Content-Type": "application/json"}
            )

            refused(response, 400)
        assert await client.record() == before


async def test_a_percentage_lies_between_0_and_100(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        aim = {"unit_id": TEAM, "title": "Aim", "unit": "percentage"}

        for field in ("baseline", "target"):
            for wrong in (-1, 100.5):
                body = aim | {field: wrong}
                await refuses(client, "POST", "aims", body, 422, InvalidValue, pointer=f"/{field}")
                change = {field: wrong}
                await refuses(
                    client, "PATCH", f"aims/{AIM}", change, 422, InvalidValue, pointer=f"/{field}"
                )
        body = aim | {"milestones": [{"on": DAY, "value": 101}]}
        await refuses(client, "POST", "aims", body, 422, pointer="/milestones/0/value")
        plan = {"expectation": {"kind": "text", "text": "x"}, "confidence": 101}
        body = {
            "aim_id": AIM,
            "change_idea_id": IDEA,
            "title": "Cycle",
            "plan": {"questions": [{"text": "?", "predictions": [plan]}]},
        }
        pointer = "/plan/questions/0/predictions/0/confidence"
        await refuses(client, "POST", "cycles", body, 400, pointer=pointer)


async def test_a_text_over_its_limit_is_refused(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        aim = {"unit_id": TEAM, "title": "Aim"}

        await refuses(client, "POST", "aims", aim | {"title": "x" * 201}, 400, pointer="/title")
        await refuses(client, "POST", "aims", aim | {"what": "x" * 501}, 400, pointer="/what")
        await refuses(client, "POST", "aims", aim | {"equity": LONG}, 400, pointer="/equity")
        evidence = {"evidence": [{"source": "survey", "summary": LONG}]}
        await refuses(
            client, "POST", "problems", aim | evidence, 400, pointer="/evidence/0/summary"
        )
        made = await client.make("aims", **aim | {"title": "é" * 200, "equity": "é" * 10_000})
        assert (len(made["title"]), len(made["equity"])) == (200, 10_000)


async def test_an_id_that_names_nothing_or_something_of_another_aim_is_refused(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        await with_sample(client, 2)
        cycle = {"aim_id": AIM, "change_idea_id": IDEA, "title": "Cycle"}
        foreign: list[tuple[str, Body, str, str]] = [
            (POINTS, {"on": DAY}, "classroom_id", "room-a-2"),
            (POINTS, {"on": DAY}, "cycle_id", f"{CYCLE}-2"),
            ("cycles", cycle, "change_idea_id", f"{IDEA}-2"),
            ("cycles", cycle, "follows", f"{CYCLE}-2"),
            ("aims", {"unit_id": TEAM, "title": "Aim"}, "problem_id", "problem-reasoning-2"),
            (
                "measures",
                {"aim_id": AIM, "name": "M", "kind": "process", "unit": "count"},
                "driver_id",
                "driver-words-2",
            ),
        ]
        owners: list[tuple[str, Body, str]] = [
            ("aims", {"title": "Aim"}, "unit_id"),
            ("problems", {"title": "Problem"}, "unit_id"),
            ("calendars", {"name": "Y", "first_day": DAY, "last_day": DAY}, "unit_id"),
            ("units", {"kind": "team", "name": "T"}, "parent_id"),
            ("grants", {"role": "member", "unit_id": TEAM}, "person_id"),
            ("grants", {"role": "member", "person_id": client.person_id}, "unit_id"),
            ("change-ideas", {"title": "Idea"}, "aim_id"),
            ("change-ideas", {"title": "Idea", "aim_id": AIM}, "adapted_from"),
            ("measures", {"name": "M", "kind": "process", "unit": "count"}, "aim_id"),
            ("cycles", {"title": "Cycle", "change_idea_id": IDEA}, "aim_id"),
        ]

        for path, body, field, other in foreign:
            for id in (other, "nothing"):
                there = field == "follows" and id == other
                kind = InvalidValue if there else UnknownElement
                sent = body | {field: id}
                await refuses(client, "POST", path, sent, 422, kind, pointer=f"/{field}")
        for path, body, field in owners:
            await refuses(
                client,
                "POST",
                path,
                body | {field: "nothing"},
                422,
                UnknownElement,
                pointer=f"/{field}",
            )
        await refuses(
            client, "PATCH", f"aims/{AIM}", {"measured_by": f"{MEASURE}-2"}, 422, UnknownElement
        )
        plan = {"data": [{"measure_id": f"{MEASURE}-2"}]}
        await refuses(client, "POST", "cycles", cycle | {"plan": plan}, 422, UnknownElement)
        theory = {"on": DAY, "links": [{"source": f"{IDEA}-2", "target": AIM}]}
        await refuses(
            client,
            "PUT",
            f"aims/{AIM}/theory",
            theory,
            422,
            UnknownElement,
            pointer="/links/0/source",
        )


async def test_what_runs_in_a_circle_is_refused_with_its_path(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        drivers = [{"id": each, "text": each} for each in "ab"]
        links = [{"source": "a", "target": "b"}, {"source": "b", "target": "a"}]
        theory = {"on": DAY, "drivers": drivers, "links": links}

        graph = await refuses(client, "PUT", f"aims/{AIM}/theory", theory, 422, Circle)
        tree = await refuses(client, "PATCH", f"units/{TEAM}", {"parent_id": "room-a"}, 422, Circle)
        younger = await client.make("change-ideas", aim_id=AIM, title="2", adapted_from=IDEA)
        lineage = await refuses(
            client, "PATCH", f"change-ideas/{IDEA}", {"adapted_from": younger["id"]}, 422, Circle
        )

        assert "a -> b -> a" in graph.text
        assert f"{TEAM} -> room-a -> {TEAM}" in tree.text
        assert f"{IDEA} -> {younger['id']} -> {IDEA}" in lineage.text


async def test_a_stage_out_of_order_names_the_cycle_its_stage_and_what_is_legal(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        cycle = await client.make("cycles", aim_id=AIM, change_idea_id=IDEA, title="Frame, aloud")
        here = f"cycles/{cycle['id']}"
        moves: dict[str, Body] = {
            "record": {"what_happened": "Nothing yet."},
            "study": {"on": DAY, "study": {"learned": "Nothing yet."}},
            "act": {"on": DAY, "act": {"decision": "adopt", "reason": "It is nice."}},
            "step-back": {"to": "plan", "on": DAY, "reason": "Too early."},
        }

        for move, body in moves.items():
            problem = (
                await refuses(client, "POST", f"{here}/{move}", body, 409, IllegalMove)
            ).json()

            assert "Frame, aloud" in problem["detail"]
            assert cycle["id"] in problem["detail"]
            assert (problem["stage"], problem["status_of_cycle"]) == ("plan", "running")
            assert problem["legal"] == ["revise_plan", "start_do", "branch", "stop"]
        await client.move(f"{here}/start-do", 1, on=DAY)
        await refuses(client, "PATCH", here, {"plan": {"size": 3}}, 409, IllegalMove)
        await refuses(client, "POST", f"{here}/start-do", {"on": DAY}, 409, IllegalMove)


async def test_a_locked_prediction_stays_as_it_was(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        back = {"to": "plan", "on": "2018-04-01", "reason": "We forgot the tally."}
        await client.move(f"cycles/{CYCLE}/step-back", 1, **back)

        gone = {"plan": {"questions": []}}

        await refuses(client, "PATCH", f"cycles/{CYCLE}", gone, 409, PredictionLocked)


async def test_a_stale_version_is_refused_with_the_one_that_is_there(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        await client.patch(f"aims/{AIM}", json={"target": 55}, headers=at(1))
        before = await client.record()

        late = await client.patch(f"aims/{AIM}", json={"target": 60}, headers=at(1))

        assert refused(late, 412, StaleVersion)["current_version"] == 2
        assert await client.record() == before
        assert (await client.get(f"aims/{AIM}")).json()["target"] == 55


async def test_a_document_whose_aim_is_here_already_is_refused_whole(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()
        document = sample().replace(b"room-a", b"room-z")

        response = await client.post(
            "inquiries", content=document, headers={"Content-Type": "application/json"}
        )

        refused(response, 409, AlreadyExists)
        assert await client.record() == before
