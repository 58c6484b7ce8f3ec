"""What each step of the progress scale asks of a record, and why.

After IHI's collaborative assessment scale, in words of our own. The scale names stages and few
numbers (a fifth and a half of the way, the targets); the other thresholds here say where they come
from. Every criterion asks whether something was shown by some day, so that later evidence never
takes it back, and none rests on the last figure alone. What makes the record itself say something
else can: a tally that comes in late for an earlier day, or a step back that rewrites a Study or
reopens a decision. What is dated after the day of the review does not count yet: a result is of the
day on which Study was last entered, a decision of the day on which it was last made.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from msgspec import Struct

from pdsa.aim import show_date
from pdsa.cycle import Cycle
from pdsa.measure import Measure
from pdsa.review.record import Record
from pdsa.review.tested import Success, kept, successes_of, written
from pdsa.review.way import LOOK, RUN, NotKnown, Way, days
from pdsa.scale import Scale
from pdsa.stages import Decision
from pdsa.words import mark, say, say_n, say_name


class StepEvidence(Struct, frozen=True, kw_only=True):
    """One thing that a step asks for: whether the record shows it, what that rests on, what is next.

    ``next`` is empty where it is met.
    """

    met: bool
    says: str
    next: str = ""


#: The ten steps in our words, templates.
TITLES: Mapping[float, str] = MappingProxyType(
    {
        0.5: mark("An aim is stated"),
        1.0: mark("The charter is written and people are named"),
        1.5: mark("The work is organised"),
        2.0: mark("The team learns about the problem"),
        2.5: mark("A first change is tested, and the aim is charted against its target"),
        3.0: mark("A test succeeded, and a fifth of the way is gone"),
        3.5: mark("Testing goes on, and the improvement grows"),
        4.0: mark("Half of the way is gone, and implementation has begun"),
        4.5: mark("The gains hold"),
        5.0: mark("The target is reached and held, and the change is standard work"),
    }
)
#: The share of the way from baseline to target that a step asks for. A fifth, a half and the whole
#: are the scale's; for "improvement grows" it gives none, so the middle between a fifth and a half
#: is taken: beyond what the step below asks for, and on the way to the step above.
MARKS: Mapping[float, float] = MappingProxyType({3.0: 0.2, 3.5: 0.35, 4.0: 0.5, 4.5: 0.5, 5.0: 1.0})


def evidence(record: Record, gone: Way | NotKnown) -> Mapping[float, tuple[StepEvidence, ...]]:
    """The evidence of every step; ``gone`` is how far the aim's own measure has."""
    planned = _planned(record)
    begun = [cycle for cycle in planned if cycle.started_on and cycle.started_on <= record.on]
    successes = successes_of(record, begun)
    return {
        0.5: (_met(say("The aim “{aim}” is stated.", aim=record.aim.title)),),
        1.0: tuple(_charter(record, planned)),
        1.5: (_diagram(record), _collection(record, planned)),
        2.0: (_learning(record),),
        2.5: (_tested(record, begun), _charted(record, gone)),
        3.0: (_succeeded(successes), _gone(gone, 3.0, LOOK)),
        3.5: (_goes_on(begun, successes), _gone(gone, 3.5, LOOK)),
        4.0: (_gone(gone, 4.0, LOOK), _implementation(record, begun)),
        4.5: (_gone(gone, 4.5, RUN),),
        5.0: (_gone(gone, 5.0, RUN), _standard_work(record, begun)),
    }


def _planned(record: Record) -> Sequence[Cycle]:
    """The cycles that there were on the day of the review, by first day and id."""
    dated = []
    for cycle in record.inquiry.cycles:
        days = [day for day in (cycle.planned_on, cycle.started_on) if day]
        if not days or min(days) <= record.on:
            dated.append((min(days, default=date.max), cycle.id, cycle))
    return [cycle for _, _, cycle in sorted(dated, key=lambda each: each[:2])]


def _measures(record: Record) -> Sequence[Measure]:
    """The measures, the aim's own first, then by id."""
    own = record.aim.measured_by
    return sorted(record.inquiry.measures, key=lambda each: (each.id != own, each.id))


def _met(says: str) -> StepEvidence:
    return StepEvidence(met=True, says=says)


def _open(says: str, then: str) -> StepEvidence:
    return StepEvidence(met=False, says=says, next=then)


# -- before a change is tested -----------------------------------------------------------------


def _charter(record: Record, planned: Sequence[Cycle]) -> Iterator[StepEvidence]:
    """For whom, what, by how much, by when (SMARTE), and somebody who does something of it."""
    aim = record.aim
    for said, words, missing, then in (
        (
            aim.population.strip(),
            mark("For whom: {said}."),
            mark("The aim does not say for whom."),
            mark("Name the students."),
        ),
        (
            aim.what.strip() or aim.indicator.strip(),
            mark("What: {said}."),
            mark("The aim does not say what."),
            mark("Say what will improve."),
        ),
        (
            aim.much(),
            mark("By how much: {said}."),
            mark("The aim does not say by how much."),
            mark("Set a target on the indicator."),
        ),
        (
            "" if aim.deadline is None else show_date(aim.deadline),
            mark("By when: {said}."),
            mark("The aim does not say by when."),
            mark("Agree on a day."),
        ),
    ):
        yield _met(say(words, said=said)) if said else _open(say(missing), say(then))
    named = next(_people(record, planned), None)
    if named is None:
        yield _open(
            say("Nobody is named who collects data or does something."),
            say("Say who collects a measure, or who does what in the plan of a cycle."),
        )
    else:
        yield _met(say("Somebody is named: {named}.", named=named))


def _people(record: Record, planned: Sequence[Cycle]) -> Iterator[str]:
    for measure in _measures(record):
        if measure.collected_by.strip():
            who = measure.collected_by.strip()
            yield say("{who} for “{measure}”", who=who, measure=measure.name)
    for cycle in planned:
        plan = cycle.plan
        for who in (*(task.who for task in plan.tasks), *(each.who for each in plan.data)):
            if who.strip():
                yield say("{who} in the plan of “{cycle}”", who=who.strip(), cycle=cycle.title)


def _diagram(record: Record) -> StepEvidence:
    """Any version of the theory with a driver: one that was drawn stays drawn."""
    for theory in record.inquiry.theory:
        if theory.drivers and theory.on <= record.on:
            return _met(
                say_n(
                    "A driver diagram with one driver was drawn on {day}.",
                    "A driver diagram with {n} drivers was drawn on {day}.",
                    len(theory.drivers),
                    day=theory.on,
                )
            )
    return _open(
        say("No driver diagram shows how the aim might be reached."),
        say("Draw what must change for the aim to move: two or three drivers are a beginning."),
    )


def _collection(record: Record, planned: Sequence[Cycle]) -> StepEvidence:
    """How the data of one measure are collected, and how often: its tools and times are set.

    The measure says it, or one plan for its data; each may say what the other leaves out.
    """
    plans: dict[str, list[tuple[str, str]]] = {}
    for cycle in planned:
        for each in cycle.plan.data:
            plans.setdefault(each.measure_id, []).append((each.how.strip(), each.when.strip()))
    for measure in _measures(record):
        told = measure.collected_how.strip() or measure.definition.strip()
        for how, when in (("", ""), *plans.get(measure.id, ())):
            often = measure.frequency.strip() or when
            if often and (told or how):
                return _met(
                    say(
                        "It is said how “{measure}” is collected, and how often: {often}.",
                        measure=measure.name,
                        often=often,
                    )
                )
    return _open(
        say("For no measure is it said how it is collected and how often."),
        say("Write both down for one measure, so that two people would count the same."),
    )


def _learning(record: Record) -> StepEvidence:
    """Evidence of the problem, a baseline, or any first figure: the team looks before it changes."""
    inquiry = record.inquiry
    if inquiry.problem and any(
        each.summary.strip() and (each.on is None or each.on <= record.on)
        for each in inquiry.problem.evidence
    ):
        return _met(
            say("There is evidence of the problem “{problem}”.", problem=inquiry.problem.title)
        )
    if inquiry.aim.baseline is not None:
        return _met(say("The aim has a baseline."))
    first = min(
        (
            (point.on, point.measure_id)
            for point in inquiry.points
            if not point.missing and point.on <= record.on
        ),
        default=None,
    )
    if first is not None:
        name = record.measures[first[1]].name
        return _met(say("There is a figure of “{name}”, of {day}.", name=name, day=first[0]))
    return _open(
        say("Neither evidence of the problem nor a first figure is written down."),
        say("Look at student work, ask a few students, or count something once."),
    )


# -- tests of change ---------------------------------------------------------------------------


def _tested(record: Record, begun: Sequence[Cycle]) -> StepEvidence:
    """A cycle that reached Do and tells something of it: an empty Do tells of no test."""
    tested = [cycle for cycle in begun if written(cycle, record.on)]
    if not tested:
        return _open(
            say("No cycle has got to Do with a word on what happened."),
            say("Test one change on a small scale and write down what happened."),
        )
    first = min(tested, key=lambda cycle: (cycle.started_on or date.max, cycle.id))
    return _met(
        say(
            "A first change was tested from {day} on: “{cycle}”.",
            day=first.started_on or record.on,
            cycle=first.title,
        )
    )


def _succeeded(successes: Sequence[Success]) -> StepEvidence:
    if not successes:
        return _open(
            say("In no test has a prediction of improvement held, and no change was adopted."),
            say("Set the results against the predictions in Study; each tells what to test next."),
        )
    first = successes[0]
    said = mark("“{cycle}” succeeded by {day}: a prediction of improvement held.")
    if not first.held:
        said = mark("“{cycle}” succeeded by {day}: the team decided to {decision}.")
    act = first.cycle.act
    decision = say_name(act.decision) if act and act.decision else ""
    return _met(say(said, cycle=first.cycle.title, day=first.on, decision=decision))


def _goes_on(begun: Sequence[Cycle], successes: Sequence[Success]) -> StepEvidence:
    """A cycle begun when another had succeeded, on that day or later: one is where tests begin."""
    for cycle in begun:
        success = next((each for each in successes[:2] if each.cycle is not cycle), None)
        if success and cycle.started_on and cycle.started_on >= success.on:
            return _met(
                say(
                    "After “{before}” had succeeded, “{cycle}” began on {day}.",
                    before=success.cycle.title,
                    cycle=cycle.title,
                    day=cycle.started_on,
                )
            )
    return _open(
        say("No cycle was begun after another had succeeded."),
        say("Test the change under other conditions or at a larger scale."),
    )


def _implementation(record: Record, begun: Sequence[Cycle]) -> StepEvidence:
    """A change that was kept (adopt, expand), or a test at the scale of implementation."""
    for cycle in begun:
        if kept(cycle, record.on):
            return _met(say("The change of “{cycle}” was kept.", cycle=cycle.title))
        if cycle.plan.scale is Scale.implement:
            return _met(say("“{cycle}” tests the change as standard work.", cycle=cycle.title))
    return _open(
        say("No change has been adopted or expanded, or tested as standard work."),
        say("Decide in Act what to keep; then plan a cycle at the scale of implementation."),
    )


def _standard_work(record: Record, begun: Sequence[Cycle]) -> StepEvidence:
    """Adopted at the scale of implementation: adopted after a small test is not standard work yet."""
    for cycle in begun:
        decided = cycle.act.decision if cycle.act and kept(cycle, record.on) else None
        if decided is Decision.adopt and cycle.plan.scale is Scale.implement:
            return _met(
                say("The change is standard work since “{cycle}” adopted it.", cycle=cycle.title)
            )
    return _open(
        say("No change was adopted at the scale of implementation."),
        say("Test it as everybody's standard work, and adopt it if it holds there."),
    )


# -- the aim's own measure ---------------------------------------------------------------------


def _charted(record: Record, gone: Way | NotKnown) -> StepEvidence:
    """The aim's own outcome measure has a target and three figures (Knudsen et al. 2019)."""
    if isinstance(gone, NotKnown):
        return _open(say("How far the aim has got is not known: {why}", why=gone.why), gone.next)
    return _met(
        say(
            "“{measure}” measures the aim and has its target, {value}, and {least} figures or more.",
            measure=gone.measure.name,
            value=gone.show(1),
            least=LOOK,
        )
    )


def _gone(gone: Way | NotKnown, level: float, length: int) -> StepEvidence:
    """So many figures in a row at the step's share of the way or beyond, after the first test began.

    In a row: in a long series, single figures beyond a mark come by chance.
    """
    share = MARKS[level]
    if isinstance(gone, NotKnown):
        said = mark("Whether the target is reached is not known: {why}")
        if share != 1:
            said = mark("Whether {share} of the way to the target is reached is not known: {why}")
        return _open(say(said, share=f"{share:.0%}", why=gone.why), gone.next)
    row = gone.row(share, length)
    # Translators: a value on the way, after “reached” and “at”.
    if share < 1:
        at = say(
            "{value}, {share} of the way to the target,",
            value=gone.show(share),
            share=f"{share:.0%}",
        )
    else:
        at = say("the target, {value},", value=gone.show(share))
    if row:
        return _met(
            say(
                "{n} figures in a row reached {at} or went beyond: {days}.",
                n=len(row),
                at=at,
                days=days(row),
            )
        )
    return _open(
        say(
            "“{measure}” has not had {length} figures in a row at {at} or beyond since the "
            "first test began.",
            measure=gone.measure.name,
            length=length,
            at=at,
        ),
        say("Go on testing and measuring; {value} is the next mark.", value=gone.show(share)),
    )
