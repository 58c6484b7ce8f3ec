"""Requests and comments over HTTP: the loop from the team up and back."""

import asyncio
from typing import Any

from api.store.errors import StaleVersion
from pdsa import IllegalTurn, InvalidValue, NotAllowed, NotVisible, Role, UnknownElement
from tests.api.client import at, refused, serving
from tests.api.sample import AIM, ANSWERED, COMMENT, CYCLE, MEASURE, REQUEST, TEAM, with_sample
from tests.api.school import a_school

RAISED: dict[str, Any] = {
    "aim_id": AIM,
    "kind": "barrier",
    "title": "No time to look at exit tickets together",
    "words": "Both planning periods are covered by supervision.",
    "cycle_id": CYCLE,
}


async def test_a_request_goes_up_and_its_answer_comes_back(database_url: str) -> None:
    async with a_school(database_url) as client:
        ana = await client.somebody(Role.member, TEAM)
        principal = await client.somebody(Role.leader, "school")
        supervisor = await client.somebody(Role.leader, "district")

        raised = await ana.make("requests", **RAISED)
        here = f"requests/{raised['id']}"
        hidden = await supervisor.get(here)
        passed = await principal.move(f"{here}/pass-up", 1, words="Staffing is not ours.")
        answered = await supervisor.move(f"{here}/answer", 2, words="From May on.")
        reopened = await ana.move(f"{here}/reopen", 3, words="Not in May.")
        await supervisor.move(f"{here}/answer", 4, words="From April on, then.")
        closed = await ana.move(f"{here}/close", 5, words="Thank you.")

        refused(hidden, 404, NotVisible)
        assert (raised["at"], passed["at"]) == ("school", "district")
        assert [each["state"] for each in (raised, passed, answered, reopened, closed)] == [
            "waiting",
            "waiting",
            "answered",
            "waiting",
            "closed",
        ]
        assert [(turn["move"], turn["by"]) for turn in closed["turns"]] == [
            ("raise", ana.person_id),
            ("pass_up", principal.person_id),
            ("answer", supervisor.person_id),
            ("reopen", ana.person_id),
            ("answer", supervisor.person_id),
            ("close", ana.person_id),
        ]
        for reader in (ana, principal, supervisor):
            assert (await reader.get(here)).json() == closed
        age = (await ana.get(f"{here}/age")).json()
        assert (age["waits_for"], age["days"], age["overdue"]) == (None, 0, False)
        views = (await ana.get(f"units/{TEAM}/views")).json()["items"]
        assert {view["person_id"] for view in views} >= {principal.person_id, supervisor.person_id}


async def test_of_two_who_answer_at_once_one_is_told_to_read_first(database_url: str) -> None:
    async with a_school(database_url) as client:
        leaders = [await client.somebody(Role.leader, "school", name) for name in ("Ben", "Eva")]

        answers = await asyncio.gather(
            *(
                each.post(
                    f"requests/{REQUEST}/answer",
                    json={"words": f"Yes, by {each.person_id}."},
                    headers=at(1),
                )
                for each in leaders
            )
        )

        assert sorted(each.status_code for each in answers) == [200, 412]
        late = next(each for each in answers if each.status_code == 412)
        refused(late, 412, StaleVersion)
        found = (await client.get(f"requests/{REQUEST}")).json()
        assert found == next(each for each in answers if each.status_code == 200).json()


async def test_an_answer_that_is_sent_again_is_given_once(database_url: str) -> None:
    async with a_school(database_url) as client:
        principal = await client.somebody(Role.leader, "school")
        headers = {"Idempotency-Key": "answer-1"} | at(1)

        first, second = [
            await principal.post(
                f"requests/{REQUEST}/answer", json={"words": "Yes."}, headers=headers
            )
            for _ in range(2)
        ]

        assert (first.status_code, second.content) == (200, first.content)
        assert len((await principal.get(f"requests/{REQUEST}")).json()["turns"]) == 2


async def test_what_cannot_be_done_now_says_what_can(database_url: str) -> None:
    async with a_school(database_url) as client:
        ana = await client.somebody(Role.member, TEAM)
        here = f"requests/{ANSWERED}"
        principal = await client.somebody(Role.leader, "school")

        wrong = await principal.post(f"{here}/pass-up", json={"words": "Up."}, headers=at(1))
        silent = await principal.post(f"{here}/answer", json={"words": " "}, headers=at(1))
        alien = await ana.post(f"{here}/answer", json={"words": "Yes."}, headers=at(1))

        problem = refused(wrong, 409, IllegalTurn)
        assert (problem["state"], problem["legal"]) == ("answered", ["answer", "close", "reopen"])
        refused(silent, 400, pointer="/words")
        refused(alien, 403, NotAllowed)


async def test_a_request_needs_an_aim_in_sight_and_a_unit_above(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        nothing = await client.post("requests", json=RAISED | {"aim_id": "nothing"})
        alone = await client.post("requests", json=RAISED)

        refused(nothing, 422, UnknownElement, pointer="/aim_id")
        refused(alone, 422, InvalidValue, pointer="/aim_id")


async def test_the_list_tells_what_waits_where_and_how_long(database_url: str) -> None:
    async with a_school(database_url) as client:
        principal = await client.somebody(Role.leader, "school")

        async def listed(query: str) -> list[str]:
            found = await principal.get(f"requests?{query}")
            assert found.status_code == 200, found.text
            return [each["request"]["id"] for each in found.json()["items"]]

        assert await listed("") == [REQUEST, ANSWERED]
        assert await listed("in_state=answered") == [ANSWERED]
        assert await listed("waits_for=level&at=school&kind=barrier&unit=district") == [REQUEST]
        assert await listed(f"aim={AIM}&cycle={CYCLE}") == []
        ages = (await principal.get("requests")).json()["items"]
        assert [(each["age"]["waits_for"], each["age"]["overdue"]) for each in ages] == [
            ("level", True),
            ("team", True),
        ]
        days = ages[0]["age"]["days"]  # of school, up to the last one of the calendar in force
        assert await listed(f"more_than={days - 1}") == [REQUEST]
        assert await listed(f"more_than={days}") == []
        refused(await principal.get("requests?more_than=0"), 400, parameter="more_than")


async def test_a_comment_of_the_team_is_shared_when_the_team_says_so(database_url: str) -> None:
    async with a_school(database_url) as client:
        ana = await client.somebody(Role.member, TEAM)
        principal = await client.somebody(Role.leader, "school")
        path = f"aims/{AIM}/comments"

        own = await ana.make(path, text="We are late.", cycle_id=CYCLE)
        both = await ana.make(
            path, text="A trip.", measure_id=MEASURE, on="2017-11-17", shared=True
        )
        asked = await principal.make(path, text="What would help?")

        assert (own["said_by"], own["shared"], asked["shared"]) == (ana.person_id, False, True)
        assert [each["id"] for each in (await principal.get(path)).json()["items"]] == [
            both["id"],
            asked["id"],
        ]
        day = await ana.get(f"{path}?measure={MEASURE}&on=2017-11-17")
        assert {each["id"] for each in day.json()["items"]} == {COMMENT, both["id"]}
        cycles = (await ana.get(f"{path}?cycle={CYCLE}")).json()["items"]
        assert [each["id"] for each in cycles] == [own["id"]]
        refused(await principal.get(f"comments/{own['id']}"), 404, NotVisible)


async def test_a_comment_is_taken_back_by_its_author(database_url: str) -> None:
    async with a_school(database_url) as client:
        ana = await client.somebody(Role.member, TEAM)
        principal = await client.somebody(Role.leader, "school")
        said = await principal.make(f"aims/{AIM}/comments", text="What would help?")
        here = f"comments/{said['id']}"

        others = await ana.delete(here, headers=at(1))
        own = await principal.delete(here, headers=at(1))

        refused(others, 403, NotAllowed)
        assert own.status_code == 204
        refused(await ana.get(here), 404, NotVisible)
        entries = (await ana.get(f"activity?element={said['id']}")).json()["items"]
        assert [entry["verb"] for entry in entries] == ["remove", "add"]
        assert entries[0]["before"] == said


async def test_a_comment_about_two_things_or_half_a_point_is_refused(database_url: str) -> None:
    async with a_school(database_url) as client:
        path = f"aims/{AIM}/comments"

        for body, pointer in (
            ({"measure_id": MEASURE}, "/on"),
            ({"on": "2017-11-17"}, "/measure_id"),
            ({"measure_id": MEASURE, "on": "2017-11-17", "cycle_id": CYCLE}, "/cycle_id"),
            ({"classroom_id": "room-a"}, "/classroom_id"),
        ):
            response = await client.post(path, json={"text": "Look."} | body)

            refused(response, 422, InvalidValue, pointer=pointer)
