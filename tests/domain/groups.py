"""Sample figures by student group: weekly exit tickets, and yearly scale scores."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pdsa
from pdsa import DataPoint, GradeScore, PointId, Series, SplitBy
from pdsa.reference import math_thresholds
from tests.builders import FRAME_USE, STARTED, a_measure

#: The lowest score of "standard met" of each grade.
MET = {each.grade: each.level_3 for each in math_thresholds()}


def weekly(
    shares: Mapping[str, Sequence[tuple[int, int] | None]], *, start: date = STARTED
) -> tuple[DataPoint, ...]:
    """A tally of each group ("ALL" for all students) a week: how many of how many."""
    return tuple(
        DataPoint(
            id=PointId(f"point-{group}-{week}"),
            measure_id=FRAME_USE,
            on=start + timedelta(weeks=week),
            numerator=found[0],
            denominator=found[1],
            student_group=None if group == "ALL" else group,
        )
        for group, weeks in shares.items()
        for week, found in enumerate(weeks)
        if found is not None
    )


def of(percents: Sequence[float], n: int = 100) -> list[tuple[int, int]]:
    """These percents of ``n`` students."""
    return [(round(percent * n / 100), n) for percent in percents]


def split(
    points: Sequence[DataPoint], measure: pdsa.Measure | None = None
) -> tuple[Series | None, tuple[Series, ...]]:
    """The series of all students, and those of each group, as the team has them."""
    measure = measure or a_measure()
    whole = pdsa.series(measure, points)
    return next(iter(whole), None), pdsa.series(measure, points, by=SplitBy.student_group)


def progress(
    shares: Mapping[str, Sequence[tuple[int, int] | None]],
    measure: pdsa.Measure | None = None,
    *,
    start: date = STARTED,
) -> pdsa.GroupProgress:
    """The progress of the one group beside all students."""
    (found,) = pdsa.group_progress(
        measure or a_measure(), *split(weekly(shares, start=start), measure)
    )
    return found


def dashboard(
    distances: Mapping[str, Mapping[int, float]], tested: Mapping[str, int] | None = None
) -> list[GradeScore]:
    """Scores of grades 3-8 that give each group its distance from standard, by year."""
    return [
        GradeScore(
            year=year,
            grade=grade,
            score=MET[grade] + distance,
            tested=(tested or {}).get(group, 40),
            group=group,
        )
        for group, years in distances.items()
        for year, distance in years.items()
        for grade in range(3, 9)
    ]


def scores_measure() -> pdsa.Measure:
    return a_measure(
        name="Distance from standard",
        kind=pdsa.MeasureKind.outcome,
        unit=pdsa.MeasureUnit.mean,
    )
