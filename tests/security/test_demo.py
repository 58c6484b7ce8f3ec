"""A demo lets anybody in as somebody synthetic, and touches nothing that is real."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from api.security.mail import Letter, mailer
from api.settings import Settings
from api.store import demo, elements
from api.store.errors import NotADemo
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from pdsa import Grant, GrantId, Person, PersonId, Role, UnitId
from tests.api.client import operator, serving
from tests.api.sample import AIM, TEAM, with_sample
from tests.pages.forms import Forms, send
from tests.security.house import PASSWORD, Browser, House, house

TEACHER, ILT = "demo-teacher", "lausd-ilt-member"


@asynccontextmanager
async def a_demo(url: str, folder: Path, *, marked: bool = True) -> AsyncIterator[House]:
    """A server that serves a demo; not ``marked``, one whose database is real all the same."""
    async with house(url, data=str(folder)) as here:
        await with_sample(here.admin)
        for id, role in ((TEACHER, Role.facilitator), (ILT, Role.ilt_member)):
            await here.database.write(_played, id, role)
        if marked:
            await here.database.write(demo.mark, "a test")
        prepared = folder / demo.PREPARED
        with (
            closing(sqlite3.connect(url.partition("///")[2])) as live,
            closing(sqlite3.connect(prepared)) as copy,
        ):
            live.backup(copy)
        if not marked:
            with closing(sqlite3.connect(prepared)) as copy:
                copy.execute("CREATE TABLE pdsa_demo (made_by TEXT)")
                copy.execute("INSERT INTO pdsa_demo VALUES ('a test')")
                copy.commit()
        here.app.state.settings = replace(here.app.state.settings, demo=True)
        yield here


def _played(conn: Any, id: str, role: Role) -> None:
    elements.add(conn, operator(), PERSON, Person(PersonId(id), "Sample"), Place(None, None))
    grant = Grant(GrantId(f"{id}-role"), PersonId(id), role, UnitId(TEAM))
    elements.add(conn, operator(), GRANT, grant, Place(grant.unit_id, None))


async def let_in(here: House, part: str = "teacher") -> Browser:
    browser = await here.browser()
    page = await browser.get("/")
    form = next(each for each in Forms(page.text).forms if each.fields.get("part") == part)
    done = await browser.post("/demo/try", data=form.fields)
    assert (done.status_code, done.headers["location"]) == (303, "/home")
    return browser


async def test_a_visitor_is_let_in_without_a_password_and_told_on_every_page(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        browser = await let_in(here)

        pages = [
            await browser.get(path) for path in (f"/teams/{TEAM}", "/account", "/demo", "/problems")
        ]
        me = await browser.get("me")

        assert me.json()["person_id"] == TEACHER
        for page in pages:
            assert page.status_code == 200
            assert "This is a demo" in page.text
        assert "inventadas" in (await browser.get(f"/teams/{TEAM}?lang=es")).text


async def test_a_visitor_becomes_somebody_else_and_the_first_visit_is_over(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        browser = await let_in(here)
        page = await browser.get("/demo")
        form = next(each for each in Forms(page.text).forms if each.fields.get("part") == "ilt")

        await browser.post("/demo/try", data=form.fields)

        assert (await browser.get("me")).json()["person_id"] == ILT
        ended = {row.person_id for row in await here.rows("sessions") if row.ended_at is not None}
        assert ended == {TEACHER}


async def test_starting_over_takes_back_what_was_written_and_keeps_visitors_in(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        before = await here.admin.record()
        browser = await let_in(here)
        settings = f"/teams/{TEAM}/settings"
        await send(browser, settings, settings, name__name="Ours now")
        changed = await browser.get(f"units/{TEAM}")

        done = await send(browser, "/demo", "/demo/over")

        after = await here.admin.record()
        assert changed.json()["name"] == "Ours now"
        assert done.headers["location"] == "/demo?done=over"
        assert (await browser.get(f"units/{TEAM}")).json()["name"] != "Ours now"
        assert (await browser.get("me")).json()["person_id"] == TEACHER
        for table, rows in before.items():
            assert table in ("sessions", "rates") or after[table] == rows, table


async def test_a_real_database_is_never_reset(sqlite_url: str, tmp_path: Path) -> None:
    async with a_demo(sqlite_url, tmp_path, marked=False) as here:
        browser = await let_in(here)
        before = await here.admin.record()

        with pytest.raises(NotADemo):
            await here.database.write(demo.start_over, tmp_path / demo.PREPARED)
        answer = await send(browser, "/demo", "/demo/over")

        after = await here.admin.record()
        assert answer.status_code == 500
        assert {name: rows for name, rows in after.items() if name != "rates"} == {
            name: rows for name, rows in before.items() if name != "rates"
        }


async def test_a_demo_is_never_made_what_is_no_demo(sqlite_url: str, tmp_path: Path) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        before = await here.admin.record()
        real = tmp_path / "real.db"
        with (
            closing(sqlite3.connect(tmp_path / demo.PREPARED)) as copy,
            closing(sqlite3.connect(real)) as other,
        ):
            copy.backup(other)
            other.execute("DROP TABLE pdsa_demo")
            other.commit()

        for file in (real, tmp_path / "nothing.db"):
            with pytest.raises(NotADemo):
                await here.database.write(demo.start_over, file)

        assert await here.admin.record() == before


async def test_a_server_does_not_start_as_a_demo_on_a_real_database(database_url: str) -> None:
    async with serving(database_url):
        pass

    with pytest.raises(BaseException) as caught:
        async with serving(database_url, demo=True):
            pass

    assert "PDSA_DEMO is on" in _said(caught.value)


def _said(error: BaseException) -> str:
    """What an error says, and what those in it say."""
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return " ".join([str(error), *map(_said, inside)])


CLOSED = [
    ("POST", "session", {"email": "ana@example.org", "password": PASSWORD}),
    ("POST", "password-resets", {"email": "ana@example.org"}),
    ("POST", "me/tokens", {"name": "x", "scopes": [], "expires_at": "2031-01-11T00:00:00Z"}),
    ("PUT", "me/password", {"current": "a", "password": "nine quiet rivers"}),
    ("DELETE", "me/sessions", None),
    ("POST", "invitations", {"name": "B", "email": "b@example.org", "role": "member"}),
    ("POST", "grants", {"person_id": ILT, "role": "coach", "unit_id": TEAM}),
    ("DELETE", f"grants/{ILT}-role", None),
    ("POST", "people", {"name": "B"}),
]


@pytest.mark.parametrize(("method", "path", "body"), CLOSED)
async def test_nobody_changes_by_the_api_who_may_come_in(
    sqlite_url: str, tmp_path: Path, method: str, path: str, body: Any
) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        browser = await let_in(here)
        browser.csrf = (await browser.get("session")).json()["csrf"]
        before = await here.admin.record()

        answer = await browser.request(method, path, json=body, headers={"If-Match": "*"})
        await here.settled()

        assert answer.status_code == 403
        assert answer.json()["type"] == "/problems#not-in-demo"
        assert await here.admin.record() == before
        assert not here.post.letters


@pytest.mark.parametrize(
    ("page", "action"),
    [
        ("/account", "/account/tokens"),
        ("/account", "/account/sessions/end-others"),
        ("/sign-in", "/sign-in"),
        ("/forgot", "/forgot"),
    ],
)
async def test_nobody_changes_on_a_page_who_may_come_in(
    sqlite_url: str, tmp_path: Path, page: str, action: str
) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        await let_in(here)
        browser = await let_in(here)
        if page != "/account":
            browser = await here.browser()
        before = await here.admin.record()

        answer = await send(browser, page, action, email="ana@example.org", name="x")
        await here.settled()

        assert answer.status_code == 403
        assert "This is a demo: accounts" in answer.text
        assert await here.admin.record() == before
        assert not here.post.letters


@pytest.mark.parametrize("what", ["invite", "again", "back", "days"])
async def test_nobody_changes_the_roles_of_a_team(
    sqlite_url: str, tmp_path: Path, what: str
) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        browser = await let_in(here)
        settings = f"/teams/{TEAM}/settings"
        before = await here.admin.record()

        answer = await send(
            browser, settings, settings, what=what, at=f"grant/{ILT}-role", invite__name="B"
        )
        await here.settled()

        assert answer.status_code == 403
        assert "This is a demo: accounts" in answer.text
        assert await here.admin.record() == before
        assert not here.post.letters


async def test_a_visitor_signs_out(sqlite_url: str, tmp_path: Path) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        browser = await let_in(here)

        out = await send(browser, "/account", "/sign-out")

        assert out.status_code == 303
        assert (await browser.get("/account")).headers["location"].startswith("/sign-in")


async def test_one_address_starts_over_three_times_in_ten_minutes(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        browser = await let_in(here)

        answers = [await send(browser, "/demo", "/demo/over") for _ in range(4)]
        here.clock.forward(minutes=10)
        later = await send(browser, "/demo", "/demo/over")

        assert [each.status_code for each in answers] == [303, 303, 303, 429]
        assert "Retry-After" in answers[-1].headers
        assert later.status_code == 303


async def test_a_form_from_elsewhere_neither_lets_in_nor_resets(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        browser = await here.browser()

        for path in ("/demo/try", "/demo/over"):
            answer = await browser.post(
                path, data={"part": "teacher"}, headers={"Origin": "https://evil.example"}
            )
            assert answer.status_code == 403
        assert not await here.rows("sessions")


async def test_without_the_setting_there_is_no_demo(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(Role.member)

        answers = [
            await browser.get("/demo"),
            await browser.post("/demo/try", data={"part": "teacher"}),
            await browser.post("/demo/over"),
        ]

        assert [each.status_code for each in answers] == [404, 404, 404]
        assert "demo" not in (await browser.get("/account")).text
        assert not Settings().demo


async def test_no_mail_leaves_a_demo(tmp_path: Path) -> None:
    settings = Settings(demo=True, data=str(tmp_path), smtp="smtp://127.0.0.1:9")

    await mailer(settings).send(Letter("ana@example.org", "Hello", "Hello"))

    assert not list(tmp_path.iterdir())


async def test_what_a_visitor_may_write_is_written(sqlite_url: str, tmp_path: Path) -> None:
    async with a_demo(sqlite_url, tmp_path) as here:
        browser = await let_in(here)
        browser.csrf = (await browser.get("session")).json()["csrf"]

        answer = await browser.request(
            "PATCH", f"aims/{AIM}", json={"title": "Another title"}, headers={"If-Match": "*"}
        )

        assert answer.status_code == 200
