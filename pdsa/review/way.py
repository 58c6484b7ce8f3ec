"""The way from an aim's baseline to its target, and how far its own measure has gone on it.

Only the outcome measure of which the team says that it measures the aim's indicator counts
(``Record.aim_measure``): a process measure can rise while the aim stands still.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from statistics import median

from msgspec import Struct

from pdsa.aim import Aim
from pdsa.measure import Direction, Measure, MeasureKind, kind_name
from pdsa.review.record import Record
from pdsa.words import mark, say, say_n, say_name

#: A day and the figure of that day.
Figure = tuple[date, float]

#: Figures that a first look needs: of three, one that stands out alone decides nothing (Knudsen et
#: al. 2019 ask for three or more consecutive points of data).
LOOK = 3
#: Figures in a row that hold: a shift on a run chart (Perla, Provost & Murray 2011).
RUN = 6
_CLOSE = 1e-9  # for sums of shares such as 20 + 0.35 * 31


class NotKnown(Struct, frozen=True):
    """Why nobody can say how far an aim has got, and what would tell.

    ``early`` where nothing is lacking but figures.
    """

    why: str
    next: str
    early: bool = False


class Way(Struct, frozen=True, kw_only=True):
    """From ``baseline`` to ``target``, and the figures since the first test on it.

    ``figures`` are those that are known, in order, after the day on which the first test began:
    what stood before is the baseline's.
    """

    measure: Measure
    baseline: float
    target: float
    figures: tuple[Figure, ...]

    def mark(self, share: float) -> float:
        """The value at a share of the way, from 0 to 1."""
        return self.baseline + share * (self.target - self.baseline)

    def row(self, share: float, length: int) -> tuple[Figure, ...]:
        """The first figures in a row, at least that many, at the share of the way or beyond."""
        sign = 1 if self.target > self.baseline else -1
        mark = sign * self.mark(share) - _CLOSE
        for beyond, found in groupby(self.figures, lambda each: sign * each[1] >= mark):
            row = tuple(found)
            if beyond and len(row) >= length:
                return row
        return ()

    def show(self, share: float) -> str:
        """The value at a share of the way, in the measure's words."""
        return self.measure.show(self.mark(share))

    def fallen_back(self, share: float | None) -> Iterator[str]:
        """A sentence where the last figures all lie short of a mark that was shown before.

        Three of them, not one: a single figure falls below by chance.
        """
        last = self.figures[-LOOK:]
        if share is None or len(last) < LOOK:
            return
        sign = 1 if self.target > self.baseline else -1
        if all(sign * each[1] < sign * self.mark(share) - _CLOSE for each in last):
            yield say(
                "Figures have since fallen back: {days}, the last {n} lie short of {value}. The "
                "level says what was shown and is not lowered; ask what has changed.",
                days=days(last),
                n=LOOK,
                value=self.show(share),
            )


class Course(Struct, frozen=True, kw_only=True):
    """From where to where a measure of an aim should go, and the figures that say how far it has.

    Where the baseline is made of the first figures, ``counted`` are those after them.
    """

    measure: Measure
    baseline: float
    target: float
    counted: tuple[Figure, ...]


def way(record: Record) -> Way | NotKnown:
    """How far the aim's own measure has gone, or why nobody can say (``course``).

    Figures dated after the day of the review do not count.
    """
    measure = record.aim_measure
    known: tuple[Figure, ...] = ()
    if measure is not None:
        known = tuple(
            (each.on, each.value)
            for each in record.known(measure.id)
            if each.value is not None and each.on <= record.on
        )
    found = course(record.aim, record.measures.get(record.aim.measured_by or ""), known)
    if isinstance(found, NotKnown):
        return found
    began = min((c.started_on for c in record.cycles.values() if c.started_on), default=None)
    after = tuple(each for each in found.counted if began is not None and each[0] > began)
    return Way(measure=found.measure, baseline=found.baseline, target=found.target, figures=after)


def course(aim: Aim, measure: Measure | None, known: tuple[Figure, ...]) -> Course | NotKnown:
    """From where to where the measure that the aim names should go, or why nobody can say.

    ``known`` are the measure's figures in order. The baseline and the target are the aim's, where
    its indicator has the unit and direction of the measure. Where they differ and the aim has a
    target of its own, no figure of the measure says how far that is. Without one the target is the
    measure's; without a baseline that fits it is the median of the measure's first three figures,
    which then are no progress themselves.
    """
    if measure is None or measure.kind is not MeasureKind.outcome:
        return _not_measured(measure)
    same = alike(aim, measure)
    if not same and aim.target is not None:
        return _unlike(aim, measure)
    target = measure.target if aim.target is None else aim.target
    if target is None:
        return NotKnown(
            say("“{measure}” has no target, and the aim none that fits it.", measure=measure.name),
            say("Say by how much: set a target on the aim or on its measure."),
        )
    if len(known) < LOOK:
        return NotKnown(
            _too_few(measure, len(known)),
            say(
                "Collect “{measure}” on {n} dates and look at its chart.",
                measure=measure.name,
                n=LOOK,
            ),
            early=True,
        )
    stated = aim.baseline if same else None
    baseline = median(value for _, value in known[:LOOK]) if stated is None else stated
    counted = known if stated is not None else known[LOOK:]
    better = 1 if measure.direction is Direction.increase else -1
    if better * (target - baseline) <= 0:
        return NotKnown(
            say(
                "the target, {target}, is no improvement on the baseline, {baseline}.",
                target=measure.show(target),
                baseline=measure.show(baseline),
            ),
            say("Look at baseline and target again: one of them, or the direction, is not right."),
        )
    return Course(measure=measure, baseline=baseline, target=target, counted=counted)


def alike(aim: Aim, measure: Measure) -> bool:
    """Whether a measure has the unit and direction of the aim's indicator."""
    return (aim.unit, aim.direction) == (measure.unit, measure.direction)


def _not_measured(named: Measure | None) -> NotKnown:
    then = say(
        "Add an outcome measure of what the aim names, and say in the aim that it measures it."
    )
    if named is None:
        return NotKnown(say("no measure of the record measures what the aim names."), then)
    return NotKnown(
        say(
            "“{measure}” is a {kind}, and such a one can move while the aim stands still.",
            measure=named.name,
            kind=kind_name(named.kind),
        ),
        then,
    )


def _unlike(aim: Aim, measure: Measure) -> NotKnown:
    """As AIM205 finds it."""
    if aim.unit is not measure.unit:
        ours, theirs = aim.unit.value, measure.unit.value
        why = mark(
            "the unit of the aim is {ours}, that of its measure “{measure}” {theirs}, so that no "
            "figure of the measure says how far the aim has come."
        )
        then = mark("Make both say the same unit, or name a measure that has the aim's.")
    else:
        ours, theirs = aim.direction.value, measure.direction.value
        why = mark(
            "the direction of the aim is {ours}, that of its measure “{measure}” {theirs}, so that "
            "no figure of the measure says how far the aim has come."
        )
        then = mark("Make both say the same direction, or name a measure that has the aim's.")
    said = say(why, ours=say_name(ours), measure=measure.name, theirs=say_name(theirs))
    return NotKnown(said, say(then))


def _too_few(measure: Measure, known: int) -> str:
    if not known:
        return say(
            "“{measure}” has no figures so far, and {least} are needed for a first look.",
            measure=measure.name,
            least=LOOK,
        )
    return say_n(
        "“{measure}” has one figure so far, and {least} are needed for a first look.",
        "“{measure}” has {n} figures so far, and {least} are needed for a first look.",
        known,
        measure=measure.name,
        least=LOOK,
    )


def days(figures: Sequence[Figure]) -> str:
    """The days from the first to the last of some figures: ``from 12 January 2018 to 9 March 2018``."""
    return say("from {first} to {last}", first=figures[0][0], last=figures[-1][0])
