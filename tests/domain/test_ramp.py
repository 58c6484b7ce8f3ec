from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import Circle, Cycle, Decision, InvalidValue, Scale, check_follows, ramp
from tests.builders import IDEA, a_cycle, a_plan, completed, in_do


def a_step(id: str, scale: Scale | None = None, size: int | None = None, **changes: Any) -> Cycle:
    return a_cycle(id, plan=a_plan(scale=scale, size=size), **changes)


def test_cycles_that_follow_one_another_are_the_steps_of_a_ramp() -> None:
    third = a_cycle("c", follows="b", planned_on=date(2017, 9, 1))
    second = in_do(a_cycle("b", follows="a"))
    first = completed(a_cycle("a"))

    steps = ramp(IDEA, [third, second, first]).steps

    assert [(step.number, step.cycle_id) for step in steps] == [(1, "a"), (2, "b"), (3, "c")]
    assert [step.decision for step in steps] == [Decision.adapt, None, None]


def test_cycles_side_by_side_stand_in_the_order_of_their_dates() -> None:
    undated = a_cycle("a", planned_on=None)
    late = a_cycle("b", planned_on=date(2018, 3, 1))
    early = a_cycle("c", planned_on=date(2018, 2, 1))

    assert [step.cycle_id for step in ramp(IDEA, [undated, late, early]).steps] == ["c", "b", "a"]


def test_of_two_cycles_after_one_the_earlier_stands_first_with_what_follows_it() -> None:
    root = a_cycle("root")
    late = a_cycle("late", follows="root", planned_on=date(2018, 3, 1))
    early = a_cycle("early", follows="root", planned_on=date(2018, 2, 1))
    after = a_cycle("after", follows="early", planned_on=date(2018, 4, 1))

    steps = ramp(IDEA, [late, after, early, root]).steps

    assert [step.cycle_id for step in steps] == ["root", "early", "after", "late"]


def test_cycles_on_other_ideas_are_no_steps() -> None:
    other = a_cycle("b", change_idea_id="idea-talk-moves")

    assert [step.cycle_id for step in ramp(IDEA, [a_cycle("a", follows="b"), other]).steps] == ["a"]
    assert ramp(IDEA, []).steps == ()


@pytest.mark.parametrize(
    ("steps", "grows"),
    [
        ([], None),
        ([(Scale.small, 1)], None),
        ([(Scale.small, 1), (None, None)], None),
        ([(Scale.small, 1), (Scale.large, 5)], True),
        ([(Scale.small, 1), (Scale.small, 5)], True),
        ([(Scale.very_small, 25), (Scale.small, 1)], True),
        ([(Scale.small, 1), (None, None), (Scale.large, 5)], True),
        ([(Scale.small, 1), (Scale.small, 1)], False),
        ([(Scale.small, 1), (Scale.large, 5), (Scale.small, 1)], False),
    ],
)
def test_a_ramp_grows_when_a_step_is_larger_and_none_smaller(
    steps: list[tuple[Scale | None, int | None]], grows: bool | None
) -> None:
    cycles = [
        a_step(f"c{n}", scale, size, follows=f"c{n - 1}" if n else None)
        for n, (scale, size) in enumerate(steps)
    ]

    assert ramp(IDEA, cycles).grows is grows


@given(st.lists(st.one_of(st.none(), st.integers(0, 7)), min_size=8, max_size=8))
def test_every_cycle_is_one_step_after_the_one_it_follows(follows: list[int | None]) -> None:
    before = {n: other if other is None or other < n else None for n, other in enumerate(follows)}
    cycles = [
        a_cycle(
            f"c{n}",
            follows=None if other is None else f"c{other}",
            planned_on=date(2018, 3, 1) - timedelta(n),
        )
        for n, other in before.items()
    ]

    steps = [int(step.cycle_id[1:]) for step in ramp(IDEA, cycles).steps]

    assert sorted(steps) == list(range(8))
    assert all(
        steps.index(other) < steps.index(n) for n, other in before.items() if other is not None
    )


@pytest.mark.parametrize("length", [1, 2, 3])
def test_cycles_that_follow_each_other_are_not_lost_but_refused(length: int) -> None:
    circle = [a_cycle(f"c{n}", follows=f"c{(n + 1) % length}") for n in range(length)]

    with pytest.raises(Circle) as raised:
        ramp(IDEA, [a_cycle("alone"), *circle])

    assert len(raised.value.path) == length + 1


def test_a_cycle_follows_one_that_has_ended() -> None:
    check_follows(a_cycle("b"), completed())
    check_follows(a_cycle("b"), a_cycle().stop(on=date(2018, 1, 10), reason="Nobody had time."))

    with pytest.raises(InvalidValue, match="running in do") as raised:
        check_follows(a_cycle("b"), in_do())
    assert raised.value.field == "follows"


def test_a_cycle_follows_one_of_its_own_aim() -> None:
    with pytest.raises(InvalidValue, match="a cycle of the same aim"):
        check_follows(a_cycle("b", aim_id="aim-of-another-team"), completed())


def test_a_cycle_never_follows_itself() -> None:
    with pytest.raises(Circle):
        check_follows(completed(), completed())
