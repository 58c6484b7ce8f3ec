"""A whole inquiry in and out of the store."""

from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from sqlalchemy import Connection, func, select

import pdsa
from api.store import elements, inquiries, parts
from api.store import tables as t
from api.store.engine import connect
from api.store.errors import AlreadyExists
from api.store.kind import Place
from api.store.kinds import AIM, CALENDAR, CHANGE_IDEA, PROBLEM
from pdsa import Inquiry, NotAllowed, NotVisible, Role, UnknownElement
from pdsa.reference import sacramento
from tests.builders import (
    AIM as AIM_ID,
)
from tests.builders import (
    IDEA,
    TEAM,
    a_calendar,
    a_problem,
    an_idea,
    an_inquiry,
    classrooms,
)
from tests.store.strategies import inquiries_of_a_team
from tests.store.world import (
    ADMIN,
    EAST,
    OTHER,
    WEST,
    by,
    in_order,
    renamed,
    taken_back,
    with_words,
)


def rows(conn: Connection) -> dict[str, int]:
    return {
        table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
        for table in t.metadata.sorted_tables
    }


async def test_the_sample_comes_out_as_it_went_in(database_url: str) -> None:
    sample = pdsa.loads(sacramento())
    async with connect(database_url) as database:
        await database.write(inquiries.add_inquiry, ADMIN, sample, None)

        found = await database.snapshot(inquiries.get_inquiry, ADMIN, sample.aim.id)

    assert found == sample
    assert pdsa.dumps(found) == pdsa.dumps(sample)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(inquiry=inquiries_of_a_team())
async def test_any_inquiry_comes_out_as_it_went_in(database_url: str, inquiry: Inquiry) -> None:
    inquiry = pdsa.loads(pdsa.dumps(inquiry))

    def there_and_back(conn: Connection) -> Inquiry:
        inquiries.add_inquiry(conn, ADMIN, inquiry, None)
        return inquiries.get_inquiry(conn, ADMIN, inquiry.aim.id)

    async with connect(database_url, readers=1) as database:
        found = await taken_back(database, there_and_back)

    assert in_order(found) == in_order(inquiry)
    assert pdsa.loads(pdsa.dumps(found)) == found


@dataclass(frozen=True)
class Taken:
    """An inquiry in which one id is taken already, and of what kind."""

    kind: str
    inquiry: Inquiry


def taken(name: str, kind: str) -> Taken:
    new = renamed(with_words(), "-new")
    *others, last = getattr(new, name)
    theirs = replace(last, id=last.id.removesuffix("-new"))
    return Taken(kind, replace(new, **{name: (*others, theirs)}))


TAKEN = [
    taken("points", "data point"),
    taken("phases", "phase"),
    taken("measures", "measure"),
    taken("change_ideas", "change idea"),
    taken("cycles", "cycle"),
    taken("classrooms", "unit"),
    taken("silences", "silence"),
    taken("levels", "level"),
    taken("requests", "request"),
    taken("comments", "comment"),
]


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.kind)
async def test_an_import_that_fails_in_the_middle_leaves_nothing(
    district_url: str, case: Taken
) -> None:
    async with connect(district_url) as database:
        before = await database.read(rows)

        with pytest.raises(AlreadyExists) as caught:
            await database.write(inquiries.add_inquiry, ADMIN, case.inquiry, EAST)

        assert caught.value.kind == case.kind
        assert await database.read(rows) == before


async def test_an_inquiry_is_imported_once(district_url: str) -> None:
    async with connect(district_url) as database:
        before = await database.read(rows)

        with pytest.raises(AlreadyExists) as caught:
            await database.write(inquiries.add_inquiry, ADMIN, an_inquiry(), EAST)

        assert (caught.value.kind, caught.value.id) == ("aim", AIM_ID)
        assert await database.read(rows) == before


async def test_a_team_adds_a_second_inquiry_beside_its_first(district_url: str) -> None:
    second = renamed(an_inquiry(), "-second")
    second = replace(
        second,
        team=an_inquiry().team,
        classrooms=tuple(replace(room, id=room.id + "-second") for room in classrooms()),
        aim=replace(second.aim, unit_id=TEAM, problem_id=a_problem().id),
        problem=a_problem(),
        calendar=a_calendar(),
    )
    async with connect(district_url) as database:
        await database.write(inquiries.add_inquiry, by(Role.member, TEAM), second, None)

        found = await database.snapshot(inquiries.get_inquiry, ADMIN, second.aim.id)
        assert (found.problem, found.calendar) == (second.problem, second.calendar)
        assert in_order(found).cycles == in_order(second).cycles


async def test_an_import_needs_the_roles_that_its_elements_need(district_url: str) -> None:
    new = renamed(an_inquiry(), "-new")
    async with connect(district_url) as database:
        before = await database.read(rows)

        for who, parent, error in (
            (by(Role.viewer, EAST), EAST, NotAllowed),
            (by(Role.member, EAST), EAST, NotAllowed),
            (by(Role.administrator, EAST), WEST, UnknownElement),
            (by(Role.administrator, EAST), None, NotAllowed),
        ):
            with pytest.raises(error):
                await database.write(inquiries.add_inquiry, who, new, parent)

        assert await database.read(rows) == before
        await database.write(inquiries.add_inquiry, by(Role.administrator, EAST), new, EAST)


async def test_an_import_does_not_take_another_teams_problem(district_url: str) -> None:
    new = renamed(an_inquiry(), "-new")
    theirs = a_problem().id + OTHER
    stolen = replace(new, aim=replace(new.aim, problem_id=theirs), problem=a_problem(id=theirs))
    async with connect(district_url) as database:
        with pytest.raises(UnknownElement) as caught:
            await database.write(inquiries.add_inquiry, ADMIN, stolen, EAST)

        assert caught.value.field == "aim/problem_id"


async def test_an_idea_adapted_from_another_aims_names_its_origin(district_url: str) -> None:
    source, both = IDEA + OTHER, ("new-a", "new-b")
    async with connect(district_url) as database:
        await database.write(
            elements.change,
            ADMIN,
            CHANGE_IDEA,
            source,
            1,
            lambda i: replace(i, title="In the West"),
        )
        for id, adapted_from, origin in (
            ("new-a", source, ""),
            ("new-b", source, "A visit in May"),
            ("new-c", IDEA, ""),
        ):
            idea = an_idea(id, adapted_from=adapted_from, origin=origin)
            await database.write(parts.add, ADMIN, CHANGE_IDEA, idea)

        found = await database.snapshot(inquiries.get_inquiry, ADMIN, AIM_ID)

        ideas = {idea.id: (idea.adapted_from, idea.origin) for idea in found.change_ideas}
        assert [ideas[id] for id in both] == [(None, "In the West"), (None, "A visit in May")]
        assert ideas["new-c"] == (IDEA, "")
        assert pdsa.loads(pdsa.dumps(found)) == found


async def test_an_export_names_no_idea_that_is_out_of_sight(district_url: str) -> None:
    source = IDEA + OTHER
    async with connect(district_url) as database:
        for id, origin in (("new-a", ""), ("new-b", "A visit in May")):
            idea = an_idea(id, adapted_from=source, origin=origin)
            await database.write(parts.add, ADMIN, CHANGE_IDEA, idea)

        found = await database.snapshot(inquiries.get_inquiry, by(Role.viewer, TEAM), AIM_ID)

        ideas = {idea.id: (idea.adapted_from, idea.origin) for idea in found.change_ideas}
        assert ideas["new-a"] == (None, "")
        assert ideas["new-b"] == (None, "A visit in May")


async def test_an_export_holds_the_calendar_and_problem_from_above(district_url: str) -> None:
    async with connect(district_url) as database:
        for kind, above in (
            (CALENDAR, a_calendar(id="of-school", unit_id=EAST)),
            (PROBLEM, a_problem(id="of-school", unit_id=EAST)),
        ):
            await database.write(elements.add, ADMIN, kind, above, Place(EAST, None))
        await database.write(elements.remove, ADMIN, CALENDAR, a_calendar().id, 1)
        await database.write(
            elements.change, ADMIN, AIM, AIM_ID, 1, lambda aim: replace(aim, problem_id="of-school")
        )

        found = await database.snapshot(inquiries.get_inquiry, by(Role.viewer, TEAM), AIM_ID)

        assert found.calendar == a_calendar(id="of-school")
        assert found.problem == a_problem(id="of-school")
        assert found.team.parent_id is None
        assert msgspec.json.encode(pdsa.loads(pdsa.dumps(found))) == msgspec.json.encode(found)


async def test_an_export_is_seen_where_the_aim_is(district_url: str) -> None:
    async with connect(district_url) as database:
        for who, aim in ((by(Role.administrator, WEST), AIM_ID), (ADMIN, "nothing")):
            with pytest.raises(NotVisible):
                await database.snapshot(inquiries.get_inquiry, who, aim)

        found = await database.snapshot(inquiries.get_inquiry, by(Role.viewer, TEAM), AIM_ID)
        assert found.aim.id == AIM_ID


async def test_a_new_calendar_needs_what_setting_one_up_needs(district_url: str) -> None:
    second = renamed(an_inquiry(), "-second")
    second = replace(
        second,
        team=an_inquiry().team,
        classrooms=tuple(replace(room, id=room.id + "-second") for room in classrooms()),
        aim=replace(second.aim, unit_id=TEAM, problem_id=None),
        problem=None,
        calendar=a_calendar(id="calendar-new"),
    )
    async with connect(district_url) as database:
        before = await database.read(rows)

        with pytest.raises(NotAllowed):
            await database.write(inquiries.add_inquiry, by(Role.member, TEAM), second, None)

        assert await database.read(rows) == before
        await database.write(inquiries.add_inquiry, ADMIN, second, None)
        with_own = renamed(an_inquiry(), "-new")
        await database.write(inquiries.add_inquiry, by(Role.administrator, EAST), with_own, EAST)


async def test_a_team_out_of_sight_reads_like_one_that_is_not_there(district_url: str) -> None:
    known, unknown = an_inquiry(), renamed(an_inquiry(), "-nowhere")

    async with connect(district_url) as database:
        for who in (by(Role.administrator, WEST), by(Role.member, TEAM + OTHER)):
            for parent in (None, EAST, "nothing"):
                said = []
                for document in (known, unknown):
                    with pytest.raises((NotAllowed, UnknownElement)) as caught:
                        await database.write(inquiries.add_inquiry, who, document, parent)
                    said.append((type(caught.value), str(caught.value)))

                assert said[0] == said[1], (who.principal.grants[0].role, parent)
