"""Who sees a request and who takes which turn: every role, on every unit, wherever it has got to."""

from datetime import date
from itertools import product

import pytest
from msgspec.structs import replace

from pdsa import Grant, IllegalTurn, InvalidValue, NotAllowed, NotVisible, Principal, Role, UnitId
from pdsa.feedback import (
    Request,
    RequestMove,
    check_way,
    level_above,
    may_see_request,
    may_speak,
    may_take,
    require_turn,
    standing,
)
from pdsa.units import Access, Scope, Step
from tests.builders import STUDIED, TEAM, a_request

ON = date(2018, 3, 20)
UNITS = ("district", "community", "school-east", "team-grade-5")
PATH = tuple(
    Step(UnitId(unit), kind)
    for unit, kind in zip(UNITS, ("district", "community", "school", "team"), strict=True)
)
SCHOOL, COMMUNITY, DISTRICT = (UnitId(unit) for unit in UNITS[2::-1])
AT_SCHOOL = a_request()
AT_COMMUNITY = AT_SCHOOL.pass_up("Not ours.", to=COMMUNITY, on=STUDIED)
LEVEL = {Role.ilt_member, Role.leader, Role.administrator}


def who(role: Role, unit: str | None, scopes: tuple[Scope, ...] | None = None) -> Principal:
    grant = Grant("grant", "person", role, unit)  # type: ignore[arg-type]
    return Principal(person_id="person", name="Ana", grants=(grant,), scopes=scopes)  # type: ignore[arg-type]


def seen_by(request: Request) -> set[tuple[Role, str | None]]:
    return {
        (role, unit)
        for role, unit in product(Role, (*UNITS, None))
        if may_see_request(who(role, unit), request, PATH, on=ON)
    }


def takers(move: RequestMove, request: Request) -> set[tuple[Role, str | None]]:
    return {
        (role, unit)
        for role, unit in product(Role, (*UNITS, None))
        if may_take(who(role, unit), move, request, PATH, on=ON)
    }


OF_TEAM = {(role, TEAM) for role in Role} | {
    (role, None) for role in (Role.member, Role.facilitator, Role.coach)
}


def at_level(unit: str) -> set[tuple[Role, str | None]]:
    return {(role, unit) for role in (*LEVEL, Role.coach)}


def test_a_request_is_seen_by_its_team_and_where_it_has_got_to_and_nowhere_above() -> None:
    school, community = (
        at_level(unit) | {(Role.viewer, unit)} for unit in ("school-east", "community")
    )

    assert seen_by(AT_SCHOOL) == OF_TEAM | school
    assert seen_by(AT_COMMUNITY) == OF_TEAM | school | community


def test_the_level_that_it_is_at_answers_and_passes_up_and_nobody_else() -> None:
    for move in (RequestMove.answer, RequestMove.pass_up):
        assert takers(move, AT_SCHOOL) == at_level("school-east")
        assert takers(move, AT_COMMUNITY) == at_level("community")


def test_the_team_raises_and_whoever_speaks_for_it_closes_and_reopens() -> None:
    speaking = {(role, unit) for role in (Role.member, Role.facilitator) for unit in (TEAM, None)}

    assert takers(RequestMove.raise_, AT_SCHOOL) == speaking | {
        (Role.coach, TEAM),
        (Role.coach, None),
    }
    for request, move in product(
        (AT_SCHOOL, AT_COMMUNITY), (RequestMove.close, RequestMove.reopen)
    ):
        assert takers(move, request) == speaking


def test_where_a_team_has_moved_away_its_request_is_its_own() -> None:
    elsewhere = (Step(UnitId("school-west"), "school"), PATH[-1])

    for unit in ("school-east", "school-west"):
        assert not may_see_request(who(Role.leader, unit), AT_SCHOOL, elsewhere, on=ON)
        assert not may_take(who(Role.leader, unit), RequestMove.answer, AT_SCHOOL, elsewhere, on=ON)
    assert may_take(who(Role.member, TEAM), RequestMove.close, AT_SCHOOL, elsewhere, on=ON)


def test_a_token_sees_and_does_no_more_than_its_scopes() -> None:
    reads = (Scope(Access.read, SCHOOL),)
    abroad = (Scope(Access.administer, UnitId("school-west")),)

    assert may_see_request(who(Role.leader, SCHOOL, reads), AT_SCHOOL, PATH, on=ON)
    assert not may_take(who(Role.leader, SCHOOL, reads), RequestMove.answer, AT_SCHOOL, PATH, on=ON)
    assert not may_see_request(who(Role.leader, SCHOOL, abroad), AT_SCHOOL, PATH, on=ON)


def test_out_of_sight_without_the_right_and_at_the_top_read_differently() -> None:
    at_top = AT_COMMUNITY.pass_up("Not ours either.", to=DISTRICT, on=STUDIED)

    with pytest.raises(NotVisible):
        require_turn(who(Role.leader, COMMUNITY), RequestMove.answer, AT_SCHOOL, PATH, on=ON)
    with pytest.raises(NotAllowed, match="answer a request in unit school-east"):
        require_turn(who(Role.coach, TEAM), RequestMove.answer, AT_SCHOOL, PATH, on=ON)
    with pytest.raises(IllegalTurn, match="no unit above") as raised:
        require_turn(who(Role.leader, DISTRICT), RequestMove.pass_up, at_top, PATH, on=ON)
    assert raised.value.legal == (RequestMove.answer, RequestMove.close)


def test_a_request_goes_up_unit_by_unit() -> None:
    jumped = AT_SCHOOL.pass_up("At once.", to=DISTRICT, on=STUDIED)
    foreign = replace(
        AT_SCHOOL, at=UnitId("elsewhere"), turns=(replace(AT_SCHOOL.turns[0], at="elsewhere"),)
    )

    check_way(AT_COMMUNITY, PATH)
    check_way(foreign, PATH)
    with pytest.raises(InvalidValue, match="community, the unit right above"):
        check_way(jumped, PATH)


def test_the_level_above_a_teams_classroom_is_the_level_above_the_team() -> None:
    room = (*PATH, Step(UnitId("room-12"), "classroom"))

    assert level_above(PATH) == level_above(room) == SCHOOL
    assert [level_above(room, unit) for unit in UNITS] == [None, DISTRICT, COMMUNITY, None]
    assert level_above(PATH[:1]) is None


def test_requests_get_to_whoever_stands_on_a_unit_with_a_role_that_may_see_or_answer() -> None:
    found = {role for role in Role if standing(who(role, SCHOOL), on=ON)}

    assert found == LEVEL | {Role.viewer, Role.coach}


def test_who_works_on_a_record_or_stands_beside_it_may_comment() -> None:
    speakers = {
        (role, unit)
        for role, unit in product(Role, UNITS)
        if may_speak(who(role, unit), PATH, on=ON)
    }

    assert speakers == {
        *((role, TEAM) for role in (Role.member, Role.facilitator, Role.coach)),
        *((role, unit) for role in (Role.ilt_member, Role.leader) for unit in UNITS),
    }
