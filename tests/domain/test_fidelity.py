"""The fidelity profile: seven items with nested denominators, and the evidence for each."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import pdsa
from pdsa import ChangeIdeaId, Cycle, CycleId, UnknownElement
from pdsa.review import fidelity
from pdsa.review.fidelity import DEFINITIONS, Item, Tally
from tests.builders import FRAME_USE, STARTED, a_cycle, a_plan, a_point, a_prediction, completed
from tests.domain.fidelity_cycles import (
    INTENDED,
    ended,
    of,
    only_objective,
    points_of,
    published,
)

OTHER_IDEA = ChangeIdeaId("idea-other")


def counts(*cycles: Cycle, **parts: object) -> dict[str, tuple[int, int]]:
    found = fidelity.inquiry_profile(of(*cycles, **parts))  # type: ignore[arg-type]
    return {share.item.value: (share.passed, share.of) for share in found.items}


def why(item: Item, *cycles: Cycle) -> tuple[bool, str]:
    (evidence,) = fidelity.inquiry_profile(of(*cycles)).share(item).evidence
    return evidence.passed, evidence.why


# McNicholas's counts


def test_421_cycles_built_to_the_published_counts_print_the_published_percentages() -> None:
    tallies = [fidelity.inquiry_tally(inquiry) for inquiry in published()]

    found = fidelity.profile(reduce(add, tallies))

    assert {s.item: (s.passed, s.of) for s in found.items} == {
        item: (each.published_passed, each.published_of) for item, each in DEFINITIONS.items()
    }
    shares = [line.split() for line in fidelity.text(found).splitlines()[1:8]]
    assert [row[-3] for row in shares] == [row[-1] for row in shares]
    assert [row[-3] for row in shares] == [
        "71.0%",
        "84.6%",
        "98.3%",
        "12.2%",
        "54.5%",
        "29.7%",
        "45.3%",
    ]
    assert (found.running, found.without_plan) == (39, 32)


def test_the_published_percentages_are_what_their_counts_give() -> None:
    for each in DEFINITIONS.values():
        assert round(100 * each.published_passed / each.published_of, 1) == each.published


def test_each_denominator_is_what_passed_the_item_that_it_is_nested_in() -> None:
    found = fidelity.profile(reduce(add, map(fidelity.inquiry_tally, published())))

    for item, definition in DEFINITIONS.items():
        if definition.within is not None and item not in fidelity.OF_SERIES:
            assert found.share(item).of == found.share(definition.within).passed


# Which cycles count


def test_a_running_cycle_is_reported_and_counted_in_nothing() -> None:
    found = fidelity.inquiry_profile(of(a_cycle()))

    assert found.running == 1
    assert all(share.of == 0 and share.percent is None for share in found.items)
    assert "1 cycle is still running" in fidelity.text(found)


def test_a_cycle_without_a_documented_plan_is_in_no_denominator() -> None:
    blank = ended(plan=pdsa.Plan(objective="  ", scale=pdsa.Scale.small))

    found = fidelity.inquiry_profile(of(blank))

    assert found.without_plan == 1
    assert all(share.of == 0 for share in found.items)


def test_a_cycle_that_was_stopped_early_counts_as_not_fully_documented() -> None:
    stopped = ended(acts=False)

    assert counts(stopped)["documented"] == (0, 1)
    assert counts(stopped)["executed"] == (0, 0)
    assert why(Item.documented, stopped) == (False, "Nothing is written in Act.")


def test_a_stage_of_blanks_is_not_written() -> None:
    cycle = replace(ended(), do=pdsa.Do(what_happened=" \n"), study=pdsa.Study(learned="\t"))

    assert why(Item.documented, cycle) == (False, "Nothing is written in Do and Study.")


# The items of a fully documented cycle


def test_a_study_written_as_an_intention_was_not_executed() -> None:
    passed, _ = why(Item.executed, ended(learned=INTENDED))

    assert not passed
    assert counts(ended())["executed"] == (1, 1)


def test_an_intention_beside_a_result_that_was_compared_was_executed() -> None:
    result = pdsa.PredictionResult(
        prediction_id=a_prediction().id, outcome=pdsa.Outcome.did_not_hold
    )
    study = pdsa.Study(results=(result,), learned=INTENDED)

    assert why(Item.executed, replace(ended(), study=study))[0]


def test_wording_that_does_not_tell_counts_as_done_and_says_so() -> None:
    passed, sentence = why(Item.executed, ended(learned="Tickets, frames, partners."))

    assert passed
    assert sentence == "Nothing in the wording of Study says that it is still to be done."


def test_a_plan_with_nothing_to_do_and_no_data_is_no_activity() -> None:
    idle = ended(plan=only_objective())

    assert counts(idle)["activity"] == (0, 1)
    assert counts(idle)["prediction"] == (0, 0)


def test_points_recorded_in_a_cycle_are_a_collection_of_information() -> None:
    idle = ended(plan=only_objective())
    point = a_point(numerator=5, denominator=20, cycle_id=idle.id)

    assert counts(idle, points=[point])["activity"] == (1, 1)
    assert counts(idle, points=[a_point(cycle_id=idle.id)])["activity"] == (0, 1)  # missing


def test_a_task_that_was_not_carried_out_is_no_test() -> None:
    plan = pdsa.Plan(tasks=(pdsa.Task(what="Give the ticket"),))
    cycle = ended(plan=plan)

    assert counts(cycle)["activity"] == (1, 1)
    left = replace(cycle, do=pdsa.Do(as_planned=pdsa.AsPlanned.no))
    assert why(Item.activity, left) == (
        False,
        "The plan was not carried out, and no data were collected.",
    )


def test_a_prediction_counts_where_it_was_made_before_do() -> None:
    assert counts(ended())["prediction"] == (1, 1)
    assert why(Item.prediction, ended(predicts=False)) == (False, "Its plan has no prediction.")


@pytest.mark.parametrize(
    "prediction",
    [
        a_prediction(made_on=STARTED + timedelta(1)),
        a_prediction(expectation=pdsa.ExpectText(text=" ")),
        a_prediction(expectation=pdsa.ExpectCategory(category="")),
    ],
    ids=["made after Do began", "no words", "no category"],
)
def test_a_prediction_made_later_or_of_blanks_is_none(prediction: pdsa.Prediction) -> None:
    question = replace(a_plan().questions[0], predictions=(prediction,))
    cycle = ended(plan=a_plan(questions=(question,)))

    assert counts(cycle)["prediction"] == (0, 1)


def test_a_prediction_added_after_a_step_back_does_not_count() -> None:
    cycle = a_cycle(plan=a_plan(questions=())).start_do(on=STARTED)
    cycle = cycle.step_back(to=pdsa.Stage.plan, on=STARTED + timedelta(7), reason="Think again.")
    again = cycle.revise_plan(a_plan()).start_do(on=STARTED + timedelta(8))
    again = again.record_do(pdsa.Do(what_happened="Tickets."))
    again = again.record_study(pdsa.Study(learned="They used it."), on=STARTED + timedelta(9))
    act = pdsa.Act(decision=pdsa.Decision.adopt, reason="It works.")

    assert counts(again.record_act(act, on=STARTED + timedelta(10)))["prediction"] == (0, 1)


# Series


def test_a_series_is_two_or_more_fully_documented_cycles_of_one_idea() -> None:
    alone = ended("cycle-2", week=1, change_idea_id=OTHER_IDEA)
    left = ended("cycle-3", week=2, acts=False)

    assert counts(ended(), alone, left)["series"] == (0, 2)
    assert counts(ended(), alone, left, ended("cycle-4", week=3))["series"] == (2, 3)


@pytest.mark.parametrize(
    ("scales", "grows"),
    [
        ((pdsa.Scale.very_small, pdsa.Scale.small), True),
        ((pdsa.Scale.small, pdsa.Scale.small), False),
        ((pdsa.Scale.small, pdsa.Scale.very_small, pdsa.Scale.large), False),
        ((pdsa.Scale.small, None), False),
    ],
)
def test_a_series_grows_where_some_step_is_larger_and_none_smaller(
    scales: tuple[pdsa.Scale | None, ...], grows: bool
) -> None:
    cycles = [
        ended(f"cycle-{at}", week=at, plan=a_plan(questions=(), scale=scale, size=None))
        for at, scale in enumerate(scales)
    ]

    assert counts(*cycles)["growing"] == (int(grows), 1)


@pytest.mark.parametrize(
    ("days", "regular"), [((0, 2, 4), True), ((0, 2), False), ((-1, 0, 12), False)]
)
def test_data_are_regular_with_three_dates_in_a_row_while_the_cycles_ran(
    days: tuple[int, ...], regular: bool
) -> None:
    points = points_of(FRAME_USE, [STARTED + timedelta(day) for day in days])

    found = counts(ended(), ended("cycle-2", week=1), points=points)

    assert found["regular"] == (int(regular), 1)


def test_a_missing_point_breaks_the_row() -> None:
    days = [STARTED + timedelta(day) for day in (0, 1, 3, 4)]
    points = [*points_of(FRAME_USE, days), a_point("missing", STARTED + timedelta(2))]

    found = counts(ended(), ended("cycle-2", week=1), points=points)

    assert found["regular"] == (0, 1)


def test_a_measure_of_which_no_cycle_of_the_series_speaks_does_not_count() -> None:
    plan = pdsa.Plan(tasks=(pdsa.Task(what="Give the ticket"),))
    points = points_of(FRAME_USE, [STARTED + timedelta(day) for day in range(4)])
    cycles = (ended(plan=plan), ended("cycle-2", week=1, plan=plan))

    assert counts(*cycles, points=points)["regular"] == (0, 1)
    recorded = [replace(points[0], cycle_id=CycleId("cycle-2")), *points[1:]]
    assert counts(*cycles, points=recorded)["regular"] == (1, 1)


# Profiles


def test_every_yes_and_no_has_its_evidence() -> None:
    inquiry = of(ended(), ended("cycle-2", week=1, predicts=False), ended("cycle-3", acts=False))

    for share in fidelity.inquiry_profile(inquiry).items:
        assert len(share.evidence) == share.of
        assert sum(each.passed for each in share.evidence) == share.passed
        assert all(each.why.endswith(".") for each in share.evidence)


def test_a_cycle_is_asked_about_itself_and_the_series_that_it_is_in() -> None:
    inquiry = of(ended(), ended("cycle-2", week=1), ended("cycle-3", change_idea_id=OTHER_IDEA))

    first = fidelity.cycle_profile(inquiry, "cycle-1")
    alone = fidelity.cycle_profile(inquiry, "cycle-3")

    assert [share.of for share in first.items] == [1] * 7
    assert [share.of for share in alone.items] == [1, 1, 1, 1, 1, 0, 0]
    assert first.share(Item.growing).evidence[0].element == "change idea"


def test_a_ramp_is_asked_about_its_own_cycles() -> None:
    inquiry = of(ended(), ended("cycle-2", week=1), ended("cycle-3", change_idea_id=OTHER_IDEA))

    assert fidelity.ramp_profile(inquiry, OTHER_IDEA).share(Item.documented).of == 1
    assert fidelity.ramp_profile(inquiry, "idea-exit-ticket").share(Item.series).passed == 2


def test_what_is_not_in_the_inquiry_has_no_profile() -> None:
    with pytest.raises(UnknownElement):
        fidelity.cycle_profile(of(ended()), "cycle-9")
    with pytest.raises(UnknownElement):
        fidelity.ramp_profile(of(ended()), "idea-9")


def test_a_share_of_few_has_a_wide_interval() -> None:
    share = fidelity.inquiry_profile(of(ended())).share(Item.documented)

    assert share.percent == 100
    assert (round(share.low, 1), share.high) == (20.7, 100)


def test_a_cycle_made_by_every_move_is_fully_documented() -> None:
    assert counts(completed())["documented"] == (1, 1)


@dataclass(frozen=True)
class Kind:
    """What a cycle of the law is made of."""

    acts: bool
    predicts: bool
    intended: bool
    idea: int


@given(
    st.lists(
        st.builds(Kind, st.booleans(), st.booleans(), st.booleans(), st.integers(0, 3)), max_size=9
    ),
    st.integers(0, 9),
)
def test_tallies_of_parts_add_up_to_the_tally_of_the_whole(kinds: list[Kind], cut: int) -> None:
    cycles = [
        ended(
            f"cycle-{at}",
            week=at,
            acts=kind.acts,
            predicts=kind.predicts,
            learned=INTENDED if kind.intended else "They used it.",
            change_idea_id=ChangeIdeaId(f"idea-{kind.idea}"),
        )
        for at, kind in enumerate(kinds)
    ]
    parts = [
        of(*(cycle for cycle, kind in zip(cycles, kinds, strict=True) if kind.idea in ideas))
        for ideas in ({0, 1, 2, 3} - {cut % 4}, {cut % 4})
    ]

    whole = fidelity.inquiry_tally(of(*cycles))

    assert reduce(add, map(fidelity.inquiry_tally, parts), Tally()) == whole
    assert all(0 <= passed <= n for passed, n in zip(whole.passed, whole.of, strict=True))


def test_dates_far_apart_do_no_harm() -> None:
    cycle = replace(ended(), planned_on=date.min)

    assert counts(cycle)["documented"] == (1, 1)
