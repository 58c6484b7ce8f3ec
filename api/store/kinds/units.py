"""Units, people and their roles as kinds of element."""

from sqlalchemy import Connection

from api.store import administrators, security_events
from api.store import tables as t
from api.store.access import By, path, steps
from api.store.elements import find, refer
from api.store.kind import Kind
from api.store.kinds.common import given
from pdsa.errors import Circle, NotAllowed, NotVisible, UnknownElement
from pdsa.units import Action, Grant, Person, Unit, may_give, may_label


def _unit_refers(conn: Connection, by: By, unit: Unit, old: Unit | None) -> None:
    if parent_id := given("parent_id", unit, old):
        refer(conn, by, UNIT, parent_id, "parent_id")
        above = path(conn, parent_id)
        if unit.id in above:
            raise Circle("the unit tree", [*above[above.index(unit.id) :], unit.id])


def _notice_unit(conn: Connection, by: By, old: Unit | None, new: Unit | None) -> None:
    if old is None or new is None or (old.kind, old.parent_id) == (new.kind, new.parent_id):
        return
    security_events.note(
        conn,
        by,
        "unit.changed",
        unit_id=new.id,
        kind_before=old.kind,
        kind_after=new.kind,
        parent_before=old.parent_id,
        parent_after=new.parent_id,
    )


def _grant_refers(conn: Connection, by: By, grant: Grant, old: Grant | None) -> None:
    where = () if grant.unit_id is None else steps(conn, grant.unit_id)
    if not may_give(by.principal, grant.role, where, on=by.on, to=grant.person_id):
        raise NotAllowed("give yourself a role", grant.unit_id or "")
    try:
        find(conn, PERSON, grant.person_id)  # who gives roles in a unit may not see people
    except NotVisible as error:
        raise UnknownElement("person", grant.person_id, field="person_id") from error
    if unit_id := given("unit_id", grant, old):
        refer(conn, by, UNIT, unit_id, "unit_id")


def _notice_person(conn: Connection, by: By, old: Person | None, new: Person | None) -> None:
    person = new or old
    if person is None:
        return
    verb = "removed" if new is None else "changed" if old is not None else "added"
    changed = [
        name
        for name in ("name", "email", "service")
        if old is not None and new is not None and getattr(old, name) != getattr(new, name)
    ]
    fields = " ".join(changed) or None
    security_events.note(conn, by, f"person.{verb}", person_id=person.id, fields=fields)


def _notice_grant(conn: Connection, by: By, old: Grant | None, new: Grant | None) -> None:
    grant = new or old
    if grant is None:
        return
    if old is not None and old.administers_all and old.on(by.on):
        begins = new is not None and new.starts_on != old.starts_on
        administrators.keep_one(conn, by, "starts_on" if begins else "ends_on", old.id)
    over = new is None or (new.ends_on is not None and new.ends_on < by.on)
    verb = "given" if old is None else "ended" if over else "changed"
    security_events.note(
        conn,
        by,
        f"role.{verb}",
        person_id=grant.person_id,
        grant_id=grant.id,
        role=grant.role,
        unit_id=grant.unit_id,
        starts_on=str(grant.starts_on) if grant.starts_on else None,
        ends_on=str(grant.ends_on) if grant.ends_on else None,
    )


UNIT = Kind(
    "unit",
    Unit,
    t.units,
    unit=t.units.c.id,
    references=_unit_refers,
    writes=Action.administer,
    permits=lambda who, unit, where, on: may_label(who, unit.kind, where, on=on),
    notices=_notice_unit,
)
PERSON = Kind(
    "person",
    Person,
    t.people,
    reads=Action.administer,
    writes=Action.administer,
    notices=_notice_person,
)
GRANT = Kind(
    "grant",
    Grant,
    t.grants,
    unit=t.grants.c.unit_id,
    references=_grant_refers,
    writes=Action.administer,
    permits=lambda who, grant, where, on: may_give(who, grant.role, where, on=on),
    notices=_notice_grant,
)
