"""The view log of a team: who from above it opened its record."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct
from sqlalchemy import Connection

from api.desk import to_cursor
from api.pages.desk import PageDesk
from api.routes.params import Id
from api.store import elements
from api.store.access import By
from api.store.kinds import UNIT
from api.store.portfolio.meeting import AimNamed, names_of
from api.store.view_log import View, views_of
from pdsa.units import Unit

#: Views on one page.
_LIMIT = 50


class Log(Struct, frozen=True):
    """A page of a team's view log, with the aims that were opened."""

    team: Unit
    views: tuple[View, ...]
    names: dict[str, AimNamed]


def log_of(
    conn: Connection, by: By, unit_id: str, after: tuple[Any, ...]
) -> tuple[Log, list[Any] | None]:
    """A page of the view log, for the team alone. Raises ``NotVisible`` and ``NotAllowed``."""
    found, key = views_of(conn, by, unit_id, after, _LIMIT)
    team = elements.get(conn, by, UNIT, unit_id)
    return Log(team, tuple(found), names_of(conn, by, {each.aim_id for each in found})), key


@get("/teams/{unit_id:str}/views", include_in_schema=False)
async def views(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Who from above the team opened which aim, the latest first; for the team to read."""
    log, key = await desk.snapshot(log_of, unit_id, desk.after(str))
    return desk.show_page(
        "teams/views.html", log=log, next=None if key is None else f"?cursor={to_cursor(key)}"
    )


PAGES = [views]
