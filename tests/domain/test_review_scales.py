"""What a review does grows with the document, not with its square: strangers may send one.

What is counted are the calls that Python makes, which are the same on every machine.
"""

import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from pdsa import Closure, Decision, Inquiry, MeasureId, MeasureKind, Scale, findings
from tests.builders import (
    ROOM_12,
    STARTED,
    a_calendar,
    a_cycle,
    a_measure,
    a_plan,
    a_point,
    a_study,
    an_act,
    an_inquiry,
    completed,
    in_do,
)

TODAY = date(2018, 6, 1)


def adopted_in_one_room(n: int) -> Inquiry:
    """Tests of one idea that were all adopted, and points of one classroom that name no cycle."""
    cycle = replace(completed(), act=an_act(decision=Decision.adopt))
    return an_inquiry(
        cycles=tuple(replace(cycle, id=f"cycle-{i}") for i in range(n)),
        points=tuple(
            a_point(f"point-{i}", STARTED + timedelta(i % 50), value=i % 100, classroom_id=ROOM_12)
            for i in range(n)
        ),
    )


def kept_beside_many_balances(n: int) -> Inquiry:
    """Tests that were all adopted, and balancing measures without a figure."""
    return replace(
        adopted_in_one_room(n),
        measures=(
            a_measure(),
            *(a_measure(id=MeasureId(f"m-{i}"), kind=MeasureKind.balancing) for i in range(n)),
        ),
    )


def planned_as_standard_work(n: int) -> Inquiry:
    """Cycles of one idea that are all still planned, each as standard work."""
    plan = a_plan(scale=Scale.implement, belief=None)
    return an_inquiry(cycles=tuple(a_cycle(f"cycle-{i}", plan=plan) for i in range(n)), points=())


def unused_measures(n: int) -> Inquiry:
    """Measures that no Study names, and Studies that say much."""
    said = "Al final más alumnos explicaban sus pasos con el marco. " * 20
    cycle = replace(completed(), study=a_study(results=(), learned=said))
    return an_inquiry(
        measures=(
            a_measure(),
            *(a_measure(id=MeasureId(f"m-{i}"), name=f"Tally {i}") for i in range(n)),
        ),
        points=tuple(
            a_point(f"point-{i}-{k}", STARTED + timedelta(weeks=k), measure_id=f"m-{i}", value=5)
            for i in range(n)
            for k in range(3)
        ),
        cycles=tuple(replace(cycle, id=f"cycle-{i}") for i in range(n)),
    )


def running_through_closures(n: int) -> Inquiry:
    """Running cycles in a year of as many closed days as there may be."""
    first = date(2017, 9, 1)
    closures = tuple(
        Closure(name="Closed", first_day=first + timedelta(i), last_day=first + timedelta(i))
        for i in range(200)
    )
    cycles = tuple(in_do(a_cycle(f"cycle-{i}")) for i in range(n))
    return an_inquiry(cycles=cycles, points=(), calendar=a_calendar(closures=closures))


def calls(inquiry: Inquiry) -> int:
    """How many calls a review makes, after one that fills what is remembered between them."""
    findings(inquiry, on=TODAY)
    made = 0

    def count(frame: Any, event: str, arg: Any) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        findings(inquiry, on=TODAY)
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize(
    "shape",
    [
        adopted_in_one_room,
        kept_beside_many_balances,
        planned_as_standard_work,
        unused_measures,
        running_through_closures,
    ],
)
def test_a_document_four_times_as_long_asks_for_little_more_than_four_times_the_work(
    shape: Callable[[int], Inquiry],
) -> None:
    assert calls(shape(80)) < 5 * calls(shape(20))
