"""The settings of a team: its name, its words, its classrooms, its people."""

from typing import Any

import pytest

from api.store import elements, units
from api.store.kinds import UNIT
from pdsa import Role, StageWords, Unit, UnitId
from tests.api.sample import CYCLE, TEAM, with_sample
from tests.pages.forms import Forms, send
from tests.security.house import House, house

SETTINGS = "/teams/team/settings"
NEW = "new@example.org"


async def the_team(here: House, id: str = "team") -> Unit:
    found, _ = await here.database.read(elements.find, UNIT, id)
    return found


async def with_room(here: House) -> None:
    room = Unit(UnitId("room"), "classroom", "Room 1", UnitId("team"))
    await here.database.write(units.add, here.by, room)


async def test_a_teacher_names_the_team_and_its_classrooms(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await with_room(here)
        browser = await here.signed_in(Role.member)

        name = await form(browser, "name", "name", name="Fifth grade")
        room = await form(browser, "room", "room/room", name="Room 12")
        new = await form(browser, "new-room", "new-room", name="Room 14")

        page = (await browser.get(SETTINGS)).text
        assert [each.status_code for each in (name, room, new)] == [303, 303, 303]
        assert (await the_team(here)).name == "Fifth grade"
        assert 'value="Room 12"' in page
        assert 'value="Room 14"' in page


async def form(browser: Any, what: str, at: str, **fields: str) -> Any:
    """Send one of the forms of the page as it stands there, with some fields filled in."""
    shown = await browser.get(SETTINGS)
    found = [each for each in Forms(shown.text).forms if each.fields.get("at") == at]
    sent = next(each.fields for each in found if each.fields["what"] == what)
    data = sent | {f"{at}/{name}": text for name, text in fields.items()}
    return await browser.post(SETTINGS, data=data)


async def test_a_team_that_teaches_reads_its_own_words_everywhere(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        await with_sample(here.admin)
        browser = await here.signed_in(Role.member, TEAM)

        answer = await send(
            browser,
            f"/teams/{TEAM}/settings",
            f"/teams/{TEAM}/settings",
            what="words",
            at="words",
            words__stage_words="teaching",
        )
        page = await browser.get(f"/cycles/{CYCLE}/do")
        spanish = await browser.get(f"/cycles/{CYCLE}/do?lang=es")

        assert answer.headers["location"].endswith("?done=words")
        assert (await the_team(here, TEAM)).stage_words is StageWords.teaching
        assert "Teach" in page.text
        assert "Enseñar" in spanish.text


async def test_a_facilitator_invites_invites_again_and_withdraws(database_url: str) -> None:
    async with house(database_url) as here:
        browser = await here.signed_in(Role.facilitator)

        await form(browser, "invite", "invite", name="Ben", email=NEW, role="coach")
        await here.settled()
        first = here.post.link()
        waiting = await browser.get(SETTINGS)
        (at,) = [
            each.fields["at"]
            for each in Forms(waiting.text).forms
            if each.fields["what"] == "again"
        ]
        await form(browser, "again", at)
        await here.settled()
        second = here.post.link()
        nobody = await here.browser()
        over, good = await nobody.get(first), await nobody.get(second)
        await form(browser, "back", at)

        assert "invited, has not come yet" in waiting.text
        assert (over.status_code, good.status_code) == (410, 200)
        assert (await nobody.get(second)).status_code == 410
        assert NEW not in (await browser.get(SETTINGS)).text


@pytest.mark.parametrize(
    ("what", "fields", "wrong"),
    [
        ("name", {"name": " "}, "name/name"),
        ("new-room", {"name": "x" * 201}, "new-room/name"),
        ("invite", {"name": "", "email": NEW}, "invite/name"),
        ("invite", {"name": "Ben", "email": "nowhere"}, "invite/email"),
        ("invite", {"name": "Ben", "email": NEW, "starts_on": "soon"}, "invite/starts_on"),
        (
            "invite",
            {"name": "Ben", "email": NEW, "starts_on": "2031-02-01", "ends_on": "2031-01-01"},
            "invite/ends_on",
        ),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field_and_kept(
    sqlite_url: str, what: str, fields: dict[str, str], wrong: str
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(Role.facilitator)

        answer = await form(browser, what, what, **fields)

        assert answer.status_code == 422
        assert f'href="#{wrong}"' in answer.text
        assert '<p class="refused-here">' in answer.text
        for name, text in fields.items():
            assert Forms(answer.text).to(SETTINGS)
            assert f'id="{what}/{name}"' in answer.text
            assert not text.strip() or f'value="{text}"' in answer.text
        assert not here.post.letters


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        (Role.member, "team", 200),
        (Role.coach, "team", 200),
        (Role.administrator, None, 200),
        (Role.viewer, "team", 403),
        (Role.ilt_member, "team", 403),
        (Role.member, "other-team", 404),
    ],
)
async def test_who_may_open_the_settings(
    sqlite_url: str, role: Role, unit: str | None, status: int
) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(role, unit)

        page = await browser.get(SETTINGS)

        assert page.status_code == status


async def test_a_teacher_is_not_offered_to_invite_and_is_refused(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(Role.member)
        shown = await browser.get(SETTINGS)
        csrf = Forms(shown.text).to(SETTINGS).fields["csrf"]

        answer = await browser.post(
            SETTINGS,
            data={
                "csrf": csrf,
                "what": "invite",
                "at": "invite",
                "invite/name": "Ben",
                "invite/email": NEW,
                "invite/role": "member",
            },
        )

        assert "Invite somebody" not in shown.text
        assert answer.status_code == 403
        assert not here.post.letters


async def test_a_facilitator_makes_no_administrator(sqlite_url: str) -> None:
    async with house(sqlite_url) as here:
        browser = await here.signed_in(Role.facilitator)
        before = await here.rows("grants")

        answer = await form(
            browser, "invite", "invite", name="Ben", email=NEW, role="administrator"
        )

        assert answer.status_code == 403
        assert await here.rows("grants") == before
        assert not here.post.letters


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_id_stands_twice(sqlite_url: str, language: str) -> None:
    async with house(sqlite_url) as here:
        await with_room(here)
        browser = await here.signed_in(Role.facilitator)

        ids = Forms((await browser.get(f"{SETTINGS}?lang={language}")).text).ids

        assert len(ids) == len(set(ids))
