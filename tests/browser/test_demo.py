"""The demo, clicked through without a script and on a phone: in, written, started over."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.api.server import PDSA
from tests.browser.axe import sideways, violations
from tests.browser.site import PHONE


@pytest.fixture(scope="module")
def demo(chromium: Any) -> Iterator[str]:
    """A demo that is served; its address."""
    with tempfile.TemporaryDirectory(prefix="pdsa") as data:
        environ = os.environ | {"PDSA_DATA": data, "PDSA_PORT": "0", "PDSA_RATE_PER_MINUTE": "0"}
        process = subprocess.Popen(
            [PDSA, "demo", "--scale", "0.002"],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = next(word for word in line.split() if word.startswith("http://"))
            for _ in range(200):
                with suppress(httpx.TransportError):
                    if httpx.get(f"{url}/health/ready").is_success:
                        break
                time.sleep(0.05)
            yield url
        finally:
            process.terminate()
            process.wait(10)


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
