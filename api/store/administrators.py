"""Who administers the whole server: somebody always does."""

from sqlalchemy import Connection, Select, or_, select

from api.store import tables as t
from api.store.access import By
from api.store.locks import lock
from api.store.principals import ENABLED, WITH_ACCOUNT
from pdsa.errors import InvalidValue
from pdsa.units import Role
from pdsa.words import mark


def of_today(by: By) -> Select[str]:
    """The people who administer the whole server today and can sign in."""
    c = t.grants.c
    return (
        select(c.person_id)
        .select_from(WITH_ACCOUNT.join(t.grants, c.person_id == t.people.c.id))
        .where(
            c.role == Role.administrator,
            c.unit_id.is_(None),
            or_(c.starts_on.is_(None), c.starts_on <= by.on),
            or_(c.ends_on.is_(None), c.ends_on >= by.on),
            t.people.c.service.is_(False),
            ENABLED,
        )
    )


def lasting(by: By) -> Select[str]:
    """Those of them whose role has no end."""
    return of_today(by).where(t.grants.c.ends_on.is_(None))


def first(conn: Connection, by: By) -> str | None:
    """The id of whoever was the first of those of today."""
    return conn.execute(of_today(by).order_by(t.grants.c.id).limit(1)).scalar()


def keep_one(conn: Connection, by: By, field: str, id: str) -> None:
    """Raise ``InvalidValue`` for the field where nobody administers the whole server any more.

    To be asked after the change: two administrators could end each other's role at once.
    """
    lock(conn, "last administrator")
    if conn.execute(lasting(by).limit(1)).first() is None:
        rule = mark("somebody else the role first: this is the last administrator of the server")
        raise InvalidValue(field, id, rule)
