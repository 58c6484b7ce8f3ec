"""The pages of a cycle and of its team: who sees and writes what, and what is refused beside its field."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from api.store import inquiries, units
from pdsa import Role, Unit, UnitId
from tests.api.sample import AIM, CYCLE, MEASURE, TEAM, inquiry
from tests.pages.forms import Forms, opened, send, sent, sound
from tests.security.house import Browser, House, house

PLAN, DO, STUDY, ACT = (f"/cycles/{CYCLE}/{stage}" for stage in ("plan", "do", "study", "act"))


@asynccontextmanager
async def a_school(database_url: str) -> AsyncIterator[House]:
    """The sample team in a school of a district."""
    async with house(database_url) as here:

        def store(conn: Any) -> None:
            units.add(conn, here.by, Unit(UnitId("district"), "district", "The district"))
            units.add(
                conn, here.by, Unit(UnitId("school"), "school", "A school", UnitId("district"))
            )
            inquiries.add_inquiry(conn, here.by, inquiry(), "school")

        await here.database.write(store)
        yield here


async def teacher(here: House) -> Browser:
    return await here.signed_in(Role.facilitator, TEAM)


async def a_plan(browser: Browser) -> str:
    """The next cycle after that of the sample, in Plan; its page."""
    done = await send(browser, ACT, f"/cycles/{CYCLE}/next", title="In Room B")
    assert done.status_code == 303, done.text
    return str(done.headers["location"])


def first(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, page
    return found[1]


async def test_a_team_sees_its_next_step_its_chart_and_prompts(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        led = await browser.get("/home")
        page = (await browser.get(led.headers["location"])).text

    assert led.headers["location"] == f"/teams/{TEAM}"
    assert "Plan the next cycle." in page
    assert f'href="/cycles/{CYCLE}/act#act/next"' in page
    assert "rose from 40% to 64%" in page
    assert "<svg" in page
    assert f'href="/aims/{AIM}/edit#measured_by"' in page or "not measured" in page


async def test_whoever_administers_too_finds_each_place_once_at_home(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        person_id = (await here.rows("people"))[-1].id
        role = {"person_id": person_id, "role": "administrator", "unit_id": TEAM}
        made = await here.admin.post("grants", json=role)

        page = (await browser.get("/home")).text

    assert made.status_code == 201, made.text
    assert page.count(f'href="/teams/{TEAM}"') == 1
    assert f'href="/units/{TEAM}"' not in page
    assert 'href="/administration"' in page


async def test_a_chart_is_drawn_for_a_phone_as_well(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        team = await opened(browser, f"/teams/{TEAM}")
        do = await opened(browser, f"/cycles/{CYCLE}/do")

    for page in (team, do):
        assert {f"chart-{MEASURE}", f"chart-{MEASURE}-narrow"} <= set(page.ids)


async def test_days_that_are_only_read_are_said_in_words(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        plain = await opened(browser, f"/cycles/{CYCLE}/plan")
        spanish = await opened(browser, f"/cycles/{CYCLE}/plan?lang=es")

    assert "First day of the test 13 October 2017" in plain.text
    assert "13 de octubre de 2017" in spanish.text


async def test_what_is_only_room_for_more_is_folded_away(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = (await browser.get(await a_plan(browser))).text

    folded = re.findall(r"<details><summary>(Another [^<]+)</summary>.*?</details>", page, re.S)
    tasks = page.partition('id="plan/tasks"')[2].partition("</section>")[0]
    assert folded == [
        "Another question",
        "Another task",
        "Another measure to count",
        "Another condition",
    ]
    assert tasks.index('name="plan/tasks/0/what"') < tasks.index("<details>")
    assert tasks.index("<details>") < tasks.index('name="plan/tasks/1/what"')


async def test_whoever_is_not_signed_in_is_led_to_sign_in_and_back(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        nobody = await here.browser()

        response = await nobody.get(DO)

    assert (response.status_code, response.headers["location"]) == (303, f"/sign-in?then={DO}")


@pytest.mark.parametrize("path", [f"/teams/{TEAM}", f"/cycles/{CYCLE}", PLAN, DO, STUDY, ACT])
async def test_a_team_is_not_there_for_others(sqlite_url: str, path: str) -> None:
    async with a_school(sqlite_url) as here:
        outsider = await here.signed_in(Role.member, "other-team")

        response = await outsider.get(path)

    assert response.status_code == 404
    assert "Not found" in response.text


async def test_an_ilt_reads_a_cycle_and_writes_nothing(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        watcher = await here.signed_in(Role.ilt_member, "school")

        pages = {path: (await watcher.get(path)) for path in (PLAN, DO, STUDY, ACT)}
        mine = Forms((await watcher.get("/account")).text).to("/sign-out").fields["csrf"]
        posted = await watcher.post(DO, data={"csrf": mine, "do/what_happened": "Seen."})
        counted = await watcher.post(
            f"/cycles/{CYCLE}/tally/{MEASURE}", data={"csrf": mine, "cell/2018-03-09/room-a": "1/2"}
        )

    for path, page in pages.items():
        assert page.status_code == 200, path
        assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0], path
        assert "12/29" not in page.text
    assert "stays with the team" in pages[DO].text
    assert posted.status_code == counted.status_code == 403


async def test_no_id_stands_twice_on_a_page(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        for path in (f"/teams/{TEAM}", PLAN, DO, STUDY, ACT, await a_plan(browser)):
            ids = Forms((await browser.get(path)).text).ids

            assert len(set(ids)) == len(ids), (path, [each for each in ids if ids.count(each) > 1])


async def test_the_next_cycle_is_prefilled_with_what_the_last_one_leads_to(
    sqlite_url: str,
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        page = await a_plan(browser)
        fields = Forms((await browser.get(page)).text).to(page).fields

    assert fields["title"] == "In Room B"
    assert fields["plan/objective"].startswith("For two weeks in Room B")
    assert fields["plan/data/0/measure_id"] == MEASURE


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"expect": "range", "low": "many", "high": "80"}, "low", "a number, such as 64"),
        ({"expect": "range", "low": "80", "high": "60"}, "high", "not below low"),
        ({"expect": "value", "low": ""}, "low", "a number, such as 64"),
        ({"expect": "text"}, "words", "what you expect, in words"),
        ({"reason": "We hope so."}, "expect", "what you expect"),
        ({"expect": "increase", "confidence": "150"}, "confidence", "100"),
    ],
)
async def test_a_prediction_that_cannot_be_is_refused_beside_its_field_and_kept(
    sqlite_url: str, change: dict[str, str], field: str, said: str
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        at = first(
            (await browser.get(page)).text, r'id="(plan/questions/[^"]+/predictions/[\w-]+)"'
        )
        given = {f"{at}/{name}": text for name, text in change.items()}

        refused = await send(browser, page, page, **given, plan__objective="To keep.")
        shown = Forms(refused.text).to(page).fields

    assert refused.status_code == 422
    assert f'<a href="#{at}/{field}">' in refused.text
    assert said in refused.text
    assert shown["plan/objective"] == "To keep."
    assert {name: shown[name] for name in given} == given


async def test_a_number_may_have_a_decimal_comma(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        at = first(
            (await browser.get(page)).text, r'id="(plan/questions/[^"]+/predictions/[\w-]+)"'
        )
        given = {f"{at}/expect": "value", f"{at}/low": "62,5"}

        done = await send(browser, page, page, **given)
        shown = Forms((await browser.get(page)).text).to(page).fields

    assert done.status_code == 303
    assert (shown[f"{at}/low"], shown[f"{at}/measure_id"]) == ("62.5", MEASURE)


async def test_a_row_that_is_emptied_is_taken_out(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)

        await send(
            browser,
            page,
            page,
            **{"plan/tasks/0/what": "", "plan/tasks/0/who": "", "plan/tasks/0/when": ""},
        )
        shown = Forms((await browser.get(page)).text).to(page).fields

    assert [name for name in shown if name.startswith("plan/tasks/") and shown[name]] == []


async def test_two_who_plan_at_once_keep_both_rows(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        one, two = await opened(browser, page), await opened(browser, page)

        await sent(browser, one, page, {"plan/tasks/1/what": "Sort them"})
        done = await sent(browser, two, page, {"plan/tasks/1/what": "Count them"})
        shown = Forms((await browser.get(page)).text).to(page).fields

    assert done.status_code == 303
    assert (shown["plan/tasks/1/what"], shown["plan/tasks/2/what"]) == ("Sort them", "Count them")


async def test_a_refused_plan_takes_nothing_back_that_somebody_else_wrote(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        mine = await opened(browser, page)
        await send(browser, page, page, plan__objective="Theirs.")

        refused = await sent(browser, mine, page, {"plan/size": "many"})
        done = await sent(browser, sound(refused), page, {"plan/size": "12"})
        shown = Forms((await browser.get(page)).text).to(page).fields

    assert (refused.status_code, done.status_code) == (422, 303)
    assert (shown["plan/objective"], shown["plan/size"]) == ("Theirs.", "12")


async def test_a_form_of_another_page_changes_nothing(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)

        response = await browser.post(page, data={"title": "Stolen"})
        shown = Forms((await browser.get(page)).text).to(page).fields

    assert response.status_code == 403
    assert shown["title"] == "In Room B"


async def test_the_script_is_answered_in_facts(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page, script = await a_plan(browser), {"Accept": "application/json"}

        saved = await send(browser, page, page, script, plan__objective="See who uses it.")
        refused = await send(browser, page, page, script, plan__size="many")
        before = await opened(browser, page)
        await sent(browser, before, page, {"plan/objective": "Theirs."})
        differs = await sent(browser, before, page, {"plan/objective": "Mine."}, script)
        await browser.submit("/account", "/sign-out")
        out = await browser.post(page, data={}, headers=script)

    assert saved.json()["values"]["plan/objective"] == "See who uses it."
    assert (refused.status_code, refused.json()["field"]) == (422, "plan/size")
    assert (differs.status_code, differs.json()["differences"]) == (
        409,
        {"plan/objective": "Theirs."},
    )
    assert out.status_code == 401


async def test_findings_stand_where_they_can_be_mended(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)

        shown = (await browser.get(page)).text

    section = shown.partition('id="plan/questions"')[2].partition("<section")[0]
    assert "PLN101" in section


async def test_pages_speak_the_language_that_is_asked_for_or_chosen(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        asked = await browser.get(DO, headers={"Accept-Language": "fr, es;q=0.9, en;q=0.5"})
        await browser.get(f"{DO}?lang=es")
        chosen = await browser.get(DO)
        other = await browser.get(DO, headers={"Accept-Language": "fr"})

    for page in (asked, chosen, other):
        assert '<html lang="es">' in page.text
        assert "Lo que contamos" in page.text


async def test_a_tally_that_no_form_of_ours_sends_is_refused(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        action = f"/cycles/{CYCLE}/tally/{MEASURE}"

        day = await send(browser, DO, action, **{"cell/soon/room-a": "10/25"})
        room = await send(browser, DO, action, **{"cell/2018-03-09/nowhere": "10/25"})
        seen = await send(browser, DO, action, seen="[")

    assert (day.status_code, seen.status_code) == (422, 422)
    assert room.status_code in (200, 422)
    assert "10/23" in Forms(room.text).to(action).fields.values()


async def test_a_decision_needs_its_reason_and_is_never_made_by_saving(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        cycle = page.split("/")[2]
        await send(browser, page, page, do="go")
        for stage in ("do", "study"):
            done = await send(
                browser, f"/cycles/{cycle}/{stage}", f"/cycles/{cycle}/{stage}", do="go"
            )
            assert done.status_code == 303, done.text
        act = f"/cycles/{cycle}/act"

        await send(browser, act, act, act__decision="adopt", act__conditions="In fifth grade.")
        saved = (await here.admin.get(f"cycles/{cycle}")).json()
        unsaid = await send(browser, act, act, act__decision="adopt", do="go")
        await send(browser, act, act, act__decision="adopt", act__reason="It held.", do="go")
        decided = (await here.admin.get(f"cycles/{cycle}")).json()

    assert (saved["status"], saved["act"]["decision"]) == ("running", None)
    assert unsaid.status_code == 422
    assert "the reason for the decision" in unsaid.text
    assert (decided["status"], decided["act"]["decision"]) == ("completed", "adopt")
    assert decided["act"]["conditions"] == "In fifth grade."


async def test_why_a_cycle_was_stopped_is_told_after_a_branch_too(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        where = page.rpartition("/")[0]
        await send(browser, page, f"{where}/stop", reason="The unit was over")
        await send(browser, page, f"{where}/branch", title="Next year", reason="Try it again")

        shown = await opened(browser, page)

    assert "Stopped on 10 January 2031: The unit was over" in shown.text


async def test_a_team_page_offers_nothing_to_mend_to_those_who_may_not(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        watcher = await here.signed_in(Role.ilt_member, "school")

        page = await opened(watcher, f"/teams/{TEAM}")

    assert "What would make this inquiry better" in page.text
    assert "Mend it here" not in page.text
