"""The pages of whoever watches many aims: portfolio, what has changed, roll-ups, a meeting."""

import csv
import io
import re
from datetime import date

import pytest
from msgspec.structs import replace

from api.pages import home
from api.pages.home import at_work
from api.pages.portfolios import meeting
from api.pages.portfolios.meeting import screen
from api.store import inquiries
from pdsa import MeasureId, Role
from pdsa.monitoring import AimStatus, aim_figures
from pdsa.review import Record
from pdsa.stages import Study
from pdsa.units import Audience
from pdsa.words import spoken
from tests.api.sample import AIM, CYCLE, REQUEST, TEAM, inquiry
from tests.pages.forms import send
from tests.pages.portfolios import (
    MANY,
    MARCH,
    MODEL,
    Seen,
    a_district,
    looked_at,
    page,
    somebody,
)

SCHOOL_PAGES = (
    "",
    "/changes",
    "/roll-up",
    "/roll-up/groups",
    "/roll-up/months",
    "/roll-up/ideas",
    "/meeting",
    "/meeting?at=1",
    "/meeting?at=all",
    "/requests",
)


async def test_an_ilt_sees_every_aim_of_its_school_at_a_glance(database_url: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-a")

        seen = await page(ilt, "/units/school-a")

        assert MODEL.aim.title in seen.words
        assert "On track since 30 January 2026" in seen.words
        assert "Baseline 20% Latest 37.3% Fri, Mar 13 Target 45%" in seen.words
        assert "44 school days" in seen.words
        assert "Progress: the record shows 4.5" in seen.words
        assert f"/aims/{MODEL.aim.id}" in seen.links
        assert "/units/district" not in seen.links
        for room in MODEL.classrooms:
            assert room.name not in seen.words


async def test_a_reading_is_in_the_reader_s_language(database_url: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-a")

        seen = await page(ilt, "/units/school-a?lang=es")

        assert re.search(r"\d+ cifras, de [\d.]+% a 37.3%, mediana [\d.]+%: más de lo", seen.words)
        assert "rose from" not in seen.words


@pytest.mark.parametrize("role", [Role.leader, Role.ilt_member, Role.viewer, Role.administrator])
async def test_a_role_on_a_school_makes_nobody_one_of_its_teams(
    sqlite_url: str, role: Role
) -> None:
    async with a_district(sqlite_url) as here:
        above = await somebody(here, role, "school-b")

        answer = await above.get("/teams/school-b")

        assert (answer.status_code, answer.headers["location"]) == (303, "/units/school-b")


async def test_every_next_step_leads_to_its_place_on_a_page(sqlite_url: str) -> None:
    async with a_district(sqlite_url) as here:
        ana = await somebody(here, Role.facilitator, MODEL.team.id)
        cycle = "/cycles/cycle-two-solutions-1"
        led = []

        async def go_on(**fields: str) -> None:
            team = await ana.get(f"/teams/{MODEL.team.id}")
            (link,) = re.findall(r'class="button primary" href="(/cycles/[^"]+)"', team.text)
            path, _, place = link.partition("#")
            assert place in Seen((await ana.get(path)).text).ids
            led.append(link.removeprefix(f"{cycle}/"))
            if fields:
                moved = await send(ana, path, path, **fields)
                assert moved.status_code == 303, moved.text

        await go_on(do="go", **{"start-on": "2026-03-20"})
        await go_on()
        here.clock.forward(days=120)
        await ana.sign_in(f"ana.facilitator.{MODEL.team.id}@example.org")
        await go_on(do="save", do__what_happened="They stayed with the first one.")
        await go_on(do="go")
        await go_on()

        assert led[:4] == ["plan#do", "do#tally", "do#do/what_happened", "do#study"]
        assert led[4].startswith("study#study/results/")


async def test_a_team_of_many_aims_gets_to_every_one_of_them(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "_AIMS", 1)
    async with a_district(sqlite_url) as here:
        await here.database.write(inquiries.add_inquiry, here.by, inquiry(1), "school-b")
        ana = await somebody(here, Role.facilitator, f"{TEAM}-1")
        aim = {"unit_id": f"{TEAM}-1", "title": "Another aim"}
        added = (await ana.post("aims", json=aim)).json()

        seen = await page(ana, f"/teams/{TEAM}-1")

        whole = [link for link in seen.links if link.endswith("/theory")]
        assert len(whole) == 1
        assert {f"/aims/{added['id']}", f"/aims/{AIM}-1"} <= {*seen.links}


def test_a_team_s_page_and_its_screen_show_the_measure_that_a_portfolio_shows() -> None:
    aim = replace(MODEL.aim, measured_by=MeasureId("measure-wall-words"))
    record = Record(replace(MODEL, aim=aim), MARCH.date())

    on_page = at_work(record.inquiry, Audience.team, record.on)
    on_screen = screen(record.inquiry, Audience.team, record.on, record.on, 1, paper=False)

    assert on_page.shown is not None
    assert on_screen.measure == on_page.shown
    assert on_page.shown.id == aim_figures(record).measure_id == "measure-justified"


async def test_a_leader_above_the_school_is_given_whole_percents(database_url: str) -> None:
    async with a_district(database_url) as here:
        leader = await somebody(here, Role.leader, "district")

        seen = await page(leader, "/units/school-a")
        picture = (await leader.get("/units/school-a")).text

        assert "Latest 37% Fri, Mar 13" in seen.words
        assert "37.3%" not in picture
        assert "/units/district" in seen.links


async def test_whoever_signs_in_anew_comes_back_to_what_they_had_filtered(
    sqlite_url: str,
) -> None:
    async with a_district(sqlite_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-a")
        nobody = await here.browser()
        path = "/units/school-a?status=on_track&text=50%25+%26+more"

        led = (await nobody.get(path)).headers["location"]
        back = await ilt.get(led)
        long = await nobody.get(f"/units/school-a?text={'x' * 600}")

        assert led.startswith("/sign-in?then=/units/school-a%3F")
        assert back.headers["location"] == path
        assert long.headers["location"] == "/sign-in?then=/units/school-a"


@pytest.mark.parametrize("path", SCHOOL_PAGES)
async def test_nobody_sees_the_portfolio_of_a_school_that_is_not_theirs(
    database_url: str, path: str
) -> None:
    async with a_district(database_url) as here:
        outsider = await somebody(here, Role.ilt_member, "school-b")
        nobody = await here.browser()

        refused = await outsider.get(f"/units/school-a{path}")
        sent_away = await nobody.get(f"/units/school-a{path}")

        assert refused.status_code == 404
        assert "Sample school-a" not in refused.text
        assert sent_away.status_code == 303
        assert sent_away.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("path", SCHOOL_PAGES)
async def test_every_page_of_a_unit_is_whole_in_both_languages(
    database_url: str, path: str
) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")

        english = await page(ilt, f"/units/school-b{path}")
        joined = "&" if "?" in path else "?"
        spanish = await page(ilt, f"/units/school-b{path}{joined}lang=es")

        assert "Skip to content" in english.words
        assert "Ir al contenido" in spanish.words
        assert english.ids == spanish.ids


async def test_a_status_is_said_in_words_and_by_a_shape(database_url: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-a")

        text = (await ilt.get("/units/school-a")).text

        shapes = set(re.findall(r'<symbol id="s-(\w+)"', text))
        assert shapes == {each.value for each in AimStatus}
        assert re.search(r'href="#s-on_track"/></svg> <strong>On track</strong>', text)


async def test_filters_are_reproduced_by_the_address_and_taken_off_one_by_one(
    database_url: str,
) -> None:
    async with a_district(database_url) as here:
        leader = await somebody(here, Role.leader, "district")
        query = "status=on_track&status=overdue&due_from=2026-01-01&grade=5&sort=deadline"

        seen = await page(leader, f"/units/district?{query}")

        text = (await leader.get(f"/units/district?{query}")).text
        assert 'value="on_track" checked' in text
        assert 'value="overdue" checked' in text
        assert 'value="not_measured" checked' not in text
        assert seen.fields["due_from"]["value"] == "2026-01-01"
        assert '<option value="5" selected>' in text
        assert '<option value="deadline" selected>' in text
        for without in (
            "?status=overdue&due_from=2026-01-01&grade=5&sort=deadline",
            "?status=on_track&status=overdue&grade=5&sort=deadline",
            "?status=on_track&status=overdue&due_from=2026-01-01&sort=deadline",
        ):
            assert without in seen.links
        assert "Status: On track" in seen.words
        assert "Due from: 1 January 2026" in seen.words


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("status=on_track", [MODEL.aim.title]),
        ("status=on_track,not_measured", [MODEL.aim.title, AIM]),
        ("text=discourse", [AIM]),
        ("change_idea=exit+ticket", [AIM]),
        ("stage=plan", [MODEL.aim.title]),
        ("stalled=true", []),
        ("due_to=2018-12-31", [AIM]),
        ("student_group=EL", [MODEL.aim.title]),
        ("subject=mathematics", []),
    ],
)
async def test_a_portfolio_is_narrowed_as_the_api_narrows_it(
    database_url: str, query: str, shown: list[str]
) -> None:
    async with a_district(database_url) as here:
        leader = await somebody(here, Role.leader, "district")

        seen = await page(leader, f"/units/district?{query}")
        asked = (await leader.get(f"units/district/portfolio?{query}")).json()

        found = {link for link in seen.links if link.startswith("/aims/")}
        assert found == {f"/aims/{each['aim_id']}" for each in asked["items"]}
        assert len(found) == len(shown)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("due_from=soon", "due_from"),
        ("status=lost", "status"),
        ("grade=99", "grade"),
        ("stage=nap", "stage"),
        ("stalled=maybe", "stalled"),
        ("student_group=%3F", "student_group"),
        ("due_from=2026-02-01&due_to=2026-01-01", "due_to"),
        ("text=" + "x" * 201, "text"),
    ],
)
async def test_a_wrong_filter_is_told_beside_the_others_and_left_out(
    database_url: str, query: str, field: str
) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-a")

        seen = await page(ilt, f"/units/school-a?{query}&sort=aim", 422)
        table = await ilt.get(f"/units/school-a/portfolio.csv?{query}")

        assert "A filter needs another look" in seen.words
        assert f"#{field}" in seen.links
        assert field in seen.ids
        assert f"/aims/{MODEL.aim.id}" in seen.links
        assert table.status_code == 303
        assert table.headers["Location"].startswith("/units/school-a?")


async def test_a_link_to_a_page_that_never_was_leads_to_the_first(database_url: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-a")

        seen = await page(ilt, "/units/school-a?cursor=nonsense", 422)

        assert f"/aims/{MODEL.aim.id}" in seen.links


async def test_fifty_aims_fit_on_a_page_under_100_kb_and_the_next_has_the_rest(
    sqlite_url: str,
) -> None:
    async with a_district(sqlite_url, many=52) as here:
        await looked_at(here, Audience.school)
        ilt = await somebody(here, Role.ilt_member, MANY)

        first = await ilt.get(f"/units/{MANY}?sort=aim")
        following = next(link for link in Seen(first.text).links if "cursor=" in link)
        second = await page(ilt, f"/units/{MANY}{following}")

        assert len(first.content) < 100_000
        assert first.text.count('class="glance"') == 50
        assert "Aim number 000" in first.text
        assert "Aim number 051" in second.words
        assert "Aim number 049" not in second.words
        assert not [link for link in second.links if "cursor=" in link and "lang=" not in link]


async def test_the_table_is_utf_8_for_spreadsheets_and_has_what_is_asked(
    database_url: str,
) -> None:
    async with a_district(database_url) as here:
        leader = await somebody(here, Role.leader, "district")

        response = await leader.get("/units/district/portfolio.csv?status=on_track")

        assert response.content.startswith(b"\xef\xbb\xbf")
        assert response.headers["Content-Type"].startswith("text/csv")
        (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
        assert (row["aim_id"], row["latest"]) == (MODEL.aim.id, "37.0")


async def test_a_team_and_its_classroom_lead_to_the_page_of_the_team(database_url: str) -> None:
    async with a_district(database_url) as here:
        team = await somebody(here, Role.facilitator, TEAM)

        to_team = await team.get(f"/units/{TEAM}")
        from_room = await team.get(f"/units/{inquiry().classrooms[0].id}")

        for response in (to_team, from_room):
            assert response.status_code == 303
            assert response.headers["Location"] == f"/teams/{TEAM}"


async def test_a_unit_leads_to_those_above_and_below_that_may_be_seen(database_url: str) -> None:
    async with a_district(database_url) as here:
        leader = await somebody(here, Role.leader, "district")

        district = await page(leader, "/units/district")
        school = await page(leader, "/units/school-b")

        assert {"/units/school-a", "/units/school-b"} <= set(district.links)
        assert {"/units/district", f"/units/{TEAM}"} <= set(school.links)
        assert "Room A" not in school.words


async def test_since_the_last_meeting_tells_statuses_then_and_now_and_what_was_learned(
    database_url: str,
) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")

        cycle = next(each for each in inquiry().cycles if each.id == CYCLE)

        seen = await page(ilt, "/units/school-b/changes?since=2017-09-01")
        usual = await page(ilt, "/units/school-b/changes")

        assert "Since 1 September 2017" in seen.words
        assert f"/cycles/{CYCLE}" in seen.links
        assert " ".join((cycle.study or Study()).learned.split()) in seen.words
        assert f"/requests/{REQUEST}" in seen.links
        assert "Since 20 February 2026" in usual.words
        assert "Nothing was counted, begun or ended in this time." in usual.words
        views = await here.rows("views")
        assert {row.aim_id for row in views} == {AIM}


@pytest.mark.parametrize("since", ["soon", "2999-01-01"])
async def test_a_day_that_cannot_be_is_told_beside_its_field(database_url: str, since: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")

        seen = await page(ilt, f"/units/school-b/changes?since={since}", 422)

        assert seen.fields["since"]["value"] == since
        assert seen.fields["since"]["aria-invalid"] == "true"
        assert "Since 20 February 2026" in seen.words


async def test_roll_ups_tell_units_by_name_and_link_to_them(database_url: str) -> None:
    async with a_district(database_url) as here:
        leader = await somebody(here, Role.leader, "district")

        units = await page(leader, "/units/district/roll-up")
        teams = await page(leader, "/units/district/roll-up?kind=team")
        ideas = await page(leader, "/units/district/roll-up/ideas?text=exit")

        assert "2 aims together" in units.words
        assert [link for link in units.links if link.startswith("/units/school-")] == [
            "/units/school-a",
            "/units/school-b",
            f"/units/{MANY}",
        ]
        assert f"/units/{TEAM}" in teams.links
        assert "How tests of change ideas ended" in ideas.words


async def test_a_meeting_goes_from_what_has_happened_to_one_aim_after_another(
    database_url: str,
) -> None:
    async with a_district(database_url) as here:
        leader = await somebody(here, Role.leader, "district")
        start = "/units/district/meeting?since=2026-01-01"

        first = await page(leader, start)
        text = (await leader.get(start)).text
        (after,) = re.findall(r'href="([^"]+)" rel="next"', text)
        one = await page(leader, f"/units/district/meeting{after.replace('&amp;', '&')}")
        text = (await leader.get(f"/units/district/meeting{after.replace('&amp;', '&')}")).text
        (before,) = re.findall(r'href="([^"]+)" rel="prev"', text)
        (after,) = re.findall(r'href="([^"]+)" rel="next"', text)
        two = await page(leader, f"/units/district/meeting{after.replace('&amp;', '&')}")
        beyond = await leader.get("/units/district/meeting?at=3")

        assert "Statuses then and now" in first.words
        assert "1 of 2" in one.words
        assert "at=0" in before
        assert "A question for this meeting" in one.words
        assert "2 of 2" in two.words
        assert beyond.status_code == 303


async def test_a_meeting_about_some_aims_stays_about_them_from_another_day(
    database_url: str,
) -> None:
    async with a_district(database_url) as here:
        leader = await somebody(here, Role.leader, "district")

        shown = await leader.get("/units/district/meeting?status=on_track&since=2026-01-01")

        (form,) = re.findall(r'(?s)<form[^>]*class="since">(.*?)</form>', shown.text)
        assert '<input type="hidden" name="status" value="on_track">' in form
        assert 'name="at"' not in form


async def test_a_meeting_tells_a_team_s_own_prompts_to_nobody_else(database_url: str) -> None:
    async with a_district(database_url) as here:
        ilt = await somebody(here, Role.ilt_member, "school-b")
        facilitator = await somebody(here, Role.facilitator, TEAM)

        shown = await page(ilt, "/units/school-b/meeting?at=1")
        findings = (await facilitator.get(f"aims/{AIM}/review")).json()
        told = (await ilt.get(f"aims/{AIM}/review")).json()

        messages = {each["message"] for each in told}
        own = {each["message"] for each in findings} - messages
        assert own
        assert not [message for message in own if message in shown.words]
        assert [message for message in messages if message in shown.words]


async def test_every_aim_is_on_paper_by_itself(database_url: str) -> None:
    async with a_district(database_url) as here:
        leader = await somebody(here, Role.leader, "district")

        text = (await leader.get("/units/district/meeting?at=all")).text
        sheet = (await leader.get("/static/pdsa.css")).text

        assert text.count('<article class="slide"') == 2
        assert ".slide { break-after: page; }" in sheet


class _Loud:
    """A language in which every text is said loudly."""

    def text(self, msgid: str) -> str:
        return msgid.upper()

    def plural(self, one: str, many: str, n: int) -> str:
        return (one if n == 1 else many).upper()

    def day(self, day: date) -> str:
        return "SOME DAY"


async def test_a_paper_says_which_aims_it_has_no_room_for(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "_ON_PAPER", 2)
    async with a_district(sqlite_url, many=1) as here:
        leader = await somebody(here, Role.leader, "district")

        seen = await page(leader, "/units/district/meeting?at=all")

        assert "1 more aim is not on this paper" in seen.words


async def test_what_is_kept_for_others_is_kept_in_one_language(sqlite_url: str) -> None:
    async with a_district(sqlite_url) as here:
        with spoken(_Loud()):
            await looked_at(here, Audience.school)

        kept = [row for row in await here.rows("aim_summaries") if row.audience == "school"]

        readings = {row.reading for row in kept}
        reasons = {each.reason for row in kept for each in row.statuses}
        assert any("rose from" in reading for reading in readings)
        assert not [text for text in readings | reasons if "SOME DAY" in text]
