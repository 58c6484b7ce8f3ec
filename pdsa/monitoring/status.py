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

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from pdsa.aim import Aim, Step, on_line
from pdsa.measure import Measure
from pdsa.review.record import Record
from pdsa.review.way import LOOK, RUN, Course, Figure, NotKnown, course, days
from pdsa.words import mark, say, say_n

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

#: What is said of these rests on no figure.
WITHOUT_FIGURES = (_NOT_STARTED, _STOPPED)


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
    aim: Aim,
    measure: Measure | None,
    known: tuple[Figure, ...],
    *,
    began: date | None,
    reasons_from: date = date.min,
) -> tuple[StatusOn, ...]:
    """The statuses of an aim in order, the first of them from the first day that there is.

    ``measure`` is the one that the aim names, of whatever kind, ``known`` its figures in order;
    ``began`` is the first day on which something was done or counted. A status that goes on says why
    as of its last figure. One that rests on figures and ended by ``reasons_from`` does not say why:
    there may be many, and words cost more than the status.
    """
    judge = _Judge(aim, measure, known, began)
    looks, seen = judge.looks(), 0
    # The first turn of each status, and the last one with what was known by then.
    spans: list[tuple[date, date, _Look, AimStatus]] = []
    for day in judge.turns():
        while seen < len(known) and known[seen][0] <= day:
            seen += 1
        look = looks[seen]
        status = judge.status(day, look)
        first = spans.pop()[0] if spans and spans[-1][3] is status else day
        spans.append((first, day, look, status))
    ends = [*(first for first, *_ in spans[1:]), date.max]
    return tuple(
        StatusOn(
            on=first,
            status=status,
            reason=judge.reason(day, look, status)
            if end > reasons_from or status in WITHOUT_FIGURES
            else "",
        )
        for (first, day, look, status), end in zip(spans, ends, strict=True)
    )


class _Look(Struct, frozen=True, gc=False):
    """What the first figures of a measure show together.

    ``row`` is how many of them, up to the last, lie in a row at the target or beyond; ``fell`` is the
    day of the one with which an aim that had been reached fell back.
    """

    seen: int
    row: int = 0
    reached: bool = False
    held: bool = False
    fell: date | None = None


class _Judge:
    """Says how an aim stands on a day by the figures that are known by then, and why."""

    def __init__(
        self, aim: Aim, measure: Measure | None, known: tuple[Figure, ...], began: date | None
    ) -> None:
        self._aim, self._known, self._began = aim, known, began
        end = aim.deadline
        self._late = None if end in (None, date.max) else end + timedelta(days=1)
        # From where to where the figures should go, as far as so many of them tell.
        self._courses = [
            course(aim, measure, known[:count]) for count in range(min(len(known), LOOK) + 1)
        ]
        self._course = last = self._courses[-1]
        self._line: tuple[Step, ...] | None = None
        if isinstance(last, Course):
            self._before = LOOK - len(last.counted)  # figures that the baseline is made of
            if end is not None:
                begins = min(aim.starts_on or known[max(self._before - 1, 0)][0], end)
                self._line = aim.line(begins, end, last.baseline, last.target)

    def turns(self) -> list[date]:
        """The days on which the status may change, in order."""
        aim = self._aim
        turns = {date.min, aim.starts_on, aim.stopped_on, self._began, self._late}
        turns.update(day for day, _ in self._known)
        return sorted(turn for turn in turns if turn is not None)

    def looks(self) -> list[_Look]:
        """What none of the figures shows, the first, the first two ... all of them."""
        course, looks = self._course, [_Look(0)]
        if not isinstance(course, Course):
            return looks + [_Look(seen) for seen in range(1, len(self._known) + 1)]
        row, reached, held, fell = 0, False, False, None
        for seen, (day, value) in enumerate(self._known, 1):
            counts = seen > self._before and not _short(course, value, course.target)
            row = row + 1 if counts else 0
            if row >= LOOK:
                reached, held, fell = True, held or row >= RUN, None
            elif reached and _short(course, self._level(seen), course.target):
                reached, held, fell = False, False, day
            looks.append(_Look(seen, row, reached, held, fell))
        return looks

    def status(self, day: date, look: _Look) -> AimStatus:
        """The status on a day by what its figures show."""
        aim = self._aim
        late = self._late is not None and self._late <= day
        if aim.stopped_on is not None and aim.stopped_on <= day:
            return _STOPPED
        if not late and (self._starts_after(day) or self._began is None or day < self._began):
            return _NOT_STARTED
        course = self._courses[min(look.seen, LOOK)]
        if isinstance(course, NotKnown) and not course.early:
            return _NOT_MEASURED
        if look.reached:
            return _HELD if look.held else _REACHED
        if late:
            return _OVERDUE
        if isinstance(course, NotKnown) or look.seen - self._before < LOOK:
            return _NO_DATA
        return _ON_TRACK if self._on_track(course, look) else _OFF_TRACK

    def reason(self, day: date, look: _Look, status: AimStatus) -> str:
        """Why the status of a day is so, in a sentence."""
        aim = self._aim
        if status is _STOPPED:
            why = " ".join(aim.stopped_because.split())
            return say("The team gave it up on {day}: {why}", day=aim.stopped_on or day, why=why)
        if status is _NOT_STARTED:
            if aim.starts_on is not None and self._starts_after(day):
                return say("It begins on {day}.", day=aim.starts_on)
            return say("No cycle has begun, and nothing was counted yet.")
        course = self._courses[min(look.seen, LOOK)]
        if isinstance(course, NotKnown):
            if status is _NOT_MEASURED:
                return say("Nobody can say: {why}", why=course.why)
            if status is _NO_DATA:
                return say("Too early to say: {why}", why=course.why)
            late = mark("The deadline, {day}, has passed, and {why}")
            return say(late, day=aim.deadline or date.max, why=course.why)
        if status is _NO_DATA:
            return _too_early(course.measure, look.seen - self._before)
        if status in (_REACHED, _HELD):
            return self._says_reached(course, look)
        if status is _OVERDUE:
            return self._says_overdue(course, look)
        return self._says_expected(course, look)

    def _starts_after(self, day: date) -> bool:
        return self._aim.starts_on is not None and day < self._aim.starts_on

    def _on_track(self, course: Course, look: _Look) -> bool:
        expected, level = self._expected(look.seen), self._level(look.seen)
        if expected is None:
            return not _short(course, level, course.baseline, equal=True)
        return not _short(course, level, expected)

    def _expected(self, seen: int) -> float | None:
        """What is expected of the middle one of the last three days; ``None`` without a line."""
        return None if self._line is None else on_line(self._line, self._known[seen - 2][0])

    def _level(self, seen: int) -> float:
        """The median of the last three of so many figures."""
        known = self._known
        return sorted((known[seen - 3][1], known[seen - 2][1], known[seen - 1][1]))[1]

    def _says_expected(self, course: Course, look: _Look) -> str:
        expected, show = self._expected(look.seen), course.measure.show
        facts = self._facts(course, look)
        if expected is None:
            said = say(
                "The median of the last {n} figures, {days}, is {level}; the baseline is "
                "{baseline}.",
                baseline=show(course.baseline),
                **facts,
            )
        else:
            said = say(
                "The median of the last {n} figures, {days}, is {level}; {expected} was expected "
                "by {day}.",
                expected=show(expected),
                day=self._known[look.seen - 2][0],
                **facts,
            )
        return _fell_back(said, look)

    def _says_reached(self, course: Course, look: _Look) -> str:
        goal = _goal(course)
        if look.row >= LOOK:
            row = self._known[look.seen - look.row : look.seen]
            return say(
                "{n} figures in a row, {days}, are at {goal}.",
                n=len(row),
                days=days(row),
                goal=goal,
            )
        return say(
            "{in_a_row} figures in a row were at {goal}, and the median of the last {n} figures, "
            "{days}, is {level}.",
            in_a_row=RUN if look.held else LOOK,
            goal=goal,
            **self._facts(course, look),
        )

    def _says_overdue(self, course: Course, look: _Look) -> str:
        deadline, goal = self._aim.deadline or date.max, _goal(course)
        if look.seen - self._before < LOOK:
            said = say(
                "The deadline, {deadline}, has passed: too few figures were counted since, and "
                "{goal} was the aim.",
                deadline=deadline,
                goal=goal,
            )
        else:
            said = say(
                "The deadline, {deadline}, has passed: the median of the last {n} figures, {days}, "
                "is {level}, and {goal} was the aim.",
                deadline=deadline,
                goal=goal,
                **self._facts(course, look),
            )
        return _fell_back(said, look)

    def _facts(self, course: Course, look: _Look) -> dict[str, object]:
        """The median of the last figures, and their days."""
        last = days(self._known[look.seen - LOOK : look.seen])
        return {"n": LOOK, "days": last, "level": course.measure.show(self._level(look.seen))}


def _short(course: Course, value: float, mark: float, *, equal: bool = False) -> bool:
    """Whether a value falls short of a mark, or with ``equal`` is no better."""
    ahead = value - mark if course.target > course.baseline else mark - value
    return ahead <= _CLOSE if equal else ahead < -_CLOSE


def _fell_back(said: str, look: _Look) -> str:
    if look.fell is None:
        return said
    return say("{said} It had been reached, and fell back by {day}.", said=said, day=look.fell)


def _goal(course: Course) -> str:
    target = course.measure.show(course.target)
    if course.target > course.baseline:
        return say("{value} or more", value=target)
    return say("{value} or less", value=target)


def _too_early(measure: Measure, figures: int) -> str:
    if figures == 0:
        return say(
            "Too early to say: “{measure}” has no figures after those of its baseline, and "
            "{least} are needed for a look.",
            measure=measure.name,
            least=LOOK,
        )
    return say_n(
        "Too early to say: “{measure}” has one figure after those of its baseline, and {least} "
        "are needed for a look.",
        "Too early to say: “{measure}” has {n} figures after those of its baseline, and {least} "
        "are needed for a look.",
        figures,
        measure=measure.name,
        least=LOOK,
    )
