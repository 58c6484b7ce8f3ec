"""The first steps on a new server: from the printed link to the page of the first team."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from api.store import links, tables
from api.store.links import Purpose
from pdsa import Role
from tests.pages.forms import Forms, send
from tests.security.house import OTHER_PASSWORD, Browser, House, house

NEW = "new@example.org"


@asynccontextmanager
async def a_new_server(database_url: str) -> AsyncIterator[tuple[House, Browser]]:
    """A server without any unit, and its administrator, who has come by the link."""
    async with house(database_url) as here:

        def empty(conn: object) -> str:
            for table in (tables.unit_closure, tables.activity, tables.units):
                conn.execute(table.delete())  # type: ignore[attr-defined]
            # The administrator of the house is in every team; the first one of a server is in none.
            both = tables.grants.delete().where(tables.grants.c.role == Role.facilitator)
            conn.execute(both)  # type: ignore[attr-defined]
            return links.make(conn, here.by, here.admin.person_id, Purpose.first_administrator)  # type: ignore[arg-type]

        secret = await here.database.write(empty)
        browser = await here.browser()
        path = f"/link/{secret}"
        done = await browser.submit(path, path, email="admin@example.org", password=OTHER_PASSWORD)
        assert done.headers["location"] == "/home"
        yield here, browser


async def test_from_the_printed_link_to_the_first_team_by_forms_alone(database_url: str) -> None:
    async with a_new_server(database_url) as (here, browser):
        home = await browser.get("/home")

        place = await send(
            browser,
            "/setup",
            "/setup",
            place__name="Mountain District",
            place__school="Pine School",
        )
        at = place.headers["location"]
        year = await send(browser, at, at, what="save")
        at = year.headers["location"]
        team = await send(
            browser, at, at, team__name="Grade 5", team__rooms="Room 1\r\n\r\nRoom 2\r\nRoom 1"
        )
        page = await browser.get(team.headers["location"])

        units = {row.name: row for row in await here.rows("units")}
        (calendar,) = await here.rows("calendars")
        assert home.headers["location"] == "/setup"
        assert units.keys() == {"Mountain District", "Pine School", "Grade 5", "Room 1", "Room 2"}
        assert units["Grade 5"].parent_id == units["Pine School"].id
        assert units["Room 2"].parent_id == units["Grade 5"].id
        assert calendar.unit_id == units["Mountain District"].id
        assert "Write an aim" in page.text
        assert (await browser.get("/home")).status_code in (200, 303)
        assert (await browser.get("/home")).headers.get("location") != "/setup"


async def test_a_school_by_itself_whose_team_is_led_by_somebody_who_is_invited(
    sqlite_url: str,
) -> None:
    async with a_new_server(sqlite_url) as (here, browser):
        place = await send(
            browser, "/setup", "/setup", place__name="Pine School", place__kind="school"
        )
        at = place.headers["location"].replace("calendar", "team")

        done = await send(
            browser, at, at, team__name="Grade 5", team__leads="other", team__who="Ben",
            team__email=NEW,
        )  # fmt: skip
        await here.settled()

        assert done.headers["location"] == "/home"
        assert here.post.letters[-1].to == NEW
        assert (await browser.get(here.post.link())).status_code == 200
        roles = {(row.role, row.unit_id is None) for row in await here.rows("grants")}
        assert roles == {(Role.administrator, True), (Role.facilitator, False)}


async def test_it_can_be_left_for_later(sqlite_url: str) -> None:
    async with a_new_server(sqlite_url) as (_, browser):
        left = await send(browser, "/setup", "/setup/later")
        home = await browser.get("/home")
        administration = await browser.get("/administration")

        assert left.headers["location"] == "/home"
        assert home.status_code == 200
        assert 'href="/setup"' in administration.text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"team__name": ""}, "team/name"),
        ({"team__leads": "other", "team__email": NEW}, "team/who"),
        ({"team__leads": "other", "team__who": "Ben", "team__email": "x"}, "team/email"),
        ({"team__rooms": "\n".join(f"Room {n}" for n in range(31))}, "team/rooms"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field_and_makes_nothing(
    sqlite_url: str, fields: dict[str, str], wrong: str
) -> None:
    async with a_new_server(sqlite_url) as (here, browser):
        place = await send(browser, "/setup", "/setup", place__name="Pine", place__kind="school")
        at = place.headers["location"].replace("calendar", "team")

        answer = await send(
            browser, at, at, **({"team__name": "Grade 5", "team__rooms": "Room 7"} | fields)
        )

        assert answer.status_code == 422
        assert f'href="#{wrong}"' in answer.text
        assert [row.name for row in await here.rows("units")] == ["Pine"]
        assert wrong == "team/rooms" or "Room 7" in answer.text
        assert not here.post.letters


async def test_nobody_else_is_led_there_or_let_in(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        member = await here.signed_in(Role.member)

        home, page = await member.get("/home"), await member.get("/setup")

        assert home.headers["location"] == "/teams/team"
        assert page.status_code == 403


@pytest.mark.parametrize("code", ["en", "es"])
async def test_each_step_is_read_in_each_language(sqlite_url: str, code: str) -> None:
    async with a_new_server(sqlite_url) as (_, browser):
        first = await browser.get(f"/setup?lang={code}")
        place = await send(browser, "/setup", "/setup", place__name="Pine", place__kind="school")
        year = await browser.get(place.headers["location"])
        team = await browser.get(place.headers["location"].replace("calendar", "team"))

        for page in (first, year, team):
            ids = Forms(page.text).ids
            assert page.status_code == 200
            assert f'<html lang="{code}">' in page.text
            assert len(ids) == len(set(ids))
