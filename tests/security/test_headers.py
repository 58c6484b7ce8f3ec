"""What every answer carries, whoever asks for whatever, failures too."""

from typing import Any

import httpx
import pytest

from tests.api.client import Client, serving
from tests.api.contract import CONTRACT
from tests.api.sample import AIM, MEASURE, with_sample
from tests.api.test_conventions import ask

NONE = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'"


def hardened(response: httpx.Response) -> None:
    """Hold an answer to what each must carry."""
    headers = response.headers
    said = f"{response.request.method} {response.request.url}: {response.status_code}"
    policy = {part.strip() for part in headers["Content-Security-Policy"].split(";")}
    assert {"default-src 'none'", "object-src 'none'", "base-uri 'none'"} <= policy, said
    assert "frame-ancestors 'none'" in policy, said
    assert "unsafe-eval" not in str(policy), said
    assert headers["X-Content-Type-Options"] == "nosniff", said
    assert headers["X-Frame-Options"] == "DENY", said
    assert headers["Referrer-Policy"] in ("no-referrer", "same-origin", "strict-origin"), said
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", said
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", said
    assert "camera=()" in headers["Permissions-Policy"], said
    assert headers["Cache-Control"], said
    assert "Server" not in headers, said
    assert not any(name.lower().startswith(("x-powered", "x-aspnet")) for name in headers), said
    assert "Access-Control-Allow-Origin" not in headers, said
    for name in headers:
        assert len(headers.get_list(name)) == 1 or name.lower() == "set-cookie", (said, name)


def typed(response: httpx.Response) -> None:
    """Hold an answer with a body to a type with what it is encoded in."""
    if not response.content:
        return
    kind, _, rest = response.headers["Content-Type"].partition(";")
    if kind.endswith("json"):
        response.json()  # JSON is UTF-8 and has no charset (RFC 8259)
    elif kind != "image/png":
        assert rest.strip() == "charset=utf-8", response.headers["Content-Type"]
        response.content.decode("utf-8")


async def every_id(client: Client) -> dict[str, str]:
    """An id for every path: of the sample where it has one, else of nothing."""
    names = {name for operation in CONTRACT.operations for name in operation.names}
    return dict.fromkeys(names, "nothing") | await with_sample(client)


async def every_answer(client: Client) -> list[httpx.Response]:
    """An answer of every operation, as the administrator and as nobody, and of every page."""
    ids = await every_id(client)
    nobody = await client.nobody()
    found = []
    for operation in CONTRACT.operations:
        for one in (client, nobody):
            found.append(await ask(one, operation, ids))
    for accept in ("image/svg+xml", "image/png"):
        found.append(await client.get(f"measures/{MEASURE}/chart", headers={"Accept": accept}))
    found.append(await client.get(f"measures/{MEASURE}/series", headers={"Accept": "text/csv"}))
    pages = [route.path for route in client.app.routes if "{" not in route.path]
    assert {"/", "/reference", "/static/pdsa.css", "/health/live"} <= set(pages)
    for path in pages:
        found.append(await nobody.get(path))
    for method in ("GET", "POST", "DELETE", "OPTIONS", "HEAD"):
        for path in ("/nothing", "/api/v1/nothing", "/api/v1/units", "/"):
            found.append(await nobody.request(method, path))
    found.append(await client.post("units", content=b"{", headers={"Content-Type": "text/plain"}))
    return found


async def test_every_answer_is_hardened_and_says_what_it_is(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        answers = await every_answer(client)

    for response in answers:
        hardened(response)
        typed(response)
    assert {each.status_code for each in answers} >= {200, 201, 401, 404, 405, 415}


async def test_a_bug_is_answered_with_the_same_headers(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("api.store.lists.units", broken)
    async with serving(sqlite_url) as client:
        response = await client.get("units")

    assert response.status_code == 500
    hardened(response)


async def test_json_may_do_nothing_in_a_browser(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        policy = (await client.get("me")).headers["Content-Security-Policy"]

    assert policy.startswith(NONE)
    assert policy.endswith("sandbox")


async def test_a_page_is_shown_with_its_own_style_and_sends_forms_here_alone(
    sqlite_url: str,
) -> None:
    async with serving(sqlite_url) as client:
        answer = await client.get("/problems")

    policy = answer.headers["Content-Security-Policy"]
    assert "style-src 'self'" in policy
    assert "form-action 'self'" in policy
    # Otherwise a browser would send "Origin: null" with this site's own forms.
    assert answer.headers["Referrer-Policy"] == "same-origin"


async def test_what_concerns_persons_is_kept_by_no_cache(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        ids = await every_id(client)
        personal = {"people", "accounts", "session", "tokens", "activity"}
        held = 0

        for operation in CONTRACT.operations:
            holds = operation.id == "views_list" or personal & set(operation.described["tags"])
            if operation.method == "GET" and holds:
                response = await ask(client, operation, ids)
                assert response.headers["Cache-Control"] == "no-store", operation.id
                held += 1
        shared = await client.get(f"aims/{AIM}")

    assert held > 4
    assert shared.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("url", "settings", "told"),
    [
        ("https://pdsa.test", {}, "max-age=31536000; includeSubDomains"),
        ("https://pdsa.test", {"hsts": 600}, "max-age=600; includeSubDomains"),
        ("https://pdsa.test", {"hsts": 0}, None),
        ("http://pdsa.test", {}, None),
    ],
)
async def test_a_browser_that_came_by_https_is_told_to_stay_there(
    sqlite_url: str, url: str, settings: dict[str, int], told: str | None
) -> None:
    async with serving(sqlite_url, **settings) as client:
        for path in ("/", "/nothing", "/api/v1/me"):
            answer = await client.get(f"{url}{path}")

            assert answer.headers.get("Strict-Transport-Security") == told


async def test_https_is_what_a_trusted_proxy_says(sqlite_url: str) -> None:
    told = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    async with serving(sqlite_url) as client:
        assert "Strict-Transport-Security" not in (await client.get("/", headers=told)).headers
        assert "http://pdsa.test" in (await client.get("/", headers=told)).text
    async with serving(sqlite_url, token="", trusted_proxies="127.0.0.1") as client:
        assert "Strict-Transport-Security" in (await client.get("/", headers=told)).headers
        assert "https://pdsa.test" in (await client.get("/", headers=told)).text
