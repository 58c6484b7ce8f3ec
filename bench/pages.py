"""Pages over a district: what goes over the wire, how long the server takes, what a reader sees when.

    python bench/pages.py [--scale 0.02] [--database URL] [--times 30]

Each page is opened in a Chromium that has kept nothing, three times; the figures come from its own
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
from typing import Any, NamedTuple

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from api.district import district  # noqa: E402
from api.district.load import load  # noqa: E402
from api.store import engine, schema  # noqa: E402
from api.store.access import OPERATOR, By  # noqa: E402
from pdsa import Stage  # noqa: E402
from tests.browser.pages import ADMINISTRATION, SHOWN, SIGNED_OUT  # noqa: E402
from tests.browser.site import Site, served  # noqa: E402
from tests.pictures.browser import ARGUMENTS, find_chromium  # noqa: E402

BYTES, REQUESTS, MILLISECONDS = 100_000, 3, 60.0
OPENINGS = 3
SCHOOL = "lausd-school-0001"
CATEGORIES = ["-*", "devtools.timeline", "loading", "blink.user_timing", "toplevel"]


async def seeded(url: str, scale: float) -> None:
    """A district in a new database, looked at today."""
    await schema.migrate_async(url)
    async with engine.connect(url) as database:
        await load(database, district(1, scale), By(OPERATOR, datetime.now(UTC)))


class Page(NamedTuple):
    """A page: its path with names of ids, its address, who opens it, what of the API tells the same."""

    path: str
    address: str
    reader: Any
    asked: str


def pages(site: Site) -> Iterator[Page]:
    """Every page that there is, and some again with more on them."""
    aim = largest(site, [each["id"] for each in site.get(f"aims?unit={SCHOOL}&limit=50")["items"]])
    team = site.get(f"aims/{aim}")["unit_id"]
    measure = site.get(f"measures?aim={aim}&limit=1")["items"][0]["id"]
    cycles = site.get(f"cycles?aim={aim}&limit=50")["items"]
    cycle = max(cycles, key=lambda each: len(each["plan"]["questions"]))
    administrator = site.signed_in("administrator", None, "Mia")
    teacher = site.signed_in("facilitator", team, "Ana")
    leader = site.signed_in("leader", SCHOOL, "Ben")
    ids = {
        "aim_id": aim,
        "cycle_id": cycle["id"],
        "measure_id": measure,
        "idea_id": cycle["change_idea_id"],
        "point_id": site.get(f"measures/{measure}/points?limit=1")["items"][0]["id"],
        "request_id": site.make("requests", aim_id=aim, kind="barrier", title="No time")["id"],
        "person_id": site.get("me")["person_id"],
        "calendar_id": site.get("calendars?limit=1")["items"][0]["id"],
        "code": "PLN101",
    }
    beside = {
        "/teams/{unit_id}": f"aims/{aim}/review",
        "/aims/{aim_id}": f"aims/{aim}/review",
        "/aims/{aim_id}/theory": f"aims/{aim}/theory",
        "/measures/{measure_id}": f"measures/{measure}/chart",
        "/units/{unit_id}": f"units/{SCHOOL}/portfolio",
        "/units/{unit_id}/changes": f"units/{SCHOOL}/changes",
        **{f"/cycles/{{cycle_id}}/{stage}": f"cycles/{cycle['id']}" for stage in Stage},
    }
    for path in (*SHOWN, "/home"):
        at_school = path.startswith("/units/")
        address = site.address(path, ids | {"unit_id": SCHOOL if at_school else team})
        reader = None if path in (*SIGNED_OUT, "/sign-in", "/forgot") else teacher
        if at_school and reader:
            reader = leader
        if path == "/home" or ADMINISTRATION.match(path):  # whoever has one place is led there
            reader = administrator
        yield Page(path, address, reader, beside.get(path, ""))
    yield Page(
        "/units/{unit_id} of a district", "/units/lausd", administrator, "units/lausd/portfolio"
    )
    for at in (1, "all"):
        yield Page(
            f"/units/{{unit_id}}/meeting?at={at}",
            f"/units/{SCHOOL}/meeting?at={at}",
            leader,
            f"units/{SCHOOL}/portfolio?limit=1",
        )
    by = f"/measures/{measure}?by=classroom"
    yield Page(
        "/measures/{measure_id}?by=classroom", by, teacher, f"measures/{measure}/chart?by=classroom"
    )


def largest(site: Site, aims: list[str]) -> str:
    """The aim with the most cycles."""
    return max(aims, key=lambda aim: len(site.get(f"cycles?aim={aim}&limit=50")["items"]))


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
    """What the trace of one cold opening says; again, where a new process was traced too late."""
    for _ in range(10):
        if found := traced(browser, site, state, path):
            return found
    raise RuntimeError(f"no trace has the opening of {path}")


def traced(browser: Browser, site: Site, state: Any, path: str) -> dict[str, float] | None:
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
    told = read(events)
    return told and {"bytes": sum(sizes), "requests": len([each for each in sizes if each]), **told}


def read(events: list[dict[str, Any]]) -> dict[str, float] | None:
    """LCP and TBT in milliseconds, and CLS, of the last navigation in a trace that has one."""
    starts = [
        each
        for each in events
        if each["name"] == "navigationStart"
        and each["args"].get("data", {}).get("isOutermostMainFrame", True)
        and str(each["args"].get("data", {}).get("documentLoaderURL", "")).startswith("http")
    ]
    if not starts:
        return None
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
    parser.add_argument("--times", type=int, default=30)
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
            print("| page | kB | requests | server ms | of the API's | LCP ms | CLS | TBT ms |")
            print("|---|---|---|---|---|---|---|---|")
            for page in pages(site):
                line, kept = measured(browser, site, page, given.times)
                print(line, flush=True)
                if not kept:
                    over.append(page.path)
    if over:
        print(f"over budget: {', '.join(over)}")
    return 1 if over else 0


def measured(browser: Browser, site: Site, page: Page, times: int) -> tuple[str, bool]:
    """The line of a page, and whether it keeps the budgets."""
    took = beside = 0.0
    if page.path != "/link/{secret}":  # which may be asked of so often only
        with site.client(page.reader or {"cookies": []}) as http:
            took = server_time(http, page.address, times)
            beside = server_time(http, f"/api/v1/{page.asked}", times) if page.asked else 0.0
    each = [opened(browser, site, page.reader, page.address) for _ in range(OPENINGS)]
    middle = {key: statistics.median(one[key] for one in each) for key in each[0]}
    ratio = f"{took / beside:.1f}" if beside else ""
    server = f"{took:.1f}" if took else ""
    line = (
        f"| `{page.path}` | {middle['bytes'] / 1000:.1f} | {middle['requests']:.0f} | {server} "
        f"| {ratio} | {middle['lcp']:.0f} | {middle['cls']:.3f} | {middle['tbt']:.0f} |"
    )
    kept = middle["bytes"] <= BYTES and middle["requests"] <= REQUESTS
    return line, kept and not took > MILLISECONDS


if __name__ == "__main__":
    sys.exit(main())
