"""People, and the tokens by which a principal is known. A token itself is stored nowhere."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from api.ids import new_id
from api.store import tables as t
from api.store.access import By
from api.store.elements import Place, add
from api.store.kinds import GRANT, PERSON
from api.store.locks import lock
from pdsa.ids import GrantId, PersonId
from pdsa.units import Grant, Person, Principal, Role

PREFIX = "pdsa_"

_BY_HASH = (
    select(t.people.c.id, t.people.c.name)
    .select_from(t.tokens.join(t.people, t.tokens.c.person_id == t.people.c.id))
    .where(
        t.tokens.c.hash == bindparam("hash"),
        t.tokens.c.revoked_at.is_(None),
        or_(t.tokens.c.expires_at.is_(None), t.tokens.c.expires_at > bindparam("at")),
    )
)
_GRANTS = (
    select(*t.grants.c).where(t.grants.c.person_id == bindparam("person")).order_by(t.grants.c.id)
)


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(
    conn: Connection, by: By, person_id: str, name: str, expires_at: datetime | None = None
) -> str:
    """Make a token for a person. It is shown once: only its hash is kept."""
    token = PREFIX + secrets.token_urlsafe(32)
    conn.execute(
        insert(t.tokens).values(
            id=new_id(),
            person_id=person_id,
            name=name,
            hash=digest(token),
            created_at=by.at,
            expires_at=expires_at,
        )
    )
    return token


def revoke_tokens(conn: Connection, by: By, person_id: str) -> int:
    """End every token of a person at once; how many there were."""
    done = conn.execute(
        update(t.tokens)
        .where(t.tokens.c.person_id == person_id, t.tokens.c.revoked_at.is_(None))
        .values(revoked_at=by.at)
    )
    return done.rowcount


def principal_of(conn: Connection, token_hash: str, at: datetime) -> Principal | None:
    """Whose token this is, with the roles of that person; ``None`` if it is no (longer) token."""
    found = conn.execute(_BY_HASH, {"hash": token_hash, "at": at}).first()
    if found is None:
        return None
    rows = conn.execute(_GRANTS, {"person": found.id})
    return Principal(person_id=found.id, name=found.name, grants=tuple(Grant(*row) for row in rows))


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


def administrator(conn: Connection, by: By) -> str | None:
    """The id of the first person who administers the whole server today."""
    c = t.grants.c
    return conn.execute(
        select(c.person_id)
        .where(
            c.role == Role.administrator,
            c.unit_id.is_(None),
            or_(c.starts_on.is_(None), c.starts_on <= by.on),
            or_(c.ends_on.is_(None), c.ends_on >= by.on),
        )
        .order_by(c.id)
        .limit(1)
    ).scalar()
