"""Rules about Act: what a decision rests on, and where the rules are silent."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

import pdsa
from pdsa import Decision, Scale
from pdsa.scale import Condition
from tests.builders import (
    DECIDED,
    IDEA,
    TEAM,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    a_study,
    an_act,
    an_idea,
    classrooms,
    exit_tickets,
    in_study,
)
from tests.domain.cycles import NEVER_BEGUN, a_row, codes, decided, found


def test_a_decision_is_asked_for_after_days_of_school_and_not_of_the_calendar() -> None:
    monday = date(2017, 12, 18)  # winter recess begins a week later
    cycle = a_cycle().start_do(on=date(2017, 12, 4)).record_study(a_study(), on=monday)

    assert codes(cycle, code="ACT101", on=date(2018, 1, 16)) == set()
    assert codes(cycle, code="ACT101", on=date(2018, 1, 17)) == {"ACT101"}
    assert codes(cycle, code="ACT101", on=date(2018, 1, 17), calendar=None) == set()


def test_act_is_given_five_days_of_school_and_the_summer_none() -> None:
    open_act = in_study().record_act(pdsa.Act(next_plan="We do not agree yet."), on=DECIDED)
    june = date(2018, 6, 11)
    late = in_study(on=june).record_act(pdsa.Act(), on=june)

    assert codes(open_act, code="ACT101", on=date(2018, 3, 19)) == set()
    assert codes(open_act, code="ACT101", on=date(2018, 3, 20)) == {"ACT101"}
    assert codes(late, code="ACT101", on=date(2018, 7, 31)) == set()


def test_only_adopting_from_one_classroom_is_asked_about() -> None:
    one_room = exit_tickets()[::2]

    assert codes(decided(Decision.adopt), code="ACT103", points=one_room) == {"ACT103"}
    assert codes(decided(Decision.expand), code="ACT103", points=one_room) == set()
    assert codes(decided(Decision.adopt), code="ACT103") == set()


def test_a_building_between_team_and_classroom_is_no_second_classroom() -> None:
    block = pdsa.Unit("block", "building", "East building", TEAM)  # type: ignore[arg-type]
    room, _ = classrooms()
    one_room = exit_tickets()[::2]

    assert codes(decided(Decision.adopt), code="ACT103", points=one_room) == {"ACT103"}
    assert (
        codes(decided(Decision.adopt), code="ACT103", points=one_room, classrooms=(block, room))
        == set()
    )


def test_another_classroom_earlier_in_the_ramp_counts() -> None:
    first = decided(Decision.expand)
    second = decided(Decision.adopt, a_cycle("cycle-2", follows=first.id))
    points = exit_tickets()
    moved = tuple(
        replace(point, cycle_id=second.id) if point.classroom_id == "room-12" else point
        for point in points
    )

    assert codes(first, second, code="ACT103", points=moved) == set()
    assert codes(second, code="ACT103", points=moved[::2]) == {"ACT103"}


def test_a_test_beside_the_ramp_in_another_classroom_counts_once_it_began_before() -> None:
    first = decided(Decision.expand)
    beside = a_cycle("cycle-2").start_do(on=DECIDED)
    last = a_cycle("cycle-3", follows=first.id).start_do(on=DECIDED + timedelta(days=7))
    last = last.record_study(a_study(), on=DECIDED + timedelta(days=14))
    last = last.record_act(an_act(decision=Decision.adopt), on=DECIDED + timedelta(days=14))
    room, other = (point.classroom_id for point in exit_tickets()[:2])
    points = tuple(
        a_point(
            f"point-{n}",
            cycle.started_on,
            numerator=9,
            denominator=28,
            classroom_id=where,
            cycle_id=cycle.id,
        )
        for n, (cycle, where) in enumerate([(first, room), (beside, other), (last, room)])
    )

    told = codes(first, beside, last, code="ACT103", points=points, on=last.ended_on)
    alone = codes(first, last, code="ACT103", points=points[::2], on=last.ended_on)

    assert (told, alone) == (set(), {"ACT103"})


def test_three_tests_in_which_nothing_changed_are_one_finding_on_the_last() -> None:
    row = a_row({}, {}, {}, {})

    (finding,) = found(*row, code="ACT106", points=())

    assert finding.id == "cycle-4"
    assert "the last of 4 tests of one idea of which the record shows no change" in finding.message
    assert codes(*row[:2], code="ACT106", points=()) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"size": 3},
        {"scale": Scale.large},
        {"size": 1},
        {"conditions": (Condition(name="grade", value="5"),)},
        {"objective": "See whether a word bank beside the frame is used."},
        {"tasks": (pdsa.Task(what="Hand out the ticket with a word bank"),)},
        {"scale": Scale.implement, "size": None},
    ],
)
def test_another_size_a_new_condition_and_another_plan_change_an_idea(
    change: dict[str, Any],
) -> None:
    assert codes(*a_row({}, {}, change), code="ACT106", points=()) == set()
    assert codes(*a_row({}, {}, {}, change), code="ACT106", points=()) == set()


def test_capitals_spaces_and_another_week_are_no_other_plan() -> None:
    tasks = (pdsa.Task(what="Hand out the ticket", when="in January"),)
    later = (pdsa.Task(what="Hand  out the TICKET", when="in May"),)
    row = a_row({"tasks": tasks}, {"tasks": tasks}, {"tasks": later})

    assert codes(*row, code="ACT106", points=()) == {"ACT106"}


def test_of_a_row_that_says_neither_scale_nor_size_nobody_knows_whether_it_changed() -> None:
    silent = {"scale": None, "size": None}

    assert codes(*a_row(silent, silent, silent), code="ACT106", points=()) == set()


@pytest.mark.parametrize("decision", [Decision.adapt, Decision.abandon])
def test_a_decision_to_adapt_or_abandon_changes_an_idea(decision: Decision) -> None:
    row = a_row({}, {}, {})
    last = replace(row[-1], act=an_act(decision=decision))

    assert codes(*row[:2], last, code="ACT106", points=()) == set()
    assert codes(*a_row({}, {}, {}, decision=decision), code="ACT106", points=()) == set()


def test_a_new_classroom_changes_what_is_tested_and_a_cycle_that_never_began_does_not() -> None:
    row = a_row({}, {}, {})
    before = replace(NEVER_BEGUN, id="cycle-0")
    points = (
        a_point("p1", numerator=1, denominator=2, classroom_id="room-12", cycle_id="cycle-1"),
        a_point("p3", numerator=1, denominator=2, classroom_id="room-14", cycle_id="cycle-3"),
    )

    assert codes(*row, code="ACT106", points=points) == set()
    assert codes(before, *row, code="ACT106", points=points[:1]) == {"ACT106"}


def test_a_running_test_that_differs_ends_the_row() -> None:
    row = a_row({}, {}, {})
    same, larger = (
        a_cycle("cycle-4", follows="cycle-3", plan=a_plan(size=size)) for size in (2, 5)
    )

    assert codes(*row, same, code="ACT106", points=()) == {"ACT106"}
    assert codes(*row, larger, code="ACT106", points=()) == set()


def test_a_look_at_what_may_be_harmed_is_asked_for_by_the_day_of_the_decision() -> None:
    balancing = a_measure(id="measure-late", kind=pdsa.MeasureKind.balancing, name="Late lessons")
    family = (a_measure(), balancing)
    in_time, too_late = (
        replace(a_point("late", on, numerator=1, denominator=2), measure_id=balancing.id)
        for on in (DECIDED, DECIDED + timedelta(days=1))
    )
    adopted = decided(Decision.adopt)

    assert codes(adopted, code="ACT108", measures=family, points=(too_late,)) == {"ACT108"}
    assert codes(adopted, code="ACT108", measures=family, points=(in_time,)) == set()
    assert codes(adopted, code="ACT108", points=()) == set()


def test_a_contradiction_falls_silent_with_the_reason_of_the_team() -> None:
    adopted = in_study().record_act(an_act(decision=Decision.adopt), on=DECIDED)
    silence = pdsa.Silence(
        id=pdsa.SilenceId("silence-1"),
        aim_id=adopted.aim_id,
        code="ACT102",
        reason="The tolerance was too narrow; 64% is what we hoped for.",
        element_id=adopted.id,
    )

    assert codes(adopted, code="ACT102") == {"ACT102"}
    assert codes(adopted, code="ACT102", silences=(silence,)) == set()


@pytest.mark.parametrize(
    ("decision", "code"), [(Decision.adapt, "ACT104"), (Decision.expand, "ACT110")]
)
def test_what_comes_next_is_asked_unless_a_cycle_a_word_or_a_reason_says_it(
    decision: Decision, code: str
) -> None:
    silent = decided(decision, next_plan="")
    follower = a_cycle("cycle-2", follows=silent.id)

    assert codes(silent, code=code) == {code}
    assert codes(silent, follower, code=code) == set()
    assert codes(decided(decision, next_plan="", no_next_reason="Summer."), code=code) == set()
    assert codes(decided(decision, next_plan="Once more"), code=code) == set()


@pytest.mark.parametrize(
    ("decision", "code"), [(Decision.adapt, "ACT104"), (Decision.expand, "ACT110")]
)
def test_a_later_cycle_on_the_idea_or_on_one_adapted_from_it_is_a_next_cycle(
    decision: Decision, code: str
) -> None:
    adapted = an_idea("idea-word-bank", adapted_from=IDEA)
    other = an_idea("idea-talk")
    silent = decided(decision, next_plan="")
    later = a_cycle("cycle-2", planned_on=DECIDED)
    earlier = a_cycle("cycle-0", planned_on=date(2017, 10, 2))
    of_adapted, of_other = (
        replace(later, change_idea_id=each.id, plan=a_plan()) for each in (adapted, other)
    )
    before = replace(earlier, change_idea_id=adapted.id)
    ideas = (an_idea(), adapted, other)

    assert codes(silent, later, code=code) == set()
    assert codes(earlier, silent, code=code) == {code}
    assert codes(silent, of_adapted, code=code, change_ideas=ideas) == set()
    assert codes(silent, of_other, code=code, change_ideas=ideas) == {code}
    assert codes(silent, before, code=code, change_ideas=ideas) == {code}


def test_letting_go_a_change_whose_predictions_held_is_worth_a_note() -> None:
    abandoned = decided(Decision.abandon)
    unsure = replace(abandoned, study=a_study())

    assert codes(abandoned, code="ACT109") == {"ACT109"}
    assert codes(unsure, code="ACT109") == set()
