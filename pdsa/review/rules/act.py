"""Rules about Act: what a decision rests on, and what comes next.

A contradiction between a decision and its record is a finding, never a prohibition: a team that has
its reason silences it with that reason.
"""

from collections.abc import Iterator
from datetime import date

from pdsa.cycle import Cycle, Status
from pdsa.prediction import Outcome
from pdsa.review.finding import Hit, Severity
from pdsa.review.growth import jump
from pdsa.review.record import Record, adopted
from pdsa.review.registry import rule
from pdsa.review.rules.words import (
    FIVE,
    LEIS,
    MCNICHOLAS,
    abandons,
    adapts,
    adopts,
    expands,
    guide,
    is_undecided,
)
from pdsa.review.success import hopes
from pdsa.stages import Stage
from pdsa.words import say, say_n, say_name

#: Instructional days in Act, and in Study, after which a decision is asked for.
IN_ACT, IN_STUDY = 5, 10

_RUNNING = Status.running


@rule(
    "ACT101",
    Severity.advice,
    "No decision",
    of=Cycle,
    when=is_undecided,
    why="Without adopt, adapt or abandon a test changes nothing, and the next one waits for it.",
    source=guide("ch. 5 (act: decide what becomes of the change)"),
)
def undecided(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """A running cycle has been in Act for more than 5 instructional days, or in Study for more than 10.

    Counted from the move to that stage, else from the last thing that was dated. Silent without a
    calendar, and once the calendar's year has ended before that many days were taught.
    """
    since = _came_to_stage(record, cycle)
    days = IN_ACT if cycle.stage is Stage.act else IN_STUDY
    if since is not None and record.taught_since(since, more_than=days):
        yield Hit(
            field="act/decision",
            message=say(
                "The cycle “{title}” has been in {stage} for more than {days} days of school "
                "without a decision.",
                title=cycle.title,
                stage=say_name(cycle.stage.capitalize()),
                days=days,
            ),
            next=say("Decide: adopt, adapt, abandon or expand. A small decision is one, too."),
        )


@rule(
    "ACT102",
    Severity.advice,
    "Adopted although a prediction did not hold",
    of=Cycle,
    when=adopted,
    why="A change may be worth keeping all the same, but then its theory needs another look.",
    source=guide("ch. 7"),
)
def adopted_against(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The decision is *adopt* or *expand*, and Study says that what was hoped for did not happen.

    Of predictions of improvement, and that a balancing measure does not get worse. That one of no
    change, or of a turn for the worse, did not hold speaks for the change.
    """
    if cycle.study is None:
        return
    hoped = {each.id for each in record.predictions(cycle) if hopes(record, each)}
    failed = sum(
        each.outcome is Outcome.did_not_hold and each.prediction_id in hoped
        for each in cycle.study.results
    )
    if failed:
        yield Hit(
            field="act/decision",
            message=say_n(
                "The cycle “{title}” keeps the change although one of its predictions did not "
                "hold.",
                "The cycle “{title}” keeps the change although {n} of its predictions did not "
                "hold.",
                failed,
                title=cycle.title,
            ),
            next=say("Say what speaks for it all the same, or test an adapted idea."),
        )


@rule(
    "ACT103",
    Severity.advice,
    "Adopted from one classroom only",
    of=Cycle,
    when=adopts,
    why="What works in one room may rest on that room; test it under other conditions first.",
    source=guide("ch. 7 (test over a wide range of conditions)"),
)
def adopted_from_one(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The decision is *adopt*, and all data of the ramp up to it are of one classroom.

    To *expand* from one classroom is how a change gets into the next. The data of a test are the
    points that are recorded in it or, without any, those of its measures in its days; a unit between
    team and classroom is no classroom. Silent without data by classroom, where data of the test or
    of an earlier one of the same change idea are of the whole team, where an earlier one had another
    classroom, and where the inquiry has only one.
    """
    if len(record.classrooms) < 2:
        return
    places = record.places_in(cycle)
    if len(places) != 1 or not places <= record.classrooms:
        return
    if not record.places_before[cycle.id] <= places:
        return
    yield Hit(
        field="act/decision",
        message=say(
            "The cycle “{title}” adopts the change on data from one classroom.", title=cycle.title
        ),
        next=say("Test it in a classroom that differs."),
    )


@rule(
    "ACT104",
    Severity.advice,
    "Adapt without a next cycle",
    of=Cycle,
    when=adapts,
    why="An adapted idea is a new hypothesis; untested it is only a plan.",
    source=MCNICHOLAS,
)
def adapted_without_next(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The decision is *adapt*, and Act says neither what is next nor why nothing is.

    Silent where there is a next cycle: one that follows this one, the step after it in the ramp of
    its idea, or a later cycle on an idea that was adapted from its own.
    """
    if _ends_without_next(record, cycle):
        yield Hit(
            field="act/next_plan",
            message=say(
                "The cycle “{title}” decides to adapt, with no next cycle and no word about one.",
                title=cycle.title,
            ),
            next=say("Plan the next cycle, or say why there is none."),
        )


@rule(
    "ACT105",
    Severity.advice,
    "Adopted at a jump of more than five times",
    of=Cycle,
    when=adopted,
    why="The next test is best about five times as large: 1, 5, 25. What was seen at a much smaller "
    "size says little about the new conditions.",
    source=FIVE,
)
def adopted_at_a_jump(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The decision is *adopt* or *expand*, and the test is more than five times the one before it.

    Compared as in PLN109, which speaks of running cycles. Silent where sizes and scales cannot be
    compared and where the cycle before never came to Do.
    """
    before = record.before(cycle)
    if before is None or before.started_on is None:
        return
    if far := jump(before, cycle):
        yield Hit(
            field="act/decision",
            message=say(
                "The cycle “{title}” keeps the change after going {far} in one step.",
                title=cycle.title,
                far=far,
            ),
            next=say(
                "Say what you know about the conditions that were new, or test a step between."
            ),
        )


@rule(
    "ACT106",
    Severity.advice,
    "An idea unchanged through three or more cycles",
    of=Cycle,
    why="Cycles in which the idea, its size and its conditions stay as they were repeat one test; "
    "refining it is what the cycles are for.",
    source=LEIS,
)
def idea_unchanged(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The ramp ends in three or more tests of which no change is told; said about the last of them.

    Counted along the ramp: cycles that ended (completed, or stopped after they began), none of them
    decided *adapt* or *abandon*, each of the scale, size, objective and tasks of the one before
    (capitals and spaces aside), under no condition of the plan and in no classroom that was not
    there yet. A cycle whose plan says neither scale nor size begins a new row, because it may
    differ. A running cycle that differs ends the row, and standard work (scale *implement*) is not
    counted.
    """
    if cycle.status is _RUNNING:
        return
    count = record.unchanged.get(cycle.id, 0)
    if count >= 3:
        yield Hit(
            field="act/decision",
            message=say(
                "The cycle “{title}” is the last of {count} tests of one idea of which the "
                "record shows no change.",
                title=cycle.title,
                count=count,
            ),
            next=say(
                "Change the idea, its size or the conditions in the next test, or let it rest."
            ),
        )


@rule(
    "ACT107",
    Severity.note,
    "Adopted without saying where it holds",
    of=Cycle,
    when=adopts,
    why="Another team can use a change only if it knows under which conditions it was seen to work.",
    source=guide("ch. 7 (degree of belief and the conditions tested)"),
)
def no_conditions(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The decision is *adopt*, and Act says nothing about conditions."""
    if cycle.act is not None and not cycle.act.conditions.strip():
        yield Hit(
            field="act/conditions",
            message=say(
                "The cycle “{title}” adopts the change without saying where it holds.",
                title=cycle.title,
            ),
            next=say("Name the grades, rooms and lessons in which you saw it."),
        )


@rule(
    "ACT108",
    Severity.note,
    "Kept without a look at what it may harm",
    of=Cycle,
    when=adopted,
    why="A change can help what it is for and cost something else: time, another topic, another "
    "group of students.",
    source="A family of measures: IHI, Science of Improvement: Establishing Measures",
)
def no_balance(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The decision is *adopt* or *expand*, and no balancing measure has a figure by that day.

    Silent where the inquiry has no balancing measure: MEA104 says it.
    """
    if record.first_balance is None:
        return
    day, name = record.first_balance
    if day is None or day > (cycle.ended_on or record.on):
        yield Hit(
            field="act/decision",
            message=say(
                "The cycle “{title}” keeps the change before “{name}” had a figure.",
                title=cycle.title,
                name=name,
            ),
            next=say("Collect it at least once before the change goes further.")
            if day is None
            else say("Look at what it has shown since then."),
        )


@rule(
    "ACT109",
    Severity.note,
    "Abandoned although every prediction held",
    of=Cycle,
    when=abandons,
    why="There may be a good reason that the predictions did not ask about; the next reader will "
    "look for it.",
    source=guide("ch. 7"),
)
def abandoned_against(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The decision is *abandon*, and Study says of every prediction, at least one, that it held.

    Silent where one of them is that nothing changes or that something gets worse: that it held is a
    reason to let the change go.
    """
    results = cycle.study.results if cycle.study is not None else ()
    predictions = record.predictions(cycle)
    if (
        results
        and len(results) == len(predictions)
        and all(hopes(record, each) for each in predictions)
        and all(each.outcome is Outcome.held for each in results)
    ):
        yield Hit(
            field="act/decision",
            message=say(
                "The cycle “{title}” lets the change go although every prediction held.",
                title=cycle.title,
            ),
            next=say("Say what spoke against it; it may be a question for the next cycle."),
        )


@rule(
    "ACT110",
    Severity.advice,
    "Expand without a next cycle",
    of=Cycle,
    when=expands,
    why="To expand is to test the same change at a larger size; that test is a cycle of its own.",
    source=FIVE,
)
def expanded_without_next(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The decision is *expand*, and Act says neither what is next nor why nothing is.

    Silent where there is a next cycle, as in ACT104.
    """
    if _ends_without_next(record, cycle):
        yield Hit(
            field="act/next_plan",
            message=say(
                "The cycle “{title}” decides to expand, with no next cycle and no word about one.",
                title=cycle.title,
            ),
            next=say("Plan the larger test, or say why there is none."),
        )


def _came_to_stage(record: Record, cycle: Cycle) -> date | None:
    for made in reversed(cycle.moves):
        if made.from_stage is not made.to_stage:
            return made.on
    return record.last_activity(cycle)


def _ends_without_next(record: Record, cycle: Cycle) -> bool:
    act = cycle.act
    return (
        act is not None
        and not act.next_plan.strip()
        and not act.no_next_reason.strip()
        and not record.goes_on(cycle)
    )
