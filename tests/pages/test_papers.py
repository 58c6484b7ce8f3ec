"""Papers to print: who is given which, under what name, and what a server without typst says."""

import re
from pathlib import Path

import httpx
import pytest

from api.pages.papers import file_name
from api.papers import aim as aim_of_papers
from api.papers import printing
from pdsa import Role
from tests.api.sample import AIM, CYCLE, TEAM
from tests.pages.forms import Forms
from tests.pages.test_cycles import a_school
from tests.papers.pdf import Pdf
from tests.security.house import Browser, House
from tests.security.test_headers import hardened

OF_AIM, OF_CYCLE = f"/aims/{AIM}/one-page.pdf", f"/cycles/{CYCLE}/one-page.pdf"
BOTH = pytest.mark.parametrize("path", [OF_AIM, OF_CYCLE])


async def teacher(here: House) -> Browser:
    return await here.signed_in(Role.facilitator, TEAM)


async def leader(here: House) -> Browser:
    return await here.signed_in(Role.leader, "school", email="leader@example.org")


def paper(response: httpx.Response) -> Pdf:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/pdf"
    return Pdf(response.content)


async def test_a_team_prints_its_aim_on_one_page(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        response = await browser.get(OF_AIM)

    page = paper(response)
    assert page.pages == 1
    assert "51% or more of the time" in page.words
    assert "rose from 40% to 64%" in page.words
    assert page.links[0].endswith(f"/aims/{AIM}")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-disposition"] == (
        'inline; filename="Academic-discourse-in-two-fifth-grade-classrooms.pdf"; '
        "filename*=UTF-8''Academic%20discourse%20in%20two%20fifth-grade%20classrooms.pdf"
    )


async def test_a_team_prints_its_cycle_from_the_page_of_the_cycle(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        shown = await browser.get(f"/cycles/{CYCLE}/study")

        response = await browser.get(OF_CYCLE)

    assert f'href="{OF_CYCLE}"' in shown.text
    assert len(set(Forms(shown.text).ids)) == len(Forms(shown.text).ids)
    page = paper(response)
    assert page.pages == 1
    assert "The figures say" in page.words
    assert "In both rooms we begin to measure" in page.words


async def test_a_browser_may_show_a_paper_with_its_own_viewer(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        response = await browser.get(OF_AIM)

    hardened(response)
    assert "sandbox" not in response.headers["content-security-policy"]


async def test_a_school_is_given_what_was_released_and_no_verdict_on_predictions(
    sqlite_url: str,
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await leader(here)

        of_aim, of_cycle = paper(await browser.get(OF_AIM)), paper(await browser.get(OF_CYCLE))

    assert "rose from 40% to 64%" in of_aim.words
    assert "Room A" not in of_aim.words.partition("Cycles")[0]
    assert "The figures say" not in of_cycle.words
    assert "It held: 64%" not in of_cycle.words
    assert "It held" in of_cycle.words


@BOTH
async def test_a_paper_is_not_there_for_others(sqlite_url: str, path: str) -> None:
    async with a_school(sqlite_url) as here:
        outsider = await here.signed_in(Role.member, "other-team")

        response = await outsider.get(path)

    assert response.status_code == 404
    assert "Not found" in response.text


@BOTH
async def test_whoever_is_not_signed_in_is_led_to_sign_in_and_back(
    sqlite_url: str, path: str
) -> None:
    async with a_school(sqlite_url) as here:
        nobody = await here.browser()

        response = await nobody.get(path)

    assert (response.status_code, response.headers["location"]) == (303, f"/sign-in?then={path}")


@BOTH
async def test_a_paper_speaks_the_readers_language(sqlite_url: str, path: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        page = paper(await browser.get(f"{path}?lang=es"))

    assert page.catalog["/Lang"] == "es"
    assert "Impreso el" in page.words


async def test_a_paper_is_letter_or_a4_and_nothing_else(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        letter, a4 = await browser.get(OF_AIM), await browser.get(f"{OF_AIM}?paper=a4")
        other = await browser.get(f"{OF_AIM}?paper=a0")

    assert paper(letter).size == (612, 792)
    assert paper(a4).size == (595, 842)
    assert other.status_code == 400


async def test_opening_a_paper_from_above_is_told_to_the_team(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await leader(here)
        before = len(await here.rows("views"))

        await browser.get(OF_CYCLE)

        assert len(await here.rows("views")) > before


@BOTH
async def test_a_server_without_typst_says_what_to_install(
    sqlite_url: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "there_is_typst", lambda: False)
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        response = await browser.get(path)

    assert response.status_code == 501
    assert 'pip install "pdsa-tracker[pdf]"' in response.text


async def test_a_paper_that_takes_too_long_can_be_asked_for_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "SECONDS", 0.001)
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        response = await browser.get(OF_AIM)

    assert response.status_code == 503


@pytest.mark.parametrize(
    ("title", "plain", "own"),
    [
        ("Razonar en el salón", "Razonar-en-el-salon", "Razonar%20en%20el%20sal%C3%B3n"),
        ('a"b\r\nSet-Cookie: x/..\\y', "a-b-Set-Cookie-x-y", "a%20b%20Set-Cookie%20x%20..%20y"),
        ("学生", "one-page", "%E5%AD%A6%E7%94%9F"),
        ("../..", "one-page", "one-page"),
    ],
)
def test_a_file_is_called_after_its_title(title: str, plain: str, own: str) -> None:
    said = file_name(title)

    assert said == f"filename=\"{plain}.pdf\"; filename*=UTF-8''{own}.pdf"


def test_papers_know_no_store_and_no_page() -> None:
    folder = Path(aim_of_papers.__file__).parent
    imports = {
        found[1]
        for each in folder.glob("*.py")
        for found in re.finditer(r"^(?:from|import) (api\.\w+)", each.read_text(), re.MULTILINE)
    }

    assert imports == {"api.papers", "api.words"}
