"""Changes: which version they are based on, and what a merge patch does to a field."""

from typing import Any

from api.problems import PreconditionRequired
from api.store.errors import StaleVersion
from pdsa import InvalidValue
from tests.api.bodies import filled
from tests.api.client import at, refused, serving
from tests.api.contract import CONTRACT
from tests.api.sample import AIM, CYCLE, IDEA, MEASURE, POINT, TEAM, with_sample


async def test_a_star_is_any_version_and_everything_else_must_be_the_tag_that_was_read(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        wrong = (
            'W/"1"',
            "1",
            '"2"',
            '"01x"',
            '""',
            '"',
            '"1", "2"',
            '"99999999999"',
            '"-1"',
            "W/1",
        )
        before = await client.record()

        for tag in wrong:
            response = await client.patch(
                f"aims/{AIM}", json={"target": 60}, headers={"If-Match": tag}
            )
            refused(response, 412, StaleVersion)
        empty = await client.patch(f"aims/{AIM}", json={"target": 60}, headers={"If-Match": ""})
        refused(empty, 428, PreconditionRequired)
        assert await client.record() == before
        done = await client.patch(f"aims/{AIM}", json={"target": 60}, headers={"If-Match": "*"})
        assert (done.status_code, done.headers["ETag"]) == (200, '"2"')


async def test_the_first_theory_says_that_there_is_none_and_the_next_which_it_follows(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        aim = await client.make("aims", unit_id=TEAM, title="Another aim")
        here = f"aims/{aim['id']}/theory"
        first, second = {"on": "2018-01-12"}, {"on": "2018-02-02", "note": "We know more."}

        refused(await client.put(here, json=first), 428, PreconditionRequired)
        refused(await client.put(here, json=first, headers=at(1)), 412, StaleVersion)
        made = await client.put(here, json=first, headers={"If-None-Match": "*"})
        doubled = await client.put(here, json=second, headers={"If-None-Match": "*"})
        followed = await client.put(here, json=second, headers=at(1))

        assert (made.status_code, made.headers["ETag"]) == (200, '"1"')
        refused(doubled, 412, StaleVersion)
        assert (followed.status_code, followed.headers["ETag"]) == (200, '"2"')
        earlier = await client.get(f"{here}?on=2018-01-20")
        assert earlier.json()["version"] == 1
        late = await client.put(here, json=first, headers=at(2))
        refused(late, 422, InvalidValue, pointer="/on")


async def test_a_patch_changes_what_it_names_and_nothing_else(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = (await client.get(f"aims/{AIM}")).json()

        after = await client.patch(f"aims/{AIM}", json={"baseline": 30}, headers=at(1))

        assert after.json() == before | {"baseline": 30, "version": 2}
        (entry, *_) = (await client.get(f"activity?element={AIM}")).json()["items"]
        assert entry["after"] == {"baseline": 30, "version": 2}
        assert entry["before"] == {"baseline": None, "version": 1}


async def test_a_patch_that_changes_nothing_makes_no_new_version(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        before = await client.record()

        for operation in CONTRACT.operations:
            if operation.method != "PATCH":
                continue
            response = await client.patch(operation.url(**ids), json={}, headers=at(1))
            assert (response.status_code, response.headers["ETag"]) == (200, '"1"')
            same = {
                name: value
                for name, value in response.json().items()
                if name in CONTRACT.named(operation.reads or {})["properties"] and name != "plan"
            }
            response = await client.patch(operation.url(**ids), json=same, headers=at(1))
            assert (response.status_code, response.headers["ETag"]) == (200, '"1"'), operation.id
        assert await client.record() == before


async def test_null_puts_a_field_back_to_its_default_and_a_required_one_refuses_it(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)

        for operation in CONTRACT.operations:
            if operation.method != "PATCH":
                continue
            for name, schema in CONTRACT.named(operation.reads or {})["properties"].items():
                nullable = {"type": "null"} in schema.get("anyOf", [])
                response = await client.patch(
                    operation.url(**ids), json={name: None}, headers={"If-Match": "*"}
                )
                if not nullable:
                    refused(response, 400, pointer=f"/{name}")
                elif response.status_code == 200:
                    assert response.json()[name] in (None, "", [], 1, *DEFAULTS), name
                else:
                    refused(response, 422, InvalidValue)


#: What some fields are when nobody says otherwise.
DEFAULTS = ("increase", "percentage", "improvement", "pdsa")


async def test_every_field_that_may_be_sent_new_is_stored_and_comes_back(
    database_url: str,
) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "aims": {"unit_id": TEAM, "problem_id": "problem-reasoning"},
        "problems": {"unit_id": TEAM},
        "change-ideas": {"aim_id": AIM, "adapted_from": IDEA},
        "measures": {"aim_id": AIM, "driver_id": "driver-words", "lowest": 1, "highest": 4},
        f"measures/{MEASURE}/points": {
            "numerator": 1,
            "denominator": 2,
            "value": None,
            "classroom_id": "room-a",
            "cycle_id": CYCLE,
        },
        f"measures/{MEASURE}/phases": {"classroom_id": "room-b"},
        f"aims/{AIM}/silences": {"element_id": CYCLE},
        f"aims/{AIM}/levels": {"voice": "team"},
        "calendars": {"unit_id": TEAM},
        "people": {},
    }
    async with serving(database_url) as client:
        await with_sample(client)
        for path, known in bodies.items():
            operation = CONTRACT.find("POST", f"/api/v1/{path}")
            assert operation is not None
            assert operation.reads is not None
            body = filled(operation.reads) | known

            made = await client.make(path, **body)

            assert {name: made[name] for name in body} == body


async def test_a_plan_is_patched_inside_and_its_lists_are_replaced_whole(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        cycle = await client.make(
            "cycles",
            aim_id=AIM,
            change_idea_id=IDEA,
            title="Again",
            plan={
                "objective": "See more.",
                "size": 2,
                "tasks": [{"what": "Print"}, {"what": "Collect"}],
                "questions": [
                    {
                        "text": "Will they?",
                        "predictions": [{"expectation": {"kind": "text", "text": "Yes"}}],
                    }
                ],
            },
        )
        here = f"cycles/{cycle['id']}"
        (question,) = cycle["plan"]["questions"]
        kept = {
            "id": question["id"],
            "text": "Will most?",
            "predictions": [
                {
                    "id": question["predictions"][0]["id"],
                    "expectation": {"kind": "text", "text": "No"},
                }
            ],
        }

        one = await client.patch(
            here, json={"plan": {"size": 3, "tasks": [{"what": "Print"}]}}, headers=at(1)
        )
        two = await client.patch(
            here, json={"plan": {"questions": [kept], "size": None}}, headers=at(2)
        )

        assert one.json()["plan"]["objective"] == "See more."
        assert one.json()["plan"]["questions"] == cycle["plan"]["questions"]
        assert [task["what"] for task in one.json()["plan"]["tasks"]] == ["Print"]
        (now,) = two.json()["plan"]["questions"]
        assert (now["id"], now["text"]) == (question["id"], "Will most?")
        assert now["predictions"][0]["id"] == question["predictions"][0]["id"]
        assert now["predictions"][0]["expectation"]["text"] == "No"
        assert two.json()["plan"]["size"] is None
        unknown = await client.patch(
            here, json={"plan": {"questions": [kept | {"id": "mine"}]}}, headers=at(3)
        )
        refused(unknown, 422, pointer="/plan/questions/0/id")


async def test_a_removed_point_is_gone_and_stays_in_the_activity(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        point = (await client.get(f"points/{POINT}")).json()

        refused(await client.delete(f"points/{POINT}", headers=at(2)), 412, StaleVersion)
        gone = await client.delete(f"points/{POINT}", headers=at(1))
        twice = await client.delete(f"points/{POINT}", headers=at(1))

        assert (gone.status_code, gone.content) == (204, b"")
        refused(twice, 404)
        (entry, *_) = (await client.get(f"activity?element={POINT}")).json()["items"]
        assert (entry["verb"], entry["after"]) == ("remove", None)
        assert entry["before"] == point


async def test_an_aim_is_stopped_with_a_reason_by_a_verb_and_by_nothing_else(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        path = f"aims/{AIM}"

        patched = await client.patch(path, json={"stopped_on": "2018-03-01"}, headers=at(1))
        stopped = await client.post(
            f"{path}/stop", json={"reason": "Sample reason.", "on": "2018-03-01"}, headers=at(1)
        )
        twice = await client.post(f"{path}/stop", json={"reason": "Again."}, headers=at(2))
        resumed = await client.post(f"{path}/resume", headers=at(2))

        assert patched.status_code == 400
        assert stopped.status_code == resumed.status_code == 200
        assert stopped.json()["stopped_on"] == "2018-03-01"
        refused(twice, 422, InvalidValue)
        assert resumed.json()["stopped_on"] is None
        verbs = [each["verb"] for each in (await client.get("activity")).json()["items"]]
        assert verbs[:2] == ["resume", "stop"]
