"""The progress of student groups is kept as each audience is given it, when somebody looks."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select, text

import pdsa
from api.store import elements, inquiries, points, schema, units
from api.store import tables as t
from api.store.access import OPERATOR, By, steps
from api.store.engine import Database, connect
from api.store.kinds import POINT
from api.store.points import given_of
from api.store.publications import publish
from api.store.summaries.groups import PROGRESS, look_again
from api.store.summaries.look import look, stand_in
from api.store.summaries.verify import make_all_anew, verify
from api.watching import SETTLED, look_once, watch
from pdsa import Unit
from pdsa.equity import GapChange, released_equity
from pdsa.interchange import loads
from pdsa.privacy import Policy, Publication
from pdsa.reference import model
from pdsa.units import Audience
from tests.databases import Databases

BY = By(OPERATOR, datetime(2026, 3, 20, 12, tzinfo=UTC), recording=True)
INQUIRY = loads(model())
AIM_ID, SHOWN = INQUIRY.aim.id, INQUIRY.aim.measured_by or ""
LATER = replace(BY, at=BY.at + SETTLED)
EVERYBODY = (Audience.team, Audience.school, Audience.above)
G, S = t.aim_groups.c, t.aim_summaries.c


#: A column that came after the schema from which a test begins.
_WITH_WORDS = text("ALTER TABLE units ADD COLUMN stage_words VARCHAR(20) DEFAULT 'pdsa'")
_WITHOUT_WORDS = text("ALTER TABLE units DROP COLUMN stage_words")


def found_school(conn: Connection) -> None:
    for id, kind, parent in (("district", "district", None), ("school", "school", "district")):
        units.add(conn, BY, Unit(id, kind, f"Sample {id}", parent))  # type: ignore[arg-type]
    inquiries.add_inquiry(conn, BY, INQUIRY, "school")


async def looked_at(database: Database, by: By = BY) -> None:
    for to in EVERYBODY:
        await database.write(look, by, AIM_ID, to)


def kept(conn: Connection) -> dict[Audience, list[tuple[Any, ...]]]:
    """The rows of the progress, by audience."""
    found: dict[Audience, list[tuple[Any, ...]]] = {to: [] for to in EVERYBODY}
    for row in conn.execute(select(G.audience, *(G[name] for name in PROGRESS)).order_by(G.group)):
        found[row[0]].append(tuple(row[1:]))
    return found


def told(conn: Connection, to: Audience) -> list[tuple[Any, ...]]:
    """What the shown measure by student group tells somebody who is that audience."""
    who = stand_in(steps(conn, INQUIRY.team.id), to, BY.on)
    assert who is not None
    by = replace(BY, principal=who, unattended=True)
    groups = released_equity(*given_of(conn, by, SHOWN)).groups
    return [
        tuple(getattr(each.progress, name) for name in PROGRESS)
        for each in sorted(groups, key=lambda each: each.group)
        if each.progress.figures
    ]


def waiting(conn: Connection) -> set[Audience]:
    return set(conn.execute(select(S.audience).where(S.reviewed_on.is_(None))).scalars())


def few_tallies() -> list[pdsa.DataPoint]:
    """Of four long-term English learners, on six days."""
    days = sorted({point.on for point in INQUIRY.points if point.measure_id == SHOWN})[:6]
    room = INQUIRY.classrooms[0].id
    return [
        pdsa.DataPoint(
            pdsa.PointId(f"few-{on}"),
            pdsa.MeasureId(SHOWN),
            on,
            1,
            4,
            classroom_id=room,
            student_group="LTEL",
        )
        for on in days
    ]


async def test_each_audience_has_the_progress_that_its_figures_give(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(found_school)
        await database.write(points.add_points, BY, SHOWN, few_tallies())

        await looked_at(database)

        found = await database.read(kept)
        for to in EVERYBODY:
            assert found[to] == await database.write(told, to)
        assert [row[0] for row in found[Audience.team]] == ["EL", "LTEL", "SWD"]
        assert "LTEL" not in [row[0] for row in found[Audience.above]]
        assert found[Audience.above]
        assert await database.snapshot(verify, BY, [AIM_ID]) == []


async def test_a_publication_tells_the_school_of_no_group_otherwise(database_url: str) -> None:
    published = Publication(
        id=pdsa.PublicationId("published"),
        measure_id=pdsa.MeasureId(SHOWN),
        through=max(point.on for point in INQUIRY.points),
    )
    async with connect(database_url) as database:
        await database.write(found_school)
        await database.write(publish, BY, published)

        await looked_at(database)

        found = await database.read(kept)
        assert found[Audience.school] == await database.write(told, Audience.school) != []


async def test_what_was_written_since_is_worked_out_at_the_next_look(database_url: str) -> None:
    own = [point for point in INQUIRY.points if point.student_group == "SWD"]
    async with connect(database_url) as database:
        await database.write(found_school)
        await looked_at(database)
        for point in own:
            await database.write(elements.remove, BY, POINT, point.id, None)

        before = await database.read(kept)
        await looked_at(database)
        after = await database.read(kept)

        assert [row[0] for row in before[Audience.team]] == ["EL", "SWD"]
        assert [row[0] for row in after[Audience.team]] == ["EL"]
        assert await database.snapshot(verify, BY, [AIM_ID]) == []


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (t.aim_groups.update().values(gap_change=GapChange.widened), {"EL", "SWD"}),
        (t.aim_groups.update().where(G.group == "EL").values(figures=5), {"EL"}),
        (t.aim_groups.delete().where(G.group == "SWD"), {"SWD"}),
        (t.aim_groups.update().where(G.group == "SWD").values(group="FOS"), {"FOS", "SWD"}),
    ],
    ids=["another change", "another number", "none", "another group"],
)
async def test_progress_that_is_wrong_is_found_and_made_anew(
    database_url: str, wrong: Any, what: set[str]
) -> None:
    async with connect(database_url) as database:
        await database.write(found_school)
        await looked_at(database)
        await database.write(lambda conn: conn.execute(wrong.where(G.audience == Audience.team)))

        found = await database.snapshot(verify, BY, [AIM_ID])
        await database.write(make_all_anew, BY, [AIM_ID])
        between = await database.read(kept)
        await looked_at(database)

        assert {(each.audience, each.what) for each in found} == {
            (Audience.team, f"progress of {code}") for code in what
        }
        assert between == {to: [] for to in EVERYBODY}
        assert await database.snapshot(verify, BY, [AIM_ID]) == []
        assert [row[0] for row in (await database.read(kept))[Audience.team]] == ["EL", "SWD"]


async def test_what_a_program_of_before_looked_at_is_looked_at_again(database_url: str) -> None:
    passed_over = t.aim_groups.delete().where(G.audience == Audience.school)
    async with connect(database_url) as database:
        await database.write(found_school)
        await looked_at(database)
        await database.write(look_again)
        none = await database.read(waiting)
        await database.write(lambda conn: conn.execute(passed_over))

        await database.write(look_again)
        some = await database.read(waiting)
        await look_once(database, LATER)

        assert (none, some) == (set(), {Audience.school})
        assert await database.snapshot(verify, BY, [AIM_ID]) == []


async def test_a_server_looks_for_that_when_it_starts(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(found_school)
        await looked_at(database)
        await database.write(lambda conn: conn.execute(t.aim_groups.delete()))

        watching = asyncio.create_task(watch(database, lambda: LATER.at, Policy(), pause=0.01))
        while not all((await database.read(kept)).values()):
            assert not watching.done()
            await asyncio.sleep(0.01)
        watching.cancel()

        assert await database.snapshot(verify, BY, [AIM_ID]) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_database_of_before_works_it_out_at_the_next_look(
    kind: str, maker: Databases
) -> None:
    url = maker.make(kind, empty=True)
    await schema.migrate_async(url, to="0011")
    reviewed = t.aim_summaries.update().values(reviewed_on=BY.on)
    async with connect(url) as database:
        await database.write(lambda conn: conn.execute(_WITH_WORDS))  # the program writes them
        await database.write(found_school)
        await database.write(lambda conn: conn.execute(reviewed))
        by_group = reviewed.values(groups=("EL", "SWD")).where(S.audience != Audience.above)
        await database.write(lambda conn: conn.execute(by_group))
        await database.write(lambda conn: conn.execute(_WITHOUT_WORDS))

    await schema.migrate_async(url)

    async with connect(url) as database:
        assert await database.read(waiting) == {Audience.team, Audience.school}
        await look_once(database, LATER)
        found = await database.read(kept)
        assert found[Audience.team] == await database.write(told, Audience.team) != []
    maker.drop(url)
