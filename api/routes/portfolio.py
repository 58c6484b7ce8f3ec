"""Portfolios: the aims of a unit and of all that is under it, for whoever watches many of them."""

from datetime import date, timedelta
from typing import Annotated, Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from msgspec.structs import astuple

from api import patterns
from api.csv_cells import table
from api.desk import JSON, Desk, from_cursor
from api.routes.params import Cursor, Day, Id, Limit, TextFilter
from api.store.portfolio.changes import PortfolioChanges, changes
from api.store.portfolio.filters import Filters
from api.store.portfolio.page import SORTS, PortfolioPage, Sort, everything, page
from api.store.portfolio.rollup import (
    PortfolioEquity,
    PortfolioRollUp,
    UnitMonth,
    by_group,
    by_idea,
    by_month,
    by_unit,
)
from pdsa.equity import GroupTally
from pdsa.errors import InvalidValue
from pdsa.monitoring import AimStatus
from pdsa.monitoring.glance import Glance
from pdsa.monitoring.rollup import IdeaOutcome
from pdsa.stages import Stage

CSV = "text/csv"
_TALLY = GroupTally.__struct_fields__
Statuses = Annotated[
    str | None,
    QueryParameter(
        pattern=patterns.STATUSES,
        max_length=200,
        description="Aims with one of these statuses, such as `overdue,off_track`.",
    ),
]
Subject = Annotated[str | None, QueryParameter(pattern=patterns.WORD)]
Grade = Annotated[str | None, QueryParameter(pattern=patterns.GRADE)]
Group = Annotated[
    str | None,
    QueryParameter(pattern=patterns.WORD, description="Aims with figures of this student group."),
]
Idea = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=200,
        pattern=patterns.LINE,
        description="Aims with a change idea of this id, or with this in its title.",
    ),
]
Kind = Annotated[
    str | None,
    QueryParameter(
        pattern=patterns.WORD, description="All units of this kind below; else those right below."
    ),
]
Since = Annotated[
    date | None,
    QueryParameter(description="The day of the last meeting; else four weeks before `until`."),
]
#: An Instructional Leadership Team meets once a month.
FOUR_WEEKS = timedelta(weeks=4)
Month = Annotated[
    str | None,
    QueryParameter(
        pattern=patterns.MONTH,
        description="A month such as `2024-09`, both ends included.",
    ),
]


@get(
    "/units/{unit_id:str}/portfolio",
    operation_id="units_portfolio",
    tags=["portfolio"],
    produces=(JSON, CSV),
)
async def units_portfolio(
    unit_id: Id,
    desk: NamedDependency[Desk],
    status: Statuses = None,
    stage: FromQuery[Stage | None] = None,
    stalled: FromQuery[bool | None] = None,
    due_from: Day = None,
    due_to: Day = None,
    subject: Subject = None,
    grade: Grade = None,
    change_idea: Idea = None,
    student_group: Group = None,
    text: TextFilter = None,
    sort: FromQuery[Sort] = Sort.status,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[PortfolioPage]:
    """Every aim of a unit and of all that is under it, at a glance.

    Figures are those that whoever asks is given. As `text/csv`: all aims that are wanted, not a page
    of them.
    """
    filters = Filters(
        status=tuple(map(AimStatus, status.split(","))) if status else (),
        stage=stage,
        stalled=stalled,
        due_from=due_from,
        due_to=due_to,
        subject=subject,
        grade=grade,
        change_idea=change_idea,
        group=student_group,
        text=text,
    )
    if desk.accepted(JSON, CSV) == CSV:
        found = await desk.snapshot(everything, unit_id, filters, sort)
        return desk.answer(as_csv(found), CSV)
    after = from_cursor(cursor, SORTS[sort][1], str)
    made, key = await desk.snapshot(page, unit_id, filters, sort, after, limit)
    return desk.next_page(made, key)


@get("/units/{unit_id:str}/roll-up", operation_id="units_roll_up", tags=["portfolio"])
async def units_roll_up(
    unit_id: Id, desk: NamedDependency[Desk], kind: Kind = None, on: Day = None
) -> Response[PortfolioRollUp]:
    """A unit's aims by the units below it: how many have which status, and how far units lie apart."""
    day = desk.today if on is None else on
    found = await desk.snapshot(by_unit, unit_id, kind, day)
    return desk.answer(found)


@get(
    "/units/{unit_id:str}/equity",
    operation_id="units_equity",
    tags=["portfolio"],
    produces=(JSON, CSV),
)
async def units_equity(
    unit_id: Id, desk: NamedDependency[Desk], kind: Kind = None
) -> Response[PortfolioEquity]:
    """In how many aims the gap of each student group narrowed: in a unit, and in each unit below it.

    An aim counts for a group where the measure that is shown of the aim shows a figure of the group;
    the gap is that of `measures_equity`, over all days. As `text/csv`: a row for each group, first of
    the unit itself.
    """
    media_type = desk.accepted(JSON, CSV)
    found = await desk.snapshot(by_group, unit_id, kind)
    return desk.answer(_by_group(unit_id, found) if media_type == CSV else found, media_type)


@get(
    "/units/{unit_id:str}/months",
    operation_id="units_months",
    tags=["portfolio"],
    refuses=("422",),
)
async def units_months(
    unit_id: Id,
    desk: NamedDependency[Desk],
    kind: Kind = None,
    first: Month = None,
    last: Month = None,
) -> Response[list[UnitMonth]]:
    """What the units below a unit did month by month: points counted, cycles begun and completed."""
    if first is not None and last is not None and last < first:
        raise InvalidValue("last", last, f"not before {first}")
    return desk.answer(await desk.browse(by_month, unit_id, kind, first, last))


@get("/units/{unit_id:str}/ideas", operation_id="units_ideas", tags=["portfolio"])
async def units_ideas(
    unit_id: Id, desk: NamedDependency[Desk], text: TextFilter = None
) -> Response[tuple[IdeaOutcome, ...]]:
    """Which change ideas held up where: how their tests ended, over all teams of a unit."""
    return desk.answer(await desk.browse(by_idea, unit_id, text))


@get("/units/{unit_id:str}/changes", operation_id="units_changes", tags=["portfolio"])
async def units_changes(
    unit_id: Id,
    desk: NamedDependency[Desk],
    since: Since = None,
    until: Day = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[PortfolioChanges]:
    """What has happened to a unit's aims since a day: statuses and figures then and now."""
    last = desk.today if until is None else until
    first = four_weeks_before(last) if since is None else since
    if last < first:
        raise InvalidValue("until", str(last), f"not before {first}")
    after = from_cursor(cursor, str)
    made, key = await desk.snapshot(changes, unit_id, first, last, after, limit)
    return desk.next_page(made, key)


def four_weeks_before(day: date) -> date:
    """The day of the last meeting, where nobody says which one it was."""
    return max(day, date.min + FOUR_WEEKS) - FOUR_WEEKS


def as_csv(found: list[Glance]) -> bytes:
    """Aims at a glance as one table, a row for each."""
    return table(
        Glance.__struct_fields__, ([_cell(value) for value in astuple(each)] for each in found)
    )


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return " ".join(f"{name}:{each}" for name, each in value.items())
    return " ".join(value) if isinstance(value, tuple) else value


def _by_group(unit_id: str, found: PortfolioEquity) -> bytes:
    units = [(unit_id, "", "", found.together)]
    units += [(each.unit_id, each.name, each.kind, each.groups) for each in found.units]
    return table(
        ("unit_id", "unit_name", "kind", *_TALLY, "name", "said"),
        (
            (*unit, *astuple(each.tally), each.name, each.said)
            for *unit, groups in units
            for each in groups
        ),
    )


ROUTES = [units_portfolio, units_roll_up, units_equity, units_months, units_ideas, units_changes]
