"""A page that is there and sound, with what it says; its forms are those of a browser without script."""

from typing import Any

import httpx

from api.store import inquiries, units
from pdsa import Role, Unit, UnitId
from tests.api.sample import inquiry
from tests.pages.forms import Forms
from tests.security.house import Browser, House


class Shown(Forms):
    """What a page shows: its forms, its ids and its words."""

    def __init__(self, page: str) -> None:
        self.said = ""
        self.attributes: set[str] = set()
        super().__init__(page)

    @property
    def text(self) -> str:
        """All that stands on the page, in one line."""
        return " ".join(self.said.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        super().handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.said += f" {data}"
        super().handle_data(data)


async def opened(browser: Browser, path: str) -> Shown:
    """A page that is there, sound as every page is."""
    response = await browser.get(path)
    assert response.status_code == 200, (path, response.status_code, response.text[:300])
    return sound(response)


def sound(response: httpx.Response) -> Shown:
    """What an answer shows; no id twice, one main heading, no style or script in the page itself."""
    shown = Shown(response.text)
    assert len(shown.ids) == len(set(shown.ids)), sorted(
        each for each in set(shown.ids) if shown.ids.count(each) > 1
    )
    assert response.text.count("<h1") == 1
    assert not {name for name in shown.attributes if name == "style" or name.startswith("on")}
    return shown


async def send(browser: Browser, page: str, action: str = "", /, **changed: str) -> httpx.Response:
    """Open a page, change fields of one of its forms, and send all that it has."""
    return await sent(browser, await opened(browser, page), action or page, changed)


async def sent(
    browser: Browser, shown: Shown, action: str, changed: dict[str, str]
) -> httpx.Response:
    """Send a form of a page that was opened before, with fields changed."""
    return await browser.post(action, data=shown.to(action).fields | changed)


async def watching(here: House) -> Browser:
    """The principal of the school of the sample team, who is not of the team."""

    def found(conn: Any) -> None:
        units.add(conn, here.by, Unit(UnitId("school"), "school", "A school"))
        inquiries.add_inquiry(conn, here.by, inquiry(), "school")

    await here.database.write(found)
    return await here.signed_in(Role.leader, "school", email="lee@example.org", name="Lee")
