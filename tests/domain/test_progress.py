"""How far an aim has got: the ten steps and what they rest on."""

from datetime import date

import pytest
from msgspec.structs import replace

import pdsa
from pdsa import Audience, Change, Direction, Inquiry, Outcome, Scale, loads
from pdsa.level import STEPS
from pdsa.reference import sacramento
from pdsa.review import Record, progress
from tests.builders import (
    FRAME_USE,
    STARTED,
    a_cycle,
    a_measure,
    a_plan,
    a_prediction,
    a_problem,
    a_study,
    a_theory,
    an_aim,
    in_do,
    words,
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
    WEEK,
    a_test,
    discourse,
    figures,
    shown,
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
    assert shown(inquiry, on=STARTED + 3 * WEEK).level == 2.5  # the test is not studied yet
    assert shown(inquiry, on=STARTED + 4 * WEEK).level == 3.0


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


def test_the_target_of_a_measure_in_another_unit_is_not_the_aims() -> None:
    counted = discourse(unit=pdsa.MeasureUnit.count_, target=10)
    measures = (a_measure(collected_by="each teacher"), counted)

    found = shown(the_work([12] * 12, SUCCESS, NEXT, ADOPTED, STANDARD, measures=measures))

    assert found.level == 2.0
    assert (
        "the unit of the aim is percentage, that of its measure “Discourse” count"
        in (found.notes[-1])
    )


def test_a_measure_that_should_move_the_other_way_tells_no_way() -> None:
    falls = discourse(direction=Direction.decrease, target=10)
    measures = (a_measure(collected_by="each teacher"), falls)

    found = shown(the_work([5] * 12, SUCCESS, measures=measures))

    assert found.level == 2.0
    assert "the direction of the aim is increase" in found.notes[-1]


def test_where_the_aim_has_no_target_its_measures_own_marks_the_way() -> None:
    level = discourse(unit=pdsa.MeasureUnit.rubric_level, target=4, lowest=1, highest=4)
    measures = (a_measure(collected_by="each teacher"), level)
    aim = an_aim(measured_by=DISCOURSE, target=None, milestones=())

    found = shown(the_work((1, 2, 2, 2.4, 2.4, 2.4), SUCCESS, aim=aim, measures=measures))
    without = shown(
        the_work((1, 2, 2), aim=aim, measures=(measures[0], replace(level, target=None)))
    )

    assert [step.level for step in found.steps if step.met][-1] == 3.0
    assert "has no target, and the aim none that fits it" in without.notes[-1]


def test_a_target_that_the_baseline_meets_already_measures_no_way() -> None:
    inquiry = the_work([60] * 8, SUCCESS, aim=an_aim(measured_by=DISCOURSE, baseline=55))

    found = shown(inquiry)

    assert found.level == 2.0
    assert "the target, 51%, is no improvement on the baseline, 55%" in found.notes[0]


def test_a_first_success_needs_no_moves_to_be_dated() -> None:
    imported = replace(SUCCESS, moves=())

    assert shown(the_work((MORE, 32, 31), imported, NEXT)).level == 3.5


def test_who_is_not_of_the_team_is_told_that_figures_may_be_withheld() -> None:
    own, *others = (progress(Record(LADDER[3.0], TODAY, audience=each)).notes for each in Audience)

    assert own == ()
    assert all("some may be withheld" in note for (note,) in others)


# -- successes ---------------------------------------------------------------------------------


def a_held(*expectations: pdsa.prediction.Expectation) -> pdsa.Cycle:
    """A test of which every prediction held."""
    questions = tuple(
        pdsa.Question(
            id=pdsa.QuestionId(f"question-{n}"),
            text="What happens?",
            predictions=(a_prediction(f"prediction-{n}", expectation=each),),
        )
        for n, each in enumerate(expectations)
    )
    return a_test(plan=a_plan(questions=questions, scale=Scale.small), outcome=Outcome.held)


def moves(change: Change, measure: pdsa.MeasureId = DISCOURSE) -> pdsa.ExpectDirection:
    return pdsa.ExpectDirection(measure_id=measure, change=change)


TIME = pdsa.MeasureId("measure-time")
TAKES_TIME = a_measure(id=TIME, kind=pdsa.MeasureKind.balancing, collected_by="each teacher")


@pytest.mark.parametrize(
    ("expected", "level"),
    [
        (moves(Change.increase), 3.0),
        (pdsa.ExpectValue(measure_id=DISCOURSE, value=40), 3.0),
        (words(), 3.0),
        (moves(Change.no_change), 2.5),
        (moves(Change.decrease), 2.5),
        (moves(Change.decrease, TIME), 2.5),
        (pdsa.ExpectRange(measure_id=TIME, low=0, high=9), 2.5),
    ],
)
def test_a_test_succeeds_where_a_prediction_of_improvement_held(
    expected: pdsa.prediction.Expectation, level: float
) -> None:
    inquiry = the_work((FIFTH, 27, 28), a_held(expected), measures=(TAKES_TIME, discourse()))

    assert shown(inquiry).level == level


def test_one_prediction_of_improvement_that_held_is_enough() -> None:
    cycle = a_held(moves(Change.no_change), moves(Change.increase))

    found = shown(the_work((FIFTH, 27, 28), cycle))

    assert found.level == 3.0
    assert "a prediction of improvement held" in found.steps[5].evidence[0].says


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("id", ["a-cycle", "z-cycle"])
def test_a_second_success_of_one_day_takes_back_nothing(outcome: Outcome, id: str) -> None:
    day = STARTED + 4 * WEEK
    same_day = a_cycle(id).start_do(on=day).record_do(pdsa.Do(what_happened="One lesson."))
    results = tuple(replace(each, outcome=outcome) for each in a_study().results)
    same_day = same_day.record_study(a_study(results=results), on=day)

    found = shown(the_work((MORE, 32, 31), SUCCESS, same_day))

    assert found.level == 3.5
    assert found.steps[6].evidence[0].says.endswith("began on 9 February 2018.")


def test_a_second_plan_for_the_data_takes_back_nothing() -> None:
    said = discourse(collected_by="each teacher", definition="", frequency="")
    planned = pdsa.DataCollection(measure_id=DISCOURSE, how="tally", when="Fridays")
    whole = a_cycle("one", plan=a_plan(data=(planned,)))
    half = a_cycle("two", plan=a_plan(data=(replace(planned, when=""),)))
    inquiry = replace(ORGANISED, measures=(said,), cycles=(whole,))

    for cycles in ((whole,), (whole, half), (half, whole)):
        assert shown(replace(inquiry, cycles=cycles)).level == 1.5
    assert shown(replace(inquiry, cycles=(half,))).level == 1.0


def test_what_is_dated_after_the_day_of_the_review_does_not_count_yet() -> None:
    inquiry = LADDER[5.0]
    later = replace(a_theory(), on=date(2018, 5, 1))
    looked = pdsa.Evidence(
        source=pdsa.EvidenceSource.survey, summary="12 of 20 say so.", on=date(2018, 5, 1)
    )
    learned = replace(LADDER[2.0], problem=a_problem(evidence=(looked,)))

    levels = {on: shown(inquiry, on=STARTED + on * WEEK).level for on in (-1, 1, 4, 6, 14, 19)}

    assert levels == {-1: 2.0, 1: 2.0, 4: 3.0, 6: 3.5, 14: 4.5, 19: 5.0}
    assert shown(replace(inquiry, theory=(later,)), on=date(2018, 4, 30)).level == 1.0
    assert shown(learned, on=date(2018, 4, 30)).level == 1.5
    assert shown(learned, on=date(2018, 5, 1)).level == 2.0
