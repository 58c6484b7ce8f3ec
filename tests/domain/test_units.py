from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import (
    Access,
    Action,
    Audience,
    Circle,
    Grant,
    GrantId,
    InvalidValue,
    NotAllowed,
    NotVisible,
    PersonId,
    Principal,
    Role,
    Scope,
    StageWords,
    Step,
    Unit,
    UnitId,
    UnitTree,
    UnknownElement,
    audience,
    may,
    may_give,
    require,
)
from pdsa.units import (
    ROLES,
    Reach,
    Sight,
    check_kind,
    may_label,
    may_set_up,
    only_labels,
    sight,
    team_sight,
)
from tests.builders import TEAM, a_team, classrooms

DISTRICT, SCHOOL, OTHER = UnitId("district"), UnitId("school"), UnitId("other-school")
TODAY = date(2018, 1, 12)
ROOM_12 = UnitId("room-12")
IN_TEAM = (Step(TEAM, "team"),)


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

    assert [step.id for step in path] == [DISTRICT, SCHOOL, TEAM, "room-12"]


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
def test_a_role_reaches_its_unit_and_what_the_table_says_under_it(role: Role) -> None:
    tree, asking = a_district(), somebody(a_grant(role, unit_id=SCHOOL))

    reached = {
        unit: may(asking, Action.see, tree.path(unit), on=TODAY)
        for unit in (SCHOOL, TEAM, ROOM_12, OTHER, DISTRICT)
    }

    under = ROLES[role].reach is Reach.subtree
    assert reached == {SCHOOL: True, TEAM: under, ROOM_12: under, OTHER: False, DISTRICT: False}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_on_a_team_reaches_its_classrooms(role: Role) -> None:
    asking = somebody(a_grant(role, unit_id=TEAM))

    assert may(asking, Action.see, a_district().path(ROOM_12), on=TODAY)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_allows_what_the_table_says_and_no_more(role: Role) -> None:
    asking = somebody(a_grant(role, unit_id=TEAM))

    allowed = {action for action in Action if may(asking, action, IN_TEAM, on=TODAY)}

    assert allowed == ROLES[role].actions


def test_only_an_administrator_administers_and_only_teachers_publish() -> None:
    assert {role for role in Role if Action.administer in ROLES[role].actions} == {
        Role.administrator
    }
    assert {role for role in Role if Action.publish in ROLES[role].actions} == {
        Role.member,
        Role.facilitator,
    }


@pytest.mark.parametrize(
    ("role", "unit", "wanted"),
    [
        (Role.member, TEAM, Audience.team),
        (Role.coach, TEAM, Audience.team),
        (Role.viewer, TEAM, Audience.team),
        (Role.ilt_member, SCHOOL, Audience.school),
        (Role.leader, SCHOOL, Audience.school),
        (Role.viewer, SCHOOL, Audience.above),
        (Role.administrator, SCHOOL, Audience.above),
        (Role.leader, DISTRICT, Audience.above),
        (Role.leader, None, Audience.above),
        (Role.facilitator, None, Audience.team),
        (Role.member, SCHOOL, Audience.outside),
        (Role.leader, OTHER, Audience.outside),
    ],
)
def test_who_somebody_is_to_a_team(role: Role, unit: UnitId | None, wanted: Audience) -> None:
    asking, tree = somebody(a_grant(role, unit_id=unit)), a_district()

    assert audience(asking, tree.path(TEAM), on=TODAY) is wanted
    assert audience(asking, tree.path(ROOM_12), on=TODAY) is wanted


def test_the_closest_role_says_who_somebody_is() -> None:
    coach = somebody(a_grant(Role.leader, unit_id=DISTRICT), a_grant(Role.coach, unit_id=TEAM))

    assert audience(coach, a_district().path(TEAM), on=TODAY) is Audience.team


def test_without_a_school_above_it_a_team_has_no_school_officials() -> None:
    tree = UnitTree([a_team(parent_id=DISTRICT), Unit(DISTRICT, "district", "Sacramento City")])
    leader = somebody(a_grant(Role.leader, unit_id=DISTRICT))

    assert audience(leader, tree.path(TEAM), on=TODAY) is Audience.above


@pytest.mark.parametrize("role", list(Role))
def test_a_facilitator_gives_the_roles_of_a_team_and_an_administrator_every_role(
    role: Role,
) -> None:
    facilitator = somebody(a_grant(Role.facilitator, unit_id=TEAM))
    administrator = somebody(a_grant(Role.administrator, unit_id=DISTRICT))
    leader = somebody(a_grant(Role.leader, unit_id=SCHOOL))

    on_team, on_school = a_district().path(TEAM), a_district().path(SCHOOL)

    assert may_give(facilitator, role, on_team, on=TODAY) is (
        role in (Role.member, Role.coach, Role.viewer)
    )
    assert not may_give(facilitator, role, on_school, on=TODAY)
    assert may_give(administrator, role, on_team, on=TODAY)
    assert not may_give(leader, role, on_team, on=TODAY)


def test_a_team_labels_its_classrooms_and_an_administrator_sets_up_every_unit() -> None:
    member = somebody(a_grant(Role.member, unit_id=TEAM))
    administrator = somebody(a_grant(Role.administrator, unit_id=DISTRICT))
    everywhere = somebody(a_grant(Role.facilitator, unit_id=None))
    on_team = a_district().path(TEAM)

    assert may_set_up(member, "classroom", on_team, on=TODAY)
    assert not may_set_up(member, "team", on_team, on=TODAY)
    assert may_set_up(administrator, "classroom", on_team, on=TODAY)
    assert may_set_up(administrator, "team", a_district().path(SCHOOL), on=TODAY)
    assert not may_set_up(everywhere, "classroom", (), on=TODAY)


@pytest.mark.parametrize(
    ("access", "allowed"),
    [
        (Access.read, {Action.see}),
        (Access.write, {Action.see, Action.log, Action.publish}),
        (Access.administer, {Action.see, Action.log, Action.publish, Action.invite}),
    ],
)
def test_a_token_narrows_what_its_person_may(access: Access, allowed: set[Action]) -> None:
    grant = a_grant(Role.facilitator, unit_id=TEAM)
    asking = Principal(
        person_id=PersonId("person-1"), name="A tool", grants=(grant,), scopes=(Scope(access),)
    )

    assert {action for action in Action if may(asking, action, IN_TEAM, on=TODAY)} == allowed


def test_a_token_is_confined_to_its_units() -> None:
    asking = Principal(
        person_id=PersonId("person-1"),
        name="A tool",
        grants=(a_grant(Role.leader),),
        scopes=(Scope(Access.read, OTHER),),
    )

    assert may(asking, Action.see, a_district().path(OTHER), on=TODAY)
    assert not may(asking, Action.see, a_district().path(TEAM), on=TODAY)
    assert not may(asking, Action.see, (), on=TODAY)


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

    assert may(somebody(grant), Action.log, IN_TEAM, on=day) is holds


def test_only_a_grant_without_a_unit_reaches_the_place_above_all_roots() -> None:
    district = somebody(a_grant(Role.administrator, unit_id=DISTRICT))
    everywhere = somebody(a_grant(Role.administrator))

    assert not may(district, Action.administer, (), on=TODAY)
    assert may(everywhere, Action.administer, (), on=TODAY)


def test_what_may_not_be_seen_reads_like_what_does_not_exist() -> None:
    with pytest.raises(NotVisible) as raised:
        require(
            somebody(),
            Action.log,
            (Step(SCHOOL, "school"), *IN_TEAM),
            on=TODAY,
            kind="cycle",
            id="cycle-1",
        )

    assert str(raised.value) == "no cycle 'cycle-1'"


def test_what_may_be_seen_but_not_done_names_the_unit() -> None:
    viewer = somebody(a_grant(Role.viewer, unit_id=SCHOOL))

    with pytest.raises(NotAllowed) as raised:
        require(viewer, Action.log, (Step(SCHOOL, "school"), *IN_TEAM), on=TODAY)

    assert (raised.value.action, raised.value.unit) == ("log", TEAM)


ROLE_PLACES = st.lists(
    st.tuples(st.sampled_from(list(Role)), st.sampled_from([TEAM, SCHOOL, OTHER, DISTRICT, None])),
    max_size=3,
)
SCOPES = st.none() | st.lists(
    st.builds(Scope, st.sampled_from(Access), st.sampled_from([TEAM, SCHOOL, None])),
    min_size=1,
    max_size=2,
).map(tuple)


@given(ROLE_PLACES, SCOPES)
def test_sight_is_where_somebody_may_see_and_team_sight_where_they_are_team(
    roles: list[tuple[Role, UnitId | None]], scopes: tuple[Scope, ...] | None
) -> None:
    grants = tuple(a_grant(role, unit_id=unit) for role, unit in roles)
    asking = Principal(person_id=PersonId("p"), name="Ana", grants=grants, scopes=scopes)
    tree = a_district()

    for unit in tree.units.values():
        path = tree.path(unit.id)
        assert within(sight(asking, on=TODAY), tree, unit) is may(
            asking, Action.see, path, on=TODAY
        )
        assert within(team_sight(asking, on=TODAY), tree, unit) is (
            audience(asking, path, on=TODAY) is Audience.team
        )


def within(seen: Sight, tree: UnitTree, unit: Unit) -> bool:
    """As the store reads it, row by row."""
    path = [step.id for step in tree.path(unit.id)]
    alone = unit.id in seen.alone or (unit.kind == "classroom" and unit.parent_id in seen.alone)
    below = seen.trees is None or any(each in path for each in seen.trees)
    inside = seen.within is None or any(each in path for each in seen.within)
    return (alone or below) and inside


def test_a_role_that_has_ended_is_not_seen() -> None:
    asking = somebody(a_grant(Role.leader, unit_id=OTHER, ends_on=date(2017, 6, 30)))

    assert sight(asking, on=date(2017, 6, 30)).trees == (OTHER,)
    assert sight(asking, on=TODAY) == Sight()


def test_who_may_invite_gives_themselves_no_role() -> None:
    facilitator = somebody(a_grant(Role.facilitator, unit_id=TEAM))
    administrator = somebody(a_grant(Role.administrator, unit_id=DISTRICT))
    where = a_district().path(TEAM)

    for role in Role:
        assert not may_give(facilitator, role, where, on=TODAY, to=facilitator.person_id)
        assert may_give(administrator, role, where, on=TODAY, to=administrator.person_id)


@pytest.mark.parametrize(
    ("before", "after", "may_be"),
    [
        ("team", "grade-team", True),
        ("school", "school", True),
        ("team", "classroom", False),
        ("classroom", "team", False),
        ("team", "school", False),
        ("school", "district", False),
        ("classroom", "school", False),
    ],
)
def test_the_kinds_by_which_access_goes_stay(before: str, after: str, may_be: bool) -> None:
    old, new = (Unit(TEAM, kind, "Grade 5") for kind in (before, after))

    if may_be:
        check_kind(old, new)
    else:
        with pytest.raises(InvalidValue, match="set up another unit"):
            check_kind(old, new)


@pytest.mark.parametrize(
    ("role", "kind", "may_be"),
    [
        (Role.member, "team", True),
        (Role.coach, "classroom", True),
        (Role.facilitator, "school", False),
        (Role.viewer, "team", False),
        (Role.ilt_member, "team", False),
        (Role.administrator, "team", True),
        (Role.administrator, "school", True),
    ],
)
def test_a_team_says_what_it_and_its_classrooms_are_called(
    role: Role, kind: str, may_be: bool
) -> None:
    path = (Step(TEAM, "team"), Step(ROOM_12, kind)) if kind == "classroom" else (Step(TEAM, kind),)

    assert may_label(somebody(a_grant(role, TEAM)), kind, path, on=TODAY) is may_be


def test_a_name_and_the_words_of_the_stages_are_labels_and_the_place_is_none() -> None:
    team = a_team(parent_id=SCHOOL)

    assert only_labels(team, a_team(parent_id=SCHOOL, name="Grade 5"))
    assert only_labels(team, a_team(parent_id=SCHOOL, stage_words=StageWords.teaching))
    assert not only_labels(team, a_team(parent_id=OTHER, name="Grade 5"))
    assert not only_labels(team, a_team(parent_id=SCHOOL, kind="grade"))
