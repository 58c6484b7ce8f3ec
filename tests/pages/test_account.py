"""The way in and one's own account, in the language of whoever reads."""

import re

import pytest

from api.pages import start
from api.words import LOCALES
from tests.pages.forms import Forms, send
from tests.security.house import EMAIL, PASSWORD, START, house

SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
A_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_the_first_page_says_what_this_is_and_leads_in(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        nobody = await here.browser()

        english = await nobody.get("/")
        spanish = await nobody.get("/", headers=SPANISH)

        assert 'href="/sign-in"' in english.text
        assert "never for evaluation" in english.text
        assert "nunca para evaluar" in spanish.text
        assert '<html lang="es">' in spanish.text


async def test_whoever_is_signed_in_is_led_home(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in()

        answer = await browser.get("/")

        assert (answer.status_code, answer.headers["location"]) == (303, "/home")


@pytest.mark.parametrize("code", LOCALES)
async def test_the_account_is_read_in_each_language_without_an_id_twice(
    sqlite_url: str, code: str
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in()

        page = await browser.get(f"/account?lang={code}")

        ids = Forms(page.text).ids
        assert f'<html lang="{code}">' in page.text
        assert 'role="status"' not in page.text
        assert len(ids) == len(set(ids))


async def test_what_is_wrong_is_said_in_spanish_and_the_draft_of_a_token_is_kept(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser()
        browser.headers.update(SPANISH)

        wrong = await browser.submit("/sign-in", email=EMAIL, password="wrong wrong wrong")
        await browser.submit("/sign-in", email=EMAIL, password=PASSWORD)
        short = await send(browser, "/account", "/account/tokens", name="Exportar", days="4000")

        assert "La dirección o la contraseña no es correcta." in wrong.text
        assert short.status_code == 422
        assert "Indique un número de días de 1 a 90." in short.text
        assert 'href="#days"' in short.text
        assert 'value="Exportar"' in short.text


async def test_a_session_is_named_by_its_browser_and_its_moment_is_that_of_the_schools(
    sqlite_url: str,
) -> None:
    agent = "Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
    async with house(sqlite_url, timezone="America/Los_Angeles") as here:
        await here.person()
        browser = await here.browser(name=agent)
        await browser.sign_in()

        page = (await browser.get("/account")).text

        assert "Chrome on Chromebook" in page
        assert START.hour == 8
        assert re.search(r"10 Jan 2031, 12:00\sAM", page)


async def test_a_link_by_mail_is_in_the_language_in_which_it_was_asked_for(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser()
        browser.headers.update(SPANISH)

        await browser.submit("/forgot", email=EMAIL)
        await here.settled()

        assert here.post.letters[-1].subject == "Elija una contraseña nueva"
        assert "durante una hora" in here.post.letters[-1].text


async def test_an_invitation_is_in_every_language_with_the_same_link(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        body = {"name": "Ben", "email": "ben@example.org", "role": "member", "unit_id": "team"}
        administrator = await here.signed_in("administrator", None)

        await administrator.post("invitations", json=body)
        await here.settled()

        text = here.post.letters[-1].text
        assert "seven days" in text
        assert "siete días" in text
        assert len(re.findall(r"/link/\S+", text)) == 2
        assert len(set(re.findall(r"/link/\S+", text))) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/no/such", 404), ("POST", "/", 405)]
)
async def test_a_browser_that_strays_is_told_so_on_a_page(
    sqlite_url: str, method: str, path: str, status: int
) -> None:
    async with house(sqlite_url) as here:
        nobody = await here.browser()

        page = await nobody.request(method, path, headers=A_BROWSER | SPANISH)
        tool = await nobody.request(method, path, headers={"Accept": "application/json"})
        anything = await nobody.request(method, path)

        assert page.status_code == tool.status_code == anything.status_code == status
        assert page.headers["content-type"].startswith("text/html")
        assert '<html lang="es">' in page.text
        assert "style-src 'self'" in page.headers["Content-Security-Policy"]
        assert tool.json()["status"] == anything.json()["status"] == status


async def test_what_is_unknown_under_the_api_stays_a_problem(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        nobody = await here.browser()

        answer = await nobody.get("/api/v1/no-such", headers=A_BROWSER)

        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_the_reference_stays_english_within_a_spanish_frame(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        nobody = await here.browser()

        page = (await nobody.get("/problems", headers=SPANISH)).text

        assert '<html lang="es">' in page
        assert '<div lang="en">' in page


async def test_a_fault_of_ours_is_a_kind_page_that_tells_nothing_of_it(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(start, "page", broken)
    async with house(sqlite_url) as here:
        nobody = await here.browser()

        page = await nobody.get("/", headers=A_BROWSER | SPANISH)
        tool = await nobody.get("/", headers={"Accept": "application/json"})

        assert page.status_code == tool.status_code == 500
        assert "Algo salió mal aquí" in page.text
        assert "secret detail" not in page.text + tool.text
        assert tool.headers["content-type"].startswith("application/problem+json")
