"""The review of many inquiries says of each what its own review says."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pdsa import Inquiry, InvalidValue, findings, loads
from pdsa.reference import model, sacramento
from pdsa.review import findings_of_each
from pdsa.review.linter import TOGETHER
from pdsa.units import Audience
from tests.builders import an_inquiry

TODAY = date(2018, 3, 16)
FLAWED = Path(__file__).parents[2] / "examples" / "reviews"


def many() -> Iterator[Inquiry]:
    flawed = [
        each.read_bytes() for each in sorted(FLAWED.glob("*.json")) if "circle" not in each.name
    ]
    inquiries = [loads(each) for each in (sacramento(), model(), *flawed)]
    assert len(inquiries) == 13
    for n in range(2 * TOGETHER + 3):
        yield inquiries[n % len(inquiries)]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"select": ["AIM", "MEA2"]},
        {"ignore": "PLN", "silenced": True},
        {"audience": Audience.above},
    ],
)
def test_each_has_the_findings_of_its_own_review_in_order(wanted: dict[str, Any]) -> None:
    told = list(findings_of_each(many(), on=TODAY, **wanted))

    assert told == [findings(each, on=TODAY, **wanted) for each in many()]
    assert any(told)


def test_no_more_are_read_than_are_reviewed_together() -> None:
    read = 0

    def counted() -> Iterator[Inquiry]:
        nonlocal read
        for each in many():
            read += 1
            yield each

    told = findings_of_each(counted(), on=TODAY)
    assert read == 0
    next(told)
    assert read == TOGETHER
    for _ in range(TOGETHER):
        next(told)
    assert read == 2 * TOGETHER


def test_nothing_is_said_of_no_inquiry() -> None:
    assert list(findings_of_each([], on=TODAY)) == []


def test_a_selection_that_no_code_has_is_refused_before_anything_is_read() -> None:
    with pytest.raises(InvalidValue):
        findings_of_each(iter([an_inquiry()]), on=TODAY, select="XYZ")
