"""How far an aim has got: the ten steps and what they rest on."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import pdsa
from pdsa import Audience, Direction, Inquiry, loads
from pdsa.level import STEPS
from pdsa.reference import sacramento
from pdsa.review import Record, progress
from tests.builders import (
    FRAME_USE,
    STARTED,
    a_level,
    a_measure,
    a_problem,
    a_silence,
    a_theory,
    an_aim,
    an_idea,
    in_do,
)
from tests.domain.ladder import (
    ADOPTED,
    CHARTER,
    DISCOURSE,
    FIFTH,
    FIRST,
    HALF,
    LADDER,
    MORE,
    NEXT,
    ORGANISED,
    STANDARD,
    SUCCESS,
    TARGET,
    TODAY,
    VALUES,
    WEEK,
    discourse,
    figures,
    records,
    shown,
    some_cycle,
    the_work,
)


@pytest.mark.parametrize("level", STEPS)
def test_a_record_stands_on_the_highest_step_that_it_shows_with_all_below(level: float) -> None:
    found = shown(LADDER[level])

    assert found.level == level
    assert [step.level for step in found.steps] == list(STEPS)
    assert [step.met for step in found.steps] == [step <= level for step in STEPS]
    for step in found.steps:
        assert step.evidence
        assert all(each.says and each.met is not bool(each.next) for each in step.evidence)


SHORT: dict[str, tuple[Inquiry, float]] = {
    "no deadline": (replace(CHARTER, aim=an_aim(deadline=None)), 0.5),
    "no target": (replace(CHARTER, aim=an_aim(target=None, milestones=())), 0.5),
    "nobody is named": (
        replace(CHARTER, measures=(discourse(definition="", frequency=""),)),
        0.5,
    ),
    "no driver": (replace(ORGANISED, theory=(a_theory(drivers=(), links=()),)), 1.0),
    "how often is not said": (
        replace(ORGANISED, measures=(discourse(collected_by="each teacher", frequency=" "),)),
        1.0,
    ),
    "a problem without evidence": (replace(ORGANISED, problem=a_problem(evidence=())), 1.5),
    "a Do without a word": (the_work((20, 22, 19), in_do()), 2.0),
    "two figures": (the_work((20, 22), FIRST), 2.0),
    "a missing figure is none": (the_work((20, None, 22), FIRST), 2.0),
    "no test succeeded": (the_work((FIFTH, 27, 28), FIRST), 2.5),
    "the last figure alone is beyond": (the_work((20, 22, 19, 21, 60), SUCCESS), 2.5),
    "two in a row": (the_work((60, 60, 19, 60, 60), SUCCESS), 2.5),
    "no cycle after the first success": (the_work([40] * 6, SUCCESS), 3.0),
    "just short of a half": (the_work((HALF, HALF - 0.1, 40), SUCCESS, NEXT, ADOPTED), 3.5),
    "nothing was kept": (the_work((40, 40, 40), SUCCESS, NEXT), 3.5),
    "five in a row": (the_work((40, 40, 40, 40, 40, 20), SUCCESS, NEXT, ADOPTED), 4.0),
    "adopted after a small test": (the_work([55] * 6, SUCCESS, NEXT, ADOPTED), 4.5),
    "short of the target once": (the_work([55, 55, 55, 50, 55, 55, 55], SUCCESS, STANDARD), 4.5),
}


@pytest.mark.parametrize("case", SHORT)
def test_a_step_is_not_met_while_a_part_of_it_is_missing(case: str) -> None:
    inquiry, level = SHORT[case]

    assert shown(inquiry).level == level


def test_a_missing_week_does_not_break_a_row() -> None:
    inquiry = the_work((HALF, 36, None, 40, 41, 40, 45), SUCCESS, NEXT, ADOPTED)

    assert shown(inquiry).level == 4.5


def test_the_sacramento_record_learns_about_its_problem_and_measures_no_aim() -> None:
    found = shown(loads(sacramento()), on=date(2018, 3, 16))

    assert found.level == 2.0
    assert found.notes == (
        "How far the aim has got is not known: no measure of the record measures what the aim "
        "names.",
    )


def test_a_process_measure_never_shows_an_aim_as_reached() -> None:
    inquiry = the_work((), SUCCESS, NEXT, ADOPTED, STANDARD, aim=an_aim(measured_by=FRAME_USE))
    inquiry = replace(inquiry, points=figures([100] * 12, of=FRAME_USE))

    found = shown(inquiry)

    assert found.level == 2.0
    assert "“Sentence-frame use” is a process measure" in found.notes[0]


def test_a_step_that_is_met_over_one_that_is_not_is_said_and_does_not_count() -> None:
    inquiry = the_work((FIFTH, 27, 28), SUCCESS, aim=an_aim(measured_by=DISCOURSE, deadline=None))

    found = shown(inquiry)

    assert found.level == 0.5
    assert found.notes == (
        "The record shows step 3.0 as well; the level is 0.5 until step 1.0 is met, because each "
        "step stands on those below it.",
    )


def test_what_was_shown_stays_shown_and_what_has_fallen_back_is_said() -> None:
    inquiry = the_work((TARGET, 52, 55, 51, 54, 60, 30, 29, 28), SUCCESS, NEXT, STANDARD)

    found = shown(inquiry)

    assert found.level == 5.0
    assert found.notes == (
        "Figures have since fallen back: from 2 March 2018 to 16 March 2018, the last 3 lie short "
        "of 51%. The level says what was shown and is not lowered; ask what has changed.",
    )


def test_one_low_figure_at_the_end_is_no_falling_back() -> None:
    inquiry = the_work((TARGET, 52, 55, 51, 54, 60, 30), SUCCESS, NEXT, STANDARD)

    assert shown(inquiry).notes == ()


def test_figures_from_before_the_first_test_and_from_its_first_day_are_no_progress() -> None:
    early = figures([45] * 6, start=STARTED - 6 * WEEK)  # the last one on the first day

    found = shown(the_work((), SUCCESS, points=early))

    assert early[-1].on == STARTED
    assert found.level == 2.5


def test_figures_after_the_day_of_the_review_do_not_count_yet() -> None:
    inquiry = the_work((FIFTH, 27, 28), SUCCESS)

    assert shown(inquiry, on=STARTED + 2 * WEEK).level == 2.0
    assert shown(inquiry, on=STARTED + 3 * WEEK).level == 3.0


def test_without_a_stated_baseline_the_median_of_three_figures_is_it() -> None:
    aim = an_aim(measured_by=DISCOURSE, baseline=None)
    begun = (10, 20, 50)  # a fifth of the way from 20 to 51 is 26.2

    assert shown(the_work((*begun, 27, 27), SUCCESS, aim=aim)).level == 2.5
    assert shown(the_work((*begun, 26, 27, 27), SUCCESS, aim=aim)).level == 2.5
    assert shown(the_work((*begun, 27, 27, 27), SUCCESS, aim=aim)).level == 3.0


def test_an_aim_may_go_down() -> None:
    down = {"direction": Direction.decrease}
    inquiry = the_work(
        (42, 41, 40),
        SUCCESS,
        aim=an_aim(measured_by=DISCOURSE, baseline=50, target=10, milestones=(), **down),
        measures=(a_measure(collected_by="each teacher"), discourse(**down)),
    )

    assert shown(inquiry).level == 3.0
    assert shown(replace(inquiry, points=figures((43, 58, 59)))).level == 2.5


def test_a_measure_in_another_unit_has_its_own_target_and_baseline() -> None:
    level = discourse(unit=pdsa.MeasureUnit.rubric_level, target=4, lowest=1, highest=4)
    measures = (a_measure(collected_by="each teacher"), level)

    found = shown(the_work((1, 2, 2, 2.4, 2.4, 2.4), SUCCESS, measures=measures))
    without = the_work((1, 2, 2), SUCCESS, measures=(measures[0], replace(level, target=None)))

    assert found.level == 3.0
    assert shown(without).level == 2.0
    assert "has no target, and the aim none that fits it" in shown(without).notes[0]


def test_a_target_that_the_baseline_meets_already_measures_no_way() -> None:
    inquiry = the_work([60] * 8, SUCCESS, aim=an_aim(measured_by=DISCOURSE, baseline=55))

    found = shown(inquiry)

    assert found.level == 2.0
    assert "the target, 51%, is no improvement on the baseline, 55%" in found.notes[0]


def test_a_first_success_needs_no_moves_to_be_dated() -> None:
    imported = replace(SUCCESS, moves=())

    assert shown(the_work((MORE, 32, 31), imported, NEXT)).level == 3.5


def test_who_is_not_of_the_team_is_told_that_figures_may_be_withheld() -> None:
    record = Record(LADDER[3.0], TODAY)

    own, *others = (progress(record, audience=each).notes for each in Audience)

    assert own == ()
    assert all("some may be withheld" in note for (note,) in others)


# -- evidence that is added --------------------------------------------------------------------


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
    after = replace(
        before,
        aim=aim,
        problem=problem,
        theory=(*before.theory, version) if draw(st.booleans()) else before.theory,
        change_ideas=(*before.change_ideas, an_idea("idea-new")),
        measures=(*before.measures, new),
        points=(*before.points, *(point for point in later if point.measure_id in of)),
        cycles=(*cycles, *before.cycles) if draw(st.booleans()) else (*before.cycles, *cycles),
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

    other = replace(inquiry, points=shuffled(inquiry.points), cycles=shuffled(inquiry.cycles))

    assert shown(other).level == shown(inquiry).level
