"""Forms that no page of ours sends, and texts that a word processor leaves: refused or kept, never broken."""

from typing import Any

import pytest

from pdsa import Role
from tests.api.sample import AIM, CYCLE, IDEA, MEASURE, TEAM
from tests.pages.chart_school import a_school, watching
from tests.pages.forms import opened, send, sent, sound
from tests.security.house import Browser, House, house

ACT, NEXT = f"/cycles/{CYCLE}/act", f"/cycles/{CYCLE}/next"
THEORY, NEW_IDEA = f"/aims/{AIM}/theory", f"/aims/{AIM}/ideas/new"
NEW_MEASURE, PROBLEM = f"/aims/{AIM}/measures/new", f"/aims/{AIM}/problem"
POINT = "/points/room-a-2017-10-13"
#: A soft line break, as word processors leave it in what is copied from them.
SOFT = "One\x0btwo\u202e"


async def teacher(here: House) -> Browser:
    return await here.signed_in(Role.facilitator, TEAM)


async def a_plan(browser: Browser) -> str:
    """The next cycle after that of the sample, in Plan; its page."""
    done = await send(browser, ACT, NEXT, title="In Room B")
    return str(done.headers["location"])


async def a_question(browser: Browser, page: str) -> str:
    """The first prediction of a plan, as its form names it."""
    fields = (await opened(browser, page)).to(page).fields
    return next(name.rpartition("/")[0] for name in fields if name.endswith("/expect"))


@pytest.mark.parametrize(
    "name",
    [
        "plan",
        "plan/questions/1/text",
        "plan/questions/x",
        "plan/questions/x/predictions",
        "plan/questions/x/predictions/1/words",
        "plan/questions/x/predictions/y/expect/z",
        "plan/tasks/x/what",
        "plan/tasks/²/what",
        "plan/tasks/" + "9" * 5000 + "/what",
        "/".join("a" * 3000),
    ],
)
async def test_a_plan_with_fields_that_no_form_has_is_refused_or_saved_without_them(
    sqlite_url: str, name: str
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)

        response = await send(browser, page, page, **{name: "x"})

        assert response.status_code in (303, 422)
        assert (await browser.get(page)).status_code == 200


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (PROBLEM, "evidence/²/summary"),
        (PROBLEM, "evidence/x"),
        (f"/aims/{AIM}/edit", "milestones/²/on"),
        (f"/aims/{AIM}/edit", "baseline/x"),
        (f"/teams/{TEAM}/aims/new", "grades/x"),
        (THEORY, "links/x/new"),
        (NEW_MEASURE, "target/x"),
    ],
)
async def test_fields_that_no_form_has_break_no_page_of_an_aim(
    sqlite_url: str, page: str, name: str
) -> None:
    async with a_school(sqlite_url) as here:
        response = await send(await teacher(here), page, page, **{name: "x"})

    assert response.status_code in (303, 422)


@pytest.mark.parametrize("per", ["inf", "nan", "1e400", "9" * 400])
async def test_what_is_no_number_is_refused_as_the_base_of_a_rate(
    sqlite_url: str, per: str
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        refused = await send(browser, NEW_MEASURE, NEW_MEASURE, name="Talk", unit="rate", per=per)

    assert refused.status_code == 422
    assert sound(refused).to(NEW_MEASURE).fields["per"] == per


@pytest.mark.parametrize("version", ["²", "9" * 5000, ""])
async def test_a_figure_is_not_taken_out_by_what_is_no_version(
    sqlite_url: str, version: str
) -> None:
    async with a_school(sqlite_url) as here:
        asked = await send(
            await teacher(here), f"{POINT}/remove", f"{POINT}/remove", version=version
        )

    assert asked.status_code == 409


async def test_a_number_that_can_be_meant_in_two_ways_is_refused(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        fields = {"name": "Tickets", "unit": "count", "kind": "process"}

        refused = await send(browser, NEW_MEASURE, NEW_MEASURE, **fields, target="1,200")
        taken = await send(browser, NEW_MEASURE, NEW_MEASURE, **fields, target="1200,5")
        made = [each for each in await here.rows("measures") if each.name == "Tickets"]

    assert refused.status_code == 422
    assert taken.status_code == 303
    assert [each.target for each in made] == [1200.5]


async def test_what_a_word_processor_leaves_in_a_text_breaks_nothing(database_url: str) -> None:
    async with a_school(database_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        at = await a_question(browser, page)
        fields = {f"{at}/expect": "text", f"{at}/words": SOFT, "title": SOFT}

        done = await send(browser, page, page, **fields)
        branched = await send(
            browser, page, page.replace("/plan", "/branch"), title=SOFT, reason=SOFT
        )
        left = await send(
            browser,
            f"/aims/{AIM}",
            f"/aims/{AIM}/silences",
            code="AIM106",
            element_id=AIM,
            reason=SOFT,
        )
        shown = await opened(browser, page)

    assert {each.status_code for each in (done, branched, left)} == {303}
    assert shown.to(page).fields[f"{at}/words"] == "One two"
    assert shown.to(page).fields["title"] == "One two"


async def test_a_text_that_is_too_long_is_refused_and_never_cut(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page, long = await a_plan(browser), "x" * 10_001
        at = await a_question(browser, page)

        answers: list[Any] = [
            await send(browser, page, page, title=long),
            await send(browser, page, page, **{f"{at}/expect": "text", f"{at}/words": long}),
            await send(browser, page, page.replace("/plan", "/stop"), reason=long),
            await send(browser, ACT, NEXT, title=long),
            await send(browser, THEORY, THEORY, note=long),
            await send(browser, f"/aims/{AIM}/edit", f"/aims/{AIM}/stop", reason=long),
        ]

    for answer in answers:
        assert answer.status_code == 422
        assert long in answer.text


async def test_a_refused_move_keeps_what_was_written_of_it(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        where = page.replace("/plan", "/branch")

        refused = await send(browser, page, where, title="For Room C", reason=" ")
        shown = sound(refused)

    assert refused.status_code == 422
    assert "Give the reason: the next reader will ask." in shown.text
    assert '<a href="#branch-reason">' in refused.text
    assert "branch-reason" in shown.ids
    assert shown.to(where).fields["title"] == "For Room C"


async def test_a_locked_prediction_is_amended_and_a_refused_amendment_keeps_its_words(
    sqlite_url: str,
) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        at = await a_question(browser, page)
        await send(
            browser, page, page, **{f"{at}/expect": "text", f"{at}/words": "Most", "do": "go"}
        )
        where = page.replace("/plan", "/amend")

        refused = await send(browser, page, where, words="Half", confidence="150", reason="Sick")
        fields = sound(refused).to(where).fields
        amended = await sent(browser, sound(refused), where, {"confidence": "60"})
        shown = await opened(browser, page)

    assert refused.status_code == 422
    assert (fields["words"], fields["confidence"], fields["reason"]) == ("Half", "150", "Sick")
    assert amended.status_code == 303
    assert "Half (Sick)" in shown.text


async def test_a_refused_new_idea_keeps_what_it_was_made_out_of(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        before = await opened(browser, f"{NEW_IDEA}?from={IDEA}")

        refused = await sent(browser, before, NEW_IDEA, {"title": ""})
        fields = sound(refused).to(NEW_IDEA).fields

    assert refused.status_code == 422
    assert fields == before.to(NEW_IDEA).fields | {"title": "", "was": fields["was"]}


async def test_a_refused_new_cycle_keeps_the_idea_that_it_was_to_test(sqlite_url: str) -> None:
    where = f"/aims/{AIM}/cycles/new"
    async with a_school(sqlite_url) as here:
        refused = await send(await teacher(here), f"{where}?idea={IDEA}", where, title="")

    assert refused.status_code == 422
    assert sound(refused).to(where).fields["change_idea_id"] == IDEA


async def test_why_a_diagram_is_drawn_so_is_kept_without_a_change_too(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)

        await send(browser, THEORY, THEORY, note="From the interviews")

        assert "From the interviews" in (await opened(browser, THEORY)).text


async def test_what_was_seen_stays_as_exact_as_it_was_written(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        cycle, at = page.split("/")[2], await a_question(browser, page)
        await send(
            browser, page, page, **{f"{at}/expect": "text", f"{at}/words": "Most", "do": "go"}
        )
        await send(browser, f"/cycles/{cycle}/do", f"/cycles/{cycle}/do", do="go")
        study, result = f"/cycles/{cycle}/study", f"study/results/{at.rpartition('/')[2]}"
        seen = {f"{result}/outcome": "held", f"{result}/observed": "12345.678"}
        await send(browser, study, study, **seen)

        await send(browser, study, study, **{"study/learned": "A lot"})
        stored = (await here.admin.get(f"cycles/{cycle}")).json()

    assert stored["study"]["results"][0]["observed"] == 12345.678


async def test_what_a_decision_rests_on_is_told_to_its_team_alone(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        leader = await watching(here)
        own = await here.signed_in(Role.member, TEAM)

        pages = [await opened(each, ACT) for each in (own, leader)]
        study = await opened(leader, f"/cycles/{CYCLE}/study")

    assert ["What the decision rests on" in each.text for each in pages] == [True, False]
    assert "What became of single predictions stays with the team." in study.text
    assert "The plan had no prediction" not in study.text


async def test_who_wrote_last_is_told_to_the_team_alone(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        leader = await watching(here)
        own = await here.signed_in(Role.member, TEAM)
        await send(own, f"/aims/{AIM}/edit", f"/aims/{AIM}/edit", place="Room 12")
        await send(own, f"/measures/{MEASURE}/edit", f"/measures/{MEASURE}/edit", frequency="daily")

        told = {
            (path, each is own): (await each.get(path)).json()["by"]
            for path in (f"/aims/{AIM}/pulse", f"/measures/{MEASURE}/pulse")
            for each in (own, leader)
        }

    assert {by for (_, mine), by in told.items() if mine} == {"Ana Ruiz"}
    assert {by for (_, mine), by in told.items() if not mine} == {""}


async def test_what_the_form_of_a_plan_refuses_is_told_in_plain_spanish(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        browser.headers["Accept-Language"] = "es"

        said = [
            sound(await send(browser, page, page, **{name: text})).text
            for name, text in (
                ("plan/size", "many"),
                ("plan/first_day", "soon"),
                ("title", "x" * 201),
                ("plan/scale", "huge"),
            )
        ]

    assert "Indique un número entero, 0 o más" in said[0]
    assert "Indique un día, como 2026-09-14" in said[1]
    assert "200" in said[2]
    for each in said:
        assert "Expected" not in each
        assert "Invalid" not in each


async def test_what_is_written_of_a_stage_that_is_over_is_shown_to_be_kept(sqlite_url: str) -> None:
    async with a_school(sqlite_url) as here:
        browser = await teacher(here)
        page = await a_plan(browser)
        before = await opened(browser, page)
        await send(browser, page, page, do="go")

        late = await sent(browser, before, page, {"plan/objective": "See who asks."})
        shown = sound(late)

    assert late.status_code == 409
    assert "The cycle is in another stage meanwhile" in shown.text
    assert "so that you can keep it: See who asks." in shown.text
    assert "plan/objective" not in shown.text


async def test_a_block_that_cannot_be_read_stays_in_its_field(sqlite_url: str) -> None:
    where = f"/cycles/{CYCLE}/tally/{MEASURE}/paste"
    async with a_school(sqlite_url) as here:
        refused = await send(
            await teacher(here), f"/cycles/{CYCLE}/do", where, text='Room A\n"10/25'
        )

    assert sound(refused).to(where).fields["text"] == 'Room A\n"10/25'
