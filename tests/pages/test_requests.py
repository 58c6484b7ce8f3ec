"""Requests on pages: raised by a team, answered or handed up above it, closed; and its view log."""

import re

import pytest

from api.pages import requests
from pdsa import Role
from tests.api.sample import AIM, CYCLE, REQUEST, TEAM
from tests.pages.portfolios import MODEL, Seen, a_district, page, somebody
from tests.security.house import Browser

NEW = f"/aims/{AIM}/requests/new"


async def turn(browser: Browser, path: str, move: str, words: str = "") -> Seen:
    """Take a turn by the form of a request's page, and read the page that follows."""
    response = await browser.submit(path, move=move, words=words)
    assert response.status_code == 303, response.text
    return await page(browser, response.headers["Location"])


async def test_a_request_goes_up_and_its_answer_comes_back(database_url: str) -> None:
    async with a_district(database_url) as here:
        ana = await somebody(here, Role.facilitator, TEAM, "Ana Ruiz")
        principal = await somebody(here, Role.leader, "school-b", "Ben Ito")
        supervisor = await somebody(here, Role.leader, "district", "Eva Roth")

        sent = await ana.submit(
            NEW, kind="barrier", title="No time together", words="By May.", cycle_id=CYCLE
        )
        path = sent.headers["Location"]
        before = await supervisor.get(path)
        await turn(principal, path, "pass_up", "Staffing is not ours.")
        await turn(supervisor, path, "answer", "From May on.")
        await turn(ana, path, "reopen", "Not in May.")
        await turn(supervisor, path, "answer", "From April on, then.")
        seen = await turn(ana, path, "close")

        assert before.status_code == 404
        for said in (
            "Ana Ruiz raised · 20 March 2026 · Sample school-b By May.",
            "Ben Ito handed up · 20 March 2026 · Sample district Staffing is not ours.",
            "Eva Roth answered · 20 March 2026 · Sample district From April on, then.",
            "Ana Ruiz closed",
        ):
            assert said in seen.words
        request = (await ana.get(path.replace("/requests", "requests", 1))).json()
        assert (request["state"], request["at"], len(request["turns"])) == ("closed", "district", 6)


async def test_an_answer_is_told_on_the_page_of_the_team_until_it_closes_the_request(
    database_url: str,
) -> None:
    async with a_district(database_url) as here:
        ana = await somebody(here, Role.facilitator, TEAM, "Ana Ruiz")
        principal = await somebody(here, Role.leader, "school-b", "Ben Ito")
        home = await principal.get("/home")
        sent = await ana.submit(NEW, kind="barrier", title="No time together")
        path = sent.headers["Location"]

        waiting = await page(ana, f"/teams/{TEAM}")
        asked = await turn(principal, path, "answer", "From May on.")
        answered = await page(ana, f"/teams/{TEAM}")
        above = await page(principal, f"/teams/{TEAM}")
        await turn(ana, path, "close")
        closed = await page(ana, f"/teams/{TEAM}")

        assert home.headers["Location"] == "/units/school-b"
        assert "for less than a school day" in asked.words
        assert "Answered: No time together" in answered.words
        for seen in (waiting, above, closed):
            assert "Answered: No time together" not in seen.words


async def test_above_a_team_nobody_is_told_who_of_it_asked(database_url: str) -> None:
    async with a_district(database_url) as here:
        ana = await somebody(here, Role.facilitator, TEAM, "Ana Ruiz")
        principal = await somebody(here, Role.leader, "school-b", "Ben Ito")
        sent = await ana.submit(NEW, kind="request", title="Time", words="Soon.")

        seen = await turn(principal, sent.headers["Location"], "answer", "From May on.")

        assert "The team raised · 20 March 2026" in seen.words
        assert "Ben Ito answered" in seen.words
        assert "Ana Ruiz" not in seen.words


async def test_only_turns_that_somebody_may_take_now_are_offered(database_url: str) -> None:
    async with a_district(database_url) as here:
        member = await somebody(here, Role.member, TEAM)
        ilt = await somebody(here, Role.ilt_member, "school-b")
        viewer = await somebody(here, Role.viewer, "school-b")
        path = f"/requests/{REQUEST}"

        offered = {
            browser: re.findall(r'name="move" value="(\w+)"', (await browser.get(path)).text)
            for browser in (member, ilt, viewer)
        }
        alien = await member.submit(path, move="answer", words="Yes.")
        elsewhere = await (await somebody(here, Role.ilt_member, "school-a")).get(path)

        assert list(offered.values()) == [["close"], ["answer", "pass_up"], []]
        assert alien.status_code == 403
        assert elsewhere.status_code == 404


async def test_an_answer_without_words_is_refused_beside_its_field(database_url: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")

        response = await ilt.submit(f"/requests/{REQUEST}", move="answer", words=" ")

        seen = Seen(response.text)
        assert response.status_code == 422
        assert seen.fields["words"]["aria-invalid"] == "true"
        assert "#words" in seen.links


@pytest.mark.parametrize("move", ["answer", "pass_up"])
async def test_words_that_could_not_be_read_back_are_not_kept(database_url: str, move: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")
        path = f"/requests/{REQUEST}"

        longer = await ilt.submit(path, move=move, words="x" * 10_001)
        pasted = await ilt.submit(path, move=move, words="From\0 May\x0bon,\r\nmost\u202e likely.")

        assert longer.status_code == 422
        assert "x" * 10_001 in longer.text
        assert pasted.status_code == 303
        request = (await ilt.get(f"requests/{REQUEST}")).json()
        assert request["turns"][-1]["words"] == "From  May on,\nmost  likely."


async def test_of_two_who_answer_the_later_one_reads_first_and_loses_nothing(
    database_url: str,
) -> None:
    async with a_district(database_url) as here:
        ben = await somebody(here, Role.leader, "school-b", "Ben Ito")
        eva = await somebody(here, Role.ilt_member, "school-b", "Eva Roth")
        path = f"/requests/{REQUEST}"
        _, opened = await eva.filled(path, move="answer", words="We can cover one period.")

        await turn(ben, path, "answer", "From May on.")
        late = await eva.post(path, data=opened)

        seen = Seen(late.text)
        assert late.status_code == 409
        assert "Somebody was quicker" in seen.words
        assert "From May on." in seen.words
        assert "We can cover one period.</textarea>" in late.text
        assert "We can cover one period." not in (await ben.get(path)).text


async def test_the_page_of_a_unit_tells_what_waits_there_and_how_long(database_url: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")
        above = await somebody(here, Role.leader, "district")
        team = await somebody(here, Role.member, TEAM)

        waiting = await page(ilt, "/units/school-b/requests")
        answered = await page(ilt, "/units/school-b/requests?state=answered")
        of_aim = await page(ilt, f"/units/school-b/requests?aim={AIM}")
        hidden = await page(above, "/units/district/requests")
        own = await page(team, f"/units/{TEAM}/requests")

        assert [link for link in waiting.links if "/requests/" in link] == [f"/requests/{REQUEST}"]
        assert "school days, longer than one meeting takes" in waiting.words
        assert "Answered: the team's turn · for" in answered.words
        assert len([link for link in of_aim.links if link.startswith("/requests/")]) == 2
        assert not [link for link in hidden.links if link.startswith("/requests/")]
        assert f"/requests/{REQUEST}" in own.links


@pytest.mark.parametrize("query", ["aim=%00", "aim=", "state=late", "cursor=%00"])
async def test_requests_are_shown_whatever_the_address_asks(database_url: str, query: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")

        seen = await page(ilt, f"/units/school-b/requests?{query}")

        assert f"/requests/{REQUEST}" in seen.links


async def test_requests_about_one_aim_go_on_about_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "_LIMIT", 1)
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")
        path = "/units/school-b/requests"

        first = await page(ilt, f"{path}?aim={AIM}")
        (following,) = [link for link in first.links if "cursor=" in link]
        second = await page(ilt, path + following)

        told = [link for seen in (first, second) for link in seen.links if "/requests/" in link]
        assert len({link for link in told if link.startswith("/requests/")}) == 2


async def test_a_form_that_is_wrong_keeps_what_was_written(database_url: str) -> None:
    async with a_district(database_url) as here:
        ana = await somebody(here, Role.member, TEAM)

        empty = await ana.submit(NEW, kind="barrier", title=" ", words="By May.")
        unknown = await ana.submit(NEW, kind="wish", title="Time", words="By May.")
        foreign = await ana.submit(NEW, kind="request", title="Time", cycle_id="nothing")

        for response, field in ((empty, "title"), (unknown, "kind"), (foreign, "cycle_id")):
            assert response.status_code == 422, response.text
            assert f"#{field}" in Seen(response.text).links
        assert "By May.</textarea>" in empty.text
        assert 'value="barrier" checked' in empty.text
        assert 'value="Time"' in unknown.text


async def test_only_whoever_works_in_a_team_raises_its_requests(database_url: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")
        outsider = await somebody(here, Role.member, "school-a", "Eva Roth")

        assert (await ilt.get(NEW)).status_code == 403
        assert (await outsider.get(NEW)).status_code == 404


async def test_comments_that_the_team_shares_stand_beside_its_request(database_url: str) -> None:
    async with a_district(database_url) as here:
        ana = await somebody(here, Role.member, TEAM)
        ilt = await somebody(here, Role.ilt_member, "school-b")
        for number in range(21):
            await ana.post(f"aims/{AIM}/comments", json={"text": f"We are tired, {number}."})
        await ana.post(f"aims/{AIM}/comments", json={"text": "We meet at lunch.", "shared": True})

        seen = await page(ilt, f"/requests/{REQUEST}")

        assert "We meet at lunch." in seen.words
        assert "We are tired" not in seen.words


async def test_a_team_reads_who_opened_its_record_and_nobody_else_does(database_url: str) -> None:
    async with a_district(database_url) as here:
        ana = await somebody(here, Role.member, TEAM)
        ilt = await somebody(here, Role.ilt_member, "school-b", "Ben Ito")
        path = f"/teams/{TEAM}/views"
        nothing = await page(ana, path)
        await page(ilt, "/units/school-b")
        still_nothing = await page(ana, path)

        await page(ilt, "/units/school-b/meeting?at=1")
        seen = await page(ana, path)

        for before in (nothing, still_nothing):
            assert "Nobody from outside the team has opened it yet." in before.words
        assert "Ben Ito" in seen.words
        assert f"/aims/{AIM}" in seen.links
        assert (await ilt.get(path)).status_code == 403
        outsider = await somebody(here, Role.ilt_member, "school-a")
        assert (await outsider.get(path)).status_code == 404


@pytest.mark.parametrize(
    "path", [f"/requests/{REQUEST}", NEW, f"/units/{TEAM}/requests", f"/teams/{TEAM}/views"]
)
async def test_pages_of_requests_are_whole_in_both_languages(database_url: str, path: str) -> None:
    async with a_district(database_url) as here:
        ana = await somebody(here, Role.facilitator, TEAM)

        english = await page(ana, path)
        spanish = await page(ana, f"{path}?lang=es")

        assert english.ids == spanish.ids
        assert "Ir al contenido" in spanish.words
        assert (await (await here.browser()).get(path)).status_code == 303


async def test_a_team_s_page_leads_to_its_requests_and_its_view_log(database_url: str) -> None:
    async with a_district(database_url) as here:
        ana = await somebody(here, Role.facilitator, TEAM)

        seen = await page(ana, f"/teams/{TEAM}")

        assert {NEW, f"/units/{TEAM}/requests", f"/teams/{TEAM}/views"} <= set(seen.links)
        assert f"/aims/{MODEL.aim.id}" not in seen.links
