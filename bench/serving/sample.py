"""The rows that every server of the benchmark reads and writes, and who asks for them.

``seed`` is the one place that knows how the rows come about: put another district there and nothing
else changes.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from api.store import elements, engine, schema, tokens, units
from api.store.access import OPERATOR, By
from api.store.kind import Place
from api.store.kinds import AIM, CALENDAR, CHANGE_IDEA, CYCLE, GRANT, MEASURE, PERSON, POINT
from pdsa.calendar import SchoolCalendar
from pdsa.cycle import Cycle
from pdsa.ids import CalendarId, GrantId, MeasureId, PersonId, PointId, UnitId
from pdsa.interchange import loads
from pdsa.measure import DataPoint, MeasureKind
from pdsa.reference import sacramento
from pdsa.units import Grant, Person, Role, Unit

TEAMS = 50
#: Cycles of a team in the aim that is listed: two pages of 50 and more.
LISTED = 110
#: Cycles of a team in the aim whose measures are charted.
CHARTED = 6
MEASURES, POINTS = 3, 100
FIRST_DAY = date(2017, 9, 5)

SAMPLE = loads(sacramento())


class Team(Struct, frozen=True):
    """A team as the benchmark asks about it: a member's token, and the ids of what is asked for.

    ``written`` is the measure that points are added to, the one of its aim's indicator; nothing else
    reads it.
    """

    unit: str
    token: str
    cycles: list[str]
    charted: list[str]
    written: str


async def seed(url: str) -> list[Team]:
    """Fill a new database; the teams with what to ask for."""
    await schema.migrate_async(url)
    by = By(OPERATOR, datetime.now(UTC))
    async with engine.connect(url) as database:
        await database.write(_district, by)
        return [await database.write(_team, by, number) for number in range(TEAMS)]


def _id(kind: int, *numbers: int) -> Any:
    """An id in the form of the real ones (UUID version 7), the same in every run."""
    first, second, third = (*numbers, 0, 0, 0)[:3]
    return f"019a{kind:04x}-{first:04x}-7{second:03x}-8000-{third:012x}"


def _district(conn: Any, by: By) -> None:
    tree = [Unit(_id(1), "district", "The district")]
    tree += [Unit(_id(2, n), "region", f"Region {n}", _id(1)) for n in range(2)]
    tree += [Unit(_id(3, n), "school", f"School {n}", _id(2, n % 2)) for n in range(10)]
    units.write(conn, tree)
    year = SchoolCalendar(
        CalendarId("year"), _id(1), "2017-18", date(2017, 8, 14), date(2018, 6, 15)
    )
    elements.write_rows(conn, CALENDAR, [year])


def _team(conn: Any, by: By, n: int) -> Team:
    unit: UnitId = _id(4, n)
    units.write(conn, [Unit(unit, "team", f"Team {n}", _id(3, n % 10))])
    person: PersonId = _id(5, n)
    elements.add(conn, by, PERSON, Person(person, f"Member of team {n}"), Place(None, None))
    grant = Grant(GrantId(_id(6, n)), person, Role.member, unit)
    elements.write_rows(conn, GRANT, [grant])
    listed, charted = _id(7, n, 0), _id(7, n, 1)
    for aim in (listed, charted):
        made = replace(SAMPLE.aim, id=aim, unit_id=unit, problem_id=None, measured_by=None)
        elements.write_rows(conn, AIM, [made])
        idea = replace(SAMPLE.change_ideas[0], id=_idea(aim), aim_id=aim, adapted_from=None)
        elements.write_rows(conn, CHANGE_IDEA, [idea])
    measures: list[MeasureId] = [_id(8, n, m) for m in range(MEASURES + 1)]
    planned: MeasureId = _id(8, n, MEASURES + 1)
    for m, measure in enumerate((*measures, planned)):
        aim = listed if measure == planned else charted
        made = replace(SAMPLE.measures[0], id=measure, aim_id=aim, driver_id=None)
        made = replace(made, kind=MeasureKind.outcome)
        elements.write_rows(conn, MEASURE, [replace(made, name=f"Measure {m} of team {n}")])
    for m, measure in enumerate(measures[:-1]):
        elements.write_rows(conn, POINT, [_point(n, m, measure, at) for at in range(POINTS)])
    cycles = [_cycle(_id(9, n, 0, at), listed, planned) for at in range(LISTED)]
    elements.write_rows(conn, CYCLE, cycles)
    others = [_cycle(_id(9, n, 1, at), charted, measures[0]) for at in range(CHARTED)]
    elements.write_rows(conn, CYCLE, others)
    # From here on there are summaries of it.
    elements.change(conn, by, AIM, charted, 1, lambda aim: replace(aim, measured_by=measures[-1]))
    token = tokens.new_token(conn, by, person, "benchmark")
    return Team(unit, token, [c.id for c in cycles], [*measures[:-1]], measures[-1])


def _idea(aim: str) -> Any:
    return aim.replace("019a0007", "019a000a", 1)


def _cycle(id: Any, aim: Any, measure: MeasureId) -> Cycle:
    """The cycle of the sample, as that of another aim and measure."""
    (cycle,) = SAMPLE.cycles
    written = msgspec.json.encode(cycle).replace(SAMPLE.measures[0].id.encode(), measure.encode())
    return replace(
        msgspec.json.decode(written, type=Cycle),
        id=id,
        aim_id=aim,
        change_idea_id=_idea(aim),
        follows=None,
        branched_from=None,
    )


def _point(n: int, m: int, measure: MeasureId, at: int) -> DataPoint:
    """Shares that wander around a half, better in the last third."""
    of = 24 + (at * 7 + n) % 9
    share = 0.42 + 0.1 * ((at * 37 + n * 11 + m * 5) % 17) / 17 + (0.12 if at > 66 else 0)
    on = FIRST_DAY + timedelta(days=at * 2)
    return DataPoint(PointId(_id(11, n, m, at)), measure, on, round(of * share), of)
