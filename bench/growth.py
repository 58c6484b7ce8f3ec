"""How cost grows with the record: portfolios and roll-ups with the points, a list with the page.

    python bench/growth.py [--scale 0.02] [--times 1,4,16] [--rounds 7]

The same district with its own history, and with a history of four and of sixteen years: each point
once more for each year before, and as many times the cycles. What is asked is asked of each in turn,
in one process, on SQLite; a figure is the processor time of the unit of work beside that of the
shortest history in the same round, as the median with the least and the greatest. The row
in brackets is what nobody does here, and shows that growth is seen where there is some. At scale 1
sixteen years are 24 million points: an hour and more to make.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, func, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from api.district import SEED, District
from api.district.load import load
from api.store import lists, schema
from api.store import tables as t
from api.store.access import OPERATOR, By
from api.store.engine import Database, connect
from api.store.portfolio.filters import Filters
from api.store.portfolio.page import Sort, page
from api.store.portfolio.rollup import by_group, by_month, by_unit
from pdsa.cycle import Cycle
from pdsa.ids import CycleId, PointId
from pdsa.interchange import Inquiry
from pdsa.measure import DataPoint

#: A school year in whole weeks: the days of the week stay.
A_YEAR = timedelta(weeks=52)
BY = By(OPERATOR, datetime(2026, 6, 9, 15, tzinfo=UTC))
Ask = Callable[[Connection], Any]


class Longer(District):
    """A district whose teams have done all this for some years."""

    def __init__(self, scale: float, years: int) -> None:
        super().__init__(SEED, scale)
        self.years = years

    def team(self, number: int) -> Inquiry:
        inquiry = super().team(number)
        points = [each for year in range(self.years) for each in _ago(inquiry.points, year)]
        cycles = [each for year in range(self.years) for each in _again(inquiry.cycles, year)]
        points.sort(key=lambda point: (point.on, point.id))
        return replace(inquiry, points=tuple(points), cycles=tuple(cycles))


def _ago(points: tuple[DataPoint, ...], years: int) -> Iterator[DataPoint]:
    for each in points:
        if years:
            id, on = PointId(f"{each.id}-{years}"), each.on - years * A_YEAR
            each = replace(each, id=id, on=on, cycle_id=None)
        yield each


def _again(cycles: tuple[Cycle, ...], years: int) -> Iterator[Cycle]:
    def named(id: CycleId | None) -> CycleId | None:
        return CycleId(f"{id}-{years}") if id and years else id

    for each in cycles:
        yield replace(
            each,
            id=named(each.id),
            follows=named(each.follows),
            branched_from=named(each.branched_from),
        )


def portfolio(unit: str) -> Ask:
    return lambda conn: page(conn, BY, unit, Filters(), Sort.status, (), 50)


#: The points of a unit, added up by day and measure.
_SCAN = (
    select(t.points.c.measure_id, t.points.c.on, func.sum(t.points.c.numerator))
    .select_from(
        t.unit_closure.join(t.aims, t.aims.c.unit_id == t.unit_closure.c.descendant_id)
        .join(t.measures, t.measures.c.aim_id == t.aims.c.id)
        .join(t.points, t.points.c.measure_id == t.measures.c.id)
    )
    .where(t.unit_closure.c.ancestor_id == bindparam("unit"))
    .group_by(t.points.c.measure_id, t.points.c.on)
)
SCHOOL, LOCAL, ALL = "lausd-school-0001", "lausd-local-1", "lausd"
ASKED: dict[str, Ask] = {
    "portfolio of a school": portfolio(SCHOOL),
    "portfolio of a local district": portfolio(LOCAL),
    "roll-up of a local district": lambda conn: by_unit(conn, BY, LOCAL, None, BY.on),
    "equity of a local district": lambda conn: by_group(conn, BY, LOCAL, None),
    "first page of all cycles": lambda conn: cycles(conn, None),
    "first page of a district's cycles": lambda conn: cycles(conn, ALL),
    "all schools by month, one year": lambda conn: by_month(
        conn, BY, ALL, "school", "2025-07", "2026-06"
    ),
}
#: Pages are measured some at a time, since not all cycles are as long.
SOME = 5
CONTROL: dict[str, Ask] = {
    "(points of a school added up)": lambda conn: conn.execute(_SCAN, {"unit": SCHOOL}).all(),
}


def cycles(
    conn: Connection, unit: str | None, after: Any = ()
) -> tuple[list[Cycle], list[Any] | None]:
    """A page of 50 cycles, of all or of a unit."""
    return lists.cycles(
        conn,
        BY,
        unit=unit,
        aim=None,
        change_idea=None,
        stage=None,
        status=None,
        started_from=None,
        started_to=None,
        text=None,
        after=after,
        limit=50,
    )


def pages(conn: Connection, unit: str | None) -> list[list[Any]]:
    """The keys after which the pages of the list of cycles begin; the last may be a short one."""
    found: list[list[Any]] = [[]]
    while (key := cycles(conn, unit, found[-1])[1]) is not None:
        found.append(key)
    return found[:-1]


def took(ask: Ask, conn: Connection) -> float:
    """Processor time of one, in microseconds, of as many as take a while."""
    times, began = 0, process_time()
    while times < 3 or process_time() - began < 0.03:
        ask(conn)
        times += 1
    return (process_time() - began) / times * 1e6


def told(name: str, found: dict[str, list[float]]) -> None:
    """A line: the first in microseconds, each of the others beside it."""
    first, *others = found.values()
    beside = []
    for each in others:
        ratios = [a / b for a, b in zip(each, first, strict=True)]
        beside.append(f"{median(ratios):6.2f} ({min(ratios):.2f}-{max(ratios):.2f})")
    print(f"{name:<34}{median(first):>8.0f}  " + "  ".join(beside), flush=True)


async def grown(held: dict[int, Database], rounds: int) -> None:
    """What is asked of each history in turn."""
    for name, ask in (ASKED | CONTROL).items():
        found: dict[str, list[float]] = {f"{years}": [] for years in held}
        for number in range(rounds + 1):
            for years, database in held.items():
                each = await database.snapshot(lambda conn, ask=ask: took(ask, conn))  # type: ignore[misc]
                found[f"{years}"] += [each] if number else []  # the first round warms up
        told(name, found)


async def turned(name: str, unit: str | None, held: dict[int, Database], rounds: int) -> None:
    """Some pages at the beginning of a list, as many in its middle, and as many at its end."""
    for years, database in held.items():
        keys = await database.read(pages, unit)
        middle = (len(keys) - SOME) // 2
        places = {"first": keys[:SOME], "middle": keys[middle:][:SOME], "last": keys[-SOME:]}
        found: dict[str, list[float]] = {place: [] for place in places}
        for number in range(rounds + 1):
            for place, some in places.items():
                each = await database.read(
                    lambda conn, some=some: took(  # type: ignore[misc]
                        lambda conn: [cycles(conn, unit, key) for key in some], conn
                    )
                )
                found[place] += [each / SOME] if number else []
        told(f"{name}, x{years}: {len(keys)} pages", found)


async def measured(given: argparse.Namespace, folder: Path) -> None:
    async with AsyncExitStack() as stack:
        held: dict[int, Database] = {}
        for years in given.times:
            url = f"sqlite:///{folder / f'{years}.db'}"
            await schema.migrate_async(url)
            held[years] = await stack.enter_async_context(connect(url))
            made = await load(held[years], Longer(given.scale, years), BY)
            print(f"x{years}: {made.teams} teams, {made.cycles} cycles, {made.points} points")
        beside = "  ".join(f"{f'x{years}':<18}" for years in given.times[1:])
        print(f"\n{'':<34}{f'x{given.times[0]}, us':>8}  {beside}")
        await grown(held, given.rounds)
        print(f"\n{'pages of 50, five together':<34}{'us':>8}  {'middle':<18}  last")
        await turned("all cycles", None, held, given.rounds)
        await turned("a district's", ALL, held, given.rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--scale", type=float, default=0.02)
    parser.add_argument("--times", default="1,4,16")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    given.times = [int(each) for each in given.times.split(",")]
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        asyncio.run(measured(given, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
