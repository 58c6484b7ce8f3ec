"""Laws of how far an aim has got, over records at random."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import pdsa
from pdsa import Decision, Inquiry, Move, Outcome, Stage
from pdsa.level import STEPS
from pdsa.stages import STAGES
from tests.builders import (
    STARTED,
    a_level,
    a_measure,
    a_problem,
    a_silence,
    a_study,
    a_theory,
    an_act,
    an_idea,
)
from tests.domain.ladder import (
    DISCOURSE,
    FIRST,
    MORE,
    NEXT,
    VALUES,
    WEEK,
    figures,
    records,
    shown,
    some_cycle,
    the_work,
    with_a_result,
)


@st.composite
def with_more(draw: st.DrawFn) -> tuple[Inquiry, Inquiry]:
    """A record, and the same with more of everything that can be written down."""
    before = draw(records())
    last = max((point.on for point in before.points), default=STARTED)
    later = figures(draw(VALUES), start=last)
    new = a_measure(id="new", target=draw(st.none() | st.just(90.0)))
    of = {each.id for each in before.measures} & {DISCOURSE}
    aim = replace(before.aim, equity="English learners first.", statement="In our words.")
    if draw(st.booleans()) and before.aim.milestones:
        milestones = (*aim.milestones, pdsa.Milestone(on=date(2018, 3, 1), value=40))
        aim = replace(aim, milestones=milestones)
    drivers = (*a_theory().drivers, pdsa.Driver(id=pdsa.DriverId("driver-new"), text="Time"))
    redrawn = draw(st.sampled_from([a_theory(drivers=drivers), a_theory(drivers=(), links=())]))
    version = replace(redrawn, on=date(2018, 5, 1), version=len(before.theory) + 1)
    problem = before.problem or (a_problem() if draw(st.booleans()) else None)
    if problem:
        looked = pdsa.Evidence(source=pdsa.EvidenceSource.survey, summary="12 of 20 say so.")
        problem = replace(problem, evidence=(*problem.evidence, looked))
    cycles = [draw(some_cycle(f"new-{n}")) for n in range(draw(st.integers(0, 3)))]
    settled = tuple(draw(with_a_result(cycle)) for cycle in before.cycles)
    cycles = [*cycles, *settled] if draw(st.booleans()) else [*settled, *cycles]
    after = replace(
        before,
        aim=aim,
        problem=problem,
        theory=(*before.theory, version) if draw(st.booleans()) else before.theory,
        change_ideas=(*before.change_ideas, an_idea("idea-new")),
        measures=(*before.measures, new),
        points=(*before.points, *(point for point in later if point.measure_id in of)),
        cycles=tuple(cycles),
        levels=(a_level(level=draw(st.sampled_from(STEPS))),),
        silences=(a_silence(),),
    )
    return before, after


@given(with_more())
def test_evidence_that_is_added_never_lowers_a_level(pair: tuple[Inquiry, Inquiry]) -> None:
    before, after = (shown(inquiry) for inquiry in pair)

    assert after.level >= before.level
    for one, other in zip(before.steps, after.steps, strict=True):
        met = [each.met for each in other.evidence]
        assert all(met[n] for n, each in enumerate(one.evidence) if each.met), one.level


@given(records(), st.integers(0, 200))
def test_a_level_never_falls_from_one_day_to_the_next(inquiry: Inquiry, days: int) -> None:
    day = STARTED + timedelta(days=days)

    assert shown(inquiry, on=day).level <= shown(inquiry, on=day + WEEK).level


@st.composite
def some_study(draw: st.DrawFn, cycle: pdsa.Cycle) -> pdsa.Study:
    outcomes = st.sampled_from(Outcome)
    return a_study(
        results=tuple(
            pdsa.PredictionResult(prediction_id=each.id, outcome=draw(outcomes))
            for each in cycle.plan.predictions()
        )
    )


@st.composite
def gone_on(draw: st.DrawFn, cycle: pdsa.Cycle, after: date) -> pdsa.Cycle:
    """The cycle with moves that are dated after a day: steps back, other results, decisions."""
    on = max(
        [after, *(each.on for each in cycle.moves), cycle.ended_on or cycle.started_on or after]
    )
    for _ in range(draw(st.integers(1, 5))):
        on += timedelta(days=draw(st.integers(1, 30)))
        legal, earlier = cycle.legal(), STAGES[: STAGES.index(cycle.stage)]
        if Move.start_do in legal:
            cycle = cycle.start_do(on=on)
        elif cycle.stage is Stage.do and Move.study in legal:
            cycle = cycle.record_study(draw(some_study(cycle)), on=on)
        elif Move.act in legal and draw(st.booleans()):
            cycle = cycle.record_act(an_act(decision=draw(st.sampled_from(Decision))), on=on)
        elif Move.step_back in legal:
            back = draw(st.sampled_from(earlier))
            cycle = cycle.step_back(to=back, on=on, reason="Something else.")
            if back is Stage.study:
                cycle = cycle.record_study(draw(some_study(cycle)), on=on)
    return cycle


@st.composite
def worked_on(draw: st.DrawFn) -> tuple[Inquiry, Inquiry, date]:
    """A record, and the same with moves of its cycles that are dated after a day."""
    day = STARTED + timedelta(days=draw(st.integers(0, 200)))
    before = draw(st.just(the_work([MORE] * 8, FIRST, NEXT)) | records())
    cycles = tuple(draw(gone_on(cycle, day)) for cycle in before.cycles)
    return before, replace(before, cycles=cycles), day


@given(worked_on())
def test_moves_that_are_dated_later_show_nothing_more_on_an_earlier_day(
    found: tuple[Inquiry, Inquiry, date],
) -> None:
    before, after, day = found

    steps = zip(shown(before, on=day).steps, shown(after, on=day).steps, strict=True)

    assert [one.level for one, other in steps if other.met and not one.met] == []


@given(worked_on(), st.integers(0, 300))
def test_after_steps_back_too_a_level_never_falls_from_one_day_to_the_next(
    found: tuple[Inquiry, Inquiry, date], days: int
) -> None:
    _, inquiry, _ = found
    day = STARTED + timedelta(days=days)

    assert shown(inquiry, on=day).level <= shown(inquiry, on=day + WEEK).level


@given(some_cycle("one"), some_cycle("other"), st.floats(0, 100))
def test_no_step_rests_on_the_last_figure_alone(
    one: pdsa.Cycle, other: pdsa.Cycle, value: float
) -> None:
    before = the_work([20, 20, 20, 20], one, other)
    after = the_work([20, 20, 20, 20, value], one, other)

    assert shown(after).level == shown(before).level


@given(records(), st.randoms())
def test_the_order_of_a_record_makes_no_difference(inquiry: Inquiry, random: Any) -> None:
    def shuffled(elements: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(elements, len(elements)))

    other = replace(
        inquiry,
        points=shuffled(inquiry.points),
        cycles=shuffled(inquiry.cycles),
        measures=shuffled(inquiry.measures),
    )

    assert shown(other) == shown(inquiry)
