"""Measures: how a team knows, written for a new one and rewritten for one that there is."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec import Struct
from sqlalchemy import Connection

from api.ids import new_id
from api.pages.aims import forms
from api.pages.aims.forms import plain, required, with_fields
from api.pages.aims.seen import AimSeen, InquirySeen, inquiry_with, to_write
from api.pages.converting import number
from api.pages.desk import PageDesk
from api.pages.forms import go
from api.pages.names import named, options
from api.pages.pointers import nested, written
from api.pages.saving import last_saved
from api.routes.params import Id
from api.store import elements, parts, theories
from api.store.access import By
from api.store.activity import Touch
from api.store.kinds import AIM, MEASURE
from pdsa.errors import InvalidValue, NotVisible, PdsaError
from pdsa.ids import AimId, MeasureId
from pdsa.measure import Counts, Direction, Measure, MeasureKind, MeasureUnit
from pdsa.review import findings
from pdsa.theory import Driver
from pdsa.words import say

#: What its points are of stays as it was when the measure was made.
FIXED = ("unit", "counts")
FIELDS = (
    "name",
    "kind",
    "direction",
    "definition",
    "collected_by",
    "collected_how",
    "frequency",
    "target",
    "driver_id",
    "per",
    "lowest",
    "highest",
)
_NUMBERS = ("target", "lowest", "highest", "per")


def measure_values(measure: Measure) -> dict[str, str]:
    """What stands in the fields of a measure that there is."""
    return plain(measure, FIELDS)


def with_values(measure: Measure, values: Mapping[str, str]) -> Measure:
    """The measure with what the fields hold. Raises ``InvalidValue`` with the field of the form."""
    return _made(measure, values, FIELDS)


def _made(measure: Measure, values: Mapping[str, str], names: tuple[str, ...]) -> Measure:
    required(values, "name", say("the measure a name"))
    required(values, "kind", say("what the measure is for"))
    made = nested(values, ())
    for name in _NUMBERS:
        if name in made:
            made[name] = number(made[name])
            if not isinstance(made[name], float):
                raise InvalidValue(name, made[name], say("a number, such as 64"))
    if "per" in made:
        if made["per"] != int(made["per"]) or made["per"] < 1:
            raise InvalidValue("per", made["per"], say("a whole number, 1 or more"))
        made["per"] = int(made["per"])
    try:
        return with_fields(measure, made, names, values)
    except InvalidValue as error:
        if error.field == "highest":
            rule = say("a highest level that is above the lowest")
            raise InvalidValue("highest", error.value, rule) from error
        raise


class MeasureSeen(Struct, frozen=True):
    """A measure in its inquiry."""

    found: InquirySeen
    measure: Measure
    touch: Touch | None


def measure_of(conn: Connection, by: By, measure_id: str) -> MeasureSeen:
    """A measure as ``by`` sees it; run it as a snapshot. Raises ``NotVisible``."""
    found, touch = inquiry_with(conn, by, MEASURE, measure_id)
    return MeasureSeen(found, found.inquiry.measure(measure_id), touch)


@get("/aims/{aim_id:str}/measures/new", include_in_schema=False)
async def new(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A new measure, to be written."""
    return await _page_of_new(desk, aim_id)


@post("/aims/{aim_id:str}/measures/new", include_in_schema=False, status_code=303)
async def added(aim_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Write a measure down; where it may be the aim's, ask whether it is."""
    given = await desk.fields()
    id = new_id()
    try:
        values = written(given)
        required(values, "name", say("the measure a name"))
        required(values, "kind", say("what the measure is for"))
        required(values, "unit", say("what one value of the measure is"))
        measure = _made(_empty(id, aim_id), values, (*FIELDS, *FIXED))
        await desk.write(parts.add, MEASURE, measure)
    except PdsaError as error:
        return await _page_of_new(desk, aim_id, given, error)
    aim = await desk.read(elements.get, AIM, aim_id)
    asked = aim.measured_by is None and measure.kind is MeasureKind.outcome
    return go(f"/measures/{id}/edit#measures-the-aim" if asked else f"/measures/{id}")


@get("/measures/{measure_id:str}/edit", include_in_schema=False)
async def edit(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """A measure with its fields."""
    return await _page(desk, measure_id)


@post("/measures/{measure_id:str}/edit", include_in_schema=False, status_code=303)
async def changed(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """Save what was written of a measure."""
    given = await desk.fields()
    return await forms.saved(
        desk,
        MEASURE,
        measure_id,
        given,
        measure_values,
        with_values,
        partial(_page, desk, measure_id),
        f"/measures/{measure_id}",
    )


@get("/measures/{measure_id:str}/pulse", include_in_schema=False)
async def beat(measure_id: Id, desk: NamedDependency[PageDesk]) -> Response[Any]:
    """For our script: what the fields of a measure hold now, where that is not the version it has."""
    return await forms.beat(desk, MEASURE, measure_id, measure_values)


PAGES = [new, added, edit, changed, beat]


def _empty(id: str, aim_id: str) -> Measure:
    return Measure(
        id=MeasureId(id),
        aim_id=AimId(aim_id),
        name="-",
        kind=MeasureKind.outcome,
        unit=MeasureUnit.percentage,
    )


def _for_new(conn: Connection, by: By, aim_id: str) -> tuple[AimSeen, tuple[Driver, ...]]:
    seen = to_write(conn, by, aim_id)
    try:
        return seen, theories.get(conn, by, aim_id).drivers
    except NotVisible:
        return seen, ()


async def _page_of_new(
    desk: PageDesk,
    aim_id: str,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
) -> Response[Any]:
    seen, drivers = await desk.read(_for_new, aim_id)
    empty = plain(_empty("new", aim_id), (*FIELDS, *FIXED))
    stored = empty | {
        "name": "",
        "kind": "" if seen.aim.measured_by else MeasureKind.outcome.value,
        "unit": seen.aim.unit.value,
        "direction": seen.aim.direction.value,
    }
    shown = forms.form_shown(stored, editable=True, given=given, error=error, new=True)
    return desk.show_page(
        "measures/edit.html",
        measure=None,
        aim=seen.aim,
        team=seen.team,
        changed=None,
        ask_aim=False,
        **_choices(drivers),
        **shown,
    )


def _shown(
    desk: PageDesk,
    seen: MeasureSeen,
    given: Mapping[str, str] | None,
    error: PdsaError | None,
) -> Response[Any]:
    found, measure = seen.found, seen.measure
    aim_seen, inquiry = found.seen, found.inquiry
    prompts = [
        each
        for each in findings(inquiry, on=desk.today, audience=aim_seen.audience)
        if each.id == measure.id
    ]
    shown = forms.form_shown(
        measure_values(measure),
        editable=aim_seen.may_log,
        given=given,
        error=error,
        prompts=prompts,
    )
    return desk.show_page(
        "measures/edit.html",
        measure=measure,
        aim=aim_seen.aim,
        team=aim_seen.team,
        changed=last_saved(desk, seen.touch),
        unit=named(measure.unit),
        counted=named(measure.counts),
        ask_aim=aim_seen.may_log
        and aim_seen.aim.measured_by is None
        and measure.kind is MeasureKind.outcome,
        **_choices(inquiry.theory[-1].drivers if inquiry.theory else ()),
        **shown,
    )


_page = forms.page(measure_of, _shown)


def _choices(drivers: tuple[Driver, ...]) -> dict[str, Any]:
    return {
        "kinds": options(MeasureKind),
        "units": options(MeasureUnit),
        "directions": options(Direction),
        "counts": options(Counts),
        "drivers": [(each.id, each.text) for each in drivers],
    }
