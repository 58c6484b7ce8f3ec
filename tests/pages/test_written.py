"""What somebody wrote is given back to them where the page it was written on cannot be."""

from typing import Any

import pytest

from api.store.errors import StoreUnavailable
from tests.api.sample import CYCLE, MEASURE
from tests.pages.forms import opened
from tests.pages.test_cycles import ACT, a_plan, a_school, teacher
from tests.security.house import Browser, House

TEXT = "Students said the frame to a partner <b>first</b>."
SHOWN = "Students said the frame to a partner &lt;b&gt;first&lt;/b&gt;."


async def a_form(here: House, path: str = "") -> tuple[Browser, str, dict[str, str]]:
    """A plan that somebody has open, and what they are about to send."""
    browser = await teacher(here)
    plan = path or await a_plan(browser)
    form = (await opened(browser, plan)).to(plan)
    return browser, plan, form.fields | {"plan/objective": TEXT}


async def test_who_was_signed_out_meanwhile_has_their_text_back(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser, plan, fields = await a_form(here)
        browser.cookies.clear()

        answer = await browser.post(plan, data=fields)

    assert answer.status_code == 403
    assert SHOWN in answer.text
    assert "You are signed out" in answer.text
    assert fields["was"] not in answer.text


async def test_who_sends_an_old_form_has_their_text_back(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser, plan, fields = await a_form(here)

        answer = await browser.post(plan, data=fields | {"csrf": "of another session"})

    assert answer.status_code == 403
    assert SHOWN in answer.text


async def test_a_database_that_is_away_takes_no_text_with_it(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*given: Any, **more: Any) -> None:
        raise StoreUnavailable("gone")

    async with a_school(sqlite_url) as here:
        browser, plan, fields = await a_form(here)
        monkeypatch.setattr(type(here.database), "write", away)
        answer = await browser.post(plan, data=fields)
        monkeypatch.undo()

    assert answer.status_code == 503
    assert SHOWN in answer.text


async def test_figures_of_a_tally_come_back_with_their_days(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        browser.cookies.clear()
        cells = {"cell/m/2018-03-12/room-a": "20/27", "cell/m/2018-03-12/room-b": "11/25"}

        answer = await browser.post(f"/cycles/{CYCLE}/tally/{MEASURE}", data=cells)

    assert "2018-03-12: 20/27\n2018-03-12: 11/25" in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_another_site_puts_no_words_on_a_page(sqlite_url: str, origin: str) -> None:
    async with a_school(sqlite_url) as here:
        browser, plan, fields = await a_form(here)
        for cookies in (True, False):
            if not cookies:
                browser.cookies.clear()

            answer = await browser.post(plan, data=fields, headers={"Origin": origin})

            assert SHOWN not in answer.text


async def test_a_password_is_never_given_back(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        fields = {"current": "three slow rivers run", "password": "nine quiet rivers run"}

        answer = await browser.post("/account/password", data=fields | {"csrf": "wrong"})

    assert answer.status_code == 403
    assert "rivers" not in answer.text


async def test_a_page_that_is_only_asked_for_leads_to_sign_in(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        nobody = await here.browser()

        assert (await nobody.post(ACT, data={})).status_code == 303
