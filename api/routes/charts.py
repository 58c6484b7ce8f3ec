"""The charts of a measure: numbers, or a picture."""

import asyncio
from datetime import date
from functools import cache, partial
from typing import Annotated, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api import patterns
from api.desk import JSON, Desk
from api.png import NoPng, to_png
from api.problems import NotAcceptable
from api.routes.params import Id
from api.store.phases import chart_matter
from pdsa.charts import ChartKind, MeasureChart, measure_charts, series_charts, svg
from pdsa.charts.rules import RuleName, by_name
from pdsa.errors import InvalidValue
from pdsa.measure import SplitBy
from pdsa.privacy import released_series
from pdsa.reference import student_groups

#: The charts of so many points are worked out at once: it takes less than a thread would.
AT_ONCE = 500
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
    began = _days(rebase)
    matter = await desk.snapshot(chart_matter, measure_id)
    points = matter.given.of(by)
    made = partial(
        series_charts,
        matter.measure,
        released_series(matter.measure, matter.given, by=by),
        points,
        by=by,
        names=matter.names if by is SplitBy.classroom else _groups(),
        phases=matter.phases if phases == "stored" else (),
        calendar=matter.calendar,
        cycles=matter.cycles,
        kind=kind,
        rules=by_name(rules),
        screen=screen,
        freeze=freeze,
        rebase=began,
    )
    charts = made() if len(points) <= AT_ONCE else await desk.work_out(made)
    if media_type == JSON:
        return desk.answer(charts)
    if not charts:  # a split of no points: the picture says that there is no data yet
        charts = measure_charts(matter.measure, (), calendar=matter.calendar)
    picture = await asyncio.to_thread(_picture, charts, axis=axis, width=width, theme=theme)
    if media_type == SVG:
        return desk.answer(picture.encode(), media_type)
    try:
        return desk.answer(await to_png(picture, width), media_type)
    except NoPng as error:
        raise NotAcceptable((JSON, SVG)) from error


def _picture(
    charts: tuple[MeasureChart, ...],
    *,
    axis: Literal["date", "week"],
    width: int,
    theme: Literal["auto", "light", "dark"],
) -> str:
    if len(charts) == 1:
        return svg.chart(charts[0], axis=axis, width=width, theme=theme)
    try:
        return svg.multiples(charts, axis=axis, width=width, theme=theme)
    except InvalidValue as error:
        if error.field != "charts":
            raise
        rule = f"{error.rule} in one picture; as JSON there is no such limit"
        raise InvalidValue("by", f"{len(charts)} parts", rule) from error


@cache
def _groups() -> dict[str, str]:
    """What the student groups are called, by their codes."""
    return {group.code: group.name for group in student_groups()}


def _days(given: str | None) -> list[date]:
    try:
        return [date.fromisoformat(day) for day in given.split(",")] if given else []
    except ValueError as error:
        raise InvalidValue("rebase", given, "days that exist, as YYYY-MM-DD") from error


ROUTES = [measures_chart]
