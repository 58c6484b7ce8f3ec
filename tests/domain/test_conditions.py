from datetime import date
from typing import Any

import pytest

from pdsa import (
    Condition,
    Cycle,
    Inquiry,
    Stage,
    Unit,
    UnknownElement,
    loads,
)
from pdsa.reference import sacramento, usual_conditions
from pdsa.review import Record
from pdsa.review.conditions import ConditionCell, ConditionsMatrix, KnownFrom, conditions
from tests.builders import (
    IDEA,
    ROOM_12,
    TEAM,
    a_calendar,
    a_cycle,
    a_plan,
    an_idea,
    an_inquiry,
    classrooms,
    completed,
    exit_tickets,
    in_do,
)

TODAY = date(2018, 3, 16)
EXPERIENCE = "teacher's experience"


def under(*pairs: tuple[str, str], id: str = "cycle-1", **changes: Any) -> Cycle:
    """A cycle in Do under these conditions."""
    named = tuple(Condition(name=name, value=value) for name, value in pairs)
    return in_do(a_cycle(id, plan=a_plan(conditions=named), **changes))


def of(*cycles: Cycle, **changes: Any) -> ConditionsMatrix:
    return matrix(an_inquiry(cycles=cycles, **{"points": (), "calendar": None} | changes))


def matrix(inquiry: Inquiry) -> ConditionsMatrix:
    return conditions(Record(inquiry, TODAY), IDEA)


def cells(found: ConditionsMatrix, name: str) -> dict[str, ConditionCell]:
    (row,) = [row for row in found.rows if row.name == name]
    return {cell.value: cell for cell in row.cells}


def covered(found: ConditionsMatrix, name: str) -> list[str]:
    return [value for value, cell in cells(found, name).items() if cell.tests]


def test_each_cell_holds_the_cycles_that_tested_it_and_what_came_of_them() -> None:
    plan = a_plan(conditions=(Condition(name="grade", value="5"),))

    (test,) = cells(of(completed(a_cycle(plan=plan))), "grade")["5"].tests

    assert (test.cycle_id, test.said, test.stage, test.decision) == (
        ("cycle-1", "5", Stage.act, "adapt")
    )
    assert (test.held, test.did_not_hold) == (1, 1)


def test_names_and_values_are_the_same_whatever_their_case_and_spaces() -> None:
    found = of(
        under(("Teacher\u2019s  Experience", "EARLY career")),
        under(("teacher experience", "early  career "), id="cycle-2"),
    )

    assert [test.cycle_id for test in cells(found, EXPERIENCE)["early career"].tests] == [
        "cycle-1",
        "cycle-2",
    ]
    assert covered(found, EXPERIENCE) == ["early career"]


def test_other_words_are_other_values() -> None:
    found = of(under(("grade", "5"), ("group size", "\u2264 5"), ("group size", "> 5")))

    assert covered(found, "grade") == ["5"]
    assert covered(found, "group size") == ["\u2264 5", "> 5"]


def test_words_that_hold_every_word_of_a_usual_value_test_it() -> None:
    found = of(under((EXPERIENCE, "one veteran, one early in the career")))

    assert covered(found, EXPERIENCE) == ["early career", "veteran"]
    assert cells(found, EXPERIENCE)["veteran"].tests[0].said.startswith("one veteran")


def test_a_negation_is_not_taken_for_what_it_negates() -> None:
    found = of(under((EXPERIENCE, "not a veteran")))

    assert covered(found, EXPERIENCE) == ["not a veteran"]


def test_a_cycle_that_has_not_begun_only_plans_to_test() -> None:
    plan = a_plan(conditions=(Condition(name="grade", value="6"),))

    cell = cells(of(a_cycle(plan=plan)), "grade")["6"]

    assert cell.tests == ()
    assert [test.cycle_id for test in cell.planned] == ["cycle-1"]


def test_a_classroom_is_a_condition_that_its_data_tell() -> None:
    points = tuple(each for each in exit_tickets() if each.classroom_id == ROOM_12)
    block = Unit("block", "building", "East building", TEAM)  # type: ignore[arg-type]

    found = of(completed(), points=points, classrooms=(block, *classrooms()))

    assert [*cells(found, "classroom")] == ["Room 12", "Room 14"]
    assert covered(found, "classroom") == ["Room 12"]
    assert "Not yet tested: classroom (Room 14)." in found.sentences


@pytest.mark.parametrize("name", ["classroom", "Salón", "aula"])
def test_a_classroom_that_a_plan_names_is_the_one_that_its_data_tell(name: str) -> None:
    plan = a_plan(conditions=(Condition(name=name, value="room 12"),))
    points = tuple(each for each in exit_tickets() if each.classroom_id == ROOM_12)

    found = of(completed(a_cycle(plan=plan)), points=points)

    assert [*cells(found, "classroom")] == ["Room 12", "Room 14"]
    assert [test.said for test in cells(found, "classroom")["Room 12"].tests] == ["room 12"]


@pytest.mark.parametrize(
    ("spanish", "usual"),
    [("Grado", "grade"), ("hora del día", "time of day"), ("tipo de leccion", "lesson type")],
)
def test_a_usual_condition_is_known_by_its_spanish_name(spanish: str, usual: str) -> None:
    found = of(under((spanish, "quinto")))

    assert covered(found, usual) == ["quinto"]
    assert spanish not in [row.name for row in found.rows]
    assert usual not in found.sentences[-1].split(" of ", 1)[1].split(", ")


def test_a_decision_that_was_opened_again_is_none_in_the_matrix() -> None:
    plan = a_plan(conditions=(Condition(name="grade", value="5"),))
    done = completed(a_cycle(plan=plan))
    again = done.step_back(to=Stage.study, on=date(2018, 3, 13), reason="Late tickets.")

    (test,) = cells(of(again), "grade")["5"].tests

    assert (test.decision, test.held) == (None, 1)


@pytest.mark.parametrize(
    ("first", "last", "thirds"),
    [
        (date(2017, 8, 31), date(2017, 12, 5), ["start"]),
        (date(2017, 12, 6), date(2018, 3, 11), ["middle"]),
        (date(2017, 12, 5), date(2017, 12, 6), ["start", "middle"]),
        (date(2018, 3, 12), date(2018, 7, 1), ["end"]),
        (date(2017, 9, 1), date(2018, 6, 15), ["start", "middle", "end"]),
        (date(2016, 9, 1), date(2016, 9, 30), []),
    ],
)
def test_the_time_of_year_comes_from_the_thirds_of_the_calendar(
    first: date, last: date, thirds: list[str]
) -> None:
    cycle = a_cycle().start_do(on=first).stop(on=last, reason="It ended.")

    found = of(cycle, calendar=a_calendar())

    assert covered(found, "time of year") == [f"{third} of the school year" for third in thirds]


def test_the_figures_of_a_test_say_when_it_was_rather_than_the_day_of_its_study() -> None:
    found = of(completed(), points=exit_tickets(), calendar=a_calendar())

    assert covered(found, "time of year") == ["middle of the school year"]


def test_a_planned_window_is_a_planned_time_of_year() -> None:
    plan = a_plan(first_day=date(2018, 4, 2), last_day=date(2018, 4, 20))

    found = of(a_cycle(plan=plan), calendar=a_calendar())

    assert [cell.value for cell in cells(found, "time of year").values() if cell.planned] == [
        "end of the school year"
    ]


def test_what_tests_of_other_ideas_were_held_under_can_be_tested_here_too() -> None:
    other = under(("room layout", "rows"), id="cycle-2", change_idea_id="idea-talk")
    own = under(("room layout", "circle"))

    found = of(own, other, change_ideas=(an_idea(), an_idea("idea-talk")))

    rows = cells(found, "room layout")
    assert (rows["rows"].tests, rows["rows"].known_from) == ((), KnownFrom.other_tests)
    assert covered(found, "room layout") == ["circle"]
    assert found.sentences[0] == "Not yet tested: room layout (rows)."


def test_usual_conditions_stand_in_the_matrix_with_what_is_usual() -> None:
    names = [row.name for row in of(under()).rows]

    assert [each.name for each in usual_conditions()] == names[: len(usual_conditions())]
    assert next(each.values for each in usual_conditions() if each.name == "grade") == ()


def test_of_a_condition_in_words_that_are_not_usual_no_usual_value_is_said_to_be_missing() -> None:
    found = of(under(("time of day", "third period")))

    assert covered(found, "time of day") == ["third period"]
    assert "time of day" not in " ".join(found.sentences)


def test_conditions_that_no_test_names_are_named_last() -> None:
    found = of(under((EXPERIENCE, "veteran"), ("grade", "5")))

    assert found.sentences == (
        "Not yet tested: teacher's experience (early career, experienced).",
        "No test says anything yet of share of English Learners, share of students with "
        "disabilities, who leads the lesson, time of year, time of day, lesson type, classroom.",
    )


def test_the_sample_has_not_tested_the_end_of_the_year_nor_those_between_new_and_veteran() -> None:
    found = conditions(Record(loads(sacramento()), TODAY), "idea-exit-ticket")

    assert found.sentences[0] == (
        "Not yet tested: teacher's experience (experienced); time of year (end of the school year)."
    )


def test_an_idea_of_another_record_has_no_matrix_here() -> None:
    with pytest.raises(UnknownElement, match="no change idea 'idea-9'"):
        conditions(Record(an_inquiry(), TODAY), "idea-9")
