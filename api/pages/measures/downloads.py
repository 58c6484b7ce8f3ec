"""The view of a chart page as a file: a picture, or figures for a spreadsheet."""

import re
import unicodedata
from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.di import NamedDependency

from api import charting, csv_cells
from api.charting import Drawn, View
from api.desk import NO_STORE
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.measures import views
from api.pages.measures.seen import possible
from api.pages.measures.table import table_of
from api.png import NoPng, to_png
from api.routes.params import Id
from api.store.phases import ChartMatter, chart_matter
from pdsa.errors import InvalidValue

_WIDTH = 960
#: By this mark at the beginning spreadsheets know UTF-8.
_BOM = "\ufeff".encode()


@get("/measures/{measure_id:str}/chart.svg", include_in_schema=False)
async def svg(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The picture of a view, to print or to put into a document."""
    try:
        matter, view, drawn = await _drawn(desk, measure_id)
        picture = _picture(matter, view, drawn)
    except InvalidValue as error:
        return _to_the_page(desk, measure_id, error)
    return _file(picture.encode(), "image/svg+xml", matter.measure.name, "svg")


@get("/measures/{measure_id:str}/chart.png", include_in_schema=False)
async def png(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The same as PNG, for programs that take no SVG."""
    try:
        matter, view, drawn = await _drawn(desk, measure_id)
        picture = await to_png(_picture(matter, view, drawn), _WIDTH)
    except NoPng:
        return desk.show_page(
            "measures/no_png.html", status=406, path=f"/measures/{measure_id}", query=_query(desk)
        )
    except InvalidValue as error:
        return _to_the_page(desk, measure_id, error)
    return _file(picture, "image/png", matter.measure.name, "png")


@get("/measures/{measure_id:str}/points.csv", include_in_schema=False)
async def csv(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """The table of a view for a spreadsheet: what whoever asks is given, and nothing else."""
    try:
        matter, _, drawn = await _drawn(desk, measure_id)
    except InvalidValue as error:
        return _to_the_page(desk, measure_id, error)
    table = table_of(drawn)
    body = _BOM + csv_cells.table(table.columns(), table.cells())
    return _file(body, "text/csv", matter.measure.name, "csv")


PAGES = [svg, png, csv]


async def _drawn(desk: PageDesk, measure_id: str) -> tuple[ChartMatter, View, Drawn]:
    matter = await desk.snapshot(chart_matter, measure_id)
    given = views.given_of(desk.request.query_params)
    view = views.view_of(given, possible(matter))
    return matter, view, await charting.drawn(matter, view, desk.work_out)


def _picture(matter: ChartMatter, view: View, drawn: Drawn) -> str:
    return charting.picture(matter, drawn.charts, axis=view.axis, width=_WIDTH)


def _to_the_page(desk: PageDesk, measure_id: str, error: InvalidValue) -> Response[Any]:
    """To the page of the same view, which says what cannot be drawn; what is no option is raised."""
    if error.field not in views.OPTIONS:
        raise error
    return go(f"/measures/{measure_id}{_query(desk)}")


def _query(desk: PageDesk) -> str:
    query = desk.request.url.query
    return f"?{query}" if query else ""


def _file(body: bytes, kind: str, name: str, end: str) -> Response[bytes]:
    headers = {**NO_STORE, "Content-Disposition": disposition(name, end)}
    return Response(body, media_type=kind, headers=headers)


def disposition(name: str, end: str) -> str:
    """What a browser calls a file (RFC 6266): in plain letters, and as it is for all that know how."""
    whole = " ".join(re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]+', " ", name).split()).strip(". ")
    whole = (whole or "measure")[:100]
    letters = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "", letters).strip(". ") or "measure"
    return f"attachment; filename=\"{plain}.{end}\"; filename*=UTF-8''{quote(f'{whole}.{end}', safe='')}"
