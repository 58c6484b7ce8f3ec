"""The demo, clicked through without a script and on a phone: in, written, started over."""

from typing import Any

import pytest

from tests.browser.axe import sideways, violations
from tests.browser.site import PHONE


@pytest.mark.parametrize(("locale", "script"), [("en-US", True), ("es-US", False)])
def test_a_visitor_tries_it_writes_and_starts_over(
    chromium: Any, demo: str, script: bool, locale: str
) -> None:
    context = chromium.new_context(
        base_url=demo, java_script_enabled=script, locale=locale, viewport=PHONE, bypass_csp=script
    )
    context.set_default_timeout(10_000)
    page = context.new_page()

    page.goto("/")
    if script:
        assert not sideways(page)
        assert not violations(page)
    page.locator('form:has(input[value="teacher"]) button').click()
    team = page.url
    page.goto(f"{team}/settings")
    page.locator('[id="name/name"]').fill("Ours now")
    page.locator('form:has([id="name/name"]) button').click()
    page.goto(team)
    assert page.locator("h1").inner_text() == "Ours now"
    page.goto("/demo")
    if script:
        assert not sideways(page)
        assert not violations(page)
    page.locator('form[action="/demo/over"] button').click()
    page.goto(team)

    assert page.locator("h1").inner_text() != "Ours now"
    assert page.locator("aside.demo").count() == 1
    context.close()


@pytest.mark.parametrize("part", ["teacher", "ilt", "leader"])
def test_each_part_has_somewhere_to_go(chromium: Any, demo: str, part: str) -> None:
    context = chromium.new_context(base_url=demo)
    page = context.new_page()
    page.goto("/demo")

    page.locator(f'form:has(input[value="{part}"]) button').click()

    page.wait_for_selector("main h1")
    assert page.locator("main a[href^='/']").count() >= 1
    context.close()
