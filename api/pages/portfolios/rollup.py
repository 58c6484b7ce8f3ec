"""Roll-ups of a portfolio: by unit below, month by month, by student group, by change idea."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from api import patterns
from api.pages.administration.names import kind_named
from api.pages.desk import PageDesk
from api.pages.names import named
from api.routes.params import Id
from api.store.portfolio.levels_below import (
    groups_below,
    ideas_below,
    months_below,
    units_below,
)
from api.store.portfolio.rollup import UnitMonth
from pdsa.monitoring import AimStatus
from pdsa.monitoring.rollup import Spread
from pdsa.words import say

#: Rows of a table.
_MOST = 200
#: Names that a cell holds.
_MOST_NAMES = 6


class MonthRow(Struct, frozen=True):
    """What was done in a month, in all units together."""

    month: str
    points: int
    started: int
    completed: int
    adopted: int


@get("/units/{unit_id:str}/roll-up", include_in_schema=False)
async def by_unit(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """How many aims have which status in each unit below, and how far units lie apart."""
    kind = desk.asked("kind", patterns.WORD) or None
    below = await desk.snapshot(units_below, unit_id, kind)
    found = below.found
    return desk.show_page(
        "portfolios/by_unit.html",
        place=below.place,
        kinds=below.kinds,
        kind=kind,
        found=found,
        units=found.units[:_MOST],
        more=len(found.units) - _MOST,
        statuses=[(each, named(each)) for each in AimStatus if each in found.together.statuses],
        spread=spread,
        kind_named=kind_named,
    )


@get("/units/{unit_id:str}/roll-up/groups", include_in_schema=False)
async def by_group(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """In how many aims the gap of each student group narrowed."""
    kind = desk.asked("kind", patterns.WORD) or None
    below = await desk.snapshot(groups_below, unit_id, kind)
    return desk.show_page(
        "portfolios/by_group.html",
        place=below.place,
        kinds=below.kinds,
        kind=kind,
        found=below.found,
        units=below.found.units[:_MOST],
        more=len(below.found.units) - _MOST,
        kind_named=kind_named,
    )


@get("/units/{unit_id:str}/roll-up/months", include_in_schema=False)
async def by_month(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """What was done in the last twelve months."""
    kind = desk.asked("kind", patterns.WORD) or None
    months = last_months(desk.today, 12)
    below = await desk.browse(months_below, unit_id, kind, months[0], months[-1])
    by_unit: dict[str, dict[str, UnitMonth]] = {}
    for each in below.found:
        by_unit.setdefault(each.unit_id, {})[each.month] = each
    units = sorted((below.names[id], id, rows) for id, rows in by_unit.items())
    return desk.show_page(
        "portfolios/by_month.html",
        place=below.place,
        kinds=below.kinds,
        kind=kind,
        months=[(each, desk.language.month(date.fromisoformat(f"{each}-01"))) for each in months],
        together=together(below.found),
        units=units[:_MOST],
        more=len(units) - _MOST,
        kind_named=kind_named,
    )


@get("/units/{unit_id:str}/roll-up/ideas", include_in_schema=False)
async def by_idea(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Which change ideas held up where."""
    text = desk.asked("text")
    below = await desk.browse(ideas_below, unit_id, text or None, _MOST)
    return desk.show_page(
        "portfolios/by_idea.html",
        place=below.place,
        ideas=below.found[:_MOST],
        more=len(below.found) - _MOST,
        text=text,
        listed=lambda ids: listed(below.names.get(id, "") for id in ids),
    )


def spread(found: Spread | None) -> str:
    """How far shares of the way lie apart, in words; empty without any."""
    if found is None:
        return ""
    percent = {
        name: f"{round(100 * getattr(found, name))}%"
        for name in ("lowest", "lower", "median", "upper", "highest")
    }
    if found.of == 1:
        return say("{median} of the way", **percent)
    if found.of < 3:
        return say("{lowest} to {highest} of the way", **percent)
    return say(
        "in the middle {median} of the way; half between {lower} and {upper}, "
        "all between {lowest} and {highest}",
        **percent,
    )


def last_months(day: date, count: int) -> list[str]:
    """So many months up to that of a day, as ``2026-05``, the earliest first."""
    last = 12 * day.year + day.month - 1
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(last - count + 1, last + 1)]


def together(found: Iterable[UnitMonth]) -> dict[str, MonthRow]:
    """What was done in each month in all units."""
    sums: dict[str, list[int]] = {}
    for each in found:
        row = sums.setdefault(each.month, [0, 0, 0, 0])
        for at, number in enumerate((each.points, each.started, each.completed, each.adopted)):
            row[at] += number
    return {month: MonthRow(month, *row) for month, row in sums.items()}


def listed(names: Iterable[str]) -> str:
    """Some names in order, and how many more there are."""
    known: Sequence[str] = sorted(name for name in names if name)
    shown = "; ".join(known[:_MOST_NAMES])
    left = len(known) - _MOST_NAMES
    return say("{names}; and {n} more", names=shown, n=left) if left > 0 else shown


PAGES = [by_unit, by_group, by_month, by_idea]
