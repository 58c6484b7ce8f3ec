"""Two districts with a team on every branch, and somebody of every role in one of them.

Nothing that a request does here lasts: ``TakenBack`` runs it on the real database and takes it back,
so that one world does for every request.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, insert, update

from api.store import elements, inquiries, publications, units
from api.store import tables as t
from api.store.database import Database, Load
from api.store.kind import Place
from api.store.kinds import CYCLE, GRANT, PERSON, place_of
from api.store.principals import digest
from pdsa import Audience, Cycle, Grant, Person, Role, Scope, Unit, loads
from pdsa.privacy import Publication
from pdsa.reference import sacramento
from pdsa.stages import Do, Study
from pdsa.units import Access
from tests.api.client import operator
from tests.api.sample import PHASE, inquiry, with_phase, with_words

NOW = datetime.now(UTC)


class Relation(StrEnum):
    """Where the team stands whose record is asked for, seen from the own team."""

    own = "own team"
    sibling = "sibling team"
    other_school = "other school"
    other_community = "other community of schools"
    other_district = "other district"


#: The number at the end of a team's ids, and the school that it is in.
TEAMS = {
    Relation.own: (71, "school-a"),
    Relation.sibling: (72, "school-a"),
    Relation.other_school: (73, "school-b"),
    Relation.other_community: (74, "school-c"),
    Relation.other_district: (75, "school-z"),
}
_UNITS = (
    ("district", "district", None),
    ("community-1", "community", "district"),
    ("community-2", "community", "district"),
    ("school-a", "school", "community-1"),
    ("school-b", "school", "community-1"),
    ("school-c", "school", "community-2"),
    ("district-z", "district", None),
    ("school-z", "school", "district-z"),
)
#: On which unit somebody holds a role, and whose records lie under it.
HOMES = {
    Role.member: "team-grade-5-71",
    Role.facilitator: "team-grade-5-71",
    Role.coach: "team-grade-5-71",
    Role.ilt_member: "school-a",
    Role.leader: "school-a",
    Role.viewer: "school-a",
    Role.administrator: "community-1",
}
UNDER = {
    "team-grade-5-71": {Relation.own},
    "school-a": {Relation.own, Relation.sibling},
    "community-1": {Relation.own, Relation.sibling, Relation.other_school},
}
#: The same for the other district, of which nobody in ``HOMES`` sees anything, nor the other way.
ABROAD = {
    Role.member: "team-grade-5-75",
    Role.facilitator: "team-grade-5-75",
    Role.coach: "team-grade-5-75",
    Role.ilt_member: "school-z",
    Role.leader: "school-z",
    Role.viewer: "school-z",
    Role.administrator: "district-z",
}
#: Tokens are made of these, so that a test knows them: pdsa_ROLE.
ASKING = (*Role, "former", "revoked", "reader", "confined")

#: The ids of the sample as examples name them; each team's have its number at the end.
_IDS = sorted({*re.findall(r'"id": "([^"]+)"', sacramento().decode())}, key=len, reverse=True)
_NAMED = re.compile('"(' + "|".join(map(re.escape, _IDS)) + ')"')


def of_team(text: str, number: int) -> str:
    """A body with the ids of one team's record."""
    return _NAMED.sub(rf'"\1-{number}"', text)


def token_of(who: str) -> str:
    return f"pdsa_{who}"


def found_world(conn: Connection) -> None:
    """Store the units, a record for each team, and the people."""
    by = operator()
    for id, kind, parent in _UNITS:
        units.add(conn, by, Unit(id, kind, f"The {id}", parent))  # type: ignore[arg-type]
    for number, school in TEAMS.values():
        record = with_words(
            with_phase(inquiry(number), f"{PHASE}-{number}"), f"-{number}", at=school
        )
        inquiries.add_inquiry(conn, by, record, school)
        for cycle in _cycles(number):
            elements.add(conn, by, CYCLE, cycle, place_of(record.aim))
        publications.publish(
            conn,
            by,
            Publication(
                f"publication-{number}",  # type: ignore[arg-type]
                record.measures[0].id,
                date(2017, 1, 1),  # before the first point: shows nothing
                Audience.above,
            ),
        )
        _person(conn, f"somebody-{number}", Role.coach, record.team.id, grant=f"grant-{number}")
    for role, home in HOMES.items():
        _person(conn, role, role, home)
        _token(conn, role, role)
    _person(conn, "former", Role.facilitator, HOMES[Role.member], ends_on=NOW.date() - timedelta(2))
    _token(conn, "former", "former")
    _token(conn, "revoked", Role.facilitator)
    conn.execute(update(t.tokens).where(t.tokens.c.id == "token-revoked").values(revoked_at=NOW))
    _token(conn, "reader", Role.facilitator, scopes=(Scope(Access.read),))
    _token(conn, "confined", Role.leader, scopes=(Scope(Access.read, "team-grade-5-72"),))  # type: ignore[arg-type]


def abroad(role: Role) -> str:
    """Who holds the role in the other district."""
    return f"{role}-abroad"


def found_both_districts(conn: Connection) -> None:
    """The same with somebody of each role in the other district, too, and whoever runs the server."""
    found_world(conn)
    for role, home in ABROAD.items():
        _person(conn, abroad(role), role, home)
        _token(conn, abroad(role), abroad(role))
    _person(conn, "root", Role.administrator, None)
    _token(conn, "root", "root")


def _token(
    conn: Connection, who: str, person: str, scopes: tuple[Scope, ...] | None = None
) -> None:
    conn.execute(
        insert(t.tokens).values(
            id=f"token-{who}",
            person_id=f"person-{person}",
            name=who,
            hash=digest(token_of(who)),
            created_at=NOW,
            scopes=scopes,
        )
    )


def _person(
    conn: Connection, name: str, role: Role, unit: str | None, *, grant: str = "", **days: Any
) -> None:
    by = operator()
    elements.add(conn, by, PERSON, Person(f"person-{name}", name), Place(None, None))  # type: ignore[arg-type]
    given = Grant(grant or f"grant-{name}", f"person-{name}", role, unit, **days)  # type: ignore[arg-type]
    elements.add(conn, by, GRANT, given, Place(given.unit_id, None))


def _cycles(number: int) -> list[Cycle]:
    """A cycle in each stage that is still to come, made of the sample's own."""
    (done,) = loads(of_team(sacramento().decode(), number)).cycles
    raw = msgspec.to_builtins(done)
    for field in ("started_on", "ended_on", "do", "study", "act"):
        raw[field] = None
    raw |= {"stage": "plan", "status": "running", "moves": [], "id": f"plan-{number}"}
    for question in raw["plan"]["questions"]:
        for prediction in question["predictions"]:
            prediction |= {"locked_on": None, "amendments": []}
    plan = msgspec.convert(raw, Cycle)
    doing = replace(plan, id=f"do-{number}").start_do(on=date(2018, 3, 9))  # type: ignore[arg-type]
    doing = doing.record_do(Do(what_happened="Tickets in both rooms."))
    study = replace(doing, id=f"study-{number}").record_study(Study(), on=date(2018, 3, 12))  # type: ignore[arg-type]
    return [plan, doing, study]


class _Undo(Exception):
    pass


class TakenBack:
    """A database on which nothing lasts: what is written is read, answered with, and rolled back."""

    def __init__(self, database: Database) -> None:
        self._database, self.dialect = database, database.dialect

    async def read(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return await self._database.read(fn, *args, **kwargs)

    @property
    def load(self) -> Load:
        return self._database.load

    async def browse(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return await self._database.browse(fn, *args, **kwargs)

    async def snapshot(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return await self._database.snapshot(fn, *args, **kwargs)

    async def write(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        def run(conn: Connection) -> None:
            raise _Undo(fn(conn, *args, **kwargs))

        try:
            await self._database.write(run)
        except _Undo as undo:
            return undo.args[0]
        raise AssertionError("it did not run")
