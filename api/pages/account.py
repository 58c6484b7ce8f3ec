"""The page of one's own account: where one is signed in, the password, the tokens."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from litestar import Response, get, post
from msgspec.structs import replace

from api.pages.forms import (
    ACCOUNT,
    NotSignedIn,
    PageRequest,
    by_of,
    fields,
    go,
    somebody,
    status_of,
    typed,
    write_as,
    wrong_of,
)
from api.pages.render import page
from api.problems import Unauthenticated
from api.routes.params import Id
from api.security import csrf
from api.security.authentication import Auth
from api.security.door import Door
from api.security.errors import WrongPassword
from api.security.oidc import providers
from api.store import accounts, identities, sessions, tokens
from api.store.access import By
from api.store.elements import find
from api.store.kinds import UNIT
from api.store.tokens import TokenDraft
from pdsa.errors import InvalidValue, PdsaError
from pdsa.ids import UnitId
from pdsa.units import Access, Scope
from pdsa.words import mark, say


@get(ACCOUNT, include_in_schema=False)
async def account(request: PageRequest) -> Response[Any]:
    """One's own account."""
    return await shown(request, await somebody(request))


@post(f"{ACCOUNT}/password", include_in_schema=False, status_code=303)
async def password(request: PageRequest) -> Response[Any]:
    """Choose another password."""
    auth = await somebody(request)
    given = await fields(request, auth.secret)
    try:
        await Door(request).change_password(
            auth,
            given.get("current", "")[:1000],
            given.get("password", "")[:1000],
        )
    except WrongPassword:
        rule = say("your current password, to choose another")
        wrong = InvalidValue("current", "", rule)
        return await shown(request, auth, error=wrong)
    except Unauthenticated:
        raise NotSignedIn from None
    except PdsaError as error:
        return await shown(request, auth, error=error)
    return go(f"{ACCOUNT}?done=password")


@post(f"{ACCOUNT}/sessions/end-others", include_in_schema=False, status_code=303)
async def end_others(request: PageRequest) -> Response[Any]:
    """Sign out everywhere else."""
    auth = await somebody(request)
    await fields(request, auth.secret)
    await write_as(request, auth, sessions.end_others, auth.session_id)
    return go(f"{ACCOUNT}?done=others")


@post(f"{ACCOUNT}/sessions/{{session_id:str}}/end", include_in_schema=False, status_code=303)
async def end(request: PageRequest, session_id: Id) -> Response[Any]:
    """Sign out somewhere."""
    auth = await somebody(request)
    await fields(request, auth.secret)
    await write_as(request, auth, sessions.end, session_id)
    return go(f"{ACCOUNT}?done=session")


@post(f"{ACCOUNT}/tokens", include_in_schema=False, status_code=200)
async def make_token(request: PageRequest) -> Response[Any]:
    """Make a token, and show it this once."""
    auth = await somebody(request)
    given = typed(await fields(request, auth.secret))
    by, most = by_of(request, auth), request.app.state.settings.token_days
    try:
        made = await write_as(
            request,
            auth,
            tokens.make,
            by.principal.person_id,
            draft_of(given, by, most),
            most,
        )
    except NotSignedIn:
        raise
    except PdsaError as error:
        return await shown(request, auth, error=error, given=given)
    return await shown(request, auth, made=made.token)


@post(f"{ACCOUNT}/tokens/{{token_id:str}}/revoke", include_in_schema=False, status_code=303)
async def revoke_token(request: PageRequest, token_id: Id) -> Response[Any]:
    """End a token."""
    auth = await somebody(request)
    await fields(request, auth.secret)
    by = by_of(request, auth)
    await write_as(request, auth, tokens.revoke, by.principal.person_id, token_id)
    return go(f"{ACCOUNT}?done=token")


@post(f"{ACCOUNT}/identities/unlink", include_in_schema=False, status_code=303)
async def unlink(request: PageRequest) -> Response[Any]:
    """Unlink an account of the district."""
    auth = await somebody(request)
    given = typed(await fields(request, auth.secret))
    by = by_of(request, auth)
    identity = (given.get("issuer", ""), given.get("subject", ""))
    try:
        await write_as(request, auth, identities.unlink, by.principal.person_id, *identity)
    except InvalidValue as error:
        return await shown(request, auth, error=error)
    return go(f"{ACCOUNT}?done=identity")


PAGES = [account, password, end_others, end, make_token, revoke_token, unlink]

_DONE = {
    "password": mark("The new password is in force. You were signed out everywhere else."),
    "others": mark("You were signed out everywhere else."),
    "session": mark("That session is ended."),
    "token": mark("That token is ended."),
    "identity": mark("That account is unlinked."),
}
ACCESS = {
    Access.read: mark("read"),
    Access.write: mark("read and write"),
    Access.administer: mark("do all that I may"),
}
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_named(agent: str) -> str:
    """What a person calls the browser that says this of itself (``User-Agent``)."""
    found = [
        next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS)
    ]
    if all(found):
        return say("{browser} on {system}", browser=found[0], system=found[1])
    return found[0] or agent[:100] or say("an unknown browser")


def draft_of(given: Mapping[str, str], by: By, most: int) -> TokenDraft:
    """The token that a form describes. Raises ``InvalidValue``."""
    name = " ".join(given.get("name", "").split())[:200]
    if not name or not name.isprintable():
        raise InvalidValue("name", name, say("the token a name: what it is for"))
    days, access = given.get("days", ""), given.get("access", "")
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:6]) <= most):
        raise InvalidValue("days", days, say("a number of days from 1 to {n}", n=most))
    if access not in Access.__members__:
        raise InvalidValue("access", access, say("what it may do"))
    unit = given.get("unit_id", "")
    return TokenDraft(
        name=name,
        scopes=(Scope(Access(access), UnitId(unit) if unit else None),),
        expires_at=by.at + timedelta(days=int(days[:6])),
    )


async def shown(
    request: PageRequest,
    auth: Auth,
    *,
    error: PdsaError | None = None,
    made: str = "",
    given: Mapping[str, str] = MappingProxyType({}),
) -> Response[str]:
    """The page, with what is wrong and what was given, or a token that was made."""
    by, settings = by_of(request, auth), request.app.state.settings

    def read(conn: Any) -> dict[str, Any]:
        person_id = by.principal.person_id
        login = accounts.of_person(conn, person_id)
        units = dict.fromkeys(each.unit_id for each in by.principal.grants if each.unit_id)
        there = sessions.of_person(conn, by, person_id, settings.idle, current=auth.session_id)
        return {
            "sessions": there,
            "tokens": tokens.of_person(conn, by, person_id),
            "identities": identities.of_person(conn, by, person_id),
            "has_password": login is not None and login.password_hash is not None,
            "names": {unit_id: find(conn, UNIT, unit_id)[0].name for unit_id in units},
        }

    found = await request.app.state.database.read(read)
    found["sessions"] = [
        replace(each, browser=browser_named(each.browser)) for each in found["sessions"]
    ]
    return page(
        "account/account.html",
        status=200 if error is None else status_of(error),
        csrf=csrf.token_of(auth.secret),
        who=by.principal,
        made=made,
        zone=by.zone,
        access={each.value: say(text) for each, text in ACCESS.items()},
        given=given,
        said=say(_DONE.get(request.query_params.get("done") or "", "")),
        wrong=wrong_of(request, error),
        days=settings.token_days,
        shortest=settings.password_min_length,
        providers=providers(settings),
        forms_to=await request.app.state.oidc.form_origins(),
        **found,
    )
