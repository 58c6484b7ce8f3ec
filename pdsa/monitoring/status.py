"""The status of an aim on any day: on its way, reached, held, late, or nothing that anybody can say.

An aim is judged on the measure of its own indicator and on no other, and never on one figure: its
*level* is the median of the last three (``LOOK``).

- *reached*: three figures in a row lie at the target or beyond. It stays reached while the level
  does, so that one figure that falls short ends nothing.
- *held*: six figures in a row lie there (``RUN``), the three that reached it among them. Six on one
  side is what a run chart calls a shift (Perla, Provost & Murray 2011, BMJ Quality & Safety 20:46).
- *on track*: the level is at what the milestones, or else the straight line from baseline to target,
  expect of the middle one of those three days, or beyond. Without a deadline there is no line: then
  a level better than the baseline is on track.
- *overdue*: the deadline has passed before the aim was reached.

A status speaks of what was known on its day: it changes with the figures, the deadline, and the
days on which the team begins, or gives the aim up.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from pdsa.aim import Aim, Step, on_line, show_date
from pdsa.measure import Measure
from pdsa.review.record import Record
from pdsa.review.way import LOOK, RUN, Course, Figure, NotKnown, course, days

_CLOSE = 1e-9  # for sums of shares such as 20 + 0.35 * 31


class AimStatus(StrEnum):
    """How an aim stands, in the order in which one may look at it."""

    overdue = "overdue"
    off_track = "off_track"
    not_measured = "not_measured"
    no_data = "no_data"
    not_started = "not_started"
    on_track = "on_track"
    reached = "reached"
    held = "held"
    stopped = "stopped"


# Looked up once: a member of an enumeration is ten times as slow to come by as a name.
_OVERDUE, _OFF_TRACK, _NOT_MEASURED = AimStatus.overdue, AimStatus.off_track, AimStatus.not_measured
_NO_DATA, _NOT_STARTED, _ON_TRACK = AimStatus.no_data, AimStatus.not_started, AimStatus.on_track
_REACHED, _HELD, _STOPPED = AimStatus.reached, AimStatus.held, AimStatus.stopped


class StatusOn(Struct, frozen=True, kw_only=True):
    """The status of an aim from a day on, and why, in a sentence."""

    on: date
    status: AimStatus
    reason: str


def aim_status(record: Record) -> StatusOn:
    """The status of the record's aim on the record's day, with the day since which it is so."""
    return status_on(statuses(record), record.on)


def statuses(record: Record) -> tuple[StatusOn, ...]:
    """Each status that the record's aim has had, and will have if nothing else is written down.

    Figures dated after the record's day do not count.
    """
    aim = record.aim
    measure = record.measures.get(aim.measured_by or "")
    known = () if measure is None else known_figures(record, measure)
    return timeline(aim, measure, known, began=first_day(record))


def status_on(timeline: Sequence[StatusOn], day: date) -> StatusOn:
    """The one of a timeline that is in force on a day."""
    return next((each for each in reversed(timeline) if each.on <= day), timeline[0])


def known_figures(record: Record, measure: Measure) -> tuple[Figure, ...]:
    """The days and figures of a measure that are not missing, up to the record's day."""
    return tuple(
        (each.on, each.value)
        for each in record.known(measure.id)
        if each.value is not None and each.on <= record.on
    )


def first_day(record: Record) -> date | None:
    """The first day on which something was done or counted: a Do, or a figure of any measure."""
    done = [cycle.started_on for cycle in record.inquiry.cycles if cycle.started_on]
    counted = [record.dates(each.id).first() for each in record.inquiry.measures]
    return min((day for day in (*done, *counted) if day is not None), default=None)


def timeline(
    aim: Aim, measure: Measure | None, known: tuple[Figure, ...], *, began: date | None
) -> tuple[StatusOn, ...]:
    """The statuses of an aim in order, the first of them from the first day that there is.

    ``measure`` is the one that the aim names, of whatever kind, ``known`` its figures in order;
    ``began`` is the first day on which something was done or counted. A status that goes on says why
    as of its last figure.
    """
    late = None if aim.deadline in (None, date.max) else aim.deadline + timedelta(days=1)
    turns = {date.min, aim.starts_on, aim.stopped_on, began, late, *(day for day, _ in known)}
    looks = _Looks(aim, measure, known)
    spans: list[tuple[date, date, AimStatus]] = []  # the first and last turn of each status
    for day in sorted(turn for turn in turns if turn is not None):
        status, _ = _judge(aim, looks, day, began, late)
        first = spans.pop()[0] if spans and spans[-1][2] is status else day
        spans.append((first, day, status))
    looks = _Looks(aim, measure, known)  # words cost more than the status: they are made once each
    return tuple(
        StatusOn(on=first, status=status, reason=_judge(aim, looks, last, began, late)[1]())
        for first, last, status in spans
    )


_Judged = tuple[AimStatus, Callable[[], str]]


def _judge(aim: Aim, looks: "_Looks", day: date, began: date | None, late: date | None) -> _Judged:
    """The status on a day, and what says why; days come in order."""
    looks.up_to(day)
    overdue = late is not None and late <= day
    return _standing_still(aim, day, began, overdue) or looks.status(overdue)


def _standing_still(aim: Aim, day: date, began: date | None, overdue: bool) -> _Judged | None:
    """What no figure is asked about: the team has given it up, or has not begun."""
    stopped, starts = aim.stopped_on, aim.starts_on
    if stopped is not None and stopped <= day:
        why = " ".join(aim.stopped_because.split())
        return _STOPPED, lambda: f"The team gave it up on {show_date(stopped)}: {why}"
    if overdue:
        return None
    if starts is not None and day < starts:
        return _NOT_STARTED, lambda: f"It begins on {show_date(starts)}."
    if began is None or day < began:
        return _NOT_STARTED, lambda: "No cycle has begun, and nothing was counted yet."
    return None


class _Looks:
    """What the figures up to a day show, one figure after another."""

    def __init__(self, aim: Aim, measure: Measure | None, known: tuple[Figure, ...]) -> None:
        self.aim, self.known, self.seen = aim, known, 0
        self.measure = measure
        self._courses = [
            course(aim, measure, known[:count]) for count in range(min(len(known), LOOK) + 1)
        ]
        self._before = 0  # figures that the baseline is made of
        self._row = 0
        self.reached = self.held = False
        self.fell: date | None = None
        self._line: tuple[Step, ...] | None = None

    @property
    def course(self) -> Course | NotKnown:
        """From where to where the figures should go, as far as they tell by now."""
        return self._courses[min(self.seen, LOOK)]

    def up_to(self, day: date) -> None:
        """Look at the figures up to a day."""
        while self.seen < len(self.known) and self.known[self.seen][0] <= day:
            self.seen += 1
            if isinstance(self.course, Course):
                self._look(self.course)

    def _look(self, course: Course) -> None:
        if self.seen == LOOK:
            self._before = LOOK - len(course.counted)
            for at in range(self._before, LOOK):
                self._row = self._row + 1 if self._beyond(course, self.known[at][1]) else 0
        else:
            self._row = self._row + 1 if self._beyond(course, self.known[self.seen - 1][1]) else 0
        if self._row >= LOOK:
            self.reached, self.fell = True, None
            self.held = self.held or self._row >= RUN
        elif self.reached and not self._beyond(course, self._level):
            self.reached = self.held = False
            self.fell = self._last[-1][0]

    def status(self, overdue: bool) -> _Judged:
        """The status that the figures give, and what says why."""
        course = self.course
        if isinstance(course, NotKnown):
            why = course.why
            if not course.early:
                return _NOT_MEASURED, lambda: f"Nobody can say: {why}"
            if overdue:
                return _OVERDUE, lambda: f"{self._deadline}, and {why}"
            return _NO_DATA, lambda: f"Too early to say: {why}"
        if self.reached:
            return (_HELD if self.held else _REACHED), lambda: self._says_reached(course)
        if overdue:
            return _OVERDUE, lambda: self._says_overdue(course)
        if self._counted < LOOK:
            return (
                _NO_DATA,
                lambda: (
                    f"Too early to say: “{course.measure.name}” has {_count(self._counted)} after those "
                    f"of its baseline, and {LOOK} are needed for a look."
                ),
            )
        on_track = self._on_track(course)
        return (_ON_TRACK if on_track else _OFF_TRACK), lambda: self._says_expected(course)

    def _on_track(self, course: Course) -> bool:
        expected = self._expected(course)
        if expected is None:
            return not self._short(course, self._level, course.baseline, equal=True)
        return not self._short(course, self._level, expected)

    def _expected(self, course: Course) -> float | None:
        """What is expected of the middle one of the last three days; ``None`` without a line."""
        deadline = self.aim.deadline
        if deadline is None:
            return None
        if self._line is None:
            begins = self.aim.starts_on or self.known[max(self._before - 1, 0)][0]
            begins = min(begins, deadline)
            self._line = self.aim.line(begins, deadline, course.baseline, course.target)
        return on_line(self._line, self._last[1][0])

    def _says_expected(self, course: Course) -> str:
        expected, show = self._expected(course), course.measure.show
        if expected is None:
            what = f"the baseline is {show(course.baseline)}"
        else:
            what = f"{show(expected)} was expected by {show_date(self._last[1][0])}"
        return f"{self._median[0].upper()}{self._median[1:]}; {what}.{self._fell_back}"

    def _says_reached(self, course: Course) -> str:
        goal = _goal(course)
        if self._row >= LOOK:
            row = self.known[self.seen - self._row : self.seen]
            return f"{len(row)} figures in a row, {days(row)}, are at {goal}."
        return f"{RUN if self.held else LOOK} figures in a row were at {goal}, and {self._median}."

    def _says_overdue(self, course: Course) -> str:
        said = self._median if self._counted >= LOOK else "too few figures were counted since"
        return f"{self._deadline}: {said}, and {_goal(course)} was the aim.{self._fell_back}"

    @property
    def _fell_back(self) -> str:
        return (
            f" It had been reached, and fell back by {show_date(self.fell)}." if self.fell else ""
        )

    @property
    def _counted(self) -> int:
        return self.seen - self._before

    @property
    def _last(self) -> tuple[Figure, ...]:
        return self.known[max(self.seen - LOOK, 0) : self.seen]

    @property
    def _level(self) -> float:
        return sorted(value for _, value in self._last)[len(self._last) // 2]

    @property
    def _median(self) -> str:
        show = self.measure.show if self.measure else str
        return f"the median of the last {LOOK} figures, {days(self._last)}, is {show(self._level)}"

    @property
    def _deadline(self) -> str:
        return f"The deadline, {show_date(self.aim.deadline or date.max)}, has passed"

    def _beyond(self, course: Course, value: float) -> bool:
        return not self._short(course, value, course.target)

    @staticmethod
    def _short(course: Course, value: float, mark: float, *, equal: bool = False) -> bool:
        """Whether a value falls short of a mark, or with ``equal`` is no better."""
        sign = 1 if course.target > course.baseline else -1
        ahead = sign * (value - mark)
        return ahead <= _CLOSE if equal else ahead < -_CLOSE


def _goal(course: Course) -> str:
    further = "more" if course.target > course.baseline else "less"
    return f"{course.measure.show(course.target)} or {further}"


def _count(figures: int) -> str:
    return {0: "no figures", 1: "one figure"}.get(figures, f"{figures} figures")
