"""Requests of a team: turns, whose turn it is, and how long it has taken."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import pdsa
from pdsa import (
    IllegalTurn,
    InvalidValue,
    Party,
    PersonId,
    Request,
    RequestMove,
    RequestState,
    UnitId,
)
from pdsa.feedback import OVERDUE_AFTER, waiting_since
from tests.builders import STUDIED, a_calendar, a_comment, a_request, an_inquiry
from tests.store.strategies import requests_of_a_team

DISTRICT = UnitId("district")
TUESDAY = date(2018, 3, 20)


def test_a_request_waits_at_the_level_above_until_it_is_answered() -> None:
    raised = a_request()

    answered = raised.answer("From May on.", on=TUESDAY, by=PersonId("principal"))

    assert (raised.state, raised.waits_for, raised.since) == ("waiting", Party.level, STUDIED)
    assert (answered.state, answered.waits_for, answered.since) == (
        "answered",
        Party.team,
        TUESDAY,
    )
    assert answered.turns[:-1] == raised.turns
    last = answered.turns[-1]
    assert (last.words, last.by, last.at) == ("From May on.", "principal", raised.at)


def test_what_is_passed_up_waits_anew_at_the_next_unit() -> None:
    passed = a_request().pass_up("Not ours to decide.", to=DISTRICT, on=TUESDAY)

    assert (passed.at, passed.since, passed.state) == (DISTRICT, TUESDAY, "waiting")
    assert passed.reached == ("school-east", DISTRICT)


def test_an_addition_to_an_answer_gives_the_team_no_more_time() -> None:
    answered = a_request().answer("From May on.", on=TUESDAY)

    added = answered.answer("In Room 3.", on=TUESDAY + timedelta(days=3))

    assert added.since == TUESDAY
    assert [turn.words for turn in added.turns[1:]] == ["From May on.", "In Room 3."]


def test_a_closed_request_is_only_reopened() -> None:
    closed = a_request().close(on=TUESDAY)

    with pytest.raises(IllegalTurn) as raised:
        closed.answer("From May on.", on=TUESDAY)

    assert closed.waits_for is None
    assert (raised.value.state, raised.value.move, raised.value.legal) == (
        "closed",
        "answer",
        (RequestMove.reopen,),
    )
    assert str(raised.value) == (
        "request 'No time to look at exit tickets together' (request-time) is closed and takes no "
        "answer; legal now: reopen"
    )
    assert closed.reopen("It is back.", on=TUESDAY).state == "waiting"


def test_a_turn_that_says_nothing_needs_words_and_no_turn_goes_back_in_time() -> None:
    request = a_request()

    with pytest.raises(InvalidValue, match="words"):
        request.answer(" \n", on=TUESDAY)
    with pytest.raises(InvalidValue, match="on: not before 2018-03-09"):
        request.close(on=STUDIED - timedelta(days=1))
    with pytest.raises(InvalidValue, match="at: a unit that it has not been at"):
        request.pass_up("Again.", to=request.at, on=TUESDAY)


def test_after_a_hundred_turns_another_request_is_raised() -> None:
    request = a_request()
    for _ in range(99):
        request = request.answer("More.", on=TUESDAY)

    with pytest.raises(IllegalTurn, match="100 turns; raise another"):
        request.close(on=TUESDAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": RequestState.closed},
        {"at": DISTRICT},
        {"since": TUESDAY},
        {"turns": ()},
        {"turns": a_request().close(on=TUESDAY).turns[1:]},
        {"turns": a_request().turns * 2},
    ],
    ids=["state", "unit", "day", "no turn", "no beginning", "raised twice"],
)
def test_a_record_that_no_turns_make_cannot_be_built(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        replace(a_request(), **wrong)


@given(requests_of_a_team())
def test_whatever_turns_it_takes_a_request_keeps_its_laws(request_: Request) -> None:
    moves = [turn.move for turn in request_.turns]

    assert moves.count(RequestMove.raise_) == 1
    assert len(request_.reached) == 1 + moves.count(RequestMove.pass_up)
    assert request_.at == request_.reached[-1] == request_.turns[-1].at
    assert request_.raised_on <= request_.since <= request_.turns[-1].on
    assert (request_.waits_for is None) == (moves[-1] is RequestMove.close)
    assert [turn.on for turn in request_.turns] == sorted(turn.on for turn in request_.turns)


@given(requests_of_a_team(), st.sampled_from(RequestMove))
def test_every_move_is_made_or_refused_and_takes_nothing_away(
    request_: Request, move: RequestMove
) -> None:
    on = request_.turns[-1].on
    takes = {
        RequestMove.answer: lambda: request_.answer("Yes.", on=on),
        RequestMove.pass_up: lambda: request_.pass_up("Up.", to=UnitId("new"), on=on),
        RequestMove.close: lambda: request_.close(on=on),
        RequestMove.reopen: lambda: request_.reopen("No.", on=on),
    }
    if move is RequestMove.raise_:
        assert move not in request_.legal()
        return

    if move not in request_.legal():
        with pytest.raises(IllegalTurn):
            takes[move]()
        return
    taken = takes[move]()

    assert taken.turns[:-1] == request_.turns
    assert taken.turns[-1].move is move
    assert pdsa.loads(pdsa.dumps(_inquiry(taken))).requests == (taken,)


def _inquiry(request: Request) -> pdsa.Inquiry:
    return an_inquiry(requests=(request,))


# -- age -------------------------------------------------------------------------------------


def test_a_request_ages_by_days_of_school_and_a_break_makes_nothing_overdue() -> None:
    before = date(2017, 12, 20)
    request = pdsa.raise_request(
        a_request().id,
        aim_id=a_request().aim_id,
        kind=pdsa.RequestKind.request,
        title="Sub time",
        to=UnitId("school-east"),
        on=before,
    )

    back = pdsa.age(request, a_calendar(), on=date(2018, 1, 8))
    plain = pdsa.age(request, None, on=date(2018, 1, 8))

    assert (back.days, plain.days) == (3, 13)
    assert (back.waits_for, back.at, back.overdue) == (Party.level, "school-east", False)


def test_a_level_has_a_month_of_school_and_a_team_two_weeks() -> None:
    calendar, raised = a_calendar(), a_request()
    answered = raised.answer("From May on.", on=STUDIED)

    def days_of(request: Request, taught: int) -> pdsa.Age:
        on = calendar.add_instructional_days(STUDIED, taught)
        assert on is not None
        return pdsa.age(request, calendar, on=on)

    assert (OVERDUE_AFTER[Party.team], OVERDUE_AFTER[Party.level]) == (10, 20)
    assert [days_of(raised, n).overdue for n in (20, 21)] == [False, True]
    assert [days_of(answered, n).overdue for n in (10, 11)] == [False, True]
    assert days_of(answered, 11).at is None


def test_a_closed_request_is_nobodys_and_counts_no_days() -> None:
    closed = a_request().close(on=TUESDAY)

    found = pdsa.age(closed, a_calendar(), on=date(2018, 6, 1))

    assert (found.waits_for, found.days, found.open_days, found.overdue) == (None, 0, 0, False)


@given(
    since=st.dates(date(2017, 8, 1), date(2018, 7, 20)),
    waited=st.integers(0, 400),
    more_than=st.integers(0, 250),
    calendar=st.sampled_from([None, a_calendar()]),
)
def test_the_day_since_when_agrees_with_the_age(
    since: date, waited: int, more_than: int, calendar: pdsa.SchoolCalendar | None
) -> None:
    on = since + timedelta(days=waited)
    turn = replace(a_request().turns[0], on=since)
    request = replace(a_request(), since=since, turns=(turn,))

    last = waiting_since(calendar, more_than=more_than, on=on)

    longer = pdsa.age(request, calendar, on=on).days > more_than
    assert longer == (last is not None and since <= last)


# -- comments --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " \n"},
        {"on": None},
        {"measure_id": None},
        {"cycle_id": "cycle-1"},
        {"shared": True},
        {"measure_id": None, "on": None},
    ],
    ids=["blank", "no day", "no measure", "two things", "a shared room", "a room of nothing"],
)
def test_a_comment_says_something_about_one_thing(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        replace(a_comment(), **wrong)
