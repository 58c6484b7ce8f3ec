"""Publications of a team's classrooms: made and withdrawn by the team, never removed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from api.store import elements
from api.store import tables as t
from api.store.access import By, check
from api.store.elements import find, get, page, store
from api.store.given import equal
from api.store.kinds import MEASURE, PUBLICATION
from pdsa.privacy import Publication
from pdsa.units import Action


def publish(conn: Connection, by: By, publication: Publication) -> Publication:
    """Store a publication. Raises ``NotVisible`` and ``NotAllowed``."""
    _, place = find(conn, MEASURE, publication.measure_id)
    check(conn, by, Action.publish, place.unit_id, kind=MEASURE.name, id=publication.measure_id)
    store(conn, by, PUBLICATION, [publication], place, verb="add")
    return publication


def withdraw(conn: Connection, by: By, id: str, version: int | None) -> Publication:
    """Withdraw a publication from today on. Raises as ``elements.change`` does."""
    return elements.change(
        conn,
        by,
        PUBLICATION,
        id,
        version,
        lambda found: found.withdrawn(by=by.principal.person_id, on=by.on),
        verb="withdraw",
    )


def page_of(
    conn: Connection, by: By, measure_id: str, after: Sequence[Any], limit: int
) -> tuple[list[Publication], list[Any] | None]:
    """A page of a measure's publications. Raises ``NotVisible``."""
    get(conn, by, MEASURE, measure_id)
    return page(
        conn,
        by,
        PUBLICATION,
        equal(t.publications.c.measure_id, measure_id),
        after=after,
        limit=limit,
    )
