"""The sample's team in a school of a district, opened in browsers; and what a page says."""

import csv
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

from api.store import inquiries, points, units
from pdsa import DataPoint, PointId, Role, Unit, UnitId
from tests.api.sample import MEASURE, TEAM, inquiry
from tests.security.house import Browser, House, house

PAGE = f"/measures/{MEASURE}"
POINT = "/points/room-a-2017-10-13"
#: A measure of the sample's aim with figures by student group.
GROUPED = "measure-groups"


@asynccontextmanager
async def a_school(database_url: str, **settings: Any) -> AsyncIterator[House]:
    """The sample's team in a school of a district."""
    async with house(database_url, **settings) as here:

        def found(conn: Any) -> None:
            for id, kind, parent in (
                ("district", "district", None),
                ("school", "school", "district"),
            ):
                units.add(conn, here.by, Unit(id, kind, f"The {kind}", parent))  # type: ignore[arg-type]
            inquiries.add_inquiry(conn, here.by, inquiry(), "school")

        await here.database.write(found)
        yield here


async def teacher(here: House) -> Browser:
    return await here.signed_in(Role.member, TEAM)


async def ilt(here: House) -> Browser:
    return await here.signed_in(Role.ilt_member, "school", email="ilt@example.org", name="Ivo Lee")


async def above(here: House) -> Browser:
    return await here.signed_in(
        Role.leader, "district", email="district@example.org", name="Dana Moss"
    )


async def watching(here: House) -> Browser:
    """The principal of the school of the sample team, who is not of the team."""

    def found(conn: Any) -> None:
        units.add(conn, here.by, Unit(UnitId("school"), "school", "A school"))
        inquiries.add_inquiry(conn, here.by, inquiry(), "school")

    await here.database.write(found)
    return await here.signed_in(Role.leader, "school", email="lee@example.org", name="Lee")


async def with_groups(here: House) -> str:
    """The page of a measure with six weeks of figures by group, one of them about few students."""
    body = {
        "id": None,
        "aim_id": inquiry().aim.id,
        "name": "Sample tickets",
        "kind": "process",
        "unit": "percentage",
        "direction": "increase",
    }
    body.pop("id")
    made = await here.admin.make("measures", **body)
    tallies = {
        None: (60, (24, 25, 24, 30, 31, 33)),
        "EL": (25, (6, 7, 6, 11, 12, 11)),
        "SWD": (7, (1, 1, 2, 1, 2, 2)),
    }
    found = [
        DataPoint(
            PointId(f"{group or 'ALL'}-{week}"),
            made["id"],
            date(2018, 1, 12) + timedelta(weeks=week),
            numerator=number,
            denominator=of,
            student_group=group,
        )
        for group, (of, numbers) in tallies.items()
        for week, number in enumerate(numbers)
    ]
    await here.database.write(lambda conn: points.add_points(conn, here.by, made["id"], found))
    return f"/measures/{made['id']}"


class Read(HTMLParser):
    """A page as it is read: its text, its ids, and the texts of each table's rows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: dict[str, str] = {}
        self.headings: list[int] = []
        self.attributes: set[str] = set()
        self.feed(page)
        self.text = said(page)
        self.rows = [
            [said(cell) for cell in re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall(r"(?s)<tr[^>]*>(.*?)</tr>", page)
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes |= {*given}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label":
            self.labels.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.fields[given.get("id", given.get("name", ""))] = given.get("type", tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


def said(page: str) -> str:
    """The text of a page, in one line."""
    return " ".join(unescape(re.sub(r"(?s)<[^>]+>", " ", page)).split())


async def read(browser: Browser, path: str, status: int = 200) -> Read:
    """A page, read."""
    response = await browser.get(path)
    assert response.status_code == status, response.text
    return Read(response.text)


def spreadsheet(body: bytes) -> list[list[str]]:
    """The rows of a file for a spreadsheet."""
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
