"""Which tests of a record succeeded, and from which day on that was shown."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from pdsa.cycle import Cycle, Move
from pdsa.prediction import Outcome
from pdsa.review.record import Record, adopted
from pdsa.review.success import foretells_improvement
from pdsa.stages import Stage


def written(cycle: Cycle, by: date) -> bool:
    """Whether the record of a cycle tells of its Do, or by some day of its Study."""
    do, study = cycle.do, cycle.study if studied_on(cycle) <= by else None
    texts = [do.what_happened, do.unexpected] if do else []
    texts += [study.learned, study.surprises] if study else []
    return any(map(str.strip, texts)) or bool(do and do.as_planned)


def studied_on(cycle: Cycle) -> date:
    """The day of the last move from Do to Study: what was written before it may have been rewritten.

    What was rewritten while in Study has a day of its own (``PredictionResult.on``). Of a cycle whose
    record was taken up after that move, the day on which it had ended or first stepped back, else the
    day on which it began.
    """
    for made in reversed(cycle.moves):
        if made.move is Move.study and made.from_stage is Stage.do:
            return made.on
    first = next((each for each in cycle.moves if each.move is not Move.branch), None)
    told = None
    if first is None:
        told = cycle.ended_on
    elif first.move is Move.step_back:
        told = first.on
    return told or cycle.started_on or date.max


def kept(cycle: Cycle, by: date) -> bool:
    """Whether the change was kept by some day: a decision that was reopened counts when made again."""
    return adopted(cycle) and cycle.ended_on is not None and cycle.ended_on <= by


class Success(Struct, frozen=True):
    """By which day a test succeeded, the test, and whether by its prediction or by its decision."""

    on: date
    cycle: Cycle
    held: bool


def successes_of(record: Record, begun: Sequence[Cycle]) -> Sequence[Success]:
    """The tests that succeeded, by day and id, each once.

    A prediction of improvement held, or the team kept the change: most tests teach something, and a
    success is one that the team itself called so.
    """
    found = []
    for cycle in begun:
        held = _held_on(record, cycle)
        if held is not None and held <= record.on:
            found.append(Success(held, cycle, held=True))
        elif kept(cycle, record.on) and cycle.act and cycle.ended_on:
            found.append(Success(cycle.ended_on, cycle, held=False))
    return sorted(found, key=lambda each: (each.on, each.cycle.id))


def _held_on(record: Record, cycle: Cycle) -> date | None:
    """The first day from which a prediction of improvement is said to have held, or ``None``."""
    results = cycle.study.results if cycle.study is not None else ()
    held = {each.prediction_id: each.on for each in results if each.outcome is Outcome.held}
    if not held:
        return None
    studied = studied_on(cycle)
    days = [
        max(studied, held[each.id] or studied)
        for each in record.predictions(cycle)
        if each.id in held and foretells_improvement(record, each)
    ]
    return min(days, default=None)
