from datetime import date
from typing import Any

import pytest

from pdsa import Belief, Cycle, FailureCost, Readiness, Scale
from pdsa.review import Record
from pdsa.review.advice import ScaleAdvice, advice
from tests.builders import DECIDED, a_cycle, a_plan, an_inquiry, completed

TODAY = date(2018, 3, 16)
SEEN: dict[str, Any] = {
    "belief": Belief.high,
    "failure_cost": FailureCost.high,
    "readiness": Readiness.indifferent,
}


def of(*cycles: Cycle) -> ScaleAdvice:
    """The advice for the last of these cycles."""
    return advice(Record(an_inquiry(cycles=cycles), TODAY), cycles[-1])


def planning(**changes: Any) -> Cycle:
    return a_cycle("cycle-2", planned_on=DECIDED, plan=a_plan(**changes))


def test_the_improvement_guides_scale_stands_beside_the_planned_one() -> None:
    found = of(planning(**SEEN, scale=Scale.large))

    assert (found.advised, found.scale, found.missing) == (Scale.small, Scale.large, ())
    assert found.sentences[:2] == (
        "As you see the change, a small test, in one classroom, is advised.",
        "The plan is larger: a smaller test first would cost less if it fails.",
    )


@pytest.mark.parametrize(
    ("scale", "said"),
    [
        (Scale.very_small, "The plan is smaller, so a failure costs little and teaches early."),
        (Scale.small, "The plan is just that."),
        (None, "The plan does not say how large this test is."),
    ],
)
def test_a_plan_is_compared_with_the_advice(scale: Scale | None, said: str) -> None:
    assert said in of(planning(**SEEN, scale=scale)).sentences


def test_what_is_missing_for_advice_is_asked_for() -> None:
    none, one = of(planning()), of(planning(**SEEN | {"readiness": None}))

    assert (none.advised, one.advised) == (None, None)
    assert none.missing == ("belief", "failure_cost", "readiness")
    assert none.sentences[0] == (
        "For advice on the scale, say how much you believe that the change works, what a failure "
        "would cost and how those who test it stand to it."
    )
    assert one.sentences[0] == "For advice on the scale, say how those who test it stand to it."


def test_a_change_that_is_believed_in_costs_little_and_finds_all_ready_can_be_standard() -> None:
    ready = {"belief": Belief.high, "failure_cost": FailureCost.low, "readiness": Readiness.ready}

    found = of(planning(**ready, scale=Scale.implement, size=40))

    assert found.advised is Scale.implement
    assert found.next_size is None
    assert found.sentences == (
        "As you see the change, it can become standard work.",
        "The plan is just that.",
    )


@pytest.mark.parametrize(
    ("size", "step"),
    [(10, "10 classrooms is within that"), (11, "11 classrooms is a larger step than that")],
)
def test_a_test_is_about_five_times_as_large_as_the_one_before(size: int, step: str) -> None:
    found = of(completed(), planning(size=size))

    assert (found.before and found.before.size, found.most) == (2, 10)
    assert found.sentences[1] == (
        f"The test before had 2 classrooms; about five times that is 10, and {step}."
    )


@pytest.mark.parametrize(
    ("size", "size_of", "most"),
    [(30, "students", None), (1, "Classroom ", 10), (None, "classrooms", None)],
)
def test_only_sizes_that_count_the_same_things_are_compared(
    size: int | None, size_of: str, most: int | None
) -> None:
    assert of(completed(), planning(size=size, size_of=size_of)).most == most


def test_a_cycle_before_that_never_began_was_no_test() -> None:
    never = a_cycle().stop(on=DECIDED, reason="The school had no paper.")

    found = of(never, planning(size=11))

    assert (found.before, found.most) == (None, None)
    assert "The test before" not in " ".join(found.sentences)


@pytest.mark.parametrize(
    ("size_of", "said"),
    [("students", "1 student"), ("children", "1 child"), ("lecciones", "1 lección"), ("", "1")],
)
def test_of_one_there_is_one(size_of: str, said: str) -> None:
    found = of(planning(size=1, size_of=size_of))

    assert found.sentences[-1] == f"After {said}, the next test may have about 5."


def test_the_next_size_is_five_times_this_one() -> None:
    found = of(planning())

    assert found.next_size == 10
    assert found.sentences[-1] == "After 2 classrooms, the next test may have about 10."


def test_without_a_size_there_is_no_next_one() -> None:
    assert of(planning(size=None)).next_size is None
    assert of(planning(size=0)).next_size is None
