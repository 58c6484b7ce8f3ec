"""The pages of an aim: the statement builder, how it stands, prompts, and voices on its progress."""

import re
from typing import Any

import pytest

from api.store.kinds import AIM as AIMS
from api.store.kinds import SILENCE as SILENCES
from pdsa import Role
from tests.api.sample import AIM, MEASURE, TEAM, with_sample
from tests.pages.chart_school import watching
from tests.pages.forms import opened, send, sent, sound
from tests.security.house import Browser, House, house

EDIT, PAGE = f"/aims/{AIM}/edit", f"/aims/{AIM}"
NEW = f"/teams/{TEAM}/aims/new"
STATEMENT = {
    "title": "Estimation before computing",
    "population": "students of grade 4",
    "what": "estimate before they compute",
    "indicator": "share of tasks with an estimate",
    "baseline": "20",
    "target": "60%",
    "starts_on": "2031-01-06",
    "deadline": "2031-06-06",
    "equity": "English Learners gain faster than all",
    "grades": "4, 5",
    "subject": "math",
    "milestones/0/on": "2031-03-14",
    "milestones/0/value": "35,5",
}


async def of_team(here: House) -> Browser:
    await with_sample(here.admin)
    return await here.signed_in(Role.member, TEAM)


async def stored(here: House, kind: Any, id: str) -> Any:
    from api.store import elements

    return (await here.database.read(elements.find, kind, id))[0]


async def test_an_aim_is_written_without_any_script(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        response = await send(browser, NEW, NEW, **STATEMENT)
        aim = await stored(here, AIMS, response.headers["Location"].rpartition("/")[2])
        page = await opened(browser, response.headers["Location"])

    assert response.status_code == 303
    assert (aim.unit_id, aim.target, aim.grades, aim.subject) == (TEAM, 60, ("4", "5"), "math")
    assert [(str(each.on), each.value) for each in aim.milestones] == [("2031-03-14", 35.5)]
    assert aim.sentence() in page.text


async def test_the_sentence_can_be_seen_before_anything_is_saved(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        before = len(await here.rows("aims"))

        response = await send(browser, NEW, NEW, do="sentence", population="students of grade 4")
        page = sound(response)

        assert response.status_code == 200
        assert "By a date still open, students of grade 4 improve" in page.text
        assert "The aim does not say by when." in page.text
        assert page.to(NEW).fields["population"] == "students of grade 4"
        assert len(await here.rows("aims")) == before


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("title", "", "Give the aim a title."),
        ("target", "130", "Give a number from 0 to 100"),
        ("baseline", "many", "Give a number from 0 to 100"),
        ("deadline", "2030-01-01", "Give a deadline that is not before the first day."),
        ("milestones/0/on", "2032-01-01", "Give each milestone a day of its own"),
        ("milestones/0/value", "", "Give a number from 0 to 100"),
        ("grades", "fourth", "Give grades such as K, or 4, 5."),
        ("subject", "4th", "Give one short word, such as math."),
    ],
)
async def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_lost(
    sqlite_url: str, field: str, text: str, says: str
) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        response = await send(browser, NEW, NEW, **(STATEMENT | {field: text}))
        page = sound(response)

    assert response.status_code == 422
    assert says in page.text
    assert f'id="{field}" name="{field}" aria-describedby' in response.text
    written = page.to(NEW).fields
    assert {name: written[name] for name in STATEMENT} == STATEMENT | {field: text}


async def test_the_script_is_told_the_sentence_and_what_would_make_it_better(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        form = (await opened(browser, NEW)).to(NEW).fields

        response = await browser.post(
            "/aims/sentence",
            data=form | {"what": "estimate", "target": "none", "baseline": "20"},
            headers={"Accept": "application/json"},
        )
        told = response.json()

    assert response.status_code == 200
    assert "estimate: a target still open (baseline 20%)" in told["sentence"]
    assert [each["field"] for each in told["checks"]] == [
        "deadline",
        "target",
        "population",
        "equity",
    ]
    assert {"AIM101", "AIM106", "AIM203"} <= set(told["asked"])


async def test_an_aim_is_rewritten_and_keeps_what_no_field_speaks_of(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        before = await stored(here, AIMS, AIM)

        response = await send(browser, EDIT, EDIT, baseline="38", measured_by=MEASURE)
        after = await stored(here, AIMS, AIM)

    assert response.headers["Location"] == PAGE
    assert (after.baseline, after.measured_by) == (38, MEASURE)
    assert (after.problem_id, after.statement, after.deadline) == (
        before.problem_id,
        before.statement,
        before.deadline,
    )


async def test_two_people_write_different_parts_of_an_aim_and_both_stay(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        ana = await of_team(here)
        opened_before = await opened(ana, EDIT)
        ben = await here.signed_in(Role.member, TEAM, email="ben@example.org", name="Ben")

        await send(ben, EDIT, EDIT, place="Maple School")
        response = await sent(ana, opened_before, EDIT, {"equity": "English Learners first"})
        aim = await stored(here, AIMS, AIM)

    assert response.status_code == 303
    assert (aim.place, aim.equity) == ("Maple School", "English Learners first")


async def test_two_people_write_in_the_same_field_and_both_texts_are_shown(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        ana = await of_team(here)
        opened_before = await opened(ana, EDIT)
        ben = await here.signed_in(Role.member, TEAM, email="ben@example.org", name="Ben")
        await send(ben, EDIT, EDIT, place="Maple School")

        response = await sent(ana, opened_before, EDIT, {"place": "Room 12"})
        page = sound(response)
        again = await sent(ana, page, EDIT, {})
        aim = await stored(here, AIMS, AIM)

    assert response.status_code == 409
    assert "Maple School" in page.text
    assert page.to(EDIT).fields["place"] == "Room 12"
    assert again.status_code == 303
    assert aim.place == "Room 12"


async def test_a_refused_form_does_not_take_back_what_somebody_else_wrote_meanwhile(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        ana = await of_team(here)
        opened_before = await opened(ana, EDIT)
        ben = await here.signed_in(Role.member, TEAM, email="ben@example.org", name="Ben")
        await send(ben, EDIT, EDIT, place="Maple School")

        refused = await sent(ana, opened_before, EDIT, {"target": "130"})
        response = await sent(ana, sound(refused), EDIT, {"target": "55"})
        aim = await stored(here, AIMS, AIM)

    assert refused.status_code == 422
    assert response.status_code == 303
    assert (aim.place, aim.target) == ("Maple School", 55)


async def test_autosave_answers_with_what_the_fields_hold(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        form = (await opened(browser, EDIT)).to(EDIT).fields
        script = {"Accept": "application/json"}

        told = await browser.post(EDIT, data=form | {"place": "Room 12"}, headers=script)
        refused = await browser.post(EDIT, data=form | {"target": "x"}, headers=script)
        version = told.json()["version"]
        same = await browser.get(f"/aims/{AIM}/pulse?of=aim&version={version}")
        other = await browser.get(f"/aims/{AIM}/pulse?of=aim&version=1", headers=script)

    assert told.json()["values"]["place"] == "Room 12"
    assert (refused.status_code, refused.json()["field"]) == (422, "target")
    assert same.status_code == 204
    assert other.json()["values"]["place"] == "Room 12"


async def test_an_aim_is_given_up_with_a_reason_and_taken_up_again(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        refused = await send(browser, EDIT, f"/aims/{AIM}/stop", reason=" ")
        await send(browser, EDIT, f"/aims/{AIM}/stop", reason="The grade level changed")
        stopped = await stored(here, AIMS, AIM)
        page = await opened(browser, PAGE)
        await send(browser, EDIT, f"/aims/{AIM}/resume")
        resumed = await stored(here, AIMS, AIM)

    assert refused.status_code == 422
    assert stopped.stopped_because == "The grade level changed"
    assert "The grade level changed" in page.text
    assert resumed.stopped_on is None


async def test_the_page_of_an_aim_tells_how_it_stands_and_leads_on(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)

        response = await browser.get(PAGE)
        page = sound(response)

    for part in ("edit", "theory", "ideas", "problem", "one-page.pdf", "measures/new"):
        assert f'href="/aims/{AIM}/{part}"' in response.text
    assert f'href="/measures/{MEASURE}"' in response.text
    assert 'href="/cycles/cycle-exit-ticket-1"' in response.text
    assert "Not measured." in page.text
    assert "64%" in page.text
    assert f'href="/aims/{AIM}/edit#measured_by"' in response.text


async def test_every_prompt_leads_to_the_place_where_it_is_mended(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        await send(browser, f"/aims/{AIM}/ideas/new", f"/aims/{AIM}/ideas/new", title="Loose")
        await send(browser, NEW, NEW, title="An aim without anything")
        (bare,) = [each.id for each in await here.rows("aims") if each.id != AIM]
        new_idea = f"/aims/{bare}/ideas/new"
        await send(browser, new_idea, new_idea, title="An idea")

        led = [
            address
            for aim_id in (AIM, bare)
            for address in re.findall(
                r'href="([^"]+)">Mend it here', (await browser.get(f"/aims/{aim_id}")).text
            )
        ]
        found = {address: await opened(browser, address.partition("#")[0]) for address in led}

    assert len(found) > 10
    for address, page in found.items():
        anchor = address.partition("#")[2]
        assert not anchor or anchor in page.ids, address


async def test_a_finding_is_left_as_it_is_with_a_reason_and_shown_again(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        where, message = f"/aims/{AIM}/silences", "The aim does not say which student groups"
        code = {"code": "AIM106", "element_id": AIM}

        refused = await send(browser, PAGE, where, **code, reason=" ")
        response = await send(browser, PAGE, where, **code, reason="Measured in spring")
        (silence,) = [
            each for each in await here.rows("silences") if each.reason == "Measured in spring"
        ]
        left = await opened(browser, PAGE)
        edit = await opened(browser, EDIT)
        back = await send(browser, PAGE, f"{where}/{silence.id}/take-back")
        rows = await here.rows("silences")

    assert refused.status_code == 422
    assert "Give the reason: the next reader will ask." in sound(refused).text
    assert response.headers["Location"] == f"{PAGE}#review"
    assert "Measured in spring" in left.text
    assert message not in edit.text
    assert back.status_code == 303
    assert silence.id not in [each.id for each in rows]
    assert SILENCES.name == "silence"


async def test_each_voice_says_its_own_level_and_none_replaces_another(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        teacher = await of_team(here)
        coach = await here.signed_in(Role.coach, TEAM, email="kim@example.org", name="Kim")
        where = f"/aims/{AIM}/levels"

        await send(teacher, PAGE, where, level="3", **{"level-reason": "Two tests held"})
        await send(coach, PAGE, where, level="2.5")
        nothing = await send(coach, PAGE, where, level="")
        forged = await send(coach, PAGE, where, level="4", voice="team")
        page = await opened(teacher, PAGE)
        mine = [each.action for each in page.forms if "/levels/" in each.action]
        taken = await send(teacher, PAGE, mine[0])
        levels = await here.rows("levels")

    assert "The record shows" in page.text
    assert "Two tests held" in page.text
    assert "2.5" in page.text
    assert nothing.status_code == 422
    assert forged.status_code == 403
    assert len(mine) == 1
    assert taken.status_code == 303
    assert sorted(each.level for each in levels if each.voice == "coach") == [2.5]


async def test_who_watches_a_team_reads_and_is_offered_nothing_to_write(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        leader = await watching(here)

        response = await leader.get(PAGE)
        page = sound(response)
        whole = await opened(leader, EDIT)
        token = page.to(f"/aims/{AIM}/levels").fields["csrf"]
        refused = [
            await leader.post(where, data={"csrf": token, **fields})
            for where, fields in (
                (EDIT, {"title": "Ours"}),
                (NEW, {"title": "Ours"}),
                (f"/aims/{AIM}/stop", {"reason": "no"}),
                (f"/aims/{AIM}/measured-by", {"measured_by": MEASURE}),
                (f"/aims/{AIM}/silences", {"code": "AIM103", "reason": "no"}),
            )
        ]
        new = await leader.get(NEW)

    assert [each.action for each in page.forms] == [f"/aims/{AIM}/levels"]
    assert "Mend it here" not in page.text
    assert "title" not in whole.to(EDIT).fields
    assert [each.status_code for each in refused] == [403] * len(refused)
    assert new.status_code == 403


async def test_an_aim_is_not_there_for_others_and_needs_a_sign_in(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await with_sample(here.admin)
        other = await here.signed_in()
        nobody = await here.browser()

        seen = [(await other.get(path)).status_code for path in (PAGE, EDIT, NEW)]
        led = [(await nobody.get(path)).headers["Location"] for path in (PAGE, EDIT, NEW)]

    assert seen == [404, 404, 404]
    assert led == [f"/sign-in?then={path}" for path in (PAGE, EDIT, NEW)]


async def test_the_pages_of_an_aim_speak_spanish(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await of_team(here)
        browser.headers["Accept-Language"] = "es"

        page, edit = await opened(browser, PAGE), await opened(browser, EDIT)
        refused = await send(browser, EDIT, EDIT, deadline="2016-01-01", starts_on="2017-01-01")

    assert "¿Hasta dónde hemos llegado?" in page.text
    assert "Escribir la meta" in edit.text
    assert "una fecha límite que no sea anterior al primer día" in sound(refused).text
