"""Every failure as one shape: RFC 9457 problem details, from one table of errors and statuses."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from msgspec import UNSET, Struct, UnsetType

from api.store import errors as store
from pdsa import errors as domain
from pdsa.interchange import explain

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("api")


class FieldError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with one part of a request.

    ``pointer`` is the place in the body (RFC 6901), ``parameter`` the name of a path, query or
    header parameter.
    """

    message: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


class ProblemDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ProblemDetails details (RFC 9457); ``stage``, ``status_of_cycle`` and ``legal`` tell what a cycle can do."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] | UnsetType = UNSET
    stage: str | UnsetType = UNSET
    status_of_cycle: str | UnsetType = UNSET
    legal: list[str] | UnsetType = UNSET
    current_version: int | UnsetType = UNSET


class Unauthenticated(domain.AccessError):
    """No credentials, or none that are valid (any more)."""

    def __init__(self) -> None:
        super().__init__("send a valid token: `Authorization: Bearer pdsa_...`")


class PreconditionRequired(domain.PdsaError):
    """A change without the version that it is based on."""

    def __init__(self, header: str = "If-Match") -> None:
        self.header = header
        super().__init__(
            f"send {header} with the ETag that you have read, so that nobody's change is lost"
        )


class UnsupportedMediaType(domain.PdsaError):
    """A body in another format than the operation reads."""

    def __init__(self, given: str, wanted: str) -> None:
        self.given, self.wanted = given, wanted
        super().__init__(f"send the body as {wanted}, not as {given or 'nothing named'}")


class NotAcceptable(domain.PdsaError):
    """No representation that the client accepts."""

    def __init__(self, offered: tuple[str, ...]) -> None:
        self.offered = offered
        super().__init__(f"this is offered as {' or '.join(offered)}")


class BadParameter(domain.PdsaError):
    """A query or header parameter that cannot be."""

    def __init__(self, parameter: str, rule: str) -> None:
        self.parameter, self.rule = parameter, rule
        super().__init__(f"{parameter}: {rule}")


#: Error -> status and title; the nearest class in an error's ancestry counts.
STATUSES: Mapping[type[domain.PdsaError], tuple[int, str]] = {
    domain.PdsaError: (422, "This cannot be done"),
    domain.InvalidValue: (422, "A value breaks a rule"),
    domain.Circle: (422, "A circle"),
    domain.UnknownElement: (422, "A reference to nothing"),
    domain.IllegalMove: (409, "Not from this stage"),
    domain.PredictionLocked: (409, "The prediction is locked"),
    domain.AccessError: (403, "Not allowed"),
    domain.NotVisible: (404, "Not found"),
    domain.NotAllowed: (403, "Not allowed"),
    domain.DocumentError: (422, "The document is refused"),
    domain.MalformedDocument: (400, "The document is malformed"),
    domain.InconsistentDocument: (422, "The document breaks a rule"),
    domain.UnknownVersion: (400, "An unknown version of the format"),
    domain.UnknownField: (400, "An unknown field"),
    domain.DanglingId: (422, "A reference to nothing"),
    store.StoreError: (500, "The store failed"),
    store.StaleVersion: (412, "Changed meanwhile"),
    store.AlreadyExists: (409, "Here already"),
    store.KeyReused: (422, "Idempotency-Key used before"),
    store.KeyInFlight: (409, "Still running"),
    store.SchemaMismatch: (503, "The database has another schema"),
    store.StoreUnavailable: (503, "The database does not answer"),
    Unauthenticated: (401, "Who are you?"),
    PreconditionRequired: (428, "Which version?"),
    UnsupportedMediaType: (415, "Unsupported format"),
    NotAcceptable: (406, "No such representation"),
    BadParameter: (400, "A parameter is wrong"),
}

_TITLES = {
    400: "The request is malformed",
    404: "Not found",
    405: "Method not allowed",
    413: "Too large",
    500: "Something went wrong here",
}


def to_response(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The answer to a failed request; Litestar calls it for every exception."""
    problem, headers = problem_of(error, request.url.path)
    if problem.status >= 500:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def problem_of(error: Exception, instance: str) -> tuple[ProblemDetails, dict[str, str]]:
    """The problem details of an error, with the headers that belong to it."""
    headers: dict[str, str] = {"Cache-Control": "no-store"}
    if isinstance(error, domain.PdsaError):
        status, title = next(STATUSES[c] for c in type(error).__mro__ if c in STATUSES)
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="pdsa-tracker"'
        if status == 503 or isinstance(error, store.KeyInFlight):
            headers["Retry-After"] = "1"
        return _problem(status, title, str(error), instance, type(error), **_facts(error)), headers
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, msgspec.ValidationError):
            return _malformed(cause, instance), headers
        if isinstance(cause, msgspec.DecodeError | UnicodeError | RecursionError):
            return _problem(
                400, _TITLES[400], "the body is not JSON in UTF-8 of a few levels", instance
            ), headers
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, ValidationException):
        wrong = [
            FieldError(message=str(item.get("message")), parameter=str(item.get("key", "")))
            for item in error.extra or []
            if isinstance(item, Mapping)
        ]
        said = "; ".join(f"{each.parameter}: {each.message}" for each in wrong)
        return _problem(
            400, "A parameter is wrong", said or error.detail, instance, errors=wrong
        ), headers
    if isinstance(error, SerializationException):
        return _problem(400, _TITLES[400], "the body is not JSON", instance), headers
    if isinstance(error, HTTPException) and error.status_code < 500:
        headers |= dict(error.headers or {})
        title = _TITLES.get(error.status_code, error.detail)
        return _problem(error.status_code, title, error.detail, instance), headers
    return _problem(500, _TITLES[500], "the failure is in the server's log", instance), headers


def _malformed(error: msgspec.ValidationError, instance: str) -> ProblemDetails:
    """A body or parameter that does not decode; Litestar names the body ``data`` in the path."""
    pointer, rule = explain(error)
    first, _, rest = pointer.removeprefix("/").partition("/")
    if first != "data":
        wrong = FieldError(message=rule, parameter=first)
        return _problem(400, "A parameter is wrong", f"{first}: {rule}", instance, errors=[wrong])
    place = f"/{rest}" if rest else ""
    status = 422 if isinstance(error.__cause__, domain.InvalidValue) else 400
    title = STATUSES[domain.InvalidValue][1] if status == 422 else _TITLES[400]
    errors = [FieldError(message=rule, pointer=place)]
    return _problem(status, title, f"{place or 'the body'}: {rule}", instance, errors=errors)


def _facts(error: domain.PdsaError) -> dict[str, Any]:
    match error:
        case domain.InvalidValue():
            return {"errors": [FieldError(message=error.rule, pointer=f"/{error.field}")]}
        case domain.UnknownElement() if error.field:
            return {"errors": [FieldError(message=str(error), pointer=f"/{error.field}")]}
        case domain.DocumentError():
            return {"errors": [FieldError(message=error.rule, pointer=error.pointer)]}
        case BadParameter():
            return {"errors": [FieldError(message=error.rule, parameter=error.parameter)]}
        case domain.IllegalMove():
            return {
                "stage": error.stage,
                "status_of_cycle": error.status,
                "legal": list(error.legal),
            }
        case store.StaleVersion() if error.current:
            return {"current_version": error.current}
    return {}


def _problem(
    status: int,
    title: str,
    detail: str,
    instance: str,
    error: type[domain.PdsaError] | None = None,
    **facts: Any,
) -> ProblemDetails:
    return ProblemDetails(
        type=f"/problems#{slug(error)}" if error else "about:blank",
        title=title,
        status=status,
        detail=detail,
        instance=instance,
        **facts,
    )


def slug(error: type[domain.PdsaError]) -> str:
    """The name of an error as the end of its ``type``: ``stale-version``."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in error.__name__).lstrip("-")
