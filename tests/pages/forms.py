"""A page as a browser without a script has it: what it says, and its forms with every field."""

from html.parser import HTMLParser

import httpx

from tests.security.house import Browser


class Form:
    """One form: where it goes, and its fields."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}


class Forms(HTMLParser):
    """What a page shows: its words, its ids, and the forms that change something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self._said: list[str] = []
        self._form: Form | None = None
        self._area = self._select = ""
        self.feed(page)

    @property
    def text(self) -> str:
        """All that stands on the page, in one line."""
        return " ".join(" ".join(self._said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes |= {*given}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "form":
            self._form = Form(given.get("action", ""))
            if given.get("method") == "post":
                self.forms.append(self._form)
        if self._form is None:
            return
        fields, name = self._form.fields, given.get("name", "")
        if tag == "input" and name:
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                fields[name] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in fields or "selected" in given):
            fields[self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        self._said.append(data)
        if self._area and self._form is not None:
            self._form.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._form is not None:
            self._form.fields[self._area] = self._form.fields[self._area].removeprefix("\n")
            self._area = ""
        elif tag == "form":
            self._form = None

    def to(self, action: str) -> Form:
        """The form that goes there."""
        found = [form for form in self.forms if form.action == action]
        assert found, (action, [form.action for form in self.forms])
        return found[0]


async def opened(browser: Browser, path: str) -> Forms:
    """A page that is there, sound as every page is."""
    response = await browser.get(path)
    assert response.status_code == 200, (path, response.status_code, response.text[:300])
    return sound(response)


def sound(response: httpx.Response) -> Forms:
    """What an answer shows; no id twice, one main heading, no style or script in the page itself."""
    shown = Forms(response.text)
    assert len(shown.ids) == len(set(shown.ids)), sorted(
        each for each in set(shown.ids) if shown.ids.count(each) > 1
    )
    assert response.text.count("<h1") == 1
    assert not {name for name in shown.attributes if name == "style" or name.startswith("on")}
    return shown


async def send(
    browser: Browser,
    page: str,
    action: str = "",
    headers: dict[str, str] | None = None,
    /,
    **changed: str,
) -> httpx.Response:
    """Open a page and send a form of it, with some fields filled in (``__`` stands for ``/``)."""
    shown = await opened(browser, page)
    fields = {name.replace("__", "/"): text for name, text in changed.items()}
    return await sent(browser, shown, action or page, fields, headers)


async def sent(
    browser: Browser,
    shown: Forms,
    action: str,
    changed: dict[str, str],
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send a form of a page that was opened before, with fields changed."""
    return await browser.post(action, data=shown.to(action).fields | changed, headers=headers or {})
