"""Since the last meeting: what has happened in a unit's aims since a day."""

from datetime import date
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from api.desk import to_cursor
from api.pages.desk import PageDesk
from api.pages.names import named
from api.routes.params import Id
from api.routes.portfolio import four_weeks_before
from api.store.portfolio.meeting import happened
from pdsa.errors import InvalidValue
from pdsa.measure import MeasureUnit, show_amount
from pdsa.monitoring import AimStatus
from pdsa.words import say

#: Aims on one page.
_LIMIT = 50


@get("/units/{unit_id:str}/changes", include_in_schema=False)
async def changes(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """What has happened since the day that is asked for, else since four weeks ago."""
    since = desk.request.query_params.get("since", "")
    first, wrong = since_of(since, desk.today)
    after = desk.after(str)
    found, key = await desk.snapshot(happened, unit_id, first, desk.today, after, _LIMIT)
    told = found.changes
    return desk.show_page(
        "portfolios/changes.html",
        error=wrong,
        place=found.place,
        found=found,
        since=first,
        rule=wrong.rule if wrong else "",
        typed=since if wrong else first.isoformat(),
        counts=[
            (each, named(each), told.before.get(each, 0), told.now.get(each, 0))
            for each in AimStatus
            if each in told.before or each in told.now
        ],
        named=named,
        shown=shown,
        following=bool(after),
        next=None if key is None else f"?since={first}&cursor={to_cursor(key)}",
    )


def since_of(text: str, today: date) -> tuple[date, InvalidValue | None]:
    """The day since when things are told; four weeks ago, and what is wrong, for none that can be."""
    usual = four_weeks_before(today)
    if not text.strip():
        return usual, None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return usual, InvalidValue("since", text, say("a day, such as 2026-05-29"))
    if day > today:
        return usual, InvalidValue("since", text, say("a day that is not to come"))
    return day, None


def shown(value: float | None, unit: MeasureUnit | None) -> str:
    """A figure in words, if it is known."""
    return "" if value is None or unit is None else show_amount(value, unit)


PAGES = [changes]
