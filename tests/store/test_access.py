"""Who may see and do what, asked in the same transaction: for every kind of element."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from api.store import elements, lists, parts, theories, view_log
from api.store.access import By
from api.store.engine import Database, connect
from api.store.kind import Place
from api.store.kinds import (
    AIM,
    CALENDAR,
    CHANGE_IDEA,
    COMMENT,
    GRANT,
    KINDS,
    LEVEL,
    PERSON,
    PHASE,
    POINT,
    PUBLICATION,
    REQUEST,
    SILENCE,
    TEAM_ONLY,
    UNIT,
)
from pdsa import Action, Grant, NotAllowed, NotVisible, Person, Role
from pdsa.units import ROLES, Reach
from tests.builders import AIM as AIM_ID
from tests.builders import ROOM_12, TEAM, an_aim, an_idea
from tests.store.world import (
    ADMIN,
    AT,
    DISTRICT,
    EAST,
    OTHER,
    SAMPLES,
    WEST,
    Sample,
    by,
    look,
    taken_back,
)

#: What only an administrator sets up, and what a team logs.
SET_UP = {PERSON.name, GRANT.name, CALENDAR.name}
NOBODY = By(by(Role.member, TEAM).principal.__class__(person_id="x", name="x"), AT)  # type: ignore[arg-type]
TODAY, DAY = AT.date(), timedelta(days=1)

in_team = pytest.mark.parametrize(
    "sample",
    [each for each in SAMPLES if each.kind is not PERSON],
    ids=lambda each: each.kind.name,
)


def outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except (NotVisible, NotAllowed) as error:
        return type(error).__name__
    return "done"


@in_team
async def test_a_role_reaches_everything_under_its_unit(district_url: str, sample: Sample) -> None:
    kind = sample.kind

    def try_everything(conn: Connection, who: By) -> tuple[str, ...]:
        added = outcome(lambda: sample.add(conn, who, sample.new))
        if added != "done":
            sample.add(conn, ADMIN, sample.new)
        seen = outcome(lambda: elements.get(conn, who, kind, "new"))
        changed = outcome(lambda: sample.change(conn, who, 1))
        if kind is UNIT:
            return added, seen, changed, changed
        removed = outcome(lambda: elements.remove(conn, who, kind, "new", None))
        return added, seen, changed, removed

    async with connect(district_url) as database:
        for role, unit in product(Role, (TEAM, EAST, None)):
            rights = ROLES[role]
            if rights.reach is Reach.unit and unit == EAST:
                continue
            administers = Action.administer in rights.actions
            logs = Action.log in rights.actions
            publishes = Action.publish in rights.actions
            invites = kind is GRANT and Action.invite in rights.actions  # its grant is a coach's
            edits = administers if kind.name in SET_UP else logs
            if kind is PUBLICATION:
                edits = publishes
            # A team names itself and its own classrooms, and moves none of them.
            labels = administers or logs
            may = (labels, True, labels, labels)
            if kind is not UNIT:
                edits = edits or invites
                may = (edits, True, edits, edits)
            if kind is LEVEL:  # the team's word, said by whoever asks
                takes_back = publishes or administers
                may = (publishes, True, takes_back, takes_back)

            team = unit == TEAM or rights.reach is Reach.unit
            if kind is COMMENT:  # a shared one of whoever asks
                speaks = logs or Action.assess in rights.actions
                may = (speaks, True, speaks or administers, speaks or administers)
            if kind is REQUEST:  # it waits at the school
                turns = logs or (unit == EAST and (role is not Role.viewer))
                may = (logs, True, turns, turns)
            hidden = unit is None if kind is REQUEST else kind in TEAM_ONLY and kind is not COMMENT
            if hidden and not team:
                wanted = ("NotAllowed", "NotVisible", "NotVisible", "NotVisible")
            else:
                wanted = tuple("done" if each else "NotAllowed" for each in may)

            who = replace(by(role, unit, person="person-asking"), recording=True)
            found = await taken_back(database, partial(try_everything, who=who))

            assert found == wanted, (role, unit)


@in_team
async def test_a_teams_role_given_on_its_school_reaches_the_school_alone(
    district_url: str, sample: Sample
) -> None:
    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)
        for role in (Role.member, Role.facilitator, Role.coach):
            if (role, sample.kind) == (Role.coach, REQUEST):
                continue  # a coach of the school may answer what has got to it
            with pytest.raises(NotVisible):
                await database.read(elements.get, by(role, EAST), sample.kind, "new")


OUT_OF_REACH = {
    "another school": by(Role.administrator, WEST),
    "another team": by(Role.member, TEAM + OTHER),
    "a room of the team": by(Role.administrator, "room-12"),
    "no role": NOBODY,
    "a role that has ended": by(Role.administrator, None, ends_on=TODAY - DAY),
    "a role that has not begun": by(Role.administrator, None, starts_on=TODAY + DAY),
}


@in_team
@pytest.mark.parametrize("who", OUT_OF_REACH)
async def test_what_is_out_of_reach_is_as_if_it_were_not_there(
    district_url: str, sample: Sample, who: str
) -> None:
    stranger = OUT_OF_REACH[who]
    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)

        for work in (
            look(database, elements.get, stranger, sample.kind, "new"),
            database.write(sample.change, stranger, 1),
            database.write(sample.change, stranger, 77),
            database.write(elements.remove, stranger, sample.kind, "new", 1),
        ):
            with pytest.raises(NotVisible) as caught:
                await work
            assert (caught.value.kind, caught.value.id) == (sample.kind.name, "new")

        found, _ = await look(database, elements.page, stranger, sample.kind, limit=100)
        assert "new" not in [each.id for each in found]
        assert await database.read(elements.get, ADMIN, sample.kind, "new") == sample.new


@pytest.mark.parametrize("days", [(TODAY, TODAY), (None, TODAY), (TODAY, None), (None, None)])
async def test_a_role_holds_on_its_first_and_last_day(
    district_url: str, days: tuple[date | None, date | None]
) -> None:
    who = by(Role.viewer, TEAM, starts_on=days[0], ends_on=days[1])
    async with connect(district_url) as database:
        assert (await database.read(elements.get, who, AIM, AIM_ID)).id == AIM_ID


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind is not PERSON], ids=lambda k: k.name
)
async def test_a_page_holds_what_is_under_the_units_of_whoever_asks(
    district_url: str, kind: Any
) -> None:
    async with connect(district_url) as database:
        for sample in SAMPLES:
            if sample.kind in (GRANT, kind):
                await database.write(sample.add, ADMIN, sample.new)

        everything, _ = await database.read(elements.page, ADMIN, kind, limit=1000)
        east, _ = await look(database, elements.page, by(Role.viewer, EAST), kind, limit=1000)

        above = {DISTRICT, WEST}
        wanted = [e for e in everything if not e.id.endswith(OTHER) and e.id not in above]
        given = kind.shared or (lambda each: each)
        assert east == [given(each) for each in wanted if not kind.team_only(each)]
        assert "new" in [each.id for each in everything]


async def test_people_are_seen_by_who_administers_the_server(district_url: str) -> None:
    async with connect(district_url) as database:
        ask = {"text": None, "after": (), "limit": 10}

        found, _ = await database.read(lists.people, ADMIN, **ask)

        assert [person.id for person in found] == ["person-teacher"]
        with pytest.raises(NotAllowed):
            await database.read(lists.people, by(Role.administrator, DISTRICT), **ask)
        with pytest.raises(NotVisible):
            await database.read(
                elements.get, by(Role.administrator, DISTRICT), PERSON, "person-teacher"
            )


async def test_the_history_is_seen_where_the_unit_is(district_url: str) -> None:
    ask = {"unit": None, "aim": None, "element": None, "person": None, "after": (), "limit": 1000}
    async with connect(district_url) as database:
        east, _ = await look(database, lists.activity, by(Role.viewer, EAST), **ask)
        nobody, _ = await database.read(lists.activity, NOBODY, **ask)
        aim, _ = await database.read(lists.activity, ADMIN, **{**ask, "aim": AIM_ID})

        assert {entry.unit_id for entry in east} == {EAST, TEAM, "room-12", "room-14"}
        own = {kind.name for kind in (POINT, PHASE, SILENCE, REQUEST, COMMENT, PERSON)}
        assert not {entry.kind for entry in east} & own
        assert nobody == []
        assert {entry.kind for entry in aim} == {
            "aim",
            "theory",
            "change idea",
            "measure",
            "cycle",
            POINT.name,
            PHASE.name,
            SILENCE.name,
            LEVEL.name,
            REQUEST.name,
            COMMENT.name,
        }


async def test_a_theory_is_its_aims_to_see_and_to_change(district_url: str) -> None:
    async with connect(district_url) as database:
        theory = await look(database, theories.get, by(Role.viewer, EAST), AIM_ID)

        with pytest.raises(NotAllowed):
            await database.write(theories.put, by(Role.viewer, EAST), theory, 1)
        for work in (theories.get, theories.page):
            with pytest.raises(NotVisible):
                await database.read(work, by(Role.administrator, WEST), AIM_ID)  # type: ignore[arg-type]
        with pytest.raises(NotVisible):
            await database.write(theories.put, by(Role.administrator, WEST), theory, 1)


async def test_a_person_is_nobodys_to_see_or_change_but_an_administrators(
    district_url: str,
) -> None:
    async with connect(district_url) as database:
        for who in (by(Role.viewer, None), by(Role.administrator, DISTRICT)):
            for id in ("person-teacher", "nothing"):
                for work in (
                    database.read(elements.get, who, PERSON, id),
                    database.write(elements.change, who, PERSON, id, None, lambda each: each),
                    database.write(elements.remove, who, PERSON, id, None),
                ):
                    with pytest.raises(NotVisible):
                        await work


async def test_who_may_invite_does_not_give_themselves_a_role(district_url: str) -> None:
    def coach(person: str) -> Grant:
        return Grant("new", person, Role.coach, TEAM)  # type: ignore[arg-type]

    facilitator = by(Role.facilitator, TEAM)
    async with connect(district_url) as database:
        ben = Person("person-ben", "Ben Ito")  # type: ignore[arg-type]
        await database.write(elements.add, ADMIN, PERSON, ben, Place(None, None))

        with pytest.raises(NotAllowed):
            await database.write(
                elements.add, facilitator, GRANT, coach("person-teacher"), Place(TEAM, None)
            )
        await database.write(
            elements.add, facilitator, GRANT, coach("person-ben"), Place(TEAM, None)
        )
        longer = by(Role.facilitator, TEAM, person="person-ben")
        with pytest.raises(NotAllowed):
            await database.write(
                elements.change, longer, GRANT, "new", None, lambda g: replace(g, starts_on=TODAY)
            )
        await database.write(elements.remove, longer, GRANT, "new", None)


async def opened(database: Database, team: str = TEAM) -> list[tuple[str, str]]:
    found, _ = await database.read(view_log.views_of, by(Role.member, team), team, (), 100)
    return [(view.person_id, view.aim_id) for view in found]


async def test_who_reads_the_history_from_above_is_in_the_view_log(district_url: str) -> None:
    ask = {"unit": None, "aim": None, "element": None, "person": None, "after": (), "limit": 1000}
    async with connect(district_url) as database:
        await look(database, lists.activity, by(Role.member, TEAM, person="mate"), **ask)
        await look(database, lists.activity, by(Role.leader, EAST, person="leader"), **ask)

        assert await opened(database) == [("leader", AIM_ID)]


async def test_who_reads_a_lineage_from_above_is_in_every_teams_view_log(
    district_url: str,
) -> None:
    async with connect(district_url) as database:
        own = an_idea("copied", adapted_from=an_idea().id, aim_id=AIM_ID + OTHER)
        await database.write(parts.add, ADMIN, CHANGE_IDEA, own)

        await look(database, lists.lineage_of, by(Role.leader, DISTRICT, person="l"), "copied")

        assert await opened(database) == [("l", AIM_ID)]
        assert await opened(database, TEAM + OTHER) == [("l", AIM_ID + OTHER)]


async def test_who_opens_a_classrooms_aim_is_in_its_teams_view_log(district_url: str) -> None:
    aim = an_aim(id="of-room", unit_id=ROOM_12, problem_id=None)
    async with connect(district_url) as database:
        await database.write(elements.add, ADMIN, AIM, aim, Place(ROOM_12, aim.id))

        await look(database, elements.get, by(Role.member, TEAM, person="mate"), AIM, aim.id)
        await look(database, elements.get, by(Role.leader, EAST, person="leader"), AIM, aim.id)

        assert await opened(database) == [("leader", aim.id)]
