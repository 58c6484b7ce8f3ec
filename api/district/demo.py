"""The people and places of a demo: a small synthetic district, and the sample inquiry in its first school."""

from sqlalchemy import Connection

from api.district.shape import District
from api.store import elements, inquiries
from api.store.access import By
from api.store.demo import TEACHER
from api.store.kind import Place
from api.store.kinds import GRANT, PERSON
from pdsa.ids import GrantId, PersonId
from pdsa.interchange import loads
from pdsa.reference import sacramento
from pdsa.units import Grant, Person, Role


def add_sample(conn: Connection, by: By, district: District) -> None:
    """Put the sample inquiry into the first school, with a teacher who leads its team."""
    inquiry = loads(sacramento())
    inquiries.add_inquiry(conn, by, inquiry, district.school(0))
    teacher = Person(id=PersonId(TEACHER), name="Sample teacher")
    elements.add(conn, by, PERSON, teacher, Place(None, None))
    grant = Grant(
        id=GrantId(f"{TEACHER}-role"),
        person_id=PersonId(TEACHER),
        role=Role.facilitator,
        unit_id=inquiry.team.id,
    )
    elements.add(conn, by, GRANT, grant, Place(inquiry.team.id, None))
