"""The portfolio of a unit: every aim of it and of all that is under it, at a glance."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from api.desk import NO_STORE, to_cursor
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.names import named
from api.pages.portfolios.asked import Asked, asked, choices
from api.pages.portfolios.cards import cards
from api.pages.stages import stage_names
from api.routes.params import Id
from api.routes.portfolio import CSV, as_csv
from api.store.portfolio.overview import overview
from api.store.portfolio.page import everything
from pdsa.errors import InvalidValue
from pdsa.monitoring import AimStatus
from pdsa.units import CLASSROOM

#: Aims on one page.
_LIMIT = 50
#: A spreadsheet takes a table for UTF-8 by this mark alone.
_BOM = b"\xef\xbb\xbf"


@get("/units/{unit_id:str}", include_in_schema=False)
async def portfolio(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The portfolio of a unit, narrowed by its address; a team has a page of its own."""
    wanted = asked(desk.request.scope["query_string"].decode("latin-1"))
    found, key = await desk.snapshot(
        overview, unit_id, wanted.filters, wanted.sort, wanted.after, _LIMIT
    )
    place = found.place
    if place.is_team:
        team = place.above[-1] if place.unit.kind == CLASSROOM and place.above else place.unit
        return go(f"/teams/{team.id}")
    return desk.show_page(
        "portfolios/portfolio.html",
        error=refusal(wanted),
        place=place,
        page=found.page,
        cards=await desk.work_out(cards, found.page.items, found.lines),
        asked=wanted,
        values=wanted.values,
        choices=choices(),
        statuses=[(each, named(each), found.page.counts.get(each, 0)) for each in AimStatus],
        stages=stage_names(),
        next=None if key is None else wanted.query(plus=[("cursor", to_cursor(key))]),
    )


@get("/units/{unit_id:str}/portfolio.csv", include_in_schema=False)
async def download(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The same aims as one table for a spreadsheet; back to the page where a filter is wrong."""
    wanted = asked(desk.request.scope["query_string"].decode("latin-1"))
    if wanted.wrong:
        return go(f"/units/{unit_id}{wanted.query()}")
    found = await desk.snapshot(everything, unit_id, wanted.filters, wanted.sort)
    headers = {"Content-Disposition": 'attachment; filename="portfolio.csv"', **NO_STORE}
    return Response(_BOM + as_csv(found), media_type=CSV, headers=headers)


def refusal(wanted: Asked) -> InvalidValue | None:
    """What is told of the first filter that is wrong."""
    for name, rule in wanted.wrong:
        return InvalidValue(name, None, rule)
    return None


PAGES = [portfolio, download]
