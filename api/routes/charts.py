"""The charts of a measure: numbers, or a picture."""

import asyncio
from datetime import date
from typing import Annotated, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api import charting, patterns
from api.desk import JSON, Desk
from api.png import NoPng, to_png
from api.problems import NotAcceptable
from api.routes.params import Id
from api.store.phases import chart_matter
from pdsa.charts import ChartKind, MeasureChart
from pdsa.charts.rules import RuleName
from pdsa.measure import SplitBy

SVG, PNG = "image/svg+xml", "image/png"

Kind = Annotated[
    ChartKind | None, QueryParameter(description="The kind of chart, else the one that fits.")
]
Rules = Annotated[RuleName, QueryParameter(description="The rules for what is more than chance.")]
By = Annotated[
    SplitBy | None, QueryParameter(description="One chart per classroom or student group.")
]
Stored = Annotated[
    Literal["stored", "none"],
    QueryParameter(description="The phases that people made, or the series without them."),
]
Freeze = Annotated[
    date | None, QueryParameter(description="Try out a baseline: its last day. Stores nothing.")
]
Rebase = Annotated[
    str | None,
    QueryParameter(
        description="Try out new phases: their first days, with commas between. Stores nothing.",
        pattern=patterns.DAYS,
    ),
]
Screen = Annotated[
    bool, QueryParameter(description="Leave extreme moving ranges out of the limits.")
]
Axis = Annotated[
    Literal["date", "week"],
    QueryParameter(description="Days on the axis of a picture, or instructional weeks."),
]
Width = Annotated[
    int, QueryParameter(ge=320, le=4000, description="Width of a picture, in CSS pixels.")
]
Theme = Annotated[
    Literal["auto", "light", "dark"],
    QueryParameter(description="Colours of a picture; auto follows the reader's screen."),
]


@get(
    "/measures/{measure_id:str}/chart",
    operation_id="measures_chart",
    tags=["measures"],
    produces=(JSON, SVG, PNG),
    refuses=("422",),
)
async def measures_chart(
    measure_id: Id,
    desk: NamedDependency[Desk],
    kind: Kind = None,
    rules: Rules = RuleName.anhoej,
    by: By = None,
    phases: Stored = "stored",
    freeze: Freeze = None,
    rebase: Rebase = None,
    screen: Screen = True,
    axis: Axis = "date",
    width: Width = 720,
    theme: Theme = "auto",
) -> Response[list[MeasureChart]]:
    """The run chart or control chart of each series, with limits, signals and a reading.

    As JSON numbers, or as a picture with `Accept: image/svg+xml` or `image/png`; several series
    become small multiples on one scale.
    """
    media_type = desk.accepted(JSON, SVG, PNG)
    view = charting.View(
        kind=kind,
        rules=rules,
        by=by,
        stored=phases == "stored",
        freeze=freeze,
        rebase=charting.days(rebase),
        screen=screen,
        axis=axis,
    )
    matter = await desk.snapshot(chart_matter, measure_id)
    charts = (await charting.drawn(matter, view, desk.work_out)).charts
    if media_type == JSON:
        return desk.answer(charts)
    picture = await asyncio.to_thread(
        charting.picture,
        matter,
        charts,
        axis=axis,
        width=width,
        theme=theme,
        otherwise=" in one picture; as JSON there is no such limit",
    )
    if media_type == SVG:
        return desk.answer(picture.encode(), media_type)
    try:
        return desk.answer(await to_png(picture, width), media_type)
    except NoPng as error:
        raise NotAcceptable((JSON, SVG)) from error


ROUTES = [measures_chart]
