"""What a decision rests on: predictions, figures, classrooms, conditions, the size of the test.

It is shown beside the decision and forbids none: a team may have reasons that no record holds.
"""

from collections import Counter
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from pdsa.cycle import Cycle, Status
from pdsa.ids import CycleId, MeasureId, UnitId
from pdsa.prediction import Outcome
from pdsa.ramp import RampStep
from pdsa.review.record import Record
from pdsa.review.registry import RULES
from pdsa.review.silencing import reason_for, reasons
from pdsa.scale import Condition
from pdsa.stages import Decision
from pdsa.units import CLASSROOM
from pdsa.words import say, say_n, say_name

#: The findings that say that a decision and its evidence do not fit together.
CONTRADICTIONS = ("ACT102", "ACT103", "ACT105", "ACT109")


class MeasureInTest(Struct, frozen=True, kw_only=True):
    """The figures of a measure in the days of a test, for the whole team.

    ``missing`` are days on which the team noted that there is none.
    """

    measure_id: MeasureId
    name: str
    figures: int
    missing: int
    first: date | None
    last: date | None


class Contradiction(Struct, frozen=True, kw_only=True):
    """A finding that asks for a reason; ``silenced`` is the one that the team has given for it."""

    code: str
    message: str
    next: str
    silenced: str | None


class DecisionEvidence(Struct, frozen=True, kw_only=True):
    """What a cycle's decision rests on, or could, as long as there is none.

    ``decision`` and ``reason`` are those of a completed cycle: a step back from Act opens them again.
    Predictions are counted by the team's results. ``classrooms`` have data in the test,
    ``other_classrooms`` are those of the team that have none. ``before`` is the step before in the
    ramp, ``after`` the steps that follow.
    """

    cycle_id: CycleId
    decision: Decision | None
    reason: str
    held: int
    did_not_hold: int
    cannot_tell: int
    not_compared: int
    measures: tuple[MeasureInTest, ...]
    classrooms: tuple[UnitId, ...]
    other_classrooms: tuple[UnitId, ...]
    conditions: tuple[Condition, ...]
    before: RampStep | None
    this: RampStep
    after: tuple[RampStep, ...]
    contradictions: tuple[Contradiction, ...]
    sentence: str


def evidence(record: Record, cycle: Cycle) -> DecisionEvidence:
    """What the decision of a cycle rests on."""
    act = cycle.act if cycle.status is Status.completed else None
    results = cycle.study.results if cycle.study else ()
    counted = Counter(each.outcome for each in results)
    measures = tuple(_measure(record, cycle, each) for each in _measures(record, cycle))
    of_team = [each.id for each in record.inquiry.classrooms if each.kind == CLASSROOM]
    with_data = record.classrooms_in(cycle)
    rooms = tuple(each for each in of_team if each in with_data)
    before = record.before(cycle)
    found = DecisionEvidence(
        cycle_id=cycle.id,
        decision=act.decision if act else None,
        reason=act.reason if act else "",
        held=counted[Outcome.held],
        did_not_hold=counted[Outcome.did_not_hold],
        cannot_tell=counted[Outcome.cannot_tell],
        not_compared=len(cycle.plan.predictions()) - len(results),
        measures=measures,
        classrooms=rooms,
        other_classrooms=tuple(each for each in of_team if each not in with_data),
        conditions=cycle.plan.conditions,
        before=step_of(record, before) if before else None,
        this=step_of(record, cycle),
        after=tuple(step_of(record, each) for each in record.after(cycle)),
        contradictions=tuple(_contradictions(record, cycle)),
        sentence="",
    )
    return replace(found, sentence=_sentence(found))


def step_of(record: Record, cycle: Cycle) -> RampStep:
    """A cycle as a step of its ramp."""
    return next(s for s in record.ramps[cycle.change_idea_id].steps if s.cycle_id == cycle.id)


def _measures(record: Record, cycle: Cycle) -> tuple[MeasureId, ...]:
    """Those that its data are of, then those that it predicts."""
    named = (each for _, each in cycle.measure_ids())
    found = dict.fromkeys([*record.collected(cycle), *named])
    return tuple(MeasureId(each) for each in found if each in record.measures)


def _measure(record: Record, cycle: Cycle, measure_id: MeasureId) -> MeasureInTest:
    figures, window = record.in_window(cycle, measure_id), record.window(cycle)
    days = [] if window is None else record.figures(measure_id)
    return MeasureInTest(
        measure_id=measure_id,
        name=record.measures[measure_id].name,
        figures=len(figures),
        missing=sum(
            each.value is None and window is not None and window[0] <= each.on <= window[1]
            for each in days
        ),
        first=figures[0].on if figures else None,
        last=figures[-1].on if figures else None,
    )


def _contradictions(record: Record, cycle: Cycle) -> list[Contradiction]:
    given = reasons(record.inquiry.silences)
    return [
        Contradiction(
            code=code,
            message=hit.message,
            next=hit.next,
            silenced=reason_for(given, code, hit.id or cycle.id),
        )
        for code in CONTRADICTIONS
        for hit in RULES[code].hits(record, cycle)
    ]


def _sentence(found: DecisionEvidence) -> str:
    # Translators: what a decision rests on; how many predictions came out in which way.
    outcomes = [
        *([say_n("{n} held", "{n} held", found.held)] if found.held else []),
        *(
            [say_n("{n} did not hold", "{n} did not hold", found.did_not_hold)]
            if found.did_not_hold
            else []
        ),
        *(
            [say_n("{n} cannot be told", "{n} cannot be told", found.cannot_tell)]
            if found.cannot_tell
            else []
        ),
        *(
            [say_n("{n} not compared yet", "{n} not compared yet", found.not_compared)]
            if found.not_compared
            else []
        ),
    ]
    rooms = len(found.classrooms) + len(found.other_classrooms)
    said = [
        say("predictions ({outcomes})", outcomes=", ".join(outcomes))
        if outcomes
        else say("no prediction"),
        *(_figures(each) for each in found.measures),
    ]
    if rooms:
        with_data = len(found.classrooms)
        said.append(say("data from {n} of {all} classrooms", n=with_data, all=rooms))
    what = "; ".join(said)
    if found.decision:
        name = say_name(found.decision)
        return say("The decision to {decision} rests on {what}.", decision=name, what=what)
    return say("A decision would rest on {what}.", what=what)


def _figures(each: MeasureInTest) -> str:
    if each.first is None or each.last is None:
        return say("no figure of “{measure}”", measure=each.name)
    if each.figures == 1:
        return say("one figure of “{measure}” ({day})", measure=each.name, day=each.first)
    return say(
        "{n} figures of “{measure}” ({first} to {last})",
        n=each.figures,
        measure=each.name,
        first=each.first,
        last=each.last,
    )
