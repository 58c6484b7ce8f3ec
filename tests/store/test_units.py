"""The tree of units and its closure table."""

import asyncio
from collections import Counter

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Connection, select
from sqlalchemy.util import await_only

from api.store import tables as t
from api.store import units
from api.store.access import By, path
from api.store.elements import find
from api.store.engine import connect
from api.store.kinds import UNIT
from pdsa import (
    Circle,
    InvalidValue,
    NotAllowed,
    Role,
    StageWords,
    Unit,
    UnitId,
    UnitTree,
    UnknownElement,
)
from tests.builders import ROOM_12, TEAM
from tests.store.world import ADMIN, DISTRICT, EAST, WEST, a_unit, by, taken_back

Closure = Counter[tuple[str, str, int]]


def closure(conn: Connection) -> Closure:
    return Counter(tuple(row) for row in conn.execute(select(*t.unit_closure.c)))  # type: ignore[misc]


def stored(conn: Connection) -> list[Unit]:
    return [Unit(*row) for row in conn.execute(select(*t.units.c))]


def brute_force(tree: UnitTree) -> Closure:
    """Every unit with each unit above it, walked up one by one."""
    return Counter(
        (above.id, unit_id, depth)
        for unit_id in tree.units
        for depth, above in enumerate(reversed(tree.path(UnitId(unit_id))))
    )


def move(conn: Connection, id: str, parent: str | None) -> Unit:
    return units.change(conn, ADMIN, id, None, lambda unit: replace(unit, parent_id=parent))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    parents=st.lists(st.integers(-1, 11), min_size=3, max_size=12),
    moves=st.lists(st.tuples(st.integers(0, 11), st.integers(-1, 11)), max_size=15),
)
async def test_the_closure_table_is_the_tree(
    database_url: str, parents: list[int], moves: list[tuple[int, int]]
) -> None:
    number = len(parents)

    def grow_and_move(conn: Connection) -> None:
        for n, parent in enumerate(parents):
            above = None if n == 0 or parent < 0 else f"u{parent % n}"
            units.add(conn, ADMIN, a_unit(f"u{n}", "school", above))
        for n, parent in moves:
            id, above = f"u{n % number}", None if parent < 0 else f"u{parent % number}"
            inside = [unit.id for unit in UnitTree(stored(conn)).subtree(UnitId(id))]
            if above in inside:
                with pytest.raises(Circle):
                    move(conn, id, above)
            else:
                move(conn, id, above)
            assert closure(conn) == brute_force(UnitTree(stored(conn)))

    async with connect(database_url, readers=1) as database:
        await taken_back(database, grow_and_move)


async def test_a_moved_unit_takes_along_what_is_under_it(district_url: str) -> None:
    async with connect(district_url) as database:
        assert await database.read(path, ROOM_12) == (DISTRICT, EAST, TEAM, ROOM_12)

        await database.write(move, TEAM, WEST)

        assert await database.read(path, ROOM_12) == (DISTRICT, WEST, TEAM, ROOM_12)
        rows = await database.read(closure)
        assert rows[TEAM, ROOM_12, 1] == rows[WEST, ROOM_12, 2] == rows[ROOM_12, ROOM_12, 0] == 1
        assert not [row for row in rows if row[0] == EAST and row[1] != EAST]


@pytest.mark.parametrize("parent", [EAST, TEAM, ROOM_12])
async def test_a_unit_is_not_put_under_itself(district_url: str, parent: str) -> None:
    async with connect(district_url) as database:
        before = await database.read(closure)

        with pytest.raises(Circle) as caught:
            await database.write(move, EAST, parent)

        assert caught.value.path[0] == caught.value.path[-1] == EAST
        assert await database.read(closure) == before
        assert (await database.read(find, UNIT, EAST))[0].version == 1


async def test_a_unit_is_moved_by_who_administers_both_places(district_url: str) -> None:
    east = by(Role.administrator, EAST)

    def to(parent: str | None, who: object, conn: Connection) -> Unit:
        return units.change(conn, who, TEAM, 1, lambda unit: replace(unit, parent_id=parent))  # type: ignore[arg-type]

    async with connect(district_url) as database:
        before = await database.read(closure)

        with pytest.raises(UnknownElement):
            await database.write(lambda conn: to(WEST, east, conn))
        with pytest.raises(NotAllowed):
            await database.write(lambda conn: to(None, east, conn))

        assert await database.read(closure) == before


async def test_a_team_labels_its_own_classrooms_and_nothing_else(district_url: str) -> None:
    member = by(Role.member, TEAM)
    async with connect(district_url) as database:
        room = await database.write(units.add, member, a_unit("room-16", "classroom", TEAM))

        assert await database.read(path, room.id) == (DISTRICT, EAST, TEAM, "room-16")
        with pytest.raises(NotAllowed):
            await database.write(units.add, member, a_unit("new", "team", TEAM))
        with pytest.raises(NotAllowed):
            await database.write(units.add, member, a_unit("new", "classroom", None))


async def test_two_moves_at_once_make_no_circle(postgres_district_url: str) -> None:
    moved, may_end = asyncio.Event(), asyncio.Event()

    def move_and_wait(conn: Connection) -> None:
        move(conn, EAST, WEST)
        moved.set()
        await_only(may_end.wait())

    async with connect(postgres_district_url) as database:
        first = asyncio.create_task(database.write(move_and_wait))
        await moved.wait()

        second = asyncio.create_task(database.write(move, WEST, EAST))
        await asyncio.wait({second}, timeout=0.2)
        may_end.set()
        await first

        with pytest.raises(Circle):
            await second
        assert await database.read(closure) == brute_force(UnitTree(await database.read(stored)))


async def test_a_unit_added_under_one_on_the_move_is_found_under_all_above(
    postgres_district_url: str,
) -> None:
    moved, may_end = asyncio.Event(), asyncio.Event()

    def move_and_wait(conn: Connection) -> None:
        move(conn, TEAM, WEST)
        moved.set()
        await_only(may_end.wait())

    async with connect(postgres_district_url) as database:
        first = asyncio.create_task(database.write(move_and_wait))
        await moved.wait()

        room = a_unit("room-16", "classroom", TEAM)
        second = asyncio.create_task(database.write(units.add, ADMIN, room))
        await asyncio.wait({second}, timeout=0.2)
        may_end.set()
        await asyncio.gather(first, second)

        assert await database.read(path, "room-16") == (DISTRICT, WEST, TEAM, "room-16")


@pytest.mark.parametrize(("unit", "kind"), [(ROOM_12, "team"), (TEAM, "school"), (EAST, "area")])
async def test_a_kind_by_which_access_goes_is_not_changed(
    district_url: str, unit: str, kind: str
) -> None:
    async with connect(district_url) as database:
        before = await database.read(stored)

        with pytest.raises(InvalidValue) as caught:
            await database.write(
                units.change, ADMIN, unit, None, lambda each: replace(each, kind=kind)
            )

        assert caught.value.field == "kind"
        assert await database.read(stored) == before


async def test_another_kind_and_another_parent_are_security_events(district_url: str) -> None:
    async with connect(district_url) as database:
        for make in (
            lambda unit: replace(unit, name="Grade 6"),
            lambda unit: replace(unit, kind="grade-team"),
            lambda unit: replace(unit, parent_id=WEST),
        ):
            await database.write(units.change, ADMIN, TEAM, None, make)

        c = t.security_events.c
        told = await database.read(
            lambda conn: [
                msgspec.json.decode(row.details)
                for row in conn.execute(
                    select(c.details).where(c.event == "unit.changed").order_by(c.id)
                )
            ]
        )
        team = {"unit_id": TEAM}
        assert told == [
            team
            | {
                "kind_before": "team",
                "kind_after": "grade-team",
                "parent_before": EAST,
                "parent_after": EAST,
            },
            team
            | {
                "kind_before": "grade-team",
                "kind_after": "grade-team",
                "parent_before": EAST,
                "parent_after": WEST,
            },
        ]


async def test_a_team_gives_itself_a_name_and_words_and_moves_nowhere(district_url: str) -> None:
    member, viewer = by(Role.member, TEAM), by(Role.viewer, TEAM)

    def change(conn: Connection, who: By, **changes: object) -> Unit:
        return units.change(conn, who, TEAM, None, lambda unit: replace(unit, **changes))

    async with connect(district_url) as database:
        await database.write(
            lambda conn: change(conn, member, name="Fifth grade", stage_words=StageWords.teaching)
        )
        with pytest.raises(NotAllowed):
            await database.write(lambda conn: change(conn, member, kind="grade"))
        with pytest.raises(NotAllowed):
            await database.write(lambda conn: change(conn, viewer, name="Ours"))

        found, _ = await database.read(find, UNIT, TEAM)
        assert (found.name, found.stage_words, found.kind) == (
            "Fifth grade",
            StageWords.teaching,
            "team",
        )
