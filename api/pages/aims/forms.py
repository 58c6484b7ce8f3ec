"""What the forms of an aim and its parts share: their fields, and how they are shown again."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

import msgspec
from litestar import Response
from msgspec import Struct
from sqlalchemy import Connection

from api.pages.converting import converted, shown
from api.pages.desk import PageDesk
from api.pages.forms import field_of, go, words_of
from api.pages.mending import by_field
from api.pages.merging import TextsDiffer, opened_with, reopened
from api.pages.pointers import TAKE, row_number, written, written_rows
from api.pages.saving import Make, Values, as_differing, as_saved, pulse, save
from api.store.access import By
from api.store.kind import E, Kind
from pdsa.errors import InvalidValue, PdsaError, UnknownElement
from pdsa.review import Finding
from pdsa.words import say

S = TypeVar("S", bound=Struct)

F = TypeVar("F")

#: What was sent and could not be saved, and why.
Again = Callable[[Mapping[str, str] | None, PdsaError | None], Awaitable[Response[Any]]]


def plain(element: Struct, names: Iterable[str]) -> dict[str, str]:
    """What stands in fields that each hold one value."""
    return {name: shown(getattr(element, name)) for name in names}


def rows(name: str, found: Iterable[Struct]) -> dict[str, str]:
    """What stands in the fields of a list whose rows have no ids."""
    return {
        f"{name}/{i}/{field}": shown(getattr(row, field))
        for i, row in enumerate(found)
        for field in row.__struct_fields__
    }


def with_fields(
    element: S, made: Mapping[str, Any], names: Iterable[str], values: Mapping[str, str]
) -> S:
    """The element with the fields that a form has; one that is empty there is as if never given.

    Raises ``InvalidValue`` with the field of the form.
    """
    asked = set(names)
    kept = {name: v for name, v in msgspec.to_builtins(element).items() if name not in asked}
    try:
        return converted(
            kept | {name: v for name, v in made.items() if name in asked}, type(element)
        )
    except InvalidValue as error:
        raise _in_form(error, values) from error


def _in_form(error: InvalidValue, values: Mapping[str, str]) -> InvalidValue:
    """The error with the row as the form numbers it: empty rows between are none of the element's."""
    name, _, rest = error.field.partition("/")
    at, _, rest = rest.partition("/")
    numbers = written_rows(name, values)
    if (row := row_number(at)) is None or row >= len(numbers):
        return error
    return InvalidValue(f"{name}/{numbers[row]}/{rest}".rstrip("/"), error.value, error.rule)


def required(values: Mapping[str, str], name: str, rule: str) -> str:
    """The text of a field that must not be empty. Raises ``InvalidValue``."""
    text = values.get(name, "")
    if not text:
        raise InvalidValue(name, "", rule)
    return text


def beside(error: PdsaError) -> PdsaError:
    """The error as one that stands beside a field where it names one."""
    if isinstance(error, UnknownElement) and error.field:
        return InvalidValue(error.field, error.id, say("something that is still there"))
    return error


def form_shown(
    stored: Mapping[str, str],
    *,
    editable: bool,
    given: Mapping[str, str] | None = None,
    error: PdsaError | None = None,
    prompts: Iterable[Finding] = (),
    sections: Iterable[str] = (),
    new: bool = False,
) -> dict[str, Any]:
    """What a page with a form is shown with; ``sections`` are where else prompts can stand.

    Of a ``new`` element the form has all that there is: what stood in it when it was opened, too.
    """
    values, was, differs = dict(stored), opened_with(stored), {}
    if isinstance(error, TextsDiffer):
        differs = {each.field: each.theirs for each in error.differences}
    if given is not None and editable:
        mine = {name: text for name, text in written(given).items() if not name.startswith(TAKE)}
        if new:
            values |= mine
        else:
            values, was = reopened(given.get("was", ""), mine, stored, seen=differs)
    return {
        "status": 409 if differs else 200,
        "error": None if error is None or differs else beside(error),
        "values": values,
        "was": was,
        "differs": differs,
        "prompts": by_field(prompts, {*values, *sections}),
        "editable": editable,
    }


class Page(Protocol):
    """The page of a form, by the id that its address has; with what could not be saved, and why."""

    def __call__(
        self,
        desk: PageDesk,
        id: str,
        given: Mapping[str, str] | None = None,
        error: PdsaError | None = None,
        /,
    ) -> Awaitable[Response[Any]]: ...


def page(
    read: Callable[[Connection, By, str], F],
    shown: Callable[
        [PageDesk, F, Mapping[str, str] | None, PdsaError | None],
        Response[Any],
    ],
) -> Page:
    """The page that shows what is read for it."""

    async def made(
        desk: PageDesk,
        id: str,
        given: Mapping[str, str] | None = None,
        error: PdsaError | None = None,
        /,
    ) -> Response[Any]:
        found = await desk.snapshot(read, id)
        return await desk.work_out(shown, desk, found, given, error)

    return made


async def saved(
    desk: PageDesk,
    kind: Kind[E],
    id: str,
    given: Mapping[str, str],
    values: Values[E],
    make: Make[E],
    again: Again,
    then: str,
) -> Response[Any]:
    """Save a form and go on to ``then``, or show it ``again``; for our script in facts."""
    try:
        found = await save(desk, kind, id, given, values, make)
    except PdsaError as error:
        if not desk.scripted:
            return await again(given, error)
        if isinstance(error, TextsDiffer):
            now, _ = await desk.read(pulse, kind, id)
            return desk.facts(as_differing(error, now, values), status=409)
        told = beside(error)
        return desk.facts({"field": field_of(told), "why": words_of(told)}, status=422)
    if desk.scripted:
        return desk.facts(as_saved(desk, found, None, values))
    return go(then)


async def beat(desk: PageDesk, kind: Kind[E], id: str, values: Values[E]) -> Response[Any]:
    """For our script: what the fields hold now, where that is not the version it has."""
    found, touch = await desk.read(pulse, kind, id)
    if str(found.version) == desk.request.query_params.get("version"):
        return Response(None, status_code=204, headers={"Cache-Control": "no-store"})
    return desk.facts(as_saved(desk, found, touch, values))
