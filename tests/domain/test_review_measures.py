from datetime import date
from typing import Any

import pytest

from pdsa import Audience
from tests.domain.model_cases import codes, found, tallies

HOME = "measure-homework"
HOMEWORK = {
    "id": HOME,
    "aim_id": "aim-justify",
    "name": "Quizzes returned",
    "kind": "process",
    "unit": "percentage",
    "definition": "Of the students present, those who hand in the quiz.",
    "collected_by": "each teacher",
    "frequency": "every Friday",
}
PLANNED = {"measure_id": HOME, "who": "each teacher", "when": "every Friday"}
SEPTEMBER = ("2025-09-05", "2025-09-12", "2025-09-19", "2025-09-26")


def homework(*counts: int | None, **changes: Any) -> dict[str, Any]:
    """A sixth measure with these tallies on the Fridays of September, and no other points."""
    rows = ((on, n, None if n is None else 50) for on, n in zip(SEPTEMBER, counts, strict=False))
    return {"/measures/5": HOMEWORK, "/points": tallies(HOME, *rows)} | changes


def about_homework(select: str, changes: dict[str, Any], **wanted: Any) -> list[str]:
    return [finding.code for finding in found(select, changes, **wanted) if finding.id == HOME]


# -- The family ------------------------------------------------------------------------------


def test_an_empty_family_is_asked_for_its_first_measure_alone() -> None:
    empty = {"/measures": [], "/points": [], "/phases": [], "/cycles": [], "/aim/measured_by": None}

    assert codes("AIM2", empty) == ["AIM201"]
    assert codes("MEA", empty) == []


def test_each_kind_that_is_missing_is_said_for_itself() -> None:
    one_kind = {f"/measures/{i}/kind": "driver" for i in range(5)}

    assert codes("MEA1", one_kind) == ["MEA102", "MEA103", "MEA104"]
    assert codes("MEA1", one_kind | {"/aim/measured_by": None}) == ["MEA103", "MEA104"]


def test_who_collects_a_measure_and_how_often_are_two_questions() -> None:
    nobody = {"/measures/1/collected_by": "", "/measures/1/frequency": " "}

    assert [finding.field for finding in found("MEA108", nobody)] == ["collected_by", "frequency"]


# -- Points in a row -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((10, 11, 12), []),
        ((10, 11, None, 12), ["MEA106"]),
        ((None, 10, 11, 12), []),
        ((10, 11), ["MEA106"]),
        ((None, None, None), []),
    ],
)
def test_a_missing_figure_breaks_a_row_of_points(
    counts: tuple[int | None, ...], expected: list[str]
) -> None:
    planned = homework(*counts) | {"/cycles/0/plan/data/-": PLANNED}

    assert about_homework("MEA106", planned) == expected
    assert about_homework("MEA106", planned, audience=Audience.above) == []


def test_a_measure_that_no_ended_cycle_uses_has_only_begun() -> None:
    assert about_homework("MEA106", homework(10, 11)) == []
    assert about_homework("MEA106", homework(10, 11) | {"/cycles/4/plan/data/-": PLANNED}) == []


def test_a_measure_is_given_fifteen_days_of_teaching() -> None:
    planned = homework(10, 11) | {"/cycles/0/plan/data/-": PLANNED}
    without_calendar = planned | {"/calendar": None}

    assert about_homework("MEA106", planned, on=date(2025, 9, 25)) == []
    assert about_homework("MEA106", planned, on=date(2025, 9, 26)) == ["MEA106"]
    assert about_homework("MEA106", without_calendar, on=date(2025, 9, 25)) == []
    assert about_homework("MEA106", without_calendar, on=date(2025, 9, 26)) == ["MEA106"]


# -- Collected and used ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"/cycles/2/study/learned": "Students returned more quizzes than before."},
        {"/cycles/3/study/results/0/note": "The quizzes stayed where they were."},
        {
            "/cycles/0/plan/questions/0/predictions/0/expectation": {
                "kind": "range",
                "measure_id": HOME,
                "low": 60,
                "high": 80,
            }
        },
    ],
)
def test_a_measure_is_used_when_a_study_speaks_of_it(said: dict[str, Any]) -> None:
    assert about_homework("MEA107", homework(10, 11, 12)) == ["MEA107"]
    assert about_homework("MEA107", homework(10, 11, 12) | said) == []


def test_before_a_study_and_with_two_figures_nobody_asks_for_its_use() -> None:
    none_ended = homework(10, 11, 12) | {"/cycles": []}

    assert about_homework("MEA107", homework(10, 11)) == []
    assert about_homework("MEA107", none_ended) == []


def test_the_aims_own_measure_is_used_by_its_status() -> None:
    own = homework(10, 11, 12) | {"/measures/5": HOMEWORK | {"kind": "outcome"}}

    assert about_homework("MEA107", own) == ["MEA107"]
    assert about_homework("MEA107", own | {"/aim/measured_by": HOME}) == []


# -- Apart -----------------------------------------------------------------------------------


def rooms(*shares: tuple[int, int], of: int = 25) -> dict[str, Any]:
    points = [
        point | {"id": f"{room}-{point['on']}", "classroom_id": room}
        for room, counts in zip(("room-21", "room-22"), zip(*shares, strict=True), strict=True)
        for point in tallies(
            "measure-rehearsed", *((on, n, of) for on, n in zip(SEPTEMBER, counts, strict=False))
        )
    ]
    return {"/points": points}


def test_classrooms_move_apart_when_the_gap_grows_by_ten_points() -> None:
    (apart,) = found("MEA202", rooms((50, 50), (60, 60), (100, 70), of=250))

    assert "grew from 0 to 12 points" in apart.message
    assert "on the first and the last date on which" in apart.message


@pytest.mark.parametrize(
    "changes",
    [
        rooms((50, 50), (100, 70), of=250),
        rooms((50, 50), (60, 60), (90, 70), of=250),
        rooms((100, 70), (60, 60), (50, 50), of=250),
        rooms((50, 100), (60, 100), (150, 100), of=250),
        rooms((5, 5), (6, 6), (10, 7)),
    ],
)
def test_classrooms_on_few_dates_as_far_apart_as_before_or_apart_by_chance_are_left_alone(
    changes: dict[str, Any],
) -> None:
    assert codes("MEA202", changes) == []
