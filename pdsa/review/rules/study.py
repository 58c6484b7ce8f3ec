"""Rules about Study: predictions beside data, and what was learned.

They look at cycles in Study or Act; a cycle that was stopped early owes no Study.
"""

from collections.abc import Iterator

from pdsa.cycle import Cycle, Status
from pdsa.prediction import Outcome
from pdsa.review.finding import Hit, Severity
from pdsa.review.record import Record
from pdsa.review.registry import rule
from pdsa.review.rules.do import lacks_data
from pdsa.review.rules.words import MCNICHOLAS, foretells, guide, has_study, of_predictions
from pdsa.review.wording.intention import is_intended
from pdsa.words import mark, say

_RUNNING = Status.running


@rule(
    "STU101",
    Severity.advice,
    "A prediction was not compared with what happened",
    of=Cycle,
    when=foretells,
    why="Study is the comparison of predictions with data; the difference is what is learned.",
    source=MCNICHOLAS,
)
def not_compared(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """At least one prediction has no result in Study; *cannot tell* is one."""
    if cycle.study is None or not has_study(cycle):
        return
    predictions = record.predictions(cycle)
    if len(cycle.study.results) >= len(predictions):  # each result has a prediction of its own
        return
    lack = len(predictions) - len(cycle.study.results)
    yield Hit(
        field="study/results",
        message=say(
            "The cycle “{title}” does not compare {predictions} with what happened.",
            title=cycle.title,
            predictions=of_predictions(lack, len(predictions)),
        ),
        next=say("Say of each whether it held, did not hold, or cannot be told.")
        if cycle.status is _RUNNING
        else say(
            "Next time, say of each prediction whether it held, did not hold, or cannot be told."
        ),
    )


@rule(
    "STU102",
    Severity.advice,
    "Study is written as intention",
    of=Cycle,
    when=has_study,
    why="Study tells what was found; what the team will do belongs into Act or the next Plan. 85% of "
    "the published cycles that were fully documented told what was done.",
    source=MCNICHOLAS,
)
def intended_study(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """What Study says was learned and was surprising reads as a plan, in English or Spanish.

    The rules are those of ``pdsa.review.wording.intention``: one sentence about what was done, or a
    result in numbers, is enough for a report. Silent where they leave it open, where a result says
    of its prediction that it held or did not hold, and where a result has an observed number or its
    note tells what was done.
    """
    study = cycle.study
    if study is None:
        return
    for result in study.results:
        if result.observed is not None or result.outcome is not Outcome.cannot_tell:
            return
    if not is_intended(study.learned):
        return
    notes = (study.learned, study.surprises, *(result.note for result in study.results))
    if is_intended("\n".join(notes)):
        yield Hit(
            field="study/learned",
            message=say(
                "The cycle “{title}” tells in Study what will be done, not what was found.",
                title=cycle.title,
            ),
            next=say("Write down what the data showed, and move the plans to Act.")
            if cycle.status is _RUNNING
            else say("In the next Study, write down what the data showed."),
        )


@rule(
    "STU103",
    Severity.advice,
    "No data in the days of the test",
    of=Cycle,
    when=has_study,
    why="A prediction is compared with data of the days in which the change was tried; figures from "
    "before or after answer another question.",
    source=guide("ch. 5 (study: compare the data with the predictions)"),
)
def no_data_in_window(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """A measure that a prediction is about has no point of the test; or there is no point at all.

    A point is one of the test when it is recorded in the cycle or dated in its days; missing
    points are none. A prediction whose result gives the observed number has its data. Where no
    prediction is about a measure and the plan names none, any point of the test is enough. Silent
    where DOX102 says it.
    """
    predictions = record.predictions(cycle)
    if cycle.study is None or (cycle.plan.data and not predictions):
        return  # DOX102 asks for what is planned
    if lacks_data(record, cycle):
        return
    observed = {r.prediction_id for r in cycle.study.results if r.observed is not None}
    predicted = [
        measure_id
        for each in predictions
        if each.id not in observed
        for measure_id in each.measure_ids()
    ]
    lack = [each for each in predicted if not record.has_data(cycle, each)]
    if not lack and (
        predicted
        or observed
        or cycle.plan.data
        or any(record.has_data(cycle, each) for each in record.measures)
    ):
        return
    window = record.window(cycle)
    if lack and window is not None:
        said = mark(
            "The cycle “{title}” predicts {measure}, which has no data from the days of the test, "
            "{first} to {last}."
        )
    elif lack:
        said = mark(
            "The cycle “{title}” predicts {measure}, which has no data from the days of the test."
        )
    elif window is not None:
        said = mark(
            "The cycle “{title}” was studied, though no measure has data from the days of the "
            "test, {first} to {last}."
        )
    else:
        said = mark(
            "The cycle “{title}” was studied, though no measure has data from the days of the test."
        )
    first, last = window or (None, None)
    yield Hit(
        field="study/results",
        message=say(
            said,
            title=cycle.title,
            measure=record.called(lack[0]) if lack else "",
            first=first,
            last=last,
        ),
        next=say("Enter the figures of those days, if there are any.")
        if cycle.status is _RUNNING
        else say("Next time, collect at least one figure while the change is tried."),
    )


@rule(
    "STU105",
    Severity.advice,
    "Nothing is written as learned",
    of=Cycle,
    when=has_study,
    why="What was learned is what the next cycle and the next team build on; the decision alone does "
    "not tell.",
    source=guide("ch. 5 (study: summarise what was learned)"),
)
def nothing_learned(record: Record, cycle: Cycle) -> Iterator[Hit]:
    """Study does not say what was learned. Surprises and notes beside results are not looked at."""
    if cycle.study is not None and not cycle.study.learned.strip():
        yield Hit(
            field="study/learned",
            message=say("The cycle “{title}” does not say what was learned.", title=cycle.title),
            next=say("Write one sentence: what do you know now that you did not know before?")
            if cycle.status is _RUNNING
            else say(
                "In the next Study, write one sentence about what you know that you did not know."
            ),
        )
