"""How far a tally has got: filled cells, and the figure of each classroom over all days."""

from collections.abc import Sequence

from msgspec import Struct

from pdsa.ids import UnitId
from pdsa.measure import DataPoint, Measure, Series, SeriesPoint, countable, figure, series
from pdsa.tally.grid import TallyGrid


class TallyTotal(Struct, frozen=True, kw_only=True):
    """Some cells: how many there are, how many say something, how many of those that it is missing.

    ``total`` pools the figures of all days as a series pools those of one: counts by numerator and
    denominator, so that a day of 30 tickets weighs more than one of 10. ``left_out`` is how many
    figures could not be added to the others, bare percentages beside counts.
    """

    classroom_id: UnitId | None = None
    label: str = ""
    cells: int
    filled: int
    missing: int
    total: SeriesPoint | None
    left_out: int = 0


class TallySummary(Struct, frozen=True, kw_only=True):
    """The whole of a tally, each column, and the series of its days."""

    cells: int
    filled: int
    missing: int
    columns: tuple[TallyTotal, ...]
    series: Series


def tally_summary(grid: TallyGrid) -> TallySummary:
    """What stands in a grid, in sum.

    ``cells`` are those in which a figure of the team is expected; a column beside them counts only
    the cells that say something.
    """
    columns = []
    for i, column in enumerate(grid.columns):
        cells = [row[i] for row in grid.rows]
        said = [cell for cell in cells if cell.points]
        points = [point for cell in said for point in cell.points]
        total, left_out = _total(grid.measure, points)
        columns.append(
            TallyTotal(
                classroom_id=column.classroom_id,
                label=column.label,
                cells=len(said) if column.extra else len(cells),
                filled=len(said),
                missing=sum(all(point.missing for point in cell.points) for cell in said),
                total=total,
                left_out=left_out,
            )
        )
    (whole,) = series(grid.measure, grid.points())
    return TallySummary(
        cells=sum(each.cells for each in columns),
        filled=sum(each.filled for each in columns),
        missing=sum(each.missing for each in columns),
        columns=tuple(columns),
        series=whole,
    )


def _total(measure: Measure, points: Sequence[DataPoint]) -> tuple[SeriesPoint | None, int]:
    told = [point for point in points if not point.missing]
    if not told:
        return None, 0
    last = max(point.on for point in told)
    return figure(measure, last, told), len(told) - len(countable(told))
