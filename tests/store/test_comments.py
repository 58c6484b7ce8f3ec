"""Comments in the store: whose they are, what they may be about, and how they are taken back."""

from datetime import date

import pytest
from msgspec.structs import replace

from api.store import comments, elements, lists
from api.store.access import By
from api.store.engine import Database, connect
from api.store.kinds import COMMENT
from pdsa import Comment, NotAllowed, NotVisible, Role, UnknownElement
from tests.builders import AIM, TEAM, a_comment
from tests.store.world import DISTRICT, EAST, OTHER, WEST, by, look

ANA, COACH = by(Role.member, TEAM, person="ana"), by(Role.coach, TEAM, person="coach")
PRINCIPAL, SUPERVISOR = by(Role.leader, EAST, person="p"), by(Role.leader, DISTRICT, person="s")
ALL = {"cycle": None, "measure": None, "on": None, "after": (), "limit": 100}


def about_the_aim(id: str, said_by: str, **changes: object) -> Comment:
    plain = a_comment(id, measure_id=None, on=None, classroom_id=None, said_by=said_by)
    return replace(plain, **changes)


async def say(database: Database, who: By, comment: Comment) -> Comment:
    """What is said, with who looked at the record noted, as the desk does it."""
    return await database.write(comments.say, replace(who, recording=True), comment)


async def test_what_the_team_says_is_its_own_until_it_shares_it(district_url: str) -> None:
    async with connect(district_url) as database:
        for comment in (about_the_aim("own", "ana"), about_the_aim("both", "ana", shared=True)):
            await say(database, ANA, comment)

        seen = {
            name: [each.id for each in (await look(database, comments.page_of, who, AIM, **ALL))[0]]
            for name, who in (("coach", COACH), ("school", PRINCIPAL), ("above", SUPERVISOR))
        }

        assert seen == {
            "coach": ["both", "comment-room-12", "own"],
            "school": ["both"],
            "above": ["both"],
        }
        with pytest.raises(NotVisible):
            await look(database, elements.get, PRINCIPAL, COMMENT, "own")


async def test_what_is_said_from_above_is_for_both(district_url: str) -> None:
    async with connect(district_url) as database:
        said = await say(database, SUPERVISOR, about_the_aim("above", "s"))

        assert said.shared
        for who in (ANA, PRINCIPAL, SUPERVISOR):
            assert await look(database, elements.get, who, COMMENT, "above") == said


async def test_a_classrooms_point_is_its_teams_to_speak_of(district_url: str) -> None:
    async with connect(district_url) as database:
        with pytest.raises(NotAllowed, match="comment on a single classroom"):
            await say(database, PRINCIPAL, a_comment("new", said_by="p"))
        await say(database, COACH, a_comment("new", said_by="coach"))

        whole = replace(a_comment("day", said_by="p"), classroom_id=None)
        await say(database, PRINCIPAL, whole)


async def test_who_only_reads_or_sets_up_does_not_speak(district_url: str) -> None:
    async with connect(district_url) as database:
        for who in (by(Role.viewer, EAST), by(Role.viewer, TEAM), by(Role.administrator, EAST)):
            with pytest.raises(NotAllowed):
                await say(database, who, about_the_aim("new", "person-teacher"))
        with pytest.raises(NotVisible):
            await say(database, by(Role.leader, WEST), about_the_aim("new", "x"))


@pytest.mark.parametrize(
    "about",
    [
        {"cycle_id": "cycle-1"},
        {"measure_id": "measure-frame-use", "on": date(2018, 1, 12)},
        {"measure_id": "measure-frame-use", "on": date(2018, 1, 12), "classroom_id": "room-12"},
    ],
    ids=["a cycle", "a day", "a classroom's day"],
)
async def test_a_comment_is_about_what_belongs_to_its_aim(
    district_url: str, about: dict[str, object]
) -> None:
    async with connect(district_url) as database:
        for field, id in about.items():
            if field == "on":
                continue
            for foreign in (f"{id}{OTHER}", "nothing"):
                wrong = about_the_aim("new", "ana", **{**about, field: foreign})
                with pytest.raises(UnknownElement) as raised:
                    await say(database, ANA, wrong)
                assert raised.value.field == field
        await say(database, ANA, about_the_aim("new", "ana", **about))


async def test_the_author_takes_a_comment_back_and_the_team_still_reads_that_it_was_said(
    district_url: str,
) -> None:
    async with connect(district_url) as database:
        said = await say(database, PRINCIPAL, about_the_aim("said", "p"))
        for who in (ANA, SUPERVISOR):
            with pytest.raises(NotAllowed, match="what somebody else said"):
                await database.write(comments.take_back, who, "said", 1)

        await database.write(comments.take_back, PRINCIPAL, "said", 1)

        with pytest.raises(NotVisible):
            await look(database, elements.get, ANA, COMMENT, "said")
        ask = {"unit": None, "aim": None, "element": "said", "person": None}
        history, _ = await look(database, lists.activity, ANA, **ask, after=(), limit=10)
        above, _ = await look(database, lists.activity, PRINCIPAL, **ask, after=(), limit=10)
        assert [entry.verb for entry in history] == ["remove", "add"]
        assert said.text.encode() in bytes(history[0].before)
        assert above == []
