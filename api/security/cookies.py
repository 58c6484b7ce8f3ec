"""The cookies: who is signed in, which browser this is, and what binds a form to it.

All are out of reach of scripts, sent to this host alone (``__Host-``) and not along with requests
that other sites make, but for following a link (``SameSite=Lax``).
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from api.settings import Settings
from api.store import devices

#: The cookie of a session, of a known browser, and of a form before anybody is signed in.
SESSION, DEVICE, FORM = "pdsa", "pdsa-device", "pdsa-form"
#: The language that somebody chose in this browser.
LANGUAGE = "pdsa-language"
#: That the first steps on a new server were left for later in this browser.
SETUP_LATER = "pdsa-setup-later"


def name(settings: Settings, cookie: str = SESSION) -> str:
    """What a cookie is called; the prefix makes browsers insist on HTTPS, host and path."""
    return f"__Host-{cookie}" if settings.secure_cookies else cookie


def read(connection: ASGIConnection[Any, Any, Any, Any], cookie: str = SESSION) -> str:
    """The value of a cookie of this request; empty without one."""
    settings: Settings = connection.app.state.settings
    value = connection.cookies.get(name(settings, cookie), "")
    return value if len(value) <= 200 else ""


def session(settings: Settings, secret: str) -> Cookie:
    """The cookie that signs a browser in."""
    return _made(settings, SESSION, secret, settings.session_hours * 3600)


def device(settings: Settings, secret: str) -> Cookie:
    """The cookie by which a browser is known the next time."""
    return _made(settings, DEVICE, secret, int(devices.KEPT.total_seconds()))


def form(settings: Settings, secret: str) -> Cookie:
    """The cookie that binds a form to a browser in which nobody is signed in."""
    return _made(settings, FORM, secret, None)


def language(settings: Settings, code: str) -> Cookie:
    """The cookie that keeps the language that was chosen."""
    return _made(settings, LANGUAGE, code, 365 * 24 * 3600)


def later(settings: Settings) -> Cookie:
    """The cookie that keeps that whoever set up this server does so another time."""
    return _made(settings, SETUP_LATER, "1", 30 * 24 * 3600)


def ended(settings: Settings, cookie: str = SESSION) -> Cookie:
    """Takes a cookie away."""
    return _made(settings, cookie, "", 0)


def _made(settings: Settings, cookie: str, value: str, seconds: int | None) -> Cookie:
    return Cookie(
        key=name(settings, cookie),
        value=value,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
    )
