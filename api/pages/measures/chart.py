"""The chart page itself."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from api.pages.desk import PageDesk
from api.pages.measures.seen import seen_of
from api.pages.measures.showing import page_of
from api.routes.params import Id


@get("/measures/{measure_id:str}", include_in_schema=False)
async def chart(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A measure: its chart as the address asks for it, its figures, phases and comments."""
    return await page_of(desk, await desk.snapshot(seen_of, measure_id))


PAGES = [chart]
