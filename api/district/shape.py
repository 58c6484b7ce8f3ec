"""A synthetic district: its units, its people, and the inquiry of any of its teams."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from api.district import aims, cycles, figures
from api.district.figures import Course
from api.district.ids import TeamIds
from api.district.roster import TEAMS, Roster, roster, school_name
from api.district.year import running_year, school_year
from pdsa.ids import CalendarId, CycleId, GrantId, PersonId, UnitId
from pdsa.interchange import Inquiry
from pdsa.units import Grant, Person, Role, Unit

#: The shapes of districts that can be made.
NAMES = ("lausd",)
SEED = 2025
YEAR = 2025
#: The size of LAUSD: six local districts with eight communities of schools each, 8,000 teams.
_TEAMS, _LOCAL_DISTRICTS, _COMMUNITIES = 8_000, 6, 8


class Holder(Struct, frozen=True, kw_only=True):
    """Somebody of the district with one role on one unit."""

    person: Person
    grant: Grant


class District:
    """A district by name, seed, scale and year; team ``k`` is the same whatever the scale.

    ``teams`` is how many teams it has: 8,000 at scale 1, at least one. A larger scale has more local
    districts, each with about 170 schools. ``calendar`` is the school year that begins in ``year``;
    where ``today`` is told it is one that is running on that day, and nothing is of a later one.
    """

    def __init__(
        self,
        seed: int = SEED,
        scale: float = 1.0,
        *,
        name: str = NAMES[0],
        year: int = YEAR,
        today: date | None = None,
    ) -> None:
        self.seed, self.scale, self.name = seed, scale, name
        self.id = UnitId(name)
        self.teams = max(1, round(_TEAMS * scale))
        self.schools = -(-self.teams // TEAMS)
        calendar_id = CalendarId(f"{name}-{today or year}")
        self._year = (
            running_year(today, calendar_id, self.id)
            if today
            else school_year(year, calendar_id, self.id)
        )
        self.calendar = self._year.calendar
        made_with = f"seed {seed}, scale {scale:g}, " + (f"on {today}" if today else f"year {year}")
        #: The name of the district's unit, which says what it was made with.
        self.title = f"Sample District {name.upper()} ({made_with})"
        local = max(_LOCAL_DISTRICTS, round(_LOCAL_DISTRICTS * scale))
        self._communities = min(self.schools, local * _COMMUNITIES)
        self._local_districts = min(self._communities, local)

    def units(self) -> Iterator[Unit]:
        """The district, its division, local districts, communities and schools, parents first."""
        division = UnitId(f"{self.id}-division")
        yield Unit(id=self.id, kind="district", name=self.title)
        yield Unit(
            id=division, kind="division", name="Sample Division of Instruction", parent_id=self.id
        )
        for i in range(self._local_districts):
            name = f"Sample Local District {i + 1}"
            yield Unit(self.local_district(i), "local_district", name, division)
        for i in range(self._communities):
            above = self.local_district(i % self._local_districts)
            name = f"Sample Community of Schools {i + 1:02d}"
            yield Unit(self._community(i), "community_of_schools", name, above)
        for i in range(self.schools):
            above = self._community(i % self._communities)
            yield Unit(self.school(i), "school", school_name(i), above)

    def local_district(self, number: int) -> UnitId:
        """The id of a local district, from 0."""
        return UnitId(f"{self.id}-local-{number + 1}")

    def _community(self, number: int) -> UnitId:
        return UnitId(f"{self.id}-community-{number + 1:02d}")

    def school(self, number: int) -> UnitId:
        """The id of a school, from 0."""
        return UnitId(f"{self.id}-school-{number + 1:04d}")

    def school_of(self, team: int) -> UnitId:
        """The id of the school that a team belongs to."""
        return self.school(team // TEAMS)

    def team_id(self, number: int) -> UnitId:
        """The id of a team, from 0."""
        return UnitId(TeamIds(self.seed, number)("team"))

    def people(self) -> tuple[Holder, ...]:
        """Somebody for each role that sees figures, on the first team, school and local district."""
        team = self.team_id(0)
        places = (
            (Role.member, team),
            (Role.facilitator, team),
            (Role.coach, team),
            (Role.ilt_member, self.school(0)),
            (Role.leader, self.local_district(0)),
            (Role.viewer, self.id),
        )
        made = []
        for role, unit in places:
            words = role.replace("_", " ").replace("ilt", "ILT")
            id = PersonId(f"{self.id}-{role.replace('_', '-')}")
            grant = Grant(id=GrantId(f"{id}-role"), person_id=id, role=role, unit_id=unit)
            made.append(Holder(person=Person(id=id, name=f"Sample {words}"), grant=grant))
        return tuple(made)

    def team(self, number: int) -> Inquiry:
        """The inquiry of a team, from 0, in the order of an export; its place above is left out."""
        rng = Random(f"{self.seed} team {number}")  # noqa: S311 - a sample, no secret
        team = roster(self.seed, number, rng, self._year)
        windows = cycles.windows(team)
        tested = _tested(rng, len(windows))
        ideas = aims.ideas(rng, team, max(tested, default=0) + 1 if tested else rng.randrange(2))
        drivers = aims.drivers(team) if rng.random() < 0.7 else ()
        course = _course(rng, team, windows)
        family = figures.family(rng, team, course, [each.id for each in drivers])
        problem = aims.a_problem(rng, team)
        made = cycles.cycles(rng, team, ideas, tested, family, course)
        running: dict[date, CycleId] = {}
        for window, cycle in zip(windows, made, strict=True):
            if cycle.started_on is not None:
                first = bisect_left(team.days, window.started)
                last = bisect_right(team.days, window.studied)
                running |= dict.fromkeys(team.days[first:last], cycle.id)
        return Inquiry(
            team=team.team,
            classrooms=team.rooms,
            calendar=replace(self.calendar, unit_id=team.team.id),
            problem=problem,
            aim=aims.an_aim(rng, team, course, family, problem),
            theory=aims.theory(rng, team, drivers, ideas) if drivers else (),
            change_ideas=ideas,
            measures=family.measures,
            points=family.points(team, running),
            cycles=made,
            levels=aims.levels(rng, team),
        )

    def inquiries(self, first: int = 0) -> Iterator[Inquiry]:
        """The inquiries of all teams, from one on."""
        return (self.team(number) for number in range(first, self.teams))


def district(seed: int = SEED, scale: float = 1.0, year: int = YEAR) -> District:
    """The synthetic district in the shape of LAUSD."""
    return District(seed, scale, year=year)


def _tested(rng: Random, count: int) -> list[int]:
    """Which idea each cycle tests: mostly the next one, now and then the same again."""
    found: list[int] = []
    for _ in range(count):
        again = bool(found) and rng.random() < 0.65
        found.append(found[-1] if again else found[-1] + 1 if found else 0)
    return found


def _course(rng: Random, team: Roster, windows: Sequence[cycles.Window]) -> Course:
    """How the figures run: a shift up after a change in some teams, down in a few, none in most."""
    level = rng.uniform(0.2, 0.6)
    fate = rng.random()
    if fate > 0.28 or not windows:
        return Course(level=level)
    since = windows[len(windows) // 3].started
    since = max(since, team.days[len(team.days) // 4])
    shift = rng.uniform(0.12, 0.28) if fate < 0.22 else -rng.uniform(0.1, 0.18)
    return Course(level=level, shift=shift, since=since)
