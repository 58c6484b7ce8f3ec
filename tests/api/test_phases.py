"""Phases of a measure over HTTP: a person's act with a reason, signed by the server."""

from datetime import UTC, datetime
from typing import Any

from pdsa import InvalidValue, Role, UnknownElement
from tests.api.client import at, refused, serving
from tests.api.sample import AIM, MEASURE, PHASE, TEAM, with_sample

PHASES = f"measures/{MEASURE}/phases"
FREEZE: dict[str, Any] = {
    "kind": "freeze",
    "on": "2017-12-22",
    "reason": "Until then the frame was only read aloud.",
}
REBASE: dict[str, Any] = {
    "kind": "rebase",
    "on": "2018-01-12",
    "reason": "Since then it is printed on every ticket.",
}


async def test_a_phase_is_signed_with_who_made_it_and_when(database_url: str) -> None:
    async with serving(database_url, timezone="UTC") as client:
        await with_sample(client)
        ana = await client.somebody(Role.facilitator, TEAM)

        before = datetime.now(UTC).date()
        response = await ana.post(PHASES, json=FREEZE)
        after = datetime.now(UTC).date()

        made = response.json()
        assert response.status_code == 201
        assert made == FREEZE | {
            "id": made["id"],
            "measure_id": MEASURE,
            "classroom_id": None,
            "made_by": ana.person_id,
            "made_on": made["made_on"],
            "version": 1,
        }
        assert made["made_on"] in (str(before), str(after))
        assert response.headers["Location"] == f"/api/v1/phases/{made['id']}"
        assert (await ana.get(response.headers["Location"])).json() == made


async def test_a_client_signs_for_nobody(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()

        for field, value in (("made_by", "somebody"), ("made_on", "2018-01-12"), ("id", "mine")):
            sent = await client.post(PHASES, json=FREEZE | {field: value})
            refused(sent, 400, pointer=f"/{field}")
            changed = await client.patch(f"phases/{PHASE}", json={field: value}, headers=at(1))
            refused(changed, 400, pointer=f"/{field}")
        assert await client.record() == before


async def test_without_a_reason_there_is_no_phase(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()

        without = {name: value for name, value in FREEZE.items() if name != "reason"}
        refused(await client.post(PHASES, json=without), 400, pointer="/reason")
        for blank in ("", "  \n", None):
            sent = await client.post(PHASES, json=FREEZE | {"reason": blank})
            refused(sent, 400, pointer="/reason")
            changed = await client.patch(f"phases/{PHASE}", json={"reason": blank}, headers=at(1))
            refused(changed, 400, pointer="/reason")
        assert await client.record() == before


async def test_phases_that_would_be_in_each_others_way_are_refused_with_the_field(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        await client.make(PHASES, **FREEZE)
        await client.make(PHASES, **REBASE)
        before = await client.record()

        for wrong, pointer in (
            (FREEZE | {"on": "2017-11-03"}, "/kind"),
            (REBASE | {"reason": "Another reason, the same day."}, "/on"),
            (REBASE | {"on": FREEZE["on"]}, "/on"),
            (REBASE | {"on": "2017-12-01"}, "/on"),
            (FREEZE | {"classroom_id": "room-a"}, "/kind"),
        ):
            sent = await client.post(PHASES, json=wrong)
            refused(sent, 422, InvalidValue, pointer=pointer)
        for room in ("nothing", TEAM + "-2"):
            sent = await client.post(PHASES, json=REBASE | {"classroom_id": room})
            refused(sent, 422, UnknownElement, pointer="/classroom_id")
        assert await client.record() == before
        await client.make(PHASES, **FREEZE | {"classroom_id": "room-b"})


async def test_a_reason_is_said_better_and_the_act_stays_what_it_was(database_url: str) -> None:
    better = "Until the winter break we only read the frame to the class."
    async with serving(database_url) as client:
        await with_sample(client)
        before = (await client.get(f"phases/{PHASE}")).json()

        changed = await client.patch(f"phases/{PHASE}", json={"reason": better}, headers=at(1))

        assert changed.json() == before | {"reason": better, "version": 2}
        for field, value in (("on", "2017-12-08"), ("kind", "rebase"), ("classroom_id", None)):
            sent = await client.patch(f"phases/{PHASE}", json={field: value}, headers=at(2))
            refused(sent, 400, pointer=f"/{field}")
        (entry, *_) = (await client.get(f"activity?element={PHASE}")).json()["items"]
        assert (entry["person_id"], entry["before"]["reason"]) == (
            client.person_id,
            before["reason"],
        )


async def test_a_phase_is_taken_back_and_stays_in_the_activity(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        made = await client.make(PHASES, **FREEZE)
        here = f"phases/{made['id']}"

        gone = await client.delete(here, headers=at(1))
        again = await client.make(PHASES, **FREEZE | {"on": "2017-12-15"})

        assert (gone.status_code, gone.content) == (204, b"")
        refused(await client.get(here), 404)
        listed = (await client.get(PHASES)).json()["items"]
        assert [phase["id"] for phase in listed] == [again["id"], PHASE]
        (entry, *_) = (await client.get(f"activity?element={made['id']}")).json()["items"]
        assert (entry["kind"], entry["verb"], entry["before"]) == ("phase", "remove", made)


async def test_a_phase_sent_twice_under_one_key_is_made_once(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        key = {"Idempotency-Key": "freeze-1"}

        first = await client.post(PHASES, json=FREEZE, headers=key)
        second = await client.post(PHASES, json=FREEZE, headers=key)

        assert (first.status_code, second.content) == (201, first.content)
        assert len((await client.get(PHASES)).json()["items"]) == 2


async def test_phases_go_out_and_in_with_their_inquiry(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client, 2)
        made = await client.make(f"measures/{MEASURE}-2/phases", **REBASE)

        document = await client.get(f"aims/{AIM}-2/inquiry")
        stored = await client.post(
            "inquiries",
            content=document.text.replace('-2"', '-3"').replace(made["id"], "rebase-3"),
            headers={"Content-Type": "application/json"},
        )

        assert stored.status_code == 201
        frozen, rebased = (await client.get(f"measures/{MEASURE}-3/phases")).json()["items"]
        assert (frozen["id"], frozen["made_by"]) == (f"{PHASE}-3", "person-1")
        assert rebased == made | {"id": "rebase-3", "measure_id": f"{MEASURE}-3"}
