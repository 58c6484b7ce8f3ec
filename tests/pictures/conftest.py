"""The browser that the tests of this folder share."""

import os
from collections.abc import Iterator

import pytest

from tests.pictures.browser import Browser, find_chromium, started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium. Without one: skipped, or failed where PDSA_REQUIRE_CHROMIUM says so."""
    path = find_chromium()
    if path is None:
        missing = "no Chromium found (on Debian: apt-get install chromium; or set PDSA_CHROMIUM)"
        if os.environ.get("PDSA_REQUIRE_CHROMIUM", "") not in ("", "0"):
            pytest.fail(f"PDSA_REQUIRE_CHROMIUM is set, but {missing}")
        pytest.skip(f"pictures were NOT looked at: {missing}")
    with started(path) as running:
        yield running
