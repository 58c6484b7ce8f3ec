"""Every failure as one shape: RFC 9457 problem details, from one table of errors and statuses."""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import Scope, Send
from msgspec import UNSET, Struct, UnsetType

from api.patterns import WORDS
from api.security.errors import (
    CrossSite,
    NeedsSession,
    NotInDemo,
    PasswordRefused,
    WrongPassword,
)
from api.security.oidc.errors import ProviderUnavailable
from api.security.rates import TooManyRequests, fields
from api.security.refused import note_refused_access
from api.store import errors as store
from pdsa import errors as domain
from pdsa.interchange import explain

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("api")
_SECRET_PATH = re.compile(r"^(/link/).+")  # docs/decisions/0008
_MISSING = re.compile(r"Missing required \w+ parameter '([^']+)'")  # Litestar says it in words only


class FieldError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with one part of a request.

    ``pointer`` is the place in the body (RFC 6901), ``parameter`` the name of a path, query or
    header parameter.
    """

    message: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


class ProblemDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Problem details (RFC 9457).

    ``stage``, ``status_of_cycle`` and ``legal`` tell what a cycle can do, ``state`` and ``legal``
    what can be done with a request.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] | UnsetType = UNSET
    stage: str | UnsetType = UNSET
    status_of_cycle: str | UnsetType = UNSET
    state: str | UnsetType = UNSET
    legal: list[str] | UnsetType = UNSET
    current_version: int | UnsetType = UNSET


class Unauthenticated(domain.AccessError):
    """No credentials, or none that are valid (any more)."""

    def __init__(self) -> None:
        super().__init__("sign in, or send a valid token: `Authorization: Bearer pdsa_...`")


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


class MalformedBody(domain.PdsaError):
    """A body with a value of the wrong type or out of its limits, or without a field that it needs."""

    def __init__(self, pointer: str, rule: str) -> None:
        self.pointer, self.rule = pointer, rule
        super().__init__(f"{pointer or 'the body'}: {rule}")


class HeadTooLarge(domain.PdsaError):
    """More headers than this server reads."""

    def __init__(self, most: int) -> None:
        super().__init__(f"the request line and its headers may have {most} bytes")


class PathTooLong(domain.PdsaError):
    """A path, with its query, that is longer than this server reads."""

    def __init__(self, most: int) -> None:
        super().__init__(f"a path and its query may have {most} bytes")


class WrongHost(domain.PdsaError):
    """A request for another host, or for none."""

    def __init__(self) -> None:
        super().__init__("this server does not answer for the host that the request names")


class SlowRequest(domain.PdsaError):
    """A body that did not come in time."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"nothing more of the body came for {seconds} s")


class Busy(domain.PdsaError):
    """As many long computations as this server takes at once, and as many that wait."""

    def __init__(self) -> None:
        super().__init__("so many reviews are under way that no more can wait; ask again")


class NotReady(domain.PdsaError):
    """This process should not be sent requests just now: ``missing`` says why."""

    def __init__(self, missing: str) -> None:
        self.missing = missing
        super().__init__(f"not ready: {missing}")


class UnknownCursor(BadParameter):
    """A cursor that no page of this list ended with."""

    def __init__(self) -> None:
        super().__init__("cursor", "a cursor that this server gave")


#: Error -> status and title; the nearest class in an error's ancestry counts.
STATUSES: Mapping[type[domain.PdsaError], tuple[int, str]] = {
    domain.PdsaError: (422, "This cannot be done"),
    domain.InvalidValue: (422, "A value breaks a rule"),
    domain.Circle: (422, "A circle"),
    domain.UnknownElement: (422, "A reference to nothing"),
    domain.IllegalMove: (409, "Not from this stage"),
    domain.PredictionLocked: (409, "The prediction is locked"),
    domain.IllegalTurn: (409, "Not in this state"),
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
    store.NotADemo: (500, "This database is no demo"),
    NotInDemo: (403, "Not in the demo"),
    store.LinkOver: (410, "The link does not work"),
    store.UnreadableRow: (500, "Something went wrong here"),
    store.StoreUnavailable: (503, "The database does not answer"),
    store.TookTooLong: (503, "The database took too long"),
    Unauthenticated: (401, "Who are you?"),
    PreconditionRequired: (428, "Which version?"),
    TooManyRequests: (429, "Too many requests"),
    SlowRequest: (408, "Too slow"),
    PathTooLong: (414, "The path is too long"),
    WrongHost: (421, "Another host"),
    HeadTooLarge: (431, "Too many headers"),
    store.NotAdmitted: (403, "Not signed in"),
    ProviderUnavailable: (503, "The district's sign-in does not answer"),
    WrongPassword: (401, "Wrong address or password"),
    NeedsSession: (403, "Sign in for this"),
    CrossSite: (403, "Not from this site"),
    PasswordRefused: (422, "Choose another password"),
    Busy: (503, "Busy with other reviews"),
    NotReady: (503, "Not ready"),
    UnsupportedMediaType: (415, "Unsupported format"),
    NotAcceptable: (406, "No such representation"),
    BadParameter: (400, "A parameter is wrong"),
    MalformedBody: (400, "The request is malformed"),
    UnknownCursor: (422, "A reference to nothing"),
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
    if problem.status >= 500 and not isinstance(error, (Busy, NotReady)):
        log_failure(request, error)
    elif isinstance(error, domain.AccessError) and problem.status in (403, 404):
        note_refused_access(request, error, problem.status)
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


async def refuse(error: domain.PdsaError, scope: Scope, send: Send) -> None:
    """Send the answer to a request that fails outside of every handler."""
    problem, headers = problem_of(error, scope["path"][:200])
    body = msgspec.json.encode(problem)
    headers |= {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(body))}
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": encoded})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def log_failure(request: Request[Any, Any, Any], error: Exception) -> None:
    """Tell the log of a failure that is ours."""
    path = _SECRET_PATH.sub(r"\1...", request.url.path)
    _log.error("%s %s failed", request.method, path, exc_info=error)


def problem_of(error: Exception, instance: str) -> tuple[ProblemDetails, dict[str, str]]:
    """The problem details of an error, with the headers that belong to it."""
    headers: dict[str, str] = {"Cache-Control": "no-store"}
    if isinstance(error, domain.PdsaError):
        status, title = next(STATUSES[c] for c in type(error).__mro__ if c in STATUSES)
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="pdsa-tracker"'
        if status == 503 or isinstance(error, store.KeyInFlight):
            headers["Retry-After"] = "1"
        if isinstance(error, TooManyRequests):
            headers |= fields(error.taken)
        if isinstance(error, SlowRequest):
            headers["Connection"] = "close"  # what is still to come is not the next request
        return _problem(status, title, str(error), instance, type(error), **_facts(error)), headers
    if isinstance(error, ValidationException):
        wrong = list(_wrong_parameters(error))
        said = "; ".join(f"{each.parameter}: {each.message}" for each in wrong)
        title = STATUSES[BadParameter][1]
        return _problem(400, title, said or error.detail, instance, errors=wrong), headers
    if isinstance(error, HTTPException) and error.status_code < 500:
        headers |= dict(error.headers or {})
        title = _TITLES.get(error.status_code, error.detail)
        return _problem(error.status_code, title, error.detail, instance), headers
    return _problem(500, _TITLES[500], "the failure is in the server's log", instance), headers


def _wrong_parameters(error: ValidationException) -> Iterator[FieldError]:
    """What Litestar says of parameters; bodies are read before it sees them."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, msgspec.ValidationError):
            pointer, rule = explain(cause, WORDS)
            yield FieldError(message=rule, parameter=pointer.removeprefix("/"))
            return
        cause = cause.__cause__ or cause.__context__
    if missing := _MISSING.match(error.detail):
        yield FieldError(message="this parameter is required", parameter=missing[1])
    for item in error.extra or []:
        if isinstance(item, Mapping):
            yield FieldError(message=str(item.get("message")), parameter=str(item.get("key", "")))


def _facts(error: domain.PdsaError) -> dict[str, Any]:
    match error:
        case domain.InvalidValue():
            return {"errors": [FieldError(message=error.rule, pointer=f"/{error.field}")]}
        case domain.UnknownElement() if error.field:
            return {"errors": [FieldError(message=str(error), pointer=f"/{error.field}")]}
        case domain.DocumentError() | MalformedBody():
            return {"errors": [FieldError(message=error.rule, pointer=error.pointer)]}
        case BadParameter():
            return {"errors": [FieldError(message=error.rule, parameter=error.parameter)]}
        case PasswordRefused():
            return {"errors": [FieldError(message=error.rule, pointer="/password")]}
        case domain.IllegalMove():
            return {
                "stage": error.stage,
                "status_of_cycle": error.status,
                "legal": list(error.legal),
            }
        case domain.IllegalTurn():
            return {"state": error.state, "legal": list(error.legal)}
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
