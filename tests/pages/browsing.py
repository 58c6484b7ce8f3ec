"""A page as a browser without script has it: its forms with every field, its ids, its texts."""

from html.parser import HTMLParser

import httpx

from tests.security.house import Browser


class Form:
    """A form: where it goes, and what it would be sent with."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}
        self.offered: dict[str, list[str]] = {}


class Shown(HTMLParser):
    """What a page shows: its forms by where they go, ids, and text without tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self._form: Form | None = None
        self._select = self._area = ""
        self.feed(page)

    @property
    def text(self) -> str:
        """All that stands on the page, in one line."""
        return " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes |= set(given)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "form":
            self._form = self.forms.setdefault(given["action"], Form(given["action"]))
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                self._form.fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
            self._form.offered[name] = []
        elif tag == "option" and self._select:
            self._form.offered[self._select].append(given.get("value", ""))
            if "selected" in given or self._select not in self._form.fields:
                self._form.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self._form.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area] += data.removeprefix("\n")
        self.words += f" {data}"


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
    assert not {
        name for name in shown.attributes if name == "style" or name.startswith("on")
    }
    return shown


async def send(
    browser: Browser, page: str, action: str = "", /, **changed: str
) -> httpx.Response:
    """Open a page, change fields of one of its forms, and send all that it has."""
    return await sent(browser, await opened(browser, page), action or page, changed)


async def sent(
    browser: Browser, shown: Shown, action: str, changed: dict[str, str]
) -> httpx.Response:
    """Send a form of a page that was opened before, with fields changed."""
    return await browser.post(action, data=shown.forms[action].fields | changed)
