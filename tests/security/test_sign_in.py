"""Signing in: what is let in, what is not, and that guessing is slow without locking anybody out."""

import asyncio
import re

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from api.security import door
from api.security.errors import WrongPassword
from api.security.passwords import Passwords
from api.security.rates import TooManyRequests
from api.store import tables
from tests.api.client import refused
from tests.security.house import (
    ELSEWHERE,
    EMAIL,
    HOME,
    PASSWORD,
    SCHOOL,
    START,
    Browser,
    house,
    wide,
)


async def test_who_knows_the_password_is_let_in_and_told_who_they_are(database_url: str) -> None:
    async with house(database_url) as here:
        person_id = await here.person()
        browser = await here.browser()

        response = await browser.sign_in()
        me = (await browser.get("me")).json()

        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert response.json()["person_id"] == me["person_id"] == person_id
        assert me["signed_in_by"] == "password"
        (account,) = await here.rows("accounts")
        assert account.signed_in_at == START
        assert (await here.events())[-1] == "sign_in.done"


@pytest.mark.parametrize("written", [" Ana@Example.ORG ", wide("ANA") + "@example.org"])
async def test_an_address_is_the_same_however_it_is_written(sqlite_url: str, written: str) -> None:
    async with house(sqlite_url) as here:
        await here.person()

        assert (await (await here.browser()).sign_in(written)).status_code == 200


async def test_the_cookies_are_for_this_host_by_https_and_out_of_reach_of_scripts(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        await here.person()
        response = await (await here.browser()).sign_in()

        found = response.headers.get_list("set-cookie")
        assert {each.partition("=")[0] for each in found} == {"__Host-pdsa", "__Host-pdsa-device"}
        for cookie in found:
            parts = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"httponly", "secure", "samesite=lax", "path=/"} <= parts
            assert not any(part.startswith("domain") for part in parts)


async def test_without_https_the_cookie_says_so_by_its_name(sqlite_url: str) -> None:
    async with house(sqlite_url, secure_cookies=False) as here:
        await here.person()
        response = await (await here.browser()).sign_in()

        (cookie, _) = response.headers.get_list("set-cookie")
        assert cookie.startswith("pdsa=")
        assert "secure" not in cookie.lower()


async def test_what_is_refused_says_the_same_and_costs_the_same(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        await here.person("ben@example.org", None)
        disabled = await here.person("cleo@example.org")
        await here.database.write(
            lambda conn: conn.execute(
                update(tables.accounts)
                .where(tables.accounts.c.person_id == disabled)
                .values(disabled_at=START)
            )
        )
        answers = set()

        for email, password in (
            (EMAIL, "a wrong password"),
            ("nobody@example.org", PASSWORD),
            ("no address at all", PASSWORD),
            ("no text \0 for PostgreSQL", PASSWORD),
            ("ben@example.org", PASSWORD),
            ("cleo@example.org", PASSWORD),
        ):
            before = here.passwords.verified, len(await here.events())
            rates = len(await here.rows("rates"))
            browser = await here.browser()
            response = await browser.sign_in(email, password)

            refused(response, 401, WrongPassword)
            answers.add(response.content)
            assert "set-cookie" not in response.headers
            assert here.passwords.verified == before[0] + 1, "one hash, whoever it is"
            assert len(await here.events()) == before[1] + 1
            assert len(await here.rows("rates")) == rates + (5 if not rates else 4)
        assert len(answers) == 1
        assert not await here.rows("sessions")


async def test_a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        await here.person()
        before = (await here.rows("accounts"))[0].password_hash
        here.app.state.passwords = Passwords(
            PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
        )

        assert (await (await here.browser()).sign_in()).status_code == 200
        after = (await here.rows("accounts"))[0].password_hash
        assert after != before
        assert (await (await here.browser()).sign_in()).status_code == 200
        assert (await here.rows("accounts"))[0].password_hash == after


async def test_each_sign_in_gets_a_session_of_its_own_whatever_cookie_came_with_it(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()
        browser.cookies.set("__Host-pdsa", "chosen-by-somebody-else", domain="pdsa.test")

        await browser.sign_in()
        first = browser.cookies["__Host-pdsa"]
        await browser.sign_in()

        assert len({first, browser.cookies["__Host-pdsa"], "chosen-by-somebody-else"}) == 3
        assert len(await here.rows("sessions")) == 2


async def test_nothing_that_signs_in_is_stored_as_it_is(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()
        await browser.sign_in()

        stored = str([await here.rows(name) for name in tables.metadata.tables])
        for secret in (*browser.cookies.values(), PASSWORD, browser.csrf):
            assert secret not in stored


# -- guessing --------------------------------------------------------------------------------------


async def guess(browser: Browser, times: int, email: str = EMAIL) -> list[int]:
    """Wrong passwords, one after another; what each was answered."""
    return [(await browser.sign_in(email, f"guess {n}")).status_code for n in range(times)]


async def test_guessing_is_slowed_down_more_and_more(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        attacker = await here.browser(ELSEWHERE)
        waits = []

        assert await guess(attacker, 5) == [401] * 5
        for _ in range(130):
            response = await attacker.sign_in(EMAIL, "another guess")
            if response.status_code == 429:
                waits.append(int(response.headers["Retry-After"]))
                refused(response, 429, TooManyRequests)
                here.clock.forward(seconds=waits[-1])

        assert waits[0] <= 12
        assert waits[-1] >= 900
        assert sorted(waits)[len(waits) // 2] > waits[0]
        told = [row for row in await here.rows("security_events") if row.event == "rate.exceeded"]
        assert {row.address for row in told} == {ELSEWHERE}


async def test_a_teacher_gets_in_at_home_and_at_school_while_somebody_guesses(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        await here.person()
        teacher = await here.browser(SCHOOL)
        assert (await teacher.sign_in()).status_code == 200
        attackers = [await here.browser(f"192.0.2.{n}") for n in range(1, 26)]
        student = await here.browser(SCHOOL)  # behind the same address as the teacher

        for attacker in (*attackers, student):
            await guess(attacker, 6)

        assert (await student.sign_in()).status_code == 429
        assert (await teacher.sign_in()).status_code == 200, "a known browser at school"
        at_home = await here.browser(HOME)
        at_home.cookies.update(teacher.cookies)
        assert (await at_home.sign_in()).status_code == 200, "and at home"


async def test_a_mailed_link_lets_a_new_browser_in_while_somebody_guesses(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        await here.person()
        for n in range(1, 26):
            await guess(await here.browser(f"192.0.2.{n}"), 6)
        teacher = await here.browser(HOME)
        assert (await teacher.sign_in()).status_code == 429

        asked = await teacher.post("password-resets", json={"email": EMAIL})
        await here.settled()
        done = await teacher.submit(here.post.link(), password="nine quiet rivers")

        assert (asked.status_code, done.status_code) == (202, 303)
        assert (await teacher.get("me")).status_code == 200
        assert (await teacher.sign_in(EMAIL, "nine quiet rivers")).status_code == 200


async def test_a_browser_is_known_to_the_accounts_that_it_signed_in_to_alone(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        await here.person()
        await here.person("eve@example.org")
        eve = await here.browser(ELSEWHERE)
        await eve.sign_in("eve@example.org")

        answers = await guess(eve, 8)

        assert answers == [401] * 5 + [429] * 3


async def test_in_a_known_browser_there_is_a_count_too(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        browser = await here.browser()
        await browser.sign_in()

        answers = await guess(browser, door.BROWSER.amount + 2)

        assert answers == [401] * door.BROWSER.amount + [429] * 2


async def test_signing_in_does_not_give_guesses_at_others_back(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        await here.person("eve@example.org")
        eve = await here.browser(ELSEWHERE)
        answers: list[int] = []

        for n in range(door.ADDRESS.amount + 5):
            here.clock.forward(microseconds=1)
            answers += await guess(eve, 1, f"teacher-{n}@example.org")
            if n % 4 == 0:
                await eve.sign_in("eve@example.org")

        assert answers.count(401) <= door.ADDRESS.amount
        assert answers[-1] == 429


async def test_guesses_at_once_count_each(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        attacker = await here.browser(ELSEWHERE)

        answers = await asyncio.gather(*(attacker.sign_in(EMAIL, f"guess {n}") for n in range(20)))

        assert sorted(each.status_code for each in answers) == [401] * 5 + [429] * 15


async def test_an_account_that_is_not_there_is_slowed_down_alike(database_url: str) -> None:
    async with house(database_url) as here:
        await here.person()
        one, other = await here.browser("192.0.2.1"), await here.browser("192.0.2.2")

        assert await guess(one, 8) == await guess(other, 8, "nobody@example.org")


async def test_no_secret_is_in_the_log(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with house(sqlite_url) as here:
        await here.person()
        browser = await here.browser()
        await guess(browser, 2)
        await browser.post("password-resets", json={"email": EMAIL})
        await here.settled()
        await browser.submit(here.post.link(), password="nine quiet rivers")

        said = re.sub(r"HTTP Request: .*", "", caplog.text)  # httpx itself tells what it asks for
        for secret in (here.post.link().removeprefix("/link/"), "guess 1", "nine quiet rivers"):
            assert secret not in said
