"""What holds for every operation; the operations come from the description, so a new one is held too."""

import json
from typing import Any

import pytest

from api.problems import PreconditionRequired, Unauthenticated, UnsupportedMediaType
from api.security.errors import NeedsSession
from api.store.errors import StaleVersion
from pdsa import Role
from tests.api.client import Client, at, refused, serving
from tests.api.contract import CONTRACT, Operation
from tests.api.sample import AIM, with_sample

JSON = {"Content-Type": "application/json"}


async def ask(
    client: Client, operation: Operation, ids: dict[str, str], headers: dict[str, str] | None = None
) -> Any:
    """Send an operation as its examples do, based on any version."""
    given = JSON | {"If-Match": "*"} if operation.needs_version else JSON
    body = json.dumps(CONTRACT.body(operation)).replace(AIM, ids["aim_id"])
    return await client.request(
        operation.method,
        operation.url(**ids),
        headers=given | (headers or {}),
        content=body if operation.reads else None,
    )


async def test_every_operation_needs_a_valid_token(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        nobody = await client.nobody()

        for operation in (each for each in CONTRACT.operations if not each.public):
            for credentials in ("", "Bearer pdsa_wrong", "Bearer", "Basic YTpi", client.token):
                response = await ask(nobody, operation, ids, {"Authorization": credentials})

                refused(response, 401, Unauthenticated)
                assert response.headers["WWW-Authenticate"].startswith("Bearer ")


async def test_a_token_is_asked_for_before_anything_is_said_about_the_request(
    database_url: str,
) -> None:
    async with serving(database_url, max_body=1024) as client:
        nobody = await client.nobody()

        for content in (b"{", b'{"x": 1}', b" " * 5000):
            for kind in ("application/json", "text/plain"):
                headers = {"Content-Type": kind}
                response = await nobody.post("units", content=content, headers=headers)

                refused(response, 401, Unauthenticated)


async def test_every_operation_that_reads_refuses_other_formats(database_url: str) -> None:
    kinds = ("text/plain", "application/xml", "application/json; charset=latin-1", "json", "")
    async with serving(database_url) as client:
        ids = await with_sample(client)
        before = await client.record()

        for operation in filter(lambda each: each.reads, CONTRACT.operations):
            for kind in kinds:
                response = await client.request(
                    operation.method,
                    operation.url(**ids),
                    content=b"{}",
                    headers={"Content-Type": kind, "If-Match": "*"},
                )

                refused(response, 415, UnsupportedMediaType)
        assert await client.record() == before


async def test_a_merge_patch_may_be_declared_as_one_and_nothing_else_may(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        headers = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}

        for operation in filter(lambda each: each.reads, CONTRACT.operations):
            response = await client.request(
                operation.method, operation.url(**ids), content=b"{}", headers=headers
            )

            if operation.method == "PATCH":
                assert response.status_code == 200, operation.id
            else:
                refused(response, 415, UnsupportedMediaType)


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
async def test_every_operation_that_reads_refuses_a_body_over_the_limit(
    database_url: str, chunked: bool
) -> None:
    async def chunks() -> Any:
        for _ in range(5):
            yield b" " * 1000

    async with serving(database_url) as first:
        ids = await with_sample(first)
    async with serving(database_url, token=first.token, max_body=1024) as client:
        before = await client.record()

        for operation in filter(lambda each: each.reads, CONTRACT.operations):
            response = await client.request(
                operation.method,
                operation.url(**ids),
                content=chunks() if chunked else b" " * 5000,
                headers=JSON | {"If-Match": "*"},
            )

            refused(response, 413)
        assert await client.record() == before


async def test_every_change_names_the_version_that_it_is_based_on(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        before = await client.record()
        changes = [each for each in CONTRACT.operations if each.needs_version]

        for operation in changes:
            body = {"json": CONTRACT.body(operation)} if operation.reads else {}
            url = operation.url(**ids)
            without = await client.request(operation.method, url, **body)
            stale = await client.request(operation.method, url, headers=at(77), **body)

            refused(without, 428, PreconditionRequired)
            assert refused(stale, 412, StaleVersion)["current_version"] == 1
        assert await client.record() == before
        assert {each.method for each in changes} == {"PATCH", "PUT", "POST", "DELETE"}
        # To end a session or a token is to end it whatever has become of it, and no edit is lost.
        elements = [each for each in CONTRACT.operations if not each.by_session]
        assert {each.id for each in elements if each.method in ("PATCH", "DELETE")} <= {
            each.id for each in changes
        }


async def test_what_is_not_there_and_what_is_out_of_sight_read_the_same(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        elsewhere = await client.make("units", kind="team", name="Another team")
        outsider = await client.somebody(Role.facilitator, elsewhere["id"])
        before = await client.record()

        for operation in CONTRACT.operations:
            if not operation.names or operation.by_session:
                continue  # tests/security tells what a session sees
            hidden = await ask(outsider, operation, ids)
            missing = await ask(outsider, operation, dict.fromkeys(ids, "nothing"))

            id = ids[operation.names[0]]  # what lies below it is not told of either
            one, other = refused(hidden, 404), refused(missing, 404)
            assert one["type"] == other["type"], operation.id
            assert one["detail"].replace(id, "nothing") == other["detail"], operation.id
        assert await client.record() == before


async def test_who_may_only_look_sees_everything_and_changes_nothing(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        viewer = await client.somebody(Role.viewer, ids["unit_id"])
        grants = (await viewer.get("grants")).json()["items"]
        ids |= {"person_id": viewer.person_id, "grant_id": grants[0]["id"]}
        before = await client.record()

        for operation in CONTRACT.operations:
            whole = ("/api/v1/people", "/api/v1/security-events")
            if operation.by_session or operation.path.startswith(whole):
                continue  # for who administers the whole server
            if operation.method != "GET" and not operation.names:
                continue  # where it goes is said in the body
            response = await ask(viewer, operation, ids)

            if operation.method == "GET":
                assert response.status_code == 200, operation.id
            else:
                refused(response, 403)
        assert await client.record() == before


async def test_an_element_is_put_only_where_its_author_may_write(database_url: str) -> None:
    bodies: dict[str, dict[str, Any]] = {}
    async with serving(database_url) as client:
        ids = await with_sample(client)
        elsewhere = await client.make("units", kind="team", name="Another team")
        viewer = await client.somebody(Role.viewer, ids["unit_id"])
        outsider = await client.somebody(Role.administrator, elsewhere["id"])
        unit, aim = ids["unit_id"], ids["aim_id"]
        bodies = {
            "units": {"kind": "classroom", "name": "Room 3", "parent_id": unit},
            "grants": {"person_id": viewer.person_id, "role": "member", "unit_id": unit},
            "requests": {"aim_id": aim, "kind": "barrier", "title": "No time"},
            "calendars": {
                "unit_id": unit,
                "name": "2018-19",
                "first_day": "2018-08-30",
                "last_day": "2019-06-13",
            },
            "problems": {"unit_id": unit, "title": "Few questions"},
            "aims": {"unit_id": unit, "title": "More questions"},
            "change-ideas": {"aim_id": aim, "title": "Question stems"},
            "measures": {"aim_id": aim, "name": "Stems", "kind": "process", "unit": "count"},
            "cycles": {"aim_id": aim, "change_idea_id": ids["idea_id"], "title": "Stems"},
        }
        before = await client.record()

        for path, body in bodies.items():
            refused(await viewer.post(path, json=body), 403)
            hidden = await outsider.post(path, json=body)
            assert hidden.status_code in (404, 422), path
            missing = await outsider.post(
                path,
                json={k: "nothing" if v in (unit, aim) else v for k, v in body.items()},
            )
            assert refused(missing, hidden.status_code)["type"] == hidden.json()["type"]
        assert await client.record() == before
    elements = [each for each in CONTRACT.operations if not each.by_session and not each.public]
    posts = {e.path.removeprefix("/api/v1/") for e in elements if e.method == "POST"}
    assert {path for path in posts if "{" not in path} == {*bodies, "people", "inquiries"}


async def test_every_path_refuses_methods_that_it_does_not_have(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)

        for path in CONTRACT.document["paths"]:
            known = {each.method for each in CONTRACT.operations if each.path == path}
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
                headers = JSON | {"If-Match": "*"}
                response = await client.request(method, path.format(**ids), headers=headers)

                refused(response, 405)
                allowed = {word.strip() for word in response.headers["Allow"].split(",")}
                assert known <= allowed, path
                assert method not in allowed


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/api/v1/nothing", "/api/v2/units", "/api/v1/aims/a/nothing", "/api/v1/units/a/b"],
)
async def test_a_path_that_is_not_there_is_a_problem_too(database_url: str, path: str) -> None:
    async with serving(database_url) as client:
        problem = refused(await client.get(path), 404)

    assert problem["title"] == "Not found"


async def test_every_answer_keeps_a_browser_from_guessing(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)

        for path in ("/api/v1/me", f"/api/v1/aims/{ids['aim_id']}", "/api/v1/nothing", "/problems"):
            response = await client.get(path)

            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["X-Frame-Options"] == "DENY"
            policy = "same-origin" if path == "/problems" else "no-referrer"
            assert response.headers["Referrer-Policy"] == policy


async def test_what_takes_a_person_takes_no_token(database_url: str) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        before = await client.record()

        for operation in (each for each in CONTRACT.operations if each.by_session):
            refused(await ask(client, operation, ids), 403, NeedsSession)
        assert await client.record() == before
