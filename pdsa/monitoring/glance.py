"""An aim at a glance: everything that somebody who watches many of them wants to know of one."""

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct

from pdsa.aim import Aim, on_line
from pdsa.calendar import SchoolCalendar
from pdsa.equity import GapChange, GroupFact
from pdsa.ids import AimId, CycleId, MeasureId, UnitId
from pdsa.measure import Measure, MeasureUnit
from pdsa.monitoring.status import AimStatus
from pdsa.monitoring.summary import AimFigures, AimReview, Standpoint
from pdsa.review.portfolio import STALLED_AFTER
from pdsa.stages import Stage


class Glance(Struct, frozen=True, kw_only=True):
    """An aim on a day, as somebody is given it.

    ``school_days_left`` counts the days on which is taught from tomorrow to the deadline, below 0
    those since; ``None`` without a calendar for them. ``expected`` is where the indicator should be
    today; ``measures_aim`` says whether the figures are of the aim's own indicator. ``stalled`` says
    that the running cycle has rested for more than ten school days. The words of the team and of its
    coach on the progress stand beside what the record shows. Figures are in the measure's ``unit``.
    ``groups`` are the student groups that its points are about; ``gaps`` say what became of the gap
    of those of which the measure shows a figure. ``reviewed_on`` is the day as of which findings,
    progress, reading, groups and last activity are told.
    """

    aim_id: AimId
    unit_id: UnitId
    unit_name: str
    title: str
    sentence: str
    subject: str | None
    grades: tuple[str, ...]
    deadline: date | None
    school_days_left: int | None
    status: AimStatus
    since: date | None
    reason: str
    measure_id: MeasureId | None
    measure: str
    measures_aim: bool
    unit: MeasureUnit | None
    baseline: float | None
    latest: float | None
    latest_on: date | None
    level: float | None
    change: float | None
    target: float | None
    share: float | None
    expected: float | None
    signal: bool
    reading: str
    stage: Stage | None
    cycle_id: CycleId | None
    running: int
    waits_since: date | None
    stalled: bool
    last_activity: date | None
    open_requests: int
    blockers: int
    advice: int
    notes: int
    progress: float | None
    team_says: float | None
    coach_says: float | None
    groups: tuple[str, ...]
    gaps: dict[str, GapChange]
    reviewed_on: date | None


def glance(
    aim: Aim,
    unit_name: str,
    figures: AimFigures,
    review: AimReview,
    *,
    on: date,
    calendar: SchoolCalendar | None,
    measure: str = "",
    unit: MeasureUnit | None = None,
    shown: Measure | None = None,
    open_requests: int = 0,
    team_says: float | None = None,
    coach_says: float | None = None,
    groups: tuple[str, ...] = (),
    gaps: Iterable[GroupFact] = (),
) -> Glance:
    """An aim at a glance on a day; ``measure`` and ``unit`` are those of the measure that is shown.

    ``shown`` is that measure itself: needed where figures are of days to come.
    """
    status = figures.status(on)
    point: AimFigures | Standpoint = figures
    if figures.latest_on is not None and figures.latest_on > on:
        point = figures.at(on, aim, shown)
    return Glance(
        aim_id=aim.id,
        unit_id=aim.unit_id,
        unit_name=unit_name,
        title=aim.title,
        sentence=aim.sentence(),
        subject=aim.subject,
        grades=aim.grades,
        deadline=aim.deadline,
        school_days_left=school_days_left(aim.deadline, calendar, on),
        status=status.status,
        since=None if status.on == date.min else status.on,
        reason=figures.reason(on, aim, shown),
        measure_id=figures.measure_id,
        measure=measure,
        measures_aim=figures.of_aim,
        unit=unit,
        baseline=point.baseline,
        latest=point.latest,
        latest_on=point.latest_on,
        level=point.level,
        change=point.change,
        target=figures.target,
        share=point.share,
        expected=_expected(aim, figures, point.baseline, on),
        signal=review.signal,
        reading=review.reading,
        stage=review.stage,
        cycle_id=review.cycle_id,
        running=review.running,
        waits_since=review.waits_since,
        stalled=stalled(review.waits_since, calendar, on),
        last_activity=review.last_activity,
        open_requests=open_requests,
        blockers=review.blockers,
        advice=review.advice,
        notes=review.notes,
        progress=review.level,
        team_says=team_says,
        coach_says=coach_says,
        groups=groups,
        gaps={each.group: each.gap_change for each in gaps if each.figures},
        reviewed_on=review.on,
    )


def school_days_left(
    deadline: date | None, calendar: SchoolCalendar | None, on: date
) -> int | None:
    """Days on which is taught from tomorrow to the deadline, below 0 those since it.

    ``None`` without a deadline, and where the calendar does not reach as far.
    """
    if deadline is None or calendar is None:
        return None
    if not calendar.first_day <= on <= calendar.last_day:
        return None
    if deadline >= on:
        if deadline > calendar.last_day:
            return None
        return calendar.instructional_days(on + timedelta(days=1), deadline)
    if deadline < calendar.first_day:
        return None
    return -calendar.instructional_days(deadline + timedelta(days=1), on)


def stalled(waits_since: date | None, calendar: SchoolCalendar | None, on: date) -> bool:
    """Whether more than ten days were taught since; no, without a calendar."""
    if waits_since is None or calendar is None or waits_since >= on:
        return False
    return calendar.instructional_days(waits_since + timedelta(days=1), on) > STALLED_AFTER


def stalled_before(calendar: SchoolCalendar, on: date) -> date:
    """The last day since which a cycle that waits has stalled by a day; the same as ``stalled``.

    ``date.min`` where it is too early in the school year for that.
    """
    day, taught = on, 0
    while day >= calendar.first_day:
        taught += calendar.is_instructional(day)
        if taught > STALLED_AFTER:
            return day - timedelta(days=1)
        day -= timedelta(days=1)
    return date.min


def _expected(aim: Aim, figures: AimFigures, baseline: float | None, on: date) -> float | None:
    start, end, target = aim.starts_on, aim.deadline, figures.target
    if not figures.of_aim or start is None or end is None or baseline is None or target is None:
        return None
    return on_line(aim.line(start, end, baseline, target), on)
