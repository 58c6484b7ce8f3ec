"""The pages for signing in and out, and for the links that are mailed."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import PathParameter

from api.pages.forms import PageRequest, fields, form, go, somebody, then, write_as
from api.security import cookies
from api.security.authentication import signed_in
from api.security.door import Admitted, Door
from api.security.oidc import providers
from api.store import sessions
from api.store.arrivals import INVITING
from api.store.errors import LinkOver
from pdsa.errors import PdsaError

Secret = Annotated[str, PathParameter(min_length=1, max_length=200)]


@get("/sign-in", include_in_schema=False)
async def sign_in(request: PageRequest) -> Response[Any]:
    """The form to sign in."""
    where = then(request.query_params.get("then"))
    if await signed_in(request) is not None:
        return go(where)
    return await _sign_in(request, where)


@post("/sign-in", include_in_schema=False, status_code=303)
async def sign_in_done(request: PageRequest) -> Response[Any]:
    """Sign in, and go on."""
    given = await fields(request, cookies.read(request, cookies.FORM))
    email, where = given.get("email", ""), then(given.get("then"))
    try:
        admitted = await Door(request).sign_in(email[:320], given.get("password", "")[:1000])
    except PdsaError as error:
        return await _sign_in(request, where, email=email[:320], error=error)
    return _let_in(request, admitted, where)


@post("/sign-out", include_in_schema=False, status_code=303)
async def sign_out(request: PageRequest) -> Response[Any]:
    """End this session, and then that of the provider by which it began, if it has such a page."""
    auth = await somebody(request)
    await fields(request, auth.secret)
    state = request.app.state
    await write_as(request, auth, sessions.end, auth.session_id)
    back = f"{state.settings.origin}/sign-in"
    elsewhere = await state.oidc.sign_out_url(auth.how, back)
    answer = go(elsewhere or "/sign-in")
    answer.set_cookie(cookies.ended(state.settings))
    return answer


@get("/forgot", include_in_schema=False)
async def forgot(request: PageRequest) -> Response[Any]:
    """The form to ask for a new password."""
    return await form(request, "door/forgot.html", email="", asked=False)


@post("/forgot", include_in_schema=False, status_code=200)
async def forgot_done(request: PageRequest) -> Response[Any]:
    """The same answer for every address."""
    given = await fields(request, cookies.read(request, cookies.FORM))
    email = given.get("email", "")[:320]
    try:
        await Door(request).ask_for_reset(email)
    except PdsaError as error:
        return await form(request, "door/forgot.html", error=error, email=email, asked=False)
    return await form(request, "door/forgot.html", email="", asked=True)


@get("/link/{secret:str}", include_in_schema=False)
async def link(request: PageRequest, secret: Secret) -> Response[Any]:
    """What a link is for: looking consumes nothing, for mail scanners look at every link."""
    return await _link(request, secret)


@post("/link/{secret:str}", include_in_schema=False, status_code=303)
async def link_done(request: PageRequest, secret: Secret) -> Response[Any]:
    """Choose the password, and be signed in."""
    given = await fields(request, cookies.read(request, cookies.FORM))
    try:
        admitted = await Door(request).open(
            secret, given.get("password", "")[:1000], given.get("email")
        )
    except LinkOver:
        raise
    except PdsaError as error:
        return await _link(request, secret, error=error, email=given.get("email", "")[:320])
    return _let_in(request, admitted, then(None))


PAGES = [sign_in, sign_in_done, sign_out, forgot, forgot_done, link, link_done]


async def _sign_in(
    request: PageRequest, where: str, *, email: str = "", error: PdsaError | None = None
) -> Response[str]:
    return await form(
        request,
        "door/sign_in.html",
        error=error,
        email=email,
        then=where,
        providers=providers(request.app.state.settings),
        forms_to=await request.app.state.oidc.form_origins(),
    )


async def _link(
    request: PageRequest, secret: str, *, email: str = "", error: PdsaError | None = None
) -> Response[str]:
    found = await Door(request).look(secret)
    return await form(
        request,
        "door/link.html",
        error=error,
        link=found,
        email=found.email or email,
        zone=request.app.state.zone,
        path=request.url.path,
        secret=secret,
        providers=providers(request.app.state.settings) if found.purpose in INVITING else (),
        forms_to=await request.app.state.oidc.form_origins(),
        shortest=request.app.state.settings.password_min_length,
    )


def _let_in(request: Request[Any, Any, Any], admitted: Admitted, where: str) -> Response[Any]:
    settings = request.app.state.settings
    answer = go(where)
    answer.set_cookie(cookies.session(settings, admitted.session))
    answer.set_cookie(cookies.device(settings, admitted.device))
    answer.set_cookie(cookies.ended(settings, cookies.FORM))
    return answer
