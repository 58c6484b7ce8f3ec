"""A person as a principal: who it is, with the roles it holds now."""

import hashlib
import secrets
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, or_, select
from sqlalchemy.sql import ColumnElement

from api.store import tables as t
from pdsa.ids import PersonId
from pdsa.units import Grant, Principal, Scope


def held(statement: Select[Any], table: Table) -> Select[Any]:
    """The statement, keeping the rows of that table as they are until the transaction is over.

    SQLite has one writer anyway.
    """
    return statement.with_for_update(read=True, of=table)


_GRANTS = (
    select(*t.grants.c).where(t.grants.c.person_id == bindparam("person")).order_by(t.grants.c.id)
)
_HELD = held(_GRANTS, t.grants)

#: People with their accounts, for those that have one.
WITH_ACCOUNT = t.people.outerjoin(t.accounts, t.accounts.c.person_id == t.people.c.id)
#: The condition that nobody has disabled the account of a person in ``WITH_ACCOUNT``.
ENABLED: ColumnElement[bool] = or_(
    t.accounts.c.person_id.is_(None), t.accounts.c.disabled_at.is_(None)
)


def principal(
    conn: Connection,
    person_id: str,
    name: str,
    scopes: tuple[Scope, ...] | None = None,
    *,
    hold: bool = False,
) -> Principal:
    """The principal that a person is at this moment; ``scopes`` are those of its token.

    With ``hold`` nobody ends these roles before this transaction is over.
    """
    rows = conn.execute(_HELD if hold else _GRANTS, {"person": person_id})
    return Principal(
        person_id=PersonId(person_id),
        name=name,
        grants=tuple(Grant(*row) for row in rows),
        scopes=scopes,
    )


def new_secret() -> str:
    """256 random bits, fit for a cookie or a URL."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret: its SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
