"""Requests in the store: what is seen, counted and found by its age, and two who answer at once."""

import asyncio
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, event

import pdsa
from api.store import elements, inquiries, prepared, requests, units
from api.store.access import By, steps
from api.store.engine import connect
from api.store.errors import StaleVersion
from api.store.kind import Place
from api.store.kinds import CALENDAR, REQUEST
from pdsa import InvalidValue, NotAllowed, NotVisible, Request, RequestMove, Role, UnitId
from pdsa.feedback import may_see_request
from pdsa.units import Access, Scope
from tests.builders import AIM, STUDIED, TEAM, a_calendar, a_request, an_inquiry
from tests.store.world import ADMIN, AT, DISTRICT, EAST, OTHER, WEST, by, look, renamed

ALL: dict[str, Any] = {
    "unit": None,
    "at": None,
    "aim": None,
    "cycle": None,
    "kind": None,
    "state": None,
    "waits_for": None,
    "more_than": None,
    "after": (),
    "limit": 100,
}
PRINCIPAL, DISTRICTS = by(Role.leader, EAST, person="principal"), by(Role.leader, DISTRICT)


def ask(id: str = "new", aim: str = AIM) -> Any:
    return lambda to: replace(
        a_request(id, aim_id=aim), at=to, turns=(replace(a_request().turns[0], at=to),)
    )


def words(text: str) -> Any:
    return lambda request, on: request.answer(text, on=on)


async def ids(database: Any, who: By, **wanted: Any) -> list[str]:
    found, _ = await look(database, requests.page_of, who, **(ALL | wanted))
    return [each.request.id for each in found]


async def test_a_request_waits_right_above_its_team_and_is_passed_up_unit_by_unit(
    district_url: str,
) -> None:
    async with connect(district_url) as database:
        raised = await database.write(requests.raise_to, by(Role.member, TEAM), AIM, ask())
        assert raised.at == EAST
        with pytest.raises(NotVisible):
            await look(database, elements.get, DISTRICTS, REQUEST, "new")

        passed = await database.write(
            requests.pass_up,
            PRINCIPAL,
            "new",
            1,
            lambda each, on, to: each.pass_up("Not ours.", to=to, on=on),
        )

        assert (passed.at, passed.since) == (DISTRICT, AT.date())
        assert await look(database, elements.get, DISTRICTS, REQUEST, "new") == passed
        assert await look(database, elements.get, PRINCIPAL, REQUEST, "new") == passed
        with pytest.raises(NotAllowed):
            await database.write(
                requests.take, PRINCIPAL, "new", 2, RequestMove.answer, words("Ours after all.")
            )


async def test_nothing_is_raised_where_nothing_is_above(database_url: str) -> None:
    async with connect(database_url) as database:
        await database.write(inquiries.add_inquiry, ADMIN, an_inquiry(), None)

        with pytest.raises(InvalidValue, match="a unit above it"):
            await database.write(requests.raise_to, ADMIN, AIM, ask())


async def test_of_two_who_answer_at_once_one_does(district_url: str) -> None:
    async with connect(district_url) as database:
        answered = await asyncio.gather(
            *(
                database.write(
                    requests.take,
                    replace(PRINCIPAL),
                    "request-time",
                    1,
                    RequestMove.answer,
                    words(text),
                )
                for text in ("From May on.", "Never.")
            ),
            return_exceptions=True,
        )

        kept = [each for each in answered if isinstance(each, Request)]
        lost = [each for each in answered if isinstance(each, StaleVersion)]
        assert (len(kept), len(lost)) == (1, 1)
        found = await look(database, elements.get, PRINCIPAL, REQUEST, "request-time")
        assert found == kept[0]
        assert len(found.turns) == 2


async def test_a_clock_that_was_moved_back_stops_nobody(district_url: str) -> None:
    early = replace(PRINCIPAL, at=AT - timedelta(days=60))
    async with connect(district_url) as database:
        found = await database.write(
            requests.take, early, "request-time", 1, RequestMove.answer, words("In May.")
        )

    assert found.turns[-1].on == STUDIED


async def test_what_is_listed_is_what_the_rule_shows(district_url: str) -> None:
    """Every role on every unit, by SQL and by the domain, confined or not."""

    def passed_up(conn: Connection) -> None:
        for end in ("", OTHER):
            requests.raise_to(conn, ADMIN, AIM + end, ask(f"up{end}", AIM + end))
            requests.pass_up(
                conn,
                by(Role.leader, EAST if not end else WEST),
                f"up{end}",
                1,
                lambda each, on, to: each.pass_up("Not ours.", to=to, on=on),
            )

    def shown(conn: Connection, who: By) -> tuple[set[str], set[str]]:
        rows = conn.execute(REQUEST.select).all()
        found = {
            row.id
            for row in rows
            if may_see_request(
                who.principal, REQUEST.made(row[:-2]), steps(conn, row[-2]), on=who.on
            )
        }
        listed, _ = requests.page_of(conn, replace(who, recording=True), **ALL)
        return found, {each.request.id for each in listed}

    scopes = (None, (), (Scope(Access.read),), (Scope(Access.read, UnitId(TEAM)),))
    seen = set()
    async with connect(district_url) as database:
        await database.write(passed_up)
        for role, unit, scope in product(Role, (TEAM, EAST, WEST, DISTRICT, None), scopes):
            somebody = by(role, unit)
            who = replace(somebody, principal=replace(somebody.principal, scopes=scope))

            by_rule, by_list = await database.write(shown, who)

            assert by_list == by_rule, (role, unit, scope)
            seen.add(frozenset(by_list))
    assert len(seen) > 5


async def test_open_requests_of_each_aim_are_counted_in_one_statement(district_url: str) -> None:
    def closed(conn: Connection) -> None:
        for number in range(3):
            requests.raise_to(conn, ADMIN, AIM, ask(f"more-{number}"))
        team = by(Role.member, TEAM)
        requests.take(
            conn, team, "more-0", 1, RequestMove.close, lambda each, on: each.close(on=on)
        )

    def counted(conn: Connection, who: By, *args: Any, **named: Any) -> tuple[dict[str, int], int]:
        sent: list[str] = []
        execute = prepared.execute

        def note(conn: Connection, sql: str, bound: Any) -> Any:
            sent.append(sql)
            return execute(conn, sql, bound)

        event.listen(conn, "before_cursor_execute", lambda *executed: sent.append(executed[2]))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(prepared, "execute", note)  # which SQLAlchemy is not asked to run
            return requests.open_requests(conn, who, *args, **named), len(sent)

    async with connect(district_url) as database:
        await database.write(closed)

        assert await database.read(counted, ADMIN) == ({AIM: 3, AIM + OTHER: 1}, 1)
        assert await database.read(counted, ADMIN, [AIM + OTHER, "nothing"]) == (
            {AIM + OTHER: 1},
            1,
        )
        assert await database.read(counted, ADMIN, unit=EAST) == ({AIM: 3}, 1)
        assert await database.read(counted, PRINCIPAL) == ({AIM: 3}, 1)
        assert await database.read(counted, DISTRICTS) == ({}, 1)


async def test_the_longest_waiting_come_first_with_their_age_page_by_page(
    district_url: str,
) -> None:
    async with connect(district_url) as database:
        for number in (2, 1):
            await database.write(requests.raise_to, ADMIN, AIM, ask(f"more-{number}"))

        first, key = await look(database, requests.page_of, PRINCIPAL, **(ALL | {"limit": 2}))
        rest, over = await look(
            database, requests.page_of, PRINCIPAL, **(ALL | {"limit": 2, "after": key})
        )

    assert [each.request.id for each in first + rest] == ["more-1", "more-2", "request-time"]
    assert (key, over) == ([STUDIED, "more-2"], None)
    assert {(each.age.days, each.age.overdue) for each in first + rest} == {(7, False)}


async def test_requests_are_found_by_unit_party_and_state(district_url: str) -> None:
    async with connect(district_url) as database:
        await database.write(requests.raise_to, ADMIN, AIM, ask())
        await database.write(
            requests.take, PRINCIPAL, "new", 1, RequestMove.answer, words("From May on.")
        )

        assert await ids(database, ADMIN, unit=WEST) == [f"request-time{OTHER}"]
        assert await ids(database, ADMIN, unit=TEAM, at=EAST) == ["request-time", "new"]
        assert await ids(database, PRINCIPAL, waits_for=pdsa.Party.team) == ["new"]
        both = {"waits_for": pdsa.Party.team, "state": pdsa.RequestState.waiting}
        assert await ids(database, PRINCIPAL, **both) == []
        assert await ids(database, PRINCIPAL, state=pdsa.RequestState.waiting) == ["request-time"]
        assert await ids(database, PRINCIPAL, kind=pdsa.RequestKind.request) == []
        assert await ids(database, PRINCIPAL, cycle="cycle-1") == []


async def test_waiting_longer_is_told_by_the_calendar_in_force_for_each_team(
    district_url: str,
) -> None:
    """East's team has the sample's calendar; West a spring break and a team without any of its own."""
    spring = pdsa.Closure(name="Spring", first_day=date(2018, 3, 12), last_day=date(2018, 3, 16))
    west = a_calendar(id="west", unit_id=UnitId(WEST), closures=(spring,))
    other = renamed(an_inquiry(calendar=None, requests=(), cycles=()), "-third")

    def fill(conn: Connection) -> None:
        elements.add(conn, ADMIN, CALENDAR, west, Place(west.unit_id, None))
        inquiries.add_inquiry(conn, ADMIN, other, WEST)
        requests.raise_to(conn, ADMIN, AIM + "-third", ask("third", AIM + "-third"))
        units.add(conn, ADMIN, pdsa.Unit(UnitId("north"), "school", "North"))
        inquiries.add_inquiry(
            conn, ADMIN, renamed(replace(an_inquiry(), calendar=None), "-fourth"), "north"
        )
        requests.raise_to(conn, ADMIN, AIM + "-fourth", ask("fourth", AIM + "-fourth"))

    async with connect(district_url) as database:
        await database.write(fill)
        found, _ = await database.read(requests.page_of, ADMIN, **ALL)
        ages = {each.request.id: each.age.days for each in found}

        assert ages == {"request-time": 7, f"request-time{OTHER}": 7, "third": 2, "fourth": 7}
        for more_than in range(1, 9):
            wanted = {id for id, days in ages.items() if days > more_than}
            assert {*await ids(database, ADMIN, more_than=more_than)} == wanted


async def test_nobody_brings_along_an_answer_that_they_could_not_give(district_url: str) -> None:
    answered = a_request("brought", aim_id="aim-discourse-new").answer("Yes.", on=AT.date())
    jumped = replace(answered.turns[0], at=DISTRICT)
    new = renamed(replace(an_inquiry(), calendar=None, problem=None), "-new")
    new = replace(
        new,
        team=an_inquiry().team,
        classrooms=(),
        points=(),
        phases=(),
        cycles=(),
        aim=replace(new.aim, unit_id=TEAM, problem_id=None),
    )

    def bring(*brought: Request) -> pdsa.Inquiry:
        return replace(new, requests=brought)

    higher = replace(
        answered,
        at=DISTRICT,
        since=STUDIED,
        turns=(jumped,),
        state=pdsa.RequestState.waiting,
    )
    member = by(Role.member, TEAM, person="mate")
    async with connect(district_url) as database:
        with pytest.raises(NotAllowed, match="bring along a turn"):
            await database.write(inquiries.add_inquiry, member, bring(answered), None)
        with pytest.raises(InvalidValue, match="requests/0/turns/0/at: school-east"):
            await database.write(inquiries.add_inquiry, member, bring(higher), None)

        elsewhere = replace(
            answered,
            at=UnitId("elsewhere"),
            turns=tuple(replace(each, at=UnitId("elsewhere")) for each in answered.turns),
        )
        kept = await database.write(inquiries.add_inquiry, member, bring(elsewhere), None)

        assert [turn.by for turn in kept.requests[0].turns] == [None, None]
        assert await ids(database, PRINCIPAL) == ["request-time"]
        assert await ids(database, member) == ["request-time", "brought"]


async def test_an_export_holds_the_requests_and_comments_that_its_reader_sees(
    district_url: str,
) -> None:
    async with connect(district_url) as database:
        found = {
            name: await look(database, inquiries.get_inquiry, who, AIM)
            for name, who in (
                ("team", by(Role.member, TEAM)),
                ("school", PRINCIPAL),
                ("district", DISTRICTS),
            )
        }

    assert {name: len(each.requests) for name, each in found.items()} == {
        "team": 1,
        "school": 1,
        "district": 0,
    }
    assert {name: len(each.comments) for name, each in found.items()} == {
        "team": 1,
        "school": 0,
        "district": 0,
    }
