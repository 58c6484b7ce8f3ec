"""Records that reach each step of the progress scale, and records at random."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

import pdsa
from pdsa import Decision, Inquiry, MeasureKind, Outcome, Scale
from pdsa.review import Progress, Record, progress
from tests.builders import (
    AIM,
    FRAME_USE,
    STARTED,
    TEAM,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    a_prediction,
    a_problem,
    a_study,
    a_team,
    a_theory,
    an_act,
    an_aim,
    an_inquiry,
    completed,
    in_do,
    in_study,
)

DISCOURSE = pdsa.MeasureId("measure-discourse")
TODAY = date(2018, 6, 15)
WEEK = timedelta(weeks=1)
#: A fifth, 35 percent, a half and the whole of the way from 20 to 51 percent.
FIFTH, MORE, HALF, TARGET = 26.2, 30.85, 35.5, 51.0


def figures(
    values: Iterable[float | None], *, start: date = STARTED, of: str = DISCOURSE
) -> tuple[pdsa.DataPoint, ...]:
    """One figure a week, the first in the week after ``start``."""
    return tuple(
        a_point(f"{of}-{start + n * WEEK}", start + n * WEEK, measure_id=of, value=value)
        for n, value in enumerate(values, start=1)
    )


def discourse(**changes: Any) -> pdsa.Measure:
    return a_measure(id=DISCOURSE, kind=MeasureKind.outcome, name="Discourse", **changes)


def a_test(
    id: str = "cycle-1",
    *,
    on: date = STARTED,
    outcome: Outcome = Outcome.did_not_hold,
    decision: Decision = Decision.adapt,
    scale: Scale = Scale.small,
    plan: pdsa.Plan | None = None,
) -> pdsa.Cycle:
    """A cycle that ran for four weeks, with one outcome for every prediction."""
    plan = plan or a_plan(scale=scale)
    results = tuple(
        pdsa.PredictionResult(prediction_id=each.id, outcome=outcome) for each in plan.predictions()
    )
    doing = a_cycle(id, plan=plan, planned_on=on).start_do(on=on)
    done = doing.record_do(pdsa.Do(what_happened="Tickets in both rooms."))
    studied = done.record_study(a_study(results=results), on=on + 4 * WEEK)
    return studied.record_act(an_act(decision=decision), on=on + 4 * WEEK)


def the_work(values: Iterable[float | None] = (), *cycles: pdsa.Cycle, **changes: Any) -> Inquiry:
    """An inquiry whose aim, 51 percent from 20, is measured, with figures and cycles."""
    inquiry = an_inquiry(
        aim=an_aim(measured_by=DISCOURSE),
        measures=(a_measure(collected_by="each teacher"), discourse()),
        points=figures(values),
        cycles=cycles,
        problem=None,
        phases=(),
    )
    return replace(inquiry, **changes)


def shown(inquiry: Inquiry, *, on: date = TODAY) -> Progress:
    return progress(Record(inquiry, on))


FIRST = a_test()
SUCCESS = a_test(outcome=Outcome.held)
NEXT = a_test("cycle-2", on=STARTED + 5 * WEEK)
ADOPTED = a_test("cycle-3", on=STARTED + 10 * WEEK, decision=Decision.adopt)
STANDARD = a_test("cycle-4", on=STARTED + 15 * WEEK, decision=Decision.adopt, scale=Scale.implement)
BARE = Inquiry(team=a_team(), aim=pdsa.Aim(AIM, TEAM, "Academic discourse"))
CHARTER = replace(
    BARE,
    aim=an_aim(baseline=None, measured_by=DISCOURSE),
    measures=(discourse(collected_by="each teacher", definition="", frequency=""),),
)
ORGANISED = replace(
    CHARTER, theory=(a_theory(),), measures=(discourse(collected_by="each teacher"),)
)
#: A record that reaches each step and no further.
LADDER = {
    0.5: BARE,
    1.0: CHARTER,
    1.5: ORGANISED,
    2.0: replace(ORGANISED, problem=a_problem()),
    2.5: the_work((20, 22, 19), FIRST),
    3.0: the_work((FIFTH, 27, 28), SUCCESS),
    3.5: the_work((MORE, 32, 31), SUCCESS, NEXT),
    4.0: the_work((HALF, 36, 40), SUCCESS, NEXT, ADOPTED),
    4.5: the_work((HALF, 36, 40, 41, 40, 45), SUCCESS, NEXT, ADOPTED),
    5.0: the_work((TARGET, 52, 55, 51, 54, 60), SUCCESS, NEXT, ADOPTED, STANDARD),
}


#: What a plan says of the data of the aim's measure, and by whom they are collected.
DATA = st.lists(
    st.builds(
        pdsa.DataCollection,
        measure_id=st.just(DISCOURSE),
        who=st.sampled_from(["", "both teachers"]),
        when=st.sampled_from(["", "Fridays"]),
        how=st.sampled_from([" ", "a tally"]),
    ),
    max_size=2,
).map(tuple)
EXPECTED = st.builds(
    pdsa.ExpectDirection, measure_id=st.just(FRAME_USE), change=st.sampled_from(pdsa.Change)
)
VALUES = st.lists(st.none() | st.sampled_from([5, 20, FIFTH, MORE, HALF, TARGET, 90]), max_size=14)


@st.composite
def some_plan(draw: st.DrawFn) -> pdsa.Plan:
    predictions = tuple(
        a_prediction(f"prediction-{n}", expectation=each)
        for n, each in enumerate(draw(st.lists(EXPECTED, max_size=2)))
    )
    question = pdsa.Question(
        id=pdsa.QuestionId("question"), text="What happens?", predictions=predictions
    )
    scale = draw(st.sampled_from(Scale))
    return a_plan(questions=(question,), data=draw(DATA), scale=scale)


@st.composite
def with_a_result(draw: st.DrawFn, cycle: pdsa.Cycle) -> pdsa.Cycle:
    """The cycle, it may be with a result for each prediction that had none."""
    if cycle.study is None:
        return cycle
    settled = {
        each.prediction_id
        for each in cycle.study.results
        if each.outcome is not Outcome.cannot_tell
    }
    fresh = tuple(
        pdsa.PredictionResult(prediction_id=each.id, outcome=draw(st.sampled_from(Outcome)))
        for each in cycle.plan.predictions()
        if each.id not in settled
    )
    kept = tuple(each for each in cycle.study.results if each.prediction_id in settled)
    return replace(cycle, study=replace(cycle.study, results=(*kept, *fresh)))


@st.composite
def some_cycle(draw: st.DrawFn, id: str) -> pdsa.Cycle:
    on = STARTED + draw(st.integers(-8, 8)) * WEEK
    if draw(st.booleans()):
        some = draw(st.sampled_from([a_cycle(), in_do(), in_study(), completed()]))
        return replace(some, id=id)
    cycle = a_test(
        id,
        on=on,
        outcome=draw(st.sampled_from(Outcome)),
        decision=draw(st.sampled_from(Decision)),
        plan=draw(some_plan()),
    )
    return replace(cycle, moves=()) if draw(st.booleans()) else cycle


@st.composite
def records(draw: st.DrawFn) -> Inquiry:
    """Records of every kind, from a bare aim to all that can be written down."""
    inquiry = draw(st.sampled_from(list(LADDER.values())))
    if draw(st.booleans()):
        cycles = [draw(some_cycle(f"own-{n}")) for n in range(draw(st.integers(0, 4)))]
        inquiry = the_work(draw(VALUES), *cycles)
        baseline = draw(st.none() | st.just(20.0))
        inquiry = replace(inquiry, aim=replace(inquiry.aim, baseline=baseline))
        if draw(st.booleans()):
            bare = tuple(replace(m, definition="", frequency="") for m in inquiry.measures)
            inquiry = replace(inquiry, measures=bare)
    return inquiry
