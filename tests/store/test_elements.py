"""Adding, changing and removing: the same for every kind of element."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select
from sqlalchemy.util import await_only

from api.store import cycles, elements, lists, units
from api.store import tables as t
from api.store.engine import connect
from api.store.errors import AlreadyExists, StaleVersion
from api.store.kinds import CHANGE_IDEA, CYCLE, KINDS, POINT, PROBLEM, UNIT
from pdsa import Circle, Cycle, CycleId, NotVisible, Unit
from tests.builders import IDEA, STUDIED, TEAM, a_problem
from tests.store.world import ADMIN, OTHER, SAMPLES, Sample

of_every_kind = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind.name)


def history(conn: Connection, sample: Sample) -> list[Any]:
    c = t.activity.c
    wanted = (c.kind == sample.kind.name, c.element_id == sample.new.id)
    return list(conn.execute(select(*c).where(*wanted).order_by(c.version)))


def test_there_is_a_sample_of_every_kind() -> None:
    assert [sample.kind for sample in SAMPLES] == list(KINDS)


@of_every_kind
async def test_what_was_added_can_be_read(district_url: str, sample: Sample) -> None:
    async with connect(district_url) as database:
        added = await database.write(sample.add, ADMIN, sample.new)

        assert added == sample.new
        assert await database.read(elements.get, ADMIN, sample.kind, "new") == sample.new
        (entry,) = await database.read(history, sample)
        assert (entry.verb, entry.version) == ("add", 1)
        assert (entry.unit_id, entry.aim_id) == (sample.place.unit_id, sample.place.aim_id)
        assert (entry.person_id, entry.at) == (ADMIN.principal.person_id, ADMIN.at)


@of_every_kind
async def test_an_id_is_given_once(district_url: str, sample: Sample) -> None:
    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)

        with pytest.raises(AlreadyExists) as caught:
            await database.write(sample.add, ADMIN, sample.edit(sample.new))

        assert (caught.value.kind, caught.value.id) == (sample.kind.name, "new")
        assert await database.read(elements.get, ADMIN, sample.kind, "new") == sample.new
        assert len(await database.read(history, sample)) == 1


@of_every_kind
async def test_a_change_counts_the_version_up(district_url: str, sample: Sample) -> None:
    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)

        changed = await database.write(sample.change, ADMIN, 1)

        assert changed == replace(sample.edit(sample.new), version=2)
        assert await database.read(elements.get, ADMIN, sample.kind, "new") == changed
        assert [entry.version for entry in await database.read(history, sample)] == [1, 2]


@of_every_kind
async def test_a_change_of_nothing_leaves_version_and_history(
    district_url: str, sample: Sample
) -> None:
    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)

        same = await database.write(sample.change, ADMIN, 1, lambda each: replace(each))

        assert same == sample.new
        assert await database.read(elements.get, ADMIN, sample.kind, "new") == sample.new
        assert len(await database.read(history, sample)) == 1


@of_every_kind
async def test_a_change_of_what_has_changed_since_is_refused(
    district_url: str, sample: Sample
) -> None:
    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)
        changed = await database.write(sample.change, ADMIN, 1)

        with pytest.raises(StaleVersion) as caught:
            await database.write(sample.change, ADMIN, 1, lambda each: sample.new)

        assert (caught.value.given, caught.value.current) == (1, 2)
        assert await database.read(elements.get, ADMIN, sample.kind, "new") == changed
        assert len(await database.read(history, sample)) == 2


@of_every_kind
async def test_an_edit_that_raises_changes_nothing(district_url: str, sample: Sample) -> None:
    def refuse(each: Any) -> Any:
        raise ZeroDivisionError

    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)

        with pytest.raises(ZeroDivisionError):
            await database.write(sample.change, ADMIN, 1, refuse)

        assert await database.read(elements.get, ADMIN, sample.kind, "new") == sample.new


@pytest.mark.parametrize(
    "sample", [each for each in SAMPLES if each.kind is not UNIT], ids=lambda each: each.kind.name
)
async def test_what_was_removed_is_gone_but_for_its_history(
    district_url: str, sample: Sample
) -> None:
    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)
        with pytest.raises(StaleVersion):
            await database.write(elements.remove, ADMIN, sample.kind, "new", 2)

        await database.write(elements.remove, ADMIN, sample.kind, "new", 1)

        with pytest.raises(NotVisible):
            await database.read(elements.get, ADMIN, sample.kind, "new")
        with pytest.raises(NotVisible):
            await database.write(elements.remove, ADMIN, sample.kind, "new", 1)
        verbs = [(entry.verb, entry.version) for entry in await database.read(history, sample)]
        assert verbs == [("add", 1), ("remove", 2)]


async def test_of_many_changes_of_one_version_one_is_made(district_url: str) -> None:
    def rewritten(n: int) -> Any:
        return lambda problem: replace(problem, statement=f"Statement {n}")

    async with connect(district_url) as database:
        problem = a_problem()

        outcomes = await asyncio.gather(
            *(
                database.write(elements.change, ADMIN, PROBLEM, problem.id, 1, rewritten(n))
                for n in range(40)
            ),
            return_exceptions=True,
        )

        (made,) = [each for each in outcomes if not isinstance(each, BaseException)]
        assert {type(each) for each in outcomes if each is not made} == {StaleVersion}
        assert await database.read(elements.get, ADMIN, PROBLEM, problem.id) == made
        assert made.version == 2


async def test_of_many_additions_with_one_id_one_is_made(district_url: str) -> None:
    add = next(sample.add for sample in SAMPLES if sample.kind is PROBLEM)
    async with connect(district_url) as database:
        outcomes = await asyncio.gather(
            *(database.write(add, ADMIN, a_problem(id="new", title=f"{n}")) for n in range(30)),
            return_exceptions=True,
        )

        (made,) = [each for each in outcomes if not isinstance(each, BaseException)]
        assert {type(each) for each in outcomes if each is not made} == {AlreadyExists}
        assert await database.read(elements.get, ADMIN, PROBLEM, "new") == made


async def test_a_branch_stores_both_cycles_or_none(district_url: str) -> None:
    def split(cycle: Cycle) -> tuple[Cycle, Cycle]:
        ids = iter(range(100))
        return cycle.branch(
            CycleId("cycle-2"),
            title="Rehearsed first",
            on=cycle.ended_on or STUDIED,
            reason="Room 14 needs another frame.",
            new_id=lambda: f"copy-{next(ids)}",
        )

    async with connect(district_url) as database:
        new = await database.write(cycles.branch, ADMIN, "cycle-1", 1, split)
        with pytest.raises(AlreadyExists):
            await database.write(cycles.branch, ADMIN, "cycle-1", 2, split)

        old = await database.read(elements.get, ADMIN, CYCLE, "cycle-1")
        assert await database.read(elements.get, ADMIN, CYCLE, "cycle-2") == new
        assert (old.version, old.moves[-1].move, new.branched_from) == (2, "branch", "cycle-1")


async def test_two_adaptations_at_once_make_no_circle(postgres_district_url: str) -> None:
    adapted, may_end = asyncio.Event(), asyncio.Event()

    def adapt(conn: Connection, id: str, source: str) -> None:
        elements.change(
            conn, ADMIN, CHANGE_IDEA, id, None, lambda idea: replace(idea, adapted_from=source)
        )

    def adapt_and_wait(conn: Connection) -> None:
        adapt(conn, IDEA, IDEA + OTHER)
        adapted.set()
        await_only(may_end.wait())

    async with connect(postgres_district_url) as database:
        first = asyncio.create_task(database.write(adapt_and_wait))
        await adapted.wait()

        second = asyncio.create_task(database.write(adapt, IDEA + OTHER, IDEA))
        await asyncio.wait({second}, timeout=0.2)
        may_end.set()
        await first

        with pytest.raises(Circle):
            await second


async def test_a_list_is_filtered_by_the_subtree_of_a_unit_and_by_text(district_url: str) -> None:
    def find(conn: Connection, **filters: Any) -> list[str]:
        plain = {"unit": None, "parent": None, "kind": None, "text": None, "after": ()}
        found, _ = lists.units(conn, ADMIN, **{**plain, "limit": 50, **filters})
        return [unit.id for unit in found]

    async with connect(district_url) as database:
        odd = Unit("odd", "school", "100% of _us_\\", "district")  # type: ignore[arg-type]
        await database.write(units.add, ADMIN, odd)

        assert await database.read(find, unit="school-east") == sorted(
            ["school-east", TEAM, "room-12", "room-14"]
        )
        assert await database.read(find, parent="district", kind="school", text="SCHOOL") == [
            "school-east",
            "school-west",
        ]
        for text in ("0%", "_us_", "\\"):
            assert await database.read(find, text=text) == ["odd"]


async def test_a_cycle_with_points_cannot_be_removed(district_url: str) -> None:
    async with connect(district_url) as database:
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            await database.write(elements.remove, ADMIN, CYCLE, "cycle-1", 1)

        assert await database.read(elements.get, ADMIN, CYCLE, "cycle-1")
        assert await database.read(elements.get, ADMIN, POINT, "point-0-room-12")
