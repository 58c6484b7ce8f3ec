"""Sessions: seen, ended at once, over by themselves, and never more than the roles of now."""

import asyncio
from datetime import date, timedelta

from sqlalchemy import update

from api.problems import Unauthenticated
from api.security.errors import NeedsSession, WrongPassword
from api.store import sessions, tables, tokens
from pdsa import Role
from tests.api.client import refused
from tests.security.house import (
    EMAIL,
    OTHER_PASSWORD,
    PASSWORD,
    SCHOOL,
    START,
    Browser,
    House,
    header,
    house,
)


async def twice(here: House) -> tuple[Browser, Browser]:
    """The same person in two browsers."""
    at_home = await here.signed_in()
    at_school = await here.browser(SCHOOL, "Chrome")
    assert (await at_school.sign_in()).status_code == 200
    return at_home, at_school


async def test_one_sees_where_one_is_signed_in(database_url: str) -> None:
    async with house(database_url) as here:
        at_home, _ = await twice(here)

        school, home = (await at_home.get("me/sessions")).json()["items"]

        assert (school["browser"], school["address"], school["current"]) == (
            "Chrome",
            SCHOOL,
            False,
        )
        assert (home["browser"], home["current"], home["signed_in_by"]) == (
            "Firefox",
            True,
            "password",
        )
        assert "hash" not in home


async def test_a_session_that_was_ended_is_refused_on_its_next_request(database_url: str) -> None:
    async with house(database_url) as here:
        at_home, at_school = await twice(here)
        school, _ = (await at_home.get("me/sessions")).json()["items"]

        assert (await at_home.delete(f"me/sessions/{school['id']}")).status_code == 204

        refused(await at_school.get("me"), 401, Unauthenticated)
        assert (await at_home.get("me")).status_code == 200
        refused(await at_home.delete(f"me/sessions/{school['id']}"), 404)
        assert (await here.events())[-1] == "session.ended"


async def test_all_others_are_ended_at_once(database_url: str) -> None:
    async with house(database_url) as here:
        at_home, at_school = await twice(here)

        assert (await at_home.delete("me/sessions")).status_code == 204

        refused(await at_school.get("me"), 401)
        assert len((await at_home.get("me/sessions")).json()["items"]) == 1


async def test_nobody_ends_somebody_elses(database_url: str) -> None:
    async with house(database_url) as here:
        ana = await here.signed_in()
        ben = await here.signed_in(email="ben@example.org")
        (mine,) = (await ana.get("me/sessions")).json()["items"]

        refused(await ben.delete(f"me/sessions/{mine['id']}"), 404)

        assert (await ana.get("me")).status_code == 200


async def test_signing_out_ends_the_session_and_takes_the_cookie(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        cookie = browser.cookies["__Host-pdsa"]

        response = await browser.delete("session")

        assert response.status_code == 204
        assert "__Host-pdsa" not in browser.cookies
        browser.cookies.set("__Host-pdsa", cookie, domain="pdsa.test")
        refused(await browser.get("me"), 401)


async def test_a_session_without_requests_is_over(database_url: str) -> None:
    async with house(database_url, session_idle_minutes=60) as here:
        browser = await here.signed_in()
        for _ in range(10):
            here.clock.forward(minutes=50)
            assert (await browser.get("me")).status_code == 200
            await here.settled()

        here.clock.forward(minutes=61)

        refused(await browser.get("me"), 401)


async def test_a_session_is_over_in_the_end_however_much_it_is_used(database_url: str) -> None:
    async with house(database_url, session_hours=3) as here:
        browser = await here.signed_in()
        for _ in range(5):
            here.clock.forward(minutes=30)
            assert (await browser.get("me")).status_code == 200
            await here.settled()

        here.clock.forward(minutes=31)

        refused(await browser.get("me"), 401)


async def test_when_a_session_was_seen_is_written_every_five_minutes_at_most(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        written = []
        for _ in range(12):
            here.clock.forward(minutes=1)
            await browser.get("me")
            await here.settled()
            written.append((await here.rows("sessions"))[0].seen_at)

        assert len(set(written)) == 3
        assert written[-1] == START + timedelta(minutes=10)


async def test_a_role_that_has_ended_is_over_on_the_next_request(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        person_id = (await browser.get("me")).json()["person_id"]
        token = await here.database.write(tokens.new_token, here.by, person_id, "tool")
        tool = await here.browser()
        grant = next(g for g in await here.rows("grants") if g.person_id == person_id)
        assert (await browser.get("units/team")).status_code == 200
        assert (await tool.get("units/team", headers=header(token))).status_code == 200

        ended = {"ends_on": "2031-01-09"}
        done = await here.admin.patch(f"grants/{grant.id}", json=ended, headers={"If-Match": '"1"'})

        assert done.status_code == 200
        refused(await browser.get("units/team"), 404)
        refused(await tool.get("units/team", headers=header(token)), 404)
        assert date.fromisoformat(ended["ends_on"]) < START.date()


async def test_a_new_password_ends_the_sessions_elsewhere(database_url: str) -> None:
    async with house(database_url) as here:
        at_home, at_school = await twice(here)
        body = {"current": PASSWORD, "password": OTHER_PASSWORD}

        assert (await at_home.put("me/password", json=body)).status_code == 204

        refused(await at_school.get("me"), 401)
        assert (await at_home.get("me")).status_code == 200
        refused(await at_school.sign_in(EMAIL, PASSWORD), 401, WrongPassword)
        assert (await at_school.sign_in(EMAIL, OTHER_PASSWORD)).status_code == 200


async def test_a_new_password_needs_the_present_one_and_follows_the_rules(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        wrong = {"current": "not this one", "password": OTHER_PASSWORD}
        common = {"current": PASSWORD, "password": "password1"}
        before = await here.rows("accounts")

        refused(await browser.put("me/password", json=wrong), 401, WrongPassword)
        refused(await browser.put("me/password", json=common), 422, pointer="/password")

        assert await here.rows("accounts") == before


async def test_the_present_password_is_not_guessed_in_a_session(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in()
        body = {"current": "a guess", "password": OTHER_PASSWORD}

        answers = [(await browser.put("me/password", json=body)).status_code for _ in range(12)]

        assert answers == [401] * 10 + [429] * 2


async def test_of_two_changes_at_once_one_counts(database_url: str) -> None:
    async with house(database_url) as here:
        at_home, at_school = await twice(here)
        one = {"current": PASSWORD, "password": OTHER_PASSWORD}
        other = {"current": PASSWORD, "password": "two slow bicycles"}

        answers = await asyncio.gather(
            at_home.put("me/password", json=one), at_school.put("me/password", json=other)
        )

        assert sorted(each.status_code for each in answers)[0] == 204
        assert sorted(each.status_code for each in answers)[1] in (401, 403)
        assert len(await here.rows("sessions")) == 2


async def test_a_token_does_not_reach_sessions_passwords_or_tokens(database_url: str) -> None:
    async with house(database_url) as here:
        for method, path, body in (
            ("GET", "session", None),
            ("DELETE", "session", None),
            ("GET", "me/sessions", None),
            ("DELETE", "me/sessions", None),
            ("DELETE", "me/sessions/x", None),
            ("PUT", "me/password", {"current": "x", "password": OTHER_PASSWORD}),
            ("GET", "me/tokens", None),
            ("DELETE", "me/tokens/x", None),
        ):
            rest = {} if body is None else {"json": body}
            refused(await here.admin.request(method, path, **rest), 403, NeedsSession)


async def test_sessions_that_are_long_over_are_dropped(database_url: str) -> None:
    async with house(database_url) as here:
        await here.signed_in()

        assert await here.database.write(sessions.forget, here.by) == 0
        here.clock.forward(days=38)
        assert await here.database.write(sessions.forget, here.by) == 1


async def test_a_service_has_no_session(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in(Role.viewer)
        person_id = (await browser.get("me")).json()["person_id"]
        people = tables.people

        def make_service(conn: object) -> None:
            conn.execute(  # type: ignore[attr-defined]
                update(people).where(people.c.id == person_id).values(service=True)
            )

        await here.database.write(make_service)

        refused(await browser.get("me"), 401)
        refused(await browser.sign_in(), 401, WrongPassword)
