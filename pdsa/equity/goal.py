"""A goal for all students that some groups are to reach faster, and how far it has come.

LAUSD's goal, which ``LAUSD_MATHEMATICS`` states: students move on average 50 points closer to
standard on the Smarter Balanced mathematics test from 2019 to 2026 in grades 3-8, English learners
(with the long-term ones and those at risk of becoming such), African American students and students
with disabilities faster than all.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from pdsa.equity.progress import (
    GapChange,
    GroupProgress,
    group_name,
    group_progress,
    moved,
    show_difference,
    wanted_way,
    within,
)
from pdsa.equity.window import ends, figure, school_year, show_year
from pdsa.errors import InvalidValue
from pdsa.measure import Measure, Series
from pdsa.words import mark, say, say_n


class Goal(Struct, frozen=True, kw_only=True):
    """How far a measure is to move, between which two school years, and which groups faster.

    Years are those in which the school years end (2019 is 2018-19); ``points`` count in the
    measure's unit and wanted direction. Raises ``InvalidValue`` for a last year that is not after
    the first, and for points that are not above zero.
    """

    title: str
    first_year: int
    last_year: int
    points: float
    groups: tuple[str, ...]
    grades: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.last_year <= self.first_year:
            rule = say("after {year}", year=self.first_year)
            raise InvalidValue("last_year", self.last_year, rule)
        if not self.points > 0:
            raise InvalidValue("points", self.points, "above zero")

    @property
    def first_day(self) -> date:
        """The first day of its first school year."""
        return date(self.first_year - 1, 7, 1)

    @property
    def last_day(self) -> date:
        """The last day of its last school year."""
        return date(self.last_year, 6, 30)

    def expected(self, year: int) -> float:
        """The points by a school year, straight from none in the first to all in the last."""
        share = (year - self.first_year) / (self.last_year - self.first_year)
        return self.points * min(1.0, max(0.0, share))


LAUSD_MATHEMATICS = Goal(
    title=mark("Mathematics, grades 3-8"),
    first_year=2019,
    last_year=2026,
    points=50,
    groups=("EL", "LTEL", "PLTEL", "AA", "SWD"),
    grades=(3, 4, 5, 6, 7, 8),
)


class GoalProgress(Struct, frozen=True, kw_only=True):
    """How far a goal has come by a school year.

    ``gain`` is that of all students since the goal's first year, ``expected`` what a straight line
    would have by ``year``; ``reached`` is ``None`` where it cannot be told. ``groups`` are the named
    groups over the same window; ``sentences`` say it all, none with a cause.
    """

    goal: Goal
    year: int | None = None
    gain: float | None = None
    expected: float | None = None
    reached: bool | None = None
    groups: tuple[GroupProgress, ...] = ()
    sentences: tuple[str, ...] = ()

    def faster(self, than_all: bool | None = True) -> tuple[str, ...]:
        """The named groups that gained faster than all students; not (``False``); cannot tell (``None``)."""
        return tuple(each.group for each in self.groups if each.faster is than_all)


def goal_progress(
    goal: Goal, measure: Measure, everybody: Series | None, groups: Iterable[Series]
) -> GoalProgress:
    """How far a goal has come, from series as they are released to whoever is told of it.

    A gain counts from the goal's first school year: without a figure of it nothing can be told, of
    all students as of a group. Which figures it is taken from: ``pdsa.equity.window``.
    """
    first, last = goal.first_day, goal.last_day
    found = tuple(
        _from_the_start(goal, each)
        for each in group_progress(
            measure, everybody, groups, first=first, last=last, wanted=goal.groups
        )
    )
    values = {p.on: p.value for p in within(everybody, first, last) if p.value is not None}
    at = ends(values)
    if at.basis is None or school_year(at.first[0]) != goal.first_year:
        why = _no_start(goal) if values and min(map(school_year, values)) != goal.first_year else ""
        why = why or say("There are too few figures of all students: one year is no gain.")
        made = GoalProgress(goal=goal, groups=found)
        said = say("{goal}: {why}", goal=say(goal.title), why=why)
        return replace(made, sentences=(said, *_of_groups(found)))
    gain = wanted_way(measure, figure(values, at.last) - figure(values, at.first))
    year = school_year(at.last[-1])
    made = GoalProgress(
        goal=goal,
        year=year,
        gain=gain,
        expected=goal.expected(year),
        reached=gain >= goal.points,
        groups=found,
    )
    return replace(made, sentences=(_overall(measure, made), *_of_groups(found)))


def _from_the_start(goal: Goal, each: GroupProgress) -> GroupProgress:
    if each.since is None or school_year(each.since) == goal.first_year:
        return each
    return replace(each, faster=None, gap_change=GapChange.cannot_tell, why=_no_start(goal))


def _no_start(goal: Goal) -> str:
    return say(
        "There is no figure of {year}, from which the goal counts.", year=show_year(goal.first_year)
    )


def _overall(measure: Measure, made: GoalProgress) -> str:
    goal, gain, expected = made.goal, made.gain or 0.0, made.expected or 0.0
    if made.reached:
        said = mark(
            "{goal}: all students {moved} from {first} to {year}; the goal is {points} by {last}, "
            "which is reached."
        )
    else:
        said = mark(
            "{goal}: all students {moved} from {first} to {year}; the goal is {points} by {last}, "
            "and a straight line would be at {expected}."
        )
    return say(
        said,
        goal=say(goal.title),
        moved=moved(measure, gain),
        first=show_year(goal.first_year),
        year=show_year(made.year or goal.last_year),
        points=show_difference(measure, goal.points),
        last=show_year(goal.last_year),
        expected=show_difference(measure, expected),
    )


def _of_groups(groups: Sequence[GroupProgress]) -> Iterator[str]:
    for each in groups:
        yield say("{group}: {why}", group=group_name(each.group), why=each.why)
    faster, not_faster = (sum(each.faster is is_so for each in groups) for is_so in (True, False))
    unknown = len(groups) - faster - not_faster
    if groups:
        yield say_n(
            "Of {n} named group, {faster} gained faster than all students and {not_faster} did "
            "not; of {unknown} it cannot be told.",
            "Of {n} named groups, {faster} gained faster than all students and {not_faster} did "
            "not; of {unknown} it cannot be told.",
            len(groups),
            faster=faster,
            not_faster=not_faster,
            unknown=unknown,
        )
