"""The OpenAPI 3.1 description: Litestar's paths and parameters, msgspec's schemas, our errors.

Litestar knows the routes; msgspec knows the types exactly (patterns, tagged unions,
``additionalProperties: false``), so every schema comes from there.
"""

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import Any, get_args, get_origin

import msgspec
from litestar import Litestar, MediaType, Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import OpenAPIRenderPlugin

from api.desk import JSON, Page
from api.examples import EXAMPLES
from api.problems import MEDIA_TYPE, ProblemDetails
from api.security import cookies
from api.settings import Settings
from pdsa.interchange import tighten

_REF = "#/components/schemas/{name}"
_ETAG = {"description": "The version of what is answered.", "schema": {"type": "string"}}
_HEADERS: dict[str, dict[str, Any]] = {
    "If-Match": {
        "description": "The ETag that you have read, or `*`. Without it: 428; if stale: 412.",
        "required": True,
        "schema": {"type": "string", "pattern": r'^("[0-9]{1,10}"|\*)$', "example": '"1"'},
    },
    "If-None-Match": {
        "description": "The ETags that you have, or `*`: 304 if nothing has changed.",
        "schema": {"type": "string"},
    },
    "Idempotency-Key": {
        "description": "A key of your own, so that a repeated request is done once. Kept two days.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[!-~]+$"},
    },
}
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": cookies.name(Settings()),
        "description": "What `POST /api/v1/session` sets, and the pages for signing in.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "With the cookie, for all but GET: `csrf` of `GET /api/v1/session`.",
    },
}
_ERRORS = {
    "400": "The request is malformed: it does not fit this description.",
    "401": "No valid token or session, or a wrong password.",
    "403": "You may see this but not do that.",
    "404": "There is no such thing, or you may not know of it.",
    "406": "No representation that you accept.",
    "409": "Not now: the stage, the id or a request that is still running is in the way.",
    "412": "It has changed since you read it.",
    "413": "The body is too large.",
    "415": "The body is not in a format that is read here.",
    "422": "It fits this description and breaks a rule of inquiry, or refers to nothing.",
    "428": "A change needs If-Match.",
    "429": "Too many requests; `Retry-After` says when there is room.",
    "503": "The database does not answer; nothing was changed.",
}


@lru_cache(maxsize=4)
def document(app: Litestar) -> bytes:
    """The description as JSON."""
    found: dict[str, Any] = app.openapi_schema.to_schema()
    operations = dict(_operations(app))
    types = {type_ for handler in operations.values() for type_ in _types(handler) if type_}
    types |= {word for handler in operations.values() for word in _words(handler)}
    listed = sorted(types, key=str)
    schemas, components = msgspec.json.schema_components(
        [*listed, ProblemDetails], ref_template=_REF
    )
    schema_of = dict(zip(listed, schemas, strict=False))
    for name, examples in EXAMPLES.items():
        components[name]["examples"] = examples
    tighten(components)
    for path in found["paths"].values():
        for method, operation in path.items():
            handler = operations[operation["operationId"]]
            _describe(operation, method, handler, schema_of)
    found["components"] = {
        "schemas": dict(sorted(components.items())),
        "responses": {status: _error(text) for status, text in _ERRORS.items()},
        "securitySchemes": _SCHEMES,
    }
    found["security"] = [{"token": []}, {"session": [], "csrf": []}]
    found["info"] |= {
        "summary": "Collaborative inquiry for teacher teams.",
        "description": "Aims, theories, change ideas, measures, PDSA cycles and run charts. Every "
        "failure is a problem (RFC 9457); 400 means that a request does not fit this "
        "description, 422 that it breaks a rule of inquiry.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    found["servers"] = [{"url": "/"}]
    return msgspec.json.encode(found)


class Description(OpenAPIRenderPlugin):
    """Serves the description in place of Litestar's pages, which load scripts from elsewhere."""

    def __init__(self) -> None:
        # With a path named openapi.json Litestar adds no plugin of its own.
        super().__init__(path=["/", "/openapi.json"], media_type=MediaType.JSON)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return document(request.app)


def _operations(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and isinstance(handler.operation_id, str):
                yield handler.operation_id, handler


def _types(handler: HTTPRouteHandler) -> tuple[Any, Any]:
    """What an operation reads and what it answers; ``None`` for nothing."""
    reads = handler.opt.get("reads")
    data = handler.parsed_fn_signature.parameters.get("data")
    if data is not None:
        reads = data.annotation
    answers = handler.parsed_fn_signature.return_type.annotation
    if get_origin(answers) is Response:
        (answers,) = get_args(answers)
    return reads, None if answers is type(None) else answers


def _words(handler: HTTPRouteHandler) -> Iterator[type[Enum]]:
    """The enumerations among an operation's parameters."""
    for parameter in handler.parsed_fn_signature.parameters.values():
        for type_ in get_args(parameter.annotation) or (parameter.annotation,):
            if isinstance(type_, type) and issubclass(type_, Enum):
                yield type_


def _describe(
    operation: dict[str, Any], method: str, handler: HTTPRouteHandler, schema_of: dict[Any, Any]
) -> None:
    reads, answers = _types(handler)
    operation.pop("deprecated", None)
    summary, _, more = (handler.fn.__doc__ or "").strip().partition("\n")
    if handler.opt.get("public"):
        operation["security"] = []
    if handler.opt.get("by_session"):
        operation["security"] = [{"session": []} | ({} if method == "get" else {"csrf": []})]
    operation["summary"] = summary.rstrip(".")
    operation["description"] = "\n".join(line.strip() for line in more.strip().splitlines()) or (
        summary
    )
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        for useless in ("deprecated", "allowEmptyValue", "allowReserved"):
            parameter.pop(useless, None)
        _without_null(parameter)
    headers = []
    if_match = handler.opt.get("if_match")
    if if_match:
        headers.append(("If-Match", if_match is True))
    if method == "post" and handler.opt.get("retries", True):
        headers.append(("Idempotency-Key", False))
    if method == "get" or if_match == "or none":
        headers.append(("If-None-Match", False))
    for name, required in headers:
        parameters.append({"name": name, "in": "header", **_HEADERS[name], "required": required})
    statuses = ["400", "401", "403", "404", "429", "503"]
    if reads is not None:
        body = {"schema": schema_of[reads]}
        content = {JSON: body} | (
            {"application/merge-patch+json": body} if method == "patch" else {}
        )
        operation["requestBody"] = {"required": True, "content": content}
        statuses += ["409", "413", "415", "422"]
    elif method in ("post", "put", "patch"):
        statuses += ["409", "415", "422"]
    if method == "delete":
        statuses += ["409", "422"]
    if if_match:
        statuses += ["412", "428"]
    if any(parameter["name"] == "cursor" for parameter in parameters):
        statuses.append("422")
    statuses += handler.opt.get("refuses", ())
    produces = handler.opt.get("produces", (JSON,))
    if len(produces) > 1:
        statuses.append("406")
    success = str(handler.status_code)
    done: dict[str, Any] = {"description": summary, "headers": {}}
    if answers is not None:
        answered = handler.opt.get("answers_as", produces)
        done["content"] = {answered[0]: {"schema": schema_of[answers]}} | {
            media_type: {"schema": {"type": "object" if media_type.endswith("json") else "string"}}
            for media_type in answered[1:]
        }
        done["headers"]["ETag"] = _ETAG
    if success == "201":
        done["headers"]["Location"] = {
            "description": "Where the new element is.",
            "schema": {"type": "string"},
        }
    if get_origin(answers) is Page:
        done["headers"]["Link"] = {
            "description": 'The next page, as `rel="next"`.',
            "schema": {"type": "string"},
        }
    operation["responses"] = {success: done}
    if method == "get":
        operation["responses"]["304"] = {"description": "Nothing has changed."}
    operation["responses"] |= {
        status: {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)
    }


def _without_null(parameter: dict[str, Any]) -> None:
    """A query parameter is left out, never null."""
    schema = parameter.get("schema", {})
    parameter.pop("schema", None)
    kinds = schema.get("oneOf") or schema.get("anyOf")
    if kinds:
        rest = {k: v for k, v in schema.items() if k not in ("oneOf", "anyOf")}
        (kept,) = (kind for kind in kinds if kind.get("type") != "null")
        schema = rest | kept
    parameter["schema"] = schema


def _error(text: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=ProblemDetails.__name__)}
    return {"description": text, "content": {MEDIA_TYPE: {"schema": schema}}}
