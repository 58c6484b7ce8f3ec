"""What axe-core finds wrong with a page by WCAG 2.2, levels A and AA, in light and in dark."""

import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.installed import NPM_CI, installed

HERE = Path(__file__).parent / "axe"
_RUN = """
async (only) => {
  // A picture is one image with a name; its inside is measured in tests/pictures.
  const wanted = only ? { runOnly: { type: "rule", values: only } } : { runOnly: {
    type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } };
  const found = await axe.run({ exclude: [["svg *"]] }, { ...wanted, resultTypes: ["violations"], preload: false });
  return found.violations.map(each => [each.id, each.help, each.nodes.map(
    node => [node.target.join(" "), node.failureSummary])]);
}
"""


def violations(page: Page) -> list[str]:
    """What is wrong, with the place of each; contrast in dark, too."""
    found = []
    page.evaluate(_source())
    for scheme, only in (("light", None), ("dark", ["color-contrast"])):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for rule, said, nodes in page.evaluate(_RUN, only):
            found += [f"{page.url} {scheme} {rule}: {said}: {at}: {why}" for at, why in nodes]
    page.emulate_media(color_scheme="light")
    return found


def sideways(page: Page, width: int = 320, *, text: int = 100) -> list[str]:
    """What sticks out of a page that is so wide, with its text at so many percent."""
    size = page.viewport_size
    page.set_viewport_size({"width": width, "height": 640})
    page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
    found: Any = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
          [...document.querySelectorAll("body *")]
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1
              && !each.closest(".scroll, .wide, .wide-table, pre, svg, .hidden, .skip"))
            .slice(0, 5).map(each => each.outerHTML.slice(0, 120))"""
    )
    page.evaluate("document.documentElement.style.fontSize = ''")
    if size is not None:
        page.set_viewport_size(size)
    return [f"{page.url} at {width} px, text at {text}%: {each}" for each in found]


@cache
def _source() -> str:
    if not (shutil.which("node") and shutil.which("npm")):
        _missing("node and npm (on Debian: apt-get install nodejs npm)")
    folder = installed(
        HERE, "axe", ("package.json", "package-lock.json"), lambda _: [NPM_CI], _missing
    )
    return (folder / "node_modules/axe-core/axe.min.js").read_text()


def _missing(what: str) -> None:
    if os.environ.get("PDSA_REQUIRE_NODE", "") not in ("", "0"):
        pytest.fail(f"PDSA_REQUIRE_NODE is set, but there is no {what}")
    pytest.skip(f"pages were NOT held against WCAG: no {what}")
