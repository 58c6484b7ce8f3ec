"""By the keyboard alone: from signing in to the first prediction and its lock."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.site import PASSWORD, Site
from tests.browser.team import Team


def tab_to(page: Page, at: Any) -> None:
    """Press Tab until something has the focus, as somebody without a pointer does."""
    for _ in range(150):
        if at.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {at}")


def write(page: Page, at: Any, text: str) -> None:
    tab_to(page, at)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def choose(page: Page, at: Any, label: str) -> None:
    tab_to(page, at)
    page.keyboard.type(label)


def press(page: Page, at: Any) -> None:
    tab_to(page, at)
    page.keyboard.press("Enter")


def test_a_cycle_is_planned_and_started_by_keys_alone(site: Site) -> None:
    team = Team(site)
    id = team.cycle(data=[])
    email = site.somebody("facilitator", team.id)

    with site.visit() as page:
        page.goto("/sign-in")
        write(page, page.get_by_label("E-mail address"), email)
        write(page, page.get_by_label("Password"), PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/teams/**")
        press(page, page.get_by_role("link", name="Go on"))
        page.wait_for_url(re.compile("/plan"))
        write(page, page.get_by_label("What should this cycle answer?"), "Will they use the frame?")
        choose(page, page.get_by_label("We expect that"), "it rises")
        choose(page, page.get_by_label("on the measure"), "Frame use")
        write(page, page.get_by_label("How sure are we?"), "60")
        choose(page, page.get_by_label("Measure", exact=True), "Frame use")
        press(page, page.get_by_role("button", name="Start Do"))
        page.wait_for_url("**/do")
        expect(page.get_by_role("heading", name="What we counted")).to_be_visible()

    cycle = team.stored(id)
    (question,) = cycle["plan"]["questions"]
    assert cycle["stage"] == "do"
    assert question["predictions"][0]["expectation"] == {
        "kind": "direction",
        "measure_id": team.measure,
        "change": "increase",
    }


def test_whoever_uses_keys_can_skip_to_the_content_and_see_where_they_are(site: Site) -> None:
    team = Team(site)

    with site.visit(state=team.member()) as page:
        page.goto(f"/teams/{team.id}")
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")

        inside = page.evaluate("document.querySelector('main').contains(document.activeElement)")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")

    assert inside
    assert outline == "solid"
