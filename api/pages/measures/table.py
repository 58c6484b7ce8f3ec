"""The figures of a chart as a table, for a page and for a spreadsheet: the same rows, the same words."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from api.charting import Drawn
from api.pages.measures.marks import marks
from pdsa.charts import MeasureChart
from pdsa.measure import Series, SeriesPoint
from pdsa.words import mark, say

_BANDS = {"<=": mark("at most {n}%"), ">=": mark("at least {n}%")}


class Row(Struct, frozen=True, kw_only=True):
    """One date of one part.

    ``said`` is the value in words, or why there is none; ``value`` the number alone, if it is shown.
    ``shown`` are centre line and limits in words, in the order of ``lines``.
    """

    on: date
    numerator: int | None
    denominator: int | None
    value: float | None
    said: str
    lines: tuple[float | None, float | None, float | None]
    shown: tuple[str, str, str]
    phase: int
    signals: str


class Part(Struct, frozen=True, kw_only=True):
    """The rows of one series; ``of`` is the classroom or group, empty for the whole."""

    of: str
    name: str
    rows: tuple[Row, ...]


class Table(Struct, frozen=True, kw_only=True):
    """Figures by part and date, and which columns there is anything in."""

    parts: tuple[Part, ...]
    split: bool
    counts: bool
    limits: bool
    phases: bool

    def columns(self) -> list[str]:
        """The heads of the columns, in the reader's language."""
        return [
            *([say("Part")] if self.split else []),
            say("Date"),
            *([say("Numerator"), say("Denominator")] if self.counts else []),
            say("Value"),
            say("Centre line"),
            *([say("Lower limit"), say("Upper limit")] if self.limits else []),
            *([say("Phase")] if self.phases else []),
            say("What the rules found"),
        ]

    def cells(self) -> Iterator[list[object]]:
        """The rows for a spreadsheet: numbers as numbers, days as days."""
        for part in self.parts:
            for row in part.rows:
                lines = row.lines if self.limits else row.lines[:1]
                yield [
                    *([part.name] if self.split else []),
                    row.on,
                    *([row.numerator, row.denominator] if self.counts else []),
                    _rounded(row.value) if row.value is not None else row.said,
                    *(_rounded(line) for line in lines),
                    *([row.phase] if self.phases else []),
                    row.signals,
                ]


def table_of(drawn: Drawn) -> Table:
    """The figures of what is drawn."""
    parts = tuple(
        Part(of=chart.of, name=chart.of_name, rows=tuple(_rows(series, chart)))
        for series, chart in zip(drawn.series, drawn.charts, strict=True)
    )
    rows = [row for part in parts for row in part.rows]
    return Table(
        parts=tuple(part for part in parts if part.rows),
        split=any(part.of for part in parts),
        counts=any(row.denominator is not None for row in rows),
        limits=any(row.lines[1] is not None or row.lines[2] is not None for row in rows),
        phases=any(row.phase > 1 for row in rows),
    )


def _rows(series: Series, chart: MeasureChart) -> Iterator[Row]:
    figures: dict[date | float, SeriesPoint] = {point.on: point for point in series.points}
    found = marks(chart.chart)
    for point in chart.chart.points:
        figure = figures.get(point.x)
        if figure is None:
            continue
        cl, lcl, ucl = point.cl, point.lcl, point.ucl
        yield Row(
            on=figure.on,
            numerator=figure.numerator,
            denominator=figure.denominator,
            value=point.y,
            said=_said(figure, point.y, chart),
            lines=(cl, lcl, ucl),
            shown=(_shown(chart, cl), _shown(chart, lcl), _shown(chart, ucl)),
            phase=point.part,
            signals="; ".join(found.get(point.index, ())),
        )


def _said(figure: SeriesPoint, value: float | None, chart: MeasureChart) -> str:
    if figure.withheld is not None:
        return say("withheld: {why}", why=say(str(figure.withheld)))
    if figure.band is not None:
        return say(_BANDS[figure.band[:2]], n=figure.band[2:])
    return chart.show(value) if value is not None else say("no figure")


def _shown(chart: MeasureChart, line: float | None) -> str:
    return "" if line is None else chart.show(line)


def _rounded(value: float | None) -> float | None:
    """As exact as anybody reads it, without the noise of binary fractions."""
    return None if value is None else round(value, 6)
