"""A real Chromium that says where the words of a picture are.

It lives in a thread of its own: Playwright keeps an event loop running in the thread that it was
started in, where asynchronous tests could then not run.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright

#: Some only save work: without them 51 pages take a fifth more of the processor.
ARGUMENTS = (
    "--no-sandbox",
    "--in-process-gpu",
    "--disable-software-rasterizer",
    "--renderer-process-limit=1",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: The first is Chromium without windows: Debian's own, and a quarter quicker here.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

# One piece for each line of a text; pieces of one text may touch. `frame` is the box drawn for it.
_MEASURE = """
() => [...document.querySelectorAll("div.picture > svg")].map(svg => {
  const at = svg.getBoundingClientRect();
  const box = rect => [rect.left - at.left, rect.top - at.top, rect.right - at.left, rect.bottom - at.top];
  const texts = [];
  [...svg.querySelectorAll("text")].forEach((text, number) => {
    const spans = [...text.querySelectorAll("tspan")].filter(span => !span.querySelector("tspan"));
    const frame = text.parentNode.querySelector(":scope > rect");
    for (const piece of spans.length ? spans : [text]) {
      const said = piece.textContent.trim();
      const rect = piece.getBoundingClientRect();
      if (!said || getComputedStyle(piece).visibility !== "visible" || !rect.width) continue;
      texts.push([number, said, box(rect), frame ? box(frame.getBoundingClientRect()) : null]);
    }
  });
  return [at.width, at.height, texts];
})
"""


class Box(NamedTuple):
    """Edges in CSS pixels from the picture's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


class Words(NamedTuple):
    """One line of one text element; ``frame`` is the rectangle drawn in the same group, if any."""

    element: int
    said: str
    box: Box
    frame: Box | None


class Measured(NamedTuple):
    """A picture as the browser drew it."""

    width: float
    height: float
    words: list[Words]


class Browser:
    """Draws pictures and measures them."""

    def __init__(self, pages: dict[float, Page], thread: ThreadPoolExecutor) -> None:
        self._pages, self._thread = pages, thread

    def measure(
        self, pictures: Sequence[str], *, font: str = "", scale: float = 1
    ) -> list[Measured]:
        """Where the words of each picture are; ``font`` replaces every font."""
        found: list[Measured] = []
        for start in range(0, len(pictures), 50):
            batch = pictures[start : start + 50]
            found += self._thread.submit(self._measure, batch, font, scale).result()
        return found

    def evaluate(self, page: str, script: str) -> Any:
        """What a script finds on a page of this HTML."""
        return self._thread.submit(self._evaluate, page, script, 1).result()

    def _evaluate(self, content: str, script: str, scale: float) -> Any:
        page = self._pages[scale]
        page.set_content(content)
        return page.evaluate(script)

    def _measure(self, pictures: Sequence[str], font: str, scale: float) -> list[Measured]:
        forced = f'svg, svg * {{ font-family: "{font}" !important }}' if font else ""
        drawn = "".join(f'<div class="picture">{picture}</div>' for picture in pictures)
        content = (
            f"<!doctype html><meta charset=utf-8><style>body{{margin:0}}{forced}</style>{drawn}"
        )
        return [
            Measured(
                width,
                height,
                [
                    Words(number, said, Box(*box), Box(*frame) if frame else None)
                    for number, said, box, frame in texts
                ],
            )
            for width, height, texts in self._evaluate(content, _MEASURE, scale)
        ]


def find_chromium() -> str | None:
    """The path of a Chromium: ``PDSA_CHROMIUM``, else the first on the path."""
    return os.environ.get("PDSA_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def started(path: str) -> Iterator[Browser]:
    """A browser with a page at 100% and one at 200% of the device's resolution."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        pages, stop = thread.submit(_start, path).result()
        try:
            yield Browser(pages, thread)
        finally:
            thread.submit(stop).result()


def _start(path: str) -> tuple[dict[float, Page], Callable[[], None]]:
    playwright = sync_playwright().start()
    browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    pages = {
        scale: browser.new_page(viewport={"width": 1800, "height": 900}, device_scale_factor=scale)
        for scale in (1.0, 2.0)
    }

    def stop() -> None:
        browser.close()
        playwright.stop()

    return pages, stop
