"""Requests with a cookie come from this site's own pages, and prove it twice."""

from typing import Any

import pytest

from api.security.csrf import token_of
from api.security.errors import CrossSite
from tests.api.client import refused
from tests.security.house import EMAIL, ORIGIN, PASSWORD, Browser, header, house

PATH, BODY = "me/password", {"current": "x", "password": "seven green boats"}


async def send(browser: Browser, headers: dict[str, str]) -> Any:
    """A change that gets past the check (to 401) only where it is the site's own."""
    return await browser.put(PATH, json=BODY, headers=headers)


OWN = [
    {},
    {"Origin": "", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "", "Referer": f"{ORIGIN}/account"},
    {"Origin": "HTTPS://PDSA.test:443"},
]
OTHERS = [
    {"Origin": "https://evil.example"},
    {"Origin": "https://pdsa.test.evil.example"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "https://pdsa.test:8443"},
    {"Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "", "Sec-Fetch-Site": "same-site"},
    {"Origin": "", "Referer": "https://evil.example/pdsa.test"},
    {"Origin": "", "Referer": "https://pdsa.test@evil.example/"},
    {"Origin": "https://[broken"},
    {"Origin": ""},
]


@pytest.mark.parametrize("headers", OWN, ids=str)
async def test_the_sites_own_pages_get_through(sqlite_url: str, headers: dict[str, str]) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in()

        refused(await send(browser, headers), 401)


@pytest.mark.parametrize("headers", OTHERS, ids=str)
async def test_other_sites_do_not_whatever_they_say(
    sqlite_url: str, headers: dict[str, str]
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in()

        refused(await send(browser, headers), 403, CrossSite)


@pytest.mark.parametrize("token", ["", "wrong", "Zoë"])
async def test_without_the_token_of_the_session_nothing_gets_through(
    database_url: str, token: str
) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        other = await here.signed_in(email="ben@example.org")

        for given in (token, other.csrf, token_of("")):
            response = await send(browser, {"X-CSRF-Token": given.encode()})  # type: ignore[dict-item]
            refused(response, 403, CrossSite)


async def test_every_way_to_change_something_is_guarded(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        browser.csrf = ""

        for method in ("POST", "PUT", "PATCH", "DELETE"):
            response = await browser.request(
                method, "units", json={}, headers={"Content-Type": "application/json"}
            )
            assert response.status_code in (403, 405)
        refused(await browser.post("units", json={"kind": "team", "name": "x"}), 403, CrossSite)
        assert (await browser.get("me")).status_code == 200


async def test_behind_a_proxy_the_public_url_is_its_own_too(sqlite_url: str) -> None:
    async with house(sqlite_url, public_url="https://pdsa.example.org") as here:
        browser = await here.signed_in()

        refused(await send(browser, {"Origin": "https://pdsa.example.org"}), 401)
        refused(await send(browser, {"Origin": "http://pdsa.example.org"}), 403, CrossSite)


async def test_a_token_needs_no_proof_even_from_a_browser(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()

        response = await browser.post(
            "units",
            json={"kind": "team", "name": "New team"},
            headers=header(here.admin.token) | {"Origin": "https://evil.example"},
        )

        assert response.status_code == 201


async def test_a_wrong_token_is_not_made_good_by_a_cookie(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()

        refused(await browser.get("me", headers=header("pdsa_wrong")), 401)
        refused(await browser.get("me", headers={"Authorization": ""}), 401)


async def test_another_site_signs_nobody_in(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser()
        body = {"email": EMAIL, "password": PASSWORD}

        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
            refused(await browser.post("session", json=body, headers=headers), 403, CrossSite)
            refused(
                await browser.post("password-resets", json={"email": EMAIL}, headers=headers), 403
            )
        by_page = await browser.post(
            "/sign-in", data=body, headers={"Origin": "https://evil.example"}
        )
        assert by_page.status_code == 403
        tool = await browser.post("session", json=body, headers={"Origin": ""})
        assert tool.status_code == 200, "whoever says nothing is no browser"


async def test_a_form_for_signing_in_works_in_the_browser_that_was_given_it(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        one, other = await here.browser(), await here.browser()
        shown = await one.get("/sign-in")
        token = shown.text.partition('name="csrf" value="')[2].partition('"')[0]
        given = {"email": EMAIL, "password": PASSWORD, "csrf": token}

        assert (await other.post("/sign-in", data=given)).status_code == 403
        assert (await one.post("/sign-in", data=given | {"csrf": ""})).status_code == 403
        assert (await one.post("/sign-in", data=given)).status_code == 303


def test_the_token_tells_nothing_of_the_secret_and_is_another_for_each() -> None:
    assert len({token_of(f"secret {n}") for n in range(50)}) == 50
    assert "secret" not in token_of("secret")
