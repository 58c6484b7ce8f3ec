"""What the page of a measure shows, worked out from what whoever asks is given of it."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from litestar import Response
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from api import charting
from api.charting import View
from api.pages import names
from api.pages.desk import PageDesk
from api.pages.forms import field_of
from api.pages.measures import views
from api.pages.measures.marks import marks_of_parts
from api.pages.measures.point_fields import groups
from api.pages.measures.seen import Seen
from api.pages.measures.table import Table, table_of
from api.pages.pictures import fitting, inline
from pdsa.charts import MeasureChart, Proposal
from pdsa.equity import Equity, released_equity
from pdsa.equity.picture import released_picture
from pdsa.errors import InvalidValue, PdsaError
from pdsa.measure import SplitBy
from pdsa.phase import PhaseKind
from pdsa.words import say

#: As many rows as a page has room for.
_ROWS = 400


class Shown(Struct, frozen=True, kw_only=True):
    """The charts of a view, in picture, words and figures."""

    view: View
    charts: tuple[MeasureChart, ...]
    picture: Markup
    readings: tuple[str, ...]
    table: Table
    left_out: int
    found: tuple[tuple[str, str], ...]
    proposals: tuple[tuple[MeasureChart, Proposal], ...]


class ByGroup(Struct, frozen=True):
    """The measure by student group."""

    equity: Equity
    picture: Markup | None


async def page_of(
    desk: PageDesk,
    seen: Seen,
    *,
    sent: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
) -> Response[str]:
    """The page of a measure, in the view of its address, after ``sent`` could not be saved.

    An option that cannot be drawn is refused beside it, and what fits is shown instead.
    """
    given = views.given_of(desk.request.query_params)
    try:
        view = views.view_of(given, seen.possible)
        shown = await _shown(desk, seen, view)
        given = views.values_of(view)
    except InvalidValue as refused:
        if refused.field not in views.OPTIONS:
            raise
        error = error or refused
        view = View()
        shown = await _shown(desk, seen, view)
        given = views.values_of(view) | given
    by_group = None
    if SplitBy.student_group in seen.possible:
        by_group = await desk.work_out(_by_group, seen)
    query = views.query_of(view)
    measure = seen.matter.measure
    path = f"/measures/{measure.id}"
    return desk.show_page(
        "measures/chart.html",
        error=error,
        seen=seen,
        measure=measure,
        aim=seen.aim,
        team=seen.team,
        shown=shown,
        by_group=by_group,
        query=query,
        path=path,
        address=f"{desk.request.app.state.settings.origin}{path}{query}",
        values={**_first(desk, seen), **given, **(sent or {})},
        differs={},
        prompts={},
        editable=True,
        options=_options(seen),
        named=names.named,
        points=_points(seen),
        rooms=[*seen.rooms.items()],
        groups=groups(),
        may_add=seen.of_team and seen.may_log,
        tried=view.freeze is not None or bool(view.rebase),
        wrong_option=error is not None and field_of(error) in views.OPTIONS,
        width=len(shown.table.columns()) - shown.table.split,
    )


def query_beside(desk: PageDesk) -> str:
    """The query of the view from which a form was sent, to go back to it."""
    given = views.given_of(desk.request.query_params)
    return f"?{urlencode(given, safe=',')}" if given else ""


async def _shown(desk: PageDesk, seen: Seen, view: View) -> Shown:
    drawn = await charting.drawn(seen.matter, view, desk.work_out)
    if not drawn.charts and view.by is not None:
        rule = say("another split: there are no figures by it")
        raise InvalidValue("by", view.by.value, rule)
    id = f"chart-{seen.matter.measure.id}"
    otherwise = say(" in one picture")

    def pictured(width: int, id: str) -> str:
        return charting.picture(
            seen.matter, drawn.charts, axis=view.axis, width=width, id=id, otherwise=otherwise
        )

    table, left_out = _latest(table_of(drawn))
    tried = view.freeze is not None or view.rebase or not view.stored
    return Shown(
        view=view,
        charts=drawn.charts,
        picture=fitting(pictured, id),
        readings=tuple(each.reading for each in drawn.charts),
        table=table,
        left_out=left_out,
        found=tuple(
            (each.of_name, text) for each in drawn.charts for text in marks_of_parts(each.chart)
        ),
        proposals=()
        if tried or view.by is SplitBy.student_group
        else tuple((chart, each) for chart in drawn.charts for each in chart.proposals),
    )


def _latest(table: Table) -> tuple[Table, int]:
    """The table with as many of the latest days as there is room for; and how many days are left out."""
    days = sorted({row.on for part in table.parts for row in part.rows}, reverse=True)
    rows = sum(len(part.rows) for part in table.parts)
    if rows <= _ROWS:
        return table, 0
    kept = days[: max(1, len(days) * _ROWS // rows)]
    parts = tuple(
        replace(part, rows=tuple(row for row in part.rows if row.on >= kept[-1]))
        for part in table.parts
    )
    return replace(table, parts=parts), len(days) - len(kept)


def _by_group(seen: Seen) -> ByGroup:
    matter = seen.matter
    equity = released_equity(matter.measure, matter.given)
    try:
        picture = inline(released_picture(matter.measure, matter.given))
    except InvalidValue:  # more groups than one picture holds
        return ByGroup(equity, None)
    return ByGroup(equity, picture)


def _options(seen: Seen) -> dict[str, list[tuple[str, str]]]:
    return {
        "kind": views.kinds(),
        "rules": views.rules(),
        "by": views.splits(seen.possible),
        "phases": [("stored", say("as people made them")), ("none", say("without phases"))],
        "screen": [("yes", say("left out of the limits")), ("no", say("counted in"))],
        "axis": [("date", say("days")), ("week", say("weeks of school"))],
        "days": [(str(day), say("{day}", day=day)) for day in seen.days],
        "to": [("school", say("the school")), ("above", say("everybody above the team"))],
        "phase": [
            (PhaseKind.rebase.value, say("begin a new phase")),
            (PhaseKind.freeze.value, say("freeze the baseline")),
        ],
    }


def _first(desk: PageDesk, seen: Seen) -> dict[str, str]:
    """What stands in the forms before anybody writes in them."""
    last = seen.days[0] if seen.days else desk.today
    return {
        "point/on": str(desk.today),
        "phase/kind": PhaseKind.rebase.value,
        "publish/through": str(min(last, desk.today)),
        "publish/to": "school",
        "comment/on": str(last),
    }


def _points(seen: Seen) -> dict[tuple[date, str], list[str]]:
    """The ids of the single points of each date and part, for whoever may correct them."""
    found: dict[tuple[date, str], list[str]] = {}
    if not seen.may_log:
        return found
    for point in seen.points:
        for part in {"", point.classroom_id or "", point.student_group or ""}:
            found.setdefault((point.on, part), []).append(point.id)
    return found
