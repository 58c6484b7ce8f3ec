"""What the review draws from the case of Sacramento: three lessons, and nothing silly beside them."""

from datetime import date

import pytest

from pdsa import Finding, findings, loads
from pdsa.reference import sacramento

STUDY, YEARS_END = date(2018, 3, 16), date(2018, 6, 15)


def found(on: date) -> dict[str, Finding]:
    return {finding.code: finding for finding in findings(loads(sacramento()), on=on)}


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (STUDY, ["AIM201", "AIM103", "AIM106", "MEA104", "MEA202", "MEA201"]),
        (YEARS_END, ["AIM201", "AIM103", "AIM106", "MEA104", "MEA202", "AIM105", "MEA201"]),
    ],
)
def test_the_case_yields_these_findings_and_no_others(on: date, codes: list[str]) -> None:
    assert [finding.code for finding in findings(loads(sacramento()), on=on)] == codes


def test_the_aim_is_not_measured_whatever_the_exit_tickets_show() -> None:
    lesson = found(YEARS_END)["AIM201"]

    assert lesson.severity == "blocker"
    assert lesson.message.startswith("The aim's status is not measured")
    assert "academic discourse" in lesson.message


def test_the_process_measure_rose_by_24_points() -> None:
    lesson = found(STUDY)["MEA201"]

    assert lesson.message == (
        "The process measure “Sentence-frame use on exit tickets” rose from 40% on 13 October 2017 "
        "to 64% on 9 March 2018: +24 points."
    )


def test_the_two_classrooms_moved_apart() -> None:
    lesson = found(STUDY)["MEA202"]

    assert "the gap between them grew from 5.4 to 31.7 points" in lesson.message
    assert "Room A (veteran teacher) from 46.9% to 74.8%" in lesson.message
    assert "Room B (early-career teacher) from 41.4% to 43.1%" in lesson.message


def test_no_finding_about_the_case_claims_a_cause() -> None:
    said = " ".join(f"{each.message} {each.next}" for each in found(YEARS_END).values())

    assert not [word for word in ("because of", "caused", "led to", "thanks to") if word in said]
