"""What is told of fidelity above a team: quarters of the whole tree, each once, and then it stands."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, event, select

import pdsa
from api.store import elements, fidelity, units
from api.store import tables as t
from api.store.access import By
from api.store.engine import Database, connect
from api.store.errors import Unrecorded
from api.store.inquiries import add_inquiry, get_inquiry
from api.store.kinds import AIM, CHANGE_IDEA, CYCLE, MEASURE, place_of
from pdsa import Role
from pdsa.review.fidelity import Item, inquiry_profile
from pdsa.review.fidelity.above import GroupProfile
from tests.builders import FRAME_USE, STARTED, TEAM, an_aim
from tests.databases import Databases
from tests.domain.fidelity_cycles import ended, of, points_of
from tests.store.world import ADMIN, DISTRICT, EAST, WEST, a_unit, by, look, renamed

#: A day on which the quarter of the builders' cycles, November to January, is settled.
SETTLED = datetime(2018, 2, 15, 16, tzinfo=UTC)
LATER = datetime(2018, 5, 15, 16, tzinfo=UTC)
RUNNING = datetime(2018, 2, 14, 16, tzinfo=UTC)


def an_inquiry_of(n: int, *, weeks: tuple[int, ...] = (0, 1)) -> pdsa.Inquiry:
    """A team's record, with a cycle for each week; the ids of team n end in -n."""
    cycles = [ended(f"cycle-{week}", week=week, predicts=n % 2 == 0) for week in weeks]
    return renamed(of(*cycles), f"-{n}")


def found(conn: Connection) -> None:
    """Four teams in the East, two in the West, each with two cycles of January."""
    units.add(conn, ADMIN, a_unit(DISTRICT, "district", None))
    for school, teams in ((EAST, range(4)), (WEST, range(4, 6))):
        units.add(conn, ADMIN, a_unit(school, "school", DISTRICT))
        for n in teams:
            add_inquiry(conn, ADMIN, an_inquiry_of(n), school)


@pytest.fixture(params=["sqlite", "postgresql"])
def teams_url(request: pytest.FixtureRequest, maker: Databases) -> Iterator[str]:
    """A fresh database with six teams, once of each kind."""
    url = maker.make(request.param, fill=found)
    yield url
    maker.drop(url)


def at(moment: datetime, who: By = ADMIN) -> By:
    return replace(who, at=moment)


async def told(
    database: Database, unit_id: str, moment: datetime = SETTLED, who: By = ADMIN
) -> GroupProfile:
    return await look(database, fidelity.unit_profile, at(moment, who), unit_id)


def shares(profile: GroupProfile) -> dict[str, tuple[int | None, int | None]]:
    return {each.item.value: (each.percent, each.cycles) for each in profile.items}


async def test_a_quarter_is_told_of_every_unit_with_enough_teams(teams_url: str) -> None:
    async with connect(teams_url) as database:
        running = await told(database, DISTRICT, RUNNING)
        district, east, west, team = [
            await told(database, unit) for unit in (DISTRICT, EAST, WEST, f"{TEAM}-0")
        ]

    assert all(each.withheld for each in running.items)
    # Two teams are left of the district without the East, so the East is not told.
    assert shares(district)["documented"] == (100, 10)
    assert shares(district)["prediction"] == (50, 10)
    assert shares(district)["series"] == (100, 10)
    assert shares(district)["growing"] == (0, 10)
    for unit in (east, west, team):
        assert all(each.percent is None and each.withheld for each in unit.items)
    assert district.through == date(2018, 1, 31)


async def test_who_asks_and_in_which_order_changes_nothing(teams_url: str) -> None:
    principal = by(Role.leader, EAST)
    async with connect(teams_url) as database:
        first = await told(database, EAST, who=principal)
        again = await told(database, EAST)
        district = await told(database, DISTRICT, who=by(Role.viewer, DISTRICT))

    assert first == again
    assert shares(district)["documented"] == (100, 10)


async def test_a_told_quarter_stands_whatever_is_corrected_or_logged_later(teams_url: str) -> None:
    def correct(conn: Connection) -> None:
        back = {"to": pdsa.Stage.study, "on": date(2018, 3, 1), "reason": "Look again."}
        elements.change(conn, ADMIN, CYCLE, "cycle-0-0", None, lambda c: c.step_back(**back))
        late = renamed(of(ended("late", acts=False)), "-1").cycles[0]
        elements.add(conn, ADMIN, CYCLE, late, place_of(renamed(of(), "-1").aim))
        add_inquiry(conn, ADMIN, an_inquiry_of(9), WEST)

    async with connect(teams_url) as database:
        before = await told(database, DISTRICT)
        await database.write(correct)
        after = await told(database, DISTRICT)

    assert before == after


async def test_the_next_quarter_is_added_as_a_whole(teams_url: str) -> None:
    def more(conn: Connection) -> None:
        for n in range(6):
            cycle = renamed(of(ended("cycle-9", week=5, acts=n < 3)), f"-{n}").cycles[0]
            elements.add(conn, ADMIN, CYCLE, cycle, place_of(renamed(of(), f"-{n}").aim))

    async with connect(teams_url) as database:
        before = await told(database, DISTRICT)
        await database.write(more)
        meanwhile = await told(database, DISTRICT, SETTLED + timedelta(20))
        after = await told(database, DISTRICT, LATER)

    assert shares(before) == shares(meanwhile)
    assert shares(after)["documented"] == (83, 20)  # 15 of 18
    assert after.through == date(2018, 4, 30)


async def test_a_team_that_moves_to_another_district_is_not_told_twice(teams_url: str) -> None:
    def move(conn: Connection) -> None:
        units.add(conn, ADMIN, a_unit("other", "district", None))
        for n in range(4):
            units.change(conn, ADMIN, f"{TEAM}-{n}", None, lambda u: replace(u, parent_id="other"))  # type: ignore[arg-type]
        for n in range(10, 13):
            add_inquiry(conn, ADMIN, an_inquiry_of(n), "other")

    async with connect(teams_url) as database:
        before = await told(database, DISTRICT)
        await database.write(move)
        other = await told(database, "other")
        after = await told(database, DISTRICT)

    assert shares(other)["documented"] == (100, 5)  # the three new teams' six, and no others
    assert after == before


async def test_a_tree_that_is_put_under_another_root_is_told_no_quarter_again(
    teams_url: str,
) -> None:
    def join(conn: Connection) -> None:
        units.add(conn, ADMIN, a_unit("state", "state", None))
        units.change(conn, ADMIN, DISTRICT, None, lambda u: replace(u, parent_id="state"))  # type: ignore[arg-type]

    async with connect(teams_url) as database:
        before = await told(database, DISTRICT)
        await database.write(join)
        state, after = await told(database, "state"), await told(database, DISTRICT)

    assert after == before
    assert all(each.percent is None for each in state.items)


async def test_telling_is_written_once_and_read_from_then_on(teams_url: str) -> None:
    async with connect(teams_url) as database:
        with pytest.raises(Unrecorded):
            await database.read(fidelity.unit_profile, at(SETTLED), EAST)
        first = await told(database, DISTRICT)

        assert await database.read(fidelity.unit_profile, at(SETTLED), DISTRICT) == first


async def test_of_a_tree_with_two_teams_nothing_is_told_and_nothing_kept(district_url: str) -> None:
    async with connect(district_url) as database:
        found = await database.read(fidelity.unit_profile, at(SETTLED), DISTRICT)
        kept = await database.read(lambda conn: conn.execute(select(t.fidelity_told)).all())

    assert all(each.withheld for each in found.items)
    assert kept == []


async def test_a_classrooms_aim_is_its_teams(teams_url: str) -> None:
    room = "room-12-0"

    def in_room(conn: Connection) -> None:
        inquiry = renamed(of(ended("cycle-r")), "-room")
        aim = replace(inquiry.aim, unit_id=room, problem_id=None)  # type: ignore[arg-type]
        elements.add(conn, ADMIN, AIM, aim, place_of(aim))
        (idea,), (cycle,) = inquiry.change_ideas, inquiry.cycles
        elements.add(conn, ADMIN, CHANGE_IDEA, idea, place_of(aim))
        for measure in inquiry.measures:
            elements.write_rows(conn, MEASURE, [measure])
        elements.add(conn, ADMIN, CYCLE, cycle, place_of(aim))

    async with connect(teams_url) as database:
        await database.write(in_room)
        own = await database.read(fidelity.team_profile, ADMIN, f"{TEAM}-0")
        counted = await database.write(
            lambda conn: [
                (team.id, len(team.cycles))
                for team in fidelity._teams(
                    conn, DISTRICT, {r.id: r for r in conn.execute(select(*t.units.c))}
                )
            ]
        )

    assert own is not None
    assert own.share(Item.documented).of == 3
    assert (f"{TEAM}-0", 3) in counted


async def test_a_teams_own_profile_is_what_the_domain_says_of_its_record(teams_url: str) -> None:
    async with connect(teams_url) as database:
        points = [
            *points_of(FRAME_USE, [STARTED + timedelta(day) for day in (0, 1, 2)]),
        ]
        recorded = [replace(points[0], cycle_id=pdsa.CycleId("cycle-0")), *points[1:]]
        inquiry = renamed(of(ended("cycle-0"), ended("cycle-1", week=1), points=recorded), "-7")
        await database.write(add_inquiry, ADMIN, inquiry, WEST)

        own = await database.read(fidelity.team_profile, ADMIN, f"{TEAM}-7")
        read = await database.snapshot(get_inquiry, ADMIN, an_aim().id + "-7")

    assert own == inquiry_profile(inquiry) == inquiry_profile(read)
    assert own.share(Item.regular).passed == 1


async def test_a_teams_own_profile_is_for_the_team(teams_url: str) -> None:
    async with connect(teams_url) as database:
        for role, unit, theirs in (
            (Role.member, f"{TEAM}-0", True),
            (Role.coach, f"{TEAM}-0", True),
            (Role.leader, EAST, False),
            (Role.administrator, DISTRICT, False),
        ):
            found = await database.read(fidelity.team_profile, by(role, unit), f"{TEAM}-0")
            assert (found is not None) is theirs, role
        with pytest.raises(pdsa.NotVisible):
            await database.read(fidelity.team_profile, by(Role.leader, WEST), f"{TEAM}-0")


async def test_a_district_is_read_with_as_many_queries_as_a_team(teams_url: str) -> None:
    asked: list[Any] = []

    def counting(conn: Connection, who: By, unit: str) -> int:
        def note(*args: Any) -> None:
            asked.append(args[2])

        event.listen(conn, "before_cursor_execute", note)
        try:
            fidelity.unit_profile(conn, who, unit)
        finally:
            event.remove(conn, "before_cursor_execute", note)
        return len(asked)

    async with connect(teams_url) as database:
        n = await database.write(counting, replace(at(SETTLED), recording=True), DISTRICT)

    assert n < 20  # six teams; not one query for each
