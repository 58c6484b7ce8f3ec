"""What is told of accesses: refusals to the log, changes of roles and people to the list as well."""

import json
import logging
from typing import Any

import pytest

from pdsa import Role
from tests.api.client import Client, at, refused, serving
from tests.api.sample import AIM, TEAM, with_sample

LOG = "pdsa.security"


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(each.getMessage()) for each in caplog.records if each.name == LOG]


async def listed(client: Client, **filters: str) -> list[dict[str, Any]]:
    answer = await client.get("security-events", params=filters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_roles_given_changed_and_ended_are_told_with_who_whom_where_and_when(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        ana = await client.make("people", name="Ana")
        body = {"person_id": ana["id"], "role": "coach", "unit_id": TEAM}
        grant = await client.make("grants", **body)
        path = f"grants/{grant['id']}"
        await client.patch(path, json={"starts_on": "2018-01-01"}, headers=at(1))
        await client.patch(path, json={"ends_on": "2018-02-01"}, headers=at(2))

        told = await listed(client, event="role", person=ana["id"])

    assert [each["event"] for each in told] == ["role.ended", "role.changed", "role.given"]
    for each in told:
        assert (each["person_id"], each["by_id"]) == (ana["id"], client.person_id)
        assert each["address"] == "127.0.0.1"
        assert each["at"].endswith("Z")
    assert told[-1]["details"] == {"grant_id": grant["id"], "role": "coach", "unit_id": TEAM}


async def test_a_person_that_is_added_or_changed_is_told_without_name_and_address(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        ana = await client.make("people", name="Ana Example", email="ana@example.org")
        await client.patch(f"people/{ana['id']}", json={"name": "Ana Other"}, headers=at(1))

        told = await listed(client, person=ana["id"])

    assert [each["event"] for each in told] == ["person.changed", "person.added"]
    assert told[0]["details"] == {"fields": "name"}
    assert "Example" not in json.dumps(told)


async def test_a_token_that_is_refused_is_told_with_whose_it_was(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOG)
    async with serving(database_url) as client:
        ana = await client.somebody(Role.viewer, None)

        def end(conn: Any) -> None:
            from api.store import tokens
            from tests.api.client import operator

            tokens.revoke_tokens(conn, operator(), ana.person_id)

        await client.database.write(end)
        assert (await ana.get("me")).status_code == 401
        nobody = await client.nobody()
        await nobody.get("me", headers={"Authorization": "Bearer pdsa_guess"})

        told = await listed(client, event="token.refused")

    assert [(each["person_id"], each["details"]["reason"]) for each in told] == [
        (None, "unknown"),
        (ana.person_id, "ended"),
    ]
    assert ana.token not in caplog.text
    assert "pdsa_guess" not in caplog.text


async def test_what_somebody_may_not_do_is_told_to_the_log(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(sqlite_url) as client:
        await with_sample(client)
        elsewhere = await client.make("units", kind="team", name="Another team")
        viewer = await client.somebody(Role.viewer, TEAM)
        outsider = await client.somebody(Role.member, elsewhere["id"])
        caplog.set_level(logging.INFO, LOG)
        caplog.clear()

        refused(await viewer.patch(f"aims/{AIM}", json={"title": "x"}, headers=at(1)), 403)
        refused(await outsider.get(f"aims/{AIM}"), 404)

    one, other = lines(caplog)
    assert (one["event"], other["event"]) == ("access.refused", "access.refused")
    assert one["person_id"] == viewer.person_id
    assert one["details"]["operation"] == "aims_change"
    assert one["details"]["status"] == 403
    assert other["person_id"] == outsider.person_id
    assert other["details"] == {
        "operation": "aims_get",
        "status": 404,
        "id": AIM,
        "error": "NotVisible",
    }


async def test_what_a_request_says_puts_no_line_into_the_log(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(sqlite_url, trusted_proxies="127.0.0.1") as client:
        viewer = await client.somebody(Role.viewer, None)
        caplog.set_level(logging.INFO)
        caplog.clear()
        forged = 'x"}\r\n{"event":"sign_in.done"'

        await viewer.get("people/%0a%7b%22event%22", headers={"X-Forwarded-For": forged})
        await viewer.get("units/nothing%0d%0aforged")
        await viewer.get("units/nothing", headers={"User-Agent": "a\tb"})

    for record in caplog.records:
        assert "\n" not in record.getMessage()
        assert "\r" not in record.getMessage()
    assert {each["event"] for each in lines(caplog)} == {"access.refused"}


async def test_only_an_administrator_of_the_whole_server_may_read_them(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        administrator = await client.somebody(Role.administrator, TEAM)
        viewer = await client.somebody(Role.viewer, None)

        refused(await administrator.get("security-events"), 403)
        refused(await viewer.get("security-events"), 403)
        assert (await client.get("security-events")).headers["Cache-Control"] == "no-store"
