"""The pictures of pages in docs/img, which the README shows: `make images` takes them anew.

A picture in the repository is not compared with the page of today: fonts and dates differ. What is
checked is that the page can be taken as it is there, that it is of the same size, and shown.
"""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.api.sample import CYCLE, MEASURE, TEAM
from tests.browser.site import PHONE, Site
from tests.browser.team import Team

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs/img"
WRITES = os.environ.get("PDSA_WRITE_IMAGES", "") not in ("", "0")
WIDE = {"width": 1100, "height": 760}
TALL = {"width": 1100, "height": 1000}


def a_teacher(site: Site) -> Any:
    """A teacher of the sample team."""
    site.load_sample()
    return site.signed_in("facilitator", TEAM)


def keep(page: Page, name: str) -> None:
    """Take a picture of what is on the screen, or hold it against the one that was taken."""
    path = IMAGES / f"{name}.png"
    page.evaluate("document.activeElement?.blur(); document.fonts.ready")
    taken = page.screenshot(scale="css", animations="disabled")
    if WRITES:
        IMAGES.mkdir(exist_ok=True)
        path.write_bytes(taken)
    assert size(path.read_bytes()) == size(taken)
    assert f"docs/img/{name}.png" in (ROOT / "README.md").read_text()


def size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the head of a PNG file."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def team(site: Site) -> tuple[Any, str]:
    return a_teacher(site), f"/teams/{TEAM}"


def study(site: Site) -> tuple[Any, str]:
    return a_teacher(site), f"/cycles/{CYCLE}/study"


def chart(site: Site) -> tuple[Any, str]:
    return a_teacher(site), f"/measures/{MEASURE}?by=classroom"


@pytest.mark.parametrize(
    ("name", "shown", "screen"),
    [("team", team, PHONE), ("study", study, TALL), ("chart", chart, TALL)],
    ids=["team", "study", "chart"],
)
def test_the_real_case(
    site: Site, name: str, shown: Callable[[Site], tuple[Any, str]], screen: dict[str, int]
) -> None:
    state, path = shown(site)

    with site.visit(state=state, size=screen, check=False) as page:
        page.goto(path)

        keep(page, name)


def test_a_tally_on_a_phone(site: Site) -> None:
    team, today = Team(site), date.today()  # noqa: DTZ011 # a plan of today is no finding
    id = team.in_do(on=str(today), last_day=str(today + timedelta(days=8)))

    with site.visit(state=team.member(), size=PHONE, check=False) as page:
        page.goto(f"/cycles/{id}/do")
        cells = page.locator("form[data-tally] td input")
        for number, figure in enumerate(("10/25", "9/24", "12/25", "9/23")):
            cells.nth(number).fill(figure)
        expect(page.locator("form[data-tally] [data-state]")).to_contain_text("4 of ")
        page.get_by_role("heading", name="What we counted").evaluate("it => it.scrollIntoView()")

        keep(page, "tally")


@pytest.mark.parametrize(
    ("name", "link", "scheme"),
    [("portfolio", None, "light"), ("meeting", "Meeting view", "dark")],
)
def test_what_an_instructional_leadership_team_sees(
    chromium: Any, demo: str, name: str, link: str | None, scheme: str
) -> None:
    context = chromium.new_context(base_url=demo, viewport=WIDE, color_scheme=scheme)
    page = context.new_page()
    page.goto("/demo")
    page.locator('form:has(input[value="ilt"]) button').click()
    page.wait_for_url("**/units/**")
    if link is not None:
        page.get_by_role("link", name=link).first.click()
        page.get_by_role("link", name="Next").click()
        page.wait_for_selector(".slide h2")

    keep(page, name)
    context.close()
