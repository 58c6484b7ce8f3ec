"""Tests that click: each runs in the one thread in which Playwright lives.

Playwright keeps an event loop running in the thread that it was started in, where asynchronous
tests could then not run.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.api.server import PDSA
from tests.browser.site import Site, served
from tests.pictures.browser import ARGUMENTS, find_chromium

HERE = Path(__file__).parent
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="browser")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    """Run a test of this folder in the browser's thread."""
    if HERE not in Path(pyfuncitem.path).parents:
        return None
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    _THREAD.submit(pyfuncitem.obj, **given).result()
    return True


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real Chromium. Without one: skipped, or failed where PDSA_REQUIRE_CHROMIUM says so."""
    path = find_chromium()
    if path is None:
        missing = "no Chromium found (on Debian: apt-get install chromium; or set PDSA_CHROMIUM)"
        if os.environ.get("PDSA_REQUIRE_CHROMIUM", "") not in ("", "0"):
            pytest.fail(f"PDSA_REQUIRE_CHROMIUM is set, but {missing}")
        pytest.skip(f"pages were NOT looked at: {missing}")

    def start() -> tuple[Any, Any]:
        playwright = sync_playwright().start()
        return playwright, playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))

    playwright, browser = _THREAD.submit(start).result()
    yield browser
    _THREAD.submit(browser.close).result()
    _THREAD.submit(playwright.stop).result()


@pytest.fixture(scope="session")
def site(chromium: Any) -> Iterator[Site]:
    """A real server that the tests of a worker share; each test has a team of its own."""
    with tempfile.TemporaryDirectory(prefix="pdsa") as data, served(Path(data), chromium) as found:
        yield found


@pytest.fixture(scope="session")
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
