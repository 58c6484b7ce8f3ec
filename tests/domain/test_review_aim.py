from datetime import date
from typing import Any

import pytest

import pdsa
from pdsa.reference import MODEL_DAY, model
from pdsa.review import applied
from tests.domain.model_cases import codes, found, tallies

OUTCOME, REHEARSED = "measure-justified", "measure-rehearsed"
NOT_NAMED = {"/aim/measured_by": None}
MET = tallies(OUTCOME, ("2025-09-05", 36, 75), ("2025-09-12", 15, 75))


def test_an_aim_has_not_passed_its_deadline_on_the_day_itself() -> None:
    assert codes("AIM105", {}, on=date(2026, 5, 29)) == []
    assert codes("AIM105", {}, on=date(2026, 5, 30)) == ["AIM105"]


def level(on: str, voice: str = "team") -> dict[str, Any]:
    said = {"id": "level-1", "aim_id": "aim-justify", "voice": voice, "on": on, "level": 4.0}
    return {"/levels": [said]}


def test_a_deadline_is_closed_by_the_teams_word_of_how_far_it_got() -> None:
    june = date(2026, 6, 12)

    assert codes("AIM105", level("2026-05-29"), on=june) == []
    assert codes("AIM105", level("2026-05-28"), on=june) == ["AIM105"]
    assert codes("AIM105", level("2026-05-29", "coach"), on=june) == ["AIM105"]
    assert codes("AIM105", level("2026-06-19"), on=june) == ["AIM105"]


def test_an_aim_about_the_work_of_adults_is_not_asked_for_student_groups() -> None:
    silent = {"/aim/equity": ""}

    assert codes("AIM106", silent) == ["AIM106"]
    assert codes("AIM106", silent | {"/measures/0/counts": "work"}) == []
    (finding,) = found("AIM104", {"/aim/population": ""})
    assert "adults" in finding.next


# -- Which measure measures the aim ----------------------------------------------------------


def test_no_measure_is_taken_for_the_aims_by_its_name() -> None:
    (finding,) = found("AIM2", NOT_NAMED)

    assert finding.code == "AIM201"
    assert finding.next.startswith("Is “Students who justify their answer” the measure of it?")


def test_an_outcome_measure_of_other_words_is_asked_about_with_more_doubt() -> None:
    (finding,) = found("AIM2", NOT_NAMED | {"/aim/indicator": "share of minutes in discourse"})

    assert finding.next.startswith("Does “Students who justify their answer” measure it?")


def test_without_an_outcome_measure_nothing_collected_shows_the_aim() -> None:
    (finding,) = found("AIM2", NOT_NAMED | {"/measures/0/kind": "driver"})

    assert "nothing collected so far shows" in finding.message
    assert finding.next.startswith("Add an outcome measure")


def test_an_aim_is_not_measured_by_an_outcome_measure_without_a_single_figure() -> None:
    missing = tallies(OUTCOME, ("2025-09-05", None, None))

    for points in ([], missing):
        (finding,) = found("AIM20", {"/points": points})
        assert finding.message.startswith("The aim's status is not measured yet")


@pytest.mark.parametrize("kind", ["process", "driver", "balancing"])
def test_a_measure_of_another_kind_never_measures_the_aim(kind: str) -> None:
    named = {"/aim/measured_by": REHEARSED, "/measures/2/kind": kind}

    (finding,) = found("AIM2", named)

    assert finding.code == "AIM204"
    assert finding.severity == "blocker"
    assert f"is a {kind} measure" in finding.message


def test_without_any_outcome_measure_one_finding_says_both() -> None:
    lacking = {"/aim/measured_by": REHEARSED, "/measures/0/kind": "driver"}

    blockers = [each for each in found("", lacking) if each.severity == "blocker"]

    assert [each.code for each in blockers] == ["MEA102"]
    assert "has no outcome measure" in blockers[0].message
    assert "is a process measure" in blockers[0].message


def test_from_who_is_not_of_the_team_figures_may_be_withheld_and_none_is_missed() -> None:
    bare = {"/points": tallies(OUTCOME, ("2025-09-05", None, None))}
    inquiry = pdsa.loads(applied(model(), bare))

    for audience, codes_of in ((pdsa.Audience.team, {"AIM201"}), (pdsa.Audience.above, set())):
        given = pdsa.findings(inquiry, on=MODEL_DAY, select="AIM2", audience=audience)
        assert {each.code for each in given} == codes_of


def test_while_the_aim_is_not_measured_the_review_says_which_measures_moved() -> None:
    by_process = found("MEA201", {"/aim/measured_by": REHEARSED})

    assert "measure-rehearsed" in {finding.id for finding in by_process}
    assert found("MEA201", {}) == ()


def test_a_measure_whose_ends_read_the_same_has_not_moved() -> None:
    values = [
        {"id": f"talk-{on}", "measure_id": REHEARSED, "on": on, "value": value}
        for on, value in (("2025-09-05", 3.0), ("2025-09-12", 3.04), ("2025-09-19", 3.02))
    ]
    mean = NOT_NAMED | {"/measures/2/unit": "mean", "/measures/2/target": None}

    assert codes("MEA201", mean | {"/points": values}) == []
    assert codes("MEA201", mean | {"/points": [*values[:2], values[2] | {"value": 3.2}]}) == [
        "MEA201"
    ]


def test_a_percentage_that_moved_by_less_than_five_points_has_not_moved() -> None:
    moved = {finding.id for finding in found("MEA201", NOT_NAMED)}

    assert moved == {OUTCOME, REHEARSED, "measure-partner-talk"}


# -- Target, baseline, direction -------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"/aim/baseline": 45.5}, ["AIM202"]),
        ({"/aim/baseline": 45}, ["AIM203"]),
        ({"/aim/baseline": 44.9}, []),
        ({"/aim/direction": "decrease", "/measures/0/direction": "decrease"}, ["AIM202"]),
        ({"/aim/baseline": None, "/points": MET}, ["AIM203"]),
        ({"/aim/baseline": None, "/points": MET, "/aim/target": None}, []),
        ({"/aim/baseline": None, "/points": MET[1:]}, []),
        ({"/aim/baseline": 20, "/points": MET}, []),
        ({"/aim/baseline": None, "/points": MET, "/measures/0/direction": "decrease"}, ["AIM205"]),
        ({"/aim/baseline": None, "/points": []}, ["AIM201"]),
        ({"/aim/unit": "mean", "/measures/0/target": 60}, ["AIM205"]),
        ({"/aim/target": None}, []),
        ({"/measures/0/target": 44}, ["AIM206"]),
    ],
)
def test_target_baseline_and_direction_are_held_against_each_other(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert codes("AIM2", changes) == expected


def test_a_measure_that_may_speak_of_the_indicator_is_left_alone() -> None:
    unsure = {"/aim/indicator": "share of students who justify and check solutions"}
    spanish = {"/aim/indicator": "porcentaje de los estudiantes que hablan con sus vecinos"}

    assert codes("AIM207", unsure) == codes("AIM207", spanish) == codes("AIM207", {}) == []


# -- Equity and evidence ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"/aim/equity": ""},
        {"/measures/0/counts": "work"},
        NOT_NAMED,
        {"/points": MET},
    ],
)
def test_figures_of_groups_are_asked_for_only_where_they_can_be_counted(
    changes: dict[str, Any],
) -> None:
    three = [*MET, *tallies(OUTCOME, ("2025-09-19", 16, 75))]
    changes = {"/points": three} | changes

    assert codes("AIM107", {"/points": three}) == ["AIM107"]
    assert found("AIM107", {"/points": three}, audience=pdsa.Audience.above) == ()
    assert codes("AIM107", changes) == []


def test_two_pieces_of_evidence_of_one_kind_are_one_lens() -> None:
    piece = {"source": "achievement", "summary": "31% met the standard."}

    (finding,) = found("PRB", {"/problem/evidence": [piece, piece]})

    assert (finding.code, finding.element, finding.id) == ("PRB101", "problem", "problem-reasons")


def test_an_aim_may_stand_without_a_problem_of_practice_and_is_asked_for_one() -> None:
    (finding,) = found("PRB", {"/problem": None, "/aim/problem_id": None}, on=MODEL_DAY)

    assert (finding.code, finding.element) == ("PRB102", "aim")
