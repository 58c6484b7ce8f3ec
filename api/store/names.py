"""What people and units are called, by their ids, for whoever is shown them anyway."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from api.store import tables as t
from api.store.given import among
from api.store.prepared import Prepared

_UNITS = Prepared(select(t.units.c.id, t.units.c.name).where(among(t.units.c.id, "ids")))
_PEOPLE = Prepared(select(t.people.c.id, t.people.c.name).where(among(t.people.c.id, "ids")))


def of_units(conn: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of units; ids of none are left out."""
    return _named(conn, _UNITS, ids)


def of_people(conn: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of people; ids of none are left out."""
    return _named(conn, _PEOPLE, ids)


def _named(conn: Connection, statement: Prepared, ids: Iterable[str | None]) -> dict[str, str]:
    wanted = {id for id in ids if id is not None}
    return dict(statement.rows(conn, {"ids": wanted})) if wanted else {}
