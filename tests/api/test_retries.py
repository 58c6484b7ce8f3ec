"""A repeated request is done once: the Idempotency-Key on every POST."""

import asyncio
from typing import Any

from api.problems import BadParameter
from api.store.errors import KeyInFlight, KeyReused, StaleVersion
from pdsa import NotAllowed, NotVisible, Role, UnknownElement
from tests.api.client import Client, at, refused, serving
from tests.api.contract import CONTRACT
from tests.api.sample import AIM, IDEA, MEASURE, TEAM, sample, with_sample

KEY = {"Idempotency-Key": "tap-tap-1"}
POINT = {"on": "2018-01-12", "value": 50}
POINTS = f"measures/{MEASURE}/points"


class Gate:
    """A database that lets the next write wait in front of it."""

    def __init__(self, client: Client) -> None:
        self.entered, self.opened = asyncio.Event(), asyncio.Event()
        self._behind = client.database
        client.app.state.database = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    async def write(self, work: Any, /, *args: Any, **kwargs: Any) -> Any:
        self.entered.set()
        await self.opened.wait()
        return await self._behind.write(work, *args, **kwargs)


async def test_a_repeated_request_gets_the_same_bytes_and_makes_nothing_more(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        first = await client.post(POINTS, json=POINT, headers=KEY)
        before = await client.record()

        second = await client.post(POINTS, json=POINT, headers=KEY)

        assert (first.status_code, second.status_code) == (201, 201)
        assert second.content == first.content
        for header in ("ETag", "Location", "Content-Type"):
            assert second.headers[header] == first.headers[header]
        assert await client.record() == before
        found = await client.get(first.headers["Location"])
        assert found.content == first.content


async def test_without_a_key_or_under_another_one_each_request_counts(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        made = [
            (await client.post(POINTS, json=POINT, headers=headers)).json()["id"]
            for headers in ({}, {}, {"Idempotency-Key": "a"}, {"Idempotency-Key": "b"})
        ]

        assert len(set(made)) == 4


async def test_a_key_with_another_request_is_refused(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        await client.post(POINTS, json=POINT, headers=KEY)
        before = await client.record()

        for path, body in (
            (POINTS, POINT | {"value": 51}),
            (f"{POINTS}/batch", {"points": [POINT]}),
            ("units", {"kind": "team", "name": "Team"}),
        ):
            refused(await client.post(path, json=body, headers=KEY), 422, KeyReused)
        assert await client.record() == before


async def test_every_post_is_done_once_under_its_key_even_when_its_version_is_stale_by_then(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        cycle = await client.make("cycles", aim_id=AIM, change_idea_id=IDEA, title="Again")
        here = f"cycles/{cycle['id']}"
        other = sample(2)
        day = {"on": "2018-04-02"}
        moves: list[tuple[str, dict[str, Any], int]] = [
            (f"{here}/start-do", day, 1),
            (f"{here}/record", {"what_happened": "One Friday."}, 2),
            (f"{here}/study", day | {"study": {"learned": "It is read."}}, 3),
            (f"{here}/branch", day | {"title": "Aloud", "reason": "Room B asks."}, 4),
            (f"{here}/step-back", day | {"to": "do", "reason": "More data."}, 5),
            (f"{here}/stop", day | {"reason": "The unit ended."}, 6),
        ]

        for number, (path, body, version) in enumerate(moves):
            headers = {"Idempotency-Key": f"move-{number}"} | at(version)
            first = await client.post(path, json=body, headers=headers)
            before = await client.record()
            second = await client.post(path, json=body, headers=headers)

            assert first.is_success, (path, first.text)
            assert (second.status_code, second.content) == (first.status_code, first.content)
            assert await client.record() == before
            refused(await client.post(path, json=body, headers=at(version)), 412, StaleVersion)

        for path, content in (("inquiries", other), ("people", b'{"name": "Ben"}')):
            headers = {"Idempotency-Key": path, "Content-Type": "application/json"}
            first = await client.post(path, content=content, headers=headers)
            second = await client.post(path, content=content, headers=headers)
            assert (first.status_code, second.content) == (201, first.content)
        for operation in CONTRACT.operations:
            named = any(
                each["name"] == "Idempotency-Key" for each in operation.described["parameters"]
            )
            kept = operation.method == "POST" and not operation.public
            # A token is shown once: an answer that is kept would be another place where it is.
            assert named == (kept and not operation.id.endswith("tokens_create")), operation.id


async def test_a_refused_request_leaves_its_key_free(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        refused(await client.post(POINTS, json=POINT | {"value": 101}, headers=KEY), 422)
        corrected = await client.post(POINTS, json=POINT, headers=KEY)

        assert corrected.status_code == 201


async def test_while_the_first_request_runs_a_second_one_is_told_to_wait(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        gate = Gate(client)

        first = asyncio.create_task(client.post(POINTS, json=POINT, headers=KEY))
        await gate.entered.wait()
        second = await client.post(POINTS, json=POINT, headers=KEY)
        gate.opened.set()
        third = await first
        again = await client.post(POINTS, json=POINT, headers=KEY)

        refused(second, 409, KeyInFlight)
        assert second.headers["Retry-After"] == "1"
        assert third.status_code == 201
        assert again.content == third.content


async def test_a_key_is_its_senders_own(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        ana = await client.somebody(Role.member, ids["unit_id"], "Ana")
        ben = await client.somebody(Role.member, ids["unit_id"], "Ben")

        hers = await ana.post(POINTS, json=POINT, headers=KEY)
        his = await ben.post(POINTS, json=POINT | {"value": 60}, headers=KEY)

        assert (hers.status_code, his.status_code) == (201, 201)
        assert hers.json()["id"] != his.json()["id"]


async def test_a_key_that_cannot_be_is_refused(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()

        for key in ("", "x" * 201, "caf\xe9", "tab\there"):
            headers = {"Idempotency-Key": key.encode("latin-1")}
            response = await client.post(POINTS, json=POINT, headers=headers)  # type: ignore[arg-type]

            refused(response, 400, BadParameter, parameter="Idempotency-Key")
        assert await client.record() == before


async def test_an_answer_is_not_repeated_to_whom_its_reference_is_hidden_now(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        await with_sample(client, 1)
        ana = await client.somebody(Role.member, TEAM)
        sight = await client.make(
            "grants", person_id=ana.person_id, role="viewer", unit_id=f"{TEAM}-1"
        )
        idea = {"aim_id": AIM, "title": "Read aloud", "adapted_from": f"{IDEA}-1"}
        path = "change-ideas"
        first = await ana.post(path, json=idea, headers=KEY)
        assert first.content == (await ana.post(path, json=idea, headers=KEY)).content

        await client.delete(f"grants/{sight['id']}", headers=at(1))

        assert first.status_code == 201
        refused(await ana.post(path, json=idea, headers=KEY), 422, UnknownElement)


async def test_whoever_set_a_team_up_is_told_so_again(database_url: str) -> None:
    async with serving(database_url) as client:
        await client.make("units", kind="district", name="The district")
        administrator = await client.somebody(Role.administrator, None)
        headers = KEY | {"Content-Type": "application/json"}
        first = await administrator.post("inquiries", content=sample(), headers=headers)
        before = await client.record()

        again = await administrator.post("inquiries", content=sample(), headers=headers)
        (grant,) = (await client.get(f"grants?person={administrator.person_id}")).json()["items"]
        await client.delete(f"grants/{grant['id']}", headers=at(1))
        without_the_role = await administrator.post("inquiries", content=sample(), headers=headers)

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        refused(without_the_role, 403, NotAllowed)
        after = await client.record()
        assert {name for name in after if after[name] != before[name]} <= {
            "grants",
            "activity",
            "security_events",
        }


async def test_what_was_taken_out_since_does_not_stand_in_the_way_of_a_retry(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        ana = await client.somebody(Role.member, TEAM)
        theory = (await client.get(f"aims/{AIM}/theory")).json()
        driver = theory["drivers"][0]["id"]
        measure = {
            "aim_id": AIM,
            "name": "Talk",
            "kind": "process",
            "unit": "percentage",
            "driver_id": driver,
        }
        first = await ana.post("measures", json=measure, headers=KEY)
        body = {"on": "2018-06-01", "drivers": [], "links": []}
        headers = {"If-Match": "*"}
        put = await client.put(f"aims/{AIM}/theory", json=body, headers=headers)

        again = await ana.post("measures", json=measure, headers=KEY)
        anew = await ana.post("measures", json=measure)

        assert (first.status_code, put.is_success) == (201, True), put.text
        assert (again.status_code, again.content) == (201, first.content)
        refused(anew, 422, UnknownElement)


async def test_whoever_lost_the_team_gets_no_answer_again_whatever_became_of_it(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        for path, body in (
            (POINTS, POINT),
            ("cycles", {"aim_id": AIM, "change_idea_id": IDEA, "title": "Again"}),
            ("aims", {"unit_id": TEAM, "title": "Another"}),
            ("units", {"kind": "classroom", "name": "Room C", "parent_id": TEAM}),
        ):
            ana = await client.somebody(Role.member, TEAM)
            first = await ana.post(path, json=body, headers=KEY)
            (grant,) = (await client.get(f"grants?person={ana.person_id}")).json()["items"]
            await client.delete(f"grants/{grant['id']}", headers=at(1))

            again = await ana.post(path, json=body, headers=KEY)

            assert first.status_code == 201, path
            about = UnknownElement if again.status_code == 422 else NotVisible
            refused(again, 422 if about is UnknownElement else 404, about)
            assert first.json()["id"] not in again.text


async def test_whoever_does_not_see_the_team_any_more_is_not_told_again_that_it_was_set_up(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        east, west = [
            (await client.make("units", kind="school", name=name))["id"]
            for name in ("East", "West")
        ]
        administrator = await client.somebody(Role.administrator, east)
        headers = KEY | {"Content-Type": "application/json"}
        path = f"inquiries?under={east}"
        first = await administrator.post(path, content=sample(), headers=headers)
        moved = await client.patch(f"units/{TEAM}", json={"parent_id": west}, headers=at(1))

        again = await administrator.post(path, content=sample(), headers=headers)

        assert (first.status_code, moved.status_code) == (201, 200)
        refused(again, 404, NotVisible)
