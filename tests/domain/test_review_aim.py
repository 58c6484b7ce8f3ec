from datetime import date
from typing import Any

import pytest

from pdsa.reference import MODEL_DAY
from tests.domain.model_cases import codes, found, tallies

OUTCOME, REHEARSED = "measure-justified", "measure-rehearsed"
NOT_NAMED = {"/aim/measured_by": None}
MET = tallies(OUTCOME, ("2025-09-05", 36, 75), ("2025-09-12", 15, 75))


def test_an_aim_has_not_passed_its_deadline_on_the_day_itself() -> None:
    assert codes("AIM105", {}, on=date(2026, 5, 29)) == []
    assert codes("AIM105", {}, on=date(2026, 5, 30)) == ["AIM105"]


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


def test_while_the_aim_is_not_measured_the_review_says_which_measures_moved() -> None:
    by_process = found("MEA201", {"/aim/measured_by": REHEARSED})

    assert "measure-rehearsed" in {finding.id for finding in by_process}
    assert found("MEA201", {}) == ()


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
    assert codes("AIM107", changes) == []


def test_two_pieces_of_evidence_of_one_kind_are_one_lens() -> None:
    piece = {"source": "achievement", "summary": "31% met the standard."}

    (finding,) = found("PRB", {"/problem/evidence": [piece, piece]})

    assert (finding.code, finding.element, finding.id) == ("PRB101", "problem", "problem-reasons")


def test_an_aim_may_stand_without_a_problem_of_practice_and_is_asked_for_one() -> None:
    (finding,) = found("PRB", {"/problem": None, "/aim/problem_id": None}, on=MODEL_DAY)

    assert (finding.code, finding.element) == ("PRB102", "aim")
