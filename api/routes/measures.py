"""Measures, and what their data points add up to: series."""

from collections.abc import Sequence
from typing import Annotated

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from api.commands import build, change, draft, patched
from api.csv_cells import table
from api.desk import JSON, Desk, Page, from_cursor
from api.ids import new_id
from api.routes.params import Cursor, Id, IdFilter, Limit, TextFilter, UnitFilter
from api.store import elements, lists, parts, points
from api.store.kinds import MEASURE
from pdsa.measure import Measure, MeasureKind, Series, SplitBy

CSV = "text/csv"

By = Annotated[SplitBy | None, QueryParameter(description="One series per part.")]
KindFilter = Annotated[MeasureKind | None, QueryParameter()]


@draft(Measure)
class MeasureDraft(Struct):
    """A new measure of an aim."""


@change(Measure, without=("aim_id", "unit", "counts"))
class MeasureChange(Struct):
    """A merge patch of a measure; its unit and whom it counts stay, since its points are of that."""


@get("/measures", operation_id="measures_list", tags=["measures"])
async def measures_list(
    desk: NamedDependency[Desk],
    unit: UnitFilter = None,
    aim: IdFilter = None,
    kind: KindFilter = None,
    text: TextFilter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Page[Measure]]:
    """Measures."""
    after = from_cursor(cursor, str)
    return await desk.page(
        lists.measures, unit=unit, aim=aim, kind=kind, text=text, after=after, limit=limit
    )


@post("/measures", operation_id="measures_create", tags=["measures"])
async def measures_create(
    data: JSONBody[MeasureDraft], desk: NamedDependency[Desk]
) -> Response[Measure]:
    """Add a measure."""
    measure = build(Measure, data, id=new_id())
    return await desk.create("measures", parts.add, MEASURE, measure)


@get("/measures/{measure_id:str}", operation_id="measures_get", tags=["measures"])
async def measures_get(measure_id: Id, desk: NamedDependency[Desk]) -> Response[Measure]:
    """One measure."""
    return await desk.show(elements.tell, MEASURE, measure_id)


@patch(
    "/measures/{measure_id:str}", operation_id="measures_change", tags=["measures"], if_match=True
)
async def measures_change(
    measure_id: Id, data: JSONBody[MeasureChange], desk: NamedDependency[Desk]
) -> Response[Measure]:
    """Change a measure."""
    return await desk.change(
        elements.change, MEASURE, measure_id, desk.version(), lambda each: patched(each, data)
    )


@get(
    "/measures/{measure_id:str}/series",
    operation_id="measures_series",
    tags=["measures"],
    produces=(JSON, CSV),
)
async def measures_series(
    measure_id: Id, desk: NamedDependency[Desk], by: By = None
) -> Response[list[Series]]:
    """The points pooled by date, whole or one series per classroom or student group.

    As JSON, or as CSV with `Accept: text/csv`.
    """
    media_type = desk.accepted(JSON, CSV)
    _, found = await desk.browse(points.series_of, measure_id, by)
    return desk.answer(_to_csv(found) if media_type == CSV else found, media_type)


def _to_csv(found: Sequence[Series]) -> bytes:
    """Series as CSV, a row per point; the last column says why a figure is not shown."""
    return table(
        ("part", "on", "value", "numerator", "denominator", "withheld"),
        (
            (
                series.part,
                point.on,
                point.value if point.band is None else point.band,
                point.numerator,
                point.denominator,
                "" if point.withheld is None else str(point.withheld),
            )
            for series in found
            for point in series.points
        ),
    )


ROUTES = [
    measures_list,
    measures_create,
    measures_get,
    measures_change,
    measures_series,
]
