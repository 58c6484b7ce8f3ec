"""A picture of student groups beside all students: small multiples on one scale."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from pdsa.charts import ChartKind, svg
from pdsa.charts.measured import series_charts
from pdsa.equity.distance import distances
from pdsa.equity.gaps import beside
from pdsa.equity.progress import group_name, ordered, within
from pdsa.equity.window import check_window
from pdsa.measure import Measure, Series
from pdsa.privacy import Release
from pdsa.words import say


def picture(
    measure: Measure,
    everybody: Series | None,
    groups: Iterable[Series],
    *,
    first: date | None = None,
    last: date | None = None,
    wanted: Sequence[str] | None = None,
    grade: int | None = None,
    width: float = 720,
    theme: str = "auto",
) -> str:
    """All students and each group as run charts in one SVG, the median of all faintly in each.

    Arguments as for ``equity_of``; the same series and nothing else are drawn. Panels stand in the
    order of the published list. Raises ``InvalidValue`` as ``equity_of`` and
    ``pdsa.charts.svg.multiples`` do.
    """
    check_window(first, last)
    of_all = everybody or Series(measure_id=measure.id, part="", points=())
    parts = {each.part: each for each in groups}
    codes = ordered(parts) if wanted is None else [code for code in wanted if code in parts]
    drawn = [of_all, *(parts[code] for code in codes)]
    if grade is not None:
        drawn = [distances(measure, each, grade) for each in drawn]
    drawn = [replace(each, points=tuple(within(each, first, last))) for each in drawn]
    names = {code: group_name(code) for code in parts} | {"": say("All students")}
    charts = series_charts(measure, drawn, (), names=names, kind=ChartKind.run)
    return svg.multiples(charts, pooled=charts[0], width=width, theme=theme)


def released_picture(measure: Measure, given: Release, **options: Any) -> str:
    """``picture`` of what an audience is given of a measure."""
    return picture(measure, *beside(measure, given), **options)
