"""The charts of a measure as somebody asks for them: what the API and the pages have in common."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any, Literal

from msgspec import Struct

from api.store.phases import ChartMatter
from pdsa.charts import ChartKind, MeasureChart, measure_charts, series_charts, svg
from pdsa.charts.rules import RuleName, by_name
from pdsa.errors import InvalidValue
from pdsa.measure import Series, SplitBy
from pdsa.privacy import released_series
from pdsa.reference import student_groups
from pdsa.words import say

#: The charts of so many points are worked out at once: it takes less than a thread would.
AT_ONCE = 500
Axis = Literal["date", "week"]
Theme = Literal["auto", "light", "dark"]


class View(Struct, frozen=True, kw_only=True):
    """How somebody wants to see a measure; as it is made without arguments, what fits.

    ``stored`` takes the phases that people made; ``freeze`` and ``rebase`` only try some out.
    """

    kind: ChartKind | None = None
    rules: RuleName = RuleName.anhoej
    by: SplitBy | None = None
    stored: bool = True
    freeze: date | None = None
    rebase: tuple[date, ...] = ()
    screen: bool = True
    axis: Axis = "date"


class Drawn(Struct, frozen=True, kw_only=True):
    """The series that whoever asks is given, and the chart of each."""

    series: tuple[Series, ...]
    charts: tuple[MeasureChart, ...]


async def drawn(matter: ChartMatter, view: View, work_out: Callable[..., Awaitable[Any]]) -> Drawn:
    """The charts of a view: at once, or by ``work_out`` where there are many points.

    Raises ``InvalidValue`` with the field of the view that cannot be drawn.
    """
    points = matter.given.of(view.by)
    made = partial(draw, matter, view)
    found: Drawn = made() if len(points) <= AT_ONCE else await work_out(made)
    return found


def draw(matter: ChartMatter, view: View) -> Drawn:
    """The same, here and now."""
    series = released_series(matter.measure, matter.given, by=view.by)
    charts = series_charts(
        matter.measure,
        series,
        matter.given.of(view.by),
        by=view.by,
        names=matter.names if view.by is SplitBy.classroom else group_names(),
        phases=matter.phases if view.stored else (),
        calendar=matter.calendar,
        cycles=matter.cycles,
        kind=view.kind,
        rules=by_name(view.rules),
        screen=view.screen,
        freeze=view.freeze,
        rebase=list(view.rebase),
    )
    return Drawn(series=series, charts=charts)


def picture(
    matter: ChartMatter,
    charts: tuple[MeasureChart, ...],
    *,
    axis: Axis = "date",
    width: int = 720,
    theme: Theme = "auto",
    id: str | None = None,
    otherwise: str = "",
) -> str:
    """One chart, or small multiples on one scale; of no chart, that there is no data yet.

    Raises ``InvalidValue`` for more charts than one picture holds; ``otherwise`` says in its rule
    what there is instead.
    """
    if not charts:
        charts = measure_charts(matter.measure, (), calendar=matter.calendar)
    if len(charts) == 1:
        return svg.chart(charts[0], axis=axis, width=width, theme=theme, id=id)
    try:
        return svg.multiples(charts, axis=axis, width=width, theme=theme, id=id)
    except InvalidValue as error:
        if error.field != "charts":
            raise
        raise InvalidValue("by", f"{len(charts)} parts", f"{error.rule}{otherwise}") from error


def days(given: str | None) -> tuple[date, ...]:
    """Days with commas between. Raises ``InvalidValue`` for one that does not exist."""
    try:
        return tuple(date.fromisoformat(day) for day in given.split(",")) if given else ()
    except ValueError as error:
        raise InvalidValue("rebase", given, "days that exist, as YYYY-MM-DD") from error


def group_names() -> dict[str, str]:
    """What the student groups are called in the language in force, by their codes."""
    return {group.code: say(group.name) for group in student_groups()}
