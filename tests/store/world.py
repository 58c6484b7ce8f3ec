"""A district to test the store in: two schools, a team in each with an inquiry, a few people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

import pdsa
from api.store import (
    comments,
    elements,
    inquiries,
    levels,
    parts,
    phases,
    points,
    publications,
    requests,
    silences,
    units,
)
from api.store.access import OPERATOR, By
from api.store.engine import Database
from api.store.errors import Unrecorded
from api.store.kind import Kind, Place
from api.store.kinds import (
    AIM,
    CALENDAR,
    CHANGE_IDEA,
    COMMENT,
    CYCLE,
    GRANT,
    LEVEL,
    MEASURE,
    PERSON,
    PHASE,
    POINT,
    PROBLEM,
    PUBLICATION,
    REQUEST,
    SILENCE,
    UNIT,
    place_of,
)
from pdsa.privacy import Publication
from tests.builders import (
    ROOM_12,
    TEAM,
    a_calendar,
    a_comment,
    a_cycle,
    a_level,
    a_measure,
    a_phase,
    a_point,
    a_problem,
    a_request,
    a_silence,
    an_aim,
    an_idea,
    an_inquiry,
)

T = TypeVar("T")

AT = datetime(2018, 3, 20, 16, 30, tzinfo=UTC)
ADMIN = By(OPERATOR, AT)
DISTRICT, EAST, WEST = "district", "school-east", "school-west"
#: The second team's ids are the first one's with this at the end.
OTHER = "-west"


def by(
    role: pdsa.Role,
    unit: str | None,
    *,
    person: str = "person-teacher",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> By:
    """Somebody with one role on one unit."""
    grant = pdsa.Grant("grant", person, role, unit, starts_on, ends_on)  # type: ignore[arg-type]
    return By(pdsa.Principal(person_id=person, name="A teacher", grants=(grant,)), AT)  # type: ignore[arg-type]


def found_district(conn: Connection) -> None:
    """Schools East and West, a team with an inquiry under each, and one teacher."""
    units.add(conn, ADMIN, a_unit(DISTRICT, "district", None))
    units.add(conn, ADMIN, a_unit(EAST, "school", DISTRICT))
    units.add(conn, ADMIN, a_unit(WEST, "school", DISTRICT))
    inquiries.add_inquiry(conn, ADMIN, with_words(), EAST)
    inquiries.add_inquiry(conn, ADMIN, renamed(with_words()), WEST)
    teacher = pdsa.Person("person-teacher", "Ana Ruiz", "ana@example.org")  # type: ignore[arg-type]
    elements.add(conn, ADMIN, PERSON, teacher, Place(None, None))


def with_words() -> pdsa.Inquiry:
    """The inquiry with what people said: a silence, a level, a barrier and a comment."""
    return an_inquiry(
        silences=(a_silence(),),
        levels=(a_level(),),
        requests=(a_request(),),
        comments=(a_comment(),),
    )


_BY_ID = ("classrooms", "change_ideas", "measures", "cycles", "silences", "comments")


def in_order(inquiry: pdsa.Inquiry) -> pdsa.Inquiry:
    """The same inquiry with its elements in the order of an export."""
    listed: dict[str, Any] = {
        name: tuple(sorted(getattr(inquiry, name), key=lambda each: each.id)) for name in _BY_ID
    }
    dated: dict[str, Any] = {
        name: tuple(sorted(getattr(inquiry, name), key=lambda each: (each.on, each.id)))
        for name in ("points", "phases", "levels")
    }
    waiting = tuple(sorted(inquiry.requests, key=lambda each: (each.since, each.id)))
    return replace(inquiry, **listed, **dated, requests=waiting)


def a_unit(id: str, kind: str = "school", parent: str | None = DISTRICT) -> pdsa.Unit:
    return pdsa.Unit(id, kind, f"The {kind} {id}", parent)  # type: ignore[arg-type]


def renamed(inquiry: pdsa.Inquiry, end: str = OTHER) -> pdsa.Inquiry:
    """The same inquiry with other ids."""
    plain = msgspec.to_builtins(inquiry)
    ids = set(_ids(plain))

    def other(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: other(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [other(each) for each in value]
        return value + end if isinstance(value, str) and value in ids else value

    return msgspec.convert(other(plain), pdsa.Inquiry)


def _ids(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["id"]] if "id" in value else []
        return own + [id for each in value.values() for id in _ids(each)]
    if isinstance(value, list | tuple):
        return [id for each in value for id in _ids(each)]
    return []


@dataclass(frozen=True)
class Sample:
    """A kind with a new element of East's team, an edit of it, and the verbs that routes use."""

    kind: Kind[Any]
    new: Any
    edit: Callable[[Any], Any]
    add: Callable[[Connection, By, Any], Any]
    #: The aim it is a part of, the unit it lives in, as the history names them.
    place: Place

    def change(self, conn: Connection, by: By, version: int | None, make: Any = None) -> Any:
        """Edit the new element, or what ``make`` says."""
        make = make or self.edit
        if self.kind is UNIT:
            return units.change(conn, by, self.new.id, version, make)
        return elements.change(conn, by, self.kind, self.new.id, version, make)


def _plain(kind: Kind[Any], place: Place) -> Callable[[Connection, By, Any], Any]:
    return lambda conn, by, each: elements.add(conn, by, kind, each, place)


def _part(kind: Kind[Any]) -> Callable[[Connection, By, Any], Any]:
    return lambda conn, by, each: parts.add(conn, by, kind, each)


def _edit(**changes: Any) -> Callable[[Any], Any]:
    return lambda each: replace(each, **changes)


IN_TEAM, IN_AIM, NOWHERE = Place(TEAM, None), place_of(an_aim()), Place(None, None)

SAMPLES = (
    Sample(
        UNIT,
        a_unit("new", "classroom", TEAM),
        _edit(name="Room 16"),
        units.add,
        Place(pdsa.UnitId("new"), None),
    ),
    Sample(
        PERSON,
        pdsa.Person("new", "Ben Ito"),  # type: ignore[arg-type]
        _edit(email="ben@example.org"),
        _plain(PERSON, NOWHERE),
        NOWHERE,
    ),
    Sample(
        GRANT,
        pdsa.Grant("new", "person-teacher", pdsa.Role.coach, TEAM),  # type: ignore[arg-type]
        _edit(ends_on=date(2018, 6, 15)),
        _plain(GRANT, IN_TEAM),
        IN_TEAM,
    ),
    Sample(
        CALENDAR,
        a_calendar(id="new"),
        _edit(name="2017-18, second draft", closures=()),
        _plain(CALENDAR, IN_TEAM),
        IN_TEAM,
    ),
    Sample(
        PROBLEM,
        a_problem(id="new"),
        _edit(statement="", evidence=a_problem().evidence[:1]),
        _plain(PROBLEM, IN_TEAM),
        IN_TEAM,
    ),
    Sample(
        AIM,
        an_aim(id="new", problem_id=a_problem().id),
        _edit(baseline=None, target=52.5, problem_id=None),
        _plain(AIM, Place(TEAM, pdsa.AimId("new"))),
        Place(TEAM, pdsa.AimId("new")),
    ),
    Sample(
        CHANGE_IDEA,
        an_idea("new", adapted_from=an_idea().id),
        _edit(concept=None, teaching_practices=("pose purposeful questions",)),
        _part(CHANGE_IDEA),
        IN_AIM,
    ),
    Sample(
        MEASURE,
        a_measure(id="new", driver_id="driver-language", lowest=-0.5, highest=1e11),
        _edit(definition="Another one.\nIn two lines.", driver_id=None),
        _part(MEASURE),
        IN_AIM,
    ),
    Sample(
        CYCLE,
        a_cycle("new", follows="cycle-1"),
        lambda cycle: cycle.start_do(on=date(2018, 3, 13)),
        _part(CYCLE),
        IN_AIM,
    ),
    Sample(
        POINT,
        a_point("new", numerator=14, denominator=28, classroom_id=ROOM_12, cycle_id="cycle-1"),
        _edit(numerator=15, note="One ticket was found later."),
        points.add_point,
        IN_AIM,
    ),
    Sample(
        PHASE,
        a_phase("new", kind=pdsa.PhaseKind.rebase, on=date(2018, 2, 2), classroom_id=ROOM_12),
        _edit(reason="Since then the frame is printed on every ticket."),
        phases.add_phase,
        IN_AIM,
    ),
    Sample(
        PUBLICATION,
        Publication("new", a_measure().id, date(2018, 3, 9), pdsa.Audience.above),  # type: ignore[arg-type]
        _edit(withdrawn_on=date(2018, 3, 16)),
        publications.publish,
        IN_AIM,
    ),
    Sample(
        SILENCE,
        a_silence("new", element_id=None),
        _edit(reason="Room 14 joins in April."),
        silences.add_silence,
        IN_AIM,
    ),
    Sample(
        LEVEL,
        a_level("new", said_by="person-asking"),
        _edit(reason="Two changes are tested."),
        levels.say,
        IN_AIM,
    ),
    Sample(
        REQUEST,
        a_request("new", cycle_id="cycle-1"),
        lambda request: request.answer("In February.", on=AT.date()),
        lambda conn, by, each: requests.raise_to(conn, by, each.aim_id, lambda _: each),
        IN_AIM,
    ),
    Sample(
        COMMENT,
        a_comment("new", classroom_id=None, shared=True, said_by="person-asking"),
        _edit(text="A third of the room was away on a trip."),
        comments.say,
        IN_AIM,
    ),
)


async def look(database: Database, work: Callable[..., T], who: By, *rest: Any, **named: Any) -> T:
    """What a unit of work reads, noting what there is to note, as the desk runs it."""
    try:
        return await database.read(work, who, *rest, **named)
    except Unrecorded:
        return await database.write(work, replace(who, recording=True), *rest, **named)


class _Undo(Exception):
    """Ends a transaction and brings out what it found."""


async def taken_back(database: Database, work: Callable[[Connection], T]) -> T:
    """What a unit of work returns, with everything that it wrote rolled back."""

    def run(conn: Connection) -> None:
        raise _Undo(work(conn))

    try:
        await database.write(run)
    except _Undo as undo:
        found: T = undo.args[0]
        return found
    raise AssertionError("it did not run")
