"""A synthetic district into a database, a hundred teams at a time, and on from where it stopped."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from contextlib import aclosing
from datetime import UTC, datetime, time
from functools import partial
from itertools import count

from msgspec import Struct
from sqlalchemy import Connection

from api.district.lots import Lot, Places, make_lot, numbered
from api.district.makers import makers
from api.district.shape import YEAR, District
from api.store import districts, elements
from api.store.access import OPERATOR, By
from api.store.engine import Database
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from api.store.locks import lock
from pdsa.errors import PdsaError

BY = By(OPERATOR, datetime(YEAR, 8, 1, 15, tzinfo=UTC))
#: How many teams one transaction takes: these have 18,000 points, so that no writer waits long.
TEAMS_AT_ONCE = 96


class OtherDistrict(PdsaError):
    """The database holds a district of this name already: name, known (what is there)."""

    def __init__(self, name: str, known: str) -> None:
        self.name, self.known = name, known
        super().__init__(
            f"there is a district {name!r} already ({known}): take another database, "
            "or the same --seed, --scale and --year to go on where it was interrupted"
        )


class UnitsMoved(PdsaError):
    """Units above the teams were moved while these were made: name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"units of the district {name!r} were moved meanwhile; "
            "the same command goes on from where it was"
        )


class Loaded(Struct, frozen=True):
    """How many teams, cycles and points came; ``before`` teams were there already."""

    teams: int
    cycles: int
    points: int
    before: int = 0

    def with_lot(self, lot: Lot) -> "Loaded":
        """What came once this lot has."""
        teams, cycles, points = lot.teams, lot.cycles, lot.points
        return Loaded(self.teams + teams, self.cycles + cycles, self.points + points, self.before)


async def load(
    database: Database,
    district: District,
    by: By = BY,
    *,
    advance: Callable[[int], object] = lambda _: None,
) -> Loaded:
    """Store a district with its summaries; ``advance`` is told of each lot of teams that is safe.

    Every audience has looked at every aim on the day of ``by``, the day of seeding.
    Takes up a district of the same seed and scale where it was interrupted. Raises
    ``OtherDistrict`` for one that is complete, or another one, ``UnitsMoved``, and ``MakerLost``.
    """
    first = await database.read(missing, district)
    if first is None:
        await database.write(_begin, by, district)
        first = 0
    elif first == district.teams:
        raise OtherDistrict(district.name, f"{district.title}, complete")
    advance(first)
    done = Loaded(0, 0, 0, first)
    async with aclosing(_lots(database, by, district, first)) as lots:
        async for lot in lots:
            await database.write(_add_lot, by, district, lot)
            advance(lot.teams)
            done = done.with_lot(lot)
    await database.write(districts.refresh_statistics)
    return done


async def _lots(
    database: Database, by: By, district: District, first: int
) -> AsyncGenerator[Lot, None]:
    """The lots in order, the next ones being made meanwhile."""
    begins = range(first, district.teams, TEAMS_AT_ONCE)
    schools = dict.fromkeys(district.school_of(team) for team in range(first, district.teams))
    above: Places = await database.read(districts.places, schools)
    with makers(district.teams - first) as (pool, ahead):
        making: deque[Future[Lot]] = deque()
        for begin in begins:
            teams = range(begin, min(begin + TEAMS_AT_ONCE, district.teams))
            own: Places = {school: above[school] for school in map(district.school_of, teams)}
            making.append(pool.submit(make_lot, district, by, database.dialect, teams, own))
            if len(making) > ahead:
                yield await asyncio.wrap_future(making.popleft())
        while making:
            yield await asyncio.wrap_future(making.popleft())


def missing(conn: Connection, district: District) -> int | None:
    """The first team that is not there yet; ``None`` where nothing of the district is.

    Raises ``OtherDistrict`` where the district is one of another seed, scale or year.
    """
    known = districts.name_of(conn, district.id)
    if known is None:
        return None
    if known != district.title:
        raise OtherDistrict(district.name, known)
    low, high = 0, district.teams
    while low < high:  # teams come in order, so that half of the rest can be left out
        middle = (low + high) // 2
        there = districts.name_of(conn, district.team_id(middle))
        low, high = (middle + 1, high) if there else (low, middle)
    return low


def _begin(conn: Connection, by: By, district: District) -> None:
    numbers = count()
    units = list(district.units())
    at = datetime.combine(district.calendar.first_day, time(15), UTC)
    dated = partial(numbered, at, -1, numbers)
    districts.add_units(conn, by, units, [district.calendar], dated)


def _add_lot(conn: Connection, by: By, district: District, lot: Lot) -> None:
    lock(conn, "units", shared=True)  # a unit above may be on the move
    if districts.places(conn, lot.above) != lot.above:
        raise UnitsMoved(district.name)
    districts.add_rows(conn, lot.rows)
    if lot.first:
        return
    for holder in district.people():
        elements.add(conn, by, PERSON, holder.person, Place(None, None))
        elements.add(conn, by, GRANT, holder.grant, Place(holder.grant.unit_id, None))
