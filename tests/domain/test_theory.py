from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdsa import (
    Circle,
    Driver,
    DriverId,
    InvalidValue,
    Link,
    Strength,
    Theory,
    UnknownElement,
    diff,
    theory_on,
)
from tests.builders import AIM, IDEA, a_theory

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14, unique=True)


def drivers(count: int) -> tuple[Driver, ...]:
    return tuple(Driver(id=DriverId(f"d{n}"), text=f"Driver {n}") for n in range(count))


def links(pairs: list[tuple[int, int]]) -> tuple[Link, ...]:
    return tuple(Link(source=f"d{cause}", target=f"d{effect}") for cause, effect in pairs)


def runs_in_a_circle(pairs: list[tuple[int, int]]) -> bool:
    """By closing the relation under composition, which the code under test does not do."""
    reach = set(pairs)
    for _ in range(7):
        reach |= {(a, d) for a, b in reach for c, d in reach if b == c}
    return any(a == b for a, b in reach)


@given(PAIRS)
def test_drivers_never_move_each_other_in_a_circle(pairs: list[tuple[int, int]]) -> None:
    if runs_in_a_circle(pairs):
        with pytest.raises(Circle) as raised:
            Theory(AIM, date(2018, 1, 1), drivers(7), links(pairs))
        ids = [int(id[1:]) for id in raised.value.path]
        assert ids[0] == ids[-1]
        assert set(pairwise(ids)) <= set(pairs)
    else:
        theory = Theory(AIM, date(2018, 1, 1), drivers(7), links(pairs))
        assert len(theory.links) == len(pairs)


def test_a_long_chain_of_drivers_is_no_circle_until_it_is_closed() -> None:
    chain = [(n, n + 1) for n in range(2999)]

    theory = Theory(AIM, date(2018, 1, 1), drivers(3000), links(chain))

    assert len(theory.links) == 2999
    with pytest.raises(Circle) as raised:
        replace(theory, links=links([*chain, (2999, 0)]))
    assert len(raised.value.path) == 3001


def test_an_idea_may_serve_several_drivers_and_a_driver_several_others() -> None:
    theory = a_theory(links=(*a_theory().links, Link(source=IDEA, target="driver-reasoning")))

    assert [driver.id for driver in theory.serves(IDEA)] == ["driver-reasoning", "driver-language"]


def test_primary_drivers_are_linked_to_the_aim_and_the_others_are_secondary() -> None:
    theory = a_theory()

    assert [driver.id for driver in theory.primary_drivers()] == ["driver-reasoning"]
    assert [driver.id for driver in theory.secondary_drivers()] == ["driver-language"]


def test_change_ideas_are_named_once_in_the_order_of_their_links() -> None:
    more = (
        Link(source="idea-talk-moves", target="driver-language"),
        Link(source=IDEA, target="driver-reasoning"),
    )

    theory = a_theory(links=(*a_theory().links, *more))

    assert theory.change_idea_ids() == (IDEA, "idea-talk-moves")


def test_a_link_from_what_is_neither_driver_nor_idea_is_unknown() -> None:
    with pytest.raises(UnknownElement) as raised:
        a_theory().check_ideas([])

    assert (raised.value.id, raised.value.field) == (IDEA, "links/2/source")
    a_theory().check_ideas([IDEA])


@pytest.mark.parametrize(
    ("link", "field"),
    [
        (Link(source=IDEA, target="driver-of-another-aim"), "links/3/target"),
        (Link(source=AIM, target="driver-reasoning"), "links/3/source"),
        (Link(source=IDEA, target="driver-language", strength=Strength.weak), "links/3"),
    ],
)
def test_a_link_ends_in_this_theory_and_is_drawn_once(link: Link, field: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        a_theory(links=(*a_theory().links, link))

    assert raised.value.field == field


@pytest.mark.parametrize("id", ["driver-reasoning", AIM])
def test_a_driver_has_an_id_of_its_own(id: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        a_theory(drivers=(*a_theory().drivers, Driver(id=DriverId(id), text="Again")))

    assert raised.value.field == "drivers/2/id"


def test_a_diff_names_what_came_went_was_reworded_and_is_believed_otherwise() -> None:
    before = a_theory()
    talk = Driver(id=DriverId("driver-talk"), text="Students talk in pairs")
    after = a_theory(
        version=2,
        on=date(2018, 2, 1),
        drivers=(replace(before.drivers[0], text="Students give reasons"), talk),
        links=(
            replace(before.links[0], strength=Strength.weak),
            Link(source="driver-talk", target="driver-reasoning"),
        ),
    )

    changed = diff(before, after)

    assert (changed.from_version, changed.to_version) == (1, 2)
    assert changed.drivers_added == (talk,)
    assert changed.drivers_removed == (before.drivers[1],)
    assert [(each.before.text, each.after.text) for each in changed.drivers_reworded] == [
        ("Students explain their reasoning", "Students give reasons")
    ]
    assert changed.links_added == after.links[1:]
    assert changed.links_removed == before.links[1:]
    assert changed.links_restated == after.links[:1]


@given(PAIRS, PAIRS)
def test_a_diff_leads_from_one_version_to_the_other_and_back(
    old: list[tuple[int, int]], new: list[tuple[int, int]]
) -> None:
    up = {(min(pair), max(pair) + 1) for pair in old}, {(min(pair), max(pair) + 1) for pair in new}
    before, after = (
        Theory(AIM, date(2018, 1, 1), drivers(8), links(sorted(pairs))) for pairs in up
    )

    forth, back = diff(before, after), diff(after, before)

    kept = [link for link in before.links if link not in forth.links_removed]
    assert sorted([*kept, *forth.links_added], key=str) == sorted(after.links, key=str)
    assert forth.links_added == back.links_removed
    assert diff(after, after).links_added == diff(after, after).links_removed == ()


def test_the_theory_in_force_is_the_latest_version_up_to_that_day() -> None:
    first, second = a_theory(), a_theory(version=2, on=date(2018, 2, 1))
    corrected = a_theory(version=3, on=date(2018, 2, 1))
    versions = [corrected, first, second]

    assert theory_on(versions, date(2017, 10, 19)) is None
    assert theory_on(versions, date(2018, 1, 31)) == first
    assert theory_on(versions, date(2018, 2, 1)) == corrected
    assert theory_on([], date(2018, 2, 1)) is None
