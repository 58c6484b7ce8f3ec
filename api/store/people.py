"""People whom the command makes, or gives a role: the first administrator, the sample's team."""

from sqlalchemy import Connection, func, select

from api.ids import new_id
from api.store import administrators
from api.store import tables as t
from api.store.access import By
from api.store.elements import add
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from api.store.locks import lock
from api.store.tokens import new_token
from pdsa.ids import GrantId, PersonId, UnitId
from pdsa.units import Grant, Person, Role


def first_administrator(conn: Connection, by: By) -> tuple[Person, str] | None:
    """One administrator of the whole server with a token, unless there are people already."""
    lock(conn, "first administrator")
    if conn.execute(select(func.count()).select_from(t.people)).scalar_one():
        return None
    person = new_administrator(conn, by)
    return person, new_token(conn, by, person.id, "first start")


def new_administrator(conn: Connection, by: By) -> Person:
    """A new person who administers the whole server."""
    person = Person(id=PersonId(new_id()), name="Administrator")
    add(conn, by, PERSON, person, Place(None, None))
    grant = Grant(id=GrantId(new_id()), person_id=person.id, role=Role.administrator)
    add(conn, by, GRANT, grant, Place(None, None))
    return person


def an_administrator(conn: Connection, by: By) -> str:
    """The id of somebody who administers the whole server: a new person where nobody does."""
    return administrators.first(conn, by) or new_administrator(conn, by).id


def join(conn: Connection, by: By, person_id: str, role: Role, unit_id: str) -> None:
    """Give a person a role on a unit, unless it holds one there already."""
    c = t.grants.c
    held = select(c.id).where(c.person_id == person_id, c.role == role, c.unit_id == unit_id)
    if conn.execute(held.limit(1)).first() is None:
        grant = Grant(
            id=GrantId(new_id()),
            person_id=PersonId(person_id),
            role=role,
            unit_id=UnitId(unit_id),
        )
        add(conn, by, GRANT, grant, Place(unit_id, None))
