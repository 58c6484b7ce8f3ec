"""A page's forms as a browser without a script sends them: every field with what stands in it."""

from html.parser import HTMLParser

import httpx

from tests.security.house import Browser


class Form:
    """One form: where it goes, and its fields."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, str] = {}


class Forms(HTMLParser):
    """The forms of a page that change something, and its ids."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.ids: list[str] = []
        self._form: Form | None = None
        self._area = self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
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


async def send(
    browser: Browser, page: str, action: str, headers: dict[str, str] | None = None, **changes: str
) -> httpx.Response:
    """Open a page and send a form of it, with some fields filled in (``__`` stands for ``/``)."""
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    return await sent(browser, shown, action, headers, **changes)


async def sent(
    browser: Browser,
    shown: httpx.Response,
    action: str,
    headers: dict[str, str] | None = None,
    **changes: str,
) -> httpx.Response:
    """Send a form of a page that was opened before."""
    fields = dict(Forms(shown.text).to(action).fields)
    fields |= {name.replace("__", "/"): text for name, text in changes.items()}
    return await browser.post(action, data=fields, headers=headers or {})
