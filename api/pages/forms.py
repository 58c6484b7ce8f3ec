"""What pages with forms share: who is there, what was sent, and where to go next."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Redirect

from api.pages.pointers import seen
from api.pages.render import page
from api.pages.written import sent, written
from api.problems import Unauthenticated, log_failure, problem_of
from api.security import authentication, cookies, csrf
from api.security.authentication import Auth, signed_in
from api.security.client_address import address_of
from api.security.errors import CrossSite, NotInDemo, PasswordRefused, WrongPassword
from api.security.rates import TooManyRequests
from api.store.access import By
from api.store.errors import LinkOver, StaleVersion, StoreUnavailable
from api.store.principals import new_secret
from pdsa.errors import (
    AccessError,
    Circle,
    IllegalMove,
    InvalidValue,
    NotAllowed,
    NotVisible,
    PdsaError,
    UnknownElement,
)
from pdsa.words import say, say_n

PageRequest = Request[Any, Any, Any]
ACCOUNT = "/account"
HOME = "/home"
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")


class NotSignedIn(AccessError):
    """A page that takes somebody who is signed in."""


def then(where: str | None, otherwise: str = HOME) -> str:
    """A path of this server to go on to: never another site's."""
    return where if where and len(where) <= 500 and _LOCAL.fullmatch(where) else otherwise


def go(path: str) -> Redirect:
    """Go on with GET."""
    return Redirect(path, status_code=303, headers={"Cache-Control": "no-store"})


async def somebody(request: PageRequest) -> Auth:
    """Who is signed in. Raises ``NotSignedIn``."""
    auth = await signed_in(request)
    if auth is None:
        raise NotSignedIn
    return auth


def by_of(request: PageRequest, auth: Auth) -> By:
    """Whoever is signed in, as the author of a change."""
    state = request.app.state
    return By(auth.by_session.principal, state.clock(), state.zone, address_of(request))


async def write_as(request: PageRequest, auth: Auth, work: Any, *given: Any) -> Any:
    """Do a unit of work in the name of whoever is signed in, if they still are.

    Raises ``NotSignedIn`` for a session that has ended since the head of the request came.
    """
    try:
        return await authentication.write_as(
            request.app.state, auth, by_of(request, auth), work, *given
        )
    except Unauthenticated:
        raise NotSignedIn from None


async def fields(request: PageRequest, secret: str) -> dict[str, str]:
    """What a form sent. Raises ``CrossSite`` unless it is a form of ours, in this browser."""
    csrf.require_same_site(request)
    found = await sent(request)
    csrf.require(request, secret, found.get("csrf", ""))
    return found


def typed(given: Mapping[str, str]) -> dict[str, str]:
    """Fields without what is pasted along and nobody sees. Passwords are left as they are."""
    return {seen(name): seen(text) for name, text in given.items()}


async def form(
    request: PageRequest,
    name: str,
    *,
    status: int = 200,
    error: PdsaError | None = None,
    **values: Any,
) -> Response[str]:
    """A page with a form for whoever is not signed in, bound to this browser by a cookie."""
    bound = cookies.read(request, cookies.FORM)
    secret = bound or new_secret()
    response = page(
        name,
        status=status if error is None else status_of(error),
        headers=_headers_of(error),
        csrf=csrf.token_of(secret),
        wrong=wrong_of(request, error),
        **values,
    )
    if not bound:
        response.set_cookie(cookies.form(request.app.state.settings, secret))
    return response


def wrong_of(request: PageRequest, error: PdsaError | None) -> tuple[str, str] | None:
    """The field and the words for what is wrong; the log is told of what is our fault."""
    if error is None:
        return None
    if status_of(error) >= 500:
        log_failure(request, error)
    return field_of(error), words_of(error)


def status_of(error: PdsaError) -> int:
    """The status of a page that says what is wrong; 401 is for clients of the API."""
    status = problem_of(error, "")[0].status
    return 422 if status == 401 else status


def field_of(error: PdsaError) -> str:
    """The field that an error is about; empty for none."""
    match error:
        case InvalidValue():
            return error.field
        case PasswordRefused():
            return "password"
        case UnknownElement():
            return error.field
    return ""


def words_of(error: PdsaError) -> str:
    """What is wrong, for a person."""
    match error:
        case WrongPassword():
            return say("The address or the password is wrong.")
        case PasswordRefused():
            return say("The password: {rule}.", rule=error.rule)
        case InvalidValue() if error.rule[:1].isupper():
            return error.rule  # a sentence already
        case InvalidValue():
            return say("Give {rule}.", rule=say(error.rule))
        case TooManyRequests():
            seconds = error.taken.retry_after
            if seconds < 90:
                wait = say_n("{n} second", "{n} seconds", seconds)
            else:
                wait = say_n("{n} minute", "{n} minutes", -(-seconds // 60))
            return say(
                "Too many tries. Try again in {wait}, or ask for a new password by mail.", wait=wait
            )
        case NotInDemo():
            return say(
                "This is a demo: accounts, roles, invitations, tokens and passwords stay as they are."
            )
        case NotAllowed():
            return say("Your role does not allow this here. Ask your facilitator or administrator.")
        case IllegalMove():
            return say("The cycle is in another stage meanwhile, in which this cannot be done.")
        case Circle():
            return say("This would run in a circle: something would stand below itself.")
        case UnknownElement():
            return say("What was chosen is not there (any more).")
        case StaleVersion():
            return say("Somebody else changed this meanwhile. Open the page again.")
        case StoreUnavailable():
            return say("The database does not answer just now; nothing was changed. Try again.")
    return str(error)


def failed(request: PageRequest, error: PdsaError) -> Response[Any]:
    """The page for what no form can put right."""
    if request.headers.get("accept", "").startswith("application/json"):  # our script asks
        status = 401 if isinstance(error, NotSignedIn) else status_of(error)
        if status >= 500:
            log_failure(request, error)
        return Response(
            {"why": words_of(error)}, status_code=status, headers={"Cache-Control": "no-store"}
        )
    texts = written(request)
    if isinstance(error, NotSignedIn) and not texts:
        return go(f"/sign-in?then={_again(request)}")
    title, text = say("This did not work"), words_of(error)
    if isinstance(error, NotSignedIn):
        title, text = say("You are signed out"), say("Sign in, and write it again from here.")
    elif isinstance(error, CrossSite):
        title = say("Please try again")
        text = say("The form was too old, or sent from another page. Nothing was changed.")
    elif isinstance(error, LinkOver):
        title = say("This link does not work any more")
        text = say(
            "It was used already, it has run out, or a newer one was sent. Ask for a new one."
        )
    elif isinstance(error, NotVisible):
        title, text = say("Not found"), say("It is not there any more, or not for you to see.")
    status = status_of(error)
    if status >= 500:
        log_failure(request, error)
    return page(
        "door/failed.html",
        status=status,
        headers=_headers_of(error),
        title=title,
        text=text,
        texts=texts,
        known=bool(request.scope.get("auth")),
        link=isinstance(error, LinkOver),
    )


def _again(request: PageRequest) -> str:
    """The page that was asked for, within an address: with what it is narrowed to."""
    if request.method != "GET":
        return ACCOUNT
    path, query = request.url.path, request.url.query
    whole = f"{path}?{query}" if query else path
    return quote(whole if then(whole, "") else path)


def _headers_of(error: PdsaError | None) -> dict[str, str]:
    if not isinstance(error, TooManyRequests):
        return {}
    return {"Retry-After": str(error.taken.retry_after)}
