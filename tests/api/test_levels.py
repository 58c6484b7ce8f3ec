"""Levels over HTTP: three voices on how far an aim has got, and none overwrites another."""

import json
from datetime import date, timedelta
from typing import Any

from pdsa import InvalidValue, NotAllowed, Role, dumps
from tests.api.client import Client, at, refused, serving
from tests.api.sample import AIM, LEVEL, MEASURE, TEAM, inquiry, with_sample
from tests.api.school import a_school

LEVELS, PROGRESS = f"aims/{AIM}/levels", f"aims/{AIM}/progress"
TEAM_SAYS: dict[str, Any] = {"voice": "team", "level": 3.5, "reason": "Both rooms test now."}
COACH_SAYS: dict[str, Any] = {"voice": "coach", "level": 2.0, "reason": "Discourse is not seen."}


async def voices(client: Client) -> tuple[Any, Any, Any]:
    found = (await client.get(PROGRESS)).json()
    said = (found[voice] and found[voice]["level"] for voice in ("team", "coach"))
    return (found["computed"]["level"], *said)


async def test_three_voices_stand_side_by_side_and_later_words_beside_earlier(
    database_url: str,
) -> None:
    async with a_school(database_url) as client:
        ana = await client.somebody(Role.member, TEAM)
        principal = await client.somebody(Role.leader, "school")
        assert await voices(ana) == (2.0, 3.0, None)

        response = await ana.post(LEVELS, json=TEAM_SAYS)
        await principal.make(LEVELS, **COACH_SAYS)

        made = response.json()
        assert made == TEAM_SAYS | {
            "id": made["id"],
            "aim_id": AIM,
            "on": made["on"],
            "said_by": ana.person_id,
            "version": 1,
        }
        assert response.headers["Location"] == f"/api/v1/levels/{made['id']}"
        assert await voices(ana) == (2.0, 3.5, 2.0)
        listed = (await ana.get(LEVELS)).json()["items"]
        assert [each["level"] for each in listed] == [3.0, 3.5, 2.0]
        standing = (await ana.get(PROGRESS)).json()
        assert len(standing["computed"]["steps"]) == 10
        assert [said.partition(" (")[0] for said in standing["differences"]] == [
            "The team says 3.5",
            "The team says 3.5 and the coach or ILT 2.0: worth a conversation, with the evidence "
            "on the table.",
        ]


async def test_the_team_speaks_for_itself_and_the_school_beside_it(database_url: str) -> None:
    may = {
        (Role.member, TEAM): {"team"},
        (Role.facilitator, TEAM): {"team"},
        (Role.coach, TEAM): {"coach"},
        (Role.ilt_member, "school"): {"coach"},
        (Role.leader, "district"): {"coach"},
        (Role.viewer, "school"): set(),
        (Role.administrator, "district"): set(),
    }
    async with a_school(database_url) as client:
        for (role, unit), voice_of in may.items():
            asking = await client.somebody(role, unit)
            for body in (TEAM_SAYS, COACH_SAYS):
                response = await asking.post(LEVELS, json=body)

                if body["voice"] in voice_of:
                    assert response.status_code == 201, (role, body)
                else:
                    refused(response, 403, NotAllowed)


async def test_a_level_is_a_step_of_the_scale_said_by_whoever_asks(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()

        for level in (0, 0.75, 5.5, "3.0", None):
            sent = await client.post(LEVELS, json=TEAM_SAYS | {"level": level})
            refused(sent, 400, pointer="/level")
        refused(await client.post(LEVELS, json=TEAM_SAYS | {"voice": "record"}), 400)
        refused(await client.post(LEVELS, json=TEAM_SAYS | {"said_by": "somebody"}), 400)
        assert await client.record() == before


async def test_a_word_may_be_about_a_day_that_has_passed(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        made = await client.make(LEVELS, **TEAM_SAYS, on="2017-12-20")

        assert made["on"] == "2017-12-20"
        listed = (await client.get(LEVELS)).json()["items"]
        assert [each["id"] for each in listed] == [made["id"], LEVEL]
        assert (await voices(client))[1] == 3.0


async def test_a_word_is_about_no_day_to_come(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()

        for day in ("9999-12-31", str(date.today() + timedelta(days=3))):  # noqa: DTZ011
            refused(
                await client.post(LEVELS, json=TEAM_SAYS | {"on": day}),
                422,
                InvalidValue,
                pointer="/on",
            )
        assert await client.record() == before


async def test_whoever_said_it_takes_it_back_and_nobody_else(database_url: str) -> None:
    async with a_school(database_url) as client:
        ana, ben = [await client.somebody(Role.member, TEAM, name) for name in ("Ana", "Ben")]
        principal = await client.somebody(Role.leader, "school")
        made = await ana.make(LEVELS, **TEAM_SAYS)
        here = f"levels/{made['id']}"

        for other in (ben, principal):
            problem = refused(await other.delete(here, headers=at(1)), 403, NotAllowed)
            assert problem["detail"].startswith("you may not take back what somebody else said")
        refused(await ana.patch(here, json={"level": 4}, headers=at(1)), 405)
        gone = await ana.delete(here, headers=at(1))

        assert gone.status_code == 204
        refused(await ana.get(here), 404)
        assert await voices(ana) == (2.0, 3.0, None)
        (entry, *_) = (await ana.get(f"activity?element={made['id']}")).json()["items"]
        assert (entry["kind"], entry["verb"], entry["before"]) == ("level", "remove", made)


async def test_levels_are_seen_by_whoever_sees_the_aim(database_url: str) -> None:
    async with a_school(database_url) as client:
        for role, unit in ((Role.viewer, "school"), (Role.administrator, "district")):
            asking = await client.somebody(role, unit)

            assert (await voices(asking))[1] == 3.0
            document = (await asking.get(f"aims/{AIM}/inquiry")).json()
            assert [each["id"] for each in document["levels"]] == [LEVEL]
            (note,) = (await asking.get(PROGRESS)).json()["computed"]["notes"][1:]
            assert "some may be withheld" in note


async def test_progress_follows_the_record(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        measure = await client.make(
            "measures", aim_id=AIM, name="Lesson time", kind="outcome", unit="percentage"
        )
        change = {"measured_by": measure["id"], "baseline": 30}
        await client.patch(f"aims/{AIM}", json=change, headers=at(1))
        assert (await voices(client))[0] == 2.0

        for day, value in (("20", 35), ("27", 36), ("28", 38)):
            path = f"measures/{measure['id']}/points"
            await client.make(path, on=f"2017-10-{day}", value=value)

        assert (await voices(client))[0] == 3.0


async def test_levels_go_out_and_in_with_their_inquiry(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client, 2)

        document = await client.get(f"aims/{AIM}-2/inquiry")
        stored = await client.post(
            "inquiries",
            content=document.text.replace('-2"', '-3"'),
            headers={"Content-Type": "application/json"},
        )

        assert stored.status_code == 201
        (one,) = (await client.get(f"aims/{AIM}-2/levels")).json()["items"]
        (other,) = (await client.get(f"aims/{AIM}-3/levels")).json()["items"]
        assert other == one | {"id": f"{LEVEL}-3", "aim_id": f"{AIM}-3"}
        assert (await client.get(f"measures/{MEASURE}-3")).status_code == 200


async def test_nobody_brings_along_a_word_that_is_not_theirs_to_say(database_url: str) -> None:
    async with a_school(database_url) as client:
        leader = await client.somebody(Role.leader, "school", "Sample leader")
        member = await client.somebody(Role.member, TEAM)
        document = json.loads(dumps(inquiry(7)))
        document["team"]["id"] = document["aim"]["unit_id"] = TEAM
        document["calendar"] = document["problem"] = document["aim"]["problem_id"] = None
        for room in document["classrooms"]:
            room["parent_id"] = TEAM
        level = {"id": "brought", "aim_id": document["aim"]["id"], "level": 5, "on": "2018-03-16"}

        def with_level(voice: str, said_by: str | None) -> dict[str, Any]:
            return document | {"levels": [level | {"voice": voice, "said_by": said_by}]}

        refusal = await member.post("inquiries", json=with_level("coach", leader.person_id))
        brought = await member.post("inquiries", json=with_level("team", leader.person_id))

        refused(refusal, 403, NotAllowed)
        assert brought.status_code == 201, brought.text
        assert brought.json()["levels"][0]["said_by"] is None
