"""Signing in and out, one's own sessions, and one's password."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.desk import NO_STORE, Desk, Page
from api.routes.params import Id
from api.security import cookies, csrf
from api.security.authentication import Auth
from api.security.door import Door
from api.settings import Settings
from api.store import sessions
from api.store.principals import digest
from api.store.sessions import Session

Secret = Annotated[str, Meta(min_length=1, max_length=1000)]
Address = Annotated[str, Meta(min_length=1, max_length=320)]


class SignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The address and password of an account."""

    email: Address
    password: Secret


class PasswordChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One's present password, and the one that is to replace it."""

    current: Secret
    password: Secret


class PasswordReset(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The address of an account whose password is not known any more."""

    email: Address


class Present(Struct, frozen=True, kw_only=True):
    """Your session; ``csrf`` goes into the header X-CSRF-Token of every change that you make."""

    person_id: str
    name: str
    signed_in_by: str
    expires_at: datetime
    csrf: str


class Done(Struct, frozen=True, kw_only=True):
    """What was done, in words."""

    detail: str


@post(
    "/session",
    operation_id="session_begin",
    tags=["session"],
    public=True,
    retries=False,
    status_code=200,
)
async def session_begin(
    data: JSONBody[SignIn], request: Request[Any, Any, Any]
) -> Response[Present]:
    """Sign in with address and password.

    The answer sets the cookie of the session. Tools take a token instead.
    """
    csrf.require_same_site(request, browser=False)
    admitted = await Door(request).sign_in(data.email, data.password)
    state = request.app.state
    use = await state.database.read(
        sessions.use_of, digest(admitted.session), state.clock(), state.settings.idle
    )
    response = Response(_present(Auth(session=use, secret=admitted.session)), headers=NO_STORE)
    for cookie in (
        cookies.session(state.settings, admitted.session),
        cookies.device(state.settings, admitted.device),
    ):
        response.set_cookie(cookie)
    return response


@get("/session", operation_id="session_get", tags=["session"], by_session=True)
async def session_get(desk: NamedDependency[Desk]) -> Response[Present]:
    """Your session, and the token that its changes carry."""
    return desk.answer(_present(desk.request.auth))


@delete("/session", operation_id="session_end", tags=["session"], by_session=True)
async def session_end(desk: NamedDependency[Desk]) -> Response[None]:
    """Sign out."""
    await desk.write(sessions.end, desk.request.auth.session_id)
    return Response(None, status_code=204, headers=NO_STORE, cookies=[_ended(desk)])


@get("/me/sessions", operation_id="me_sessions", tags=["session"], by_session=True)
async def me_sessions(desk: NamedDependency[Desk]) -> Response[Page[Session]]:
    """Where you are signed in."""
    found = await desk.read(
        sessions.of_person,
        desk.by.principal.person_id,
        _settings(desk).idle,
        current=desk.request.auth.session_id,
    )
    return desk.answer(Page(items=found))


@delete(
    "/me/sessions/{session_id:str}",
    operation_id="me_sessions_end",
    tags=["session"],
    by_session=True,
)
async def me_sessions_end(session_id: Id, desk: NamedDependency[Desk]) -> Response[None]:
    """Sign out elsewhere, or here."""
    return await desk.remove(sessions.end, session_id)


@delete("/me/sessions", operation_id="me_sessions_end_others", tags=["session"], by_session=True)
async def me_sessions_end_others(desk: NamedDependency[Desk]) -> Response[None]:
    """Sign out everywhere but here."""
    return await desk.remove(sessions.end_others, desk.request.auth.session_id)


@put("/me/password", operation_id="me_password", tags=["session"], by_session=True, status_code=204)
async def me_password(
    data: JSONBody[PasswordChange], desk: NamedDependency[Desk]
) -> Response[None]:
    """Choose another password; you are signed out everywhere but here."""
    await Door(desk.request).change_password(desk.request.auth, data.current, data.password)
    return Response(None, status_code=204, headers=NO_STORE)


@post(
    "/password-resets",
    operation_id="password_resets_ask",
    tags=["session"],
    public=True,
    retries=False,
    status_code=202,
)
async def password_resets_ask(
    data: JSONBody[PasswordReset], request: Request[Any, Any, Any]
) -> Response[Done]:
    """Ask for a link to choose a new password.

    The answer is the same whether there is such an account or not.
    """
    csrf.require_same_site(request, browser=False)
    await Door(request).ask_for_reset(data.email)
    said = "If there is an account with this address, a link is on its way to it."
    return Response(Done(detail=said), status_code=202, headers=NO_STORE)


ROUTES = [
    session_begin,
    session_get,
    session_end,
    me_sessions,
    me_sessions_end,
    me_sessions_end_others,
    me_password,
    password_resets_ask,
]


def _present(auth: Auth) -> Present:
    use = auth.by_session
    return Present(
        person_id=use.principal.person_id,
        name=use.principal.name,
        signed_in_by=use.signed_in_by,
        expires_at=use.expires_at,
        csrf=csrf.token_of(auth.secret),
    )


def _settings(desk: Desk) -> Settings:
    found: Settings = desk.request.app.state.settings
    return found


def _ended(desk: Desk) -> Cookie:
    return cookies.ended(_settings(desk))
