"""The pages for whoever opens the server in a browser: no token, no script, nothing from elsewhere."""

import re
from html.parser import HTMLParser

import pytest

from api.problems import STATUSES, slug
from tests.api.client import serving
from tests.api.contract import CONTRACT

PAGES = ("/", "/reference", "/problems")


class Links(HTMLParser):
    """What a page loads and links to, and its ids."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.urls: list[str] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "action"):
                self.urls.append(value or "")
            if name == "id":
                self.ids.append(value or "")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_needs_no_token_and_loads_nothing_from_elsewhere(
    sqlite_url: str, path: str
) -> None:
    async with serving(sqlite_url) as client:
        nobody = await client.nobody()

        response = await nobody.get(path)
        found = Links(response.text)

        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/html")
        assert not {"script", "style", "iframe", "form"} & set(found.tags)
        assert not {name for name in found.attributes if name.startswith("on") or name == "style"}
        for url in found.urls:
            assert re.match(r"/(?!/)|#|\?|data:,", url), url
            if url.startswith("/"):
                assert (await nobody.get(url)).status_code == 200, url


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_allows_its_own_style_sheet_and_nothing_else(
    sqlite_url: str, path: str
) -> None:
    async with serving(sqlite_url) as client:
        policy = (await client.get(path)).headers["Content-Security-Policy"]

    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == "'self'"
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_a_language_a_title_a_heading_and_ids_of_its_own(
    sqlite_url: str, path: str
) -> None:
    async with serving(sqlite_url) as client:
        page = (await client.get(path)).text

    found = Links(page)
    assert '<html lang="en">' in page
    assert re.search(r"<title>[^<]+</title>", page)
    assert found.tags.count("h1") == 1
    assert found.tags.count("main") == 1
    assert len(set(found.ids)) == len(found.ids)
    assert {url[1:] for url in found.urls if url.startswith("#")} <= set(found.ids)


async def test_the_reference_shows_every_operation(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        page = (await client.get("/reference")).text

    ids = Links(page).ids
    for operation in CONTRACT.operations:
        assert operation.id in ids
        assert operation.described["summary"] in page.replace("&#39;", "'")


async def test_the_problems_page_explains_every_kind(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        page = (await client.get("/problems")).text

    assert set(Links(page).ids) >= {slug(error) for error in STATUSES}


async def test_the_style_sheet_loads_nothing(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        response = await client.get("/static/pdsa.css")

    assert response.headers["Content-Type"].startswith("text/css")
    assert "@import" not in response.text
    assert "url(" not in response.text


async def test_the_start_page_leads_into_the_api(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        page = (await client.get("/")).text

    assert "http://pdsa.test/api/v1/me" in page
    for path in re.findall(r"<code>GET ([^<?]+)", page):
        assert CONTRACT.find("GET", path) is not None, path
