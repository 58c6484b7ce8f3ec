from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import (
    Action,
    Circle,
    Grant,
    GrantId,
    InvalidValue,
    NotAllowed,
    NotVisible,
    PersonId,
    Principal,
    Role,
    Unit,
    UnitId,
    UnitTree,
    UnknownElement,
    may,
    require,
)
from pdsa.units import visible_roots
from tests.builders import TEAM, a_team, classrooms

DISTRICT, SCHOOL, OTHER = UnitId("district"), UnitId("school"), UnitId("other-school")
TODAY = date(2018, 1, 12)


def a_district() -> UnitTree:
    return UnitTree(
        [
            *classrooms(),
            a_team(parent_id=SCHOOL),
            Unit(SCHOOL, "school", "Sample School", DISTRICT),
            Unit(OTHER, "school", "Tahoe Elementary", DISTRICT),
            Unit(DISTRICT, "district", "Sacramento City"),
        ]
    )


def a_grant(role: Role, unit_id: UnitId | None = None, **days: Any) -> Grant:
    return Grant(GrantId("grant-1"), PersonId("person-1"), role, unit_id, **days)


def somebody(*grants: Grant) -> Principal:
    return Principal(person_id=PersonId("person-1"), name="Ms. Rivera", grants=grants)


def test_a_path_leads_from_the_root_down_to_the_unit() -> None:
    tree = a_district()

    path = tree.path(UnitId("room-12"))

    assert path == (DISTRICT, SCHOOL, TEAM, "room-12")


def test_a_subtree_holds_parents_before_their_children() -> None:
    tree = a_district()

    ids = [unit.id for unit in tree.subtree(SCHOOL)]

    assert ids == [SCHOOL, TEAM, "room-12", "room-14"]


@pytest.mark.parametrize("way", ["path", "subtree"])
def test_a_unit_that_is_not_in_the_tree_is_unknown(way: str) -> None:
    tree = a_district()

    with pytest.raises(UnknownElement) as raised:
        getattr(tree, way)("nowhere")

    assert (raised.value.kind, raised.value.id) == ("unit", "nowhere")


def test_a_parent_that_is_not_in_the_tree_is_unknown() -> None:
    orphan = a_team(parent_id="closed-school")

    with pytest.raises(UnknownElement) as raised:
        UnitTree([orphan])

    assert (raised.value.id, raised.value.field) == ("closed-school", "parent_id")


def test_a_unit_id_is_given_once() -> None:
    with pytest.raises(InvalidValue, match="an id of its own"):
        UnitTree([a_team(), a_team(name="Grade 5 science")])


def test_units_are_never_above_themselves() -> None:
    one, two = a_team(id="one", parent_id="two"), a_team(id="two", parent_id="one")

    with pytest.raises(Circle) as raised:
        UnitTree([a_team(), one, two])

    assert raised.value.path == ("one", "two", "one")


@given(st.lists(st.integers(0, 7), min_size=8, max_size=8))
def test_parents_make_a_tree_or_are_refused(parents: list[int]) -> None:
    units = [
        Unit(UnitId(f"u{i}"), "unit", "A unit", UnitId(f"u{parent}") if parent < 7 else None)
        for i, parent in enumerate(parents)
    ]
    ends = []
    for start in range(8):
        at = start
        for _ in range(9):
            at = parents[at] if at < 7 else 7
        ends.append(at)

    if any(end != 7 for end in ends):
        with pytest.raises(Circle) as raised:
            UnitTree(units)
        steps = set(pairwise(raised.value.path))
        assert raised.value.path[0] == raised.value.path[-1]
        assert steps <= {(f"u{i}", f"u{parent}") for i, parent in enumerate(parents)}
    else:
        tree = UnitTree(units)
        assert sum(len(tree.path(unit.id)) for unit in units) == sum(
            len(tree.subtree(unit.id)) for unit in units
        )


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_everything_under_its_unit_and_nothing_beside_it(role: Role) -> None:
    tree, asking = a_district(), somebody(a_grant(role, unit_id=SCHOOL))

    below = may(asking, Action.see, tree.path(TEAM), on=TODAY)
    beside = may(asking, Action.see, tree.path(OTHER), on=TODAY)
    above = may(asking, Action.see, tree.path(DISTRICT), on=TODAY)

    assert (below, beside, above) == (True, False, False)


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        (Role.member, {"see", "log"}),
        (Role.facilitator, {"see", "log"}),
        (Role.coach, {"see", "log"}),
        (Role.ilt_member, {"see"}),
        (Role.leader, {"see"}),
        (Role.viewer, {"see"}),
        (Role.administrator, {"see", "log", "administer"}),
    ],
)
def test_each_role_allows_what_it_is_for(role: Role, actions: set[str]) -> None:
    asking = somebody(a_grant(role, unit_id=TEAM))

    allowed = {action.value for action in Action if may(asking, action, (TEAM,), on=TODAY)}

    assert allowed == actions


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2017, 8, 30), False),
        (date(2017, 8, 31), True),
        (date(2018, 6, 15), True),
        (date(2018, 6, 16), False),
    ],
)
def test_a_grant_holds_from_its_first_to_its_last_day(day: date, holds: bool) -> None:
    grant = a_grant(
        Role.coach, unit_id=TEAM, starts_on=date(2017, 8, 31), ends_on=date(2018, 6, 15)
    )

    assert may(somebody(grant), Action.log, (TEAM,), on=day) is holds


def test_only_a_grant_without_a_unit_reaches_the_place_above_all_roots() -> None:
    district = somebody(a_grant(Role.administrator, unit_id=DISTRICT))
    everywhere = somebody(a_grant(Role.administrator))

    assert not may(district, Action.administer, (), on=TODAY)
    assert may(everywhere, Action.administer, (), on=TODAY)


def test_what_may_not_be_seen_reads_like_what_does_not_exist() -> None:
    with pytest.raises(NotVisible) as raised:
        require(somebody(), Action.log, (SCHOOL, TEAM), on=TODAY, kind="cycle", id="cycle-1")

    assert str(raised.value) == "no cycle 'cycle-1'"


def test_what_may_be_seen_but_not_done_names_the_unit() -> None:
    viewer = somebody(a_grant(Role.viewer, unit_id=SCHOOL))

    with pytest.raises(NotAllowed) as raised:
        require(viewer, Action.log, (SCHOOL, TEAM), on=TODAY)

    assert (raised.value.action, raised.value.unit) == ("log", TEAM)


def test_the_roots_that_somebody_sees_are_those_of_grants_in_force() -> None:
    asking = somebody(
        a_grant(Role.member, unit_id=TEAM),
        a_grant(Role.viewer, unit_id=TEAM),
        a_grant(Role.leader, unit_id=OTHER, ends_on=date(2017, 6, 30)),
    )

    assert visible_roots(asking, on=TODAY) == (TEAM,)
    assert visible_roots(asking, on=date(2017, 6, 30)) == (TEAM, OTHER)
    assert visible_roots(somebody(a_grant(Role.viewer)), on=TODAY) is None
