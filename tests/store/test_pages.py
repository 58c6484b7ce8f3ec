"""Pages: every element once, in order, whatever the limit and whatever is added meanwhile."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from api.store import elements, lists, points, theories
from api.store.elements import store
from api.store.engine import Database, connect
from api.store.given import Given
from api.store.kind import Kind, Place
from api.store.kinds import POINT, PROBLEM
from tests.builders import AIM, FRAME_USE, IDEA, TEAM, a_point, a_problem, a_theory
from tests.store.world import ADMIN, IN_AIM, SAMPLES, Sample

LIMITS = [1, 2, 3, 7, 50]


async def walked(database: Database, kind: Kind[Any], limit: int, *conditions: Any) -> list[Any]:
    """Every element of a list, page after page."""
    found, key = await database.read(elements.page, ADMIN, kind, *conditions, limit=limit)
    every = list(found)
    while key is not None:
        assert len(found) == limit
        found, key = await database.read(
            elements.page, ADMIN, kind, *conditions, after=key, limit=limit
        )
        assert found, "no page is empty but the first"
        every += found
    return every


def many_problems(conn: Connection, number: int) -> None:
    many = [a_problem(id=f"p{n:03}", title=f"Problem {n}") for n in range(number)]
    store(conn, ADMIN, PROBLEM, many, Place(TEAM, None), verb="add")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind.name)
async def test_the_pages_of_any_limit_make_up_the_list(district_url: str, sample: Sample) -> None:
    async with connect(district_url) as database:
        await database.write(sample.add, ADMIN, sample.new)

        whole, key = await database.read(elements.page, ADMIN, sample.kind, limit=1000)

        assert key is None
        assert sample.new.id in [each.id for each in whole]
        assert len({each.id for each in whole}) == len(whole)
        for limit in LIMITS:
            assert await walked(database, sample.kind, limit) == whole


@pytest.mark.parametrize("number", [0, 1, 6, 7, 8, 14, 15])
async def test_the_last_page_says_so_even_when_it_is_full(district_url: str, number: int) -> None:
    async with connect(district_url) as database:
        await database.write(many_problems, number)
        own = Given(PROBLEM.table.c.id.like("p___"), {})

        every = await walked(database, PROBLEM, 7, own)

        assert [each.id for each in every] == [f"p{n:03}" for n in range(number)]


async def test_points_of_one_day_stand_in_the_order_of_their_ids(district_url: str) -> None:
    first = date(2018, 1, 12)
    given = [
        a_point(f"{prefix}{n}", first + timedelta(days=n % 3), value=float(n))
        for prefix in "ba"
        for n in range(10)
    ]
    async with connect(district_url) as database:
        await database.write(lambda conn: store(conn, ADMIN, POINT, given, IN_AIM, verb="add"))
        of_measure = Given(POINT.table.c.id.like("__"), {})

        for limit in LIMITS:
            every = await walked(database, POINT, limit, of_measure)
            assert every == sorted(given, key=lambda point: (point.on, point.id))


async def test_a_walk_is_not_disturbed_by_what_is_added_or_removed(district_url: str) -> None:
    async with connect(district_url) as database:
        await database.write(many_problems, 20)
        seen: list[str] = []
        key: Any = ()
        added = 0
        while key is not None:
            found, key = await database.read(elements.page, ADMIN, PROBLEM, after=key, limit=3)
            seen += [each.id for each in found]
            added += 1
            before_and_after = [a_problem(id=f"{end}{added}") for end in ("a", "z")]
            await database.write(
                lambda conn, new=before_and_after: store(
                    conn, ADMIN, PROBLEM, new, Place(TEAM, None), verb="add"
                )
            )
            if key is not None and key[0].startswith("p0"):
                await database.write(elements.remove, ADMIN, PROBLEM, key[0], 1)

        assert seen == sorted(set(seen)), "in order, none twice"
        assert {f"p{n:03}" for n in range(20)} <= set(seen), "none left out"


@pytest.mark.parametrize("limit", LIMITS)
async def test_the_history_goes_back_page_after_page(district_url: str, limit: int) -> None:
    ask: dict[str, Any] = {"unit": None, "aim": AIM, "element": None, "person": None}
    async with connect(district_url) as database:
        whole, _ = await database.read(lists.activity, ADMIN, **ask, after=(), limit=1000)

        found: list[Any] = []
        key: Any = ()
        while key is not None:
            page, key = await database.read(lists.activity, ADMIN, **ask, after=key, limit=limit)
            found += page

        assert found == whole
        assert [entry.id for entry in whole] == sorted((e.id for e in whole), reverse=True)


@pytest.mark.parametrize("limit", LIMITS)
async def test_the_versions_of_a_theory_are_walked_too(district_url: str, limit: int) -> None:
    def rewrite(conn: Connection) -> None:
        for n in range(6):
            theories.put(conn, ADMIN, a_theory(note=f"Note {n}"), None)

    async with connect(district_url) as database:
        await database.write(rewrite)

        versions: list[int] = []
        after: int | None = 0
        while after is not None:
            page, key = await database.read(theories.page, ADMIN, AIM, after=after, limit=limit)
            versions += [each.version for each in page]
            after = None if key is None else key[0]

        assert versions == [1, 2, 3, 4, 5, 6, 7]


async def test_points_are_asked_for_between_two_days(district_url: str) -> None:
    first, last = date(2018, 1, 19), date(2018, 2, 2)
    async with connect(district_url) as database:
        found, _ = await database.read(points.points_of, ADMIN, FRAME_USE, first, last, (), 50)

        assert len(found) == 6
        assert {point.on for point in found} == {first, date(2018, 1, 26), last}


async def test_the_ramp_and_the_lineage_of_an_idea_are_its_own(district_url: str) -> None:
    async with connect(district_url) as database:
        for sample in SAMPLES:
            if sample.kind.name in ("change idea", "cycle"):
                await database.write(sample.add, ADMIN, sample.new)

        ramp = await database.read(lists.ramp_of, ADMIN, IDEA)
        lineage = await database.read(lists.lineage_of, ADMIN, "new")

        assert [step.cycle_id for step in ramp.steps] == ["cycle-1", "new"]
        assert [idea.id for idea in lineage] == [IDEA, "new"]
