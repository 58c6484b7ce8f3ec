"""Silences over HTTP: the team leaves a finding as it is, and says why."""

import asyncio
from typing import Any

from pdsa import InvalidValue, Role, UnknownElement
from tests.api.client import at, refused, serving
from tests.api.sample import AIM, CYCLE, MEASURE, SILENCE, TEAM, with_sample
from tests.api.school import a_school

SILENCES = f"aims/{AIM}/silences"
ADOPTED: dict[str, Any] = {
    "code": "AIM201",
    "reason": "We begin to measure discourse in April.",
    "element_id": AIM,
}


async def codes(client: Any) -> list[str]:
    return [finding["code"] for finding in (await client.get(f"aims/{AIM}/review")).json()]


async def test_a_silenced_finding_is_shown_no_more_until_it_is_taken_back(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await codes(client)

        made = await client.make(SILENCES, **ADOPTED)
        without = await codes(client)
        gone = await client.delete(f"silences/{made['id']}", headers=at(1))

        assert "AIM201" in before
        assert without == [code for code in before if code != "AIM201"]
        assert gone.status_code == 204
        assert await codes(client) == before
        entries = (await client.get(f"activity?element={made['id']}")).json()["items"]
        assert [entry["verb"] for entry in entries] == ["remove", "add"]
        assert entries[0]["before"] == made


async def test_a_silence_is_signed_with_who_made_it_and_when(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        ana = await client.somebody(Role.member, TEAM)

        response = await ana.post(SILENCES, json=ADOPTED)

        made = response.json()
        assert made == ADOPTED | {
            "id": made["id"],
            "aim_id": AIM,
            "made_by": ana.person_id,
            "made_on": made["made_on"],
            "version": 1,
        }
        assert response.headers["Location"] == f"/api/v1/silences/{made['id']}"
        assert (await ana.get(response.headers["Location"])).json() == made
        listed = (await ana.get(SILENCES)).json()["items"]
        assert {each["id"] for each in listed} == {made["id"], SILENCE}
        for field, value in (("made_by", "somebody"), ("made_on", "2018-01-12"), ("id", "mine")):
            refused(await ana.post(SILENCES, json=ADOPTED | {field: value}), 400)


async def test_what_no_rule_finds_and_what_is_not_of_the_inquiry_is_not_silenced(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        await with_sample(client, 2)
        before = await client.record()

        unknown = await client.post(SILENCES, json=ADOPTED | {"code": "AIM999"})
        refused(unknown, 422, InvalidValue, pointer="/code")
        for element in (f"{CYCLE}-2", f"{MEASURE}-2", TEAM, "nothing"):
            sent = await client.post(SILENCES, json=ADOPTED | {"element_id": element})
            refused(sent, 422, UnknownElement, pointer="/element_id")
        for wrong, pointer in (
            ({"code": "aim201"}, "/code"),
            ({"reason": " "}, "/reason"),
            ({"reason": None}, "/reason"),
        ):
            refused(await client.post(SILENCES, json=ADOPTED | wrong), 400, pointer=pointer)
        assert await client.record() == before


async def test_a_reason_is_said_better_and_the_finding_stays_the_same(database_url: str) -> None:
    better = "We measure discourse from 9 April on, in both rooms."
    async with serving(database_url) as client:
        await with_sample(client)
        made = await client.make(SILENCES, **ADOPTED)
        here = f"silences/{made['id']}"

        changed = await client.patch(here, json={"reason": better}, headers=at(1))

        assert changed.json() == made | {"reason": better, "version": 2}
        for field, value in (("code", "AIM101"), ("element_id", None), ("aim_id", "another")):
            sent = await client.patch(here, json={field: value}, headers=at(2))
            refused(sent, 400, pointer=f"/{field}")


async def test_what_a_team_silences_is_told_to_the_team_alone(database_url: str) -> None:
    async with a_school(database_url) as client:
        made = await client.make(SILENCES, **ADOPTED)
        for role, unit in ((Role.leader, "school"), (Role.leader, "district"), (Role.viewer, None)):
            asking = await client.somebody(role, unit)

            assert (await asking.get(SILENCES)).json()["items"] == []
            refused(await asking.get(f"silences/{made['id']}"), 404)
            refused(await asking.delete(f"silences/{made['id']}", headers=at(1)), 404)
            refused(await asking.post(SILENCES, json=ADOPTED), 403)
            document = (await asking.get(f"aims/{AIM}/inquiry")).json()
            assert document["silences"] == []
            activity = (await asking.get("activity?limit=200")).json()["items"]
            assert "silence" not in {entry["kind"] for entry in activity}
        coach = await client.somebody(Role.coach, TEAM)
        assert len((await coach.get(SILENCES)).json()["items"]) == 2


async def test_silences_go_out_and_in_with_their_inquiry(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client, 2)

        document = await client.get(f"aims/{AIM}-2/inquiry")
        stored = await client.post(
            "inquiries",
            content=document.text.replace('-2"', '-3"'),
            headers={"Content-Type": "application/json"},
        )

        assert stored.status_code == 201
        (one,) = (await client.get(f"aims/{AIM}-2/silences")).json()["items"]
        (other,) = (await client.get(f"aims/{AIM}-3/silences")).json()["items"]
        assert other == one | {"id": f"{SILENCE}-3", "aim_id": f"{AIM}-3"}


async def test_of_many_who_silence_the_same_finding_at_once_one_does(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        answers = await asyncio.gather(*(client.post(SILENCES, json=ADOPTED) for _ in range(8)))

        assert sorted(each.status_code for each in answers) == [201, *[422] * 7]
