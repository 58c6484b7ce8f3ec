"""Who holds roles on a unit, and how far each has got with signing in: for whoever gives roles there."""

from enum import StrEnum

from msgspec import Struct
from sqlalchemy import Connection, bindparam, exists, or_, select

from api.store import accounts, elements, invitations, links
from api.store import tables as t
from api.store.access import By, check, steps_for
from api.store.invitations import Invitation
from api.store.kinds import GRANT
from api.store.links import Purpose
from pdsa.errors import InvalidValue, NotAllowed
from pdsa.units import Action, Grant, Role, may_give
from pdsa.words import mark

#: More roles on one unit are seen in the API.
MOST = 200


class State(StrEnum):
    """How far somebody has got with signing in."""

    active = "active"
    invited = "invited"
    lapsed = "lapsed"
    disabled = "disabled"
    service = "service"


class Member(Struct, frozen=True):
    """Somebody with a role on a unit, today or later."""

    grant: Grant
    name: str
    email: str
    state: State


_INVITED = exists().where(
    t.links.c.person_id == t.people.c.id,
    t.links.c.purpose == Purpose.invitation,
    t.links.c.used_at.is_(None),
    t.links.c.expires_at > bindparam("at"),
)
_LINKED = exists().where(t.identities.c.person_id == t.people.c.id)
_MEMBERS = (
    select(
        *t.grants.c,
        t.people.c.name,
        t.people.c.email,
        t.accounts.c.email,
        t.people.c.service,
        t.accounts.c.disabled_at,
        or_(t.accounts.c.password_hash.is_not(None), _LINKED),
        _INVITED,
    )
    .select_from(
        t.grants.join(t.people, t.people.c.id == t.grants.c.person_id).outerjoin(
            t.accounts, t.accounts.c.person_id == t.people.c.id
        )
    )
    .where(or_(t.grants.c.ends_on.is_(None), t.grants.c.ends_on >= bindparam("on")))
    .order_by(t.people.c.name, t.grants.c.id)
    .limit(MOST)
)
_OF_UNIT = _MEMBERS.where(t.grants.c.unit_id == bindparam("unit"))
_OF_SERVER = _MEMBERS.where(t.grants.c.unit_id.is_(None))


def members(conn: Connection, by: By, unit_id: str | None) -> list[Member]:
    """Those with a role on the unit itself, by name; of no unit: on the whole server.

    Raises ``NotVisible`` or ``NotAllowed`` for whoever gives no role there.
    """
    if not roles_to_give(conn, by, unit_id):
        check(conn, by, Action.administer, unit_id, kind="unit", id=unit_id or "")
    found, values = (_OF_SERVER, {}) if unit_id is None else (_OF_UNIT, {"unit": unit_id})
    rows = conn.execute(found, values | {"at": by.at, "on": by.on})
    width = len(t.grants.c)
    return [
        Member(Grant(*row[:width]), row[width], row[width + 2] or row[width + 1], _state(*row[-4:]))
        for row in rows
    ]


def _state(service: bool, disabled_at: object, comes_in: bool, invited: bool) -> State:
    if service:
        return State.service
    if disabled_at is not None:
        return State.disabled
    if comes_in:
        return State.active
    return State.invited if invited else State.lapsed


def roles_to_give(conn: Connection, by: By, unit_id: str | None) -> list[Role]:
    """The roles that ``by`` may give others on a unit."""
    where = () if unit_id is None else steps_for(conn, by, unit_id)
    return [role for role in Role if may_give(by.principal, role, where, on=by.on)]


def invite_again(conn: Connection, by: By, grant_id: str) -> Invitation | None:
    """A new link for whoever was invited to a role; the one before ends.

    Raises ``NotVisible``, ``NotAllowed``, and ``InvalidValue`` for whoever signs in already.
    """
    grant = _given(conn, by, grant_id)
    login = accounts.of_person(conn, grant.person_id)
    if login is None or not login.email:
        rule = mark("somebody who was invited by mail: this person was not")
        raise InvalidValue("email", "", rule)
    found = invitations.invite(
        conn,
        by,
        name=login.name,
        email=login.email,
        role=grant.role,
        unit_id=grant.unit_id,
        starts_on=grant.starts_on,
        ends_on=grant.ends_on,
    )
    if found is None or found.link is None:
        rule = mark("somebody who has not come yet: this person signs in already, or may not")
        raise InvalidValue("email", login.email, rule)
    return found


def take_back(conn: Connection, by: By, grant_id: str) -> None:
    """End a role at once; an invitation that led to nothing else ends with it.

    Raises ``NotVisible`` or ``NotAllowed``.
    """
    grant = _given(conn, by, grant_id)
    elements.remove(conn, by, GRANT, grant_id, None)
    others = select(t.grants.c.id).where(t.grants.c.person_id == grant.person_id).limit(1)
    if conn.execute(others).first() is None:
        login = accounts.of_person(conn, grant.person_id)
        if login is not None and login.password_hash is None:
            links.end_all(conn, by, grant.person_id)


def _given(conn: Connection, by: By, grant_id: str) -> Grant:
    """A role that ``by`` may give. Raises ``NotVisible`` or ``NotAllowed``."""
    grant = elements.get(conn, by, GRANT, grant_id)
    where = () if grant.unit_id is None else steps_for(conn, by, grant.unit_id)
    if not may_give(by.principal, grant.role, where, on=by.on):
        raise NotAllowed("give or end a role", grant.unit_id or "")
    return grant
