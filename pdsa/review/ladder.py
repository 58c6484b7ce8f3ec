"""What each step of the progress scale asks of a record, and why.

After IHI's collaborative assessment scale, in words of our own. The scale names stages and few
numbers (a fifth and a half of the way, the targets); the other thresholds here say where they come
from. Every criterion asks whether something was shown by some day, so that nothing which is added
later can take it back, and none rests on the last figure alone.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from msgspec import Struct

from pdsa.aim import show_date
from pdsa.cycle import Cycle, Move
from pdsa.prediction import Outcome
from pdsa.review.record import Record, adopted
from pdsa.review.way import LOOK, RUN, NotKnown, Way, days
from pdsa.scale import Scale
from pdsa.stages import Decision


class StepEvidence(Struct, frozen=True, kw_only=True):
    """One thing that a step asks for: whether the record shows it, what that rests on, what is next.

    ``next`` is empty where it is met.
    """

    met: bool
    says: str
    next: str = ""


#: The ten steps in our words.
TITLES: Mapping[float, str] = MappingProxyType(
    {
        0.5: "An aim is stated",
        1.0: "The charter is written and people are named",
        1.5: "The work is organised",
        2.0: "The team learns about the problem",
        2.5: "A first change is tested, and the aim is charted against its target",
        3.0: "A test succeeded, and a fifth of the way is gone",
        3.5: "Testing goes on, and the improvement grows",
        4.0: "Half of the way is gone, and implementation has begun",
        4.5: "The gains hold",
        5.0: "The target is reached and held, and the change is standard work",
    }
)
#: The share of the way from baseline to target that a step asks for. A fifth, a half and the whole
#: are the scale's; for "improvement grows" it gives none, so the middle between a fifth and a half
#: is taken: beyond what the step below asks for, and on the way to the step above.
MARKS: Mapping[float, float] = MappingProxyType({3.0: 0.2, 3.5: 0.35, 4.0: 0.5, 4.5: 0.5, 5.0: 1.0})


def evidence(record: Record, gone: Way | NotKnown) -> Mapping[float, tuple[StepEvidence, ...]]:
    """The evidence of every step; ``gone`` is how far the aim's own measure has."""
    success = _first_success(record)
    return {
        0.5: (_met(f"The aim “{record.aim.title}” is stated."),),
        1.0: tuple(_charter(record)),
        1.5: (_diagram(record), _collection(record)),
        2.0: (_learning(record),),
        2.5: (_tested(record), _charted(record, gone)),
        3.0: (_succeeded(success), _gone(gone, 3.0, LOOK)),
        3.5: (_goes_on(record, success), _gone(gone, 3.5, LOOK)),
        4.0: (_gone(gone, 4.0, LOOK), _implementation(record)),
        4.5: (_gone(gone, 4.5, RUN),),
        5.0: (_gone(gone, 5.0, RUN), _standard_work(record)),
    }


def _met(says: str) -> StepEvidence:
    return StepEvidence(met=True, says=says)


def _open(says: str, then: str) -> StepEvidence:
    return StepEvidence(met=False, says=says, next=then)


# -- before a change is tested -----------------------------------------------------------------


def _charter(record: Record) -> Iterator[StepEvidence]:
    """For whom, what, by how much, by when (SMARTE), and somebody who does something of it."""
    aim = record.aim
    for said, words, missing, then in (
        (aim.population.strip(), "For whom", "for whom", "Name the students."),
        (aim.what.strip() or aim.indicator.strip(), "What", "what", "Say what will improve."),
        (
            "" if aim.target is None else aim.sentence().partition(": ")[2].partition(" (")[0],
            "By how much",
            "by how much",
            "Set a target on the indicator.",
        ),
        (
            "" if aim.deadline is None else show_date(aim.deadline),
            "By when",
            "by when",
            "Agree on a day.",
        ),
    ):
        if said:
            yield _met(f"{words}: {said}.")
        else:
            yield _open(f"The aim does not say {missing}.", then)
    named = next(_people(record), None)
    if named is None:
        yield _open(
            "Nobody is named who collects data or does something.",
            "Say who collects a measure, or who does what in the plan of a cycle.",
        )
    else:
        yield _met(f"Somebody is named: {named}.")


def _people(record: Record) -> Iterator[str]:
    for measure in record.inquiry.measures:
        if measure.collected_by.strip():
            yield f"{measure.collected_by.strip()} for “{measure.name}”"
    for cycle in record.inquiry.cycles:
        plan = cycle.plan
        for who in (*(task.who for task in plan.tasks), *(each.who for each in plan.data)):
            if who.strip():
                yield f"{who.strip()} in the plan of “{cycle.title}”"


def _diagram(record: Record) -> StepEvidence:
    """Any version of the theory with a driver: one that was drawn stays drawn."""
    for theory in record.inquiry.theory:
        if theory.drivers:
            count = len(theory.drivers)
            drivers = "one driver" if count == 1 else f"{count} drivers"
            return _met(f"A driver diagram with {drivers} was drawn on {show_date(theory.on)}.")
    return _open(
        "No driver diagram shows how the aim might be reached.",
        "Draw what must change for the aim to move: two or three drivers are a beginning.",
    )


def _collection(record: Record) -> StepEvidence:
    """How the data of one measure are collected, and how often: its tools and times are set."""
    planned = {
        each.measure_id: (each.how, each.when)
        for cycle in record.inquiry.cycles
        for each in cycle.plan.data
        if each.how.strip() or each.when.strip()
    }
    for measure in record.inquiry.measures:
        how, when = planned.get(measure.id, ("", ""))
        if any(map(str.strip, (measure.collected_how, measure.definition, how))) and any(
            map(str.strip, (measure.frequency, when))
        ):
            often = measure.frequency.strip() or when.strip()
            return _met(f"It is said how “{measure.name}” is collected, and how often: {often}.")
    return _open(
        "For no measure is it said how it is collected and how often.",
        "Write both down for one measure, so that two people would count the same.",
    )


def _learning(record: Record) -> StepEvidence:
    """Evidence of the problem, a baseline, or any first figure: the team looks before it changes."""
    inquiry = record.inquiry
    if inquiry.problem and any(each.summary.strip() for each in inquiry.problem.evidence):
        return _met(f"There is evidence of the problem “{inquiry.problem.title}”.")
    if inquiry.aim.baseline is not None:
        return _met("The aim has a baseline.")
    for point in inquiry.points:
        if not point.missing:
            name = record.measures[point.measure_id].name
            return _met(f"There is a figure of “{name}”, of {show_date(point.on)}.")
    return _open(
        "Neither evidence of the problem nor a first figure is written down.",
        "Look at student work, ask a few students, or count something once.",
    )


# -- tests of change ---------------------------------------------------------------------------


def _tested(record: Record) -> StepEvidence:
    """A cycle that reached Do and tells something of it: an empty Do tells of no test."""
    tested = [cycle for cycle in record.inquiry.cycles if cycle.started_on and _written(cycle)]
    if not tested:
        return _open(
            "No cycle has got to Do with a word on what happened.",
            "Test one change on a small scale and write down what happened.",
        )
    first = min(tested, key=lambda cycle: (cycle.started_on or date.max, cycle.id))
    return _met(
        f"A first change was tested from {show_date(first.started_on or record.on)} on: "
        f"“{first.title}”."
    )


def _written(cycle: Cycle) -> bool:
    do, study = cycle.do, cycle.study
    texts = [do.what_happened, do.unexpected] if do else []
    texts += [study.learned, study.surprises] if study else []
    return any(map(str.strip, texts)) or bool(do and do.as_planned)


def _first_success(record: Record) -> tuple[date, str, Cycle] | None:
    """The first test that succeeded: the day, why it counts, and the cycle.

    A prediction held, or the team kept the change: most tests teach something, and a success is
    one that the team itself called so.
    """
    found = []
    for cycle in record.inquiry.cycles:
        if cycle.study and any(r.outcome is Outcome.held for r in cycle.study.results):
            studied = next((m.on for m in cycle.moves if m.move is Move.study), cycle.ended_on)
            found.append((studied or cycle.started_on or record.on, "a prediction held", cycle))
        if adopted(cycle):
            kept = f"the team decided to {cycle.act.decision}" if cycle.act else ""
            found.append((cycle.ended_on or record.on, kept, cycle))
    return min(found, key=lambda each: (each[0], each[2].id, each[1]), default=None)


def _succeeded(success: tuple[date, str, Cycle] | None) -> StepEvidence:
    if success is None:
        return _open(
            "In no test has a prediction held, and no change was adopted.",
            "Set the results against the predictions in Study; each tells what to test next.",
        )
    day, why, cycle = success
    return _met(f"“{cycle.title}” succeeded by {show_date(day)}: {why}.")


def _goes_on(record: Record, success: tuple[date, str, Cycle] | None) -> StepEvidence:
    """A cycle begun on the day of the first success or later: one success is where tests begin."""
    if success is not None:
        day, _, first = success
        for cycle in record.inquiry.cycles:
            if cycle.started_on and cycle.started_on >= day and cycle.id != first.id:
                return _met(
                    f"After the first success, “{cycle.title}” began on "
                    f"{show_date(cycle.started_on)}."
                )
    return _open(
        "No cycle was begun after a first success.",
        "Test the change under other conditions or at a larger scale.",
    )


def _implementation(record: Record) -> StepEvidence:
    """A change that was kept (adopt, expand), or a test at the scale of implementation."""
    for cycle in record.inquiry.cycles:
        if adopted(cycle):
            return _met(f"The change of “{cycle.title}” was kept.")
        if cycle.started_on and cycle.plan.scale is Scale.implement:
            return _met(f"“{cycle.title}” tests the change as standard work.")
    return _open(
        "No change has been adopted or expanded, or tested as standard work.",
        "Decide in Act what to keep; then plan a cycle at the scale of implementation.",
    )


def _standard_work(record: Record) -> StepEvidence:
    """Adopted at the scale of implementation: adopted after a small test is not standard work yet."""
    for cycle in record.inquiry.cycles:
        decided = cycle.act.decision if cycle.act and adopted(cycle) else None
        if decided is Decision.adopt and cycle.plan.scale is Scale.implement:
            return _met(f"The change is standard work since “{cycle.title}” adopted it.")
    return _open(
        "No change was adopted at the scale of implementation.",
        "Test it as everybody's standard work, and adopt it if it holds there.",
    )


# -- the aim's own measure ---------------------------------------------------------------------


def _charted(record: Record, gone: Way | NotKnown) -> StepEvidence:
    """The aim's own outcome measure has a target and three figures (Knudsen et al. 2019)."""
    if isinstance(gone, NotKnown):
        return _open(f"How far the aim has got is not known: {gone.why}", gone.next)
    return _met(
        f"“{gone.measure.name}” measures the aim and has its target, {gone.show(1)}, and "
        f"{LOOK} figures or more."
    )


def _gone(gone: Way | NotKnown, level: float, length: int) -> StepEvidence:
    """So many figures in a row at the step's share of the way or beyond, after the first test began.

    In a row: in a long series, single figures beyond a mark come by chance.
    """
    share = MARKS[level]
    part = "the target" if share == 1 else f"{share:.0%} of the way to the target"
    if isinstance(gone, NotKnown):
        return _open(f"Whether {part} is reached is not known: {gone.why}", gone.next)
    row = gone.row(share, length)
    at = f"{gone.show(share)}, {part}," if share < 1 else f"the target, {gone.show(share)},"
    if row:
        return _met(f"{len(row)} figures in a row reached {at} or went beyond: {days(row)}.")
    return _open(
        f"“{gone.measure.name}” has not had {length} figures in a row at {at} or beyond since "
        "the first test began.",
        f"Go on testing and measuring; {gone.show(share)} is the next mark.",
    )
