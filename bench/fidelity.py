"""What shares above a team cost: a district counted once a quarter, and read from then on.

    python bench/fidelity.py [teams]

Each team has 6 cycles in 3 series and a measure with 180 points, on a SQLite file. The ratio is of
the first answer, which counts every cycle, to the answers after it.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from msgspec.structs import replace

from api.store import elements, engine, fidelity, schema, units
from api.store.access import OPERATOR, By
from api.store.kinds import AIM, CHANGE_IDEA, CYCLE, MEASURE, POINT
from pdsa.change_idea import ChangeIdea
from pdsa.ids import MeasureId, PointId, UnitId
from pdsa.interchange import loads
from pdsa.measure import DataPoint
from pdsa.reference import sacramento
from pdsa.units import Unit

SAMPLE = loads(sacramento())
DAY = datetime(2018, 8, 20, tzinfo=UTC)


def found(conn: Any, teams: int) -> None:
    """A district with a school for each three teams."""
    units.write(conn, [Unit(UnitId("district"), "district", "The district")])
    (measure,), (idea,), (cycle,) = SAMPLE.measures, SAMPLE.change_ideas, SAMPLE.cycles
    for n in range(teams):
        school, team, aim = UnitId(f"school-{n // 3}"), UnitId(f"team-{n}"), f"aim-{n}"
        if n % 3 == 0:
            units.write(conn, [Unit(school, "school", "A school", UnitId("district"))])
        units.write(conn, [Unit(team, "team", "A team", school)])
        own: Any = {"aim_id": aim}
        elements.write_rows(
            conn,
            AIM,
            [replace(SAMPLE.aim, id=aim, unit_id=team, problem_id=None)],
        )
        elements.write_rows(conn, MEASURE, [replace(measure, id=f"measure-{n}", **own)])
        ideas: list[ChangeIdea] = [replace(idea, id=f"idea-{n}-{at}", **own) for at in range(3)]
        elements.write_rows(conn, CHANGE_IDEA, ideas)
        plan = replace(cycle.plan, data=(replace(cycle.plan.data[0], measure_id=f"measure-{n}"),))
        cycles = [
            replace(cycle, id=f"cycle-{n}-{at}", plan=plan, change_idea_id=ideas[at % 3].id, **own)
            for at in range(6)
        ]
        elements.write_rows(conn, CYCLE, cycles)
        days = [date(2017, 10, 1) + timedelta(day) for day in range(180)]
        points = [
            DataPoint(PointId(f"point-{n}-{day}"), MeasureId(f"measure-{n}"), day, 12, 29)
            for day in days
        ]
        elements.write_rows(conn, POINT, points)


async def main(teams: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder)}/district.db"
        await schema.migrate_async(url)
        async with engine.connect(url) as database:
            await database.write(found, teams)
            by = By(OPERATOR, DAY, recording=True)
            start = perf_counter()
            first = await database.write(fidelity.unit_profile, by, "district")
            counting = perf_counter() - start
            reading = []
            for _ in range(21):
                start = perf_counter()
                again = await database.read(fidelity.unit_profile, by, "district")
                reading.append(perf_counter() - start)
            if again != first:
                raise SystemExit("two answers about one quarter differ")
    print(f"{teams} teams, {6 * teams} cycles, {180 * teams} points")
    print(f"counted once a quarter  {counting:8.2f} s")
    print(f"read from then on       {1000 * median(reading):8.2f} ms")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
