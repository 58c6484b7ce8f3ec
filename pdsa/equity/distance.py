"""Distance from standard: a scale score less the lowest score of level 3, "standard met".

Smarter Balanced mathematics, grades 3-8 and 11, after the California School Dashboard: the distance
of each student, averaged over all who were tested, so that grades weigh by their number.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from pdsa.equity.window import school_year
from pdsa.errors import InvalidValue
from pdsa.ids import AimId, MeasureId, PointId
from pdsa.measure import (
    DataPoint,
    Measure,
    MeasureKind,
    MeasureUnit,
    Series,
    SeriesPoint,
)
from pdsa.privacy import Policy, release
from pdsa.reference import Thresholds, math_thresholds
from pdsa.units import Audience
from pdsa.words import mark, say


class GradeScore(Struct, frozen=True, kw_only=True):
    """The mean scale score of one grade in the test of one year, and of how many students.

    ``year`` is that of the spring in which the test was given; ``group`` a code of
    ``pdsa/reference/student_groups.csv`` or of the district, ``ALL`` for all students.
    Raises ``InvalidValue`` for fewer than one student, and as ``thresholds`` and
    ``distance_from_standard`` do.
    """

    year: int
    grade: int
    score: float
    tested: int
    group: str = "ALL"

    def __post_init__(self) -> None:
        if self.tested < 1:
            raise InvalidValue("tested", self.tested, "1 or more")
        distance_from_standard(self.score, self.grade, self.year)


def thresholds(grade: int, year: int) -> Thresholds:
    """The thresholds in force for a grade's test in the spring of a year.

    They are in force from spring 2015, the first test after their approval on 14 November 2014,
    until ``pdsa/reference/sbac_math_thresholds.csv`` says otherwise; spring 2020 had no test.
    Raises ``InvalidValue`` for a grade without thresholds and for a year in which none are in force.
    """
    of_grade = [each for each in math_thresholds() if each.grade == grade]
    if not of_grade:
        grades = ", ".join(str(each) for each in sorted({t.grade for t in math_thresholds()}))
        raise InvalidValue("grade", grade, say("one of {grades}", grades=grades))
    for each in of_grade:
        if each.first_year <= year and (each.last_year is None or year <= each.last_year):
            return each
    rule = mark(
        "a year in which the thresholds are in force and a test was given: 2015-2019, or since 2021"
    )
    raise InvalidValue("year", year, rule)


def distance_from_standard(score: float, grade: int, year: int) -> float:
    """A scale score, or a mean of such, less the threshold of level 3; above zero is above standard.

    Raises ``InvalidValue`` as ``thresholds`` does, and for a score outside of what the test of that
    year could give.
    """
    found = thresholds(grade, year)
    if not found.lowest <= score <= found.highest:
        rule = say(
            "from {low} to {high} in grade {grade}, spring {year}",
            low=found.lowest,
            high=found.highest,
            grade=grade,
            year=year,
        )
        raise InvalidValue("score", score, rule)
    return score - found.level_3


def mean_distance(scores: Iterable[GradeScore]) -> float:
    """The mean distance from standard over grades of one year and group, weighted by students tested.

    Raises ``InvalidValue`` for none, and for scores of several years or groups.
    """
    found = list(scores)
    if len({(each.year, each.group) for each in found}) != 1:
        raise InvalidValue("scores", len(found), "scores of one year and one group")
    total = sum(
        distance_from_standard(each.score, each.grade, each.year) * each.tested for each in found
    )
    return total / sum(each.tested for each in found)


def distance_series(
    scores: Iterable[GradeScore],
    *,
    audience: Audience = Audience.above,
    policy: Policy | None = None,
    measure_id: str = "distance-from-standard",
) -> tuple[Series, ...]:
    """The mean distance by year as series: all students first (part ""), then one a group.

    To one decimal, as the Dashboard gives it, on the last day of the school year. What the audience
    is not shown is withheld by ``pdsa.privacy.release`` from the numbers of students tested, groups
    of few students with their complement.
    """
    found: dict[str, dict[int, list[GradeScore]]] = {"": {}}
    for each in scores:
        part = "" if each.group == "ALL" else each.group
        found.setdefault(part, {}).setdefault(each.year, []).append(each)
    hidden = release(_SHARE, _tested(found), audience, policy=policy).withheld
    made = []
    for part, years in sorted(found.items()):
        points = []
        for year in sorted(years):
            why = hidden.get((_day(year), part, ""))
            value = None if why else round(mean_distance(years[year]), 1) + 0.0
            points.append(SeriesPoint(on=_day(year), value=value, withheld=why))
        made.append(Series(measure_id=MeasureId(measure_id), part=part, points=tuple(points)))
    return tuple(made)


def distances(measure: Measure, series: Series, grade: int) -> Series:
    """A series of mean scale scores of one grade as distances from standard.

    Of each figure, the thresholds of its school year's spring. Raises ``InvalidValue`` for a measure
    that is not a mean, and as ``distance_from_standard`` does.
    """
    if measure.unit is not MeasureUnit.mean:
        raise InvalidValue("grade", grade, "only for a measure that is a mean of scale scores")
    points = (
        point
        if point.value is None
        else replace(point, value=distance_from_standard(point.value, grade, school_year(point.on)))
        for point in series.points
    )
    return replace(series, points=tuple(points))


def _day(year: int) -> date:
    return date(year, 6, 30)


def _tested(found: dict[str, dict[int, list[GradeScore]]]) -> Iterable[DataPoint]:
    """Of how many students each figure is, as points that ``release`` can judge."""
    for part, years in found.items():
        for year, scores in years.items():
            yield DataPoint(
                id=PointId(f"{part or 'ALL'}-{year}"),
                measure_id=_SHARE.id,
                on=_day(year),
                numerator=0,
                denominator=sum(each.tested for each in scores),
                student_group=part or None,
            )


#: Stands for any measure that counts students: only their numbers are looked at.
_SHARE = Measure(
    id=MeasureId("students-tested"),
    aim_id=AimId("students-tested"),
    name="Students tested",
    kind=MeasureKind.outcome,
    unit=MeasureUnit.percentage,
)
