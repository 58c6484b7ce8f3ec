"""Pages over a district: what goes over the wire, how long the server takes, what a reader sees when.

    python bench/pages.py [--scale 0.02] [--database URL] [--times 50]

Each page is opened in a Chromium that has kept nothing, five times; the figures come from its own
trace: LCP (largest contentful paint), CLS (layout shifts), TBT (time over 50 ms in tasks). The time
of the server is the median of so many requests, one after the other, beside that of the same
facts by the API. Budgets: 100 kB, 3 requests, 60 ms. Exits with 1 where one is not kept.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from api.district import district  # noqa: E402
from api.district.load import load  # noqa: E402
from api.store import engine, schema  # noqa: E402
from api.store.access import OPERATOR, By  # noqa: E402
from tests.browser.site import Site, served  # noqa: E402
from tests.pictures.browser import ARGUMENTS, find_chromium  # noqa: E402

BYTES, REQUESTS, MILLISECONDS = 100_000, 3, 60.0
SCHOOL = "lausd-school-0001"
CATEGORIES = ["-*", "devtools.timeline", "loading", "blink.user_timing", "toplevel"]


async def seeded(url: str, scale: float) -> None:
    """A district in a new database, looked at today."""
    await schema.migrate_async(url)
    async with engine.connect(url) as database:
        await load(database, district(1, scale), By(OPERATOR, datetime.now(UTC)))


def pages(site: Site) -> Iterator[tuple[str, str, str]]:
    """Each page with its address, and what of the API tells the same."""
    team = site.get(f"units?unit={SCHOOL}&kind=team&limit=1")["items"][0]["id"]
    aim = site.get(f"aims?unit={team}&limit=1")["items"][0]["id"]
    measure = site.get(f"measures?aim={aim}&limit=1")["items"][0]["id"]
    cycles = site.get(f"cycles?aim={aim}&limit=50")["items"]
    cycle = max(cycles, key=lambda each: len(each["plan"]["questions"]))["id"]
    yield "sign in", "/sign-in", ""
    yield "home", "/home", "me"
    yield "team", f"/teams/{team}", f"aims/{aim}/review"
    for stage in ("plan", "do", "study", "act"):
        yield stage, f"/cycles/{cycle}/{stage}", f"cycles/{cycle}"
    yield "aim", f"/aims/{aim}", f"aims/{aim}/review"
    yield "aim, edited", f"/aims/{aim}/edit", f"aims/{aim}"
    yield "driver diagram", f"/aims/{aim}/theory", f"aims/{aim}/theory"
    yield "chart", f"/measures/{measure}", f"measures/{measure}/chart"
    yield "portfolio of a school", f"/units/{SCHOOL}", f"units/{SCHOOL}/portfolio"
    yield "since the last meeting", f"/units/{SCHOOL}/changes", f"units/{SCHOOL}/changes"
    yield "meeting", f"/units/{SCHOOL}/meeting", f"units/{SCHOOL}/portfolio?limit=1"
    yield "portfolio of all", "/units/lausd", "units/lausd/portfolio"
    yield "account", "/account", "me"


def server_time(http: httpx.Client, path: str, times: int) -> float:
    """The median in milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = http.get(path)
        took.append(time.perf_counter() - began)
        assert answer.is_success, (path, answer.status_code, answer.text[:300])
    return statistics.median(took) * 1000


def opened(browser: Browser, site: Site, state: Any, path: str) -> dict[str, float]:
    """What the trace of one cold opening says."""
    context = browser.new_context(base_url=site.url, storage_state=state)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda each: sizes.append(each["encodedDataLength"]))
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.goto(path, wait_until="networkidle")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    return {"bytes": sum(sizes), "requests": len([each for each in sizes if each]), **read(events)}


def read(events: list[dict[str, Any]]) -> dict[str, float]:
    """LCP and TBT in milliseconds, and CLS, of the last navigation in a trace."""
    starts = [
        each
        for each in events
        if each["name"] == "navigationStart"
        and each["args"].get("data", {}).get("isOutermostMainFrame", True)
        and str(each["args"].get("data", {}).get("documentLoaderURL", "")).startswith("http")
    ]
    begin = max(each["ts"] for each in starts)
    main = next((each["pid"], each["tid"]) for each in starts if each["ts"] == begin)
    largest = [
        each["ts"]
        for each in events
        if each["name"] == "largestContentfulPaint::Candidate" and each["ts"] >= begin
    ]
    first = [
        each["ts"]
        for each in events
        if each["name"] == "firstContentfulPaint" and each["ts"] >= begin
    ]
    shifts = [
        each["args"]["data"]["score"]
        for each in events
        if each["name"] == "LayoutShift"
        and each["ts"] >= begin
        and not each["args"]["data"].get("had_recent_input")
    ]
    long = [
        each["dur"] / 1000 - 50
        for each in events
        if each["name"] == "RunTask"
        and (each["pid"], each["tid"]) == main
        and first
        and each["ts"] >= min(first)
        and each.get("dur", 0) > 50_000
    ]
    return {
        "lcp": (max(largest) - begin) / 1000 if largest else float("nan"),
        "cls": sum(shifts),
        "tbt": sum(long),
    }


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        yield browser
        browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.02)
    parser.add_argument("--database", default="")
    parser.add_argument("--times", type=int, default=50)
    given = parser.parse_args()
    over = []
    with tempfile.TemporaryDirectory(prefix="pdsa") as folder:
        url = given.database or f"sqlite:///{folder}/pdsa.db"
        if not given.database:
            asyncio.run(seeded(url, given.scale))
        with (
            chromium() as browser,
            served(Path(folder), browser, PDSA_DATABASE=url) as site,
        ):
            state = site.signed_in("facilitator", None, "Ana")
            watcher = site.signed_in("leader", SCHOOL, "Ben")
            print("| page | kB | requests | server ms | of the API's | LCP ms | CLS | TBT ms |")
            print("|---|---|---|---|---|---|---|---|")
            for name, path, asked in pages(site):
                reader = watcher if path.startswith("/units/lausd-school") else state
                with site.client(reader) as http:
                    took = server_time(http, path, given.times) if path != "/sign-in" else 0.0
                    beside = server_time(http, f"/api/v1/{asked}", given.times) if asked else 0.0
                each = [
                    opened(browser, site, None if path == "/sign-in" else reader, path)
                    for _ in range(5)
                ]
                middle = {key: statistics.median(one[key] for one in each) for key in each[0]}
                ratio = f"{took / beside:.1f}" if beside else ""
                print(
                    f"| {name} | {middle['bytes'] / 1000:.1f} | {middle['requests']:.0f} "
                    f"| {took:.1f} | {ratio} | {middle['lcp']:.0f} | {middle['cls']:.3f} "
                    f"| {middle['tbt']:.0f} |"
                )
                if middle["bytes"] > BYTES or middle["requests"] > REQUESTS or took > MILLISECONDS:
                    over.append(name)
    if over:
        print(f"over budget: {', '.join(over)}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
