"""The rows of theories: versions of one aim's theory as they lie in the table."""

from sqlalchemy import Connection, bindparam, insert, select

from api.store import tables as t
from pdsa.theory import Theory

_ALL = (
    select(*t.theories.c)
    .where(t.theories.c.aim_id == bindparam("aim"))
    .order_by(t.theories.c.version)
)
_LATEST = (
    select(*t.theories.c)
    .where(t.theories.c.aim_id == bindparam("aim"))
    .order_by(t.theories.c.version.desc())
    .limit(1)
)
_INSERT = insert(t.theories).values({c.name: bindparam(f"new_{c.name}") for c in t.theories.c})


def versions(conn: Connection, aim_id: str) -> list[Theory]:
    """Every version, the oldest first."""
    return [Theory(*row) for row in conn.execute(_ALL, {"aim": aim_id})]


def latest(conn: Connection, aim_id: str) -> Theory | None:
    """The version in force, if the aim has a theory."""
    row = conn.execute(_LATEST, {"aim": aim_id}).first()
    return None if row is None else Theory(*row)


def write(conn: Connection, theories: list[Theory]) -> None:
    """Insert versions as they are."""
    rows = [
        {f"new_{name}": getattr(each, name) for name in each.__struct_fields__} for each in theories
    ]
    if rows:
        conn.execute(_INSERT, rows)
