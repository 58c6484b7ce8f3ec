"""Who a synthetic team is: its school, grade and subject, its classrooms and how large they are."""

from collections.abc import Sequence
from datetime import date
from random import Random

from msgspec import Struct

from api.district.ids import TeamIds
from api.district.words import GRADES, SUBJECTS, Focus, Subject
from api.district.year import Year
from pdsa.ids import UnitId
from pdsa.units import CLASSROOM, Unit

#: How many teams a school has.
TEAMS = 8
#: How many points and cycles teams have, sixteen of them together: 3,000 and 100. Some have none.
POINTS = (0, 30, 60, 90, 120, 140, 160, 180, 190, 200, 220, 240, 270, 310, 360, 430)
CYCLES = (0, 1, 2, 3, 4, 4, 5, 6, 6, 7, 7, 8, 9, 10, 12, 16)


class Roster(Struct, frozen=True, kw_only=True):
    """A team with its classrooms, what it works on, and the days on which it works.

    ``sizes`` are the students of each classroom; ``days`` the taught days from the first on which
    it collected anything to the last; ``deadlines`` those that its aim may have; ``points`` and
    ``cycles`` how many it has.
    """

    number: int
    ids: TeamIds
    school: str
    team: Unit
    rooms: tuple[Unit, ...]
    sizes: tuple[int, ...]
    grade: str
    subject: Subject
    focus: Focus
    days: Sequence[date]
    deadlines: tuple[date, ...]
    stopped: bool
    points: int
    cycles: int

    @property
    def population(self) -> str:
        return f"students in the {len(self.rooms)} sample classrooms of {self.label}"

    @property
    def label(self) -> str:
        return "kindergarten" if self.grade == "K" else f"grade {self.grade}"


def school_name(school: int) -> str:
    """The name of a school, plainly a sample: ``Sample School 0412``."""
    return f"Sample School {school + 1:04d}"


def roster(seed: int, number: int, rng: Random, year: Year) -> Roster:
    """The team with this number, whatever the size of the district that it is in."""
    ids = TeamIds(seed, number)
    points, cycles = _shares(seed, number)
    school, place = divmod(number, TEAMS)
    grade = GRADES[_first_grade(seed, school) + place // 2]
    subject = rng.choices(SUBJECTS, (6, 3, 1, 1))[0] if place % 2 else SUBJECTS[0]
    name = f"{school_name(school)}, Grade {grade} team" + (f" {'AB'[place % 2]}")
    team = Unit(id=UnitId(ids("team")), kind="team", name=name)
    count = rng.choices((2, 3, 4, 5, 6), (34, 30, 20, 10, 6))[0]
    if points > 250:
        count = max(count, 3)  # or there would be more tallies than days
    rooms = tuple(
        Unit(
            id=UnitId(ids("classroom", i)),
            kind=CLASSROOM,
            name=f"Sample room {i + 1}",
            parent_id=team.id,
        )
        for i in range(count)
    )
    begin = rng.randrange(5, 30)
    stopped = rng.random() < 0.05
    end = rng.randrange(95, 115) if stopped else rng.randrange(130, len(year.taught))
    return Roster(
        number=number,
        ids=ids,
        school=school_name(school),
        team=team,
        rooms=rooms,
        sizes=tuple(rng.randint(18, 34) for _ in rooms),
        grade=grade,
        subject=subject,
        focus=rng.choice(subject.focuses),
        days=year.taught[begin:end],
        deadlines=year.deadlines,
        stopped=stopped,
        points=points,
        cycles=cycles,
    )


def _shares(seed: int, number: int) -> tuple[int, int]:
    """How many points and cycles the team has: sixteen teams share what stands above."""
    block, place = divmod(number, len(POINTS))
    rng = Random(f"{seed} shares {block}")  # noqa: S311 - a sample, no secret
    points = rng.sample(POINTS, len(POINTS))
    return points[place], rng.sample(CYCLES, len(CYCLES))[place]


def _first_grade(seed: int, school: int) -> int:
    """Where the four grades of a school begin: elementary, middle or high school."""
    rng = Random(f"{seed} school {school}")  # noqa: S311 - a sample, no secret
    return rng.choices((2, 6, 9), (6, 2, 2))[0]
