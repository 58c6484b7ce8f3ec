"""Rules about Plan: predictions, the plan for data, the scale and the days of the test.

A cycle still in Plan is told what to add now, a later one what to do next time; about a cycle that
was stopped before Do these rules say nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from pdsa.calendar import SchoolCalendar
from pdsa.cycle import Cycle
from pdsa.prediction import ExpectText, before_do
from pdsa.review.finding import Hit, Severity
from pdsa.review.growth import jump
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.rules.words import (
    FIVE,
    KNUDSEN,
    MCNICHOLAS,
    foretells,
    guide,
    has_plan,
    is_ahead,
    is_open,
    is_planning,
    of_predictions,
)
from pdsa.scale import SCALES, Scale, advised_scale
from pdsa.words import mark, say, say_n, say_name

_STANDARD = Scale.implement
_REASONS = {
    # Translators: why a smaller test is advised: three of these are listed.
    "belief": {
        "low": mark("belief that it works is low"),
        "high": mark("belief that it works is high"),
    },
    "failure_cost": {"low": mark("a failure costs little"), "high": mark("a failure costs much")},
    "readiness": {
        "resistant": mark("those who would test it resist"),
        "indifferent": mark("those who would test it are indifferent"),
        "ready": mark("those who would test it are ready"),
    },
}


@rule(
    "PLN101",
    Severity.advice,
    "The plan has no prediction",
    of=Cycle,
    when=has_plan,
    why="A prediction made before the data is what turns an activity into a test; 12% of the "
    "published cycles that were fully documented had one.",
    source=MCNICHOLAS,
)
def no_prediction(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """No question of the plan has a prediction, of whatever kind."""
    if not record.predictions(cycle):
        yield Hit(
            field="plan/questions",
            message=say("The cycle “{title}” predicts nothing.", title=cycle.title),
            next=say("Write down what you expect to see, and how sure you are.")
            if is_ahead(cycle)
            else say("In the next cycle, write down what you expect before you start."),
        )


@rule(
    "PLN102",
    Severity.note,
    "A prediction without a reason",
    of=Cycle,
    when=foretells,
    why="The reason is the theory that the test is about; without it a wrong prediction teaches "
    "little.",
    source=guide("ch. 5 (prediction and theory)"),
)
def no_reason(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """At least one prediction of the plan has a blank reason; one finding for all of them."""
    predictions = record.predictions(cycle)
    lack = [each for each in predictions if not each.reason.strip()]
    if lack:
        yield Hit(
            field="plan/questions",
            message=say(
                "The cycle “{title}” gives no reason for {predictions}.",
                title=cycle.title,
                predictions=of_predictions(len(lack), len(predictions)),
            ),
            next=say("Say why you expect it.")
            if is_ahead(cycle)
            else say("In the next cycle, say why you expect what you predict."),
        )


@rule(
    "PLN103",
    Severity.advice,
    "The plan says nothing about data",
    of=Cycle,
    when=has_plan,
    why="What is not planned is not collected.",
    source=MCNICHOLAS,
)
def no_data_plan(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The plan names no measure that is collected in the cycle."""
    if not cycle.plan.data:
        yield Hit(
            field="plan/data",
            message=say(
                "The cycle “{title}” does not say which data it collects.", title=cycle.title
            ),
            next=say("Name the measure, who collects it and when.")
            if is_planning(cycle)
            else say("In the next plan, name the measure, who collects it and when."),
        )


@rule(
    "PLN104",
    Severity.advice,
    "The scale is larger than advised",
    of=Cycle,
    when=has_plan,
    why="While little is known, a small test costs little and teaches as much; a failure at large "
    "scale costs students' time and the team's belief.",
    source="after " + guide("table 7.1 (scale of a test)"),
)
def too_large(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The plan's scale is above the one that its belief, cost of failure and readiness advise.

    Silent unless the plan says all four.
    """
    plan = cycle.plan
    scale, belief, cost, ready = plan.scale, plan.belief, plan.failure_cost, plan.readiness
    if scale is None or belief is None or cost is None or ready is None:
        return
    advised = advised_scale(belief, cost, ready)
    if SCALES.index(scale) <= SCALES.index(advised):
        return
    reasons = [
        _REASONS["belief"][belief],
        _REASONS["failure_cost"][cost],
        _REASONS["readiness"][ready],
    ]
    first, second, third = map(say, reasons)
    yield Hit(
        field="plan/scale",
        message=say(
            "The cycle “{title}” tests at the scale “{scale}”; “{advised}” is advised where "
            "{first}, {second} and {third}.",
            title=cycle.title,
            scale=say_name(scale),
            advised=say_name(advised),
            first=first,
            second=second,
            third=third,
        ),
        next=say("Begin with a test at the scale “{advised}”.", advised=say_name(advised))
        if is_planning(cycle)
        else say("Begin smaller next time, or say again how sure you are by now."),
    )


@rule(
    "PLN105",
    Severity.advice,
    "The plan has no objective and no question",
    of=Cycle,
    when=has_plan,
    why="Whoever does not ask anything cannot be answered; the objective says what the team wants to "
    "learn in this cycle.",
    source=guide("ch. 5 (planning a test: objective, questions, predictions)"),
)
def no_objective(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The plan's objective is blank and it has no question; either of the two is enough."""
    plan = cycle.plan
    if not plan.questions and not plan.objective.strip():
        yield Hit(
            field="plan/objective",
            message=say(
                "The cycle “{title}” does not say what it wants to find out.", title=cycle.title
            ),
            next=say("Write down one question that this cycle should answer.")
            if is_planning(cycle)
            else say("Begin the next plan with one question."),
        )


@rule(
    "PLN106",
    Severity.note,
    "A prediction without a confidence",
    of=Cycle,
    when=foretells,
    why="How sure a team was, set beside how it came out, shows over time how well it knows its own "
    "system.",
    source="Brier 1950, Mon Weather Rev 78:1 (a forecast is judged with its probability)",
)
def no_confidence(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """At least one prediction of a direction, value, range or category has no confidence.

    A confidence that was added by an amendment counts; predictions in words alone are left out.
    """
    typed = [p for p in record.predictions(cycle) if not isinstance(p.expectation, ExpectText)]
    lack = [
        p
        for p in typed
        if p.confidence is None and all(each.confidence is None for each in p.amendments)
    ]
    if lack:
        yield Hit(
            field="plan/questions",
            message=say(
                "The cycle “{title}” does not say how sure the team is of {predictions}.",
                title=cycle.title,
                predictions=of_predictions(len(lack), len(typed)),
            ),
            next=say("Add how sure you are, from 0 to 100%.")
            if is_planning(cycle)
            else say("In the next cycle, add how sure you are, from 0 to 100%."),
        )


@rule(
    "PLN107",
    Severity.note,
    "Every prediction is only in words",
    of=Cycle,
    when=foretells,
    why="A prediction on the measure that is collected anyway can be compared with the data, and "
    "everybody comes to the same answer.",
    source=guide("ch. 5 (predictions and data)"),
)
def only_words(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """All predictions are free text, although the plan collects a measure or data are recorded.

    Silent without a prediction (PLN101 says it) and without a measure.
    """
    predictions = record.predictions(cycle)
    if all(isinstance(p.expectation, ExpectText) for p in predictions):
        collected = [each for each in record.collected(cycle) if each in record.measures]
        if collected:
            name = record.measures[collected[0]].name
            then = mark(
                "Next time, say also what “{measure}” will come to: a direction, a value or a range."
            )
            if is_ahead(cycle):
                then = mark(
                    "Say also what “{measure}” will come to: a direction, a value or a range."
                )
            yield Hit(
                field="plan/questions",
                message=say(
                    "The cycle “{title}” predicts in words alone, although it collects “{measure}”.",
                    title=cycle.title,
                    measure=name,
                ),
                next=say(then, measure=name),
            )


@rule(
    "PLN108",
    Severity.advice,
    "The planned days do not fit the school year",
    of=Cycle,
    when=is_open,
    why="A test needs lessons; what runs into a break or past the last day of school is not "
    "finished.",
    source="School time: the team's own calendar",
)
def no_school(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """No day of the planned window is taught, or it ends after the last day of school.

    Looks at running cycles in Plan or Do. The window runs from the plan's first to its last day;
    without a first day, from the start of Do or the day of the plan. Silent without a calendar,
    without a last day, and where the window begins outside the calendar's school year: that is the
    calendar of another year.
    """
    calendar, plan = record.inquiry.calendar, cycle.plan
    last = plan.last_day
    first = plan.first_day or cycle.started_on or cycle.planned_on
    if calendar is None or last is None or first is None:
        return
    if not calendar.first_day <= first <= calendar.last_day:
        return
    if last > calendar.last_day:
        yield Hit(
            field="plan/last_day",
            message=say(
                "The cycle “{title}” is planned until {day}, after the last day of school, {last}.",
                title=cycle.title,
                day=last,
                last=calendar.last_day,
            ),
            next=say("Plan the test to end before, or in the next school year."),
        )
    elif plan.first_day is not None and not _taught(calendar, first, last):
        yield Hit(
            field="plan/first_day",
            message=say(
                "The cycle “{title}” is planned for {first} to {last}, when no day is taught.",
                title=cycle.title,
                first=first,
                last=last,
            ),
            next=say("Choose days with lessons."),
        )


@rule(
    "PLN109",
    Severity.advice,
    "The plan jumps more than five times",
    of=Cycle,
    when=is_open,
    why="The next test is best about five times as large: 1, 5, 25. A larger jump meets many new "
    "conditions at once, and a failure does not tell which of them it was.",
    source=FIVE,
)
def plan_jumps(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """A running cycle in Plan or Do is more than five times as large as the one before it.

    The one before is the cycle that it follows, else the latest before it on its change
    idea. Where both plans say a size of the same thing ("classrooms"), sizes are compared, and
    exactly five times is no jump; else the scales, and more than one step of *very small, small,
    large, implement* is one. Silent where neither can be compared and where the cycle before never
    came to Do. After the decision ACT105 says it.
    """
    before = record.before(cycle)
    if before is None or before.started_on is None:
        return
    if far := jump(before, cycle):
        yield Hit(
            field="plan/size" if cycle.plan.size else "plan/scale",
            message=say("The cycle “{title}” goes {far} in one step.", title=cycle.title, far=far),
            next=say("Plan a step between, of about five times the last test.")
            if is_planning(cycle)
            else say("Watch closely what is new at this size, and be ready to step back."),
        )


@rule(
    "PLN110",
    Severity.advice,
    "The first test is standard work",
    of=Cycle,
    when=has_plan,
    why="A change that is tested on less than the whole before it becomes everybody's work can still "
    "be changed cheaply.",
    source=KNUDSEN + " (small-scale testing)",
)
def whole_at_once(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """The scale is *implement*, and no cycle on the change idea began before this one.

    Silent where the idea was adapted from one that was tested, where belief, cost of failure and
    readiness advise *implement* (table 7.1 of the Improvement Guide), and where they are all said and
    advise less: then PLN104 says it.
    """
    plan = cycle.plan
    if plan.scale is not _STANDARD:
        return
    if plan.belief is not None and plan.failure_cost is not None and plan.readiness is not None:
        return
    if cycle.id not in record.tested_before:
        yield Hit(
            field="plan/scale",
            message=say(
                "The cycle “{title}” makes the change standard work without a smaller test before.",
                title=cycle.title,
            ),
            next=say("Try it in one lesson or one classroom first.")
            if is_planning(cycle)
            else say("Look at it as a first large test, and study it as one."),
        )


@rule(
    "PLN111",
    Severity.note,
    "A prediction was written after Do had begun",
    of=Cycle,
    when=foretells,
    why="Whoever has begun to see what happens describes it; calibration and fidelity leave such a "
    "prediction out.",
    source=guide("ch. 5 (predictions are made before the test)"),
)
def made_late(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """At least one prediction was made or locked after the first day of Do (``pdsa.prediction.before_do``).

    So are those that a team adds after a step back to Plan. Silent before Do and where neither day
    is known; of a plan that was written later than Do began (DOX101 says it) only what is later than
    the plan is meant.
    """
    began = cycle.started_on
    if began is None:
        return
    predictions = record.predictions(cycle)
    late = sum(not before_do(each, max(began, cycle.planned_on or began)) for each in predictions)
    if late:
        many = len(predictions)
        if late == many:
            said = say_n(
                "The cycle “{title}” wrote or locked its prediction after Do had begun on {day}.",
                "The cycle “{title}” wrote or locked its predictions after Do had begun on {day}.",
                many,
                title=cycle.title,
                day=began,
            )
        else:
            said = say(
                "The cycle “{title}” wrote or locked {n} of its predictions after Do had begun on "
                "{day}.",
                title=cycle.title,
                n=late,
                day=began,
            )
        yield Hit(
            field="plan/questions",
            message=said,
            next=say(
                "Keep it: it tells what you thought by then. In the next cycle, predict before "
                "you start."
            ),
        )


def _taught(calendar: SchoolCalendar, first: date, last: date) -> bool:
    days = (last - first).days + 1
    return any(calendar.is_instructional(first + timedelta(days=n)) for n in range(days))
