"""Administration: units, people, calendars, tools, events and settings."""

import re
from typing import Any

import httpx
import pytest

from api.pages.administration import people
from api.store import elements, tree
from api.store.kinds import UNIT
from pdsa import Role
from tests.pages.forms import Forms
from tests.security.house import EMAIL, Browser, House, header, house

HERE, PEOPLE = "/administration", "/administration/people"
NEW = "new@example.org"


async def form(browser: Browser, page: str, what: str, at: str = "", **fields: str) -> Any:
    """Send one of the forms of a page as it stands there, with some fields filled in."""
    at = at or what
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    found = [
        each
        for each in Forms(shown.text).forms
        if each.fields.get("at") == at and each.fields.get("what", what) == what
    ]
    filled = {f"{at}/{name}": text for name, text in fields.items()}
    return await browser.post(found[0].action, data=dict(found[0].fields) | {"what": what} | filled)


async def administrator(here: House) -> Browser:
    return await here.signed_in(Role.administrator, None)


async def unit_named(here: House, name: str) -> Any:
    return next(row for row in await here.rows("units") if row.name == name)


async def test_units_are_added_renamed_and_moved(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await administrator(here)

        await form(browser, HERE, "new-part", name="Mountain District", kind="district")
        district = await unit_named(here, "Mountain District")
        settings = f"/units/{district.id}/settings"
        await form(browser, settings, "new-part", name="Pine School", kind="school")
        await form(browser, settings, "name", name="Mountain Unified")
        school = await unit_named(here, "Pine School")
        await form(browser, "/units/team/settings", "place", parent_id=school.id)

        page = await browser.get(HERE)
        team, _ = await here.database.read(elements.find, UNIT, "team")
        assert team.parent_id == school.id
        assert page.text.index("Mountain Unified") < page.text.index("Pine School")
        assert page.text.index("Pine School") < page.text.index("The team")


async def test_a_unit_is_not_put_below_itself(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)
        await form(browser, HERE, "new-part", name="Mountain District", kind="district")
        district = await unit_named(here, "Mountain District")
        settings = f"/units/{district.id}/settings"
        await form(browser, settings, "new-part", name="Pine School", kind="school")
        school = await unit_named(here, "Pine School")

        answer = await form(browser, settings, "place", parent_id=school.id)

        assert answer.status_code == 422
        assert 'href="#place/parent_id"' in answer.text
        assert (await unit_named(here, "Mountain District")).parent_id is None


async def test_somebody_is_found_given_a_role_for_some_days_and_kept_out(
    database_url: str,
) -> None:
    async with house(database_url) as here:
        browser = await administrator(here)
        person_id = await here.person("ben@example.org", role=None, name="Ben Ames")
        page = f"{PEOPLE}/{person_id}"

        found = await browser.get(f"{PEOPLE}?text=ames")
        await form(browser, page, "give", role="coach", unit_id="team", ends_on="2031-06-01")
        with_role = await browser.get(page)
        ben = await here.browser()
        before = await ben.sign_in("ben@example.org")
        await form(browser, page, "disable", "link")
        during = await ben.get("me")
        await form(browser, page, "enable", "link")
        after = await ben.sign_in("ben@example.org")

        assert f'href="{page}"' in found.text
        assert EMAIL not in found.text
        assert "until 1 June 2031" in with_role.text
        assert [each.status_code for each in (before, during, after)] == [200, 401, 200]


async def test_a_new_link_is_an_invitation_for_whoever_never_came(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)
        never = await here.person("never@example.org", password=None, role=None)
        known = await here.person("known@example.org", role=None)

        await form(browser, f"{PEOPLE}/{never}", "link")
        await form(browser, f"{PEOPLE}/{known}", "link")
        await here.settled()

        to = {letter.to: letter for letter in here.post.letters}
        assert "invited" in to["never@example.org"].subject
        assert to["known@example.org"].subject == "Choose a new password"
        assert (await browser.get(here.post.link())).status_code == 200


async def test_one_keeps_oneself_in(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)
        me = (await browser.get("me")).json()["person_id"]
        csrf = Forms((await browser.get(PEOPLE)).text).forms[0].fields["csrf"]

        answer = await browser.post(
            f"{PEOPLE}/{me}", data={"csrf": csrf, "what": "disable", "at": "link"}
        )

        assert "Keep them out" not in (await browser.get(f"{PEOPLE}/{me}")).text
        assert answer.status_code == 422
        assert "another person" in answer.text
        assert (await browser.get("me")).status_code == 200


async def test_a_tool_gets_a_role_and_a_token_that_works_until_it_is_ended(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)

        made = await form(browser, PEOPLE, "service", name="Data warehouse")
        page = made.headers["location"]
        await form(browser, page, "give", role="viewer", unit_id="team")
        shown = await form(
            browser, page, "token", name="Export", access="read", unit_id="", days="7"
        )
        token = shown.text.partition('id="made" readonly value="')[2].partition('"')[0]
        tool = await here.browser()
        good = await tool.get("units/team", headers=header(token))
        (at,) = [
            each.fields["at"]
            for each in Forms((await browser.get(page)).text).forms
            if each.fields.get("what") == "revoke"
        ]
        await form(browser, page, "revoke", at)
        ended = await tool.get("units/team", headers=header(token))

        assert (good.status_code, ended.status_code) == (200, 401)
        assert token not in (await browser.get(page)).text


async def test_a_token_of_a_tool_is_refused_beside_its_field(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)
        made = await form(browser, PEOPLE, "service", name="Data warehouse")

        answer = await form(
            browser, made.headers["location"], "token", name="Export", access="read", days="4000"
        )

        assert answer.status_code == 422
        assert 'href="#token/days"' in answer.text
        assert 'value="Export"' in answer.text


async def test_a_school_year_is_proposed_corrected_and_changed(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await administrator(here)
        page = "/units/team/calendars/new"

        proposed = await browser.get(page)
        shorter = await form(
            browser, page, "propose", "calendar", first_day="2030-08-13", last_day="2030-10-01"
        )
        await form(browser, page, "save", "calendar", name="Our year")
        (row,) = await here.rows("calendars")
        changed = await form(
            browser, f"/calendars/{row.id}", "save", "calendar", last_day="2031-06-12"
        )

        (after,) = await here.rows("calendars")
        assert "Thanksgiving break" in proposed.text
        assert "Labor Day" in shorter.text
        assert "Thanksgiving break" not in shorter.text
        assert (row.name, len(row.closures)) == ("Our year", 8)
        assert changed.headers["location"] == "/units/team/settings?done=calendar"
        assert (str(after.last_day), after.closures) == ("2031-06-12", row.closures)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"first_day": ""}, "first_day"),
        ({"last_day": "2029-01-01"}, "last_day"),
        ({"last_day": "2039-01-01"}, "last_day"),
        ({"closures/0/first_day": "monday"}, "closures/0/first_day"),
        ({"closures/0/last_day": "2020-01-01"}, "closures/0/last_day"),
        ({"closures/9/first_day": "2031-01-02"}, "closures/9/name"),
        ({"name": "", "closures/²/name": "A break"}, "name"),
        ({"name": "", f"closures/{'9' * 5000}/name": "A break"}, "name"),
    ],
)
async def test_a_school_year_that_cannot_be_is_refused_beside_its_field(
    sqlite_url: str, fields: dict[str, str], wrong: str
) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)

        answer = await form(browser, "/units/team/calendars/new", "save", "calendar", **fields)

        assert answer.status_code == 422
        assert f'href="#calendar/{wrong}"' in answer.text
        assert f'id="calendar/{wrong}"' in answer.text
        assert "Veterans Day" in answer.text
        assert not await here.rows("calendars")


async def test_no_days_are_proposed_for_a_year_that_cannot_be(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)

        answer = await form(
            browser, "/units/team/calendars/new", "propose", "calendar", last_day="2039-01-01"
        )

        assert answer.status_code == 422
        assert "a year of at most 500 days" in answer.text


@pytest.mark.parametrize("version", ["9" * 5000, "9" * 30, "²", "", "1.5"])
async def test_a_school_year_is_changed_by_nobody_who_has_not_read_it(
    database_url: str, version: str
) -> None:
    async with house(database_url) as here:
        browser = await administrator(here)
        await form(browser, "/units/team/calendars/new", "save", "calendar", name="First")
        (row,) = await here.rows("calendars")

        answer = await form(
            browser, f"/calendars/{row.id}", "save", "calendar", name="Second", version=version
        )

        assert answer.status_code == 412
        assert [each.name for each in await here.rows("calendars")] == ["First"]


async def test_two_who_change_a_school_year_do_not_lose_each_others_work(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)
        await form(browser, "/units/team/calendars/new", "save", "calendar")
        (row,) = await here.rows("calendars")
        page = f"/calendars/{row.id}"
        await form(browser, page, "save", "calendar", name="First")

        answer = await form(
            browser, page, "save", "calendar", name="Second", version=str(row.version)
        )

        assert answer.status_code == 412
        assert 'value="Second"' in answer.text
        assert [each.name for each in await here.rows("calendars")] == ["First"]


async def test_events_are_read_and_searched(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)

        every = await browser.get(f"{HERE}/events")
        signing = await browser.get(f"{HERE}/events?event=sign_in")

        assert "role.given" in every.text
        assert "sign_in.done" in signing.text
        assert "role.given" not in signing.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{PEOPLE}?text=", "Ana Ruiz"),
        (f"{PEOPLE}?text=%00", "Ana Ruiz"),
        (f"{PEOPLE}?text=nobody&cursor=%00", "Nobody is found."),
        (f"{HERE}/events?event=&person=", "sign_in.done"),
        (f"{HERE}/events?event=Signing+in", "There is nothing of that kind."),
    ],
)
async def test_a_search_for_nothing_finds_everything_and_an_odd_one_fails_kindly(
    database_url: str, path: str, said: str
) -> None:
    async with house(database_url) as here:
        browser = await administrator(here)

        answer = await browser.get(path)

        assert answer.status_code == 200
        assert said in answer.text


@pytest.mark.parametrize("what", ["room", "place", "invite", "back", "days", "give", "revoke"])
async def test_an_id_that_no_element_can_have_is_no_fault_of_the_server(
    database_url: str, what: str
) -> None:
    async with house(database_url) as here:
        browser = await administrator(here)
        me = (await here.rows("people"))[-1].id
        pages = ("/units/team/settings", "/teams/team/settings", PEOPLE, f"{PEOPLE}/{me}")
        csrf = Forms((await browser.get(HERE)).text).forms[0].fields["csrf"]
        at = f"{what}/a\0b"
        fields = {
            "name": "A",
            "email": NEW,
            "role": "member",
            "unit_id": "a\0b",
            "parent_id": "\0b",
        }

        sent = {"csrf": csrf, "what": what, "at": at} | {f"{at}/{k}": v for k, v in fields.items()}
        answers = [await browser.post(path, data=sent) for path in pages]

        assert max(each.status_code for each in answers) == 422


async def test_the_settings_are_told_without_a_secret(sqlite_url: str) -> None:
    secret = "0123456789abcdef01234567"
    async with house(sqlite_url, metrics_token=secret, min_cell=20) as here:
        browser = await administrator(here)

        page = (await browser.get(f"{HERE}/settings")).text

        assert "PDSA_MIN_CELL" in page
        assert "<strong>20</strong>" in page
        assert secret not in page


SERVER = (HERE, PEOPLE, f"{PEOPLE}/nobody", f"{HERE}/events", f"{HERE}/settings")
UNIT_PAGES = ("/units/team/settings", "/units/team/calendars/new")


@pytest.mark.parametrize("path", [*SERVER, *UNIT_PAGES])
@pytest.mark.parametrize("role", [Role.member, Role.facilitator, Role.leader, None])
async def test_who_does_not_administer_opens_none_of_it(
    sqlite_url: str, path: str, role: Role | None
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(role)
        nobody = await here.browser()

        answer = await browser.get(path)

        assert answer.status_code in (403, 404)
        assert (await nobody.get(path)).headers["location"].startswith("/sign-in")


async def test_an_administrator_of_a_school_is_led_to_no_unit_above_it(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)
        await form(browser, HERE, "new-part", name="Mountain District", kind="district")
        district = await unit_named(here, "Mountain District")
        await form(
            browser, f"/units/{district.id}/settings", "new-part", name="Pine School", kind="school"
        )
        school = await unit_named(here, "Pine School")
        page = f"/units/{school.id}/settings"
        own = await here.signed_in(Role.administrator, school.id, email=NEW)

        assert f"/units/{district.id}" in (await browser.get(page)).text
        assert f"/units/{district.id}" not in (await own.get(page)).text


async def test_an_administrator_of_a_unit_sees_that_unit_and_nothing_of_the_server(
    sqlite_url: str,
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(Role.administrator, "team")

        page = await browser.get(HERE)
        others = [(await browser.get(path)).status_code for path in SERVER[1:]]

        assert "The team" in page.text
        assert "The other-team" not in page.text
        assert PEOPLE not in page.text
        assert (await browser.get("/units/team/settings")).status_code == 200
        assert set(others) <= {403, 404}


@pytest.mark.parametrize("code", ["en", "es"])
async def test_every_page_of_it_is_read_in_each_language(sqlite_url: str, code: str) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)
        me = (await browser.get("me")).json()["person_id"]
        paths = [*SERVER, *UNIT_PAGES]
        paths[2] = f"{PEOPLE}/{me}"

        pages: list[httpx.Response] = [await browser.get(f"{path}?lang={code}") for path in paths]

        for page in pages:
            ids = Forms(page.text).ids
            assert page.status_code == 200
            assert f'<html lang="{code}">' in page.text
            assert len(ids) == len(set(ids))


async def test_the_proposed_days_have_spanish_names_for_who_reads_spanish(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await administrator(here)

        page = (await browser.get("/units/team/calendars/new?lang=es")).text

        assert "Receso de invierno" in page
        assert "Winter break" not in page


async def test_people_come_a_page_at_a_time(sqlite_url: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(people, "_A_PAGE", 2)
    async with house(sqlite_url) as here:
        browser = await administrator(here)
        for name in ("Ben", "Cleo", "Dana"):
            await here.person(f"{name}@example.org".lower(), role=None, name=f"{name} Ames")

        first = (await browser.get(f"{PEOPLE}?text=ames")).text
        more = re.findall(rf'href="({PEOPLE}\?cursor=[^"]+)"', first)
        second = (await browser.get(more[0].replace("&amp;", "&"))).text

        assert ["Ames" in page for page in (first, second)] == [True, True]
        assert first.count("Ames</a>") == 2
        assert second.count("Ames</a>") == 1
        assert f"{PEOPLE}?cursor=" not in second


async def test_of_very_many_units_the_uppermost_are_shown(
    sqlite_url: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tree, "MOST", 4)
    async with house(sqlite_url) as here:
        browser = await administrator(here)
        await form(browser, HERE, "new-part", name="Mountain District", kind="district")
        district = await unit_named(here, "Mountain District")
        settings = f"/units/{district.id}/settings"
        await form(browser, settings, "new-part", name="Pine School", kind="school")
        school = await unit_named(here, "Pine School")
        below = f"/units/{school.id}/settings"
        await form(browser, below, "new-part", name="Grade 5", kind="team")

        page = (await browser.get(HERE)).text
        moved = await form(browser, "/units/team/settings", "place", parent_id=school.id)

        assert "Pine School" in page
        assert "Grade 5" not in page
        assert "Grade 5" in (await browser.get(below)).text
        assert moved.status_code == 303
        assert (await unit_named(here, "The team")).parent_id == school.id
