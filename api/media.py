"""What every body and answer must be, before a route sees it and after."""

import json
from functools import lru_cache
from typing import Any, get_args

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from api.problems import BadParameter, MalformedBody, UnsupportedMediaType
from pdsa.errors import InvalidValue, UnknownField
from pdsa.interchange import explain, given_twice, unknown_fields, whole_numbers

_JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"


class JsonBodies(ASGIMiddleware):
    """Refuses a body that is not declared as JSON in UTF-8 (Litestar would parse any)."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        method = scope["method"]  # type: ignore[typeddict-item]
        if method in ("POST", "PUT", "PATCH"):
            headers = dict(scope["headers"])
            given = headers.get(b"content-type", b"")
            if (
                not given
                and headers.get(b"content-length", b"0") == b"0"
                and (b"transfer-encoding" not in headers)
            ):
                await next_app(scope, receive, send)  # nothing is sent, and some verbs need nothing
                return
            name, _, rest = given.decode("latin-1").lower().partition(";")
            wanted = (_JSON, _MERGE_PATCH) if method == "PATCH" else (_JSON,)
            charset = rest.replace(" ", "").replace('"', "").partition("charset=")[2] or "utf-8"
            coded = headers.get(b"content-encoding", b"")
            if coded.strip().lower() not in (b"", b"identity"):  # a few bytes could become many
                raise UnsupportedMediaType(
                    f"{given.decode('latin-1')} in {coded.decode('latin-1')}", " or ".join(wanted)
                )
            if name.strip() not in wanted or charset not in ("utf-8", "utf8"):
                raise UnsupportedMediaType(given.decode("latin-1"), " or ".join(wanted))
        await next_app(scope, receive, send)


class JsonRequest(Request[Any, Any, Any]):
    """A request whose body writes whole numbers without a fraction."""

    async def body(self) -> bytes:
        return whole_numbers(await super().body())


async def refuse_what_passes(request: Request[Any, Any, Any]) -> None:
    """Refuse what does not fit the description and would be read all the same."""
    refuse_loose_parameters(request)
    await refuse_loose_body(request)


def refuse_loose_parameters(request: Request[Any, Any, Any]) -> None:
    """Raise ``BadParameter`` for a query parameter that is unknown, given twice, or a loose ``null``.

    An unknown one would be ignored (``?aim_id=`` for ``?aim=`` lists every aim's), of two values
    the last would count, and ``null`` where no text is wanted would read as not given.
    """
    declared = request.route_handler.parsed_fn_signature.parameters
    for name, values in request.query_params.dict().items():
        if name not in declared or name in ("data", "desk"):
            raise BadParameter(name, "no such parameter here")
        if len(values) > 1:
            raise BadParameter(name, "give it once")
        takes = get_args(declared[name].annotation)
        if values[0].lower() == "null" and str not in takes:
            raise BadParameter(name, "left out where there is none; null is no value")


async def refuse_loose_body(request: Request[Any, Any, Any]) -> None:
    """Raise ``MalformedBody``, ``InvalidValue`` or ``UnknownField`` for a body that is not of its type.

    A field that is given twice is refused, because one of the two would be lost. Litestar would read the text "12" as a number and "null" as null. Commands refuse their own
    unknown fields; the domain structs inside them do not, because rows are read with the same
    types and may have been written by another version.
    """
    data = request.route_handler.parsed_fn_signature.parameters.get("data")
    if data is None:
        return
    body = await request.body()
    try:
        known = msgspec.json.decode(body, type=data.annotation)
        json.loads(body, object_pairs_hook=_each_field_once, parse_int=str, parse_float=str)
    except msgspec.ValidationError as error:
        pointer, rule = explain(error)
        if isinstance(cause := error.__cause__, InvalidValue):
            raise InvalidValue(pointer.removeprefix("/"), cause.value, rule) from error
        raise MalformedBody(pointer, rule) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedBody("", "JSON in UTF-8 of a few levels") from error
    if reads_nested(request.route_handler):
        for pointer in unknown_fields(msgspec.json.decode(body), msgspec.to_builtins(known)):
            raise UnknownField(pointer, "no such field here")


def _each_field_once(pairs: list[tuple[str, Any]]) -> None:
    name = given_twice(pairs)
    if name is not None:
        raise MalformedBody("", f"each field once; {name!r} is given twice in one object")


@lru_cache(maxsize=1024)
def reads_nested(handler: Any) -> Any:
    """The type of the body where it holds structs that let unknown fields pass, else ``None``."""
    data = handler.parsed_fn_signature.parameters.get("data")
    if data is None:
        return None
    _, parts = msgspec.json.schema_components([data.annotation])
    objects = [part for part in parts.values() if part.get("type") == "object"]
    lax = any(part.get("additionalProperties") is not False for part in objects)
    return data.annotation if lax else None
