"""Requests that a browser sends with a cookie must come from this site's own pages, and prove it.

Two proofs are asked for: a header that no page can set (``Origin``, else ``Sec-Fetch-Site``, else
``Referer``) and a token that only this site's pages hold, made from the secret in the cookie.
"""

import hmac
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection

from api.security.errors import CrossSite

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "x-csrf-token"
Connection = ASGIConnection[Any, Any, Any, Any]


def token_of(secret: str) -> str:
    """The token that goes with a cookie's secret, and from which that cannot be had."""
    made = hmac.digest(secret.encode(), b"pdsa csrf", "sha256")
    return urlsafe_b64encode(made).decode().rstrip("=")


def require(connection: Connection, secret: str, given: str) -> None:
    """Raise ``CrossSite`` unless the request is this site's own, by its headers and its token."""
    require_same_site(connection)
    expected = token_of(secret)
    if not secret or not hmac.compare_digest(given.encode(), expected.encode()):
        raise CrossSite("send the token of this session: X-CSRF-Token, or csrf in a form")


def require_same_site(connection: Connection, *, browser: bool = True) -> None:
    """Raise ``CrossSite`` for a request that another site makes, or that does not say.

    Without ``browser`` whoever says nothing passes: it is no browser.
    """
    origin = connection.headers.get("origin", "")
    fetched = connection.headers.get("sec-fetch-site", "")
    referer = connection.headers.get("referer", "")
    if origin and origin != "null":
        own = _is_own(connection, origin)
    elif fetched:
        own = fetched in ("same-origin", "none")
    elif referer:
        own = _is_own(connection, referer)
    else:
        own = not browser and not origin
    if not own:
        raise CrossSite("send this from a page of this site itself")


def _is_own(connection: Connection, url: str) -> bool:
    try:
        given = urlsplit(url)
        _ = given.port
    except ValueError:
        return False
    public = urlsplit(connection.app.state.settings.public_url)
    if public.netloc and _place(given.scheme, given.netloc) == _place(public.scheme, public.netloc):
        return True
    # Behind a proxy the scheme is the client's, so the host alone is compared.
    host = connection.headers.get("host", "")
    return bool(host) and _place(given.scheme, given.netloc) == _place(given.scheme, host)


def _place(scheme: str, netloc: str) -> tuple[str, str]:
    """A scheme and host with its port, which is left out where it is the scheme's own."""
    default = {"http": ":80", "https": ":443"}.get(scheme, "")
    return scheme.lower(), netloc.lower().removesuffix(default) if default else netloc.lower()
