"""What is kept of an aim so that many can be looked at together without their data points.

``AimFigures`` are the numbers of the measure that is shown of an aim; ``AimReview`` is what the rest
of its record says on a day. Both are made of a record as its reader is given it, so that a summary
tells nobody more than the record does.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from pdsa.aim import Aim
from pdsa.charts import measure_charts
from pdsa.cycle import Cycle, Status
from pdsa.ids import AimId, CycleId, MeasureId
from pdsa.measure import Measure, MeasureKind
from pdsa.monitoring.status import (
    WITHOUT_FIGURES,
    StatusOn,
    first_day,
    status_on,
    timeline,
)
from pdsa.review.finding import Severity
from pdsa.review.linter import findings_of
from pdsa.review.portfolio import waits_since
from pdsa.review.progress import progress
from pdsa.review.record import Record
from pdsa.review.way import LOOK, Figure, alike
from pdsa.stages import Stage

#: A day of a measure and its figure, ``None`` where the day has none.
Day = tuple[date, float | None]


class AimFigures(Struct, frozen=True, kw_only=True):
    """The figures of the measure that is shown of an aim, and the aim's statuses.

    Shown is the measure of the aim's indicator (``of_aim``), else the one with the most figures:
    what a team counts tells something of its work, though not whether the aim is reached.
    ``latest`` is the last figure, ``level`` the median of the last three; ``change`` is how far the
    level, or the latest figure of fewer than three, has moved from the baseline, and ``share`` which
    share of the way to the target that is (1 is all of it). Without a baseline of the aim it is the
    first figure, or the median of the first three. All in the unit of the measure.
    """

    aim_id: AimId
    measure_id: MeasureId | None = None
    of_aim: bool = False
    days: tuple[Day, ...] = ()
    baseline: float | None = None
    target: float | None = None
    latest: float | None = None
    latest_on: date | None = None
    level: float | None = None
    change: float | None = None
    share: float | None = None
    statuses: tuple[StatusOn, ...]

    def status(self, day: date) -> StatusOn:
        """The status that was, or is, in force on a day."""
        return status_on(self.statuses, day)

    def reason(self, day: date, aim: Aim, measure: Measure | None) -> str:
        """Why the status of a day is so, by the figures up to that day alone.

        What is kept says it as of the last figure, which may be of a later day. ``measure`` is the
        one that is shown.
        """
        kept = self.status(day)
        later = self.latest_on is not None and self.latest_on > day
        if not (later and self.of_aim and measure) or kept.status in WITHOUT_FIGURES:
            return kept.reason
        known = self._up_to(day)
        told = timeline(aim, measure, known, began=date.min, reasons_from=day)
        return status_on(told, day).reason

    def at(self, day: date, aim: Aim, measure: Measure | None) -> "Standpoint":
        """The figures as they were on a day; ``measure`` is the one that is shown.

        A baseline that is made of the first figures is made of those up to that day.
        """
        known = self._up_to(day)
        if measure is None:
            return _standpoint(known, self.baseline, self.target)
        return _standpoint(known, *_ends(aim, measure, known, of_aim=self.of_aim))

    def _up_to(self, day: date) -> tuple[Figure, ...]:
        return tuple((on, value) for on, value in self.days if value is not None and on <= day)


class Standpoint(Struct, frozen=True, kw_only=True):
    """Where the figures of a measure stood on a day; fields as in ``AimFigures``."""

    baseline: float | None = None
    latest: float | None = None
    latest_on: date | None = None
    level: float | None = None
    change: float | None = None
    share: float | None = None


class AimReview(Struct, frozen=True, kw_only=True):
    """What the record of an aim says on a day, beside its figures.

    ``stage`` is that of the running cycle in which something was done last, ``running`` counts the
    cycles that go on, ``waits_since`` is the day since which that one waits, whether or not it has
    stalled. ``last_activity`` is the last day of which the record tells something. ``findings``
    count by severity, ``level`` is the progress that the record shows. ``signal`` says whether the
    run chart of the shown measure shows more than chance, ``reading`` reads it.
    """

    on: date
    stage: Stage | None = None
    cycle_id: CycleId | None = None
    running: int = 0
    waits_since: date | None = None
    last_activity: date | None = None
    blockers: int = 0
    advice: int = 0
    notes: int = 0
    level: float
    signal: bool = False
    reading: str = ""


def aim_figures(record: Record) -> AimFigures:
    """The figures of a record's aim as they stand on the record's day."""
    days: dict[str, tuple[Day, ...]] = {
        each.id: tuple((point.on, point.value) for point in record.figures(each.id))
        for each in record.inquiry.measures
    }
    return figures_of(record.aim, record.inquiry.measures, days, began=first_day(record))


def figures_of(
    aim: Aim,
    measures: Sequence[Measure],
    days: Mapping[str, tuple[Day, ...]],
    *,
    began: date | None,
) -> AimFigures:
    """The figures of an aim from those of its measures, by the measure's id and in order.

    ``began`` is the first day on which something was done or counted.
    """
    named = next((each for each in measures if each.id == aim.measured_by), None)
    known = {id: tuple((on, v) for on, v in own if v is not None) for id, own in days.items()}
    shown = named if named is not None and named.kind is MeasureKind.outcome else None
    if shown is None:
        shown = min(
            measures, key=lambda each: (-len(known.get(each.id, ())), each.id), default=None
        )
    own = () if named is None else known.get(named.id, ())
    # What a status before that said, ``AimFigures.reason`` works out where somebody asks.
    told = own[-1][0] if own and shown is named else date.min
    found = timeline(aim, named, own, began=began, reasons_from=told)
    if shown is None:
        return AimFigures(aim_id=aim.id, statuses=found)
    figures = known.get(shown.id, ())
    baseline, target = _ends(aim, shown, figures, of_aim=shown is named)
    point = _standpoint(figures, baseline, target)
    return AimFigures(
        aim_id=aim.id,
        measure_id=shown.id,
        of_aim=shown is named,
        days=days.get(shown.id, ()),
        baseline=baseline,
        target=target,
        latest=point.latest,
        latest_on=point.latest_on,
        level=point.level,
        change=point.change,
        share=point.share,
        statuses=found,
    )


def _ends(
    aim: Aim, shown: Measure, figures: Sequence[Figure], *, of_aim: bool
) -> tuple[float | None, float | None]:
    """Baseline and target of the measure that is shown; ``review.way.course`` has the same ones.

    The aim's own hold where the measure is that of its indicator, as soon as it has any figure.
    """
    fits = of_aim and shown.kind is MeasureKind.outcome and alike(aim, shown)
    baseline, target = (aim.baseline, aim.target) if fits else (None, None)
    if baseline is None and figures:
        first = sorted(value for _, value in figures[:LOOK])
        baseline = first[LOOK // 2] if len(first) == LOOK else figures[0][1]
    return baseline, shown.target if target is None else target


def _standpoint(
    known: Sequence[Figure], baseline: float | None, target: float | None
) -> Standpoint:
    if not known:
        return Standpoint(baseline=baseline)
    latest_on, latest = known[-1]
    last = [value for _, value in known[-LOOK:]]
    level = sorted(last)[LOOK // 2] if len(last) == LOOK else None
    change = None if baseline is None else (latest if level is None else level) - baseline
    share = None
    if change is not None and baseline is not None and target is not None and target != baseline:
        share = change / (target - baseline)
    return Standpoint(
        baseline=baseline,
        latest=latest,
        latest_on=latest_on,
        level=level,
        change=change,
        share=share,
    )


def aim_review(record: Record, *, shown: MeasureId | None) -> AimReview:
    """What a record says on its day; ``shown`` is the measure whose chart is read."""
    running = [each for each in record.inquiry.cycles if each.status is Status.running]
    waiting = max(running, key=lambda each: _last(record, each), default=None)
    counts = dict.fromkeys(Severity, 0)
    for finding in findings_of(record):
        counts[finding.severity] += 1
    signal, reading = _chart(record, shown)
    return AimReview(
        on=record.on,
        stage=None if waiting is None else waiting.stage,
        cycle_id=None if waiting is None else waiting.id,
        running=len(running),
        waits_since=None if waiting is None else waits_since(record, waiting),
        last_activity=_last_activity(record),
        blockers=counts[Severity.blocker],
        advice=counts[Severity.advice],
        notes=counts[Severity.note],
        level=progress(record).level,
        signal=signal,
        reading=reading,
    )


def _last(record: Record, cycle: Cycle) -> tuple[date, str]:
    return record.last_activity(cycle) or date.min, cycle.id


def _last_activity(record: Record) -> date | None:
    """The last day, up to the record's, on which a cycle moved or something was counted."""
    moved = [record.last_activity(cycle) for cycle in record.inquiry.cycles]
    counted = [days[-1] for each in record.inquiry.measures if (days := record.days_of(each.id))]
    told = [level.on for level in record.inquiry.levels]
    known = [day for day in (*moved, *counted, *told) if day is not None and day <= record.on]
    return max(known, default=None)


def _chart(record: Record, shown: MeasureId | None) -> tuple[bool, str]:
    """Whether the run chart of a measure shows a signal, and its reading; empty without a figure."""
    if shown is None or not record.is_collected(shown):
        return False, ""
    measure = record.measures[shown]
    (chart,) = measure_charts(
        measure, record.points_of(shown), phases=record.inquiry.phases_of(shown)
    )
    return chart.signal, chart.reading
