"""A field that nobody knows is refused wherever it stands; nothing is dropped silently."""

from typing import Any

from pdsa import UnknownField
from tests.api.bodies import bodies, objects
from tests.api.client import at, refused, serving
from tests.api.contract import CONTRACT, Operation
from tests.api.sample import CYCLE, with_sample

READING = [each for each in CONTRACT.operations if each.reads]


def shape(pointer: str) -> str:
    return "/".join("*" if part.isdigit() else part for part in pointer.split("/"))


async def test_an_unknown_field_is_refused_with_its_place_at_every_depth_of_every_body(
    database_url: str,
) -> None:
    reached: set[str] = set()
    async with serving(database_url) as client:
        ids = await with_sample(client)
        before = await client.record()

        async def send(operation: Operation, body: Any) -> Any:
            headers = {"If-Match": "*"}
            return await client.request(
                operation.method, operation.url(**ids), json=body, headers=headers
            )

        for operation in READING:
            for body in bodies(operation):
                for pointer, inside in list(objects(body)):
                    inside["sur~/prise"] = 1
                    response = await send(operation, body)
                    del inside["sur~/prise"]

                    refused(response, 400, pointer=f"{pointer}/sur~0~1prise")
                    reached.add(shape(pointer))
        assert await client.record() == before
    assert {
        "",
        "/evidence/*",
        "/milestones/*",
        "/closures/*",
        "/drivers/*",
        "/links/*",
        "/points/*",
        "/plan/tasks/*",
        "/plan/data/*",
        "/plan/conditions/*",
        "/plan/questions/*/predictions/*/expectation",
        "/study/results/*",
        "/act",
        "/cycles/*/plan/questions/*",
    } <= reached


async def test_what_the_server_gives_and_what_moves_make_cannot_be_sent(
    database_url: str,
) -> None:
    made_by_moves = ("stage", "status", "started_on", "ended_on", "do", "study", "act", "moves")
    async with serving(database_url) as client:
        await with_sample(client)

        for field in ("id", "version"):
            unit = {"kind": "team", "name": "Another team", field: None}
            refused(await client.post("units", json=unit), 400, pointer=f"/{field}")
        for field in ("id", "version", *made_by_moves):
            response = await client.patch(f"cycles/{CYCLE}", json={field: None}, headers=at(1))
            refused(response, 400, pointer=f"/{field}")


async def test_the_lock_of_a_prediction_cannot_be_sent(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        prediction = {"expectation": {"kind": "text", "text": "Most"}, "locked_on": "2018-01-12"}
        plan = {"questions": [{"text": "Will they?", "predictions": [prediction]}]}

        response = await client.post(
            "cycles",
            json={
                "aim_id": ids["aim_id"],
                "change_idea_id": ids["idea_id"],
                "title": "Again",
                "plan": plan,
            },
        )

        refused(response, 400, pointer="/plan/questions/0/predictions/0/locked_on")


async def test_an_unknown_field_of_an_imported_document_is_named_as_such(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        (operation,) = (each for each in READING if each.id == "inquiries_import")
        document = CONTRACT.body(operation)
        document["cycles"][0]["plan"]["colour"] = "red"

        response = await client.post("inquiries", json=document)

        refused(response, 400, UnknownField, pointer="/cycles/0/plan/colour")
