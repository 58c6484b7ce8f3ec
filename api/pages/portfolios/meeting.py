"""The meeting view: for a projector, one aim a screen, and for paper, one aim a page."""

from datetime import date
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from markupsafe import Markup
from msgspec import Struct

from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.names import named
from api.pages.pictures import WIDE, fitting, inline
from api.pages.portfolios.asked import Asked, asked
from api.pages.portfolios.changes import shown, since_of
from api.pages.stages import stage_names
from api.routes.params import Id
from api.store.portfolio.screens import Screens, first_screen, screens
from pdsa.aim import Aim
from pdsa.charts import measure_charts, svg
from pdsa.cycle import Cycle, Status
from pdsa.feedback import Request, RequestState
from pdsa.interchange import Inquiry
from pdsa.measure import Measure
from pdsa.monitoring import AimStatus, StatusOn, aim_figures
from pdsa.monitoring.compare import AimSince, since
from pdsa.monitoring.summary import AimFigures
from pdsa.review import Finding, Record, findings
from pdsa.units import Audience

#: As many aims as are put on paper at once.
_ON_PAPER = 50


class Screen(Struct, frozen=True, kw_only=True):
    """One aim on a screen.

    ``prompt`` is what the meeting may talk about: the finding that weighs most of those that are told
    outside of the team.
    """

    number: int
    aim: Aim
    team: str
    status: StatusOn
    figures: AimFigures
    measure: Measure | None
    since: AimSince
    picture: Markup | None
    reading: str
    running: tuple[Cycle, ...]
    requests: tuple[Request, ...]
    prompt: Finding | None


@get("/units/{unit_id:str}/meeting", include_in_schema=False)
async def meeting(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A screen of a meeting: ``at`` says which aim, ``all`` puts every one on paper."""
    query = desk.request.query_params
    wanted = asked(desk.request.scope["query_string"].decode("latin-1"))
    first, _ = since_of(query.get("since", ""), desk.today)
    at = query.get("at", "")
    if at == "all":
        return await _aims(desk, unit_id, wanted, first, 1, _ON_PAPER)
    number = int(at) if at.isascii() and at.isdigit() and len(at) < 7 else 0
    if number:
        return await _aims(desk, unit_id, wanted, first, number, 1)
    found = await desk.snapshot(first_screen, unit_id, wanted.filters, wanted.sort, first)
    told = found.happened.changes
    return desk.show_page(
        "portfolios/meeting.html",
        place=found.happened.place,
        first=found,
        found=found.happened,
        counts=[
            (each, named(each), told.before.get(each, 0), told.now.get(each, 0))
            for each in AimStatus
            if each in told.before or each in told.now
        ],
        since=first,
        pairs=wanted.pairs,
        named=named,
        shown=shown,
        before=None,
        after=_to(wanted, first, "1") if found.aims else None,
        whole=_to(wanted, first, "all"),
    )


async def _aims(
    desk: PageDesk, unit_id: str, wanted: Asked, first: date, number: int, count: int
) -> Response[Any]:
    found: Screens = await desk.snapshot(
        screens, unit_id, wanted.filters, wanted.sort, number, count
    )
    if not found.inquiries:
        return go(f"/units/{unit_id}/meeting{_to(wanted, first, '0')}")
    made = await desk.work_out(_screens, found, first, desk.today, paper=count > 1)
    return desk.show_page(
        "portfolios/screen.html",
        place=found.place,
        screens=made,
        of=found.of,
        since=first,
        named=named,
        shown=shown,
        stages=stage_names(),
        paper=count > 1,
        before=_to(wanted, first, str(number - 1)),
        after=_to(wanted, first, str(number + 1)) if number + count <= found.of else None,
        whole=_to(wanted, first, "all"),
    )


def _screens(found: Screens, first: date, on: date, *, paper: bool) -> list[Screen]:
    return [
        screen(inquiry, audience, first, on, at, paper=paper)
        for at, (inquiry, audience) in zip(found.places, found.inquiries, strict=True)
    ]


def screen(
    inquiry: Inquiry, audience: Audience, first: date, on: date, number: int, *, paper: bool
) -> Screen:
    """What is shown of an aim in a meeting: never more than is told outside of its team.

    On ``paper`` its chart is drawn once: nobody reads that on a phone.
    """
    record = Record(inquiry, on, audience=audience)
    figures = aim_figures(record)
    measure = record.measures.get(figures.measure_id or "")
    picture, reading = None, ""
    if measure is not None:
        charts = measure_charts(
            measure,
            inquiry.points_of(measure.id),
            calendar=inquiry.calendar,
            cycles=inquiry.cycles,
            phases=inquiry.phases,
        )
        reading = charts[0].reading

        def drawn(width: int, id: str) -> str:
            if width < WIDE:
                return svg.chart(charts[0], id=id, width=width)
            return svg.chart(charts[0], id=id, width=900, height=480)

        id = f"chart-{number}"
        picture = inline(drawn(WIDE, id)) if paper else fitting(drawn, id)
    outside = Audience.school if audience is Audience.team else audience
    prompts = findings(inquiry, on=on, audience=outside)
    cycles = inquiry.cycles
    return Screen(
        number=number,
        aim=inquiry.aim,
        team=inquiry.team.name,
        status=figures.status(on),
        figures=figures,
        measure=measure,
        since=since(
            figures,
            inquiry.aim,
            measure,
            first=first,
            last=on,
            unit_name=inquiry.team.name,
            started=sum(_within(each.started_on, first, on) for each in cycles),
            ended=sum(_within(each.ended_on, first, on) for each in cycles),
        ),
        picture=picture,
        reading=reading,
        running=tuple(each for each in inquiry.cycles if each.status is Status.running),
        requests=tuple(each for each in inquiry.requests if each.state is not RequestState.closed),
        prompt=prompts[0] if prompts else None,
    )


def _within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first < day <= last


def _to(wanted: Asked, first: date, at: str) -> str:
    return wanted.query(plus=[("since", first.isoformat()), ("at", at)])


PAGES = [meeting]
