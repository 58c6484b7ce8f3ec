"""Sign-in with the district: to a provider (POST, so that looking ahead begins nothing) and back.

What is refused becomes a page that says why in our own words: nothing of what the provider or the
address of the request says is in it.
"""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from api.pages import account
from api.pages.forms import ACCOUNT, HOME, PageRequest, go
from api.pages.forms import then as local
from api.pages.render import page
from api.pages.written import sent
from api.problems import Unauthenticated
from api.security import cookies, csrf, letters
from api.security.authentication import Auth, signed_in, write_as
from api.security.client_address import address_of, base_url
from api.security.door import Door
from api.security.errors import WrongPassword
from api.security.oidc.admission import admit, issuers, name_of, verified_email
from api.security.oidc.client import Client
from api.security.oidc.configuration import Provider, is_loopback
from api.security.oidc.errors import ProviderUnavailable
from api.security.rates import TooManyRequests, by_address
from api.settings import Settings
from api.store import arrivals, security_events, sign_ins
from api.store.access import OPERATOR, By
from api.store.arrivals import Newcomer
from api.store.errors import OTHERWISE, TOLD, NotAdmitted
from api.store.principals import new_secret
from api.store.rates import Limit
from api.store.sign_ins import BY_PROVIDER, LASTS, SignIn
from pdsa.errors import InvalidValue, PdsaError
from pdsa.words import say

#: The cookie that binds a sign-in to the browser that began it.
COOKIE = "pdsa-sign-in"
#: Sign-ins begun from one address, which a whole district may share.
BEGUN = Limit("sign-in-with", 1000, 600)


@post("/sign-in/{provider:str}", include_in_schema=False, status_code=303)
async def begin(provider: FromPath[str], request: PageRequest) -> Response[Any]:
    """To the provider. ``then`` is where it leads; ``link`` links, ``invitation`` accepts one."""
    client = _client(request, provider)
    csrf.require_same_site(request)
    state = request.app.state
    address = address_of(request)
    where = by_address(BEGUN, address)
    await state.limiter.require(state.database, where, BEGUN, state.clock(), address=address)
    form = await sent(request)
    auth = await signed_in(request) if form.get("link") else None
    try:
        begun = await _begun(request, provider, form, auth)
        secret, browser = new_secret(), new_secret()
        url = await client.authorization_url(
            state=secret,
            nonce=begun.nonce,
            verifier=begun.verifier,
            redirect_uri=redirect_uri(request, provider),
        )
    except (NotAdmitted, ProviderUnavailable) as error:
        return _refusal(client.provider, error)
    except (WrongPassword, TooManyRequests) as error:
        return await account.shown(request, _known(auth), error=_asking(provider, error))
    await state.database.write(sign_ins.begin, _by(request), secret, browser, begun)
    return Redirect(
        url,
        status_code=303,
        cookies=[_cookie(state.settings, browser, LASTS)],
        headers={"Cache-Control": "no-store"},
    )


@get("/sign-in/{provider:str}/callback", include_in_schema=False)
async def callback(provider: FromPath[str], request: PageRequest) -> Response[Any]:
    """Back from the provider: signed in, or a page that says why not."""
    client = _client(request, provider)
    settings: Settings = request.app.state.settings
    try:
        begun, secret = await _arrived(request, client)
    except NotAdmitted as error:
        await _note(request, provider, error.reason)
        answer = _refusal(client.provider, error)
    except ProviderUnavailable as error:
        await _note(request, provider, "provider")
        answer = _refusal(client.provider, error)
    else:
        answer = go(begun.then)
        if secret is not None:
            answer.set_cookie(cookies.session(settings, secret))
    answer.set_cookie(_cookie(settings, "", timedelta(0)))
    return answer


PAGES = [begin, callback]


def redirect_uri(request: PageRequest, provider: str) -> str:
    """Where the provider sends the browser back to: of the setting, never of a header.

    Without the setting only on this very machine, for a trial. Raises ``NotAdmitted``.
    """
    settings: Settings = request.app.state.settings
    base = settings.public_url.rstrip("/") or base_url(request)
    if not settings.public_url and not is_loopback(base):
        raise NotAdmitted("public_url")
    return f"{base}/sign-in/{provider}/callback"


async def _begun(
    request: PageRequest, provider: str, form: dict[str, str], auth: Auth | None
) -> SignIn:
    """What is begun: with ``auth``, to link an account, which takes the present password."""
    person_id = link_id = None
    if form.get("link"):
        known = _known(auth)
        csrf.require(request, known.secret, _text(form, "csrf"))
        await Door(request).confirm(known, _text(form, "current"))
        person_id = known.by_session.principal.person_id
    elif invitation := _text(form, "invitation"):
        link_id = await request.app.state.database.read(arrivals.inviting, _by(request), invitation)
    return SignIn(
        provider=provider,
        nonce=new_secret(),
        verifier=new_secret() + new_secret(),
        then=local(_text(form, "then"), HOME if person_id is None else ACCOUNT),
        person_id=person_id,
        link_id=link_id,
    )


def _known(auth: Auth | None) -> Auth:
    if auth is None:
        raise NotAdmitted("session")
    return auth


def _asking(provider: str, error: PdsaError) -> PdsaError:
    """What the account page says of a password that is not the present one."""
    if isinstance(error, WrongPassword):
        return InvalidValue(
            f"link-{provider}", "", say("your current password, to link an account")
        )
    return error


async def _arrived(request: PageRequest, client: Client) -> tuple[SignIn, str | None]:
    """What was begun, and the secret of the new session. Raises ``NotAdmitted``."""
    state, provider = request.app.state, client.provider
    given = request.query_params.dict()
    if any(len(values) > 1 for values in given.values()):
        raise NotAdmitted("state")
    asked = {name: values[0] for name, values in given.items()}
    browser = cookies.read(request, COOKIE)
    begun = None
    if asked.get("state") and browser:
        begun = await state.database.write(
            sign_ins.take, _by(request), asked["state"], browser, provider.name
        )
    if begun is None:
        raise NotAdmitted("state")
    await _check_issuer(client, asked.get("iss"))
    if "error" in asked:
        raise NotAdmitted("access_denied" if asked["error"] == "access_denied" else "error")
    claims = await client.claims(
        code=asked.get("code", ""),
        nonce=begun.nonce,
        verifier=begun.verifier,
        redirect_uri=redirect_uri(request, provider.name),
    )
    admit(provider, claims)
    identity = (claims["iss"], claims["sub"])
    if begun.person_id is not None:
        await _link(request, client, begun, identity)
        return begun, None
    secret = await state.database.write(
        arrivals.arrive,
        _by(request),
        begun,
        *identity,
        newcomer(provider, claims),
        browser=request.headers.get("user-agent", ""),
        lifetime=timedelta(hours=state.settings.session_hours),
    )
    return begun, secret


async def _link(
    request: PageRequest, client: Client, begun: SignIn, identity: tuple[str, str]
) -> None:
    """Link an account with whoever began it and is signed in still, and mail a word of it."""
    state = request.app.state
    auth = _known(await signed_in(request))
    try:
        email = await write_as(state, auth, _by(request), arrivals.link, begun, *identity)
    except Unauthenticated:
        raise NotAdmitted("session") from None
    if email:
        letter = letters.to_tell_of_link(email, client.provider.label, state.settings.origin)
        state.background.start("mailing a notice", state.mailer.send(letter))


async def _check_issuer(client: Client, given: str | None) -> None:
    """Raise ``NotAdmitted`` for the answer of another issuer (RFC 9207)."""
    promised = (await client.metadata()).authorization_response_iss_parameter_supported
    if given is None and not promised:
        return
    if given not in issuers(client.provider):
        raise NotAdmitted("issuer")


def newcomer(provider: Provider, claims: Any) -> Newcomer:
    """Whom the provider sends, and whether it is trusted with making somebody a person here.

    The address is kept only where the provider vouches for its domain: invitations go by it.
    """
    email = verified_email(claims)
    vouched = email.rpartition("@")[2].lower() in provider.allowed_domains and len(email) <= 254
    return Newcomer(
        name=name_of(claims), email=email if vouched else "", welcome=provider.just_in_time
    )


async def _note(request: PageRequest, provider: str, reason: str) -> None:
    """Tell the log of a refusal; those that anybody can cause are not kept."""
    state = request.app.state
    if reason == "state":
        security_events.announce_only(
            state.clock(),
            "sign_in.refused",
            address=address_of(request),
            by=f"{BY_PROVIDER}{provider}",
            reason=reason,
        )
        return
    await state.database.write(
        security_events.append,
        state.clock(),
        "sign_in.refused",
        address=address_of(request),
        by=f"{BY_PROVIDER}{provider}",
        reason=reason,
    )


def _refusal(provider: Provider, error: NotAdmitted | ProviderUnavailable) -> Response[str]:
    later = isinstance(error, ProviderUnavailable)
    return page(
        "door/not_admitted.html",
        status=503 if later else 403,
        headers={"Retry-After": "60"} if later else None,
        label=provider.label,
        why=_why(error),
    )


def _why(error: NotAdmitted | ProviderUnavailable) -> str:
    """Why nobody was let in, in the reader's language."""
    if isinstance(error, ProviderUnavailable):
        return say("The district's sign-in does not answer just now. Try again in a minute.")
    told = TOLD.get(error.reason)
    return say(told) if told else say(OTHERWISE, reason=error.reason)


def _client(request: PageRequest, provider: str) -> Client:
    client: Client | None = request.app.state.oidc.find(provider)
    if client is None:
        raise NotFoundException("there is no such way to sign in")
    return client


def _by(request: PageRequest) -> By:
    state = request.app.state
    return By(OPERATOR, state.clock(), state.zone, address_of(request))


def _cookie(settings: Settings, value: str, lasts: timedelta) -> Cookie:
    return Cookie(
        key=cookies.name(settings, COOKIE),
        value=value,
        max_age=int(lasts.total_seconds()),
        path="/",
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
    )


def _text(form: dict[str, str], name: str) -> str:
    value = form.get(name, "")
    return value if len(value) <= 2000 else ""
