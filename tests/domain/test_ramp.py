from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import Circle, Cycle, CycleId, Decision, InvalidValue, Scale, check_follows, ramp
from pdsa.ramp import each_after, following, in_order
from pdsa.review import Record
from tests.builders import (
    IDEA,
    STARTED,
    a_cycle,
    a_plan,
    an_act,
    an_inquiry,
    completed,
    in_do,
    in_study,
)


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


def test_each_of_two_ramps_side_by_side_grows_by_itself() -> None:
    root = a_step("a", Scale.very_small, 1)
    large = a_step("b", Scale.large, 25, follows="a", planned_on=date(2018, 2, 1))
    small = a_step("c", Scale.small, 5, follows="a", planned_on=date(2018, 3, 1))
    shrunk = a_step("d", Scale.very_small, 5, follows="c", planned_on=date(2018, 3, 5))

    assert ramp(IDEA, [root, large, small]).grows is True
    assert ramp(IDEA, [root, large, small, shrunk]).grows is False
    assert ramp(IDEA, [a_step("a"), large, small]).grows is None


def test_a_test_that_follows_none_comes_after_the_latest_that_began_before_it() -> None:
    january = a_step("a", Scale.very_small, 1, planned_on=date(2018, 1, 8))
    march = a_step("a2", Scale.small, 25, follows="a", planned_on=date(2018, 3, 5))
    february = a_step("b", Scale.very_small, 5, planned_on=date(2018, 2, 5))

    found = each_after(in_order([march, february, january]))

    assert [(one.id, other.id) for one, other in found] == [("a", "b"), ("a", "a2")]
    assert ramp(IDEA, [january, march, february]).grows is True


def test_a_cycle_dated_before_the_one_it_follows_comes_after_it() -> None:
    followed = a_cycle("a", planned_on=date(2018, 3, 5))
    early = a_cycle("b", follows="a", planned_on=date(2018, 1, 8))

    assert list(each_after(in_order([early, followed]))) == [(followed, early)]


@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 6), st.none() | st.integers(0, 3)),
        min_size=1,
        max_size=8,
    )
)
def test_all_but_the_first_have_one_before_and_no_way_back_is_a_circle(
    drawn: list[tuple[int | None, int | None]],
) -> None:
    cycles = [
        a_cycle(
            f"c{n}",
            follows=None if other is None or other >= n else f"c{other}",
            planned_on=None if week is None else date(2018, 1, 8) + timedelta(weeks=week),
        )
        for n, (other, week) in enumerate(drawn)
    ]

    before = {cycle.id: one for one, cycle in each_after(in_order(cycles))}

    assert len(before) == len(cycles) - 1
    for cycle in cycles:
        assert cycle.follows is None or before[cycle.id].id == cycle.follows
        at: Cycle | None = cycle
        for _ in cycles:
            at = None if at is None else before.get(at.id)
        assert at is None


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


def test_the_test_before_began_before_and_the_test_after_is_the_other_way_round() -> None:
    january = a_cycle("a", planned_on=date(2018, 1, 8))
    march = a_cycle("a2", follows="a", planned_on=date(2018, 3, 5))
    february = a_cycle("b", planned_on=date(2018, 2, 5))
    april = a_cycle("c", planned_on=date(2018, 4, 2))
    record = Record(an_inquiry(cycles=(april, march, february, january), points=()), STARTED)

    before = {cycle.id: record.before(cycle) for cycle in record.inquiry.cycles}

    assert before == {"a": None, "a2": january, "b": january, "c": march}
    assert [record.after(each) for each in (january, march)] == [(march,), (april,)]
    assert [record.after(each) for each in (february, april)] == [(), ()]


def test_the_next_cycle_begins_with_what_the_last_one_leads_to() -> None:
    ids = iter("abcdef")
    act = an_act(decision=Decision.adapt, next_plan="Say the frame to a partner.")
    before = in_study(a_cycle("one")).record_act(act, on=date(2018, 3, 12))

    after = following(
        before, CycleId("two"), title="Second", on=date(2018, 3, 13), new_id=lambda: next(ids)
    )

    assert (after.follows, after.plan.objective) == ("one", "Say the frame to a partner.")
    assert [question.text for question in after.plan.questions] == [
        question.text for question in before.plan.questions
    ]
    assert not after.plan.predictions()
    assert (after.plan.data, after.plan.tasks) == (before.plan.data, before.plan.tasks)
    assert (after.plan.scale, after.plan.size, after.plan.first_day) == (None, None, None)


def test_nothing_follows_a_cycle_that_is_running() -> None:
    with pytest.raises(InvalidValue, match="has ended"):
        following(in_do(), CycleId("two"), title="Second", on=date(2018, 3, 13), new_id=str)
