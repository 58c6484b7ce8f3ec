"""School calendars: first and last day, and the days without teaching as rows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec.structs import replace
from sqlalchemy import Connection

from api.ids import new_id
from api.pages.administration.fields import ELSEWHERE, Sent
from api.pages.administration.names import closure_options
from api.pages.converting import version
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.routes.params import Id
from api.store import elements
from api.store.access import By, check
from api.store.kind import Place
from api.store.kinds import CALENDAR, UNIT
from pdsa.calendar import Closure, ClosureKind, SchoolCalendar
from pdsa.errors import PdsaError
from pdsa.holidays import usual_closures, usual_year
from pdsa.ids import CalendarId, UnitId
from pdsa.units import Action, Unit
from pdsa.words import say

AT = "calendar"
#: Empty rows after those that are there.
_EMPTY_ROWS = 4
_MOST_ROWS = 200
#: What is written in a row; its kind is chosen in every one.
_PARTS = ("name", "first_day", "last_day")


def values_of(calendar: SchoolCalendar) -> dict[str, str]:
    """What stands in the fields of a calendar."""
    values = {
        f"{AT}/name": calendar.name,
        f"{AT}/first_day": str(calendar.first_day),
        f"{AT}/last_day": str(calendar.last_day),
        f"{AT}/version": str(calendar.version),
    }
    for i, each in enumerate(calendar.closures):
        values |= {
            f"{AT}/closures/{i}/name": each.name,
            f"{AT}/closures/{i}/kind": each.kind.value,
            f"{AT}/closures/{i}/first_day": str(each.first_day),
            f"{AT}/closures/{i}/last_day": str(each.last_day),
        }
    return values


def proposal(today: date) -> dict[str, str]:
    """What stands in the fields of a calendar that is still to be made."""
    first, last = usual_year(today)
    name = f"{first.year}-{last.year % 100:02d}"
    calendar = SchoolCalendar(
        CalendarId("new"), UnitId("new"), name, first, last, usual_closures(first, last)
    )
    return values_of(calendar)


def rows_of(values: Mapping[str, str]) -> range:
    """The rows of a form: those with something in them, and a few empty ones."""
    used = [
        row
        for row in range(_MOST_ROWS)
        if any(values.get(f"{AT}/closures/{row}/{part}") for part in _PARTS)
    ]
    return range(min(max(used, default=-1) + 1 + _EMPTY_ROWS, _MOST_ROWS))


def calendar_of(sent: Sent, id: str, unit_id: str) -> SchoolCalendar:
    """The calendar that a form describes. Raises ``InvalidValue`` with the field."""
    name = sent.name("name", say("a name for the school year, such as 2026-27"))
    first, last = _days(sent)
    closures = [
        found for row in rows_of(sent.given) if (found := _closure(sent, f"closures/{row}"))
    ]
    closures.sort(key=lambda each: each.first_day)
    return SchoolCalendar(CalendarId(id), UnitId(unit_id), name, first, last, tuple(closures))


def _days(sent: Sent) -> tuple[date, date]:
    """The first and last day. Raises ``InvalidValue``."""
    first, last = sent.needed_day("first_day"), sent.needed_day("last_day")
    if last < first:
        raise sent.wrong("last_day", say("a last day that is not before the first"))
    if (last - first).days > 500:
        raise sent.wrong("last_day", say("a year of at most 500 days"))
    return first, last


def _closure(sent: Sent, row: str) -> Closure | None:
    """The closure of a row; ``None`` for one without any text or day."""
    if not any(sent.text(f"{row}/{part}") for part in _PARTS):
        return None
    first = sent.needed_day(f"{row}/first_day")
    last = sent.day(f"{row}/last_day") or first
    if last < first:
        raise sent.wrong(f"{row}/last_day", say("a last day that is not before the first"))
    kind = sent.text(f"{row}/kind")
    return Closure(
        name=sent.name(f"{row}/name", say("what these days are called")),
        first_day=first,
        last_day=last,
        kind=ClosureKind(kind)
        if kind in {each.value for each in ClosureKind}
        else ClosureKind.holiday,
    )


@get("/units/{unit_id:str}/calendars/new", include_in_schema=False)
async def new(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A school year that is proposed, to be corrected."""
    unit = await desk.read(_unit, unit_id)
    return _shown(desk, unit, f"/units/{unit_id}/calendars/new", proposal(desk.today))


@post("/units/{unit_id:str}/calendars/new", include_in_schema=False, status_code=303)
async def add(unit_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Add it; or propose its days without teaching anew, from its first and last day."""
    given = await desk.fields()
    unit = await desk.read(_unit, unit_id)
    path = f"/units/{unit_id}/calendars/new"
    sent = Sent(given)
    try:
        if sent.what == "propose":
            return _shown(desk, unit, path, proposed(sent))
        made = calendar_of(sent, new_id(), unit_id)
        await desk.write(elements.add, CALENDAR, made, Place(unit_id, None))
    except ELSEWHERE:
        raise
    except PdsaError as error:
        return _shown(desk, unit, path, given, error=sent.placed(error))
    return go(f"/units/{unit_id}/settings?done=calendar")


def proposed(sent: Sent) -> dict[str, str]:
    """The fields with the closures that are usual between the first and last day that were sent.

    Raises ``InvalidValue``.
    """
    first, last = _days(sent)
    calendar = SchoolCalendar(
        CalendarId("new"), UnitId("new"), "-", first, last, usual_closures(first, last)
    )
    return values_of(calendar) | {
        name: text for name, text in sent.given.items() if "/closures/" not in name
    }


@get("/calendars/{calendar_id:str}", include_in_schema=False)
async def calendar(calendar_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """One school year, to be changed."""
    found, unit = await desk.read(_calendar, calendar_id)
    return _shown(desk, unit, f"/calendars/{calendar_id}", values_of(found))


@post("/calendars/{calendar_id:str}", include_in_schema=False, status_code=303)
async def change(calendar_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Change it."""
    given = await desk.fields()
    found, unit = await desk.read(_calendar, calendar_id)
    sent = Sent(given)
    try:
        if sent.what == "propose":
            return _shown(desk, unit, f"/calendars/{calendar_id}", proposed(sent))
        made = calendar_of(sent, found.id, found.unit_id)
        await desk.write(
            elements.change,
            CALENDAR,
            calendar_id,
            version(sent.text("version")),
            lambda old: replace(made, version=old.version),
        )
    except ELSEWHERE:
        raise
    except PdsaError as error:
        return _shown(desk, unit, f"/calendars/{calendar_id}", given, error=sent.placed(error))
    return go(f"/units/{unit.id}/settings?done=calendar")


PAGES = [new, add, calendar, change]


def _unit(conn: Connection, by: By, unit_id: str) -> Unit:
    unit = elements.get(conn, by, UNIT, unit_id)
    check(conn, by, Action.administer, unit_id, kind=UNIT.name, id=unit_id)
    return unit


def _calendar(conn: Connection, by: By, calendar_id: str) -> tuple[SchoolCalendar, Unit]:
    found = elements.get(conn, by, CALENDAR, calendar_id)
    return found, _unit(conn, by, found.unit_id)


def _shown(
    desk: PageDesk,
    unit: Unit,
    action: str,
    values: Mapping[str, str],
    *,
    error: PdsaError | None = None,
) -> Response[str]:
    return desk.show_page(
        "administration/calendar.html",
        error=error,
        unit=unit,
        action=action,
        values=values,
        differs={},
        prompts={},
        editable=True,
        rows=rows_of(values),
        closure_kinds=closure_options(),
    )
