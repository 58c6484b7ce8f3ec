"""A district with two schools and whoever watches them, for the pages of portfolios."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select

from api.store import inquiries, tables, units
from api.store.summaries.look import look
from pdsa import Role, Unit, loads
from pdsa.reference import model
from pdsa.units import Audience
from tests.api.sample import inquiry, with_words
from tests.security.house import Browser, House, house

#: One on track in March 2026, with a tally of two classrooms; the sample's is not measured.
MODEL = loads(model())
MARCH = datetime(2026, 3, 20, 12, tzinfo=UTC)
MANY = "school-many"


@asynccontextmanager
async def a_district(database_url: str, *, many: int = 0) -> AsyncIterator[House]:
    """``school-a`` with the model's aim, ``school-b`` with the sample's; a third one with ``many``."""
    async with house(database_url) as here:
        here.clock.now = MARCH

        def found(conn: Any) -> None:
            for id, kind, parent in (
                ("district", "district", None),
                ("school-a", "school", "district"),
                ("school-b", "school", "district"),
                (MANY, "school", "district"),
            ):
                units.add(conn, here.by, Unit(id, kind, f"Sample {id}", parent))  # type: ignore[arg-type]
            inquiries.add_inquiry(conn, here.by, MODEL, "school-a")
            inquiries.add_inquiry(conn, here.by, with_words(inquiry(), at="school-b"), "school-b")
            for number in range(many):
                made = inquiry(number)
                aim = replace(made.aim, title=f"Aim number {number:03}")
                inquiries.add_inquiry(conn, here.by, replace(made, aim=aim), MANY)

        await here.database.write(found)
        yield here


async def looked_at(here: House, to: Audience) -> None:
    """Have every aim looked at for an audience, as the server does by and by."""

    def every(conn: Any) -> None:
        for aim_id in conn.execute(select(tables.aims.c.id)).scalars().all():
            look(conn, here.by, aim_id, to)

    await here.database.write(every)


async def somebody(here: House, role: Role, unit_id: str | None, name: str = "Ana Ruiz") -> Browser:
    """A new person in a browser of theirs."""
    email = f"{name.split()[0].lower()}.{role.value}.{unit_id}@example.org"
    return await here.signed_in(role, unit_id, email=email, name=name)


class Seen(HTMLParser):
    """What a page holds: ids, links, headings, fields and the labels of these, words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.fields: dict[str, dict[str, str | None]] = {}
        self.labels: set[str | None] = set()
        self.inline: list[str] = []
        self._words: list[str] = []
        self.feed(page)
        self.words = re.sub(r"\s+", " ", " ".join(self._words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given.get("href")))
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag == "label":
            self.labels.add(given.get("for"))
        if tag in ("input", "select", "textarea") and given.get("id"):
            self.fields[str(given["id"])] = given
        self.inline += [name for name in given if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        self._words.append(data)


async def page(browser: Browser, path: str, status: int = 200) -> Seen:
    """A page that is well made: one heading of the first order, no id twice, nothing inline."""
    response = await browser.get(path)
    assert response.status_code == status, (path, response.status_code, response.text[:2000])
    seen = Seen(response.text)
    assert seen.headings.count("h1") == 1, path
    assert len(set(seen.ids)) == len(seen.ids), path
    assert not seen.inline, path
    assert set(seen.fields) <= seen.labels, path
    return seen
