"""Change ideas, measures, the problem of practice and a new cycle: the pages of an aim's parts."""

from typing import Any

import pytest

from api.store import elements
from api.store.kind import Kind
from api.store.kinds import AIM as AIMS
from api.store.kinds import CHANGE_IDEA, CYCLE, MEASURE, PROBLEM
from pdsa import Role
from tests.api.sample import AIM, IDEA, TEAM, with_sample
from tests.api.sample import MEASURE as MEASURE_ID
from tests.api.sample import PROBLEM as PROBLEM_ID
from tests.pages.chart_school import watching
from tests.pages.forms import opened, send, sent, sound
from tests.security.house import Browser, House, house

IDEAS, NEW_IDEA, AN_IDEA = f"/aims/{AIM}/ideas", f"/aims/{AIM}/ideas/new", f"/change-ideas/{IDEA}"
THE_PROBLEM = f"/aims/{AIM}/problem"
NEW_MEASURE, A_MEASURE = f"/aims/{AIM}/measures/new", f"/measures/{MEASURE_ID}/edit"
NEW_CYCLE = f"/aims/{AIM}/cycles/new"
PAGES = (IDEAS, NEW_IDEA, AN_IDEA, THE_PROBLEM, NEW_MEASURE, A_MEASURE, NEW_CYCLE)


async def of_team(here: House) -> Browser:
    await with_sample(here.admin)
    return await here.signed_in(Role.member, TEAM)


async def stored(here: House, kind: Kind[Any], id: str) -> Any:
    return (await here.database.read(elements.find, kind, id))[0]


def last(location: str) -> str:
    return location.rpartition("/")[2]


async def test_a_change_idea_is_written_with_its_practices(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        response = await send(
            browser,
            NEW_IDEA,
            NEW_IDEA,
            title="Number talk on Mondays",
            concept="manage_time",
            adapted_from=IDEA,
            **{
                "teaching_practices/effective_mathematics_teaching-4": "1",
                "teaching_practices/own": "Wait for the third hand\nWait for the third hand",
            },
        )
        idea = await stored(here, CHANGE_IDEA, last(response.headers["Location"]))
        page = await opened(browser, response.headers["Location"])

    assert idea.teaching_practices == (
        "facilitate meaningful mathematical discourse",
        "Wait for the third hand",
    )
    assert (idea.concept, idea.adapted_from) == ("manage_time", IDEA)
    assert "Where it came from Exit ticket with a sentence frame Number talk" in page.text


async def test_a_box_that_is_no_longer_ticked_takes_its_practice_out(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        page = await opened(browser, AN_IDEA)
        fields = page.to(AN_IDEA).fields
        ticked = [name for name in fields if name.startswith("teaching_practices/effective")]

        for name in ticked:
            del fields[name]
        response = await sent(browser, page, AN_IDEA, {})
        idea = await stored(here, CHANGE_IDEA, IDEA)

    assert ticked
    assert response.status_code == 303
    assert idea.teaching_practices == ()
    assert idea.description


async def test_an_idea_shows_its_ramp_and_the_conditions_to_its_team_alone(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        leader = await watching(here)
        teacher = await here.signed_in(Role.member, TEAM)

        own, from_above = await opened(teacher, AN_IDEA), await opened(leader, AN_IDEA)
        listed = await opened(teacher, IDEAS)

    assert "Exit ticket in both classrooms Adapt" in own.text
    assert "Under which conditions was it tested?" in own.text
    assert "Exit ticket in both classrooms" in from_above.text
    assert "Under which conditions was it tested?" not in from_above.text
    assert "Exit ticket in both classrooms" in listed.text


async def test_an_idea_is_made_out_of_another(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        page = await opened(browser, f"{NEW_IDEA}?from={IDEA}")
        fields = page.to(NEW_IDEA).fields

    assert fields["adapted_from"] == IDEA
    assert fields["title"] == "Exit ticket with a sentence frame"


async def test_ideas_that_come_from_each_other_are_refused_beside_their_field(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        response = await send(browser, AN_IDEA, AN_IDEA, adapted_from=IDEA, origin="A book")
        page = sound(response)

    assert response.status_code == 422
    assert "another idea than this one" in page.text
    assert page.to(AN_IDEA).fields["origin"] == "A book"


async def test_the_problem_is_written_with_evidence_and_keeps_its_other_rows(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        before = await stored(here, PROBLEM, PROBLEM_ID)
        at = f"evidence/{len(before.evidence)}"

        refused = await send(browser, THE_PROBLEM, THE_PROBLEM, **{f"{at}/summary": "Few talk"})
        page = sound(refused)
        response = await sent(browser, page, THE_PROBLEM, {f"{at}/source": "survey"})
        after = await stored(here, PROBLEM, PROBLEM_ID)

    assert refused.status_code == 422
    assert "Give the kind of source." in page.text
    assert page.to(THE_PROBLEM).fields[f"{at}/summary"] == "Few talk"
    assert response.status_code == 303
    assert after.evidence[:-1] == before.evidence
    assert (after.evidence[-1].source, after.evidence[-1].summary) == ("survey", "Few talk")


async def test_the_first_words_about_the_problem_make_it_the_aims(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        made = await send(
            browser, f"/teams/{TEAM}/aims/new", f"/teams/{TEAM}/aims/new", title="Second aim"
        )
        aim_id = last(made.headers["Location"])
        where = f"/aims/{aim_id}/problem"

        refused = await send(browser, where, where, statement="Nobody asks")
        response = await sent(browser, sound(refused), where, {"title": "Few questions"})
        problem = await stored(here, PROBLEM, (await stored(here, AIMS, aim_id)).problem_id)

    assert refused.status_code == 422
    assert response.status_code == 303
    assert (problem.title, problem.statement, problem.unit_id) == (
        "Few questions",
        "Nobody asks",
        TEAM,
    )


async def test_a_new_outcome_measure_asks_whether_it_measures_the_aim(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        response = await send(
            browser, NEW_MEASURE, NEW_MEASURE, name="Talk time", target="51", direction="increase"
        )
        page = await opened(browser, response.headers["Location"].partition("#")[0])
        said = await sent(browser, page, f"/aims/{AIM}/measured-by", {})
        measure = await stored(
            here, MEASURE, page.to(f"/aims/{AIM}/measured-by").fields["measured_by"]
        )
        aim = await stored(here, AIMS, AIM)

    assert response.headers["Location"].endswith("/edit#measures-the-aim")
    assert (measure.name, measure.kind, measure.unit) == ("Talk time", "outcome", "percentage")
    assert said.headers["Location"] == f"/aims/{AIM}"
    assert aim.measured_by == measure.id
    assert "does not say exactly what is counted" in page.text


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"name": ""}, "name", "Give the measure a name."),
        ({"kind": ""}, "kind", "Give what the measure is for."),
        ({"target": "many"}, "target", "Give a number, such as 64."),
        ({"per": "1.5"}, "per", "Give a whole number, 1 or more."),
        ({"lowest": "4", "highest": "1"}, "highest", "Give a highest level that is above the"),
    ],
)
async def test_a_measure_that_cannot_be_is_refused_beside_its_field(
    sqlite_url: str, fields: dict[str, str], field: str, says: str
) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        written = {"name": "Talk time", "unit": "rubric_level", "definition": "Minutes of talk"}

        response = await send(browser, NEW_MEASURE, NEW_MEASURE, **(written | fields))
        page = sound(response)

    assert response.status_code == 422
    assert says in page.text
    assert f'id="{field}" name="{field}" aria-describedby' in response.text
    shown = page.to(NEW_MEASURE).fields
    assert {name: shown[name] for name in written | fields} == written | fields


async def test_a_measure_is_said_better_and_stays_of_its_unit(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        before = await stored(here, MEASURE, MEASURE_ID)

        await send(browser, A_MEASURE, A_MEASURE, frequency="every Friday", unit="count")
        after = await stored(here, MEASURE, MEASURE_ID)

    assert after.frequency == "every Friday"
    assert (after.unit, after.definition, after.counts) == (
        before.unit,
        before.definition,
        before.counts,
    )


async def test_a_cycle_is_planned_on_an_idea_that_there_is(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        page = f"{NEW_CYCLE}?idea={IDEA}"
        response = await send(browser, page, NEW_CYCLE, title="In room 12")
        cycle = await stored(here, CYCLE, response.headers["Location"].split("/")[2])

    assert response.headers["Location"].endswith("/plan")
    assert (cycle.change_idea_id, cycle.title, cycle.stage) == (IDEA, "In room 12", "plan")


async def test_a_cycle_and_its_new_idea_are_made_together_or_not_at_all(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        new = {"change_idea_id": "new", "idea/title": "Think time"}
        before = len(await here.rows("change_ideas"))

        refused = await send(browser, NEW_CYCLE, NEW_CYCLE, **new)
        between = len(await here.rows("change_ideas"))
        response = await sent(browser, sound(refused), NEW_CYCLE, {"title": "Ten seconds"})
        cycle = await stored(here, CYCLE, response.headers["Location"].split("/")[2])
        idea = await stored(here, CHANGE_IDEA, cycle.change_idea_id)

    assert refused.status_code == 422
    assert between == before
    assert (idea.title, idea.aim_id) == ("Think time", AIM)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"title": "First"}, "Give the change that is tested."),
        ({"title": "First", "change_idea_id": "new"}, "Give the change that is tested."),
        (
            {"title": "First", "change_idea_id": IDEA, "idea/title": "Another"},
            "Give either an idea of the list or a new one, not both.",
        ),
        ({"title": "First", "change_idea_id": "gone"}, "Give something that is still there."),
    ],
)
async def test_a_cycle_without_one_change_is_refused(
    sqlite_url: str, fields: dict[str, str], says: str
) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        before = len(await here.rows("cycles"))

        response = await send(browser, NEW_CYCLE, NEW_CYCLE, **fields)

        assert response.status_code == 422
        assert says in sound(response).text
        assert len(await here.rows("cycles")) == before


async def test_two_people_write_different_fields_of_a_part_and_both_stay(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        ana = await of_team(here)
        ben = await here.signed_in(Role.member, TEAM, email="ben@example.org", name="Ben")
        before = {page: await opened(ana, page) for page in (AN_IDEA, THE_PROBLEM, A_MEASURE)}
        await send(ben, AN_IDEA, AN_IDEA, origin="A workshop")
        await send(ben, THE_PROBLEM, THE_PROBLEM, statement="Few speak")
        await send(ben, A_MEASURE, A_MEASURE, frequency="daily")

        await sent(ana, before[AN_IDEA], AN_IDEA, {"math_activity": "number talk"})
        await sent(ana, before[THE_PROBLEM], THE_PROBLEM, {"title": "Talk"})
        await sent(ana, before[A_MEASURE], A_MEASURE, {"collected_by": "Ana"})
        idea = await stored(here, CHANGE_IDEA, IDEA)
        problem = await stored(here, PROBLEM, PROBLEM_ID)
        measure = await stored(here, MEASURE, MEASURE_ID)

    assert (idea.origin, idea.math_activity) == ("A workshop", "number talk")
    assert (problem.statement, problem.title) == ("Few speak", "Talk")
    assert (measure.frequency, measure.collected_by) == ("daily", "Ana")


async def test_the_script_saves_the_same_forms_and_hears_of_others(sqlite_url: str) -> None:
    script = {"Accept": "application/json"}
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        for page, pulse, field in (
            (AN_IDEA, f"{AN_IDEA}/pulse", "origin"),
            (THE_PROBLEM, f"{THE_PROBLEM}/pulse", "statement"),
            (A_MEASURE, f"/measures/{MEASURE_ID}/pulse", "frequency"),
        ):
            fields = (await opened(browser, page)).to(page).fields

            told = await browser.post(page, data=fields | {field: "New words"}, headers=script)
            heard = await browser.get(f"{pulse}?version=1", headers=script)

            assert told.json()["values"][field] == "New words"
            assert heard.json()["values"][field] == "New words"


async def test_who_watches_reads_these_pages_and_writes_none(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        leader = await watching(here)
        token = (await opened(leader, f"/aims/{AIM}")).to(f"/aims/{AIM}/levels").fields["csrf"]

        read = [(await leader.get(page)).status_code for page in PAGES]
        fields = {"csrf": token, "title": "Ours", "name": "Ours", "kind": "process"}
        fields |= {"unit": "count", "change_idea_id": IDEA}
        written = [
            (await leader.post(page, data=fields)).status_code for page in PAGES if page != IDEAS
        ]

    assert dict(zip(PAGES, read, strict=True)) == {
        IDEAS: 200,
        NEW_IDEA: 403,
        AN_IDEA: 200,
        THE_PROBLEM: 200,
        NEW_MEASURE: 403,
        A_MEASURE: 200,
        NEW_CYCLE: 403,
    }
    assert written == [403] * len(written)


@pytest.mark.parametrize("page", PAGES)
async def test_these_pages_are_not_there_for_others(sqlite_url: str, page: str) -> None:
    async with house(sqlite_url) as here:
        await with_sample(here.admin)
        other = await here.signed_in()
        nobody = await here.browser()

        assert (await other.get(page)).status_code == 404
        assert (await nobody.get(page)).headers["Location"] == f"/sign-in?then={page}"


async def test_these_pages_speak_spanish(sqlite_url: str) -> None:
    says = {
        IDEAS: "Ideas de cambio",
        NEW_IDEA: "Una idea de cambio nueva",
        AN_IDEA: "¿Qué se hace distinto, exactamente?",
        THE_PROBLEM: "¿Cómo lo sabemos?",
        NEW_MEASURE: "¿Quién cuenta qué, y qué no cuenta?",
        A_MEASURE: "Decir cómo se cuenta",
        NEW_CYCLE: "¿Qué cambio pone a prueba?",
    }
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        browser.headers["Accept-Language"] = "es"

        shown = {page: (await opened(browser, page)).text for page in PAGES}

    assert [page for page, words in says.items() if words not in shown[page]] == []
